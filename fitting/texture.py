"""Textures in the sizes in which they are seen, and those of all garments of an outfit in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fitting.drape import DrapedGarment
from fitting.per_garment import PerGarment

LEVELS_AN_OCTAVE = 4
"""Texture sizes kept ready, so that none is more than a fifth finer than what is seen."""
TEXEL_PX = 0.85
"""Size on screen that texels should have: smaller shimmers, larger blurs."""
SHEETS_MOST = 4
"""Sheets kept, as somebody who walks to and fro sees them in turn."""


class TextureLevels:
    """One texture in the sizes that were asked for."""

    def __init__(self, texture_rgba: NDArray[np.uint8]) -> None:
        straight = texture_rgba.astype(np.uint16)
        alpha = straight[..., 3:]
        self.full_rgba = np.dstack([(straight[..., :3] * alpha + 127) // 255, alpha]).astype(np.uint8)
        self.levels: dict[int, NDArray[np.uint8]] = {}

    def at(self, full_texel_px: float) -> NDArray[np.uint8]:
        """(h, w, 4) Premultiplied, averaged so far that a texel is about as large as a pixel.

        Args:
            full_texel_px: Size on screen of a texel of the full texture.
        """
        octaves = np.log2(TEXEL_PX / max(full_texel_px, 1e-3))
        level = max(int(np.floor(octaves * LEVELS_AN_OCTAVE)), 0)
        if level not in self.levels:
            self.levels[level] = self._shrink(2 ** (-level / LEVELS_AN_OCTAVE))
        return self.levels[level]

    def _shrink(self, scale: float) -> NDArray[np.uint8]:
        height, width = self.full_rgba.shape[:2]
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        smaller = cv2.resize(self.full_rgba, size, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(smaller)


_LEVELS: PerGarment[NDArray[np.uint8], TextureLevels] = PerGarment(TextureLevels)


@dataclass(frozen=True)
class TextureSheet:
    """The textures of several garments, one above the other."""

    picture_rgba: NDArray[np.uint8]
    """(h, w, 4) Premultiplied."""
    rows: tuple[int, ...]
    """Where each texture begins."""
    sizes_px: tuple[tuple[int, int], ...]
    """Width and height of each."""


class TextureSheets:
    """Lays textures onto sheets, and keeps the last few."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], tuple[list[NDArray[np.uint8]], TextureSheet]] = {}

    def of(self, draped: Sequence[DrapedGarment]) -> TextureSheet:
        """The garments' textures in the size in which they are seen."""
        levels = [_LEVELS.of(one.garment.texture_rgba).at(one.garment.texel_m * one.px_per_m) for one in draped]
        key = tuple(map(id, levels))
        if key not in self._known:
            if len(self._known) >= SHEETS_MOST:
                del self._known[next(iter(self._known))]
            # The key's numbers mean these arrays for as long as they are kept beside it.
            self._known[key] = (levels, lay_sheet(levels))
        return self._known[key][1]


def lay_sheet(textures: Sequence[NDArray[np.uint8]]) -> TextureSheet:
    """One texture as it is, several one above the other."""
    heights = [texture.shape[0] for texture in textures]
    rows = tuple(np.cumsum([0, *heights[:-1]]).tolist())
    sizes = tuple((texture.shape[1], texture.shape[0]) for texture in textures)
    if len(textures) == 1:
        return TextureSheet(textures[0], rows, sizes)
    picture = np.zeros((sum(heights), max(width for width, _ in sizes), 4), np.uint8)
    for row, texture in zip(rows, textures, strict=True):
        picture[row : row + texture.shape[0], : texture.shape[1]] = texture
    return TextureSheet(picture, rows, sizes)
