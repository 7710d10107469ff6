"""Tell whether somebody wears what a photo shows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.cutting.regions import Mask, narrow, open_up

SMALL_PX = 512
SAME_TINT = 12.0
"""Levels of chroma between the medians of skin-coloured and other parts, below which both are one cloth."""


def is_worn(photo: NDArray[np.uint8], product: Mask, edge_shares: tuple[float, float, float, float]) -> bool:
    """Say whether a (H, W, 3) RGB photo shows its product on a person.

    Skin alone says little, for cloth has its colours too. A person shows skin on part of the outline, above all near
    the top, and is either cut off by the photo's edge (`edge_shares`: top, bottom, left, right) or much taller than
    wide.
    """
    scale = min(1.0, SMALL_PX / max(product.shape))
    size = round(product.shape[1] * scale), round(product.shape[0] * scale)
    small = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
    inside = cv2.resize(product.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return False
    skin = open_up(_skin_coloured(small) & inside, 2)
    if _is_cloth(small, skin, inside):
        return False
    rim = inside & ~narrow(inside, 4)
    rim_share, share = skin[rim].mean(), skin[inside].mean()
    tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    top = slice(rows[0], rows[0] + max(1, round(0.14 * tall)))
    top_share = skin[top].sum() / max(1, inside[top].sum())
    if max(edge_shares[:2]) > 0.2:
        return bool(rim_share > 0.07 and share < 0.93 and (top_share > 0.25 or rim_share > 0.15))
    return bool(tall > 1.85 * wide and 0.06 < rim_share < 0.6 and 0.03 < share < 0.5 and top_share > 0.3)


def _skin_coloured(photo: NDArray[np.uint8]) -> Mask:
    bright, red, blue = np.moveaxis(cv2.cvtColor(cv2.GaussianBlur(photo, (0, 0), 1), cv2.COLOR_RGB2YCrCb), 2, 0)
    return np.asarray((bright > 40) & (red >= 137) & (red <= 175) & (blue >= 80) & (blue <= 124), np.bool_)


def _is_cloth(photo: NDArray[np.uint8], skin: Mask, inside: Mask) -> bool:
    """Say whether what is skin-coloured is the same cloth as the rest, some of which just misses that colour."""
    rest = inside & ~skin
    if not skin.any() or not rest.any():
        return False
    tints = cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb)[..., 1:].astype(np.float32)
    return bool(np.linalg.norm(np.median(tints[skin], axis=0) - np.median(tints[rest], axis=0)) < SAME_TINT)
