"""Dyes a garment's picture: its main cloth takes a new colour, folds, prints and trims stay."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.construct.texture import spread_colour
from garments.dyeing.colours import difference, lab_from_hex, lab_from_rgb, rgb_from_lab
from garments.dyeing.tones import Tones, find_tones, shade

Array = NDArray[Any]
DARKEST_L, LIGHTEST_L = 13.0, 92.0
"""No cloth in a photo is blacker or whiter."""
FOLDS_L = 22.0
"""How far the deepest folds of any cloth lie below its light."""
GAIN = (0.55, 2.2)
"""Least and greatest factor between the old folds' lightness and the new ones'."""
CLASH = 16.0
"""A print or trim this near the new colour would vanish in it: it takes the old colour."""
NEAR_PX = 2
"""How far from a mixed pixel what it is mixed with is looked for."""


@dataclass(frozen=True)
class Dyebath:
    """What is dyed: measured once on a garment's cut-out, used on all its pictures."""

    tones: Tones
    main_lab: NDArray[np.float32]
    """(3,) The cloth's colour in the light."""
    low_l: float
    """Lightness of its deep folds."""
    high_l: float
    """Lightness of its highlights."""


def prepare_dye(picture_rgba: NDArray[np.uint8]) -> Dyebath:
    """Find the main cloth of a (H, W, 4) cut-out."""
    tones = find_tones(picture_rgba)
    rows = np.flatnonzero(tones.cloth == 0)
    order = rows[np.argsort(tones.labs[rows, 0])]
    below = np.cumsum(tones.shares[order]) / tones.shares[order].sum()
    middle = tones.labs[order[int(np.searchsorted(below, 0.5))]]
    reach = lab_from_rgb(picture_rgba[picture_rgba[..., 3] > 250][::17, :3])
    own = reach[np.isin(_nearest(reach, tones), rows)]
    low, high = np.percentile(own[:, 0] if len(own) else middle[:1], (3, 97))
    return Dyebath(tones, middle.astype(np.float32), float(low), float(high))


def recolour(picture_rgba: NDArray[np.uint8], bath: Dyebath, colour_hex: str) -> NDArray[np.uint8]:
    """(H, W, 4) The picture with its main cloth in another colour.

    A print or trim that would vanish in the new colour takes the old one.

    Args:
        picture_rgba: (H, W, 4) Cut-out or texture, straight alpha.
        bath: The garment's.
        colour_hex: `#rrggbb`.
    """
    target = _as_cloth(lab_from_hex(colour_hex))
    picture = _without_rim(picture_rgba)
    labels = _nearest(lab_from_rgb(picture), bath.tones)
    dyed = picture.astype(np.float32)
    for cloth in range(int(bath.tones.cloth.max()) + 1):
        colour = target if cloth == 0 else bath.main_lab
        rows = np.flatnonzero(bath.tones.cloth == cloth)
        if cloth and float(difference(bath.tones.labs[rows], target[None]).min()) > CLASH:
            continue
        own = bath if cloth == 0 else _bath_of(bath, cloth)
        mask = cv2.medianBlur(np.isin(labels, rows).astype(np.uint8), 3) > 0
        dyed += _change(picture, mask & (picture_rgba[..., 3] > 0), own, colour)
    result = picture_rgba.copy()
    result[..., :3] = np.clip(dyed.round(), 0, 255).astype(np.uint8)
    return result


def _without_rim(picture_rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3) Cloth up to the edge: the rim of a cut-out may still hold some of the photo's ground."""
    solid = cv2.erode((picture_rgba[..., 3] > 250).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    picture = picture_rgba[..., :3]
    return np.where(solid[..., None], picture, spread_colour(picture, solid)) if solid.any() else picture


def _bath_of(bath: Dyebath, cloth: int) -> Dyebath:
    """The same for one of the prints or trims."""
    labs = bath.tones.labs[bath.tones.cloth == cloth]
    main = labs[int(np.argmax(bath.tones.shares[bath.tones.cloth == cloth]))]
    return replace(bath, main_lab=main, low_l=float(labs[:, 0].min()) - 4, high_l=float(labs[:, 0].max()) + 4)


def _change(picture: Array, own: Array, bath: Dyebath, target: Array) -> Array:
    """(H, W, 3) What has to be added to the picture, so that mixed pixels at edges change by their share."""
    change = np.zeros(picture.shape, np.float32)
    if not own.any():
        return change
    share, cloth = _unmix(picture, own)
    near = share > 0.02
    change[near] = share[near, None] * (_dye(cloth, near, bath, target) - cloth[near])
    return change


def _unmix(picture: Array, own: Array) -> tuple[Array, Array]:
    """(H, W) how much of each pixel is the cloth, and (H, W, 3) the cloth's colour there without what it is mixed with.

    A pixel at an edge is a mixture of the nearest pure cloth and of what differs from that most close by.
    """
    kernel = np.ones((3, 3), np.uint8)
    pure = cv2.erode(own.astype(np.uint8), kernel) > 0
    if not pure.any():
        return own.astype(np.float32), picture
    band = (cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~pure
    cloth = np.where(pure[..., None], picture, spread_colour(picture, pure))
    rows, columns = np.nonzero(band)
    mixed, base = picture[rows, columns].astype(np.float32), cloth[rows, columns].astype(np.float32)
    stranger = mixed.copy()
    farthest = ((mixed - base) ** 2).sum(axis=1)
    for down, right in ((y, x) for y in range(-NEAR_PX, NEAR_PX + 1) for x in range(-NEAR_PX, NEAR_PX + 1)):
        at = (rows + down).clip(0, own.shape[0] - 1), (columns + right).clip(0, own.shape[1] - 1)
        colour = picture[at].astype(np.float32)
        away = np.where(own[at], -1, ((colour - base) ** 2).sum(axis=1))
        better = away > farthest
        stranger[better], farthest[better] = colour[better], away[better]
    line = base - stranger
    part = ((mixed - stranger) * line).sum(axis=1) / np.maximum((line**2).sum(axis=1), 30.0)
    share = pure.astype(np.float32)
    share[rows, columns] = np.where(own[rows, columns] & (farthest < 300), 1, np.clip(part, 0, 1))
    return share, cloth


def _dye(cloth: Array, near: Array, bath: Dyebath, target: Array) -> Array:
    """(N, 3) RGB: the new colour in the old light."""
    lab = lab_from_rgb(np.asarray(cloth[near], np.uint8))
    smooth = cv2.bilateralFilter(np.ascontiguousarray(cloth), 5, 24, 3)[near]
    coarse = lab_from_rgb(np.asarray(smooth, np.uint8))[:, 0]
    lightness = _curve(coarse, bath, target) + (lab[:, 0] - coarse) * _grain(bath, target)
    lightness = np.clip(lightness, 1, 99).astype(np.float32)
    own = lab[:, 1:] - shade(bath.main_lab, lab[:, 0])[:, 1:]
    heather = own * min(1.0, 0.35 + 0.01 * float(np.linalg.norm(target[1:])))
    new = shade(target, lightness)
    new[:, 1:] += heather * 0.5
    return np.asarray(rgb_from_lab(new), np.float32)


def _curve(lightness: Array, bath: Dyebath, target: Array) -> Array:
    """(N,) New lightness: folds keep their depth as far as there is room for it, highlights bend below white."""
    down, up = max(bath.main_lab[0] - bath.low_l, 1.0), max(bath.high_l - bath.main_lab[0], 1.0)
    wanted = FOLDS_L * (0.55 + 0.45 * float(target[0]) / 100)
    gain = float(np.clip(wanted / (down + up), *GAIN))
    if gain > 1:
        gain = 1 + (gain - 1) * 0.7
    # White cloth has no room for highlights: what was lit stays white and all else goes below it.
    room_up = 98.5 - float(target[0])
    middle = float(target[0]) - max(0.0, up * gain - room_up) * 0.5
    room_down = max(middle - 2.0, 1.0)
    room_up = 99.0 - middle
    off = (lightness - bath.main_lab[0]) * gain
    risen = room_up * (1 - np.exp(-np.maximum(off, 0) / room_up))
    fallen = room_down * (1 - np.exp(-np.maximum(-off, 0) / room_down))
    return np.asarray(middle + risen - fallen, np.float32)


def _grain(bath: Dyebath, target: Array) -> float:
    """How much of the finest detail is kept: noise in the dark must not grow with the light."""
    return float(np.clip((target[0] + 16) / (bath.main_lab[0] + 16), 0.5, 1.15))


def _as_cloth(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """A colour no darker and no lighter than cloth is in photos."""
    return shade(lab, float(np.clip(lab[0], DARKEST_L, LIGHTEST_L)))


def _nearest(lab: NDArray[np.float32], tones: Tones) -> NDArray[np.int32]:
    """(...,) The tone that each pixel is nearest to."""
    weights = np.array([0.5, 1, 1], np.float32)
    best = np.full(lab.shape[:-1], np.inf, np.float32)
    labels = np.zeros(lab.shape[:-1], np.int32)
    for row, tone in enumerate(tones.labs):
        away = (((lab - tone) * weights) ** 2).sum(axis=-1)
        labels[away < best] = row
        best = np.minimum(best, away)
    return labels
