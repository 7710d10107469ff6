"""Decides what stands before the garment: arms, hands, face, hair and bags.

The fitted body tells depth but is off by a centimetre or three; the parse tells hair from skin from cloth but not which
is nearer, on a grid of some nine pixels. So the two are brought together on cells of a few pixels, and where their
answer changes, each pixel goes to the side whose colours are like its own.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numba as nb
import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from body_model.template import BodyTemplate
from fitting.frame import Body, ParseFrame
from fitting.raster import FAR, NOTHING
from fitting.render import RenderedLayer
from fitting.sharpen import blend_cells, sharpen, spread
from fitting.sight import (
    BAG,
    BEHIND,
    CLOTH,
    HAIR,
    HEAD,
    LOWER_LEFT,
    LOWER_RIGHT,
    NAPE,
    NO_PART,
    SKIN,
    TRUNK,
    UPPER_LEFT,
    UPPER_RIGHT,
    Looker,
    Sight,
    labels_on_cells,
    top_on_cells,
)

ARM_ERROR_M = 0.045
"""How far beside its fitted place a bare arm is still taken for that arm."""
LEG_ERROR_M = 0.02
"""The same where the skin may be a bare leg's."""
HEAD_ERROR_M = 0.015
RIM_M = 0.012
HAIR_REACH_M = 0.06
MARGIN_M = 0.015
"""How much nearer than cloth a limb must be to stand before it."""
SURE_TOP = 0.72
"""Mean probability from which on what hangs over trousers is the shopper's own top."""
TOP_RIM = 2
"""Cells round such a top in which it fades out."""
CONTACT_M = 0.035
"""How far a limb darkens the cloth behind it."""
DARKEST_CONTACT = 0.42


@dataclass(frozen=True)
class Occlusion:
    """What lies between the camera and a rendered layer, over the layer's box."""

    front: NDArray[np.uint8]
    """(h, w) 255 where something stands before the garment, 0 where the garment is in plain sight."""
    contact: NDArray[np.uint8]
    """(h, w) How bright the cloth is for what is close before it: 255 where nothing is."""


class Occluder:
    """Decides frame after frame."""

    def __init__(self, template: BodyTemplate) -> None:
        self._looker = Looker(template)

    def occlude(
        self, frame_rgb: NDArray[np.uint8], layer: RenderedLayer, body: Body, parse: ParseFrame | None
    ) -> Occlusion:
        """What stands before the layer; without a parse the body alone decides."""
        height, width = layer.words.shape
        sight = self._looker.look(layer, body)
        labels = None if parse is None else labels_on_cells(parse, layer.box_px, sight.cloth_depth.shape, sight.cell_px)
        if labels is None:
            front, before_back = front_by_depth(sight)
        else:
            front, before_back = front_by_labels(sight, labels)
        if parse is not None and layer.shows_own_top and sight.cloth_is_low.any():
            top = top_on_cells(parse, layer.box_px, front.shape, sight.cell_px)
            front = np.minimum(front + own_top(sight, top), 1)
        wanted = grow((sight.cloth_part != NO_PART).view(np.uint8), 1)
        mask = sharpen(frame_rgb, layer.box_px, front, wanted, cell_px=sight.cell_px)
        back = grow((sight.cloth_part == BEHIND).view(np.uint8), 1)
        put_before_back(layer.words, layer.code.face_bits, sight.face_is_behind, back, sight.cell_px, before_back, mask)
        return Occlusion(mask, spread(darken(sight), sight.cell_px, (width, height)))


@cache
def make_occluder() -> Occluder:
    """The occluder for the project's own body, made once: it remembers nothing of the frames."""
    return Occluder(load_template())


def bareness(labels: NDArray[np.float32], arm: NDArray[np.bool_]) -> float:
    """How surely a forearm is bare, 0 to 1; one that is not in sight counts as bare."""
    seen = labels[arm]
    skin, cloth = float(seen[:, SKIN].sum()), float(seen[:, CLOTH].sum())
    return float(np.clip((skin + 1) / (skin + cloth + 1) * 3 - 0.6, 0, 1))


def front_by_depth(sight: Sight) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Arms and head that are nearer than the cloth stand before it; before its back half the whole body does."""
    front = sight.nearer(MARGIN_M) & _is_arm_or_head(sight.body_part) & ~sight.arm_is_sleeved
    return front.astype(np.float32), holds_up(sight).astype(np.float32)


def front_by_labels(sight: Sight, labels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(gh, gw) Probabilities that something stands before the cloth, and before the back half of a collar.

    Hair and bags always do. Skin does where the body has a bare arm or the face there: skin of neck and chest is what
    the garment covers. A worn sleeve does where the body's arm is nearer.
    """
    nearer = sight.nearer(MARGIN_M) & ~sight.arm_is_sleeved
    over_trunk = (sight.cloth_part != NO_PART) & ~_is_arm(sight.cloth_part)
    bare = bare_arms(sight)
    near = np.where(sight.cloth_is_on_leg, grow(bare, sight.cells(LEG_ERROR_M)), grow(bare, sight.cells(ARM_ERROR_M)))
    near |= grow((sight.body_part == HEAD).astype(np.uint8), sight.cells(HEAD_ERROR_M))
    lets_skin = (nearer & _is_arm_or_head(sight.body_part)) | (near > 0) & (over_trunk | (sight.cloth_part == NO_PART))
    lets_skin |= (sight.cloth_part == NAPE) & ((sight.body_part >= HEAD) | (sight.body_part == NO_PART))
    covered = np.zeros(nearer.shape, np.float32)
    for sides in ((UPPER_LEFT, LOWER_LEFT), (UPPER_RIGHT, LOWER_RIGHT)):
        here = (sight.body_part == sides[0]) | (sight.body_part == sides[1])
        covered[here & nearer] = 1 - bareness(labels, sight.body_part == sides[1])
    lets = np.stack([lets_skin, covered], axis=-1).astype(np.float32)
    lets = np.asarray(cv2.blur(lets, (3, 3)), np.float32)
    before = own_hair(sight, labels) + labels[..., BAG]
    front = before + labels[..., SKIN] * lets[..., 0] + labels[..., CLOTH] * lets[..., 1]
    # Legs are no part of the body that is looked at, but what hangs behind them is behind them.
    before_back = before + labels[..., SKIN] + labels[..., CLOTH] * (holds_up(sight) | sight.cloth_is_below)
    return np.minimum(front, 1), np.minimum(before_back, 1)


def holds_up(sight: Sight) -> NDArray[np.bool_]:
    """(gh, gw) Where the body is before a collar's back half; where the front half is seen, wherever the body is."""
    beside = (sight.cloth_part != BEHIND) & (sight.body_part != NO_PART)
    return np.asarray(beside | sight.nearer(0.0), np.bool_)


def _is_arm(part: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray((part >= UPPER_LEFT) & (part <= LOWER_RIGHT), np.bool_)


def _is_arm_or_head(part: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray((part >= UPPER_LEFT) & (part <= HEAD), np.bool_)


def bare_arms(sight: Sight) -> NDArray[np.uint8]:
    """(gh, gw) Forearms and hands as far as no sleeve of the garment covers them."""
    lower = (sight.body_part == LOWER_LEFT) | (sight.body_part == LOWER_RIGHT)
    bare = (lower & ~_is_arm(sight.cloth_part) & ~sight.arm_is_sleeved).astype(np.uint8)
    # The rim of an arm that shows beside a narrow sleeve is no bare arm.
    return np.asarray(cv2.morphologyEx(bare, cv2.MORPH_OPEN, _disc(sight.cells(RIM_M))), np.uint8)


def own_hair(sight: Sight, labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(gh, gw) Probability of hair that hangs together with the head; lace and fur on a chest do not."""
    hair = np.ascontiguousarray(labels[..., HAIR])
    count, pieces = cv2.connectedComponents((hair > 0.25).astype(np.uint8))
    if count < 2:
        return hair
    head = grow((sight.body_part == HEAD).astype(np.uint8), sight.cells(HAIR_REACH_M)) > 0
    # What touches the upper edge of the box goes on above it.
    kept = np.zeros(count, np.bool_)
    kept[pieces[head]] = True
    kept[pieces[0]] = True
    kept[0] = True
    return np.where(kept[pieces], hair, np.float32(0))


def own_top(sight: Sight, top: NDArray[np.float32]) -> NDArray[np.float32]:
    """(gh, gw) Probability that the shopper's own top hangs over what is worn from the waist.

    If it is tucked in, the picture shows none of it below the waist, and nothing hangs over. What does not hang
    together with the top at the waistband is a mistake.
    """
    count, pieces = cv2.connectedComponents((top > 0.5).astype(np.uint8))
    band = (grow(sight.cloth_is_low.view(np.uint8), 1) > 0) & (sight.cloth_part == NO_PART)
    band[0] = True
    kept = np.zeros(count, np.bool_)
    kept[pieces[band & (sight.body_part == TRUNK)]] = True
    # A top that the parse is not sure of would lie over new trousers like a haze.
    low = pieces[sight.cloth_is_low]
    size = np.maximum(np.bincount(low, minlength=count), 1)
    kept &= np.bincount(low, top[sight.cloth_is_low], count) / size > SURE_TOP
    kept[0] = False
    near = grow(kept[pieces].astype(np.uint8), TOP_RIM) > 0
    return np.where(sight.cloth_is_low & near, top, np.float32(0))


def darken(sight: Sight) -> NDArray[np.uint8]:
    """(gh, gw) Brightness of each cell's cloth, less where sleeves, arms or head are close before it."""
    limb = np.where(_is_arm_or_head(sight.body_part), sight.body_depth, FAR)
    reach = CONTACT_M * sight.px_per_m
    nearest = np.minimum(limb, sight.cloth_depth)
    return np.asarray(_darken(sight.cloth_depth, nearest, reach, max(round(sight.cells(CONTACT_M)), 1)), np.uint8)


@nb.njit(cache=True, nogil=True, fastmath=True)
def _darken(cloth: NDArray[np.float32], nearest: NDArray[np.float32], reach: float, step: int) -> NDArray[np.uint8]:
    height, width = cloth.shape
    bright = np.full((height, width), 255, np.uint8)
    for i in range(height):
        for j in range(width):
            here, hidden = cloth[i, j], 0.0
            if here == FAR:
                continue
            for k in range(12):
                far = step if k < 8 else (step + 1) // 2
                # The light comes from above, so what is above counts, not what is below.
                lift = step // 2 if k == 6 else 0
                y = i + far * (-1, -1, -1, 0, 0, 1, -1, 0, -1, 0, 0, -1)[k] - lift
                x = j + far * (0, -1, 1, -1, 1, 0, 0, 0, 0, -1, 1, 1)[k]
                if y < 0 or x < 0 or y >= height or x >= width:
                    continue
                # Not the cloth's own slope.
                hidden += min(max((here - nearest[y, x]) / reach - 0.8, 0.0), 1.0)
            bright[i, j] = np.uint8(255 * (1 - min(DARKEST_CONTACT * hidden / 7.5, DARKEST_CONTACT)))
    return bright


@nb.njit(cache=True, nogil=True, fastmath=True)
def put_before_back(
    words: NDArray[np.uint32],
    face_bits: int,
    is_behind: NDArray[np.bool_],
    back: NDArray[np.uint8],
    cell_px: int,
    before_back: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None:
    """Pixels that show the back half of a collar have more in front of them than their neighbours on the front half."""
    height, width = out.shape
    mask = np.uint32((1 << face_bits) - 1)
    for i in range(back.shape[0]):
        for j in range(back.shape[1]):
            if back[i, j] == 0:
                continue
            for y in range(i * cell_px, min((i + 1) * cell_px, height)):
                for x in range(j * cell_px, min((j + 1) * cell_px, width)):
                    word = words[y, x]
                    if word == NOTHING or not is_behind[np.int64(word & mask)]:
                        continue
                    value = (blend_cells(before_back, y, x, cell_px) - 0.5) * 3 + 0.5
                    out[y, x] = max(out[y, x], np.uint8(255 * min(max(value, 0.0), 1.0)))


def _disc(radius: float) -> NDArray[np.uint8]:
    size = 2 * min(max(round(radius), 1), 40) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def grow(mask: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """The mask, `radius` cells wider all round."""
    return np.asarray(cv2.dilate(mask, _disc(radius)), np.uint8)
