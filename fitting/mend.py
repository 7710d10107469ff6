"""Mends a piece laid flat: shreds off, hidden places filled, cut edges smooth."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.cutting.regions import close, open_up, reach_from_rim, split

CRUMB = 0.08
"""Pieces smaller than this share of the largest are left out."""


def mend(
    flat: NDArray[np.uint8], before: NDArray[np.bool_], beneath: NDArray[np.bool_], smooth_px: int
) -> tuple[NDArray[np.uint8], float]:
    """The piece without crumbs and shreds and with what is hidden filled in, and the share that was filled.

    Args:
        flat: (h, w, 4) The piece; its middle column is the middle of the body.
        before: (h, w) Where skin, hair or a bag lies before it: filled from the other half.
        beneath: (h, w) Where another part of it lies before it: filled from round about.
        smooth_px: What is thinner than this and sticks out is a shred.
    """
    solid = _tidy(flat[..., 3] > 127, smooth_px)
    twin = before & ~solid & solid[:, ::-1]
    filled = flat.copy()
    filled[twin] = flat[:, ::-1][twin]
    whole = solid | twin
    inner = ~whole & ~reach_from_rim(~whole)
    holes = inner | (close(whole, 2 * smooth_px) & ~whole & (before | beneath))
    filled[..., 3][~whole] = 0
    if holes.any():
        paint = cv2.inpaint(np.ascontiguousarray(filled[..., :3]), holes.astype(np.uint8), 3, cv2.INPAINT_TELEA)
        filled[holes] = np.dstack([paint, np.full(holes.shape, 255, np.uint8)])[holes]
    filled[..., 3] = _smooth(filled[..., 3], smooth_px)
    pieces = split(filled[..., 3] > 127)
    filled[..., 3][(pieces.areas_px < CRUMB * pieces.areas_px.max())[pieces.labels] & (pieces.labels > 0)] = 0
    share = float((twin | holes).sum() / max((whole | holes).sum(), 1))
    return filled, share


def _smooth(alpha: NDArray[np.uint8], smooth_px: int) -> NDArray[np.uint8]:
    """Cuts between parts run in steps: the outline without them, below the chest."""
    soft = cv2.GaussianBlur((alpha > 127).astype(np.float32), (0, 0), max(1.0, 0.3 * smooth_px))
    smooth = (np.clip((soft - 0.4) / 0.2, 0, 1) * 255).astype(np.uint8)
    rows = np.flatnonzero(alpha.any(axis=1))
    start = rows[0] + len(rows) // 5 if len(rows) else 0
    return np.asarray(
        np.vstack([alpha[:start], np.minimum(smooth, cv2.dilate(alpha, np.ones((3, 3), np.uint8)))[start:]])
    )


def _tidy(solid: NDArray[np.bool_], smooth_px: int) -> NDArray[np.bool_]:
    """Without crumbs, and without shreds that stick out; corners stay as sharp as they are."""
    ragged = split(solid & ~open_up(solid, smooth_px))
    shreds = (ragged.areas_px > 0.8 * smooth_px**2)[ragged.labels]
    # Straps are thin as well, but nothing is torn above the chest.
    rows = np.flatnonzero(solid.any(axis=1))
    shreds[: rows[0] + len(rows) // 4 if len(rows) else 0] = False
    pieces = split(solid & ~shreds)
    return np.asarray((pieces.areas_px > CRUMB * max(pieces.areas_px.max(), 1))[pieces.labels], np.bool_)
