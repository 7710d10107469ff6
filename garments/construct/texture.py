"""The garment's own pixels as a texture: the front on the left half, the back on the right half."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.construct.edges import Edges

Array = NDArray[Any]
TEXTURE_PX = 1024
"""Longest side of one half."""
PAD_PX = 6
PRINT_STEP = 14.0
"""How far a print is from the cloth's colour, in 8-bit CIE Lab."""
MOST_PRINT = 0.35
"""Where more of the cloth differs from its usual colour, it is a pattern."""
BROAD = 0.07
"""Extent of shading that a back is given too, in widths of the torso."""


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
    front_rgba: NDArray[np.uint8],
    torso: NDArray[np.bool_],
    opening: NDArray[np.bool_],
    rim_px: float,
    *,
    fastened: bool = False,
) -> NDArray[np.uint8]:
    """(H, W, 4) What the back may look like: the front without its print and without the view into its neck.

    Cloth of mostly one colour is taken for plain, and what differs from it for a print; patterns stay as they are.

    Args:
        front_rgba: (H, W, 4) The cut-out, straight alpha.
        torso: (H, W) The garment without its sleeves.
        opening: (H, W) What lies above the front neckline, or between open fronts.
        rim_px: What of the back's upper edge shows its outside as well as its inside.
        fastened: Whether the front has buttons, pockets or lapels, which a back has not.
    """
    collar = cv2.dilate(opening.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(round(2 * rim_px), 1)) > 0
    unknown = collar & (cv2.distanceTransform(np.pad(torso, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1] > rim_px)
    cloth = torso & ~collar & (front_rgba[..., 3] > 250)
    off = _off_colour(front_rgba[..., :3], cloth)
    print_like = cloth & (off > PRINT_STEP)
    plain = bool(cloth.sum() > 100 and print_like.sum() < MOST_PRINT * cloth.sum())
    if plain:
        grown = cv2.dilate(print_like.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        unknown |= grown & torso
    known = (front_rgba[..., 3] > 250) & ~unknown
    back = front_rgba.copy()
    filled = _filled(front_rgba[..., :3], known & torso)
    if fastened and not plain:
        filled = _mirrored(front_rgba[..., :3], known & torso, unknown, filled)
    back[..., :3] = np.where(unknown[..., None], filled, front_rgba[..., :3])
    if plain and fastened:
        back[..., :3] = _without_seams(back[..., :3], torso)
    return back


def _off_colour(picture_rgb: NDArray[np.uint8], cloth: NDArray[np.bool_]) -> Array:
    """(H, W) How far each pixel is from the cloth's usual colour, in 8-bit CIE Lab."""
    height, width = cloth.shape
    size = (max(width // 2, 1), max(height // 2, 1))
    small = cv2.GaussianBlur(cv2.resize(picture_rgb, size, interpolation=cv2.INTER_AREA), (0, 0), 0.75)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    on = cv2.resize(cloth.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    plain = np.median(lab[on], axis=0) if on.any() else np.zeros(3, np.float32)
    # Folds change the lightness, prints the colour as well.
    off = np.sqrt((0.45 * (lab[..., 0] - plain[0])) ** 2 + ((lab[..., 1:] - plain[1:]) ** 2).sum(axis=-1))
    return np.asarray(cv2.resize(off, (width, height), interpolation=cv2.INTER_LINEAR))


def _without_seams(picture_rgb: NDArray[np.uint8], torso: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The torso's broad shading and its fine weave, without what lies between: seams, pockets, buttons and lapels."""
    height, width = torso.shape
    size = (max(width // 4, 1), max(height // 4, 1))
    share = cv2.resize(torso.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(picture_rgb * torso[..., None].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    sigma = BROAD * float(torso.any(axis=0).sum()) / 4
    broad = cv2.GaussianBlur(colour, (0, 0), sigma) / (cv2.GaussianBlur(share, (0, 0), sigma) + 1e-4)[..., None]
    broad = cv2.resize(broad, (width, height), interpolation=cv2.INTER_LINEAR)
    fine = picture_rgb.astype(np.float32) - cv2.GaussianBlur(picture_rgb, (0, 0), 2.0)
    usual = 2.5 * float(np.median(np.abs(fine[torso]))) if torso.any() else 0.0
    smooth = np.clip(broad + np.clip(fine, -usual, usual), 0, 255)
    # Sleeves keep their folds: the change is soft where they begin.
    weight = cv2.blur(torso.astype(np.float32), (2 * round(sigma) + 1,) * 2)[..., None] * torso[..., None]
    weight = np.clip(2 * weight - 0.6, 0, 1)
    return np.asarray(picture_rgb * (1 - weight) + smooth * weight, np.uint8)


def _mirrored(
    picture_rgb: NDArray[np.uint8], known: NDArray[np.bool_], unknown: NDArray[np.bool_], filled: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The filled picture, where it can be with the pattern of the nearest known cloth, mirrored at its edge."""
    ys, xs = np.nonzero(unknown)
    if not len(ys) or not known.any():
        return filled
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros((int(labels.max()) + 1, 2), np.int64)
    nearest[labels[known]] = np.argwhere(known)
    edge = nearest[labels[ys, xs]]
    y, x = (np.clip(2 * edge[:, axis] - at, 0, known.shape[axis] - 1) for axis, at in ((0, ys), (1, xs)))
    there = known[y, x]
    patterned = filled.copy()
    patterned[ys[there], xs[there]] = picture_rgb[y[there], x[there]]
    return patterned


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
