"""Draws draped garments, the nearest cloth in front, over the part of the frame that they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fitting import raster
from fitting.drape import DrapedGarment
from fitting.per_garment import PerGarment
from garments.garment import Garment

Scalar = TypeVar("Scalar", bound=np.generic)
LEVELS_AN_OCTAVE = 4
"""Texture sizes kept ready, so that none is more than a fifth finer than what is seen."""
TEXEL_PX = 0.85
"""Size on screen that texels should have: smaller shimmers, larger blurs."""
LIGHT_IMAGE = np.array([0.0, -0.42, -0.91], np.float32)
"""Where the light of the mirror comes from: the front, and above."""
DARKEST = 0.7
"""Shade of cloth that no light falls on."""
BAND_ROWS = 64
"""Rows painted at a time, so that what passes between the steps stays in the processor's own memory."""
RIDGE_Y_M = -0.01
"""Where the resting body's shoulders are highest."""
COLLAR_Z_M, LINED_Z_M, COLLAR_HALF_M = 1.32, 1.1, 0.16
"""Height of the neck's foot, of the deepest neckline, and half the width of the widest, on the resting body."""
STEEPER = np.clip(np.arange(256) * 2 - 127, 0, 255).astype(np.uint8)
"""Twice the slope about the middle."""
INSIDE = 0.62
"""Shade of a garment's inside."""


@dataclass(frozen=True)
class RenderedLayer:
    """Garments as they are seen, over a box of the frame. Valid until the renderer draws again."""

    box_px: tuple[int, int, int, int]
    """x0, y0, x1, y1 of the box in the frame, whole pixels, the far edges not included."""
    colour_rgba: NDArray[np.uint8]
    """(h, w, 4) Premultiplied, in the light of the product photo."""
    words: NDArray[np.uint32]
    """(h, w) Depth and face of the nearest cloth in one word, `raster.NOTHING` where there is none."""
    code: raster.Code
    """How to read the words; faces are counted through all garments."""
    face_segments: NDArray[np.int32]
    """(M,) The body segment that each face hangs on most."""
    face_is_inside: NDArray[np.bool_]
    """(M,) Whether the face shows its inside, or is a lining."""
    face_is_back: NDArray[np.bool_]
    """(M,) Whether the face lies behind the ridge of the wearer's shoulders."""
    rows: NDArray[np.int32]
    """(h, 2) First and last pixel of each row that a garment covers."""

    @cached_property
    def faces(self) -> NDArray[np.int32]:
        """(h, w) Nearest face, -1 where there is none."""
        return self.code.faces(self.words)

    @cached_property
    def depth_px(self) -> NDArray[np.float32]:
        """(h, w) Depth of the nearest cloth, `raster.FAR` where there is none."""
        return self.code.depths_px(self.words)


class TextureLevels:
    """One garment's texture in the sizes that were asked for."""

    def __init__(self, garment: Garment) -> None:
        straight = garment.texture_rgba.astype(np.uint16)
        alpha = straight[..., 3:]
        self.full_rgba = np.dstack([(straight[..., :3] * alpha + 127) // 255, alpha]).astype(np.uint8)
        self.texel_m = garment.texel_m
        self.levels: dict[int, NDArray[np.uint8]] = {}

    def at(self, px_per_m: float) -> NDArray[np.uint8]:
        """(h, w, 4) Premultiplied, averaged so far that a texel is about as large as a pixel."""
        octaves = np.log2(TEXEL_PX / max(self.texel_m * px_per_m, 1e-3))
        level = max(int(np.floor(octaves * LEVELS_AN_OCTAVE)), 0)
        if level not in self.levels:
            self.levels[level] = self._shrink(2 ** (-level / LEVELS_AN_OCTAVE))
        return self.levels[level]

    def _shrink(self, scale: float) -> NDArray[np.uint8]:
        height, width = self.full_rgba.shape[:2]
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        smaller = cv2.resize(self.full_rgba, size, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(smaller)


_TEXTURES = PerGarment(TextureLevels)


@dataclass(frozen=True)
class Anatomy:
    """What is where on a garment, known before anybody wears it."""

    face_segments: NDArray[np.int32]
    """(M,) The body segment that each face hangs on most."""
    face_is_back: NDArray[np.bool_]
    """(M,) Whether it lies behind the ridge of the shoulders."""
    face_is_lining: NDArray[np.bool_]
    """(M,) Whether it is turned towards the wearer, as the inside of a collar is."""
    vertex_shade: NDArray[np.float32]
    """(N,) `INSIDE` for the lining, 1 elsewhere."""


def study(garment: Garment) -> Anatomy:
    """Tell back from front and lining from cloth, on the resting body."""
    main = garment.segments[np.arange(len(garment.segments)), garment.weights.argmax(axis=1)]
    a, b, c = (garment.vertices_rest_m[garment.faces[:, k]] for k in range(3))
    across, middle = np.cross(b - a, c - a), (a + b + c) / 3
    # Away from the spine, and above the neck's foot also upwards; below the deepest neckline nothing is lined.
    out = np.maximum(middle - [0, RIDGE_Y_M, COLLAR_Z_M], [-np.inf, -np.inf, 0])
    lining = ((across * out).sum(axis=1) < 0) & (middle[:, 2] > LINED_Z_M) & (np.abs(out[:, 0]) < COLLAR_HALF_M)
    shade = np.ones(len(garment.vertices_rest_m), np.float32)
    shade[garment.faces[lining]] = INSIDE
    back = (across[:, 1] > 0) | (middle[:, 1] > RIDGE_Y_M)
    return Anatomy(np.asarray(main[garment.faces[:, 0]], np.int32), back, lining, shade)


_ANATOMY = PerGarment(study)


class Renderer:
    """Draws frame after frame into the same buffers."""

    def __init__(self) -> None:
        self._buffers: dict[str, NDArray[Any]] = {}

    def render(self, draped: Sequence[DrapedGarment], shape: tuple[int, ...]) -> RenderedLayer | None:
        """What the garments show of themselves in a frame of this shape, or None when none is in it."""
        box = cover_box(draped, (shape[1], shape[0]))
        if box is None:
            return None
        x0, y0, x1, y1 = box
        size = (y1 - y0, x1 - x0)
        words = self._take("words", size, np.uint32)
        words.fill(raster.NOTHING)
        rows = np.tile(np.array([size[1], -1], np.int32), (size[0], 1))
        corner = np.array([x0 + 0.5, y0 + 0.5, 0], np.float32)
        placed = [worn.vertices_image_px - corner for worn in draped]
        firsts = np.cumsum([0, *(len(worn.garment.faces) for worn in draped)]).tolist()
        code = raster.make_code(
            firsts[-1], min(float(at[:, 2].min()) for at in placed), max(float(at[:, 2].max()) for at in placed)
        )
        for outside in (True, False):
            for worn, points, first in zip(draped, placed, firsts, strict=False):
                raster.fill(points, worn.garment.faces, first, outside, *code.numbers, words, rows)
        cover = soften(words != raster.NOTHING)
        raster.draw_on(words, cover, rows)
        colour = self._take("colour", (*size, 4), np.uint8)
        colour.fill(0)
        coats = []
        for worn, points, first in zip(draped, placed, firsts, strict=False):
            texture = _TEXTURES.of(worn.garment).at(worn.px_per_m)
            coats.append((first, lay_planes(worn.garment, points, texture), texture))
        for top in range(0, size[0], BAND_ROWS):
            self._paint(slice(top, min(top + BAND_ROWS, size[0])), coats, words, code, cover, colour)
        return self._describe(box, colour, words, code, rows, draped, placed)

    def _describe(
        self,
        box: tuple[int, int, int, int],
        colour: NDArray[np.uint8],
        words: NDArray[np.uint32],
        code: raster.Code,
        rows: NDArray[np.int32],
        draped: Sequence[DrapedGarment],
        placed: Sequence[NDArray[np.float32]],
    ) -> RenderedLayer:
        """The layer with what is to be known of each face."""
        known = [_ANATOMY.of(worn.garment) for worn in draped]
        insides = [
            anatomy.face_is_lining | ~is_seen_outside(points, worn.garment.faces)
            for anatomy, points, worn in zip(known, placed, draped, strict=True)
        ]
        segments = np.concatenate([anatomy.face_segments for anatomy in known])
        back = np.concatenate([anatomy.face_is_back for anatomy in known])
        return RenderedLayer(box, colour, words, code, segments, np.concatenate(insides), back, rows)

    def _paint(
        self,
        band: slice,
        coats: list[tuple[int, NDArray[np.float32], NDArray[np.uint8]]],
        words: NDArray[np.uint32],
        code: raster.Code,
        cover: NDArray[np.uint8],
        colour: NDArray[np.uint8],
    ) -> None:
        """Sample the textures where their garments' faces are the nearest, in some rows."""
        size = (band.stop - band.start, words.shape[1])
        shades, places = self._take("shades", size, np.uint8), self._take("places", (2, *size), np.float32)
        for first, planes, texture in coats:
            texture_px = (texture.shape[1], texture.shape[0])
            raster.trace(words, code.face_bits, first, planes, texture_px, band.start, places, shades)
            # Pixels with no place in the texture stay as `colour` has them: clear, or another garment's.
            cv2.remap(
                texture, places[0], places[1], cv2.INTER_LINEAR, dst=colour[band], borderMode=cv2.BORDER_TRANSPARENT
            )
        raster.shade(colour[band].reshape(-1).view(np.uint32), shades.reshape(-1), cover[band].reshape(-1))

    def _take(self, name: str, shape: tuple[int, ...], dtype: type[Scalar]) -> NDArray[Scalar]:
        """A buffer that is kept: fresh memory costs 0.3 ms a megabyte at its first touch."""
        count = int(np.prod(shape))
        kept = self._buffers.get(name)
        if kept is None or kept.size < count:
            kept = self._buffers[name] = np.empty(count, dtype)
        return kept[:count].reshape(shape)


def cover_box(draped: Sequence[DrapedGarment], size_px: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The part of the frame that the garments reach, two pixels of margin round it."""
    if not draped:
        return None
    # Column by column: 0.02 ms for 5,000 vertices against 0.2 ms along the longer axis.
    columns = [np.ascontiguousarray(worn.vertices_image_px.T[:2]) for worn in draped]
    low = np.min([column.min(axis=1) for column in columns], axis=0)
    high = np.max([column.max(axis=1) for column in columns], axis=0)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return None
    low, high = np.floor(low) - 2, np.ceil(high) + 2
    x0, y0 = (int(v) for v in np.maximum(low, 0))
    x1, y1 = (int(v) for v in np.minimum(high, size_px))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def is_seen_outside(points: NDArray[np.float32], faces: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(M,) Whether each face turns its outside to the camera."""
    a, b, c = (points[faces[:, k], :2] for k in range(3))
    u, v = b - a, c - a
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0] < 0


def soften(covered: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(h, w) Coverage that crosses the silhouette in two pixels and turns its steps into slopes."""
    wide = cv2.blur(covered.view(np.uint8) * np.uint8(255), (5, 5))
    return np.asarray(cv2.LUT(wide, STEEPER), np.uint8)


def shade(normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N,) Brightness of cloth by where it faces, 1 where it faces the camera."""
    light = np.clip(normals @ LIGHT_IMAGE, 0, 1) / -LIGHT_IMAGE[2]
    return np.where(normals[:, 2] > 0.3, INSIDE, np.minimum(DARKEST + (1 - DARKEST) * light, 1.04)).astype(np.float32)


def lay_planes(garment: Garment, points: NDArray[np.float32], texture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(M, 9) Texture place in texels, and shade, as they run over each face."""
    height, width = texture.shape[:2]
    values = np.empty((len(points), 3), np.float32)
    values[:, 0] = garment.uv[:, 0] * np.float32(width) - np.float32(0.5)
    values[:, 1] = garment.uv[:, 1] * np.float32(height) - np.float32(0.5)
    values[:, 2] = shade(raster.normals_of(points, garment.faces)) * _ANATOMY.of(garment).vertex_shade
    planes = np.empty((len(garment.faces), raster.PLANE), np.float32)
    raster.lay_planes(points, garment.faces, values, planes)
    return planes
