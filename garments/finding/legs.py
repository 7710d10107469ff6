"""Finds the points of trousers, skirts and legs on the outline alone: a second opinion beside the network's."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points, size_of, smooth_outline, turns

THIN = 0.026
"""Cords, fringes and loops are thinner than this share of the garment's size, and no part of its outline."""
CORNER_PULL = 0.05
"""What a right angle is worth against lying further out, in shares of the garment's size."""
LEAST_GAP = 0.10
"""A gap between legs is at least this long, in shares of the garment's height."""
USUAL_RISE, LONGEST_RISE = 0.62, 1.05
"""Depth of the crotch below the waistband over the width at the hips."""


@dataclass(frozen=True)
class OutlinePoint:
    """One point that the outline shows."""

    point: Points
    """(2,) Photo pixels."""
    sure: float
    """Between 0 (a guess) and 1 (a sharp corner)."""


@dataclass(frozen=True)
class Gap:
    """The ground between two legs."""

    top: Points
    """(2,) Photo pixels of its highest place."""
    split_px: Points
    """(H,) The column that parts the legs, by row of the photo."""
    length_px: float
    """From its highest place to its lowest."""


def trace_waist(mask: NDArray[np.uint8]) -> dict[str, OutlinePoint]:
    """The corners of the waistband, and the middle between them on the outline.

    Args:
        mask: (H, W) 255 on the garment.
    """
    outline = smooth_outline(without_thin_parts(mask))
    turn, size = turns(outline), size_of(outline)
    top, high = outline[:, 1].min(), np.ptp(outline[:, 1])
    near = outline[:, 1] < top + 0.18 * high
    found = {
        f"waistband_{hand}": _corner(outline, turn, near, np.array([0.6 * side, -1.0]), size)
        for hand, side in (("left", 1.0), ("right", -1.0))
    }
    middle = (found["waistband_left"].point + found["waistband_right"].point) / 2
    found["waistband_front"] = OutlinePoint(middle.astype(np.float32), 0.3)
    return found


def trace_hem(mask: NDArray[np.uint8]) -> dict[str, OutlinePoint]:
    """The corners of a skirt's or dress's hem."""
    outline = smooth_outline(without_thin_parts(mask))
    turn, size = turns(outline), size_of(outline)
    near = outline[:, 1] > outline[:, 1].max() - 0.35 * np.ptp(outline[:, 1])
    return {
        f"hem_{hand}": _corner(outline, turn, near, np.array([side, 0.8]), size)
        for hand, side in (("left", 1.0), ("right", -1.0))
    }


def trace_legs(mask: NDArray[np.uint8], waist_px: float, hips_px: float) -> dict[str, OutlinePoint]:
    """The crotch and the corners of both legs' hems; without a gap between the legs, guesses.

    Args:
        mask: (H, W) 255 on the garment.
        waist_px: The row of the waistband.
        hips_px: Width at the hips.
    """
    solid = without_thin_parts(mask)
    gap = find_gap(solid)
    outline = smooth_outline(solid)
    turn, size = turns(outline), size_of(outline)
    guess = waist_px + USUAL_RISE * hips_px
    if gap is None:
        middle = float(outline[outline[:, 1] > outline[:, 1].max() - 0.1 * np.ptp(outline[:, 1]), 0].mean())
        split = np.full(len(mask), middle, np.float32)
        crotch = OutlinePoint(np.array([middle, guess], np.float32), 0.1)
    else:
        split = gap.split_px
        deep = float(gap.top[1] - waist_px) / max(hips_px, 1.0)
        # Legs that touch below the crotch show a gap that begins too low.
        sure = 0.95 if 0.35 < deep < LONGEST_RISE else 0.2
        at = gap.top if sure > 0.5 else np.array([gap.top[0], min(guess, float(gap.top[1]))], np.float32)
        crotch = OutlinePoint(at, sure)
    found = {"crotch": crotch}
    below = outline[:, 1] > crotch.point[1] + 0.35 * (outline[:, 1].max() - crotch.point[1])
    side_of = np.sign(outline[:, 0] - split[np.clip(outline[:, 1].astype(int), 0, len(split) - 1)])
    for hand, side in (("left", 1.0), ("right", -1.0)):
        leg = below & (side_of == side)
        if leg.sum() < 8:
            leg = side_of == side if (side_of == side).any() else np.ones(len(outline), bool)
        along, across = _leg_axes(outline[leg], side)
        lowest = leg & (outline @ along > (outline[leg] @ along).max() - 0.16 * size)
        for name, outwards in (("outer", 1.0), ("inner", -1.0)):
            corner = _corner(outline, turn, lowest, along + 0.9 * outwards * across, size)
            sure = corner.sure if gap is not None else 0.3 * corner.sure
            found[f"leg_{name}_{hand}"] = OutlinePoint(corner.point, sure)
    return found


def find_gap(mask: NDArray[np.uint8]) -> Gap | None:
    """The ground between the legs, or None where they touch all the way or there are none."""
    solid = mask > 127
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    high = bottom - top + 1
    first = np.where(solid.any(axis=1), solid.argmax(axis=1), len(solid[0]))
    last = np.where(solid.any(axis=1), len(solid[0]) - 1 - solid[:, ::-1].argmax(axis=1), -1)
    column = np.arange(solid.shape[1])
    between = ~solid & (column > first[:, None]) & (column < last[:, None])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(between.astype(np.uint8), connectivity=4)
    middle, wide = (left + right) / 2, right - left + 1
    found = []
    for number in range(1, count):
        x, y, w, h, area = stats[number]
        central = abs(x + w / 2 - middle) < 0.22 * wide
        if central and h > LEAST_GAP * high and y + h > top + 0.6 * high and y > top + 0.12 * high and area > 3 * h:
            found.append(number)
    if not found:
        return None
    inside = np.isin(labels, found)
    gap_rows = np.flatnonzero(inside.any(axis=1))
    centre = np.array([column[inside[row]].mean() for row in gap_rows])
    split = np.interp(np.arange(len(mask)), gap_rows, centre).astype(np.float32)
    # The very tip wavers: the mean column of the gap's first part.
    head = gap_rows <= gap_rows[0] + max(2, 0.01 * high)
    point = np.array([centre[head].mean(), gap_rows[0]], np.float32)
    return Gap(point, split, float(np.ptp(gap_rows)))


def without_thin_parts(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) The mask's largest piece without cords, fringes and loops."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    radius = max(1, round(THIN / 2 * max(np.ptp(rows), np.ptp(columns))))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disk), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    if count < 2:
        return mask
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.where(labels == largest, np.uint8(255), np.uint8(0))


def width_at(mask: NDArray[np.uint8], row_px: float) -> float:
    """How far the garment reaches from side to side in one row."""
    row = np.flatnonzero(mask[int(np.clip(round(row_px), 0, len(mask) - 1))] > 127)
    return float(np.ptp(row) + 1) if len(row) else 0.0


def _corner(
    outline: Points, turn: Points, where: NDArray[np.bool_], way: NDArray[np.float64], size: float
) -> OutlinePoint:
    """The outline's point furthest that way, rather at a corner than beside one."""
    way = way / np.linalg.norm(way)
    far = outline @ way / size + CORNER_PULL * np.clip(turn, 0, 1)
    best = int(np.argmax(np.where(where, far, -np.inf)))
    return OutlinePoint(outline[best], float(np.clip(0.35 + 0.7 * turn[best], 0.1, 0.95)))


def _leg_axes(outline: Points, side: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors down a leg and out of it, by the middle of its upper and its lower outline."""
    high = outline[:, 1] < np.percentile(outline[:, 1], 40)
    low = outline[:, 1] > np.percentile(outline[:, 1], 60)
    middles = [(outline[part, 0].min() + outline[part, 0].max()) / 2 for part in (high, low)]
    down = np.array([middles[1] - middles[0], outline[low, 1].mean() - outline[high, 1].mean()], np.float64)
    along = down / max(float(np.linalg.norm(down)), 1e-6)
    return along, np.array([along[1], -along[0]]) * side
