"""The garment's own pixels as a texture: the front on the left half, the back on the right half."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.edges import Edges

Array = NDArray[Any]
TEXTURE_PX = 1024
"""Longest side of one half."""
PAD_PX = 6


def bake_texture(
    front_rgba: NDArray[np.uint8], edges: Edges, back_rgba: NDArray[np.uint8] | None = None
) -> tuple[NDArray[np.uint8], Array, Array]:
    """Crop, spread colour beyond the edges, and keep alpha where an edge is free.

    Args:
        front_rgba: (H, W, 4) The cut-out, straight alpha.
        edges: Where it ends.
        back_rgba: (H, W, 4) The garment's back in the same place; without it, the front serves.

    Returns:
        (h, w, 4) texture with straight alpha and two (2, 3) affines from photo pixels (corners at whole numbers) to uv.
    """
    ys, xs = np.nonzero(edges.domain)
    height, width = edges.mask.shape
    top, bottom = max(ys.min() - PAD_PX, 0), min(ys.max() + PAD_PX + 1, height)
    left, right = max(xs.min() - PAD_PX, 0), min(xs.max() + PAD_PX + 1, width)
    scale = min(1.0, TEXTURE_PX / max(bottom - top, right - left))
    size = (max(round((right - left) * scale), 2), max(round((bottom - top) * scale), 2))
    halves = []
    for picture in (front_rgba, front_rgba if back_rgba is None else back_rgba):
        crop, band = picture[top:bottom, left:right], edges.sewn[top:bottom, left:right]
        solid = cv2.erode((crop[..., 3] > 250).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        colour = cv2.resize(spread_colour(crop[..., :3], solid), size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(np.where(band, 255, crop[..., 3]).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        halves.append(np.dstack([colour, alpha]))
    across, down = 1 / (right - left), 1 / (bottom - top)
    to_front = np.array([[across / 2, 0, -left * across / 2], [0, down, -top * down]], np.float64)
    to_back = to_front + np.array([[0, 0, 0.5], [0, 0, 0]])
    return np.ascontiguousarray(np.hstack(halves)), to_front, to_back


def spread_colour(picture_rgb: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Every unknown pixel takes the colour of the nearest known one, so that no ground shines through at edges."""
    if not known.any():
        return picture_rgb
    unknown = (~known).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(unknown, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colours[labels[known]] = picture_rgb[known]
    return np.asarray(colours[labels])
