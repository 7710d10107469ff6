"""Draws roughly found landmarks on to the outline they belong to."""

import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points, size_of, smooth_outline, turns

TURN = {
    **{"cuff_outer": 1.0, "cuff_inner": 1.0, "hem": 1.0, "rim": 0.6, "armpit": -1.0},
    **{"waistband": 1.0, "leg_outer": 1.0, "leg_inner": 1.0, "crotch": -1.0},
}
"""How much a point seeks a corner of the outline: outward (+), inward (-), none for the nearest place."""
REACH = {
    **{"cuff_outer": 0.05, "cuff_inner": 0.05, "hem": 0.05, "armpit": 0.075, "waist": 0.05, "shoulder": 0.035},
    **{"waistband": 0.05, "leg_outer": 0.05, "leg_inner": 0.05, "crotch": 0.05},
}
"""How far a point may go, in shares of the garment's size."""
DEFAULT_REACH = 0.03
HIDDEN = ("hem", "armpit", "cuff_inner", "waist", "leg_inner", "crotch")
"""Points that a sleeve beside the body or the other leg may hide: then they lie inside the silhouette, and far from a
corner the network's word stands."""
INSIDE = ("neck_front", "waistband_front", "opening_left", "opening_right")
"""Points that lie inside the silhouette."""
ON_OUTLINE = ("neck", "shoulder", "cuff_outer", "hem", "rim", "waistband", "leg_outer")
"""Points that lie on the outline of every garment."""
LOOSE = 0.012
"""How far a hidden point may move to an outline without a corner, in shares of the garment's size."""


def snap_points(
    mask: NDArray[np.uint8], at: dict[str, Points], sure: dict[str, float], *, sleeved: bool
) -> tuple[dict[str, Points], dict[str, float]]:
    """The points, those of the outline drawn on to it, and their confidence, less where the outline is far.

    Args:
        mask: (H, W) 255 on the garment.
        at: Photo pixels by name.
        sure: Confidence by name.
        sleeved: Without sleeves the cuffs are the shoulder and the armpit.
    """
    outline = smooth_outline(mask)
    size = size_of(outline)
    turn = turns(outline)
    snapped, trusted = dict(at), dict(sure)
    for name, point in at.items():
        if name in INSIDE or not np.isfinite(point).all():
            continue
        part = part_of(name)
        reach = REACH.get(part, DEFAULT_REACH) * size
        away = np.linalg.norm(outline - point, axis=1)
        if part == "waist":
            away = np.hypot(outline[:, 0] - point[0], 4 * (outline[:, 1] - point[1]))
        cost = away / reach - TURN.get(part, 0.0) * turn
        cost[away > reach] = np.inf
        best = int(np.argmin(cost))
        corner = TURN.get(part, 0.0) * turn[best]
        if np.isfinite(cost[best]) and (corner > 0.25 or away[best] < LOOSE * size or part not in HIDDEN):
            snapped[name] = outline[best]
        elif part in ON_OUTLINE:
            trusted[name] *= float(np.exp(-(away.min() - reach) / reach))
    if not sleeved:
        for hand in ("left", "right"):
            for cuff, source in (("cuff_outer", "shoulder"), ("cuff_inner", "armpit")):
                if f"{cuff}_{hand}" in at:
                    snapped[f"{cuff}_{hand}"] = snapped[f"{source}_{hand}"]
                    trusted[f"{cuff}_{hand}"] = trusted[f"{source}_{hand}"]
    return snapped, trusted


def part_of(name: str) -> str:
    """The name without its side."""
    return name.removesuffix("_left").removesuffix("_right")
