"""Which body segments carry each point of the cloth."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.template import BodyTemplate
from garments.construct.settle import neighbour_mean, weld

NEIGHBOURS = 12


def bind(
    vertices_rest_m: NDArray[np.float32],
    faces: NDArray[np.int32],
    sleeve_share: NDArray[np.float32],
    template: BodyTemplate,
    *,
    welds: NDArray[Any],
    below: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Give cloth the weights of the body beneath it.

    Torso cloth looks at the torso alone and sleeve cloth at the arm alone, so that a hand that hangs beside the hip
    does not pull the hem. Below the hips a top is one tube, carried by both thighs.

    Args:
        vertices_rest_m: (N, 3) The cloth.
        faces: (M, 3) Its triangles, over which weights are smoothed.
        sleeve_share: (N,) 0 on the torso, towards +1 on the wearer's left sleeve and -1 on the right one.
        template: The body.
        welds: (W, 2) Pairs of vertices that are one point of the cloth.
        below: What a dress or a jumpsuit makes, from the hips down, of (N, 3) torso cloth and its (N, S) weights.

    Returns:
        (N, 4) segments and (N, 4) weights that sum to one.
    """
    dense = np.zeros((len(template.weights), len(template.segment_names)), np.float32)
    np.put_along_axis(dense, template.segments.astype(np.int64), template.weights, axis=1)
    names = template.segment_names
    main = np.array([names[k] for k in np.argmax(dense, axis=1)])
    torso = np.isin(main, ("pelvis", "waist", "chest", "neck", "clavicle_left", "clavicle_right"))
    # The shoulder's ball belongs to the torso's cloth too, or it would stand off when the arm comes down.
    upper_arm = np.isin(main, ("upper_arm_left", "upper_arm_right"))
    ball = template.vertices_rest_m[:, 2] > template.bones_rest_m[template.segment_index["upper_arm_left"], 0, 2] - 0.01
    torso |= upper_arm & ball
    carried = nearest_weights(vertices_rest_m, template.vertices_rest_m[torso], dense[torso])
    for sign, hand in ((1, "left"), (-1, "right")):
        arm = np.isin(main, (f"upper_arm_{hand}", f"forearm_{hand}", f"clavicle_{hand}"))
        share = np.clip(sign * sleeve_share, 0, 1)[:, None]
        if share.any():
            carried = carried * (1 - share) + share * nearest_weights(
                vertices_rest_m, template.vertices_rest_m[arm], dense[arm]
            )
    carried = _below_neck(vertices_rest_m, carried, template)
    if below is None:
        carried = _skirt(vertices_rest_m, carried, template, sleeve_share)
    else:
        body = np.abs(sleeve_share) < 0.1
        carried[body] = below(vertices_rest_m[body], carried[body])
    mean = neighbour_mean(faces, welds, len(carried))
    for _ in range(4):
        carried = 0.5 * carried + 0.5 * (mean @ carried)
    return strongest_four(weld(carried, welds))


def strongest_four(carried: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(N, 4) segments and weights that sum to one, of (N, S) weights over all segments."""
    strongest = np.argsort(-carried, axis=1)[:, :4]
    weights = np.take_along_axis(carried, strongest, axis=1)
    return strongest.astype(np.int32), (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def nearest_weights(
    points: NDArray[np.float32], vertices: NDArray[np.float32], dense: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(N, S) Weights of the body's nearest vertices, the nearer the more."""
    distance, near = cKDTree(vertices).query(points, k=NEIGHBOURS)
    share = 1 / (distance**2 + 1e-4)
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("nk,nks->ns", share, dense[near]), np.float32)


def _below_neck(
    points: NDArray[np.float32], carried: NDArray[np.float32], template: BodyTemplate
) -> NDArray[np.float32]:
    """Only a collar that stands up turns with the neck; a neckline lies on the chest."""
    index = template.segment_index
    base = float(template.bones_rest_m[index["neck"], 0, 2])
    kept = np.clip((points[:, 2] - base - 0.02) / 0.06, 0, 1) * 0.8
    moved = carried[:, index["neck"]] * (1 - kept)
    carried = carried.copy()
    carried[:, index["neck"]] -= moved
    carried[:, index["chest"]] += moved
    return carried


def _skirt(
    points: NDArray[np.float32],
    carried: NDArray[np.float32],
    template: BodyTemplate,
    sleeve_share: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Below the hip joints, mix the thighs smoothly from side to side instead of splitting at the crotch."""
    index = template.segment_index
    hip = float(template.bones_rest_m[index["thigh_left"], 0, 2])
    spread = abs(float(template.bones_rest_m[index["thigh_left"], 0, 0]))
    low = np.clip((hip + 0.02 - points[:, 2]) / 0.10, 0, 1) * (np.abs(sleeve_share) < 0.1)
    left = np.clip(0.5 + points[:, 0] / (4 * spread), 0, 1)
    hanging = np.zeros_like(carried)
    thigh = 0.6 * low
    hanging[:, index["pelvis"]] = 1 - thigh
    hanging[:, index["thigh_left"]] = thigh * left
    hanging[:, index["thigh_right"]] = thigh * (1 - left)
    return np.asarray(carried * (1 - low[:, None]) + hanging * low[:, None], np.float32)
