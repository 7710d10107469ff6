"""What the studio's processes compute: each task works in a folder aside, and moves the result in when it is whole."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from body_model.load import load_template
from fitting.turntable import BUILDS, turntable
from garments.build import Laid, build_garment
from garments.errors import RefusedError
from garments.garment import load_garment
from garments.passport import Said
from garments.photo import over_white, read_photo
from garments.rebuild import rebuild_garment
from server.studio.store import BUILDING

THUMB, THUMB_PX = "thumb.jpg", 900
SIZES = "sizes.csv"
MADE = ("garment.glb", "passport.json", "preview.png")
"""What a refused garment does not have."""
FOUND = ("cutout.png", "landmarks.png", "landmarks.json", "back.png")
OF_THE_KIND = ("not-this-kind", "landmarks-not-trusted")
"""Refusals of what the photo shows, not of a wish that makes no sense."""


@dataclass(frozen=True)
class Order:
    """What a garment is to be made of."""

    folder: Path
    source: str
    """File in the folder: a photo or a mesh."""
    kind: str | None
    """None: to be proposed."""
    back: str | None
    has_sizes: bool
    title: str
    materials: str | None

    def extras(self) -> dict[str, Any]:
        """What goes with the photo, as `build_garment` wants it."""
        return {
            "back": self.folder / self.back if self.back else None,
            "sizes": self.folder / SIZES if self.has_sizes else None,
            "said": Said(title=self.title, materials=self.materials),
        }


@dataclass(frozen=True)
class Built:
    """What a garment has become."""

    kind: str
    is_laid: bool
    """Whether it was taken off somebody who wears it: its landmarks then lie on the cut-out, not on the photo."""


def build(order: Order) -> Built:
    """Build a garment.

    Raises:
        RefusedError: What the garment is refused for; what was found on the photo stays in the folder.
    """
    aside = _make_room(order)
    try:
        save_thumb(order.folder / order.source, order.folder / THUMB)
        laid: list[Laid] = []

        def lay(picture_rgb: NDArray[np.uint8], kind: str) -> Laid:
            from server.take_off import take_off  # late: the models of people are needed for few photos

            laid.append(take_off(picture_rgb, kind))
            return laid[-1]

        garment = build_garment(order.folder / order.source, order.kind, aside, worn=lay, **order.extras())
        return Built(garment.kind, is_laid=bool(laid))
    finally:
        _move_in(aside, order.folder)


def rebuild(order: Order, moved: Mapping[str, tuple[float, float]]) -> None:
    """Build a garment again from its cut-out, with some landmarks moved.

    Raises:
        RefusedError: Whatever the landmarks are refused for.
    """
    assert order.kind is not None
    aside = _make_room(order)
    for name in FOUND:
        if (order.folder / name).exists():
            shutil.copyfile(order.folder / name, aside / name)
    try:
        rebuild_garment(order.folder / order.source, order.kind, aside, moved, **order.extras())
    except RefusedError as refusal:
        if refusal.code not in OF_THE_KIND:  # the wish was wrong, not the garment: it stays as it is
            shutil.rmtree(aside)
        raise
    finally:
        _move_in(aside, order.folder)


def warm_up() -> None:
    """Have what every task needs in memory: the modules by being here, and the body."""
    load_template()


def turn(folder: Path, build_name: str, out: Path) -> None:
    """Write the strip of a garment that turns on the body of a build."""
    (build_of,) = (one for one in BUILDS if one.name == build_name)
    strip = Image.fromarray(turntable(load_garment(folder), build_of, load_template()))
    fresh = out.with_suffix(".new")
    strip.save(fresh, "JPEG", quality=84)
    fresh.replace(out)


def save_thumb(source: Path, thumb: Path) -> None:
    """The photo as lists show it; a mesh has none."""
    if source.suffix == ".glb":
        return
    picture = Image.fromarray(over_white(read_photo(source)))
    picture.thumbnail((THUMB_PX, THUMB_PX))
    picture.save(thumb, "JPEG", quality=88)


def _make_room(order: Order) -> Path:
    """An empty folder aside, which has the garment's own name, since garments are called like their folders."""
    aside = order.folder.parent / BUILDING / order.folder.name
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    return aside


def _move_in(aside: Path, folder: Path) -> None:
    """Put what was made in place, file by file, and take away what is no longer true."""
    if not aside.exists():
        return
    made = [path.name for path in aside.iterdir()]
    for name in (*MADE, *FOUND):
        if name in made:
            os.replace(aside / name, folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    for strip in folder.glob("turn-*"):
        strip.unlink()
    shutil.rmtree(aside)
