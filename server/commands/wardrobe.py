"""Finds the garment that a word on the command line means: a folder, a catalogue id or a product photo."""

import tempfile
from pathlib import Path

from garments.build import build_garment
from garments.errors import RefusedError
from garments.garment import Garment, load_garment
from garments.kinds import all_kinds
from server.catalog.catalog import read_catalog
from server.commands.pictures import PICTURES

FIRST_GUESS = "t-shirt"
"""The kind that is tried first where none is named."""
OF_THE_KIND = ("not-this-kind", "landmarks-not-trusted")
"""Refusals that another kind may get round; what is wrong with the photo itself no kind mends."""


def find_garment(word: str, *, category: str | None) -> Garment:
    """The garment that is meant.

    Raises:
        RefusedError: `no-such-garment`, or what the photo is refused for.
    """
    path = Path(word)
    if path.is_dir():
        return load_garment(path)
    if path.is_file() or path.suffix.lower() in PICTURES:
        return build_from_photo(path, category=category)
    folders = read_catalog().folders()
    if word not in folders:
        raise RefusedError("no-such-garment", f"no garment '{word}'; the catalogue has: {', '.join(sorted(folders))}")
    return load_garment(folders[word])


def build_from_photo(photo: Path, *, category: str | None) -> Garment:
    """Make a garment for this once; without a category the first kind that fits."""
    with tempfile.TemporaryDirectory() as folder:
        if category is not None:
            return build_garment(photo, category, Path(folder) / photo.stem)
        refusals = []
        for kind in sorted(all_kinds(), key=lambda name: name != FIRST_GUESS):
            try:
                return build_garment(photo, kind, Path(folder) / photo.stem)
            except RefusedError as refusal:
                if refusal.code not in OF_THE_KIND:
                    raise
                refusals.append(refusal)
        raise refusals[0]
