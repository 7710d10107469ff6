"""Smaller triangles where cloth is stretched over something round, which flat ones would cut into."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.construct.sheet import Sheet

Array = NDArray[Any]
ROUNDS = 2
"""How often an edge may be halved."""


def refine(sheet: Sheet, lay: Callable[[Sheet], tuple[Array, ...]], longest_m: float) -> Sheet:
    """The sheet, every edge halved that is longer than some metres once it lies on the body.

    Args:
        sheet: A garment as it lies in the photo.
        lay: Where each of its points lies on the resting body, (N, 3) for its front and for its back.
        longest_m: Length of an edge that stays whole.
    """
    for _ in range(ROUNDS):
        corners = np.sort(np.vstack([sheet.faces[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1)
        edges, row, count = np.unique(corners, axis=0, return_inverse=True, return_counts=True)
        ends = edges.T
        length = np.max([np.linalg.norm(at[ends[0]] - at[ends[1]], axis=1) for at in lay(sheet)], axis=0)
        if not (length > longest_m).any():
            break
        sheet = _halved(sheet, edges, row.reshape(3, -1).T, length > longest_m, count == 1)
    return sheet


def _halved(sheet: Sheet, edges: Array, of_face: Array, long: Array, outer: Array) -> Sheet:
    """The sheet with new points in the middle of long edges; `of_face` (M, 3) says which edges a triangle has."""
    middle = np.full(len(edges), -1)
    middle[long] = len(sheet.points_photo_px) + np.arange(int(long.sum()))
    start, end = edges[long].T
    points = (sheet.points_photo_px[start] + sheet.points_photo_px[end]) / 2
    faces, parents = _divided(sheet.faces, middle[of_face])
    return replace(
        sheet,
        points_photo_px=np.vstack([sheet.points_photo_px, points]).astype(np.float32),
        faces=faces.astype(np.int32),
        side=np.append(sheet.side, sheet.side[start]),
        seam=np.append(sheet.seam, sheet.seam[start] & sheet.seam[end] & outer[long]),
        above=sheet.above[parents],
    )


def _divided(faces: Array, middles: Array) -> tuple[Array, Array]:
    """(K, 3) Triangles divided at the middles of their edges (-1: none), turned alike, and (K,) their parents."""
    count = (middles >= 0).sum(axis=1)
    # Turn each so that its first edge is divided (one), or its last one is not (two).
    first = np.where(count == 1, np.argmax(middles >= 0, axis=1), (np.argmin(middles, axis=1) + 1) % 3)
    turn = (np.arange(3)[None] + np.where((count == 1) | (count == 2), first, 0)[:, None]) % 3
    a, b, c = np.take_along_axis(faces, turn, axis=1).T
    ab, bc, ca = np.take_along_axis(middles, turn, axis=1).T
    patterns: dict[int, list[tuple[Array, Array, Array]]] = {
        0: [(a, b, c)],
        1: [(a, ab, c), (ab, b, c)],
        2: [(a, ab, bc), (ab, b, bc), (a, bc, c)],
        3: [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)],
    }
    pieces = [
        (np.stack(corners, axis=1)[count == many], np.flatnonzero(count == many))
        for many, pattern in patterns.items()
        for corners in pattern
    ]
    return np.vstack([piece for piece, _ in pieces]), np.concatenate([rows for _, rows in pieces])
