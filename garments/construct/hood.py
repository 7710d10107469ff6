"""A hood worn down: a roll round the neck and a bag that hangs on the back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.construct.measures import Cut, smoothstep
from garments.construct.sheet import SIDES
from garments.garment import Garment

Array = NDArray[Any]
Lay = Callable[[Array, bool], Array]
"""From (N, 2) metres of the garment's plane to (N, 3) rest metres on its front (False) or back (True)."""
ROUND, ACROSS = 22, 13
"""Points round half the neck, and from the outer foot over the rim to the neck."""
RIM_ROW = 8
"""The row of them that is the rim."""
NECK_M = 0.09
"""No hood is sewn on further from the middle than this."""
OVERLAP_M = 0.022
"""How far a hood lies over the shoulders beyond where the photo shows it to begin."""
WIDEST_M = 0.185
"""No hood lies over the shoulders further than this."""
BAG_M = 0.21
"""How far the bag hangs down the back."""
OFF_CLOTH_M = 0.012
"""How far the foot of the hood lies before the cloth under it."""
SURE = 0.6
"""How far from its foot to its rim a hood is surely seen from outside."""
APART_M = 0.045
"""How far each end of the hood goes aside when the front is worn open."""


@dataclass(frozen=True)
class Hood:
    """What of a photo is hood."""

    mask: NDArray[np.bool_]
    """(H, W) Its cloth, outside and inside."""
    outer_px: dict[str, NDArray[np.float32]]
    """By hand, (2, 3, 2): the foot (from the throat over the middle to the shoulder) and the rim of its outside."""
    inner_px: NDArray[np.float32]
    """(2,) The middle of its inside."""


def find_hood(alpha: NDArray[np.uint8], points: dict[str, Array], *, is_hoodie: bool, neck: str) -> Hood | None:
    """The hood of a cut-out, as far as it lies above the neck; None for a garment without."""
    if neck != "hood" and not is_hoodie:
        return None
    necks, tips = ([points[f"{name}_{hand}"] for hand in ("right", "left")] for name in ("neck", "shoulder"))
    ends = [(3 * foot + tip) / 4 for foot, tip in zip(necks, tips, strict=True)]
    top = np.array([[ends[1][0], -10], [ends[0][0], -10]])
    area = np.vstack([ends[0], necks[0], necks[1], ends[1], top])
    above = cv2.fillPoly(np.zeros_like(alpha), [np.round(area).astype(np.int32)], 1)
    mask = (above > 0) & (alpha > 127)
    rows = np.flatnonzero(mask.any(axis=1))
    chest = float(np.linalg.norm(points["armpit_left"] - points["armpit_right"]))
    if not len(rows) or (necks[0][1] + necks[1][1]) / 2 - rows[0] < (0.08 if neck == "hood" else 0.16) * chest:
        return None
    front = points["neck_front"]
    outer, inside = {}, np.array([front[0], (rows[0] + front[1]) / 2], np.float32)
    for hand in ("left", "right"):
        foot, rim = points[f"neck_{hand}"], points[f"rim_{hand}"]
        if np.linalg.norm(rim - foot) < 0.06 * chest:
            rim = foot * 0.5 + np.array([0.5 * front[0], rows[0] * 0.5])
        lines = [[front, (front + foot) / 2, foot], [front, (front + rim) / 2, rim]]
        # Well inside the cloth, so that neither ground nor inside is on it.
        middle = np.mean(lines, axis=(0, 1))
        outer[hand] = np.asarray(middle + 0.7 * (np.array(lines) - middle), np.float32)
    return Hood(mask, outer, inside)


def take_off(alpha: NDArray[np.uint8], hood: Hood, points: dict[str, Array]) -> tuple[NDArray[np.uint8], Array]:
    """The alpha without the hood, and (K, 2) the neckline under it."""
    right, front, left = (points[name] for name in ("neck_right", "neck_front", "neck_left"))
    turns = np.linspace(-1, 1, 17)[:, None]
    straight = np.where(turns < 0, front + (front - right) * turns, front + (left - front) * turns)
    line = straight + [[0, 1.0]] * (0.25 * (1 - np.abs(turns)) * np.abs(turns) * (front[1] - right[1]) * 2)
    return np.where(hood.mask, np.uint8(0), alpha), line.astype(np.float32)


def add_hood(
    garment: Garment,
    hood: Hood,
    cut: Cut,
    uv_from_photo: Array,
    lay: Lay,
    finish: Callable[[Array, Array], tuple[Array, Array, Array]],
) -> Garment:
    """The garment with its hood, worn down.

    Args:
        garment: Everything but the hood.
        hood: What the photo shows of it.
        cut: Its measures.
        uv_from_photo: (2, 3) Affine from the photo to the texture's front.
        lay: Puts points of the garment's plane on the body.
        finish: From (N, 3) rest metres and (M, 3) faces to places outside of the body, segments and weights.
    """
    halves = [_half(hood, cut, lay, sign, hand) for sign, hand in SIDES]
    turn = np.repeat(np.linspace(0, 1, ROUND), ACROSS)
    aside = np.concatenate([sign * APART_M * smoothstep(0.6, 0.0, turn) for sign, _ in SIDES])
    return join_on(garment, halves, (ROUND, ACROSS), aside, uv_from_photo, finish)


def join_on(
    garment: Garment,
    halves: list[tuple[Array, Array]],
    grid: tuple[int, int],
    aside_m: Array,
    uv_from_photo: Array,
    finish: Callable[[Array, Array], tuple[Array, Array, Array]],
) -> Garment:
    """The garment with a left and a right strip more: their rest metres and photo pixels as grids of points, and how
    far each point goes aside when the front is worn open."""
    size = grid[0] * grid[1]
    faces = np.vstack([grid_faces(*grid, flip=False), grid_faces(*grid, flip=True) + size])
    photo = np.vstack([photo for _, photo in halves])
    vertices, segments, weights = finish(np.vstack([places for places, _ in halves]), faces)
    offsets = garment.open_offsets_m
    if offsets is not None:
        moved = np.stack([aside_m, 0 * aside_m, 0 * aside_m], axis=1)
        offsets = np.vstack([offsets, moved]).astype(np.float32)
    return replace(
        garment,
        vertices_rest_m=np.vstack([garment.vertices_rest_m, vertices]).astype(np.float32),
        faces=np.vstack([garment.faces, faces + len(garment.vertices_rest_m)]).astype(np.int32),
        uv=np.vstack([garment.uv, photo @ uv_from_photo[:, :2].T + uv_from_photo[:, 2]]).astype(np.float32),
        segments=np.vstack([garment.segments, segments]),
        weights=np.vstack([garment.weights, weights]),
        open_offsets_m=offsets,
    )


def affine_between(points: Array, images: Array) -> Array:
    """(2, 3) The affine that takes points to their images."""
    with_ones = np.column_stack([points, np.ones(len(points))]).astype(np.float64)
    return np.asarray(np.linalg.lstsq(with_ones, images.astype(np.float64), rcond=None)[0].T)


def grid_faces(along: int, across: int, *, flip: bool) -> NDArray[np.int32]:
    """Triangles of a grid of points, turned outwards on the wearer's left unless flipped."""
    at = np.arange(along * across).reshape(along, across)
    a, b, c, d = at[:-1, :-1].ravel(), at[1:, :-1].ravel(), at[1:, 1:].ravel(), at[:-1, 1:].ravel()
    faces = np.vstack([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    return (faces[:, ::-1] if flip else faces).astype(np.int32)


def _half(hood: Hood, cut: Cut, lay: Lay, sign: int, hand: str) -> tuple[Array, Array]:
    """(ROUND * ACROSS, 3) rest metres of one half, from the throat round to the nape, and its places in the photo."""
    turn = np.linspace(0, 1, ROUND)
    ahead, behind = np.clip(2 * turn, 0, 1), np.clip(2 * turn - 1, 0, 1)
    throat = cut.points_m["neck_front"]
    sewn_x = min(cut.base_m, NECK_M)
    foot_x = min(max(cut.base_m + OVERLAP_M, sewn_x + 0.05), WIDEST_M)
    neck, foot = (
        _ring(lay, throat, sign, side_x, drop, ahead, behind) for side_x, drop in ((sewn_x, 0.0), (foot_x, BAG_M))
    )
    out = np.stack([sign * np.sin(np.pi * turn), -np.cos(np.pi * turn), 0 * turn], axis=1)
    foot = foot + out * OFF_CLOTH_M + np.array([0, 0, 0.004])
    # The rim: low at the throat, highest beside the neck, further off behind.
    lift = np.interp(turn, [0, 0.25, 0.5, 0.8, 1], [0.0, 0.035, 0.06, 0.05, 0.045])
    away = np.interp(turn, [0, 0.25, 0.5, 0.8, 1], [0.006, 0.012, 0.03, 0.055, 0.06])
    rim = neck + lift[:, None] * [0, 0, 1] + away[:, None] * out
    # The further out it lies, the flatter.
    beside = max(0.03 - 0.4 * (foot_x - sewn_x - 0.05), 0.008)
    bulge = np.interp(turn, [0, 0.25, 0.5, 0.8, 1], [0.008, 0.7 * beside, beside, 0.05, 0.055])[:, None]
    outer = bend(foot, rim, (foot + rim) / 2 + bulge * out + bulge * [0, 0, 0.5], np.linspace(0, 1, RIM_ROW + 1))
    inner = bend(rim, neck, (rim + neck) / 2 + 0.4 * bulge * out, np.linspace(0, 1, ACROSS - RIM_ROW)[1:])
    places = np.concatenate([outer, inner], axis=1)
    return places.reshape(-1, 3), _photo_of(hood, hand, turn).reshape(-1, 2)


def _ring(lay: Lay, throat: Array, sign: int, side_x: float, drop: float, ahead: Array, behind: Array) -> Array:
    """(ROUND, 3) From the throat over the shoulder to the middle of the back, `drop` below the nape there."""
    # Rounder than a straight line to the shoulder seam.
    across = sign * side_x * np.sin(ahead * np.pi / 2)
    down = throat[1] * np.cos(ahead * np.pi / 2)
    front = lay(np.stack([across + throat[0] * (1 - ahead), down], axis=1), False)
    back_x = sign * side_x * np.cos(behind * np.pi / 2) ** 0.8
    back_y = 0.004 + (drop + 0.012) * np.sin(behind * np.pi / 2)
    back = lay(np.stack([back_x, back_y], axis=1), True)
    share = smoothstep(0.0, 0.25, behind)[:, None]
    return np.where((behind > 0)[:, None], front[-1] * (1 - share) + back * share, front)


def bend(start: Array, end: Array, control: Array, along: Array) -> Array:
    """(ROUND, K, 3) Quadratic curves."""
    t = along[None, :, None]
    return np.asarray((1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * end[:, None])


def _photo_of(hood: Hood, hand: str, turn: Array) -> Array:
    """(ROUND, ACROSS, 2) Where in the photo the cloth of each point is; behind the shoulder it is mirrored."""
    there = np.minimum(2 * turn, 2 - 1.4 * turn)
    stations = np.array([0, 0.5, 1])
    foot, rim = (
        np.stack([np.interp(there, stations, line[:, axis]) for axis in (0, 1)], axis=1) for line in hood.outer_px[hand]
    )
    outwards = np.linspace(0, SURE, RIM_ROW + 1)[None, :, None]
    outer = foot[:, None] * (1 - outwards) + rim[:, None] * outwards
    inwards = np.linspace(0.35, 0.8, ACROSS - RIM_ROW)[None, 1:, None]
    inner = rim[:, None] * (1 - inwards) + hood.inner_px * inwards
    return np.concatenate([outer, inner], axis=1)
