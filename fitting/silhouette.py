"""The outline of a fitted body."""

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.frame import Body


def body_mask(body: Body, template: BodyTemplate, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """(height, width) Silhouette of the body, 0 or 255; `size_px` is (width, height)."""
    width, height = size_px
    mask = np.zeros((height, width), np.uint8)
    corners = body.vertices_image_px[template.faces][:, :, :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    facing = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] < 0
    fixed = np.rint(np.clip(corners[facing], -8192, 8192) * 16).astype(np.int32)
    for triangle in fixed:
        cv2.fillConvexPoly(mask, triangle, 255, shift=4)
    return mask
