"""How a skirt hangs on two legs: in front and behind on both, at the sides on the nearer one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.lower_form import LowerForm
from garments.construct.measures import smoothstep

Array = NDArray[Any]
THIGHS_M = (0.04, -0.22)
"""Heights, from the hip joints, at which the thighs begin to carry a skirt and at which they carry all of it."""
SHINS_M = (0.05, -0.25)
"""The same for the shins, from the knees."""
SHIN_SHARE = 0.5
"""What the shins carry at most: a long hem swings less than the legs."""
ROOM_M = (0.02, 0.15)
"""A skirt this much wider than the legs follows each of them closely, and this much wider their mean."""
LEAST_FOLLOW = 0.3
"""How much the sides of the widest skirt follow their own leg rather than both."""


def hang_on_legs(points: Array, carried: Array, template: BodyTemplate, form: LowerForm) -> Array:
    """(N, S) The weights, below the hip joints those of a skirt.

    In front and behind it follows the mean of both legs, at the sides the nearer one, the more so the tighter it is.
    """
    index, bones = template.segment_index, template.bones_rest_m
    hip, knee = (float(bones[index[f"{part}_left"], 0, 2]) for part in ("thigh", "shin"))
    legs = form.row(form.half_width_m, points[:, 2])
    follow = 1 - (1 - LEAST_FOLLOW) * smoothstep(*ROOM_M, _ring_half(points) - legs)
    left = 0.5 + 0.5 * follow * np.sin(np.clip(points[:, 0] / legs, -1, 1) * np.pi / 2)
    thighs = smoothstep(-THIGHS_M[0], -THIGHS_M[1], hip - points[:, 2])
    shins = SHIN_SHARE * smoothstep(-SHINS_M[0], -SHINS_M[1], knee - points[:, 2])
    hanging = carried * (1 - thighs)[:, None]
    for hand, share in (("left", left), ("right", 1 - left)):
        hanging[:, index[f"thigh_{hand}"]] += thighs * (1 - shins) * share
        hanging[:, index[f"shin_{hand}"]] += thighs * shins * share
    return np.asarray(hanging, np.float32)


def _ring_half(points: Array) -> Array:
    """(N,) Half the width of the cloth at each point's height."""
    level = np.round((points[:, 2] - points[:, 2].min()) / 0.03).astype(int)
    widest = np.zeros(level.max() + 1)
    np.maximum.at(widest, level, np.abs(points[:, 0]))
    return np.asarray(widest[level])
