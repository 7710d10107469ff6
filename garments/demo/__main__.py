"""Makes the demo shop: `python -m garments.demo [ID ...]` writes `assets/shop/photos/` and `assets/shop/shop.json`.

Each top is cut from a pattern, sewn, dropped onto a mannequin of the project's own body, and photographed. The same
seed gives the same photo.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garments.demo.collar import add_collar
from garments.demo.collection import Top, find_top, list_tops
from garments.demo.fall import fall
from garments.demo.mannequin import make_figure
from garments.demo.pattern import Pattern, sew
from garments.demo.photograph import photograph, shape_of

SHOP = Path(__file__).parents[2] / "assets" / "shop"
SIZE_PX = (1200, 1600)
QUALITY = 90
SEED = 20


def tighten(pattern: Pattern, top: Top) -> NDArray[np.float64]:
    """(C,) How ribbing draws the cloth together at each corner."""
    edge, trim = pattern.edge_m, top.trim
    factor = np.ones(len(pattern.weld))
    if trim.neck_band_m:
        factor *= 1 - 0.07 * (edge["neck"] < trim.neck_band_m * 0.8)
    if trim.ribbed:
        for name, width in (("hem", trim.hem_m), ("cuff", trim.cuff_m)):
            factor *= 1 - 0.13 * np.clip((width - edge[name]) / 0.02, 0, 1)
    return factor


def picture_top(
    top: Top, *, size_px: tuple[int, int] = SIZE_PX, sharper: float = 1.5, spacing_m: float = 0.009, steps: int = 1000
) -> NDArray[np.uint8]:
    """(H, W, 3) The product photo of a top."""
    figure = make_figure(top.arms_rad)
    pattern = sew(top.cut, top.arms_rad, spacing_m=spacing_m, seed=SEED)
    points = fall(pattern, figure, steps=steps, bend=top.bend, shrink=tighten(pattern, top))
    shape = shape_of(pattern, points)
    if top.collar:
        shape = add_collar(shape, points[pattern.neckline], figure, edge_offset_m=top.trim.hem_m - 0.0065)
    return photograph(shape, top.cut, top.make_cloth(), top.trim, size_px=size_px, sharper=sharper, seed=SEED)


def write_shop(tops: tuple[Top, ...], folder: Path = SHOP) -> None:
    """Write `shop.json`: what the shop sells."""
    entries = [
        {
            "id": top.id,
            "kind": top.kind,
            "title": {"en": top.title_en, "ko": top.title_ko},
            "photo": f"photos/{top.id}.jpg",
            "price_won": top.price_won,
        }
        for top in tops
    ]
    (folder / "shop.json").write_text(json.dumps({"garments": entries}, ensure_ascii=False, indent=1) + "\n")


def main(names: list[str]) -> None:
    """Make the photos of the named tops, or of all."""
    (SHOP / "photos").mkdir(parents=True, exist_ok=True)
    for top in [find_top(name) for name in names] or list_tops():
        picture = picture_top(top)
        path = SHOP / "photos" / f"{top.id}.jpg"
        Image.fromarray(picture).save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} KB", flush=True)
    write_shop(list_tops())


if __name__ == "__main__":
    main(sys.argv[1:])
