"""A place for one thing, where the newest wins."""

import asyncio
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Holds the newest item; an older one that nobody has taken is dropped and counted."""

    def __init__(self) -> None:
        self.dropped = 0
        self._item: Item | None = None
        self._full = asyncio.Event()

    def put(self, item: Item) -> None:
        """Lay an item in, in the place of one that still lies there."""
        self.dropped += self._item is not None
        self._item = item
        self._full.set()

    async def take(self) -> Item:
        """The newest item, as soon as there is one."""
        await self._full.wait()
        item, self._item = self._item, None
        self._full.clear()
        assert item is not None
        return item
