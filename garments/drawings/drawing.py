"""What random garments are drawn with: a square of pixels, curves, clouds and patterns."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.landmark_input import FRONTS, GROUPS, NECKS, POINTS

SIZE_PX = 224
"""Drawings are square."""

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Drawing:
    """One random garment."""

    mask: NDArray[np.uint8]
    """(h, w) 0 or 255."""
    brightness: NDArray[np.uint8]
    """(h, w) Brightness, meaningful inside the mask."""
    points_px: NDArray[np.float32]
    """(27, 2) In the order of `POINTS`; NaN for what the garment has none of."""
    group: int
    """Index into `GROUPS`."""
    neck: int
    """Index into `NECKS`, -1 for what has none."""
    front: int
    """Index into `FRONTS`, -1 for what has none."""


class Canvas:
    """Paints in drawing units on a square of pixels."""

    def __init__(self, rng: np.random.Generator, extent: tuple[Points, Points]) -> None:
        low, high = extent
        self.rng = rng
        self.scale = SIZE_PX * 0.84 / float((high - low).max())
        self.shift = SIZE_PX / 2 - (low + high) / 2 * self.scale
        self.mask = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        self.base = float(rng.uniform(0.06, 0.97))
        self.light = np.full((SIZE_PX, SIZE_PX), self.base, np.float32)

    def to_px(self, points: Points) -> Points:
        """From drawing units."""
        return np.asarray(points * self.scale + self.shift)

    def fill(self, outline: Points, *, cut: bool = False) -> None:
        """Add an outline to the mask, or cut it out."""
        cv2.fillPoly(self.mask, [whole(self.to_px(outline))], 0 if cut else 255)

    def region(self, outline: Points) -> NDArray[np.bool_]:
        """(h, w) Inside an outline."""
        plane = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        cv2.fillPoly(plane, [whole(self.to_px(outline))], 1)
        return plane > 0

    def line(self, points: Points, strength: float, width: int = 1) -> None:
        """Make the picture lighter or darker along a line."""
        plane = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        cv2.polylines(plane, [whole(self.to_px(points))], False, 255, width, cv2.LINE_AA)
        self.light += plane.astype(np.float32) / 255 * strength

    def stroke(self, points: Points, width: int, light: float) -> None:
        """Add a thin thing, such as a strap or a handle, of one brightness."""
        plane = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
        cv2.polylines(plane, [whole(self.to_px(points))], False, 255, width)
        self.mask[plane > 0] = 255
        self.light[plane > 0] = light

    def finish(self, named: dict[str, Points], group: str, *, neck: str | None = None, front: str = "whole") -> Drawing:
        """Add folds, noise and shaky edges.

        Args:
            named: The landmarks in drawing units.
            group: One of `GROUPS`.
            neck: One of `NECKS`, None for what has none, which has no front either.
            front: One of `FRONTS`.
        """
        rng = self.rng
        mask = _rough(rng, self.mask)
        folds = cloud(rng, int(rng.integers(3, 12))) * rng.uniform(0, 0.1)
        grain = rng.normal(0, rng.uniform(0.003, 0.05), self.light.shape)
        light = np.asarray(self.light + folds + grain, np.float32)
        if rng.random() < 0.3:
            light = np.asarray(cv2.GaussianBlur(light, (0, 0), rng.uniform(0.5, 1.2)), np.float32)
        brightness = (np.clip(light, 0, 1) * 255).astype(np.uint8)
        points_px = np.full((len(POINTS), 2), np.nan, np.float32)
        for name, point in named.items():
            points_px[POINTS.index(name)] = self.to_px(point)
        necks = (-1, -1) if neck is None else (NECKS.index(neck), FRONTS.index(front))
        return Drawing(mask, brightness, points_px, GROUPS.index(group), *necks)


def paint_pattern(rng: np.random.Generator, canvas: Canvas, front: Points) -> None:
    """Stripes, checks, blobs, a print on the chest, two halves, or nothing."""
    style = rng.random()
    ys, xs = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
    strength = rng.uniform(-0.5, 0.5)
    if style < 0.16:
        angle = rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)])
        wave = np.sin((xs * np.sin(angle) + ys * np.cos(angle)) * 2 * np.pi / rng.uniform(5, 30))
        canvas.light += (strength * (wave > rng.uniform(-0.5, 0.7))).astype(np.float32)
    elif style < 0.24:
        pitch = rng.uniform(8, 30)
        canvas.light += (
            strength
            * ((np.sin(xs * 2 * np.pi / pitch) > 0.6).astype(np.float32) + (np.sin(ys * 2 * np.pi / pitch) > 0.6))
            / 2
        )
    elif style < 0.4:
        blobs = cloud(rng, int(rng.integers(8, 40)))
        canvas.light += strength * (blobs > rng.uniform(-0.5, 1.0)).astype(np.float32)
    elif style < 0.68:
        for _ in range(int(rng.integers(1, 14))):
            middle = np.array([rng.normal(0, 0.25), front[1] + rng.uniform(0.2, 1.5)])
            box = rng.uniform(0.03, 0.4, 2)
            middle[1] = max(middle[1], front[1] + box[1] + 0.08)
            corners = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * box * rng.uniform(0.6, 1.2, (4, 2))
            canvas.light[canvas.region(corners)] = rng.uniform(0, 1)
    elif style < 0.76:
        block = front[1] + rng.uniform(0.2, 1.2)
        canvas.light[ys > block * canvas.scale + canvas.shift[1]] += strength


def extent_of(*lines: Points) -> tuple[Points, Points]:
    """The corners of a box round everything."""
    everything = np.vstack(lines)
    return everything.min(axis=0), everything.max(axis=0)


def sway(rng: np.random.Generator, points: Points, strength: float) -> Points:
    """A line with frills: small waves across it, none at its ends."""
    t = np.linspace(0, 1, 40)
    steps = np.linspace(0, 1, len(points))
    dense = np.stack([np.interp(t, steps, points[:, 0]), np.interp(t, steps, points[:, 1])], axis=1)
    waves = np.sin(t * rng.uniform(25, 80) + rng.uniform(0, 6)) * strength * np.minimum(1, 8 * t * (1 - t))
    return np.asarray(dense + np.stack([waves * 0, waves], axis=1))


def moved(points: Points, x: float, y: float) -> Points:
    """So far to the right and down."""
    return np.asarray(points + np.array([x, y]))


def curve(start: Points, middle: Points, end: Points, samples: int = 16) -> Points:
    """Through three points, the quadratic one."""
    control = 2 * middle - (start + end) / 2
    t = np.linspace(0, 1, samples)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)


def bend(start: Points, end: Points, sag: float, samples: int = 12) -> Points:
    """A line that leaves the straight one by `sag` at its middle, to the left of its way on the drawing."""
    along = end - start
    away = np.array([along[1], -along[0]]) / max(float(np.linalg.norm(along)), 1e-6)
    return curve(start, (start + end) / 2 + away * sag, end, samples)


def cloud(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    """(h, w) Smooth noise with so many cells a side."""
    coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC), np.float32)


def _rough(rng: np.random.Generator, mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The silhouette as a cut-out would find it: shaky edges, softened corners, now and then a bite or a crumb."""
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 2.0)).astype(np.float32) / 255
    near = (soft > 0.02) & (soft < 0.98)
    soft[near] += (cloud(rng, int(rng.integers(10, 60))) * rng.uniform(0.0, 0.22))[near]
    rough = np.where(soft > 0.5, np.uint8(255), np.uint8(0))
    if rng.random() < 0.12:
        ys, xs = np.nonzero(cv2.Canny(mask, 50, 150))
        for _ in range(int(rng.integers(1, 4))):
            at = int(rng.integers(len(ys)))
            colour = 255 if rng.random() < 0.5 else 0
            cv2.circle(rough, (int(xs[at]), int(ys[at])), int(rng.integers(2, 9)), colour, -1)
    return rough


def whole(points: Points) -> NDArray[np.int32]:
    """Whole pixels."""
    return np.round(points).astype(np.int32)
