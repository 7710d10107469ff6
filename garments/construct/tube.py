"""A sleeve: the photo's plane laid round an arm's bones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.construct.form import Arm
from garments.construct.measures import EASE_M, Cut, smoothstep

Array = NDArray[Any]
WHOLE_ARM = 0.84
"""Share of the arm from which a sleeve is a long one."""


def wrap_sleeve(flat_m: Array, edge: Array, cut: Cut, arm: Arm, anchors_m: Array, *, hand: str, back: bool) -> Array:
    """(N, 3) Points of the plane laid round an arm's bones, as far along them as in the photo.

    Args:
        flat_m: (N, 2) The points.
        edge: (N,) Which of them lie on the sleeve's own outline.
        cut: The garment's measures.
        arm: What it goes round.
        anchors_m: (2, 3) Where the torso's cloth puts the shoulder and the armpit.
        hand: `left` or `right`.
        back: Whether to lay the back half of the sleeve.
    """
    names = ("shoulder", "cuff_outer", "armpit", "cuff_inner")
    shoulder, cuff_outer, armpit, cuff_inner = (cut.points_m[f"{name}_{hand}"] for name in names)
    outset = _set_out(shoulder, cuff_outer, armpit, hand)
    t, s = ruled(np.vstack([flat_m, shoulder]), outset, cuff_outer, armpit, cuff_inner, hand=hand)
    raw = s[:-1]
    t, s = t[:-1], to_edges(t, s, np.append(edge, True))[:-1]
    axis, outward, _ = (vector[0] for vector in frames_along(arm, np.zeros(1)))
    tip_at, pit_at = (anchors_m - arm.joints_m[0]) @ axis
    tip_out, pit_out = (anchors_m - arm.joints_m[0]) @ outward

    middle = (cuff_outer + cuff_inner - shoulder - armpit) / 2
    length = float(np.linalg.norm(middle))
    direction = middle / max(length, 1e-3)
    cuff_skew = float((cuff_outer - cuff_inner) @ direction) / 2
    mean_at = (tip_at + pit_at) / 2
    # Past the wrist, the more so the thicker the cloth.
    reach = float(arm.stations_m[-1]) + 0.02 + 2 * (cut.room_m - EASE_M)
    whole = max(reach - mean_at, 0.05)
    # Sleeves that nearly reach the wrist are meant to reach it.
    stretch = whole / length if length > WHOLE_ARM * whole else 1.0
    share = (s + 1) / 2
    at_hole = tip_at * (1 - share) + pit_at * share
    at_cuff = mean_at + length * stretch - np.clip(s, -1, 1) * np.clip(cuff_skew, -0.05, 0.05)
    along = at_hole * (1 - t) + at_cuff * t

    across = np.array([-direction[1], direction[0]])
    hole_width = abs(float((shoulder - armpit) @ across))
    cuff_width = abs(float((cuff_outer - cuff_inner) @ across))
    width = hole_width * (1 - t) + cuff_width * t
    width = np.maximum(width, _seen_width(t, raw, flat_m @ across, edge) * smoothstep(0.0, 0.15, t))
    up, low, deep = (np.interp(along, arm.stations_m, size) + cut.room_m for size in (arm.up_m, arm.low_m, arm.deep_m))
    # The upper side rests on the arm, the slack hangs below.
    slack = np.maximum(width * (cut.worn + (1 - cut.worn) * 0.76) - up - low, 0)
    thick = np.maximum(width * (0.42 * cut.worn + (1 - cut.worn) / np.pi), deep)
    joined = smoothstep(0.0, 0.12, t * length)
    raised = 0.1 + 0.25 * smoothstep(0.1, 0.3, t * length)
    top = tip_out * (1 - joined) + (up + raised * slack) * joined
    bottom = pit_out * (1 - joined) - (low + (1 - raised) * slack) * joined
    turn = np.clip(s, -1, 1) * np.pi / 2
    out = (top + bottom) / 2 - (top - bottom) / 2 * np.sin(turn)
    depth = 0.075 * (1 - joined) + thick * joined
    _, outwards, forwards = frames_along(arm, along)
    sign = -1.0 if back else 1.0
    return np.asarray(
        centres_along(arm, along) + out[:, None] * outwards + sign * (depth * np.cos(turn))[:, None] * forwards
    )


def _seen_width(t: Array, s: Array, offset_m: Array, edge: Array) -> Array:
    """(N,) Distance between the sleeve's own edges across it at t, 0 where they are not seen: dropped shoulders have
    armholes that run along the sleeve and say nothing of its width."""
    sides = []
    for sign in (-1.0, 1.0):
        mine = np.flatnonzero(edge & (sign * s > 0) & (t > 0.02) & (t < 0.98))
        mine = mine[np.argsort(t[mine])]
        if len(mine) < 3:
            return np.zeros_like(t)
        sides.append(np.interp(t, t[mine], gaussian_filter1d(offset_m[mine], 1.0, mode="nearest")))
    return np.asarray(np.abs(sides[1] - sides[0]))


def centres_along(arm: Arm, along: Array) -> Array:
    """(N, 3) Points on the bones' line at distances from the shoulder joint, straight on before and beyond."""
    upper, fore = arm.joints_m[1] - arm.joints_m[0], arm.joints_m[2] - arm.joints_m[1]
    upper_m, fore_m = np.linalg.norm(upper), np.linalg.norm(fore)
    first = arm.joints_m[0] + along[:, None] * (upper / upper_m)
    second = arm.joints_m[1] + (along - upper_m)[:, None] * (fore / fore_m)
    return np.asarray(np.where((along < upper_m)[:, None], first, second))


def frames_along(arm: Arm, along: Array) -> tuple[Array, Array, Array]:
    """(N, 3) each: along the arm, outward (up, away from the torso) and forward."""
    upper, fore = arm.joints_m[1] - arm.joints_m[0], arm.joints_m[2] - arm.joints_m[1]
    bend = smoothstep(np.linalg.norm(upper) - 0.06, np.linalg.norm(upper) + 0.06, along)[:, None]
    direction = _unit(_unit(upper) * (1 - bend) + _unit(fore) * bend)
    up = np.array([-upper[2], 0.0, upper[0]]) * np.sign(upper[0])
    outward = _unit(up - (direction @ up)[:, None] * direction)
    forward = np.cross(direction, outward) * np.sign(upper[0])
    return direction, outward, forward


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def _set_out(shoulder: Array, cuff_outer: Array, armpit: Array, hand: str) -> Array:
    """The shoulder, moved outwards when the armpit lies on its sleeve's outer line: a sleeve that bulges beyond it."""
    down = (cuff_outer - shoulder) / max(float(np.linalg.norm(cuff_outer - shoulder)), 1e-3)
    outward = np.array([down[1], -down[0]]) * (1 if hand == "left" else -1)
    room = float((shoulder - armpit) @ outward)
    return np.asarray(shoulder + outward * max(0.3 * float(np.linalg.norm(shoulder - armpit)) - room, 0.0))


def ruled(
    p: Array, shoulder: Array, cuff_outer: Array, armpit: Array, cuff_inner: Array, *, hand: str
) -> tuple[Array, Array]:
    """t from armhole (0) to cuff (1) and s from the outer (-1) to the inner edge (+1) of the sleeve's quadrangle.

    Inverse bilinear: a point lies on the line between the two edges' points at t, which is a quadratic in t.
    """
    by_outer, by_inner = cuff_outer - shoulder, cuff_inner - armpit
    outer, inner = shoulder - p, armpit - p
    square = _cross(by_outer, by_inner)
    linear = _cross(outer, by_inner) + _cross(by_outer, inner)
    constant = _cross(outer, inner)
    centre = (shoulder + armpit) / 2
    axis = (cuff_outer + cuff_inner) / 2 - centre
    guess = (p - centre) @ axis / max(float(axis @ axis), 1e-6)
    root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0))
    if abs(float(square)) < 1e-9:
        t = -constant / np.where(np.abs(linear) < 1e-9, 1e-9, linear)
    else:
        both = np.stack([-linear + root, -linear - root]) / (2 * square)
        t = np.where(np.abs(both[0] - guess) < np.abs(both[1] - guess), both[0], both[1])
    t = np.clip(t, np.maximum(guess - 0.3, -0.6), np.minimum(guess + 0.3, 1.1))
    start, end = shoulder + t[:, None] * by_outer, armpit + t[:, None] * by_inner
    across = end - start
    share = np.einsum("nk,nk->n", p - start, across) / np.maximum(np.einsum("nk,nk->n", across, across), 1e-9)
    s = np.clip(2 * share - 1, -1, 1)
    width = np.maximum(np.linalg.norm(across, axis=1), 1e-3)
    for sign, corner, edge in ((-1.0, shoulder, by_outer), (1.0, armpit, by_inner)):
        # Beyond an edge, as far along as the edge's nearest point: there the lines across may meet.
        length = max(float(np.linalg.norm(edge)), 1e-3)
        off = _cross(edge, p - corner) / length * sign * (1 if hand == "left" else -1)
        along = (p - corner) @ edge / length**2
        beyond = (off > 0) & (along > 0)
        t = np.where(beyond, np.clip(along, -0.6, 1.1), t)
        s = np.where(beyond, sign * (1 + 2 * off / width), s)
    return t, np.clip(s, -3, 3)


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def to_edges(t: Array, s: Array, edge: Array) -> Array:
    """s stretched so that the sleeve's own edges, which may be curved, lie at -1 and +1."""
    limits = []
    for sign in (-1.0, 1.0):
        mine = np.flatnonzero(edge & (sign * s > 0) & (t > -0.01))
        mine = mine[np.argsort(t[mine])]
        if len(mine) < 3:
            return s
        limits.append(np.interp(t, t[mine], gaussian_filter1d(s[mine], 1.0, mode="nearest")))
    stretched = 2 * (s - limits[0]) / np.maximum(limits[1] - limits[0], 0.2) - 1
    stretched = np.where(edge & (t > 0), np.sign(stretched), stretched)
    # The inner edge begins at the armpit alone, the outer one has been there all along the shoulder.
    fade = np.where(s < 0, smoothstep(-0.1, 0.02, t), smoothstep(0.0, 0.2, t))
    return np.asarray(s * (1 - fade) + stretched * fade)
