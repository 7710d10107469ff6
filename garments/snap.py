"""Draws roughly found landmarks on to the outline they belong to."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.landmark_input import TOP_POINTS

Points = NDArray[np.float32]

TURN = {"cuff_outer": 1.0, "cuff_inner": 1.0, "hem": 1.0, "rim": 0.6, "armpit": -1.0}
"""How much a point seeks a corner of the outline: outward (+), inward (-), none for the nearest place."""
REACH = {"cuff_outer": 0.05, "cuff_inner": 0.05, "hem": 0.05, "armpit": 0.075, "waist": 0.05, "shoulder": 0.035}
"""How far a point may go, in shares of the garment's size."""
DEFAULT_REACH = 0.03
HIDDEN = ("hem", "armpit", "cuff_inner", "waist")
"""Points that a sleeve hanging beside the body may hide: then they lie inside the silhouette, and far from a corner the
network's word stands."""
LOOSE = 0.012
"""How far a hidden point may move to an outline without a corner, in shares of the garment's size."""


def snap_points(mask: NDArray[np.uint8], points: Points, confidence: Points, *, sleeved: bool) -> tuple[Points, Points]:
    """The points, those of the outline drawn on to it, and their confidence, less where the outline is far.

    Args:
        mask: (H, W) 255 on the garment.
        points: (17, 2) Photo pixels, in the order of `TOP_POINTS`.
        confidence: (17,)
        sleeved: Without sleeves the cuffs are the shoulder and the armpit.
    """
    outline = smooth_outline(mask)
    size = float(np.ptp(outline, axis=0).max())
    turn = _turn(outline, 0.022 * size)
    snapped, trusted = points.copy(), confidence.copy()
    for index, name in enumerate(TOP_POINTS):
        part = name.removesuffix("_left").removesuffix("_right")
        if part == "neck_front":
            continue
        reach = REACH.get(part, DEFAULT_REACH) * size
        away = np.linalg.norm(outline - points[index], axis=1)
        if part == "waist":
            away = np.hypot(outline[:, 0] - points[index, 0], 4 * (outline[:, 1] - points[index, 1]))
        cost = away / reach - TURN.get(part, 0.0) * turn
        cost[away > reach] = np.inf
        best = int(np.argmin(cost))
        corner = TURN.get(part, 0.0) * turn[best]
        if np.isfinite(cost[best]) and (corner > 0.25 or away[best] < LOOSE * size or part not in HIDDEN):
            snapped[index] = outline[best]
        elif part in ("neck", "shoulder", "cuff_outer", "hem", "rim"):
            # These lie on the outline of every garment.
            trusted[index] *= float(np.exp(-(away.min() - reach) / reach))
    if not sleeved:
        for hand in ("left", "right"):
            for cuff, at in (("cuff_outer", "shoulder"), ("cuff_inner", "armpit")):
                target, source = TOP_POINTS.index(f"{cuff}_{hand}"), TOP_POINTS.index(f"{at}_{hand}")
                snapped[target], trusted[target] = snapped[source], trusted[source]
    return snapped, trusted


def smooth_outline(mask: NDArray[np.uint8]) -> Points:
    """(K, 2) The outer outline, at most about 1,500 points, clockwise on the photo."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len).reshape(-1, 2).astype(np.float32)
    step = max(len(outline) // 1500, 1)
    outline = outline[::step]
    if _area(outline) < 0:
        outline = outline[::-1]
    return np.ascontiguousarray(outline)


def _turn(outline: Points, reach_px: float) -> Points:
    """(K,) How sharply the outline turns over a reach: 1 a right angle outwards, -1 inwards, 0 straight."""
    steps = np.linalg.norm(np.diff(outline, axis=0, append=outline[:1]), axis=1)
    k = max(round(reach_px / max(float(steps.mean()), 1e-3)), 2)
    before, after = outline - np.roll(outline, k, axis=0), np.roll(outline, -k, axis=0) - outline
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = (before * after).sum(axis=1)
    return np.asarray(np.clip(np.arctan2(cross, dot) / (np.pi / 2), -1.2, 1.2), np.float32)


def _area(outline: Points) -> float:
    x, y = outline[:, 0], outline[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
