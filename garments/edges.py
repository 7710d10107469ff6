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

NEAR_SHARE = 0.05
"""A landmark further from the outline than this share of the garment's width lies inside it."""


@dataclass(frozen=True)
class Edges:
    """The silhouette that the sheet covers."""

    mask: NDArray[np.bool_]
    """(H, W) The garment, small holes filled."""
    domain: NDArray[np.bool_]
    """(H, W) The garment and a margin beyond its free edges, so that alpha and not triangles cut them."""
    sewn: NDArray[np.bool_]
    """(H, W) A band over the sewn edges, in which the texture has no alpha."""
    touching: tuple[str, ...]
    """Hands (`left`, `right`) whose sleeve lies against the torso, so that no outline parts them."""


def find_edges(alpha: NDArray[np.uint8], points: dict[str, Array], *, sleeved: bool, margin_px: float) -> Edges:
    """Tell sewn from free edges by the landmarks at their ends."""
    mask = largest_piece(alpha > 127)
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len).reshape(-1, 2)
    runs = [("neck", "shoulder", "cuff_outer"), ("cuff_inner", "armpit", "waist", "hem")]
    if not sleeved:
        runs = [("neck", "shoulder"), ("armpit", "waist", "hem")]
    seams = np.zeros(mask.shape, np.uint8)
    touching = []
    for hand in ("left", "right"):
        for run in runs:
            ways = [_between(contour, points[f"{a}_{hand}"], points[f"{b}_{hand}"]) for a, b in pairwise(run)]
            if run[0] == "cuff_inner" and not len(ways[0]):
                touching.append(hand)
            # Short of the free edges at a seam's ends, which would grow corners otherwise.
            trim = round(margin_px)
            ways[0], ways[-1] = ways[0][trim:], ways[-1][: len(ways[-1]) - trim]
            for way in ways:
                cv2.polylines(seams, [way.astype(np.int32)], False, 1, 1)
    size = 2 * max(round(margin_px), 1) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    sewn = cv2.dilate(seams, disc) > 0
    grown = cv2.dilate(mask.astype(np.uint8), disc) > 0
    return Edges(mask, mask | (grown & ~sewn), sewn, tuple(touching))


def largest_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W) The largest connected piece, small holes filled."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    piece = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~piece).astype(np.uint8), connectivity=4)
    small = [hole for hole in range(1, count) if stats[hole, cv2.CC_STAT_AREA] < HOLE_SHARE * piece.sum()]
    return np.asarray(piece | np.isin(labels, small))


def _between(contour: Array, start: Array, end: Array) -> Array:
    """The shorter way along a closed contour between two points near it; nothing when that is a long way round."""
    first, last = (int(np.argmin(((contour - point) ** 2).sum(axis=1))) for point in (start, end))
    low, high = min(first, last), max(first, last)
    inner, outer = contour[low : high + 1], np.vstack([contour[high:], contour[: low + 1]])
    way = inner if len(inner) <= len(outer) else outer
    way = way if tuple(way[0]) == tuple(contour[first]) else way[::-1]
    straight = float(np.linalg.norm(contour[first] - contour[last]))
    off = max(float(np.linalg.norm(contour[at] - point)) for at, point in ((first, start), (last, end)))
    near = off < NEAR_SHARE * float(np.ptp(contour[:, 0]))
    return way if near and len(way) < 2.0 * straight + 20 else way[:0].reshape(0, 2)
