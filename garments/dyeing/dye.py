"""Makes a garment's further colours: folders of their own below it, with the same mesh and a dyed texture."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from body_model.load import load_template
from garments.dyeing.colours import parse_colour
from garments.dyeing.recolour import prepare_dye, recolour
from garments.dyeing.tones import find_swatches
from garments.errors import RefusedError
from garments.garment import load_garment, save_garment
from garments.passport import Variant, load_passport, save_passport, with_variants
from garments.preview import preview

VARIANTS = "variants"
MOST_COLOURS = 24


def dye_garment(folder: Path, words: Sequence[str]) -> tuple[Variant, ...]:
    """Make `variants/<colour>/` in a garment's folder for each colour, and list them in its passport.

    Args:
        folder: Holds a garment, as `build_garment` made it.
        words: Shops' words for colours, or `#rrggbb`.

    Raises:
        RefusedError: `unknown-colour`, `too-many-colours`, or whatever is wrong with the garment.
    """
    check_colours(words)
    colours = {_name(word): parse_colour(word) for word in words}
    passport, garment, template = load_passport(folder), load_garment(folder), load_template()
    cutout = _read_cutout(folder)
    bath = prepare_dye(garment.texture_rgba if cutout is None else cutout)
    group = passport.group or folder.name
    drop_variants(folder)
    made = []
    for name, colour in colours.items():
        place = folder / VARIANTS / name
        texture = recolour(garment.texture_rgba, bath, colour.hex)
        dyed = replace(garment, name=f"{folder.name}-{name}", texture_rgba=texture)
        save_garment(dyed, place)
        _save(preview(dyed, template), place / "preview.png")
        look = texture
        if cutout is not None:
            look = recolour(cutout, bath, colour.hex)
            _save(look, place / "cutout.png")
        own = replace(passport, colours=find_swatches(look), colour=colour.name_en, group=group, variants=())
        save_passport(own, place)
        made.append(Variant(colour.name_en, colour.name_ko, colour.hex, f"{VARIANTS}/{name}"))
    save_passport(with_variants(replace(passport, group=group), tuple(made)), folder)
    return tuple(made)


def drop_variants(folder: Path) -> None:
    """Remove the further colours of a garment, and nothing else that may lie there."""
    for place in (folder / VARIANTS).glob("*/"):
        if (place / "passport.json").exists() and not place.is_symlink():
            shutil.rmtree(place)


def check_colours(words: Sequence[str]) -> None:
    """Refuse before any work is done what cannot be dyed.

    Raises:
        RefusedError: `unknown-colour` or `too-many-colours`.
    """
    if len({_name(word) for word in words}) > MOST_COLOURS:
        raise RefusedError("too-many-colours", f"{len(words)} colours: at most {MOST_COLOURS} are made of one photo.")


def _name(word: str) -> str:
    """A folder's name for a colour: `light-grey`, or `c0392b`."""
    colour = parse_colour(word)
    given = word.strip().lstrip("#").lower()
    by_hex = re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", given) is not None
    return colour.hex[1:] if by_hex else colour.name_en.replace(" ", "-")


def _read_cutout(folder: Path) -> NDArray[np.uint8] | None:
    path = folder / "cutout.png"
    return np.asarray(Image.open(path).convert("RGBA")) if path.exists() else None


def _save(picture: NDArray[np.uint8], path: Path) -> None:
    Image.fromarray(picture).save(path, compress_level=1)
