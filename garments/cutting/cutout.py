"""Cut the garment out of a product photo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.cutting.ground import fit_ground
from garments.cutting.outline import contrast_with, find_product
from garments.cutting.regions import Mask, open_up, split, widen
from garments.cutting.soft_edge import soften_edge
from garments.cutting.wearer import is_worn
from garments.errors import RefusedError
from garments.photo import over_white

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
    small = photo if scale == 1 else np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
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
    garment = _main_piece(find_product(contrast_with(picture, ground)))
    cut_off = _edge_shares(garment)
    if is_worn(photo, garment, cut_off):
        raise RefusedError(
            "worn-by-person", "Somebody wears the garment: send a photo of it alone, laid flat, hung or on a mannequin."
        )
    _check_edges(cut_off)
    return _drop_hanger(garment)


def _alpha_tells(alpha: NDArray[np.uint8]) -> bool:
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return bool((rim < 128).mean() > 0.6 and (alpha < 128).mean() > 0.05)


def _cut_by_alpha(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    garment = _main_piece(photo[..., 3] > 127)
    _check_edges(_edge_shares(garment))
    cut = photo.copy()
    cut[~widen(garment, 3)] = 0
    return cut


def _main_piece(product: Mask) -> Mask:
    """Give the largest piece and what belongs to it, without the writing, logos and dust around."""
    pieces = split(product)
    areas = pieces.areas_px.copy()
    first = int(areas.argmax())
    if areas[first] < LEAST_SHARE * product.size:
        raise RefusedError("no-garment", "No garment stands out from the background of this photo.")
    areas[first] = 0
    main = pieces.labels == first
    second = int(areas.argmax())
    if areas[second] > SECOND_SHARE * pieces.areas_px[first]:
        beside = (widen(main, max(product.shape) // 64) & (pieces.labels == second)).any()
        if beside or _interlock(pieces.boxes_px[first], pieces.boxes_px[second]):
            raise RefusedError(
                "low-contrast", "The garment hardly differs from the background: use another background."
            )
        raise RefusedError("several-garments", "The photo shows more than one garment: send one photo for each.")
    near = np.bincount(pieces.labels[widen(main, 4)], minlength=len(areas))
    length = pieces.boxes_px[:, 2:].max(axis=1)
    # A sleeve that a white stripe severs lies along the body; a logo or a speck comes near it at a point, if at all.
    severed = (areas > 0.002 * pieces.areas_px[first]) & (near > np.sqrt(areas))
    strap = (near > 0) & (length > 25) & (areas < 6 * length)
    keep = severed | strap
    keep[first] = True
    return _drop_hangers_on(keep[pieces.labels])


def _interlock(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Say whether two boxes (left, top, width, height) overlap as those of shreds do and of two garments do not."""
    overlaps = [min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k]) for k in (0, 1)]
    return bool(all(overlap > 0.25 * min(one[k + 2], other[k + 2]) for k, overlap in enumerate(overlaps)))


def _drop_hangers_on(product: Mask) -> Mask:
    """Give the product without the logos beside it that touch it at a point; sleeves and sashes touch it broadly."""
    radius = max(3, round(0.04 * np.ptp(np.flatnonzero(product.any(axis=0)))))
    pieces = split(open_up(product, radius))
    first = int(pieces.areas_px.argmax())
    main = pieces.labels == first
    left, _, width, _ = pieces.boxes_px[first]
    near, kept = widen(main, radius + 3), product.copy()
    for number in np.flatnonzero(pieces.areas_px > 0.03 * pieces.areas_px[first]):
        piece = pieces.labels == number
        touches = (piece & near).sum() > 0.6 * radius * np.sqrt(pieces.areas_px[number])
        if number == first or touches:
            continue
        rows, columns = np.nonzero(piece)
        twins = np.clip(2 * left + width - 1 - columns, 0, product.shape[1] - 1)  # a sleeve has one on the other side
        if product[rows, twins].mean() < 0.5:
            kept &= ~widen(piece, radius)
    return kept


def _drop_hanger(garment: Mask) -> Mask:
    """Give the garment without its hanger: one thin thing that stands above the middle; straps come in twos."""
    rows, columns = np.flatnonzero(garment.any(axis=1)), np.flatnonzero(garment.any(axis=0))
    wide, high, middle = np.ptp(columns) + 1, np.ptp(rows) + 1, columns[[0, -1]].mean()
    body = open_up(garment, max(2, round(0.035 * wide)))
    if not body.any():
        return garment
    thin = garment & ~widen(body, 2)
    pieces = split(thin)
    shoulder = np.flatnonzero(body.any(axis=1))[0] + 0.08 * high
    boxes = pieces.boxes_px
    stands = (boxes[:, 3] > 0.03 * high) & (boxes[:, 1] < shoulder) & (pieces.areas_px > 0)
    central = stands & (np.abs(boxes[:, 0] + boxes[:, 2] / 2 - middle) < 0.15 * wide)
    if central.sum() != 1 or stands.sum() != 1:
        return garment
    hanger = pieces.labels == int(np.argmax(central))
    _, top, across, tall = boxes[int(np.argmax(central))]
    stem = np.flatnonzero(hanger[top + tall // 2])
    # A hook stands on one stem, a halter's loop on two.
    on_one = len(stem) > 0 and np.ptp(stem) < 0.06 * wide
    if across >= 0.15 * wide and not on_one:
        return garment
    return garment & ~widen(hanger, 3)


def _edge_shares(garment: Mask) -> tuple[float, float, float, float]:
    """Give how much of the garment's width or height lies on the photo's top, bottom, left and right edge."""
    wide, high = garment.any(axis=0).sum(), garment.any(axis=1).sum()
    top, bottom, left, right = garment[0].sum(), garment[-1].sum(), garment[:, 0].sum(), garment[:, -1].sum()
    return float(top / wide), float(bottom / wide), float(left / high), float(right / high)


def _check_edges(shares: tuple[float, float, float, float]) -> None:
    """Refuse a garment that the photo's edge cuts off; a hem or a cuff may touch it."""
    for share, most, edge in zip(shares, (0.2, 0.2, 0.1, 0.1), ("top", "bottom", "left", "right"), strict=True):
        if share > most:
            raise RefusedError(
                "touches-edge", f"The garment is cut off at the photo's {edge} edge: leave some room around it."
            )
