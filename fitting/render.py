"""Draws draped garments, the nearest cloth in front, over the part of the frame that they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_not
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fitting import raster
from fitting.anatomy import ANATOMY
from fitting.drape import DrapedGarment
from fitting.scene import Box, Scene, compose
from fitting.texture import TextureSheets
from garments.garment import Garment
from garments.kinds import get_kind

Scalar = TypeVar("Scalar", bound=np.generic)
BAND_ROWS = 64
"""Rows painted at a time, so that what passes between the steps stays in the processor's own memory."""
RIM_PX = 3
"""How far beyond the pixels that a face reaches there may be colour: the soft edge."""
STEEPER = np.clip(np.arange(256) * 2 - 127, 0, 255).astype(np.uint8)
"""Twice the slope about the middle."""


@dataclass(frozen=True)
class RenderedLayer:
    """Garments as they are seen, over a box of the frame. Valid until the renderer draws again."""

    box_px: Box
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
    face_hangs_low: NDArray[np.bool_]
    """(M,) Whether the face belongs to what hangs from the waist."""
    face_shift_px: NDArray[np.float32]
    """(M,) By how much the words show the face further away than it is; negative for outer layers."""
    shows_own_top: bool
    """Whether the shopper's own top is in sight: nothing closed is worn over it."""

    @cached_property
    def faces(self) -> NDArray[np.int32]:
        """(h, w) Nearest face, -1 where there is none."""
        return self.code.faces(self.words)

    @cached_property
    def depth_px(self) -> NDArray[np.float32]:
        """(h, w) Depth of the nearest cloth, `raster.FAR` where there is none."""
        faces = self.faces
        shift = np.where(faces >= 0, self.face_shift_px[faces], np.float32(0))
        return np.asarray(self.code.depths_px(self.words) - shift, np.float32)


@dataclass(frozen=True)
class Cover:
    """Where garments are."""

    words: NDArray[np.uint32]
    """(h, w) Depth and face of the nearest cloth."""
    cover: NDArray[np.uint8]
    """(h, w) Its share of each pixel."""
    rows: NDArray[np.int32]
    """(h, 2) First and last pixel of each row that is covered."""


@dataclass(frozen=True)
class Coats:
    """Each garment alone, over its own part of the box."""

    each: Sequence[Cover]
    words: NDArray[np.uint32]
    """(n,) The words of all, one after the other."""
    cover: NDArray[np.uint8]
    """(n,) Their cover."""
    boxes: NDArray[np.int64]
    """(G, 5) Left, top, width and height of each garment's part, and where it begins."""


@dataclass(frozen=True)
class Known:
    """What does not change about the faces of an outfit from frame to frame."""

    garments: tuple[Garment, ...]
    segments: NDArray[np.int32]
    is_back: NDArray[np.bool_]
    hangs_low: NDArray[np.bool_]


def know(garments: tuple[Garment, ...]) -> Known:
    """Put together what is known of each garment."""
    anatomies = [ANATOMY.of(garment) for garment in garments]
    low = [np.full(len(garment.faces), get_kind(garment.kind).hangs_from == "waist") for garment in garments]
    return Known(
        garments,
        np.concatenate([anatomy.face_segments for anatomy in anatomies]),
        np.concatenate([anatomy.face_is_back for anatomy in anatomies]),
        np.concatenate(low),
    )


class Renderer:
    """Draws frame after frame into the same buffers."""

    def __init__(self) -> None:
        self._buffers: dict[str, NDArray[Any]] = {}
        self._sheets = TextureSheets()
        self._known: Known | None = None

    def render(self, draped: Sequence[DrapedGarment], shape: tuple[int, ...]) -> RenderedLayer | None:
        """What the garments, innermost first, show in a frame of this shape, or None when none is in it."""
        scene = compose(draped, shape, self._sheets)
        if scene is None:
            return None
        coats = self._draw(scene)
        joined = self._join(coats, (scene.box_px[3] - scene.box_px[1], scene.box_px[2] - scene.box_px[0]))
        colour = self._take("colour", (*joined.words.shape, 4), np.uint8)
        colour.fill(0)
        packed = colour.view(np.uint32)[..., 0]
        for top in range(0, len(colour), BAND_ROWS):
            self._paint(scene, joined, slice(top, min(top + BAND_ROWS, len(colour))), colour)
        if len(coats.each) > 1:
            raster.reveal(
                joined.words, joined.rows, scene.code.face_bits, coats.words, coats.cover, coats.boxes,
                scene.planes, scene.sheet.picture_rgba, packed,
            )  # fmt: skip
        return describe(scene, colour, joined.words, self._know(scene))

    def _know(self, scene: Scene) -> Known:
        """The outfit's faces, put together once an outfit."""
        garments = tuple(worn.garment for worn in scene.draped)
        known = self._known
        if known is None or len(known.garments) != len(garments) or any(map(is_not, known.garments, garments)):
            known = self._known = know(garments)
        return known

    def _draw(self, scene: Scene) -> Coats:
        """Each garment over its own part of the box."""
        sizes = [(y1 - y0, x1 - x0) for x0, y0, x1, y1 in scene.own_px]
        starts = np.cumsum([0, *(height * width for height, width in sizes)]).tolist()
        all_words = self._take("words of each", (starts[-1],), np.uint32)
        all_cover = self._take("cover of each", (starts[-1],), np.uint8)
        all_words.fill(raster.NOTHING)
        each = []
        for row, size in enumerate(sizes):
            part = slice(starts[row], starts[row + 1])
            words, cover = all_words[part].reshape(size), all_cover[part].reshape(size)
            rows = np.tile(np.array([size[1], -1], np.int32), (size[0], 1))
            self._fill(scene, row, words, rows)
            soften(words != raster.NOTHING, cover)
            raster.draw_on(words, cover, rows)
            each.append(Cover(words, cover, rows))
        places = [(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in scene.own_px]
        boxes = np.array([(*place, start) for place, start in zip(places, starts, strict=False)], np.int64)
        return Coats(each, all_words, all_cover, boxes)

    def _fill(self, scene: Scene, row: int, words: NDArray[np.uint32], rows: NDArray[np.int32]) -> None:
        """One garment's outsides, then its insides."""
        garment, (left, top, *_), shift = scene.draped[row].garment, scene.own_px[row], scene.shifts[row]
        points = scene.points_px[row] - np.array([left, top, 0], np.float32)
        depth_px = points[:, 2].copy()
        for outside in (True, False):
            points[:, 2] = depth_px + (shift.outside_px if outside else shift.inside_px)
            raster.fill(
                points, garment.faces, scene.firsts[row], outside, *scene.code.numbers,
                ANATOMY.of(garment).face_is_thin, scene.planes[scene.faces_of(row)], (left, top),
                scene.sheet.picture_rgba, words, rows,
            )  # fmt: skip

    def _join(self, coats: Coats, size: tuple[int, int]) -> Cover:
        """The nearest cloth of all."""
        if len(coats.each) == 1:
            return coats.each[0]
        words, cover = self._take("words", size, np.uint32), self._take("cover", size, np.uint8)
        words.fill(raster.NOTHING)
        cover.fill(0)
        rows = np.tile(np.array([size[1], -1], np.int32), (size[0], 1))
        for coat, (left, top, _, height, _) in zip(coats.each, coats.boxes.tolist(), strict=True):
            raster.merge(coat.words, coat.cover, (left, top), words, cover)
            own = rows[top : top + height]
            own[:, 0], own[:, 1] = (
                np.minimum(own[:, 0], coat.rows[:, 0] + left),
                np.maximum(own[:, 1], coat.rows[:, 1] + left),
            )
        return Cover(words, cover, rows)

    def _paint(self, scene: Scene, joined: Cover, band: slice, colour: NDArray[np.uint8]) -> None:
        """Sample the textures in some rows, as far as they are covered."""
        left = max(int(joined.rows[band, 0].min()) - RIM_PX, 0)
        right = min(int(joined.rows[band, 1].max()) + RIM_PX + 1, colour.shape[1])
        if left >= right:
            return
        size = (band.stop - band.start, right - left)
        shades, places = self._take("shades", size, np.uint8), self._take("places", (2, *size), np.float32)
        raster.trace(joined.words, scene.code.face_bits, scene.planes, (left, band.start), places, shades)
        # Pixels with no place in the texture stay as `colour` has them: clear.
        part = colour[band, left:right]
        sheet = scene.sheet.picture_rgba
        cv2.remap(sheet, places[0], places[1], cv2.INTER_LINEAR, dst=part, borderMode=cv2.BORDER_TRANSPARENT)
        raster.shade(colour.view(np.uint32)[..., 0], (left, band.start), shades, joined.cover)

    def _take(self, name: str, shape: tuple[int, ...], dtype: type[Scalar]) -> NDArray[Scalar]:
        """A buffer that is kept: fresh memory costs 0.3 ms a megabyte at its first touch."""
        count = int(np.prod(shape))
        kept = self._buffers.get(name)
        if kept is None or kept.size < count:
            kept = self._buffers[name] = np.empty(count, dtype)
        return kept[:count].reshape(shape)


def describe(scene: Scene, colour: NDArray[np.uint8], words: NDArray[np.uint32], known: Known) -> RenderedLayer:
    """The layer with what is to be known of each face."""
    is_inside, shift_px = np.empty(scene.firsts[-1], np.bool_), np.empty(scene.firsts[-1], np.float32)
    for row, garment in enumerate(known.garments):
        own, shift = scene.faces_of(row), scene.shifts[row]
        lining = ANATOMY.of(garment).face_is_lining
        sides = (shift.outside_px, shift.inside_px)
        raster.turn_faces(scene.points_px[row], garment.faces, lining, *sides, is_inside[own], shift_px[own])
    return RenderedLayer(
        box_px=scene.box_px,
        colour_rgba=colour,
        words=words,
        code=scene.code,
        face_segments=known.segments,
        face_is_inside=is_inside,
        face_is_back=known.is_back,
        face_hangs_low=known.hangs_low,
        face_shift_px=shift_px,
        shows_own_top=not any(covers_own_top(garment) for garment in known.garments),
    )


def covers_own_top(garment: Garment) -> bool:
    """Whether nothing of what the shopper has on above the waist is seen under it."""
    return "upper" in get_kind(garment.kind).covers and not garment.is_open


def soften(covered: NDArray[np.bool_], cover: NDArray[np.uint8]) -> None:
    """Write into `cover` a coverage that crosses the silhouette in two pixels and turns its steps into slopes."""
    wide = cv2.blur(covered.view(np.uint8) * np.uint8(255), (5, 5))
    cv2.LUT(wide, STEEPER, dst=cover)
