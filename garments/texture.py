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
PRINT_STEP = 14.0
"""How far a print is from the cloth's colour, in 8-bit CIE Lab."""


def bake_texture(
    front_rgba: NDArray[np.uint8], back_rgba: NDArray[np.uint8], edges: Edges
) -> tuple[NDArray[np.uint8], Array, Array]:
    """Crop, spread colour beyond the edges, and keep alpha where an edge is free.

    Args:
        front_rgba: (H, W, 4) The cut-out, straight alpha.
        back_rgba: (H, W, 4) The garment's back in the same place.
        edges: Where it ends.

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
    for picture in (front_rgba, back_rgba):
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


def guess_back(
    front_rgba: NDArray[np.uint8], torso: NDArray[np.bool_], opening: NDArray[np.bool_], rim_px: float
) -> NDArray[np.uint8]:
    """(H, W, 4) What the back may look like: the front without its print and without the view into its neck.

    Cloth of mostly one colour is taken for plain, and what differs from it for a print; patterns stay as they are.
    """
    collar = cv2.dilate(opening.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=round(2 * rim_px)) > 0
    unknown = collar & (cv2.distanceTransform(np.pad(torso, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1] > rim_px)
    cloth = torso & ~collar & (front_rgba[..., 3] > 250)
    if cloth.sum() > 100:
        small = cv2.GaussianBlur(front_rgba[..., :3], (0, 0), 1.5)
        lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
        plain = np.median(lab[cloth], axis=0)
        # Folds change the lightness, prints the colour as well.
        off = np.sqrt((0.45 * (lab[..., 0] - plain[0])) ** 2 + ((lab[..., 1:] - plain[1:]) ** 2).sum(axis=-1))
        print_like = cloth & (off > PRINT_STEP)
        if print_like.sum() < 0.35 * cloth.sum():
            grown = cv2.dilate(print_like.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
            unknown |= grown & torso
    known = (front_rgba[..., 3] > 250) & ~unknown
    back = front_rgba.copy()
    back[..., :3] = np.where(unknown[..., None], _filled(front_rgba[..., :3], known & torso), front_rgba[..., :3])
    return back


def _filled(picture_rgb: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Unknown pixels take the mean of the known ones round them, looking as far as needed."""
    height, width = known.shape
    size = (max(width // 4, 1), max(height // 4, 1))
    share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(picture_rgb * known[..., None].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    total: Array = np.zeros_like(colour)
    weight: Array = np.full(share.shape, 1e-6, np.float32)
    for sigma, trust in ((2, 1.0), (8, 1e-2), (32, 1e-4)):
        total = total + trust * cv2.GaussianBlur(colour, (0, 0), sigma)
        weight = weight + trust * cv2.GaussianBlur(share, (0, 0), sigma)
    mean = np.clip(total / weight[..., None], 0, 255)
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
