"""The catalog over HTTP: the list, and the pictures of each garment."""

from typing import Any

from aiohttp import web

from garments.kinds import get_kind
from server.catalog.catalog import Catalog, Piece
from server.errors import BadInputError
from server.replies import problem

CATALOG = web.AppKey("catalog", Catalog)


def describe(piece: Piece) -> dict[str, Any]:
    """A garment as pages see it."""
    here, kind = f"/api/garments/{piece.id}", get_kind(piece.kind)
    return {
        "id": piece.id,
        "kind": piece.kind,
        "kind_title": {"en": kind.title_en, "ko": kind.title_ko},
        "covers": sorted(kind.covers),
        "layer": kind.layer,
        "opens": kind.opens,
        "title": {"en": piece.title.en, "ko": piece.title.ko},
        "photo": f"{here}/photo.jpg",
        "cutout": f"{here}/cutout.png",
    }


async def list_garments(request: web.Request) -> web.Response:
    """GET /api/garments."""
    return web.json_response({"garments": [describe(piece) for piece in request.app[CATALOG]]})


async def show_picture(request: web.Request) -> web.StreamResponse:
    """GET /api/garments/<id>/photo.jpg and cutout.png; a browser asks again, and hears 304 when nothing changed."""
    try:
        piece = request.app[CATALOG].find(request.match_info["id"])
    except BadInputError as error:
        return problem(404, error.code, error.words)
    picture = piece.photo if request.match_info["picture"] == "photo.jpg" else piece.cutout
    if not picture.is_file():
        return problem(404, "no-picture")
    return web.FileResponse(picture, headers={"Cache-Control": "no-cache"})


def add_catalog(app: web.Application, catalog: Catalog) -> None:
    """Hang the catalog's addresses into the application."""
    app[CATALOG] = catalog
    app.router.add_get("/api/garments", list_garments)
    app.router.add_get("/api/garments/{id}/{picture:photo\\.jpg|cutout\\.png}", show_picture)
