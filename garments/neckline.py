"""Finds the front neckline in the picture: it lies inside the silhouette, below the inside of the back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.landmark_input import POINTS

Points = NDArray[np.float32]

WIDE_PX = 120
"""Pixels from rim to rim in the straightened crop."""
MARGIN = 0.25
"""What the crop shows beyond the rims, in neck widths."""
STATIONS = 49
SHAPES = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.5)
"""Exponents of the neckline's curve: 1 is a V, 2 a round, 4 nearly a square neck."""
CLOSED = 0.10
"""Shallower than this, in neck widths, a collar or a turtleneck has no opening worth cutting."""


@dataclass(frozen=True)
class NeckCrop:
    """The neck straightened: the rims on one level, `WIDE_PX` apart."""

    edges: NDArray[np.float32]
    """(h, w, 2) Strength of colour edges across x and across y, 0 to 1."""
    top_px: NDArray[np.float32]
    """(w,) Where the garment begins in each column."""
    crop_from_photo: NDArray[np.float32]
    """(2, 3)"""
    front: Points
    """(2,) Where the network sees the neckline's middle."""
    floor_px: float
    """No neckline is lower than this."""


def find_neckline(
    cutout_rgba: NDArray[np.uint8], mask: NDArray[np.uint8], points: Points, neck: str
) -> tuple[Points | None, Points]:
    """The front neckline, (K, 2) from the photo's left to its right end, and the points with its middle put right.

    None where the front closes the neck.
    """
    at = {name: points[index] for index, name in enumerate(POINTS)}
    width = float(np.linalg.norm(at["rim_left"] - at["rim_right"]))
    depth = float(at["neck_front"][1] - (at["rim_left"][1] + at["rim_right"][1]) / 2)
    if width < 8 or (neck == "high" and depth < 0.15 * width) or (neck == "collar" and depth < CLOSED * width):
        return None, points
    crop = _straighten(cutout_rgba, mask, at, width)
    curve = _refine(crop, _search(crop, neck))
    photo_from_crop = cv2.invertAffineTransform(crop.crop_from_photo).astype(np.float32)
    line = (curve @ photo_from_crop[:, :2].T + photo_from_crop[:, 2]).astype(np.float32)
    line[0], line[-1] = at["rim_right"], at["rim_left"]
    placed = points.copy()
    placed[POINTS.index("neck_front")] = line[len(line) // 2]
    return line, placed


def _straighten(
    cutout_rgba: NDArray[np.uint8], mask: NDArray[np.uint8], at: dict[str, Points], width: float
) -> NeckCrop:
    start, end = at["rim_right"], at["rim_left"]
    along = (end - start) / width
    turn = np.array([[along[0], along[1]], [-along[1], along[0]]], np.float32)
    scale = WIDE_PX / width
    margin = MARGIN * WIDE_PX
    affine = np.zeros((2, 3), np.float32)
    affine[:, :2] = scale * turn
    affine[:, 2] = margin - affine[:, :2] @ start
    armpit = (at["armpit_left"] + at["armpit_right"]) / 2
    floor = float((affine[:, :2] @ armpit + affine[:, 2])[1])
    floor = float(np.clip(floor, 2 * margin, 3.2 * WIDE_PX))
    size = (int(WIDE_PX + 2 * margin), int(floor + margin))
    colour, solid = _crop(cutout_rgba[..., :3], affine, size, scale), _crop(mask, affine, size, scale)
    lab = cv2.GaussianBlur(cv2.cvtColor(colour, cv2.COLOR_RGB2LAB).astype(np.float32), (0, 0), 1.2)
    inside = solid > 127
    inner = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    gradient = [np.sqrt((cv2.Sobel(lab, cv2.CV_32F, dx, 1 - dx) ** 2).sum(axis=2)) * inner for dx in (1, 0)]
    usual = max(float(np.percentile(np.hypot(*gradient)[inner > 0], 88)) if inner.any() else 0.0, 18.0)
    soft = cv2.GaussianBlur(solid, (0, 0), 1.2).astype(np.float32) / 255
    rim = [np.abs(cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx)) for dx in (1, 0)]
    edges = np.stack(
        [np.clip(g / usual, 0, 1) + np.clip(0.6 * r, 0, 0.8) * (g < usual) for g, r in zip(gradient, rim, strict=True)],
        axis=2,
    )
    top = np.where(inside.any(axis=0), inside.argmax(axis=0), 0).astype(np.float32)
    front = affine[:, :2] @ at["neck_front"] + affine[:, 2]
    return NeckCrop(np.clip(edges, 0, 1).astype(np.float32), top, affine, front.astype(np.float32), floor)


def _crop(plane: NDArray[np.uint8], affine: Points, size: tuple[int, int], scale: float) -> NDArray[np.uint8]:
    if scale < 0.7:
        # Averaged rather than sampled: fine stripes and noise would become edges.
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.45 / scale), np.uint8)
    return np.asarray(
        cv2.warpAffine(plane, affine, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _search(crop: NeckCrop, neck: str) -> Points:
    """The best of a family of curves through the rims, by the edges under it and by how deep the network sees it."""
    start = MARGIN * WIDE_PX
    shapes = np.array(SHAPES if neck == "open" else SHAPES[:4])
    shifts = crop.front[0] - (start + WIDE_PX / 2)
    middles = start + WIDE_PX / 2 + np.array([0.0, 0.5, 1.0]) * np.clip(shifts, -0.2 * WIDE_PX, 0.2 * WIDE_PX)
    above = float(crop.top_px[int(np.clip(crop.front[0], 0, len(crop.top_px) - 1))])
    lowest, deepest = max(above, start - 0.1 * WIDE_PX), crop.floor_px
    depths = np.arange(lowest, max(deepest, lowest + 4), 1.5)
    reach = 0.3 * WIDE_PX + 0.15 * max(float(crop.front[1]) - start, 0)
    depths = depths[np.abs(depths - crop.front[1]) < reach]
    if not len(depths):
        depths = crop.front[1:2].astype(np.float64)
    insets = np.array([0.0, 0.03, 0.07]) * WIDE_PX
    grid = np.stack(np.meshgrid(depths, shapes, middles, insets, indexing="ij"), axis=-1).reshape(-1, 4)
    curves = _curves(grid)
    support = _support(crop, curves)
    doubt = (grid[:, 0] - crop.front[1]) / (0.10 * WIDE_PX + 0.10 * max(float(crop.front[1]) - start, 0))
    best = int(np.argmax(support - 0.10 * doubt**2 - 0.02 * (grid[:, 3] > 0)))
    return np.asarray(curves[best])


def _curves(grid: NDArray[np.float64]) -> Points:
    """(G, K, 2) A curve for each row (depth, shape, middle, inset)."""
    t = np.linspace(-1, 1, STATIONS)
    depth, shape, middle, inset = (grid[:, k, None] for k in range(4))
    start = MARGIN * WIDE_PX
    left, right = start + inset, start + WIDE_PX - inset
    # Even steps along steep flanks need more stations near the ends than even steps in x give.
    s = np.sign(t) * np.abs(t) ** 0.8
    x = np.where(t < 0, middle + s * (middle - left), middle + s * (right - middle))
    y = depth + (start - depth) * np.abs(s) ** shape
    return np.stack([x, y], axis=2).astype(np.float32)


def _support(crop: NeckCrop, curves: Points) -> NDArray[np.float32]:
    """(G,) The mean edge across each curve, by its length."""
    along = np.gradient(curves, axis=1)
    length = np.linalg.norm(along, axis=2)
    normal = np.abs(along[..., ::-1]) / np.maximum(length, 1e-6)[..., None]
    rows = np.clip(np.round(curves[..., 1]).astype(int), 0, crop.edges.shape[0] - 1)
    columns = np.clip(np.round(curves[..., 0]).astype(int), 0, crop.edges.shape[1] - 1)
    strength = np.linalg.norm(crop.edges[rows, columns] * normal, axis=2)
    inner = slice(2, -2)
    return np.asarray((strength * length)[:, inner].sum(axis=1) / length[:, inner].sum(axis=1), np.float32)


def _refine(crop: NeckCrop, curve: Points) -> Points:
    """The curve moved a little, station by station, on to the strongest edge near it that is smooth."""
    along = np.gradient(curve, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.linalg.norm(along, axis=1), 1e-6)[:, None]
    offsets = np.arange(-5, 6, dtype=np.float32)
    places = curve[:, None] + offsets[None, :, None] * normal[:, None]
    rows = np.clip(np.round(places[..., 1]).astype(int), 0, crop.edges.shape[0] - 1)
    columns = np.clip(np.round(places[..., 0]).astype(int), 0, crop.edges.shape[1] - 1)
    strength = np.linalg.norm(crop.edges[rows, columns] * np.abs(normal)[:, None], axis=2)
    gain = strength - 0.03 * np.abs(offsets) / 5
    bend = 0.12 * (offsets[:, None] - offsets[None, :]) ** 2
    best, back = gain[0].copy(), []
    for station in range(1, len(curve)):
        through = best[None, :] - bend
        back.append(through.argmax(axis=1))
        best = gain[station] + through.max(axis=1)
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    moved = offsets[np.array(path[::-1])]
    moved = np.convolve(np.pad(moved, 2, mode="edge"), np.array([1, 2, 3, 2, 1]) / 9, mode="valid")
    return np.asarray(curve + moved[:, None] * normal, np.float32)
