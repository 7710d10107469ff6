"""Finds the garment that a word on the command line means: a folder, a catalogue id or a product photo."""

import tempfile
from dataclasses import replace
from pathlib import Path

from garments.build import build_garment
from garments.errors import RefusedError
from garments.garment import Garment, load_garment
from server.catalog.catalog import read_catalog
from server.commands.pictures import PICTURES


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
    return replace(load_garment(folders[word]), name=word)


def build_from_photo(photo: Path, *, category: str | None) -> Garment:
    """Make a garment for this once; without a category it is the likeliest kind."""
    with tempfile.TemporaryDirectory() as folder:
        return build_garment(photo, category, Path(folder) / photo.stem)
