"""The studio: takes garments in, has them built, changed and published, and tells whoever watches."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from fitting.turntable import BUILDS
from garments.errors import RefusedError
from garments.kinds import get_kind
from garments.size_table import read_size_table
from server.catalog.catalog import Catalog, read_pieces
from server.config import Config
from server.errors import BadInputError, Sentence, shorten
from server.studio import tasks
from server.studio.receive import tidy_materials
from server.studio.size_text import tidy_table
from server.studio.store import Store
from server.studio.words import in_both_languages
from server.studio.work import Reason, Work
from server.studio.worker import NICE, Worker, WorkerLostError, WorkFailedError

log = logging.getLogger(__name__)


class Watch:
    """What one watcher has not heard of yet: the ids of garments that have changed or gone, each once."""

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._some = asyncio.Event()

    def note(self, name: str) -> None:
        """This garment has changed."""
        self._changed[name] = None
        self._some.set()

    async def next(self) -> list[str]:
        """The garments that have changed since the last call; waits for one."""
        await self._some.wait()
        self._some.clear()
        changed, self._changed = list(self._changed), {}
        return changed


class Studio:
    """All garments in the making, and the processes that make them."""

    def __init__(self, folder: Path, catalog: Catalog, config: Config) -> None:
        self.store = Store(folder)
        self.catalog, self.config = catalog, config
        self.builders = [Worker(config.studio_build_secs, nice=NICE) for _ in range(config.studio_builders)]
        self.hand = Worker(config.studio_build_secs)
        """For what somebody waits for: it never stands behind a folder of photos."""
        self.watches: set[Watch] = set()
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._locks: dict[str, asyncio.Lock] = {}
        self._turning = asyncio.Lock()
        self._jobs: list[asyncio.Task[None]] = []
        self._is_warm = False

    # ---- Life ----

    def start(self) -> None:
        """Go on where the last server stopped."""
        for work in self.store.works.values():
            if work.state in ("queued", "building"):
                self._queue.put_nowait(work.id)
        self._jobs = [asyncio.create_task(self._build_forever(worker)) for worker in self.builders]

    def warm_up(self) -> None:
        """Start the process at hand, since somebody has opened the page and will soon want something of it."""
        if not self._is_warm:
            self._is_warm = True
            self._jobs.append(asyncio.create_task(self._start_hand()))

    async def _start_hand(self) -> None:
        with suppress(WorkerLostError, WorkFailedError):
            await self.hand.run(tasks.warm_up)

    async def close(self) -> None:
        """Stop; what was being built is built again at the next start."""
        for job in self._jobs:
            job.cancel()
        for watch in list(self.watches):
            watch.note("")
        await asyncio.gather(*(asyncio.to_thread(worker.close) for worker in (*self.builders, self.hand)))
        await asyncio.gather(*self._jobs, return_exceptions=True)

    def find(self, name: str) -> Work:
        """The garment of this id.

        Raises:
            BadInputError: `unknown-work`.
        """
        if name not in self.store.works:
            raise BadInputError("unknown-work", name=shorten(name))
        return self.store.works[name]

    # ---- What merchandisers do ----

    def check_room(self) -> None:
        """Refuse what there is no room for.

        Raises:
            BadInputError: `studio-full` or `queue-full`.
        """
        if len(self.store.works) >= self.config.studio_pieces_most:
            raise BadInputError("studio-full", most=self.config.studio_pieces_most)
        if self._queue.qsize() >= self.config.studio_queue_most:
            raise BadInputError("queue-full", most=self.config.studio_queue_most)

    async def admit(self, work: Work, incoming: Path) -> Work:
        """Take in what was uploaded, and queue it."""
        await asyncio.to_thread(self.store.admit, work, incoming)
        self._queue.put_nowait(work.id)
        self._tell(work.id)
        return work

    async def change(
        self, name: str, *, kind: str | None = None, title: Sentence | None = None, materials: str | None = None
    ) -> Work:
        """Give a garment another kind, which builds it anew, another title or other materials."""
        if kind is not None:
            get_kind(kind)
        async with self._alone(name) as work:
            work = replace(work, title=title or work.title)
            if materials is not None:
                work = replace(work, materials=tidy_materials(materials))
            if kind is not None:
                work = replace(work, kind=kind, kind_is_given=True)
            await self._keep(work)
            if kind is not None:
                await self._make(work, self.hand)
        return self.find(name)

    async def move(self, name: str, moved: Mapping[str, tuple[float, float]]) -> Work:
        """Build a garment again with some landmarks elsewhere."""
        async with self._alone(name) as work:
            if work.kind is None or work.version == 0 or work.is_mesh:
                raise BadInputError("no-landmarks-yet")
            await self._make(work, self.hand, moved=moved)
        return self.find(name)

    async def find_again(self, name: str) -> Work:
        """Forget what a person has moved, and find the landmarks anew."""
        async with self._alone(name) as work:
            await self._make(work, self.hand)
        return self.find(name)

    async def set_sizes(self, name: str, text: str) -> Work:
        """Give a garment its size table; an empty text takes it away."""
        async with self._alone(name) as work:
            if work.kind is None:
                raise BadInputError("no-kind-yet")
            path = self.store.place(name) / tasks.SIZES
            await asyncio.to_thread(write_sizes, path, text, work.kind)
            work = replace(work, has_sizes=bool(text.strip()))
            await self._keep(work)
            if work.state == "built":
                await self._make(work, self.hand, moved=None if work.is_mesh else {})
        return self.find(name)

    async def set_back(self, name: str, back: str | None) -> Work:
        """Give a garment the file of its folder that shows its back, or none."""
        async with self._alone(name) as work:
            if work.is_mesh and back is not None:
                raise BadInputError("mesh-has-back")
            work = replace(work, back=back)
            await self._keep(work)
            await self._make(work, self.hand)
        return self.find(name)

    async def publish(self, name: str, wish: bool) -> Work:
        """Offer a garment to shoppers, or no longer.

        Raises:
            BadInputError: `not-built` or `grade-too-low`.
        """
        async with self._alone(name) as work:
            if wish:
                if work.state != "built":
                    raise BadInputError("not-built")
                paper = self.store.passport(work)
                if not is_publishable(paper):
                    raise BadInputError("grade-too-low", why=why_not(paper))
            await self._keep(replace(work, published=wish))
        return self.find(name)

    async def throw_away(self, name: str) -> None:
        """Delete a garment; for a day it can be had back."""
        async with self._alone(name) as work:
            self.catalog.remove(work.id)
            await asyncio.to_thread(self.store.throw_away, name)
            self._tell(name)

    async def take_back(self, name: str) -> Work:
        """Undo `throw_away`.

        Raises:
            BadInputError: `unknown-work`.
        """
        work = await asyncio.to_thread(self.store.take_back, name)
        if work is None:
            raise BadInputError("unknown-work", name=shorten(name))
        if work.state in ("queued", "building"):
            self._queue.put_nowait(name)
        await self._keep(work)
        return work

    async def turn(self, name: str, build: str) -> Path:
        """The strip of a garment that turns on the body of a build.

        Raises:
            BadInputError: `unknown-build` or `not-built`.
        """
        if build not in [one.name for one in BUILDS]:
            raise BadInputError("unknown-build", name=shorten(build), known=", ".join(one.name for one in BUILDS))
        # One at a time, so that a landmark which is moved meanwhile waits for one strip at most.
        async with self._turning:
            async with self._alone(name) as work:  # what is being built just now is worth waiting for
                pass
            if work.state != "built":
                raise BadInputError("not-built")
            strip = self.store.place(name) / f"turn-{work.version}-{build}.jpg"
            if not strip.exists():
                await self.hand.run(tasks.turn, self.store.place(name), build, strip)
            return strip

    # ---- Building ----

    async def _build_forever(self, worker: Worker) -> None:
        while True:
            name = await self._queue.get()
            try:
                async with self._alone(name) as work:
                    if work.state in ("queued", "building"):
                        await self._make(work, worker)
            except BadInputError:
                pass  # thrown away meanwhile
            except Exception:  # a full disk, say: the others are still to be built
                log.exception("the garment %s could not be built", name)
                await self._give_up(name)

    async def _give_up(self, name: str) -> None:
        work, words = self.store.works.get(name), BadInputError("build-failed")
        with suppress(OSError):
            if work is not None:
                await self._keep(replace(work, state="refused", reason=Reason(words.code, words.words)))

    async def _make(
        self, work: Work, worker: Worker, *, moved: Mapping[str, tuple[float, float]] | None = None
    ) -> None:
        """Build a garment, or build it again from its landmarks, and remember what came of it.

        Raises:
            RefusedError: When a wish cannot be met and the garment stays as it is.
        """
        before = work
        work = replace(work, state="building", reason=None)
        await self._keep(work)
        folder = self.store.place(work.id)
        order = tasks.Order(
            folder,
            work.source,
            work.kind,
            work.back,
            work.has_sizes,
            title=work.title.en,
            materials=work.materials,
        )
        reason = None
        try:
            if moved is None:
                built = await worker.run(tasks.build, order)
                work = replace(work, kind=built.kind, is_laid=built.is_laid)
            else:
                await worker.run(tasks.rebuild, order, dict(moved))
        except RefusedError as refusal:
            if moved is not None and refusal.code not in tasks.OF_THE_KIND:
                await self._keep(before)
                raise
            reason = Reason(refusal.code, in_both_languages(refusal))
        except (WorkerLostError, WorkFailedError) as error:
            log.error("the garment %s could not be built: %s", work.id, error)
            error_words = BadInputError("build-lost" if isinstance(error, WorkerLostError) else "build-failed")
            if moved is not None:
                await self._keep(before)
                raise error_words from error
            reason = Reason(error_words.code, error_words.words)
        work = replace(work, state="refused" if reason else "built", reason=reason, version=work.version + 1)
        paper = await asyncio.to_thread(self.store.passport, work)
        if reason or not is_publishable(paper):
            work = replace(work, published=False)
        await self._keep(work)

    @asynccontextmanager
    async def _alone(self, name: str) -> AsyncIterator[Work]:
        """Hold a garment so that nobody else changes it."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield self.find(name)

    async def _keep(self, work: Work) -> None:
        await asyncio.to_thread(self.store.keep, work)
        if work.published and work.state == "built":
            found = await asyncio.to_thread(read_pieces, self.store.place(work.id))
            pieces = [piece for piece in found if not isinstance(piece, str)]
            if pieces:
                self.catalog.put(pieces[0], pieces[1:])
        elif not work.published:
            self.catalog.remove(work.id)
        self._tell(work.id)

    def _tell(self, name: str) -> None:
        for watch in self.watches:
            watch.note(name)


def is_publishable(paper: Mapping[str, Any] | None) -> bool:
    """Whether a passport lets shoppers see the garment."""
    return paper is not None and bool(paper.get("publishable", paper.get("grade") != "D"))


def why_not(paper: Mapping[str, Any] | None) -> str:
    """The passport's first reasons."""
    reasons = [] if paper is None else [str(reason) for reason in paper.get("reasons", ()) if isinstance(reason, str)]
    return "; ".join(reasons[:3]) or "-"


def write_sizes(path: Path, text: str, kind: str) -> None:
    """Write a size table that somebody has typed or pasted, once it is known to be a right one.

    Raises:
        RefusedError: `bad-size-table`.
    """
    if not text.strip():
        path.unlink(missing_ok=True)
        return
    fresh = path.with_name("size table")
    fresh.write_text(tidy_table(text), encoding="utf-8")
    try:
        read_size_table(fresh, get_kind(kind))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
