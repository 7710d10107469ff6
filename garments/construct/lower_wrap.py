"""From the photo's plane onto the resting body's lower half: one ring round the hips, and below the crotch two legs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.construct.lower_form import ROW_M, LowerForm
from garments.construct.measures import EASE_M

Array = NDArray[Any]
FORK_M = 0.10
"""Height above the crotch at which the cloth begins to turn under, between the legs."""
APART_M = 0.003
"""How far inside seams stay off the middle."""


def wrap_ring(
    side: Array, share: Array, half_m: Array, z_m: Array, form: LowerForm, *, full: float, back: bool
) -> Array:
    """(N, 3) Points laid round the hips and, for a skirt, round both legs.

    Args:
        side: (N,) +1 on the wearer's left, -1 on the right.
        share: (N,) 0 in the middle to 1 at the side.
        half_m: (N,) Half the seen width, which is never narrower than the body.
        z_m: (N,) Heights.
        form: The body.
        full: How much deeper cloth gets as it gets wider than the body: 0 stays flat, 1 is round.
        back: Whether to lay the back.
    """
    narrow = form.row(form.half_width_m, z_m) + EASE_M
    wide = np.maximum(half_m, narrow)
    front, rear, middle = hang(form)
    reach = form.row(rear if back else front, z_m) + full * (wide - narrow)
    flatness = np.clip(0.6 * reach / wide, 0, 1)
    along = (1 - flatness) * share + flatness * np.sin(share * np.pi / 2)
    bulge = reach * np.maximum(1 - along**2.3, 0) ** 0.5
    y = form.row(middle, z_m) + (1.0 if back else -1.0) * bulge
    return np.stack([side * wide * along, y, z_m], axis=1)


def hang(form: LowerForm) -> tuple[Array, Array, Array]:
    """(R,) each: depth of cloth before and behind its sides, and y of the sides.

    Cloth hangs straight down from belly and seat, and no further in than the legs reach.
    """
    middle = gaussian_filter1d((form.front_m + form.back_m) / 2, 4)
    front, back = (middle - form.front_m + EASE_M).astype(float), (form.back_m - middle + EASE_M).astype(float)
    hips = round(form.hips_m / ROW_M)
    for depth in (front, back):
        depth[:hips] = np.maximum(depth[:hips], 0.92 * depth[hips : hips + 8].max())
        depth[:] = gaussian_filter1d(depth, 2)
    return front, back, middle


def wrap_legs(side: Array, share: Array, half_m: Array, z_m: Array, form: LowerForm, *, back: bool) -> Array:
    """(N, 3) Points laid round each leg: share 0 at the inside seam to 1 at the outer, half the width of a leg."""
    z = np.minimum(z_m, form.crotch_m)
    inner, outer, front, rear = (
        form.row(values, z) for values in (form.leg_inner_m, form.leg_outer_m, form.leg_front_m, form.leg_back_m)
    )
    wide = np.maximum(half_m, (outer - inner) / 2 + EASE_M)
    middle = np.maximum((outer + inner) / 2, wide + APART_M)
    centre = (front + rear) / 2
    reach = np.maximum((rear - front) / 2 + EASE_M, 0.8 * wide)
    across = 2 * share - 1
    along = 0.5 * across + 0.5 * np.sin(across * np.pi / 2)
    bulge = reach * np.maximum(1 - np.abs(along) ** 2.2, 0) ** 0.5
    return np.stack([side * (middle + wide * along), centre + (1.0 if back else -1.0) * bulge, z_m], axis=1)


def fork(hips: Array, legs: Array, z_m: Array, crotch_m: float) -> Array:
    """(N, 3) Hips above, legs below; between them the cloth turns under in a quarter of a circle."""
    up = np.clip((z_m - crotch_m) / FORK_M, 0, 1)
    share = (1 - np.sqrt(np.maximum(1 - (1 - up) ** 2, 0)))[:, None]
    return np.asarray(hips * (1 - share) + legs * share)
