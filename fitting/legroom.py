"""Room for the legs: a skirt is pushed out of the hull of both legs wherever they would come through it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from body_model.skin import make_skinner
from garments.construct.lower_form import LowerForm, measure_lower_form
from garments.garment import Garment
from garments.kinds import get_kind

Array = NDArray[Any]
MakeRoom = Callable[[Array, Array], None]
LEGS = ("thigh_left", "shin_left", "thigh_right", "shin_right")
AIR_M = 0.006
"""How far cloth stays off the legs."""
KNEE_M = 0.05
"""Half the height over which the shin takes over from the thigh."""
LEAST_SHARE = 0.05
"""Cloth that hangs less than this on the legs is above them."""


def plan_room(garment: Garment) -> MakeRoom | None:
    """What pushes (N, 3) skinned vertices, in place, out of the legs that (S, 3, 4) affines move.

    Each vertex of the cloth knows the place of both legs at its own height. Between these two lies the hull of the
    legs: as far as they reach round their bones, but never further than the cloth lies on the resting body. None for
    what has no skirt.
    """
    template = load_template()
    if get_kind(garment.kind).shape not in ("skirt", "dress"):
        return None
    columns = [template.segment_index[name] for name in LEGS]
    on = (np.isin(garment.segments, columns) * garment.weights).sum(axis=1) > LEAST_SHARE
    rows = np.flatnonzero(on)
    if not len(rows):
        return None
    at = garment.vertices_rest_m[rows].astype(np.float32)
    form = measure_lower_form(template)
    knee = float(template.bones_rest_m[columns[1], 0, 2])
    left, reach_m = _left_leg(at[:, 2], form)
    legs = np.concatenate([left, left * [-1, 1, 1]]).astype(np.float32)
    shins = np.clip((knee + KNEE_M - at[:, 2]) / (2 * KNEE_M), 0, 1).astype(np.float32)
    shares = np.stack([1 - shins, shins], axis=1)
    own = np.repeat([[0, 1], [2, 3]], len(at), axis=0).astype(np.int32)
    carry = make_skinner(legs, own, np.tile(shares, (2, 1)), segment_count=len(LEGS))
    reach_m = np.minimum(reach_m, np.linalg.norm(at - _nearest_between(at, legs), axis=1)).astype(np.float32)

    def make_room(vertices_image_px: Array, image_from_rest: Array) -> None:
        affines = image_from_rest[columns]
        # How much thicker than at rest each segment is drawn: the mean of its two ways across.
        thick = np.sqrt((affines[:, :, :2] ** 2).sum(axis=1)).mean(axis=1)
        thick_left, thick_right = shares @ thick[:2], shares @ thick[2:]
        hung = vertices_image_px[rows]
        first, second = np.split(carry(affines), 2)
        across = second - first
        out = hung - first
        along = np.einsum("nk,nk->n", out, across) / np.maximum(np.einsum("nk,nk->n", across, across), 1e-6)
        along = np.clip(along, 0, 1)
        out -= along[:, None] * across
        away = np.sqrt(np.einsum("nk,nk->n", out, out))
        missing = reach_m * (thick_left + along * (thick_right - thick_left)) - away
        push = np.maximum(missing, 0) / np.maximum(away, 1e-3)
        vertices_image_px[rows] = hung + push[:, None] * out

    return make_room


def _left_leg(z_m: Array, form: LowerForm) -> tuple[Array, Array]:
    """(N, 3) The middle of the left leg at some heights, and (N,) how far it reaches round it."""
    z = np.minimum(z_m, form.crotch_m)
    inner, outer, front, back = (
        form.row(values, z) for values in (form.leg_inner_m, form.leg_outer_m, form.leg_front_m, form.leg_back_m)
    )
    reach = np.maximum(outer - inner, back - front) / 2 + AIR_M
    return np.stack([(inner + outer) / 2, (front + back) / 2, z_m], axis=1), reach


def _nearest_between(points: Array, legs: Array) -> Array:
    """(N, 3) The nearest place to each point on the line from its left leg to its right one."""
    first, second = np.split(legs, 2)
    across = second - first
    along = np.einsum("nk,nk->n", points - first, across) / np.einsum("nk,nk->n", across, across)
    return np.asarray(first + np.clip(along, 0, 1)[:, None] * across)
