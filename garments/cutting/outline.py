"""Tell a product from the ground it was photographed on.

White cloth on a near-white ground differs from it by a few levels or, where its shading crosses the ground's
brightness, by none. Two things still tell them apart: the ground is smooth beyond what cloth ever is, and where cloth
begins there is a small step. Shadows are the opposite: far from the ground's colour, but they come without a step and
end at a large one.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from garments.cutting.ground import Ground
from garments.cutting.regions import (
    Field,
    Mask,
    Pieces,
    brightest,
    close,
    darkest,
    grow_within,
    local_max,
    local_range,
    mean_within,
    narrow,
    open_up,
    over_channels,
    reach_from_rim,
    slope,
    split,
    widen,
)

BROADEST_SHADOW = 0.08
"""A shadow is a band along the product, at most twice this share of its height wide: grey cloth is broader."""


@dataclass(frozen=True)
class Contrast:
    """How a photo differs from its ground."""

    rest: Field
    """(H, W, 3) Photo minus ground, a little smoothed, levels."""
    size: Field
    """(H, W) The largest of the three, without sign."""
    tint: Field
    """(H, W) How far the photo is from the ground's own colour made darker or lighter, levels."""
    around: Field
    """(H, W) The largest size nearby: where it is large, JPEG has spoilt the ground."""
    slope: Field
    """(H, W) Steepness of the photo, levels a pixel."""
    even: Mask
    """(H, W) Where the photo is the ground in the mean of a few pixels, as it is in the ripples that JPEG leaves."""
    least: float
    """Sizes below this are nothing."""
    noise: float
    """Grain of the ground, levels."""
    misfit: float
    """Blotches of the ground, levels."""


def contrast_with(photo: Field, ground: Ground) -> Contrast:
    """Give how a (H, W, 3) RGB photo differs from its ground."""
    noise = ground.noise_levels
    rest = cv2.GaussianBlur(photo, (0, 0), max(0.6, min(2.0, 0.6 * noise))) - ground.colour
    size = brightest(np.abs(rest))
    change = np.asarray(rest / np.maximum(ground.colour, 20.0) * over_channels(ground.colour)[..., None], np.float32)
    tint = brightest(change) - darkest(change)
    least = max(2.2, 3.0 * noise, 2.5 * ground.misfit_levels)
    around = local_max(size, 8)
    even = _even(rest, size < 0.2 * np.maximum(around, 20), around, noise)
    steepness = slope(photo, max(1.0, 0.8 * noise))
    return Contrast(rest, size, tint, around, steepness, even, least, noise, ground.misfit_levels)


def _even(rest: Field, faint: Mask, around: Field, noise: float) -> Mask:
    mean, _ = mean_within(rest, faint, 2.0)
    light, tint = np.abs(over_channels(mean)), brightest(mean) - darkest(mean)
    return np.asarray(faint & (light < 1.2 + noise) & (tint < 2.5 + noise + np.minimum(0.12 * around, 14)), np.bool_)


def find_product(contrast: Contrast) -> Mask:
    """Give everything that is not ground: (H, W), true on the product and on whatever else lies there."""
    outside = _flat_ground(contrast)
    outside |= _gaps(contrast, outside)
    outside = _drop_islands(contrast, outside)
    outside |= _shadows(contrast, outside)
    outside = _fringe(contrast, outside)
    return _smooth_faint_edges(contrast, _tighten(contrast, _fill_leaks(contrast, np.asarray(~outside, np.bool_))))


def _flat(contrast: Contrast) -> Mask:
    # JPEG blocks beside a strong edge ripple, so there the ground may be uneven.
    unevenness = 1.5 + 6 * contrast.noise + 0.08 * np.maximum(contrast.around - 20, 0)
    return (contrast.size < contrast.least) & (local_range(contrast.rest, 2) < unevenness)


def _flat_ground(contrast: Contrast) -> Mask:
    flat = _flat(contrast)
    # Cloth of the ground's own brightness is flat in specks, so only beside strong contrast may a path be narrow.
    rippled = (flat | contrast.even) & (contrast.around > 40)
    passable = narrow(flat, 2) | narrow(flat & rippled, 1) | narrow(rippled, 2)
    frame = max(2, max(flat.shape) // 100)  # some shops draw a line round their photos: begin inside it
    passable[:frame] = passable[-frame:] = passable[:, :frame] = passable[:, -frame:] = True
    reached = widen(reach_from_rim(passable), 2) & flat
    return grow_within(reached, contrast.size < contrast.least, 4)


def _gaps(contrast: Contrast, outside: Mask) -> Mask:
    """Give the ground seen through the product, between a sleeve and the body; white prints and collars are none."""
    ground = _flat(contrast) | contrast.even
    pieces = split(open_up(ground & ~grow_within(outside, ground, 30), 1), diagonal=False)
    found = np.zeros_like(outside)
    for number in np.flatnonzero(_placed_like_gaps(pieces, ~outside)):
        window = pieces.around(int(number), 4)
        piece = pieces.labels[window] == number
        shore = widen(piece, 3) & ~piece
        walled = np.percentile(contrast.around[window][shore], 10) > 60
        exact = np.abs(contrast.rest[window][piece].mean(axis=0)).max() < 1.0 + contrast.noise + contrast.misfit
        if walled and exact:
            found[window] |= piece
    return grow_within(found, ground & ~outside, 4)


def _placed_like_gaps(pieces: Pieces, product: Mask) -> Mask:
    """Say which pieces are where the ground shows through a top: upright beside the body, or among straps and bows."""
    # Without the hook of a hanger, below which the garment begins.
    body = open_up(product[::4, ::4], max(1, len(product[0]) // 200))
    rows, columns = 4 * np.flatnonzero(body.any(axis=1)), 4 * np.flatnonzero(body.any(axis=0))
    if not len(rows):
        return np.zeros(len(pieces.areas_px), np.bool_)
    share = pieces.areas_px / product.sum()
    left, top, wide, high = pieces.boxes_px.T
    aside = np.abs(left + wide / 2 - columns[[0, -1]].mean()) > 0.16 * np.ptp(columns)
    upright = high > 1.5 * wide
    at_neck = top + high < rows[0] + 0.12 * np.ptp(rows)
    placed = (aside & upright & (share > 1.2e-3)) | (at_neck & (share > np.where(aside, 3e-4, 1.5e-3)))
    return np.asarray(placed, np.bool_)


def _drop_islands(contrast: Contrast, outside: Mask) -> Mask:
    """Give the ground with the specks on it, and the stripes that JPEG leaves above and below a garment."""
    pieces = split(~outside)
    strong = np.bincount(pieces.labels[contrast.size > 2 * contrast.least], minlength=len(pieces.areas_px))
    small = (pieces.areas_px < 2e-4 * outside.size) | (strong < 0.01 * pieces.areas_px)
    return np.asarray(outside | small[pieces.labels], np.bool_)


def _dimmed(contrast: Contrast) -> tuple[Mask, Mask]:
    """Give where the ground's own colour may be dimmed by a shadow: faintly, and deeply."""
    dark = -over_channels(contrast.rest)
    tint_allowed = 3 + 2 * contrast.noise + 0.10 * np.maximum(dark, 0) + 0.08 * np.maximum(contrast.around - 40, 0)
    dimmed = (dark > -1) & (dark < 120) & (contrast.tint < tint_allowed)
    gentle = 1.0 + 0.8 * contrast.noise
    faint = dimmed & (contrast.slope < gentle)
    deep = dimmed & (dark > 1.5) & (contrast.slope < gentle + 0.06 * dark + 0.15 * local_max(contrast.slope, 12))
    return faint, deep


def _shadows(contrast: Contrast, outside: Mask) -> Mask:
    """Give the shadows that the ground fades into and that end at a step far steeper than they begin."""
    faint, deep = _dimmed(contrast)
    found = np.zeros_like(outside)
    # A shadow may leak into cloth where no step parts them, and is given up then: try again with broader ways only.
    for radius in (2, 6):
        begun = _reach_broadly(faint | outside | found, radius) | outside | found
        reached = _reach_broadly(begun | deep, radius) & ~outside & ~found
        found |= _end_steeply(contrast, reached, outside | found)
    return found


def _end_steeply(contrast: Contrast, shadows: Mask, outside: Mask) -> Mask:
    pieces = split(shadows)
    steepest = local_max(contrast.slope, 3)
    accepted = np.zeros(len(pieces.areas_px), bool)
    broadest = BROADEST_SHADOW * (~outside).any(axis=1).sum()
    for number in range(1, len(accepted)):
        window = pieces.around(number, 4)
        piece = pieces.labels[window] == number
        ring = widen(piece, 2) & ~piece
        inner = ring & ~outside[window] & ~shadows[window]
        outer = ring & outside[window]
        if not inner.any() or not outer.any():
            accepted[number] = pieces.areas_px[number] < 30
            continue
        end, start = np.median(steepest[window][inner]), np.percentile(contrast.slope[window][outer], 75)
        deepest = cv2.distanceTransform(np.pad(piece, 1).astype(np.uint8), cv2.DIST_L2, 3).max()
        if deepest > broadest:
            continue
        steep = (end > 6 and end > 4 * start) or (end > 3.9 and end > 8 * start)
        accepted[number] = start < 1.7 + contrast.noise and steep
    return np.asarray(accepted[pieces.labels], np.bool_)


def _reach_broadly(free: Mask, radius_px: int) -> Mask:
    """Give what can be reached from the picture's edge without squeezing through a narrow place."""
    return widen(reach_from_rim(narrow(free, radius_px)), radius_px + 1) & free


def _fringe(contrast: Contrast, outside: Mask) -> Mask:
    """Add the ripples that JPEG leaves on the ground beside strong edges: faint, thin, and in the mean the ground."""
    rippled = contrast.even & (local_max(contrast.around, 8) > 25)
    outside = grow_within(outside, open_up(rippled, 1), 10)
    light = np.abs(over_channels(contrast.rest))
    faint = (contrast.size < 0.2 * contrast.around) & (light < 4 + 0.01 * contrast.around)
    beside = faint & (contrast.around > 40)
    outside = grow_within(outside, beside, 8)
    bumps = ~outside & ~open_up(~outside, 5)
    return np.asarray(outside | (bumps & faint), np.bool_)


def _fill_leaks(contrast: Contrast, product: Mask) -> Mask:
    """Fill the bays whose shore has no step: there the ground's flood ran into cloth of the same brightness."""
    filled = product.copy()
    steepest = local_max(contrast.slope, 2)
    blank = local_range(contrast.rest, 2) < 0.8 + 6 * contrast.noise
    unit = max(product.shape) / 1024
    for radius, step in ((4, 1), (10, 2), (20, 2), (40, 4)):
        small = close(filled[::step, ::step], max(1, round(unit * radius / step)))
        whole = np.repeat(np.repeat(small, step, axis=0), step, axis=1)[: product.shape[0], : product.shape[1]]
        pieces = split(whole & ~filled, diagonal=False)
        for number in np.flatnonzero(pieces.areas_px >= 12):
            window = pieces.around(int(number), 3)
            piece = pieces.labels[window] == number
            shore = widen(piece, 2) & filled[window]
            if blank[window][piece].mean() > 0.4 or not shore.any():
                continue
            if np.median(steepest[window][shore]) < 1.3 + contrast.noise:
                filled[window] |= piece
    return filled


def _tighten(contrast: Contrast, product: Mask) -> Mask:
    """Move the outline from the foot of each edge to half its height."""
    foot = contrast.size < 0.45 * local_max(contrast.size, 2)
    return product & ~grow_within(~product, foot & product, 3)


def _smooth_faint_edges(contrast: Contrast, product: Mask) -> Mask:
    """Give the product with even edges where cloth and ground hardly differ and the photo's grain frays them."""
    smooth = cv2.medianBlur(product.astype(np.uint8), 9) > 0
    return np.asarray(np.where(contrast.around < 40, smooth, product), np.bool_)
