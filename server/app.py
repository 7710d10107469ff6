"""The whole service as one aiohttp application."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiohttp import web

from server.catalog.catalog import SHOP, Catalog
from server.catalog.pages import add_catalog
from server.config import Config
from server.replies import add_safe_headers, problem
from server.streaming.connection import ROOM, Room, mirror, send_home
from server.streaming.dresser import Engine
from server.studio.pages import add_studio
from server.studio.studio import Studio

PAGES = Path(__file__).parents[1] / "web_client" / "dist"


def make_app(
    engine: Engine,
    catalog: Catalog,
    config: Config,
    *,
    pages: Path = PAGES,
    shop: Path = SHOP,
    data: Path | None = None,
) -> web.Application:
    """The service over an engine and a catalog of garments; with a folder for the shop's data it has a studio."""
    app = web.Application()
    workers = ThreadPoolExecutor(config.workers, thread_name_prefix="dress")
    app[ROOM] = Room(engine, catalog, config, workers)
    app.on_response_prepare.append(add_safe_headers)
    app.on_shutdown.append(send_home)
    app.cleanup_ctx.append(_stop_workers)
    app.router.add_get("/healthz", say_health)
    app.router.add_get("/api/mirror", mirror)
    add_catalog(app, catalog)
    if data is not None and config.studio_open:
        add_studio(app, Studio(data / "garments", catalog, config), config)
    add_demo(app, shop)
    add_pages(app, pages)
    return app


async def _stop_workers(app: web.Application) -> AsyncIterator[None]:
    yield
    app[ROOM].workers.shutdown(wait=True)


async def say_health(request: web.Request) -> web.Response:
    """GET /healthz: that we live, and how much there is to do."""
    room = request.app[ROOM]
    return web.json_response(
        {
            "status": "full" if room.is_full else "ok",
            "sessions": len(room.sockets),
            "sessions_most": room.config.sessions_most,
            "garments": len(room.catalog),
        },
        headers={"Cache-Control": "no-store"},
    )


def add_demo(app: web.Application, shop: Path) -> None:
    """The demo shopper's clip, for visitors without a camera."""
    clip = shop / "shopper.webm"

    async def show_shopper(request: web.Request) -> web.StreamResponse:
        if not clip.is_file():
            return problem(404, "not-found")
        return web.FileResponse(clip, headers={"Cache-Control": "no-cache"})

    app.router.add_get("/demo/shopper.webm", show_shopper)


def add_pages(app: web.Application, pages: Path) -> None:
    """The pages that `web_client` has built, or a sentence in their place."""

    async def show_page(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"] or "index.html"
        page = find_page(pages, name) or find_page(pages, f"{name}.html")
        if page is not None:
            # Vite puts a hash of the content into the names of what it bundles: such a file never changes.
            cache = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
            return web.FileResponse(page, headers={"Cache-Control": cache})
        if name == "index.html":
            return problem(503, "pages-not-built")
        return problem(404, "not-found")

    app.router.add_get("/{name:.*}", show_page)


def find_page(pages: Path, name: str) -> Path | None:
    """The file of this name, if it lies in the folder and nowhere else."""
    try:
        page = (pages / name).resolve()
        return page if page.is_relative_to(pages.resolve()) and page.is_file() else None
    except (OSError, ValueError):  # names that no file can have
        return None
