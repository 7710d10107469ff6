"""Which colour a garment has, and which others it is dyed in, as its passport says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from garments.dyeing.colours import Colour, parse_colour
from garments.errors import RefusedError

HEX = re.compile(r"#[0-9a-f]{6}")
FOLDER = re.compile(r"variants/([A-Za-z0-9-]+)")


def read_colour(passport: dict[str, Any]) -> Colour | None:
    """The colour that the shop names, else the one that covers most of the cloth; None where neither is known."""
    listed = passport.get("colours")
    measured = _read(listed[0]) if isinstance(listed, list) and listed else None
    word = passport.get("colour")
    if not isinstance(word, str) or not word.strip():
        return measured
    try:
        named = parse_colour(word)
    except RefusedError:  # a shop's own name, such as `midnight`
        return None if measured is None else Colour(word, word, measured.hex)
    return Colour(named.name_en, named.name_ko, named.hex if measured is None else measured.hex)


def list_dyed(passport: dict[str, Any], folder: Path) -> Iterator[tuple[str, Colour, Path]]:
    """Name, colour and folder of each further colour of the garment in a folder."""
    listed = passport.get("variants")
    for entry in listed if isinstance(listed, list) else ():
        colour = _read(entry)
        place = FOLDER.fullmatch(str(entry.get("folder"))) if colour is not None else None
        if colour is not None and place is not None:
            yield place[1], colour, folder / place[0]


def _read(entry: Any) -> Colour | None:
    """What a passport says of one colour; None when it is damaged."""
    if not isinstance(entry, dict):
        return None
    english, korean, code = (entry.get(name) for name in ("name_en", "name_ko", "hex"))
    if not isinstance(english, str) or not isinstance(korean, str) or not isinstance(code, str):
        return None
    return Colour(english, korean, code) if HEX.fullmatch(code) else None
