"""Cut the garment out of a product photo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.ground import fit_ground
from garments.outline import contrast_with, find_product
from garments.photo import over_white
from garments.regions import Mask, open_up, split, widen
from garments.soft_edge import soften_edge

WORK_PX = 1024
"""Long side at which the garment is looked for; the edge is drawn at the photo's own size."""
LEAST_SHARE = 0.02
"""A product smaller than this share of the photo is none."""
SECOND_SHARE = 0.3
"""A second piece of at least this share of the first is a second product."""
ROUGHEST_LEVELS = 14.0
"""A rim further than this from any smooth ground shows a room, a pattern or a street."""


def cut_out(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give the garment alone, (H, W, 4) uint8 RGBA with straight alpha, from a (H, W, 3 or 4) product photo."""
    if photo.shape[2] == 4 and _alpha_tells(photo[..., 3]):
        return _cut_by_alpha(photo)
    photo = over_white(photo)
    scale = min(1.0, WORK_PX / max(photo.shape[:2]))
    size = round(photo.shape[1] * scale), round(photo.shape[0] * scale)
    small = photo if scale == 1 else cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    garment = find_garment(small)
    if scale < 1:
        whole = cv2.resize(garment.astype(np.float32), photo.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        garment = whole > 0.5
    return soften_edge(photo, garment)


def find_garment(photo: NDArray[np.uint8]) -> Mask:
    """Give where the one garment of a (H, W, 3) RGB photo is, or refuse the photo."""
    picture = photo.astype(np.float32)
    ground = fit_ground(picture)
    if ground.roughness_levels > ROUGHEST_LEVELS:
        raise RefusedError("busy-background", "The background is not plain: photograph the garment on an even ground.")
    contrast = contrast_with(picture, ground)
    garment = _main_piece(find_product(contrast))
    garment = _drop_hook(garment)
    _check_edges(garment)
    return garment


def _alpha_tells(alpha: NDArray[np.uint8]) -> bool:
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return bool((rim < 128).mean() > 0.6 and (alpha < 128).mean() > 0.05)


def _cut_by_alpha(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    garment = _main_piece(photo[..., 3] > 127)
    _check_edges(garment)
    cut = photo.copy()
    cut[~widen(garment, 3)] = 0
    return cut


def _main_piece(product: Mask) -> Mask:
    """Give the largest piece and what nearly touches it, without the writing, logos and dust around."""
    pieces = split(product)
    areas = pieces.areas_px.copy()
    first = int(areas.argmax())
    if areas[first] < LEAST_SHARE * product.size:
        raise RefusedError("no-garment", "No garment stands out from the background of this photo.")
    areas[first] = 0
    if areas.max() > SECOND_SHARE * pieces.areas_px[first]:
        raise RefusedError("several-garments", "The photo shows more than one garment: send one photo for each.")
    main = pieces.labels == first
    reach = widen(main, max(2, max(product.shape) // 150))
    touching = np.bincount(pieces.labels[reach], minlength=len(areas))
    # A sleeve that a white stripe severs lies along the body; a logo or a speck comes near it at a point.
    keep = (areas > 0.002 * pieces.areas_px[first]) & (touching > 2 * np.sqrt(areas))
    keep[first] = True
    return _drop_hangers_on(keep[pieces.labels])


def _drop_hangers_on(product: Mask) -> Mask:
    """Give the product without the logos beside it that touch it at a point."""
    pieces = split(open_up(product, 3))
    if len(pieces.areas_px) < 3:
        return product
    first = int(pieces.areas_px.argmax())
    main = widen(pieces.labels == first, 8)
    dropped = np.zeros_like(product)
    for number in np.flatnonzero(pieces.areas_px > 0.005 * pieces.areas_px[first]):
        piece = pieces.labels == number
        if number != first and (piece & main).sum() < 0.25 * np.sqrt(pieces.areas_px[number]) * 8:
            dropped |= widen(piece, 4)
    return product & ~(dropped & ~widen(pieces.labels == first, 3))


def _drop_hook(garment: Mask) -> Mask:
    """Give the garment without the hook of its hanger: one thin thing that stands above the middle; straps come in twos."""
    rows, columns = np.flatnonzero(garment.any(axis=1)), np.flatnonzero(garment.any(axis=0))
    wide, high, middle = np.ptp(columns) + 1, np.ptp(rows) + 1, columns[[0, -1]].mean()
    body = open_up(garment, max(2, round(0.02 * wide)))
    if not body.any():
        return garment
    thin = garment & ~widen(body, 2)
    pieces = split(thin)
    shoulder = np.flatnonzero(body.any(axis=1))[0] + 0.08 * high
    boxes = pieces.boxes_px
    stands = (boxes[:, 3] > 0.03 * high) & (boxes[:, 1] < shoulder) & (boxes[:, 2] < 0.15 * wide)
    stands &= pieces.areas_px > 0
    central = stands & (np.abs(boxes[:, 0] + boxes[:, 2] / 2 - middle) < 0.15 * wide)
    if central.sum() != 1 or stands.sum() != 1:
        return garment
    return garment & ~widen(pieces.labels == int(np.argmax(central)), 3)


def _check_edges(garment: Mask) -> None:
    """Refuse a garment that the photo's edge cuts off."""
    rows, columns = garment.any(axis=1), garment.any(axis=0)
    wide, high = columns.sum(), rows.sum()
    touching = (
        garment[0].sum() / wide,
        garment[-1].sum() / wide,
        garment[:, 0].sum() / high,
        garment[:, -1].sum() / high,
    )
    if max(touching) > 0.25:
        raise RefusedError("touches-edge", "The garment is cut off at the photo's edge: leave some room around it.")
