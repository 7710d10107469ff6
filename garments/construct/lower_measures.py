"""The measures of trousers and skirts, read off their photo and set to scale by the resting body."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.construct.lower_edges import Sides
from garments.construct.lower_form import LowerForm
from garments.construct.measures import EASE_M, smoothstep
from garments.kinds import Kind

Array = NDArray[Any]
FULL_LENGTH_M = 0.97
"""Length of common trousers on the resting body, from the waistband to the hem at the ankle."""
RISE_M = 0.25
"""Height of a common waistband above the crotch."""
TROUSERS_WAIST_M, SKIRT_WAIST_M = 0.31, 0.27
"""Width of a common waistband in photos, between that of one laid flat and that of one seen on a mannequin."""
SKIRT_LENGTH_M = 0.65
"""Length of a common skirt."""
SKIRT_TOP_M = 1.065
"""Height at which skirts are worn: just below the narrowest place of the trunk."""
RISES_M = (0.17, 0.30)
"""Least and greatest height of a waistband above the crotch; what a photo shows beyond hangs below."""
MOST_DROP_M = 0.08
"""How far a crotch may hang below the body's."""
ACROSS = (0.72, 1.12)
"""How much wider or narrower than in the photo a garment may be made to fit the waist."""
FLOOR_M = 0.02
"""Height of the longest hems."""
SOLE_M = 0.004
"""Height that fringes do not go below either."""
BAND_M = 0.04
"""Height of a waistband: what fits the body whatever the photo says."""


@dataclass(frozen=True)
class LowerCut:
    """Where the rows of a photo hang on the resting body, and how wide they are."""

    rows_px: NDArray[np.float64]
    """(K,) Rows of the photo, downwards: the waistband, the crotch of trousers, the lowest hem."""
    heights_m: NDArray[np.float64]
    """(K,) Heights of these on the resting body."""
    m_per_px: float
    """Metres a pixel, downwards."""
    across_m_per_px: float
    """Metres of seen width a pixel."""

    def z(self, y_px: Array) -> Array:
        """Height of rows of the photo, the garment's scale beyond the ends."""
        beyond = np.maximum(self.rows_px[0] - y_px, 0) - np.maximum(y_px - self.rows_px[-1], 0)
        return np.asarray(np.maximum(np.interp(y_px, self.rows_px, self.heights_m) + beyond * self.m_per_px, SOLE_M))


def take_lower_measures(
    points: dict[str, Array], sides: Sides, lowest_px: float, form: LowerForm, kind: Kind, ease: float
) -> LowerCut:
    """Scale a photo to metres and find where the garment sits.

    Lengths and widths are scaled each by itself: a waistband goes round the body whether it lies flat in its photo or
    is seen on a mannequin, and the length is the garment's own.
    """
    band = (points["waistband_left"] + points["waistband_right"]) / 2
    waist_px = max(float(np.linalg.norm(points["waistband_left"] - points["waistband_right"])), 1.0)
    hems = [point for name, point in points.items() if name.startswith(("hem", "leg_"))]
    length_px = max(float(np.mean([point[1] for point in hems]) - band[1]), 1.0)
    lowest = max(float(lowest_px), max(float(point[1]) for point in hems))
    if "crotch" not in points:
        by_waist, by_length = np.log(SKIRT_WAIST_M / waist_px), np.log(SKIRT_LENGTH_M / length_px)
        scale = _bounded(0.7 * by_waist + 0.3 * by_length, length_px, kind)
        rows, heights = [band[1], lowest], [SKIRT_TOP_M, SKIRT_TOP_M - (lowest - band[1]) * scale]
    else:
        rise_px = max(float(points["crotch"][1] - band[1]), 1.0)
        by_rise, by_waist = np.log(RISE_M / rise_px), np.log(TROUSERS_WAIST_M / waist_px)
        logs = 0.5 * by_rise + 0.5 * by_waist
        if kind.length_m[0] > 0.5 * FULL_LENGTH_M:
            logs = 0.5 * logs + 0.5 * np.log(FULL_LENGTH_M / length_px)
        scale = _bounded(logs, length_px, kind)
        rise = max(scale * rise_px, RISES_M[0])
        top = form.crotch_m - 0.008 + min(rise, RISES_M[1])
        crotch = top - min(rise, RISES_M[1] + MOST_DROP_M)
        rows = [band[1], float(points["crotch"][1]), lowest]
        heights = [top, crotch, crotch - (lowest - rows[1]) * scale]
    heights[-1] = max(heights[-1], min(FLOOR_M, heights[-2] - 0.05))
    across = _across(points, sides, np.array(rows), heights, form, ease)
    across = float(np.clip(across, ACROSS[0] * scale, ACROSS[1] * scale))
    return LowerCut(np.array(rows, float), np.array(heights, float), float(scale), across)


def _bounded(log_scale: float, length_px: float, kind: Kind) -> float:
    """The scale, kept to what lengths the kind has."""
    least, greatest = kind.length_m
    return float(np.clip(np.exp(log_scale), least / length_px, greatest / length_px))


def _across(
    points: dict[str, Array], sides: Sides, rows_px: Array, heights_m: list[float], form: LowerForm, ease: float
) -> float:
    """Metres of seen width a pixel: the waistband fits, and so do the hips of what is not wide anyway."""
    waist_px = float(np.linalg.norm(points["waistband_left"] - points["waistband_right"]))
    seen = 2 * (float(form.row(form.half_width_m, np.float64(heights_m[0] - BAND_M / 2))) + EASE_M)
    hips_y = float(np.interp(-(form.hips_m + 0.02), -np.array(heights_m), rows_px))
    hips_px = float(np.interp(hips_y, np.arange(len(sides.outer_px[1])), sides.outer_px[1] - sides.outer_px[-1]))
    hips = 2 * float(form.row(form.half_width_m, np.float64(form.hips_m + 0.02))) * (1 + 0.5 * ease)
    by_waist, by_hips = np.log(seen / max(waist_px, 1.0)), np.log(hips / max(hips_px, 1.0))
    # Wide cuts say nothing of the body: hips may only ask for more room.
    return float(np.exp(by_waist + 0.5 * max(by_hips - by_waist, 0.0)))


def seen_half_m(half_px: Array, z_m: Array, cut: LowerCut, form: LowerForm) -> Array:
    """Half the seen width of the garment, its waistband as wide as the body."""
    half = half_px * cut.across_m_per_px
    fits = form.row(form.half_width_m, z_m) + 2 * EASE_M
    below = cut.heights_m[0] - z_m
    return np.asarray(np.minimum(half, fits + np.maximum(half - fits, 0) * smoothstep(0.5 * BAND_M, 4 * BAND_M, below)))
