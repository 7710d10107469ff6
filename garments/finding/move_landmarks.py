"""Moves landmarks to where a person says they are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.finding.landmarks import Landmarks

ON_THE_LINE = ("rim_right", "neck_front", "opening_right", "opening_left", "rim_left")
"""The points that the front neckline runs through."""


def move_landmarks(found: Landmarks, moved: Mapping[str, tuple[float, float]], size_px: tuple[int, int]) -> Landmarks:
    """The landmarks with some of them elsewhere and certain; the front neckline follows those that it runs through.

    Args:
        found: The photo's.
        moved: Photo pixels by name, of the points that move.
        size_px: Width and height of the photo.

    Raises:
        RefusedError: `unknown-landmark`, or `landmark-outside` for a point that is not in the photo.
    """
    points, confidence = found.points_photo_px.copy(), found.confidence.copy()
    for name, at in moved.items():
        if name not in found.names:
            raise RefusedError("unknown-landmark", f"there is no landmark '{name}': it has {', '.join(found.names)}.")
        place = np.asarray(at, np.float32)
        if not (np.isfinite(place).all() and (place >= 0).all() and (place <= np.array(size_px)).all()):
            width, height = size_px
            raise RefusedError(
                "landmark-outside", f"{name} must lie inside the photo, which has {width} x {height} pixels."
            )
        row = found.names.index(name)
        points[row], confidence[row] = place, 1.0
    line = found.neck_opening_photo_px
    if line is not None:
        anchors = [found.names.index(name) for name in ON_THE_LINE if name in found.names]
        line = bend(line, found.points_photo_px[anchors], points[anchors])
    return replace(found, points_photo_px=points, confidence=confidence, neck_opening_photo_px=line)


def bend(line: NDArray[np.float32], before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.float32]:
    """(K, 2) A line whose points near each of `before` (A, 2) move along to `after`, those between in proportion."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = along[np.linalg.norm(line[None] - before[:, None], axis=2).argmin(axis=1)]
    order = np.argsort(at, kind="stable")
    steps = (after - before)[order]
    shift = np.stack([np.interp(along, at[order], steps[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(line + shift, np.float32)
