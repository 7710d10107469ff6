"""Builds the demo shop's garments: `python -m garments.build_shop`, again only when a file or the code has changed."""

import json
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from garments.bulk.build_order import build_order
from garments.bulk.makers import hash_makers
from garments.bulk.order import Order, Outcome
from garments.bulk.pool import LostError, Pool
from garments.passport import Said

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "assets" / "shop"


@dataclass(frozen=True)
class Article:
    """What the demo shop says about one garment."""

    id: str
    kind: str
    title_en: str
    title_ko: str
    source: Path
    """Its photo or its mesh."""
    photo: Path | None
    """The photo of the front; a mesh may have none."""
    back: Path | None = None
    sizes: Path | None = None
    materials: str | None = None
    colours: tuple[str, ...] = ()
    """Further colours that it is dyed in."""

    @property
    def order(self) -> Order:
        """What is to be made of it."""
        said = Said(title=self.title_en, materials=self.materials)
        return Order(self.id, self.source.name, self.source, self.kind, self.back, self.sizes, said, self.colours)


def read_shop(shop: Path = SHOP) -> tuple[Article, ...]:
    """The articles of `shop.json`, in the order of the rail."""
    entries = json.loads((shop / "shop.json").read_text(encoding="utf-8"))["garments"]
    return tuple(_read_article(entry, shop) for entry in entries)


def build_shop(shop: Path = SHOP, *, workers: int | None = None) -> int:
    """Build every garment of the shop over all cores, one printed line each, and return how many were refused."""
    orders = [article.order for article in read_shop(shop)]
    task = partial(build_order, out=shop / "garments", makers=hash_makers(), thumbnails=False)
    count = workers or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    pool: Pool[Order, Outcome] = Pool(task, workers=min(count, len(orders)), limit_secs=300)
    refused = 0
    for order, result in pool.run(orders):
        if not isinstance(result, LostError) and result.grade:
            print(f"{order.id}: {result.state}, grade {result.grade}", flush=True)
            continue
        refused += 1
        why = str(result) if isinstance(result, LostError) else f"{result.code}: {' '.join(result.reasons)}"
        print(f"{order.id}: refused ({why})", file=sys.stderr, flush=True)
    return refused


def _read_article(entry: dict[str, Any], shop: Path) -> Article:
    named = {name: shop / entry[name] for name in ("photo", "mesh", "back", "sizes") if entry.get(name)}
    return Article(
        id=entry["id"],
        kind=entry["kind"],
        title_en=entry["title"]["en"],
        title_ko=entry["title"]["ko"],
        source=named["mesh"] if "mesh" in named else named["photo"],
        photo=named.get("photo"),
        back=named.get("back"),
        sizes=named.get("sizes"),
        materials=entry.get("materials"),
        colours=tuple(entry.get("colours", ())),
    )


if __name__ == "__main__":
    sys.exit(1 if build_shop() else 0)
