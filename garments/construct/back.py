"""Lays the photo of a garment's back over the photo of its front."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.construct.texture import spread_colour


def lay_back(back_rgba: NDArray[np.uint8], front_rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) The back as seen through the front: mirrored, as large as the front, within the front's edges.

    Args:
        back_rgba: (h, w, 4) Cut-out of the back, straight alpha.
        front_rgba: (H, W, 4) Cut-out of the front, straight alpha.
    """
    mirrored = np.ascontiguousarray(back_rgba[:, ::-1])
    (x0, y0, wide, tall), (left, top, width, height) = (
        cv2.boundingRect((picture[..., 3] > 127).astype(np.uint8)) for picture in (mirrored, front_rgba)
    )
    across, down = width / max(wide, 1), height / max(tall, 1)
    front_from_back = np.array([[across, 0, left - x0 * across], [0, down, top - y0 * down]])
    size = (front_rgba.shape[1], front_rgba.shape[0])
    laid = np.asarray(cv2.warpAffine(mirrored, front_from_back, size, flags=cv2.INTER_AREA), np.uint8)
    solid = cv2.erode((laid[..., 3] > 250).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.dstack([spread_colour(laid[..., :3], solid), front_rgba[..., 3]])
