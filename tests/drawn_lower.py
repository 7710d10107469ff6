"""Trousers, skirts, dresses and jumpsuits drawn by hand, point by point, with their landmarks."""

from functools import cache

import cv2
import numpy as np

from body_model.load import load_template
from garments.construct.mesh import construct
from garments.finding.landmarks import Landmarks
from garments.garment import Garment
from garments.kinds import get_kind

SIZE_PX = 600
STRIPE_PX = 30
TROUSERS = {
    "waistband": (0.37, 0.05), "leg_outer": (0.30, 0.95), "leg_inner": (0.47, 0.95), "crotch": (0.5, 0.28),
    "waistband_front": (0.5, 0.06),
}  # fmt: skip
SHORTS = {
    "waistband": (0.26, 0.08), "leg_outer": (0.15, 0.90), "leg_inner": (0.48, 0.90), "crotch": (0.5, 0.60),
    "waistband_front": (0.5, 0.10),
}  # fmt: skip
SKIRT = {"waistband": (0.36, 0.05), "hem": (0.20, 0.95), "waistband_front": (0.5, 0.06)}
TOP = {
    "neck": (0.44, 0.04), "shoulder": (0.37, 0.06), "cuff_outer": (0.30, 0.17), "cuff_inner": (0.365, 0.19),
    "armpit": (0.39, 0.16), "waist": (0.40, 0.30),
}  # fmt: skip
DRESS = TOP | {"hem": (0.30, 0.95)}
JUMPSUIT = TOP | {"leg_outer": (0.36, 0.96), "leg_inner": (0.47, 0.96), "crotch": (0.5, 0.50)}
SHAPES = {"trousers": TROUSERS, "shorts": SHORTS, "skirt": SKIRT, "dress": DRESS, "jumpsuit": JUMPSUIT}
MIDDLE = ("crotch", "waistband_front")


def drawn(kind: str, shape: dict[str, tuple[float, float]]) -> tuple[np.ndarray, Landmarks]:
    """A striped garment (levels of red tell the rows, green the wearer's left) and its landmarks."""
    right = {name: np.array(point) * SIZE_PX for name, point in shape.items()}
    left = {name: point * [-1, 1] + [SIZE_PX, 0] for name, point in right.items()}
    order = [name for name in shape if name not in MIDDLE]
    middle = [right["crotch"]] if "crotch" in shape else []
    outline = [right[name] for name in order] + middle + [left[name] for name in reversed(order)]
    alpha = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
    cv2.fillPoly(alpha, [np.round(outline).astype(np.int32)], 255, cv2.LINE_AA)
    picture = np.zeros((SIZE_PX, SIZE_PX, 4), np.uint8)
    picture[..., 0] = (np.arange(SIZE_PX) // STRIPE_PX * 10)[:, None]
    picture[:, SIZE_PX // 2 :, 1] = 200
    picture[..., 3] = alpha
    points = {name: right[name] for name in MIDDLE if name in right}
    points |= {f"{name}_right": right[name] for name in order} | {f"{name}_left": left[name] for name in order}
    if "neck" in shape:
        points |= {"rim_right": right["neck"], "rim_left": left["neck"], "neck_front": np.array([0.5, 0.07]) * SIZE_PX}
    names = get_kind(kind).landmarks
    places = np.array([points[name] for name in names], np.float32)
    opening = None
    if "neck" in shape:
        turns = np.linspace(np.pi, 0, 15)
        opening = (np.stack([0.5 + 0.06 * np.cos(turns), 0.04 + 0.03 * np.sin(turns)], axis=1) * SIZE_PX).astype(
            np.float32
        )
    return picture, Landmarks(names, places, np.ones(len(names), np.float32), opening, {})


@cache
def built(kind: str) -> Garment:
    """The drawn garment of that kind on the resting body."""
    return construct(*drawn(kind, SHAPES[kind]), kind, load_template(), "drawn", ease=get_kind(kind).ease)
