"""Hangs a mesh that lies on the body in its own pose: brought to the body's rest pose, off the skin, and bound."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.load import load_template
from body_model.template import BodyTemplate
from garments.bind import bind
from garments.bind_lower import bind_skirt, bind_trousers
from garments.kinds.kind import Kind
from garments.lower_form import measure_lower_form
from garments.place import Placement
from garments.pose_body import bring_to_rest
from garments.settle import neighbour_mean, settle

Array = NDArray[Any]
NO_WELDS = np.zeros((0, 2), np.int64)
SLEEVE_ROUNDS = 12
"""How often it is evened out where sleeves begin."""
LOOSE = 0.2
TRUNK = ("pelvis", "waist", "chest", "neck", "clavicle_left", "clavicle_right", "thigh_left", "thigh_right")


def hang_mesh(
    laid_m: Array, faces: Array, kind: Kind, placement: Placement
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    """(N, 3) The cloth on the resting body, (N, 4) its segments and (N, 4) weights."""
    template = load_template()
    posed = placement.posed
    share = sleeve_share(laid_m, faces, kind, posed.template)
    segments, weights = _bind(laid_m, faces, share, kind, posed.template)
    rested = bring_to_rest(laid_m, segments, weights, posed.posed_from_rest)
    loose = np.full(len(rested), LOOSE)
    rested = settle(rested, faces, NO_WELDS, template, sleeve_share=np.abs(share), loose=loose, rounds=3)
    segments, weights = _bind(rested, faces, share, kind, template)
    return rested, segments, weights


def sleeve_share(laid_m: Array, faces: Array, kind: Kind, template: BodyTemplate) -> NDArray[np.float64]:
    """(N,) 0 on the torso, towards +1 on the wearer's left sleeve and -1 on the right one."""
    if kind.hangs_from == "waist":
        return np.zeros(len(laid_m))
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), template.weights.argmax(axis=1)]]
    trunk, _ = cKDTree(template.vertices_rest_m[np.isin(main, TRUNK)]).query(laid_m)
    share = np.zeros(len(laid_m))
    index, bones = template.segment_index, template.bones_rest_m
    for sign, hand in ((1, "left"), (-1, "right")):
        arm = np.isin(main, (f"upper_arm_{hand}", f"forearm_{hand}", f"hand_{hand}"))
        distance, _ = cKDTree(template.vertices_rest_m[arm]).query(laid_m)
        joint, elbow = bones[index[f"upper_arm_{hand}"]]
        along = (laid_m - joint) @ (elbow - joint) / np.linalg.norm(elbow - joint)
        share[(distance < trunk) & (along > 0.02) & (sign * laid_m[:, 0] > 0.6 * sign * joint[0])] = sign
    mean = neighbour_mean(faces, NO_WELDS, len(laid_m))
    for _ in range(SLEEVE_ROUNDS):
        share = 0.5 * share + 0.5 * (mean @ share)
    return share


def _bind(
    points_m: Array, faces: Array, share: Array, kind: Kind, template: BodyTemplate
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if kind.shape == "trousers":
        return bind_trousers(points_m, faces, template, welds=NO_WELDS)
    if kind.shape == "skirt":
        return bind_skirt(points_m, faces, template, measure_lower_form(template), welds=NO_WELDS)
    return bind(points_m, faces, share, template, welds=NO_WELDS)
