"""Brings two opinions on a point together: the network's and the outline's."""

import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points
from garments.finding.legs import OutlinePoint, trace_hem, trace_legs, trace_waist, width_at, without_thin_parts

NEAR = 0.03
"""Points closer than this share of the garment's size are one and the same."""
ALONE = 0.75
"""What the outline's word is worth where the network says nothing."""


def add_outline(
    mask: NDArray[np.uint8], at: dict[str, Points], sure: dict[str, float]
) -> tuple[dict[str, Points], dict[str, float]]:
    """Points and confidence, confirmed or corrected by what the outline alone shows of waistband, legs and hem.

    Args:
        mask: (H, W) 255 on the garment.
        at: Photo pixels by name; NaN for what the network was not taught.
        sure: Confidence by name.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    size = float(max(np.ptp(rows), np.ptp(columns)))
    placed, trusted = dict(at), dict(sure)
    for name, traced in _trace(mask, at).items():
        if name in at:
            placed[name], trusted[name] = settle(at[name], sure[name], traced, size)
    return placed, trusted


def settle(seen: Points, sure: float, traced: OutlinePoint, size: float) -> tuple[Points, float]:
    """One point and its confidence from two: sure where they agree, doubtful where they do not."""
    if sure < 0.05 or not np.isfinite(seen).all():
        return traced.point, ALONE * traced.sure
    if float(np.linalg.norm(seen - traced.point)) < NEAR * size:
        both = 1 - (1 - sure) * (1 - traced.sure)
        return (traced.point if traced.sure > 0.4 else seen), both
    if sure >= 0.8 * traced.sure:
        return seen, sure * (1 - 0.5 * traced.sure)
    return traced.point, traced.sure * (1 - 0.5 * sure) * ALONE


def _trace(mask: NDArray[np.uint8], at: dict[str, Points]) -> dict[str, OutlinePoint]:
    """All that the outline shows of the points asked for."""
    found: dict[str, OutlinePoint] = {}
    if "waistband_left" in at:
        found |= trace_waist(mask)
    if "crotch" in at and "waistband_left" in at:
        left, right = (found[f"waistband_{hand}"].point for hand in ("left", "right"))
        solid, wide = without_thin_parts(mask), float(np.linalg.norm(left - right))
        waist = float(left[1] + right[1]) / 2
        hips = max(width_at(solid, waist + share * wide) for share in (0.3, 0.45, 0.6))
        found |= trace_legs(mask, waist, hips)
    elif "crotch" in at:
        waist = float(at["waist_left"][1] + at["waist_right"][1]) / 2
        wide = abs(float(at["waist_left"][0] - at["waist_right"][0]))
        found |= trace_legs(mask, waist, max(width_at(mask, waist + 0.4 * wide), 1.0))
    elif "waistband_left" in at:
        found |= trace_hem(mask)
    return found
