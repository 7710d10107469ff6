"""The catalog over HTTP: the list, and the pictures and papers of each garment."""

import hashlib
import json
import re
from typing import Any

from aiohttp import web

from garments.kinds import get_kind
from server.catalog.catalog import Catalog, Outfit, Piece
from server.errors import BadInputError
from server.replies import problem

CATALOG = web.AppKey("catalog", Catalog)
PAPERS = ("photo.jpg", "cutout.png", "passport.json", "garment.glb")
TYPES = {"garment.glb": "model/gltf-binary"}
"""What the system's own list of file types may not know."""


def describe(piece: Piece) -> dict[str, Any]:
    """A garment as pages see it."""
    here, kind, colour = f"/api/garments/{piece.id}", get_kind(piece.kind), piece.colour
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
        "version": piece.version,
        "group": piece.group,
        "colour": None if colour is None else {"en": colour.name_en, "ko": colour.name_ko, "hex": colour.hex},
    }


def describe_outfit(outfit: Outfit) -> dict[str, Any]:
    """An outfit as pages see it."""
    title = {"en": outfit.title.en, "ko": outfit.title.ko}
    return {"id": outfit.id, "title": title, "garments": list(outfit.garments)}


async def list_garments(request: web.Request) -> web.StreamResponse:
    """GET /api/garments; whoever asks again hears 304 until something changes."""
    catalog = request.app[CATALOG]
    listed = {
        "garments": [describe(piece) for piece in catalog],
        "outfits": [describe_outfit(outfit) for outfit in catalog.outfits()],
    }
    text = json.dumps(listed, ensure_ascii=False)
    tag = hashlib.sha256(text.encode()).hexdigest()[:16]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.json_response(text=text, headers=headers)


async def show_paper(request: web.Request) -> web.StreamResponse:
    """GET one of `PAPERS` of a garment; a browser asks again, and hears 304 when nothing changed."""
    try:
        piece = request.app[CATALOG].find(request.match_info["id"])
    except BadInputError as error:
        return problem(404, error.code, error.words)
    name = request.match_info["paper"]
    paper = piece.photo if name == "photo.jpg" else piece.folder / name
    if not paper.is_file():
        return problem(404, "no-picture")
    headers = {"Cache-Control": "no-cache"}
    if name in TYPES:
        headers["Content-Type"] = TYPES[name]
    return web.FileResponse(paper, headers=headers)


def add_catalog(app: web.Application, catalog: Catalog) -> None:
    """Hang the catalog's addresses into the application."""
    app[CATALOG] = catalog
    app.router.add_get("/api/garments", list_garments)
    names = "|".join(re.escape(name) for name in PAPERS)
    app.router.add_get(f"/api/garments/{{id}}/{{paper:{names}}}", show_paper)
