"""Builds the demo shop's garments: `python -m garments.build_shop`, again only when a photo or the code has changed."""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from garments.build import build_garment
from garments.errors import RefusedError

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "assets" / "shop"
STAMP = "built.sha256"
MAKERS = (
    "garments/*.py",
    "garments/kinds/*.py",
    "garments/gltf/*.py",
    "body_model/*.py",
    "assets/body/body.npz",
    "assets/models/landmarks.onnx",
)
"""What a built garment depends on besides its photo."""


@dataclass(frozen=True)
class Article:
    """What the demo shop says about one garment."""

    id: str
    kind: str
    title_en: str
    title_ko: str
    photo: Path


def read_shop(shop: Path = SHOP) -> tuple[Article, ...]:
    """The articles of `shop.json`, in the order of the rail."""
    entries = json.loads((shop / "shop.json").read_text())["garments"]
    return tuple(
        Article(entry["id"], entry["kind"], entry["title"]["en"], entry["title"]["ko"], shop / entry["photo"])
        for entry in entries
    )


def hash_makers() -> str:
    """A hash of all code and data that turn a photo into a garment."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MAKERS for path in ROOT.glob(pattern)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def build_article(article: Article, out: Path, makers: str) -> str:
    """Build one garment folder unless it is up to date, and return what was done.

    Raises:
        RefusedError: If the photo is refused.
    """
    stamp = hashlib.sha256(f"{makers} {article.kind}".encode() + article.photo.read_bytes()).hexdigest()
    if (out / STAMP).exists() and (out / STAMP).read_text() == stamp:
        return "up to date"
    (out / STAMP).unlink(missing_ok=True)
    garment = build_garment(article.photo, article.kind, out)
    (out / STAMP).write_text(stamp)
    return f"built, {len(garment.faces)} triangles"


def build_shop(shop: Path = SHOP) -> int:
    """Build every garment of the shop, one printed line each, and return how many were refused."""
    makers = hash_makers()
    refused = 0
    for article in read_shop(shop):
        try:
            print(f"{article.id}: {build_article(article, shop / 'garments' / article.id, makers)}", flush=True)
        except RefusedError as refusal:
            refused += 1
            print(f"{article.id}: refused ({refusal.code}): {refusal.sentence}", file=sys.stderr, flush=True)
    return refused


if __name__ == "__main__":
    sys.exit(1 if build_shop() else 0)
