"""What is worked out once for a garment, and forgotten with it."""

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from garments.garment import Garment

Worked = TypeVar("Worked")


class PerGarment(Generic[Worked]):
    """Remembers what `work_out` made of each garment for as long as the garment lives."""

    def __init__(self, work_out: Callable[[Garment], Worked]) -> None:
        self._work_out = work_out
        self._known: dict[int, Worked] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, garment: Garment) -> Worked:
        """The garment's own, worked out at the first call."""
        key = id(garment)
        if key not in self._known:
            self._known[key] = self._work_out(garment)
            weakref.finalize(garment, self._known.pop, key, None)
        return self._known[key]
