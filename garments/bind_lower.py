"""Which body segments carry cloth below the waist: each leg of trousers its own leg, a skirt both at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.bind import nearest_weights, strongest_four
from garments.lower_form import LowerForm
from garments.measures import smoothstep
from garments.settle import neighbour_mean, weld

Array = NDArray[Any]
SEAT_M = 0.05
"""Half the width over which cloth in the middle of the hips goes over from one leg to the other."""
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


def bind_trousers(
    vertices_rest_m: Array, faces: Array, template: BodyTemplate, *, welds: Array
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(N, 4) segments and weights of cloth whose legs each follow a leg of the body."""
    dense, main = _dense(template)
    left = smoothstep(-SEAT_M, SEAT_M, vertices_rest_m[:, 0])
    below = vertices_rest_m[:, 2] < template.vertices_rest_m[main == "pelvis", 2].min()
    left = np.where(below, vertices_rest_m[:, 0] > 0, left)[:, None]
    carried: Array = np.zeros((len(vertices_rest_m), dense.shape[1]), np.float32)
    for hand, share in (("left", left), ("right", 1 - left)):
        on = np.isin(main, ("pelvis", "waist", "chest", f"thigh_{hand}", f"shin_{hand}"))
        carried = carried + share * nearest_weights(vertices_rest_m, template.vertices_rest_m[on], dense[on])
    return _smoothed(carried, faces, welds)


def bind_skirt(
    vertices_rest_m: Array, faces: Array, template: BodyTemplate, form: LowerForm, *, welds: Array
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(N, 4) segments and weights of cloth that hangs from the hips as one piece."""
    dense, main = _dense(template)
    on = np.isin(main, ("pelvis", "waist", "chest"))
    carried = nearest_weights(vertices_rest_m, template.vertices_rest_m[on], dense[on])
    return _smoothed(hang_on_legs(vertices_rest_m, carried, template, form), faces, welds)


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


def _dense(template: BodyTemplate) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """(V, S) weights of the body with feet that move as shins do, and the segment with most say over each vertex."""
    index = template.segment_index
    dense = np.zeros((len(template.weights), len(template.segment_names)), np.float32)
    np.put_along_axis(dense, template.segments.astype(np.int64), template.weights, axis=1)
    main = np.array(template.segment_names)[dense.argmax(axis=1)]
    for hand in ("left", "right"):
        dense[:, index[f"shin_{hand}"]] += dense[:, index[f"foot_{hand}"]]
        dense[:, index[f"foot_{hand}"]] = 0
    return dense, main


def _smoothed(carried: Array, faces: Array, welds: Array) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    mean = neighbour_mean(faces, welds, len(carried))
    for _ in range(4):
        carried = 0.5 * carried + 0.5 * (mean @ carried)
    return strongest_four(weld(carried, welds))
