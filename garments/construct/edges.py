"""Where a cut-out ends: sewn edges, along which front and back meet, and free ones, which the texture's alpha cuts."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
HOLE_SHARE = 0.002
"""Holes below this share of a cut-out (lace, mesh) are left to alpha, larger ones have an edge of their own."""

COLLAR_MARGINS = 3.0
"""A rim further from the neck than this many margins is a collar's corner: its sides are sewn."""
SLIT_PX = 5
"""Width of a slit."""


@dataclass(frozen=True)
class Edges:
    """The silhouette that the sheet covers."""

    mask: NDArray[np.bool_]
    """(H, W) The garment, small holes filled."""
    domain: NDArray[np.bool_]
    """(H, W) The garment and a margin beyond its free edges, so that alpha and not triangles cut them; slit open."""
    sewn: NDArray[np.bool_]
    """(H, W) A band over the sewn edges, in which the texture has no alpha."""
    slits: dict[str, NDArray[np.float32]]
    """By hand (`left`, `right`), (2, 2): from the armpit to the outline's notch below it. Long where a sleeve lies
    against the torso, nothing where the notch is the armpit."""


def find_edges(alpha: NDArray[np.uint8], points: dict[str, Array], *, sleeved: bool, margin_px: float) -> Edges:
    """Tell sewn from free edges by the landmarks at their ends."""
    mask = largest_piece(alpha > 127)
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len).reshape(-1, 2)
    seams, cuts = (np.zeros(mask.shape, np.uint8) for _ in range(2))
    slits = {}
    for hand in ("left", "right"):
        named = {name.removesuffix(f"_{hand}"): point for name, point in points.items() if name.endswith(hand)}
        top = ["neck", "shoulder", "cuff_outer"] if sleeved else ["neck", "shoulder"]
        if "rim" in named and float(np.linalg.norm(named["rim"] - named["neck"])) > COLLAR_MARGINS * margin_px:
            top = ["rim", *top]
        lines = [np.vstack([between(contour, named[start], named[end]) for start, end in pairwise(top)])]
        lines.append(between(contour, named["cuff_inner" if sleeved else "armpit"], named["hem"]))
        notch = lines[1][np.argmin(((lines[1] - named["armpit"]) ** 2).sum(axis=1))]
        # Short of the free edges at a seam's ends, which would grow corners otherwise.
        lines = [line[round(margin_px) : max(len(line) - round(margin_px), 0)] for line in lines]
        if sleeved:
            slits[hand] = np.stack([named["armpit"], notch]).astype(np.float32)
            lines.append(slits[hand])
            cv2.polylines(cuts, [np.round(slits[hand]).astype(np.int32)], False, 1, SLIT_PX)
        for line in lines:
            cv2.polylines(seams, [np.round(line).astype(np.int32)], False, 1, 1)
    size = 2 * max(round(margin_px), 1) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    sewn = cv2.dilate(seams, disc) > 0
    grown = cv2.dilate(mask.astype(np.uint8), disc) > 0
    return Edges(mask, largest_piece((mask | (grown & ~sewn)) & (cuts == 0)), sewn, slits)


def largest_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W) The largest connected piece, small holes filled."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    piece = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~piece).astype(np.uint8), connectivity=4)
    small = [hole for hole in range(1, count) if stats[hole, cv2.CC_STAT_AREA] < HOLE_SHARE * piece.sum()]
    return np.asarray(piece | np.isin(labels, small))


def between(contour: Array, start: Array, end: Array) -> Array:
    """The shorter way along a closed contour between the points of it that are nearest to two landmarks."""
    first, last = (int(np.argmin(((contour - point) ** 2).sum(axis=1))) for point in (start, end))
    low, high = min(first, last), max(first, last)
    inner, outer = contour[low : high + 1], np.vstack([contour[high:], contour[: low + 1]])
    way = inner if len(inner) <= len(outer) else outer
    return way if tuple(way[0]) == tuple(contour[first]) else way[::-1]
