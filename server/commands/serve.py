"""`geoul serve`: the whole service, with the demo shop."""

import asyncio
import errno
import signal
import socket
from contextlib import closing, suppress
from pathlib import Path
from socket import AI_PASSIVE

from aiohttp import web

from garments.errors import RefusedError
from server.app import PAGES, make_app
from server.catalog.catalog import Catalog, read_catalog
from server.config import Config
from server.streaming.dresser import Engine

LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::", "")
GOODBYE_SECS = 5.0
KEEPALIVE_SECS = 30.0
"""The library's own is an hour."""


def serve(host: str, port: int, data: Path) -> None:
    """Serve until interrupted.

    Raises:
        RefusedError: when the service cannot start: `port-in-use`, `bad-address`, `bad-setting`, `no-pose-model`.
    """
    forbid_core_dumps()
    config = Config.from_environment()
    catalog = read_catalog(data=data)
    with reserve(host, port) as place, closing(open_engine()) as engine:
        asyncio.run(run(engine, catalog, config, place, host, data))


def forbid_core_dumps() -> None:
    """Keep pictures of shoppers out of what the system writes when a process crashes."""
    with suppress(ImportError):  # not every system has limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reserve(host: str, port: int) -> socket.socket:
    """The port, ours from now on, so that nobody waits for the models only to hear that it is taken.

    Raises:
        RefusedError: `port-in-use` or `bad-address`.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, dualstack_ipv6=host == "::")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RefusedError(
                "port-in-use",
                f"port {port} is in use, perhaps by another Geoul: choose another with --port, or 0 for any",
            ) from None
        raise RefusedError("bad-address", f"cannot listen on '{host}' port {port}: {error.strerror}") from None


def open_engine() -> Engine:
    """The models that all sessions share."""
    import fitting.pipeline  # late: it takes seconds, and a port in use should be said at once
    from fitting.detect import PoseModelMissingError

    try:
        return fitting.pipeline.Engine()
    except PoseModelMissingError as error:
        raise RefusedError("no-pose-model", str(error)) from None


async def run(
    engine: Engine, catalog: Catalog, config: Config, place: socket.socket, host: str, data: Path | None = None
) -> None:
    """Listen, say where, and go when told to."""
    runner = web.AppRunner(
        make_app(engine, catalog, config, data=data),
        access_log=None,
        keepalive_timeout=KEEPALIVE_SECS,
        shutdown_timeout=GOODBYE_SECS,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, place).start()
        has_studio = data is not None and bool(config.studio_open)
        for line in greet(host, place.getsockname()[1], catalog, has_studio=has_studio):
            print(line, flush=True)
        await wait_for_signal()
    finally:
        await runner.cleanup()


def greet(host: str, port: int, catalog: Catalog, *, has_studio: bool = False) -> list[str]:
    """What to say at the start: the address, and what is missing."""
    name = "localhost" if host in (*LOOPBACK, *EVERYWHERE) else f"[{host}]" if ":" in host else host
    lines = [f"The mirror is ready: open http://{name}:{port}/ ({len(catalog)} garments). Ctrl+C stops it."]
    if has_studio:
        lines.append(f"The studio for merchandisers is at http://{name}:{port}/studio.")
    if host not in LOOPBACK:
        lines.append("Browsers give their camera to http://localhost only; other machines need HTTPS before it.")
    if not (PAGES / "index.html").is_file():
        lines.append("The pages are not built, so only the API answers: run `make setup` first.")
    if len(catalog) == 0:
        lines.append("The shop is empty: `make setup` builds the demo garments, --data names a folder with your own.")
    return [*lines, *catalog.skipped]


async def wait_for_signal() -> None:
    """Return at Ctrl+C or when the system asks us to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
