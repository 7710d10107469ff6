"""Finds the front neckline in the picture: it lies inside the silhouette, below the inside of the back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from garments.finding.best_path import best_path
from garments.finding.neck_input import STATIONS as SEEN_STATIONS
from garments.finding.neck_look import look_at_neck

Points = NDArray[np.float32]

WIDE_PX = 120
"""Pixels from rim to rim in the straightened crop."""
MARGIN = 0.25
"""What the crop shows beyond the rims, in neck widths."""
AROUND_PX = 9.0
"""How far contrast is compared, in pixels of the crop."""
FAINT_LEVELS = 3.0
"""Slopes weaker than this are noise."""
STATIONS = 49
INSETS = (-0.08, 0.0, 0.05, 0.1)
"""How far the neckline may begin inside (or outside) the rims, in neck widths."""
USUAL_DEPTH = 0.28
"""Of a crew neck, in neck widths."""
BACK_EDGE = 0.16
"""How far below the outline the edge of the back's neck band may run, in neck widths."""
STANDS_OUT = 0.10
"""By how much a neckline's edges must exceed those of other curves to be believed."""
CLEAR = 0.45
"""A neckline's edges must have this strength to be beyond doubt."""
ELSEWHERE = 0.2
"""Curves further away than this, in neck widths, are other necklines."""
SHAPES = (
    *((1.0, 0.0), (1.25, 0.0), (2.2, 0.5), (2.2, 0.25), (3.2, 0.5)),
    *((1.6, 0.0), (2.0, 0.0), (2.5, 0.0), (3.2, 0.0), (4.5, 0.0)),
)
"""A neckline's exponent (1 is a V, 2 a round, 4 nearly a square neck) and the share of a plain V mixed in; the first
five have a point at the middle."""
MOVED = 0.25
"""How far the picture may move what the network saw, in neck widths, before neither is sure."""
SHALLOW = 0.2
"""A neckline that is the outline itself and no deeper, in neck widths, may be the back's edge."""
BELIEVED = 0.47
"""Less sure than this, the second look only makes the traced line less sure."""
CONFIRMED = 0.8
"""A traced line that is surer than this and that the second look confirms stands: it is the finer of the two."""
NEAR = 0.1
"""So far from the traced line, in neck widths, the second look still confirms it."""
APART = 0.2
"""Two findings so far from each other, in neck widths, are no evidence for each other."""
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
    confidence: float
    """How sure it is of that."""
    bare: bool
    """Whether the ground shows down to the front neckline."""
    floor_px: float
    """No neckline is lower than this."""


def find_neckline(
    cutout_rgba: NDArray[np.uint8], mask: NDArray[np.uint8], at: dict[str, Points], sure: dict[str, float], neck: str
) -> tuple[Points | None, dict[str, Points], dict[str, float]]:
    """The front neckline, (K, 2) from the photo's left to its right end, and points and confidence put right by it.

    None where the front closes the neck.
    """
    width = float(np.linalg.norm(at["rim_left"] - at["rim_right"]))
    if width < 8:
        return None, at, sure
    near, certain = look_at_neck(cutout_rgba, mask, at) if neck in ("open", "collar") else (None, 0.0)
    front = near[SEEN_STATIONS // 2] if near is not None and certain > BELIEVED else at["neck_front"]
    depth = float(front[1] - (at["rim_left"][1] + at["rim_right"][1]) / 2)
    if (neck == "high" and depth < 0.15 * width) or (neck == "collar" and depth < CLOSED * width):
        return None, at, sure
    crop = _straighten(cutout_rgba, mask, at, width, sure["neck_front"])
    curve, likely = _trace(crop, sure["neck_front"], neck)
    if near is not None:
        closer = _straighten(cutout_rgba, mask, at | {"neck_front": front}, width, certain)
        seen = _refine(closer, _through(closer, near))
        apart = float(np.linalg.norm(seen - curve, axis=1).mean()) / WIDE_PX
        agreed = float(np.exp(-((apart / APART) ** 2)))
        if certain > BELIEVED and not (likely > CONFIRMED and apart < NEAR):
            curve, likely = seen, certain
        likely *= 0.6 + 0.4 * agreed
    photo_from_crop = cv2.invertAffineTransform(crop.crop_from_photo).astype(np.float32)
    line = (curve @ photo_from_crop[:, :2].T + photo_from_crop[:, 2]).astype(np.float32)
    return line, at | {"neck_front": line[len(line) // 2]}, sure | {"neck_front": likely}


def _trace(crop: NeckCrop, sure: float, neck: str) -> tuple[Points, float]:
    """The likeliest of a family of curves, in the crop's pixels, and how sure that is."""
    curve, stands_out, clear = _search(crop, neck)
    if stands_out:
        curve = _refine(crop, curve)
    moved = float(np.linalg.norm(curve[len(curve) // 2] - crop.front)) / WIDE_PX
    likely = (1.0 if clear else 0.65) * (1.0 if stands_out else 0.75) * sure * float(np.exp(-((moved / MOVED) ** 2)))
    if crop.bare and float(curve[len(curve) // 2, 1]) < (MARGIN + SHALLOW) * WIDE_PX:
        # The back's edge and a boat neck look alike.
        likely *= 0.5
    return curve, likely


def _through(crop: NeckCrop, near: Points) -> Points:
    """(K, 2) A curve in the crop through what the second look saw, from rim to rim."""
    places = near @ crop.crop_from_photo[:, :2].T + crop.crop_from_photo[:, 2]
    start = MARGIN * WIDE_PX
    places[0], places[-1] = (start, start), (start + WIDE_PX, start)
    # A V is no smoother than its point: each side is a curve of its own.
    middle, halves = SEEN_STATIONS // 2, []
    for part in (places[: middle + 1], places[middle:]):
        along = np.concatenate([[0], np.cumsum(np.maximum(np.linalg.norm(np.diff(part, axis=0), axis=1), 1e-3))])
        halves.append(PchipInterpolator(along, part)(np.linspace(0, along[-1], STATIONS // 2 + 1)))
    return np.vstack([halves[0], halves[1][1:]]).astype(np.float32)


def _straighten(
    cutout_rgba: NDArray[np.uint8], mask: NDArray[np.uint8], at: dict[str, Points], width: float, confidence: float
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
    # Against what is around: a black seam on black cloth counts as much as the white print below it.
    around = np.sqrt(cv2.GaussianBlur(gradient[0] ** 2 + gradient[1] ** 2, (0, 0), AROUND_PX))
    usual = 2 * np.maximum(around, FAINT_LEVELS)
    soft = cv2.GaussianBlur(solid, (0, 0), 1.2).astype(np.float32) / 255
    top = np.where(inside.any(axis=0), inside.argmax(axis=0), 0).astype(np.float32)
    front = affine[:, :2] @ at["neck_front"] + affine[:, 2]
    # At the neck the outline is the back's edge, if the photo shows the back: it counts little. Where the ground shows
    # through down to the front, the outline is the neckline.
    above = float(top[int(np.clip(front[0], 0, len(top) - 1))])
    bare = above - margin > 0.5 * float(front[1] - margin)
    outline = [np.clip(1.2 * np.abs(cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx)), 0, 0.9 if bare else 0.1) for dx in (1, 0)]
    edges = np.stack([np.maximum(g / usual, r) for g, r in zip(gradient, outline, strict=True)], axis=2)
    return NeckCrop(
        np.clip(edges, 0, 1).astype(np.float32), top, affine, front.astype(np.float32), confidence, bare, floor
    )


def _crop(plane: NDArray[np.uint8], affine: Points, size: tuple[int, int], scale: float) -> NDArray[np.uint8]:
    if scale < 0.7:
        # Averaged rather than sampled: fine stripes and noise would become edges.
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.45 / scale), np.uint8)
    return np.asarray(
        cv2.warpAffine(plane, affine, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _search(crop: NeckCrop, neck: str) -> tuple[Points, bool, bool]:
    """The best of a family of curves by the edges under it and by how deep the network sees it; whether it stands out,
    and whether it does so clearly: no other depth has edges as strong.

    Where nothing stands out (lace, fur, black on black) the usual neck of that width is taken.
    """
    start, usual = MARGIN * WIDE_PX, (MARGIN + USUAL_DEPTH) * WIDE_PX
    seen = float(crop.front[1])
    # What the network is not sure of is drawn towards the usual.
    sure = float(np.clip(2 * crop.confidence, 0, 1))
    likely = sure * seen + (1 - sure) * min(usual, seen)
    blur = (0.10 + 0.15 * (1 - sure)) * WIDE_PX + 0.10 * max(likely - start, 0)
    column = int(np.clip(crop.front[0], 0, len(crop.top_px) - 1))
    lowest = max(float(crop.top_px[column]) + 1, start - 0.1 * WIDE_PX)
    depths = np.arange(lowest, max(crop.floor_px, lowest + 4), 1.5)
    depths = depths[np.abs(depths - likely) < 5 * blur]
    if not len(depths):
        depths = np.array([max(likely, lowest)])
    middle = start + WIDE_PX / 2
    middles = middle + np.array([0.0, 0.7]) * np.clip(float(crop.front[0]) - middle, -0.2 * WIDE_PX, 0.2 * WIDE_PX)
    shapes = np.arange(len(SHAPES) if neck == "open" else 6)
    insets = np.array(INSETS if neck == "open" else INSETS[1:3]) * WIDE_PX
    grid = np.stack(np.meshgrid(depths, shapes, middles, insets, indexing="ij"), axis=-1).reshape(-1, 4)
    curves = _curves(crop, grid)
    support = _support(crop, curves)
    doubt = (grid[:, 0] - likely) / blur
    # Beside a strap there is no shoulder from which a neckline could begin.
    falls = np.abs(curves[:, [0, -1], 1] - start).max(axis=1) > 0.12 * WIDE_PX
    # Just below the outline runs the back's own edge.
    above = np.zeros(len(grid)) if crop.bare else np.clip(1 - (grid[:, 0] - lowest) / (BACK_EDGE * WIDE_PX), 0, 1)
    score = support - (0.35 + 0.25 * sure) * (1 - np.exp(-(doubt**2) / 6)) - 0.38 * above - falls
    best = int(np.argmax(score + 0.2 * (grid[:, 0] - start) / WIDE_PX - 0.3 * np.abs(grid[:, 3]) / WIDE_PX))
    elsewhere = np.abs(grid[:, 0] - grid[best, 0]) > ELSEWHERE * WIDE_PX
    rival = float(support[elsewhere].max()) if elsewhere.any() else 0.0
    clear = bool(support[best] > max(CLEAR, rival))
    if support[best] - float(np.median(support)) > STANDS_OUT:
        return np.asarray(curves[best]), True, clear
    plain = np.array([[max(min(likely, usual), lowest), SHAPES.index((2.0, 0.0)), middle, 0.0]])
    return np.asarray(_curves(crop, plain)[0]), False, False


def _curves(crop: NeckCrop, grid: NDArray[np.float64]) -> Points:
    """(G, K, 2) A curve for each row (depth, shape, middle, inset), its ends where the garment begins."""
    t = np.linspace(-1, 1, STATIONS)
    depth, shape, middle, inset = (grid[:, k, None] for k in range(4))
    start = MARGIN * WIDE_PX
    left, right = start + inset, start + WIDE_PX - inset
    ends = []
    for x in (left, right):
        top = crop.top_px[np.clip(np.round(x).astype(int), 0, len(crop.top_px) - 1)]
        ends.append(np.where(inset == 0, start, top))
    # Even steps along steep flanks need more stations near the ends than even steps in x give.
    s = np.sign(t) * np.abs(t) ** 0.8
    x = np.where(t < 0, middle + s * (middle - left), middle + s * (right - middle))
    power, straight = (np.array(SHAPES)[shape.astype(int), k] for k in (0, 1))
    rise = np.abs(s) ** power * (1 - straight) + np.abs(s) * straight
    y = depth + (np.where(t < 0, *ends) - depth) * rise
    return np.stack([x, y], axis=2).astype(np.float32)


def _support(crop: NeckCrop, curves: Points) -> NDArray[np.float32]:
    """(G,) The mean edge across each curve, by its length."""
    along = np.gradient(curves, axis=1)
    length = np.linalg.norm(along, axis=2)
    normal = np.abs(along[..., ::-1]) / np.maximum(length, 1e-6)[..., None]
    rows = np.clip(np.round(curves[..., 1]).astype(int), 0, crop.edges.shape[0] - 1)
    columns = np.clip(np.round(curves[..., 0]).astype(int), 0, crop.edges.shape[1] - 1)
    strength = np.linalg.norm(crop.edges[rows, columns] * normal, axis=2) * length
    inner = slice(2, -2)
    return np.asarray(strength[:, inner].sum(axis=1) / length[:, inner].sum(axis=1), np.float32)


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
    aside = offsets[best_path(gain, bend)]
    moved = np.convolve(np.pad(aside, 1, mode="edge"), np.array([1, 2, 1]) / 4, mode="valid")
    return np.asarray(curve + moved[:, None] * normal, np.float32)
