"""What tests of the server share: a shop of tiny garments, a quick engine, and a page's end of the WebSocket."""

import asyncio
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import numpy as np
import simplejpeg

from fitting.frame import Preview
from garments.garment import Garment, save_garment
from server.app import make_app
from server.catalog.catalog import read_catalog
from server.config import Config
from server.streaming.protocol import (
    FrameMessage,
    NoticeMessage,
    PreviewMessage,
    StatusMessage,
    WearMessage,
    Wish,
    parse_server,
)

PATIENCE_SECS = 20
"""Longest wait for what should come at once, on a machine that is busy."""
COLOURS = {"red-tee": (200, 30, 30), "blue-knit": (30, 30, 200)}


def make_jpeg(width=128, height=96, colour=(90, 140, 90), quality=90):
    """A plain picture of one colour."""
    picture = np.full((height, width, 3), colour, np.uint8)
    return simplejpeg.encode_jpeg(picture, quality=quality, colorspace="RGB")


def make_garment(name, colour=(200, 30, 30)):
    """One triangle with a texture of one colour."""
    return Garment(
        name=name,
        kind="t-shirt",
        vertices_rest_m=np.array([[0, 0, 1], [0.2, 0, 1], [0, 0, 1.2]], np.float32),
        faces=np.array([[0, 1, 2]], np.int32),
        uv=np.array([[0, 0], [1, 0], [0, 1]], np.float32),
        segments=np.zeros((3, 4), np.int32),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (3, 1)),
        texture_rgba=np.full((4, 4, 4), (*colour, 255), np.uint8),
    )


def make_shop(folder: Path):
    """A shop of two built garments, as the demo shop is laid out."""
    (folder / "photos").mkdir(parents=True)
    entries = []
    for name, colour in COLOURS.items():
        make_folder(folder / "garments" / name, colour)
        (folder / "photos" / f"{name}.jpg").write_bytes(make_jpeg(64, 64, colour))
        entries.append(
            {"id": name, "kind": "t-shirt", "title": {"en": name, "ko": "옷"}, "photo": f"photos/{name}.jpg"}
        )
    (folder / "shop.json").write_text(json.dumps({"garments": entries}, ensure_ascii=False), encoding="utf-8")
    return folder


def make_folder(folder: Path, colour=(200, 30, 30), **passport):
    """A garment folder as `geoul garment build` writes it."""
    save_garment(make_garment(folder.name, colour), folder)
    (folder / "passport.json").write_text(json.dumps({"kind": "t-shirt"} | passport), encoding="utf-8")
    (folder / "cutout.png").write_bytes(b"\x89PNG\r\n\x1a\n")


class QuickEngine:
    """Stands in for the models: paints the whole frame in the colour of the outermost garment."""

    def __init__(self, delay_secs=0.0):
        self.delay_secs = delay_secs
        self.opened = []
        self.somebody = True
        self.broken = False

    def open(self):
        self.opened.append(QuickTryOn(self))
        return self.opened[-1]

    def close(self):
        pass

    @property
    def steps(self):
        return sum(len(one.shapes) for one in self.opened)


class QuickTryOn:
    """One shopper of the quick engine; notices when it is misused."""

    def __init__(self, engine):
        self.engine = engine
        self.garments = ()
        self.shapes, self.times, self.threads = [], [], set()
        self.closed = 0
        self.busy = threading.Lock()

    def wear(self, garments):
        self.garments = tuple(garments)

    def step(self, frame_rgb, time_secs):
        assert self.busy.acquire(blocking=False), "two frames of one shopper at once"
        try:
            assert not self.closed, "a frame after closing"
            self.shapes.append(frame_rgb.shape)
            self.times.append(time_secs)
            self.threads.add(threading.current_thread().name)
            time.sleep(self.engine.delay_secs)
            if self.engine.broken:
                raise ZeroDivisionError("as if the pipeline had a fault")
            picture = frame_rgb
            if self.engine.somebody and self.garments:
                picture = np.empty_like(frame_rgb)
                picture[:] = self.garments[-1].texture_rgba[0, 0, :3]
            return Preview(picture, pose_found=self.engine.somebody, stage_ms={"detect": 1.0})
        finally:
            self.busy.release()

    def close(self):
        assert self.busy.acquire(blocking=False), "closed in the middle of a frame"
        self.closed += 1
        self.busy.release()


class Page:
    """The page's end of the WebSocket."""

    def __init__(self, socket):
        self.socket = socket
        self.sequence = 0
        self.statuses, self.notices = [], []

    async def send_frame(self, jpeg=None, *, secs=None):
        """Send one frame, a thirtieth of a second after the last."""
        self.sequence += 1
        secs = self.sequence / 30 if secs is None else secs
        await self.socket.send_bytes(bytes(FrameMessage(self.sequence, secs, jpeg or make_jpeg())))
        return self.sequence

    async def wear(self, *garments):
        """Wish for garments: ids, or wishes with options."""
        wishes = tuple(Wish(one) if isinstance(one, str) else one for one in garments)
        await self.socket.send_bytes(bytes(WearMessage(wishes)))

    async def next(self, kind):
        """The next message of a kind; statuses and notices on the way are kept."""
        while True:
            message = await self.next_message()
            if isinstance(message, kind):
                return message

    async def next_message(self):
        async with asyncio.timeout(PATIENCE_SECS):
            got = await self.socket.receive()
        assert got.type is aiohttp.WSMsgType.BINARY, f"the connection ended: {got}"
        message = parse_server(got.data)
        if isinstance(message, StatusMessage):
            self.statuses.append(message)
        if isinstance(message, NoticeMessage):
            self.notices.append(message)
        return message

    async def preview(self):
        return await self.next(PreviewMessage)

    async def notice(self):
        return await self.next(NoticeMessage)

    async def status(self):
        return await self.next(StatusMessage)

    async def dressed(self, jpeg=None, **options):
        """Send a frame and give the preview that comes back."""
        await self.send_frame(jpeg, **options)
        return await self.preview()

    async def ending(self):
        """The close code and the reason, after whatever still comes."""
        while True:
            async with asyncio.timeout(PATIENCE_SECS):
                got = await self.socket.receive()
            if got.type is aiohttp.WSMsgType.CLOSE:
                return got.data, got.extra
            if got.type is not aiohttp.WSMsgType.BINARY:
                return self.socket.close_code, ""
            message = parse_server(got.data)
            if isinstance(message, NoticeMessage):
                self.notices.append(message)


class Mirror:
    """A running server with a quick engine."""

    def __init__(self, client, engine):
        self.client, self.engine = client, engine
        self.pages = []

    async def open(self, **options):
        page = Page(await self.client.ws_connect("/api/mirror", max_msg_size=0, **options))
        self.pages.append(page)
        return page

    async def sessions(self):
        return (await (await self.client.get("/healthz")).json())["sessions"]

    async def empties(self, within_secs=PATIENCE_SECS):
        """Whether every session is gone and everything it held is given back in time."""
        end = time.monotonic() + within_secs
        while time.monotonic() < end:
            if await self.sessions() == 0 and all(one.closed == 1 for one in self.engine.opened):
                return True
            await asyncio.sleep(0.02)
        return False


async def start_mirror(aiohttp_client, folder, engine=None, pages=None, data=None, **settings):
    """A server over a shop of two garments, with these settings; with a folder for data it has a studio."""
    engine = engine or QuickEngine()
    shop = folder / "shop" if (folder / "shop").exists() else make_shop(folder / "shop")
    config = replace(Config(workers=2, sessions_most=8), **settings)
    app = make_app(engine, read_catalog(shop, data), config, pages=pages or folder / "no-pages", shop=shop, data=data)
    return Mirror(await aiohttp_client(app), engine)
