"""Hangs a mesh that lies on the body in its own pose: brought to the body's rest pose, off the skin, and bound."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from body_model.template import BodyTemplate
from garments.construct.bind import bind
from garments.construct.bind_lower import bind_skirt, bind_trousers, carry_jumpsuit
from garments.construct.lower_form import measure_lower_form
from garments.construct.settle import settle
from garments.construct.skirt_weights import hang_on_legs
from garments.kinds.kind import Kind
from garments.meshes.place import Placement
from garments.meshes.pose_body import bring_to_rest
from garments.meshes.sleeves import centre_sleeves, find_sleeves

Array = NDArray[Any]
NO_WELDS = np.zeros((0, 2), np.int64)
LOOSE = 0.2


def hang_mesh(
    laid_m: Array, faces: Array, kind: Kind, placement: Placement
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    """(N, 3) The cloth on the resting body, (N, 4) its segments and (N, 4) weights."""
    template = load_template()
    posed = placement.posed
    top = kind.hangs_from == "shoulders"
    share = find_sleeves(laid_m, faces, posed.template) if top else np.zeros(len(laid_m))
    laid_m = centre_sleeves(laid_m, share, posed.template) if top else laid_m
    segments, weights = _bind(laid_m, faces, share, kind, posed.template)
    rested = bring_to_rest(laid_m, segments, weights, posed.posed_from_rest)
    loose = np.full(len(rested), LOOSE)
    rested = settle(rested, faces, NO_WELDS, template, sleeve_share=np.abs(share), loose=loose, rounds=3)
    # Bound once: whoever stands as the mesh was made wears it in its own shape.
    return rested, segments, weights


def _bind(
    points_m: Array, faces: Array, share: Array, kind: Kind, template: BodyTemplate
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if kind.shape == "trousers":
        return bind_trousers(points_m, faces, template, welds=NO_WELDS)
    if kind.shape == "skirt":
        return bind_skirt(points_m, faces, template, measure_lower_form(template), welds=NO_WELDS)
    below: Callable[[Array, Array], Array] | None = None
    if kind.shape == "dress":
        below = partial(_carry_dress, template)
    elif kind.shape == "jumpsuit":
        below = partial(_carry_jumpsuit, template)
    return bind(points_m, faces, share, template, welds=NO_WELDS, below=below)


def _carry_jumpsuit(template: BodyTemplate, points_m: Array, carried: Array) -> Array:
    return carry_jumpsuit(points_m, carried, template)


def _carry_dress(template: BodyTemplate, points_m: Array, carried: Array) -> Array:
    return hang_on_legs(points_m, carried, template, measure_lower_form(template))
