"""What random necks are painted with: a square of coloured pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.drawings.drawing import Points, whole

SIZE_PX = 256
UNIT_PX = 84.0
"""Pixels of one unit."""
ORIGIN_PX = np.array([SIZE_PX / 2, 64.0])
"""Where the neck lies."""


class Painter:
    """Paints in drawing units on a square of coloured pixels."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.mask = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        self.base = random_colour(rng)
        self.colour = np.empty((SIZE_PX, SIZE_PX, 3), np.float32)
        self.colour[:] = self.base

    def to_px(self, points: Points) -> Points:
        """From drawing units."""
        return np.asarray(points * UNIT_PX + ORIGIN_PX)

    def region(self, outline: Points) -> NDArray[np.bool_]:
        """(h, w) Inside an outline."""
        plane = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        cv2.fillPoly(plane, [whole(self.to_px(outline))], 1)
        return plane > 0

    def fill(self, outline: Points, *, cut: bool = False) -> None:
        """Add an outline to the mask, or cut it out."""
        cv2.fillPoly(self.mask, [whole(self.to_px(outline))], 0 if cut else 255)

    def line(self, points: Points, strength: float, width: int = 1, where: NDArray[np.bool_] | None = None) -> None:
        """Make the picture lighter or darker along a line."""
        window, share = self._stroke(points, width, where)
        self.colour[window] += share * strength

    def band(self, points: Points, colour: Points, width: int, where: NDArray[np.bool_] | None = None) -> None:
        """A line of one colour."""
        window, share = self._stroke(points, width, where)
        self.colour[window] = self.colour[window] * (1 - share) + share * colour.astype(np.float32)

    def _stroke(
        self, points: Points, width: int, where: NDArray[np.bool_] | None
    ) -> tuple[tuple[slice, slice], NDArray[np.float32]]:
        """The part of the picture that a line touches, and (h, w, 1) how much of it, 0 to 1."""
        places = whole(self.to_px(points))
        left, top = np.clip(places.min(axis=0) - width - 2, 0, SIZE_PX - 1)
        right, bottom = np.clip(places.max(axis=0) + width + 3, 1, SIZE_PX)
        window = (slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1)))
        plane = np.zeros((window[0].stop - top, window[1].stop - left), np.uint8)
        cv2.polylines(plane, [places - [left, top]], False, 255, width, cv2.LINE_AA)
        share = np.asarray(plane / np.float32(255), np.float32)
        if where is not None:
            share *= where[window]
        return window, np.asarray(share[..., None], np.float32)


def random_colour(rng: np.random.Generator) -> Points:
    """(3,) Often black, white, navy or grey."""
    chance = rng.random()
    if chance < 0.2:
        return np.clip(rng.uniform(0.03, 0.16) + rng.normal(0, 0.012, 3), 0, 1)
    if chance < 0.4:
        return np.clip(rng.uniform(0.8, 0.98) + rng.normal(0, 0.012, 3), 0, 1)
    if chance < 0.52:
        return np.clip(rng.uniform(0.2, 0.8) + rng.normal(0, 0.015, 3), 0, 1)
    if chance < 0.62:
        return np.array([0.08, 0.1, 0.2]) * rng.uniform(0.6, 1.8)
    return rng.uniform(0.05, 0.95, 3)


def cloud(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    """(256, 256) Smooth noise with so many cells a side."""
    coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC), np.float32)
