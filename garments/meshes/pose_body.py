"""The resting body in other poses, and cloth back from them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.skin import skin
from body_model.template import BodyTemplate

Array = NDArray[Any]


@dataclass(frozen=True)
class Posed:
    """A body whose arms and legs are held otherwise than at rest."""

    template: BodyTemplate
    """The body as it stands: its rest vertices and bones are those of the pose."""
    posed_from_rest: NDArray[np.float32]
    """(S, 3, 4) One affine a segment."""


def pose_body(template: BodyTemplate, *, arm_rad: float | None, leg_rad: float | None, straight: bool = True) -> Posed:
    """The body with its limbs at these angles.

    Args:
        template: At rest.
        arm_rad: From hanging down (0) to held out level (pi / 2); None leaves the arms as they are.
        leg_rad: From straight down (0) outwards; None leaves the legs.
        straight: Whether the elbows are straightened.
    """
    index, bones = template.segment_index, template.bones_rest_m.astype(np.float64)
    moves = np.tile(np.eye(3, 4), (len(bones), 1, 1))
    for sign, hand in ((1, "left"), (-1, "right")):
        if arm_rad is not None:
            upper, fore = index[f"upper_arm_{hand}"], index[f"forearm_{hand}"]
            wanted = np.array([sign * np.sin(arm_rad), 0.0, -np.cos(arm_rad)])
            lift = turn_between(bones[upper, 1] - bones[upper, 0], wanted)
            moves[upper] = _about(lift, bones[upper, 0])
            elbow = lift @ turn_between(bones[fore, 1] - bones[fore, 0], bones[upper, 1] - bones[upper, 0])
            at = moves[upper, :, :3] @ bones[fore, 0] + moves[upper, :, 3]
            turn = elbow if straight else lift
            moves[fore] = np.column_stack([turn, at - turn @ bones[fore, 0]])
            moves[index[f"hand_{hand}"]] = moves[fore]
        if leg_rad is not None:
            thigh, shin = index[f"thigh_{hand}"], index[f"shin_{hand}"]
            along = bones[shin, 1] - bones[thigh, 0]
            angle = np.arctan2(sign * along[0], -along[2])
            move = _about(_turn_about_y(sign * (angle - leg_rad)), bones[thigh, 0])
            for name in ("thigh", "shin", "foot"):
                moves[index[f"{name}_{hand}"]] = move
    affines = np.asarray(moves, np.float32)
    vertices = skin(template.vertices_rest_m, template.segments, template.weights, affines)
    ends = np.einsum("sij,skj->ski", affines[:, :, :3], template.bones_rest_m) + affines[:, None, :, 3]
    return Posed(replace(template, vertices_rest_m=vertices, bones_rest_m=ends.astype(np.float32)), affines)


def bring_to_rest(posed_m: Array, segments: Array, weights: Array, posed_from_rest: Array) -> NDArray[np.float32]:
    """(N, 3) Where cloth lies at rest that hangs on these segments and lies here in the pose."""
    blended = np.einsum("nk,nkij->nij", weights, posed_from_rest[segments]).astype(np.float64)
    return np.linalg.solve(blended[:, :, :3], (posed_m - blended[:, :, 3])[..., None])[..., 0].astype(np.float32)


def turn_between(a: Array, b: Array) -> Array:
    """(3, 3) The least rotation that takes the direction of one vector to that of another."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    v, c = np.cross(a, b), float(a @ b)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / max(1 + c, 1e-6))


def _turn_about_y(angle_rad: float) -> Array:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about(turn: Array, centre: Array) -> Array:
    return np.column_stack([turn, centre - turn @ centre])
