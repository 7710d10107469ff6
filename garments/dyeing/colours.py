"""The colour names of shops, English and Korean, and how a colour is named."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError

HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


@dataclass(frozen=True)
class Colour:
    """A colour that a shop has a word for."""

    name_en: str
    name_ko: str
    hex: str
    """`#rrggbb`, as cloth of that colour looks in a photo."""


COLOURS = tuple(
    Colour(*row.split(","))
    for row in """
white,화이트,#f3f2f0
ivory,아이보리,#efe9da
cream,크림,#ecdfbf
oatmeal,오트밀,#d9cfbe
beige,베이지,#d6c2a3
sand,샌드,#c4ab87
camel,카멜,#b5854b
brown,브라운,#6f4a31
dark brown,다크 브라운,#3f2b22
taupe,토프,#8b7c6e
khaki,카키,#8a8258
olive,올리브,#5f6138
light grey,라이트 그레이,#cbcbcc
grey,그레이,#939496
charcoal,차콜,#4b4d50
black,블랙,#1b1b1d
red,레드,#c4202c
wine,와인,#6a1c2d
brick,브릭,#9c4432
orange,오렌지,#ea7821
coral,코랄,#ee7361
peach,피치,#f4bd9b
pink,핑크,#ec91b0
light pink,라이트 핑크,#f3cfd6
hot pink,핫핑크,#e2337f
dusty pink,인디 핑크,#c6959a
yellow,옐로,#f2d22f
butter,버터 옐로,#f3e5a3
mustard,머스터드,#c9962f
lime,라임,#b4d23f
mint,민트,#aadcc6
sage,세이지,#a2ae95
green,그린,#2d8a4c
dark green,다크 그린,#20473a
emerald,에메랄드,#0d9479
teal,청록,#1c6a70
petrol,페트롤 블루,#20424d
turquoise,터쿼이즈,#42bfc4
light blue,라이트 블루,#bdd3e6
sky blue,스카이 블루,#8fc1e8
blue,블루,#2b60bf
royal blue,로열 블루,#22409c
denim,데님 블루,#577090
indigo,인디고,#303f63
navy,네이비,#1f2a44
lavender,라벤더,#c2b3df
purple,퍼플,#6b3f96
plum,플럼,#562b4c
""".strip().splitlines()
)
"""Words that merchandisers filter by; each stands apart from the others on cloth."""


def lab_from_rgb(picture_rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(..., 3) CIE Lab: lightness 0 to 100, a and b about -100 to 100."""
    flat = np.ascontiguousarray(picture_rgb.reshape(1, -1, 3), np.float32) / 255
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), np.float32).reshape(picture_rgb.shape)


def rgb_from_lab(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(..., 3) 8 bits; what a screen cannot show is clipped."""
    flat = np.ascontiguousarray(lab.reshape(1, -1, 3), np.float32)
    rgb = cv2.cvtColor(flat, cv2.COLOR_LAB2RGB) * 255
    return np.clip(rgb.round(), 0, 255).astype(np.uint8).reshape(lab.shape)


def lab_from_hex(word: str) -> NDArray[np.float32]:
    """(3,) CIE Lab of `#rrggbb`."""
    return lab_from_rgb(np.array([int(word[at : at + 2], 16) for at in (1, 3, 5)], np.uint8))


def hex_from_lab(lab: NDArray[np.float32]) -> str:
    """`#rrggbb` of one colour in CIE Lab."""
    red, green, blue = (int(value) for value in rgb_from_lab(np.asarray(lab, np.float32).reshape(1, 3))[0])
    return f"#{red:02x}{green:02x}{blue:02x}"


def difference(lab: NDArray[Any], other_lab: NDArray[Any]) -> NDArray[np.float32]:
    """(...,) CIE94 as for textiles: on cloth, which folds, lightness counts half."""
    lightness = (lab[..., 0] - other_lab[..., 0]) / 2
    chroma, other_chroma = (np.linalg.norm(colour[..., 1:], axis=-1) for colour in (lab, other_lab))
    hue_squared = ((lab[..., 1:] - other_lab[..., 1:]) ** 2).sum(axis=-1) - (chroma - other_chroma) ** 2
    by_chroma = (chroma - other_chroma) / (1 + 0.048 * other_chroma)
    by_hue = np.maximum(hue_squared, 0) / (1 + 0.014 * other_chroma) ** 2
    return np.asarray(np.sqrt(lightness**2 + by_chroma**2 + by_hue), np.float32)


def name_colour(lab: NDArray[np.float32]) -> Colour:
    """The shop's word for a colour in CIE Lab."""
    return COLOURS[int(np.argmin(difference(np.asarray(lab)[None], _labs())))]


def parse_colour(word: str) -> Colour:
    """A colour that is given as a shop's word, English or Korean, or as `#rrggbb`.

    Raises:
        RefusedError: `unknown-colour`.
    """
    wanted = " ".join(word.lower().replace("-", " ").split()).replace("gray", "grey")
    for colour in COLOURS:
        if wanted in (colour.name_en, colour.name_ko) or wanted.replace(" ", "") == colour.name_ko.replace(" ", ""):
            return colour
    match = HEX.fullmatch(wanted)
    if match is None:
        known = ", ".join(colour.name_en for colour in COLOURS)
        raise RefusedError("unknown-colour", f"'{word[:40]}' is no colour: give #rrggbb or one of {known}.")
    digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    nearest = name_colour(lab_from_hex(f"#{digits}"))
    return Colour(nearest.name_en, nearest.name_ko, f"#{digits}")


@cache
def _labs() -> NDArray[np.float32]:
    return np.array([lab_from_hex(colour.hex) for colour in COLOURS], np.float32)
