"""Draws on a product photo what was found on it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.landmarks import Landmarks

LONG_PX = 1000
"""Longest side of the drawing."""
SHORT = {"cuff_outer": "cuff out", "cuff_inner": "cuff in", "neck_front": "front"}
SURE, UNSURE, CONTOUR, NECKLINE = (20, 130, 60), (215, 40, 30), (40, 120, 230), (230, 0, 160)


def annotate(
    photo_rgb: NDArray[np.uint8], cutout_rgba: NDArray[np.uint8], found: Landmarks | None
) -> NDArray[np.uint8]:
    """(h, w, 3) The photo, paler outside the cut-out, with its outline, the neckline and the named points.

    Args:
        photo_rgb: (H, W, 3)
        cutout_rgba: (H, W, 4)
        found: The landmarks, or None when there are none.
    """
    scale = LONG_PX / max(photo_rgb.shape[:2])
    size = (round(photo_rgb.shape[1] * scale), round(photo_rgb.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    full = cv2.resize(photo_rgb, size, interpolation=way)
    alpha = cv2.resize(cutout_rgba[..., 3], size, interpolation=way)
    pale = full // 2 + 110
    picture: NDArray[np.uint8] = np.where((alpha > 127)[..., None], full, pale).astype(np.uint8)
    outlines, _ = cv2.findContours((alpha > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, CONTOUR, 2, cv2.LINE_AA)
    if found is None:
        return picture
    if found.neck_opening_photo_px is not None:
        line = np.round(found.neck_opening_photo_px * scale).astype(np.int32)
        cv2.polylines(picture, [line], False, (255, 255, 255), 5, cv2.LINE_AA)
        cv2.polylines(picture, [line], False, NECKLINE, 3, cv2.LINE_AA)
    middle = found.points_photo_px[:, 0].mean() * scale
    for name, point, sure in zip(found.names, found.points_photo_px * scale, found.confidence, strict=True):
        if not name.startswith("rim"):
            _mark(picture, name, point, float(sure), to_right=point[0] >= middle)
    _write(picture, f"trust {found.score:.2f}", (10, size[1] - 12), (0, 0, 0))
    return picture


def _mark(picture: NDArray[np.uint8], name: str, point: NDArray[np.float32], sure: float, *, to_right: bool) -> None:
    colour = SURE if sure >= 0.35 else UNSURE
    at = (round(float(point[0])), round(float(point[1])))
    cv2.circle(picture, at, 7, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.circle(picture, at, 5, colour, -1, cv2.LINE_AA)
    part = name.removesuffix("_left").removesuffix("_right")
    words = f"{SHORT.get(part, part)} {sure:.2f}"
    width = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, 0.45, 1)[0][0]
    x = at[0] + 11 if to_right else at[0] - 11 - width
    _write(picture, words, (min(max(x, 2), picture.shape[1] - width - 2), at[1] + 5), colour)


def _write(picture: NDArray[np.uint8], words: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    width, height = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, 0.45, 1)[0]
    left, top, right, bottom = at[0] - 2, at[1] - height - 2, at[0] + width + 2, at[1] + 4
    under = picture[max(top, 0) : bottom, max(left, 0) : right]
    under[:] = under // 4 + 191
    cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
