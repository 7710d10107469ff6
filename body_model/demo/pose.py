"""How the demo shopper moves: ten seconds that end as they began, as one affine a segment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from body_model.template import BodyTemplate

Array = NDArray[np.float64]

CLIP_SECS = 10.0
KEYS_SECS = np.array([0.0, 1.0, 2.0, 2.8, 3.8, 4.6, 5.6, 6.6, 7.3, 8.2, 9.2, CLIP_SECS])
"""When each value of the keys below holds."""
KEYS = {
    "turn": [0, 0, 0, 0.1, 0.6, 0.55, 0, -0.55, -0.5, -0.1, 0, 0],
    "shift": [0, 0.3, -0.1, 0, 0.5, 0.3, -0.3, -0.6, -0.4, 0.7, 0.5, 0],
    "raise_left": [0, 0.1, 1, 0.6, 0.2, 0.1, 0.25, 0.2, 0.1, 0.1, 0.05, 0],
    "raise_right": [0, 0.1, 1, 0.6, 0.2, 0.3, 0.25, 0.1, 0.1, 0, 0, 0],
    "hip_right": [0, 0, 0, 0, 0, 0, 0, 0.1, 0.7, 1, 0.8, 0],
    "lift_left": [0, 0, 0, 0.25, 0.05, 0, 0.35, 0, 0, 0, 0, 0],
    "lift_right": [0, 0, 0, 0, 0.3, 0, 0.05, 0.3, 0, 0.15, 0, 0],
    "look": [0, 0.1, 0, 0, -0.35, -0.3, 0, 0.35, 0.3, 0, 0.1, 0],
}


@dataclass(frozen=True)
class Stance:
    """The values of the keys at one moment."""

    turn: float
    """How far the body is turned to its left, in radians."""
    shift: float
    """Weight on the left (1) or right (-1) leg."""
    raise_left: float
    raise_right: float
    """How far each arm is raised to the side, 0 to 1."""
    hip_right: float
    """How near the right hand is to the hip, 0 to 1."""
    lift_left: float
    lift_right: float
    """How far each knee is lifted, in radians."""
    look: float
    """How far the head is turned to the left of the chest, in radians."""
    breath: float
    """Between -1 and 1."""


def stand(time_secs: float) -> Stance:
    """The stance at a moment of the clip."""
    values = {n: float(CubicSpline(KEYS_SECS, v, bc_type="periodic")(time_secs % CLIP_SECS)) for n, v in KEYS.items()}
    for name in ("lift_left", "lift_right", "hip_right"):
        values[name] = max(values[name], 0.0)
    breath = float(np.sin(2 * np.pi * (time_secs % CLIP_SECS) / (CLIP_SECS / 3)))
    return Stance(**values, breath=breath)


def turn_about(axis: int, angle_rad: float) -> Array:
    """(3, 3) Rotation about the x, y or z axis."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out = np.eye(3)
    out[i, i], out[i, j], out[j, i], out[j, j] = c, -s, s, c
    return out


def turn_onto(start: Array, end: Array) -> Array:
    """(3, 3) The smallest rotation that takes one direction to another."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    v = np.cross(a, b)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + k + k @ k / (1 + a @ b))


def aim_limbs(stance: Stance) -> dict[str, Array]:
    """Where each limb's bone points, in the pelvis's or chest's own axes."""
    aims = {}
    for side, sign, lift in (("left", 1, stance.raise_left), ("right", -1, stance.raise_right)):
        out = 0.2 + 0.55 * lift
        aims[f"upper_arm_{side}"] = np.array([sign * np.sin(out), 0.06, -np.cos(out)])
        aims[f"forearm_{side}"] = np.array([sign * np.sin(out * 0.75), -0.2 - 0.35 * lift, -np.cos(out * 0.75)])
    on_hip = {"upper_arm_right": (-0.74, 0.25, -0.66), "forearm_right": (0.68, -0.3, -0.7)}
    for name, there in on_hip.items():
        aims[name] = aims[name] * (1 - stance.hip_right) + np.array(there) * stance.hip_right
    for side, sign, lift in (("left", 1, stance.lift_left), ("right", -1, stance.lift_right)):
        aims[f"thigh_{side}"] = np.array([sign * 0.07, -np.sin(lift) - 0.03, -np.cos(lift)])
        aims[f"shin_{side}"] = np.array([sign * 0.045, np.sin(lift * 0.9) + 0.03, -np.cos(lift * 0.9)])
        aims[f"foot_{side}"] = np.array([sign * 0.12, -0.95, -0.27 - 0.3 * lift])
    return aims


def pose(template: BodyTemplate, bones_rest_m: NDArray[np.float32], stance: Stance) -> NDArray[np.float32]:
    """(S, 3, 4) World from rest for a stance: feet on the floor, the body turned about its own axis."""
    trunk = {
        "pelvis": turn_about(2, stance.turn * 0.85) @ turn_about(1, 0.035 * stance.shift),
        "waist": turn_about(2, stance.turn * 0.07) @ turn_about(1, -0.03 * stance.shift),
        "chest": turn_about(2, stance.turn * 0.08)
        @ turn_about(1, -0.025 * stance.shift)
        @ turn_about(0, 0.01 * stance.breath),
        "neck": turn_about(2, stance.look * 0.4),
        "head": turn_about(2, stance.look * 0.6) @ turn_about(1, 0.05 * stance.shift),
    }
    aims = aim_limbs(stance)
    names = template.segment_names
    turns: list[Array] = []
    heads: list[Array] = []
    for row, name in enumerate(names):
        parent = int(template.parents[row])
        head, tail = bones_rest_m[row].astype(np.float64)
        base = turns[parent] if parent >= 0 else np.eye(3)
        if name in trunk:
            turns.append(base @ trunk[name])
        elif name in aims:
            frame = turns[names.index("pelvis" if name.split("_")[0] in ("thigh", "shin", "foot") else "chest")]
            turns.append(turn_onto(base @ (tail - head), frame @ aims[name]) @ base)
        else:
            turns.append(base)
        start = head if parent < 0 else heads[parent] + turns[parent] @ (head - bones_rest_m[parent, 0])
        heads.append(start)
    affines = np.stack(
        [np.c_[t, h - t @ b] for t, h, b in zip(turns, heads, bones_rest_m[:, 0].astype(np.float64), strict=True)]
    )
    affines[:, 0, 3] += 0.035 * stance.shift
    return affines.astype(np.float32)
