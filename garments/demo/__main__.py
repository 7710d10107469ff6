"""Makes the demo shop: `python -m garments.demo [ID ...]` writes photos, meshes and `shop.json` into `assets/shop/`.

Each piece is cut from a pattern, sewn, dropped onto a mannequin of the project's own body, and photographed or kept as
a GLB. The same seed gives the same file.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garments.demo.bake_mesh import bake_mesh
from garments.demo.collar import add_collar
from garments.demo.collection import find_piece, list_outfits, list_pieces
from garments.demo.fall import fall
from garments.demo.hood import add_hood
from garments.demo.lower import Jumpsuit, Skirt, Trousers, sew_jumpsuit, sew_skirt, sew_trousers
from garments.demo.mannequin import Figure, make_figure, raise_arms
from garments.demo.models import list_models
from garments.demo.pattern import Cut, Pattern, sew
from garments.demo.photograph import photograph, shape_of
from garments.demo.piece import Piece

SHOP = Path(__file__).parents[2] / "assets" / "shop"
SIZE_PX = (1200, 1600)
QUALITY = 90
SEED = 20
HIPS_M = 0.62
"""Cloth that ends above this touches no leg."""


def sew_piece(piece: Piece, spacing_m: float) -> Pattern:
    """The panels of a piece, sewn."""
    match piece.cut:
        case Skirt():
            return sew_skirt(piece.cut, spacing_m=spacing_m, seed=SEED)
        case Trousers():
            return sew_trousers(piece.cut, spacing_m=spacing_m, seed=SEED)
        case Jumpsuit():
            return sew_jumpsuit(piece.cut, piece.arms_rad, spacing_m=spacing_m, seed=SEED)
        case Cut():
            return sew(piece.cut, piece.arms_rad, spacing_m=spacing_m, seed=SEED)


def tighten(pattern: Pattern, piece: Piece) -> NDArray[np.float64]:
    """(C,) How ribbing and waistbands draw the cloth together at each corner."""
    edge, trim = pattern.edge_m, piece.trim
    factor = np.ones(len(pattern.weld))
    if trim.neck_band_m:
        factor *= 1 - 0.07 * (edge["neck"] < trim.neck_band_m * 0.8)
    if trim.ribbed:
        for name, width in (("hem", trim.hem_m), ("cuff", trim.cuff_m)):
            factor *= 1 - 0.13 * np.clip((width - edge[name]) / 0.02, 0, 1)
    if trim.waistband_m:
        factor *= 1 - 0.05 * (edge["waist"] < trim.waistband_m)
    return factor


def drape_piece(piece: Piece, pattern: Pattern, steps: int) -> tuple[NDArray[np.float64], Figure]:
    """(P, 3) Where the welded points come to rest, and what they rest on."""
    long = pattern.start_m[:, 2].min() < HIPS_M + 0.1
    figure = make_figure(piece.arms_rad, low_m=0.0 if long else 0.62)
    return fall(pattern, figure, steps=steps, bend=piece.bend, shrink=tighten(pattern, piece)), figure


def model_piece(piece: Piece, *, spacing_m: float = 0.014, steps: int = 1000) -> bytes:
    """The GLB of a piece."""
    pattern = sew_piece(piece, spacing_m)
    points, _ = drape_piece(piece, pattern, steps)
    return bake_mesh(piece, pattern, raise_arms(points, piece.arms_rad))


def picture_piece(
    piece: Piece,
    *,
    size_px: tuple[int, int] = SIZE_PX,
    sharper: float = 1.5,
    spacing_m: float = 0.009,
    steps: int = 1000,
) -> NDArray[np.uint8]:
    """(H, W, 3) The product photo of a piece."""
    pattern = sew_piece(piece, spacing_m)
    points, figure = drape_piece(piece, pattern, steps)
    shape = shape_of(pattern, points)
    if piece.collar:
        shape = add_collar(shape, points[pattern.neckline], figure, edge_offset_m=piece.trim.hem_m - 0.0065)
    if piece.hood:
        shape = add_hood(shape, points[pattern.neckline], figure)
    label_m = piece.cut.label_height
    return photograph(shape, label_m, piece.make_cloth(), piece.trim, size_px=size_px, sharper=sharper, seed=SEED)


def write_shop(folder: Path = SHOP) -> None:
    """Write `shop.json`: what the shop sells, and what it shows together."""
    models = {piece.id for piece in list_models()}
    entries = [
        {
            "id": piece.id,
            "kind": piece.kind,
            "title": {"en": piece.title_en, "ko": piece.title_ko},
            **({"mesh": f"meshes/{piece.id}.glb"} if piece.id in models else {"photo": f"photos/{piece.id}.jpg"}),
            "price_won": piece.price_won,
            **({"colours": list(piece.colours)} if piece.colours else {}),
        }
        for piece in list_pieces()
    ]
    outfits = [
        {"id": outfit.id, "title": {"en": outfit.title_en, "ko": outfit.title_ko}, "garments": list(outfit.pieces)}
        for outfit in list_outfits()
    ]
    shop = {"garments": entries, "outfits": outfits}
    (folder / "shop.json").write_text(json.dumps(shop, ensure_ascii=False, indent=1) + "\n")


def main(names: list[str]) -> None:
    """Make the named pieces, or all."""
    models = {piece.id for piece in list_models()}
    for piece in [find_piece(name) for name in names] or list_pieces():
        folder, ending = ("meshes", "glb") if piece.id in models else ("photos", "jpg")
        path = SHOP / folder / f"{piece.id}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if piece.id in models:
            path.write_bytes(model_piece(piece))
        else:
            Image.fromarray(picture_piece(piece)).save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} KB", flush=True)
    write_shop()


if __name__ == "__main__":
    main(sys.argv[1:])
