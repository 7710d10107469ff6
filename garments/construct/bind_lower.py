"""Which body segments carry cloth below the waist: each leg of trousers its own leg, a skirt both at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.bind import nearest_weights, strongest_four
from garments.construct.lower_form import LowerForm
from garments.construct.measures import smoothstep
from garments.construct.settle import neighbour_mean, weld
from garments.construct.skirt_weights import hang_on_legs

Array = NDArray[Any]
SEAT_M = 0.05
"""Half the width over which cloth in the middle of the hips goes over from one leg to the other."""

JOINT_M = 0.06
"""Half the height over which a jumpsuit's torso goes over to its trousers."""


def bind_trousers(
    vertices_rest_m: Array, faces: Array, template: BodyTemplate, *, welds: Array
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(N, 4) segments and weights of cloth whose legs each follow a leg of the body."""
    return _smoothed(carry_legs(vertices_rest_m, template), faces, welds)


def carry_jumpsuit(points: Array, carried: Array, template: BodyTemplate) -> Array:
    """(N, S) The torso's weights, from the hips down those of trousers."""
    hip = float(template.bones_rest_m[template.segment_index["thigh_left"], 0, 2])
    share = smoothstep(-JOINT_M, JOINT_M, hip + JOINT_M - points[:, 2])[:, None]
    return np.asarray(carried * (1 - share) + carry_legs(points, template) * share, np.float32)


def carry_legs(vertices_rest_m: Array, template: BodyTemplate) -> Array:
    """(N, S) Weights of the trunk and, on each side, of that side's leg."""
    dense, main = _dense(template)
    left = smoothstep(-SEAT_M, SEAT_M, vertices_rest_m[:, 0])
    below = vertices_rest_m[:, 2] < template.vertices_rest_m[main == "pelvis", 2].min()
    left = np.where(below, vertices_rest_m[:, 0] > 0, left)[:, None]
    carried: Array = np.zeros((len(vertices_rest_m), dense.shape[1]), np.float32)
    for hand, share in (("left", left), ("right", 1 - left)):
        on = np.isin(main, ("pelvis", "waist", "chest", f"thigh_{hand}", f"shin_{hand}"))
        carried = carried + share * nearest_weights(vertices_rest_m, template.vertices_rest_m[on], dense[on])
    return carried


def bind_skirt(
    vertices_rest_m: Array, faces: Array, template: BodyTemplate, form: LowerForm, *, welds: Array
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(N, 4) segments and weights of cloth that hangs from the hips as one piece."""
    dense, main = _dense(template)
    on = np.isin(main, ("pelvis", "waist", "chest"))
    carried = nearest_weights(vertices_rest_m, template.vertices_rest_m[on], dense[on])
    return _smoothed(hang_on_legs(vertices_rest_m, carried, template, form), faces, welds)


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
