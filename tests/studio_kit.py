"""What the studio's tests share: a server with a studio, photos that the tests draw, and waiting for what is built."""

import asyncio
import io
import time
from typing import ClassVar

from PIL import Image

from server.studio.tasks import Built
from tests.drawn_tops import t_shirt_photo
from tests.mirror_kit import make_folder, make_jpeg, start_mirror

PATIENCE_SECS = 120
"""The first build starts a process, on a machine that may be busy."""


def jpeg_of(photo, **options) -> bytes:
    """A photo as a file."""
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "JPEG", quality=92, **options)
    return content.getvalue()


def tee(colour=(176, 48, 60)) -> bytes:
    """A t-shirt on white."""
    return jpeg_of(t_shirt_photo(colour)[0])


class StudioClient:
    """A client of the studio's API."""

    def __init__(self, client) -> None:
        self.client = client

    async def ask(self, method, path, **options):
        """Status and JSON of an answer."""
        answer = await self.client.request(method, f"/api/studio{path}", **options)
        text = await answer.read()
        return answer.status, (await answer.json()) if text and answer.content_type == "application/json" else text

    async def upload(self, content=None, **query):
        status, piece = await self.ask("POST", "/pieces", data=content or tee(), params=query)
        assert status == 201, piece
        return piece

    async def built(self, name):
        """The garment once it is neither waiting nor being built."""
        end = time.monotonic() + PATIENCE_SECS
        while time.monotonic() < end:
            status, piece = await self.ask("GET", f"/pieces/{name}")
            assert status == 200
            if piece["state"] not in ("queued", "building"):
                return piece
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} is still {piece['state']}")

    async def offered(self):
        """The ids that the mirror page is offered."""
        listed = await (await self.client.get("/api/garments")).json()
        return [garment["id"] for garment in listed["garments"]]


async def start_studio(aiohttp_client, folder, **settings) -> StudioClient:
    """A server with a studio."""
    here = await start_mirror(aiohttp_client, folder, data=folder / "data", **settings)
    return StudioClient(here.client)


class QuickWorker:
    """Stands in for the processes: what a task needs of a garment is there at once."""

    grade = "A"
    outcome: Exception | None = None
    calls: ClassVar[list] = []

    def __init__(self, limit_secs, *, nice=0):
        self.is_held = asyncio.Event()
        self.is_held.set()

    async def run(self, task, *values):
        type(self).calls.append((task.__name__, *values))
        await asyncio.sleep(0)
        if self.outcome is not None:
            raise self.outcome
        if task.__name__ in ("build", "rebuild"):
            order = values[0]
            make_folder(order.folder, grade=self.grade, reasons=["fine", "the hem is hidden"])
            (order.folder / "landmarks.json").write_text(
                '{"points": {"hem_left": {"x": 1, "y": 2, "confidence": 0.5}}}'
            )
            return Built(order.kind or "knit", is_laid=False)
        if task.__name__ == "turn":
            values[2].write_bytes(make_jpeg())
        return None

    def close(self):
        pass


class InlineWorker:
    """Does the real tasks in a thread: a process of its own would read all modules again."""

    def __init__(self, limit_secs, *, nice=0):
        self.one_at_a_time = asyncio.Lock()

    async def run(self, task, *values):
        async with self.one_at_a_time:
            return await asyncio.to_thread(task, *values)

    def close(self):
        pass
