"""The mirror's WebSocket: who may come in, and how each connection is served and ended."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from server.catalog.catalog import Catalog
from server.config import Config
from server.errors import say, shorten
from server.replies import problem
from server.streaming.dresser import Dresser, Engine
from server.streaming.protocol import CloseCode, NoticeMessage
from server.streaming.session import Session, SessionEnd

CLOSE_SECS = 2.0
"""How long a goodbye may take before the line is cut."""


@dataclass(frozen=True)
class Room:
    """Where the sessions of one server live."""

    engine: Engine
    catalog: Catalog
    config: Config
    workers: Executor
    sockets: set[web.WebSocketResponse] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        """Whether nobody else can come in."""
        return len(self.sockets) >= self.config.sessions_most


ROOM = web.AppKey("room", Room)


def is_welcome(origin: str | None, host: str, allowed: Sequence[str]) -> bool:
    """Whether a page of this origin may use the mirror: our own, or one of the list; programs send no origin."""
    return origin is None or urlsplit(origin).netloc == host or origin in allowed


async def mirror(request: web.Request) -> web.StreamResponse:
    """GET /api/mirror."""
    room = request.app[ROOM]
    origin = request.headers.get("Origin")
    if not is_welcome(origin, request.host, room.config.allowed_origins):
        return problem(403, "foreign-origin", say("foreign-origin", origin=shorten(str(origin))))
    # Without compression: JPEG cannot be pressed further, and a small message could unfold into a huge one.
    socket = web.WebSocketResponse(
        compress=False,
        timeout=CLOSE_SECS,
        heartbeat=room.config.ping_secs,
        max_msg_size=room.config.message_bytes_most,
    )
    if not socket.can_prepare(request):
        return problem(426, "no-websocket")
    await socket.prepare(request)
    if room.is_full:
        # A browser hides the answer to a refused upgrade from its page, so the page is let in to hear the reason.
        words = say("full", most=room.config.sessions_most)
        await send(socket, bytes(NoticeMessage("full", words)), room.config.send_secs)
        await end(request, socket, SessionEnd(CloseCode.TRY_AGAIN_LATER, words.en))
        return socket
    room.sockets.add(socket)
    try:
        await end(request, socket, await attend(socket, room))
    finally:
        room.sockets.discard(socket)
    return socket


async def attend(socket: web.WebSocketResponse, room: Room) -> SessionEnd:
    """Serve one connection until it ends, and say why it did."""
    session = Session(
        Dresser(room.engine, room.catalog, room.config),
        room.config,
        room.workers,
        lambda data: send(socket, data, room.config.send_secs),
    )
    reasons: tuple[BaseException, ...] = ()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(session.dress_frames())
            tasks.create_task(session.report())
            await listen(socket, session, room.config.idle_secs)
    except* SessionEnd as group:
        reasons = group.exceptions
    finally:
        session.close()
    return next(reason for reason in reasons if isinstance(reason, SessionEnd))


async def listen(socket: web.WebSocketResponse, session: Session, idle_secs: float) -> None:
    """Hand over each message that comes.

    Raises:
        SessionEnd: when the page goes, falls silent, or breaks a rule.
    """
    while True:
        try:
            async with asyncio.timeout(idle_secs):
                message = await socket.receive()
        except TimeoutError:
            raise SessionEnd(CloseCode.IDLE, f"nothing came for {idle_secs:g} seconds") from None
        if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
            raise SessionEnd(None)
        await session.receive(message.data)


async def send(socket: web.WebSocketResponse, data: bytes, send_secs: float) -> None:
    """Send one message.

    Raises:
        SessionEnd: when the page has gone, or takes nothing any more.
    """
    try:
        async with asyncio.timeout(send_secs):
            await socket.send_bytes(data)
    except TimeoutError:
        raise SessionEnd(CloseCode.POLICY, "the page has stopped reading") from None
    except ConnectionError:
        raise SessionEnd(None) from None


async def end(request: web.Request, socket: web.WebSocketResponse, reason: SessionEnd) -> None:
    """Say goodbye with the reason, and cut the line when nobody listens."""
    try:
        async with asyncio.timeout(CLOSE_SECS):
            if reason.code is not None:
                await socket.close(code=reason.code, message=reason.reason.encode()[:123])
    except TimeoutError:
        pass
    finally:
        if reason.code is CloseCode.POLICY and request.transport is not None:
            request.transport.abort()  # closing would wait for what the page does not read


async def send_home(app: web.Application) -> None:
    """End every session because the server closes."""
    words = say("closing").en.encode()
    sockets = list(app[ROOM].sockets)
    await asyncio.gather(*(socket.close(code=CloseCode.GOING_AWAY, message=words) for socket in sockets))
