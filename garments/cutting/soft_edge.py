"""Give a cut-out the soft edge that its photo shows, in the garment's own colours."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.cutting.regions import Field, Mask, mean_within, over_channels, widen

REACH_PX = 3
MARGIN_PX = 16
"""Ground beyond the product that its edge needs."""


def soften_edge(photo: NDArray[np.uint8], product: Mask) -> NDArray[np.uint8]:
    """Give (H, W, 4) RGBA, straight alpha: what a photo shows of a product, with nothing of the ground in its edge."""
    rows, columns = np.flatnonzero(product.any(axis=1)), np.flatnonzero(product.any(axis=0))
    window = tuple(slice(max(0, ends[0] - MARGIN_PX), ends[-1] + MARGIN_PX) for ends in (rows, columns))
    whole = np.zeros((*product.shape, 4), np.uint8)
    whole[window] = _soften(np.ascontiguousarray(photo[window]), np.ascontiguousarray(product[window]))
    return whole


def _soften(photo: NDArray[np.uint8], product: Mask) -> NDArray[np.uint8]:
    picture = photo.astype(np.float32)
    signed_px = _signed_distance(product)
    cloth, certain = _cloth_colour(picture, product, signed_px)
    ground, _ = mean_within(picture, signed_px < -REACH_PX + 0.5, 3.0)
    alpha = _blend_share(picture, cloth, ground, signed_px)
    mixed = np.clip((1 - alpha) * 4, 0, 1)[..., None] * np.clip(certain, 0, 1)[..., None]
    colour = picture * (1 - mixed) + cloth * mixed
    colour[alpha == 0] = cloth[alpha == 0]  # so that filtering a texture at its edge never meets the ground
    rgba = np.concatenate([colour, alpha[..., None] * 255], axis=2)
    rgba[~widen(product, 8)] = 0
    return np.clip(np.round(rgba), 0, 255).astype(np.uint8)


def _signed_distance(product: Mask) -> Field:
    inside = cv2.distanceTransform(product.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~product).astype(np.uint8), cv2.DIST_L2, 5)
    return np.where(product, inside - 0.5, 0.5 - outside).astype(np.float32)


def _cloth_colour(picture: Field, product: Mask, signed_px: Field) -> tuple[Field, Field]:
    """Give the colour of the nearest cloth that no ground is mixed into, and how near it is."""
    deep, near = mean_within(picture, signed_px > 2.0, 2.5)
    shallow, near_shallow = mean_within(picture, signed_px > 0, 2.5)  # straps have no depth
    share = np.clip(near / 0.05, 0, 1)[..., None]
    return deep * share + shallow * (1 - share), np.clip(near_shallow / 0.02, 0, 1)


def _blend_share(picture: Field, cloth: Field, ground: Field, signed_px: Field) -> Field:
    """Give alpha: by colour where cloth and ground differ enough, else by the outline alone, never far from it."""
    outline = np.clip(cv2.GaussianBlur(signed_px, (0, 0), 1.2) * 0.6 + 0.5, 0, 1)
    across = cloth - ground
    contrast = np.sqrt(over_channels(across * across, 1.0))
    by_colour = over_channels((picture - ground) * across, 1.0) / np.maximum(contrast * contrast, 1.0)
    trust = np.clip((contrast - 20) / 40, 0, 1)
    alpha = trust * by_colour + (1 - trust) * outline
    alpha = np.clip(alpha, np.clip(signed_px - 0.9, 0, 1), np.clip(signed_px + 1.9, 0, 1))
    return np.asarray(np.where(np.abs(signed_px) > REACH_PX, signed_px > 0, np.clip(alpha, 0, 1)), np.float32)
