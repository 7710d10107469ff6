"""The resting body below the chest as a dressmaker sees it: level slices of the hips, of both legs and of one leg."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from body_model.template import BodyTemplate

Array = NDArray[Any]
ROW_M = 0.01
"""Distance of the slices."""
TOP_M = 1.25
"""Height of the highest slice."""
ABOVE_ANKLE_M = 0.06
"""Below this height above the ankle's joint, cloth hangs as it does there."""
TRUNK = ("pelvis", "waist", "chest")


@dataclass(frozen=True)
class LowerForm:
    """Rest space: metres, z up, facing -y, the wearer's left at +x. Slices are `ROW_M` apart from the floor up."""

    half_width_m: NDArray[np.float32]
    """(R,) Half the width of the body; below the crotch, of both legs together."""
    front_m: NDArray[np.float32]
    """(R,) y of the foremost point."""
    back_m: NDArray[np.float32]
    """(R,) y of the rearmost point."""
    leg_inner_m: NDArray[np.float32]
    """(R,) x of the left leg's inner side; the right one mirrors it."""
    leg_outer_m: NDArray[np.float32]
    """(R,) x of its outer side."""
    leg_front_m: NDArray[np.float32]
    """(R,) y of its foremost point."""
    leg_back_m: NDArray[np.float32]
    """(R,) y of its rearmost point."""
    crotch_m: float
    """Height of the crotch."""
    waist_m: float
    """Height at which the trunk is narrowest."""
    hips_m: float
    """Height at which the hips are widest above the crotch."""

    def row(self, values: Array, z_m: Array | np.float64) -> Array:
        """A slice's quantity at any heights, the last slice's beyond the ends."""
        return np.asarray(np.interp(np.asarray(z_m) / ROW_M, np.arange(len(values)), values))


@lru_cache(maxsize=4)
def measure_lower_form(template: BodyTemplate) -> LowerForm:
    """Read the dressmaker's numbers off a resting body."""
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), template.weights.argmax(axis=1)]]
    legs = {hand: np.isin(main, (f"thigh_{hand}", f"shin_{hand}")) for hand in ("left", "right")}
    trunk = np.isin(main, TRUNK)
    body = _samples(template, trunk | legs["left"] | legs["right"])
    left = _samples(template, legs["left"])
    middle = body[np.abs(body[:, 0]) < 0.006]
    crotch = float(middle[:, 2].min())
    ankle = float(template.bones_rest_m[template.segment_index["foot_left"], 0, 2]) + ABOVE_ANKLE_M
    half, front, back = _slices(np.stack([np.abs(body[:, 0]), body[:, 1], body[:, 2]], axis=1), ankle)[1:]
    inner, outer, leg_front, leg_back = _slices(left, ankle)
    waist = round(crotch / ROW_M) + 15 + int(np.argmin(half[round(crotch / ROW_M) + 15 :][:20]))
    hips = round(crotch / ROW_M) + 5
    return LowerForm(half, front, back, inner, outer, leg_front, leg_back, crotch, waist * ROW_M, hips * ROW_M)


def _samples(template: BodyTemplate, chosen: NDArray[np.bool_]) -> Array:
    """(N, 3) Points all over the skin of the chosen vertices, no further apart than a slice is thick."""
    corners = template.vertices_rest_m[template.faces[chosen[template.faces].all(axis=1)]]
    shares = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6
    return np.asarray(np.einsum("kc,mcd->mkd", shares, corners).reshape(-1, 3))


def _slices(points: Array, lowest_m: float) -> tuple[Array, Array, Array, Array]:
    """(R,) each: least and greatest x, least and greatest y of every slice; below the lowest as in it."""
    points = points[points[:, 2] > lowest_m]
    count = round(TOP_M / ROW_M) + 1
    level = np.clip(np.round(points[:, 2] / ROW_M).astype(int), 0, count - 1)
    known = np.flatnonzero(np.bincount(level, minlength=count))
    sizes = []
    for axis, extreme in ((0, np.minimum), (0, np.maximum), (1, np.minimum), (1, np.maximum)):
        size = np.full(count, np.inf if extreme is np.minimum else -np.inf)
        extreme.at(size, level, points[:, axis])
        filled = np.interp(np.arange(count), known, size[known])
        sizes.append(gaussian_filter1d(filled, 1.0).astype(np.float32))
    return sizes[0], sizes[1], sizes[2], sizes[3]
