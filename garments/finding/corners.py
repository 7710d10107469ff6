"""The outline of a cut-out as a line, and how sharply it turns."""

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

STEPS = 1500
"""About as many points an outline has at most."""
TURN_REACH = 0.022
"""Over which part of the garment's size a turn is measured."""


def smooth_outline(mask: NDArray[np.uint8]) -> Points:
    """(K, 2) The outer outline, at most about 1,500 points, clockwise on the photo."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len).reshape(-1, 2).astype(np.float32)
    step = max(len(outline) // STEPS, 1)
    outline = outline[::step]
    if _area(outline) < 0:
        outline = outline[::-1]
    return np.ascontiguousarray(outline)


def size_of(outline: Points) -> float:
    """The longer side of the outline's box, in pixels."""
    return float(np.ptp(outline, axis=0).max())


def turns(outline: Points) -> Points:
    """(K,) How sharply the outline turns at each point: 1 a right angle outwards, -1 inwards, 0 straight."""
    steps = np.linalg.norm(np.diff(outline, axis=0, append=outline[:1]), axis=1)
    k = max(round(TURN_REACH * size_of(outline) / max(float(steps.mean()), 1e-3)), 2)
    before, after = outline - np.roll(outline, k, axis=0), np.roll(outline, -k, axis=0) - outline
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = (before * after).sum(axis=1)
    return np.asarray(np.clip(np.arctan2(cross, dot) / (np.pi / 2), -1.2, 1.2), np.float32)


def _area(outline: Points) -> float:
    x, y = outline[:, 0], outline[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)
