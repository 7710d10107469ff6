"""What is worked out once for a garment or its texture, and forgotten with it."""

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Worked = TypeVar("Worked")


class PerGarment(Generic[Thing, Worked]):
    """Remembers what `work_out` made of each garment (or texture) for as long as that lives."""

    def __init__(self, work_out: Callable[[Thing], Worked]) -> None:
        self._work_out = work_out
        self._known: dict[int, Worked] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, thing: Thing) -> Worked:
        """The thing's own, worked out at the first call."""
        key = id(thing)
        if key not in self._known:
            self._known[key] = self._work_out(thing)
            weakref.finalize(thing, self._known.pop, key, None)
        return self._known[key]
