"""Cloth over cloth on the resting body: inner layers drawn in, outer ones let out, what nobody can see left away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from body_model.load import load_template
from body_model.template import BodyTemplate
from garments.construct.form import vertex_normals
from garments.construct.measures import smoothstep
from garments.construct.settle import neighbour_mean
from garments.garment import Garment

Array = NDArray[Any]
GAP_M = 0.006
"""How far one layer lies over the next."""
SKIN_GAP_M = 0.003
"""How far an inner layer stays off the skin when it is pulled in."""
ARM_APART_M = 0.25
"""Cloth of an arm and cloth of the trunk count as this much further apart: a sleeve beside the hip lies on no hip."""
OTHER_LIMB = (0.75, 0.4)
"""Cloth that is this much more of an arm than what is nearest to it does not lie on that; from the second it does."""
NEIGHBOURS = 6
NEAR_M, REACH_M = 0.015, 0.06
"""Beside an edge cloth follows its neighbour layer wholly up to the first distance, not at all beyond the second."""
SLANT = 0.5
"""For each metre outside of a layer cloth may lie this much beside its nearest point, and still be over it."""
FAR_M = (0.16, 0.24)
"""Cloth that lies further outside than the second is not over that layer; up to the first it is."""
PULL_MOST_M, PUSH_MOST_M = 0.25, 0.08
"""A wide shirt is gathered in a good deal; cloth further inside than the latter belongs to the other side."""
SKIRT_PULL_M, SKIRT_PUSH_M = 0.02, 0.25
"""The same for what hangs round the legs: the outer layer gives way to a wide skirt."""
HEM_M, OPEN_HEM_M, LEG_HEM_M = 0.04, 0.07, 0.06
"""How deep one may look under an edge: under any, under an open front, and how much deeper where legs swing apart."""
LEGS_Z_M, HIPS_Z_M = 0.85, 1.0
"""Below the first cloth hangs round the legs, above the second round the trunk."""
TUCK_M = 0.05
"""How far a tucked top reaches below the edge of the waistband."""
BAND_M = 0.06
"""Height within which the waistband's upper edge runs."""
INSETS = np.array([[1, 1, 1], [4, 1, 1], [1, 4, 1], [1, 1, 4], [3, 3, 1], [3, 1, 3], [1, 3, 3]], np.float32)
"""Where on a triangle the texture is asked whether one can see through: weights of its corners."""
OPAQUE = 200
"""Alpha from which on cloth hides what is under it."""


@dataclass(frozen=True)
class Cloth:
    """One garment as a single surface: what is sewn together is one point."""

    garment: Garment
    """As it came."""
    owner: NDArray[np.int64]
    """(N,) The point of each of its vertices."""
    points_m: Array
    """(K, 3) Rest metres."""
    faces: Array
    """(M, 3) Corners in `points_m`, in the garment's order."""
    arm: Array
    """(K,) 1 on the left arm, -1 on the right one, 0 on the rest."""
    edge_m: Array
    """(K,) Distance to where the cloth ends, or where one can see through it."""
    is_lining: NDArray[np.bool_]
    """(K,) Turned towards the wearer, as the inside of a collar is."""
    mean: csr_matrix
    """(K, K) Takes each point to the mean of its neighbours."""
    is_open: bool
    """Worn with its front open."""


@dataclass(frozen=True)
class Surface:
    """The outside of a layer, to be asked what lies under it or over it."""

    tree: cKDTree
    points_m: Array
    normals: Array
    edge_m: Array
    arm: Array


@dataclass(frozen=True)
class Place:
    """Where points lie with regard to a surface."""

    above_m: Array
    """(N,) How far outside of it; negative under it."""
    beside_m: Array
    """(N,) How far beside its last point; small where the surface goes on."""
    edge_m: Array
    """(N,) How far it is from there to the surface's edge, along it."""
    normals: Array
    """(N, 3) Which way is out."""
    same: Array
    """(N,) 1 where both are cloth of one limb, 0 where a sleeve lies beside a trunk, as beside a vest's."""


def open_cloth(garment: Garment, *, is_open: bool) -> Cloth:
    """The garment's surface, with its front open or closed."""
    vertices = garment.vertices_rest_m
    if is_open and garment.open_offsets_m is not None:
        vertices = vertices + garment.open_offsets_m
    owner, points = _join(vertices)
    faces = owner[garment.faces]
    first = np.zeros(len(points), np.int64)
    first[owner] = np.arange(len(owner))
    names = load_template().segment_names
    side = np.array([_side_of(name) for name in names])
    arm = (side[garment.segments] * garment.weights).sum(axis=1)[first]
    free = np.zeros(len(points), np.bool_)
    free[_border(faces)] = True
    free[faces[_see_through(garment)]] = True
    edge = cKDTree(points[free]).query(points)[0] if free.any() else np.full(len(points), np.inf)
    mean = neighbour_mean(faces, np.zeros((0, 2), np.int64), len(points))
    return Cloth(garment, owner, points, faces, arm, edge, _faces_wearer(points, faces), mean, is_open)


def lay_layers(cloths: Sequence[Cloth], template: BodyTemplate) -> list[Cloth]:
    """The same, innermost first, each outside of the ones before it."""
    placed = list(cloths)
    for outer in reversed(range(1, len(placed))):
        surface = surface_of(placed[outer])
        for inner in range(outer):
            placed[inner] = _pull_in(placed[inner], surface)
    under: list[Surface] = []
    for row, cloth in enumerate(placed):
        for surface in under:
            cloth = _let_out(cloth, surface)
        placed[row] = cloth
        under.append(surface_of(cloth))
    return placed


def drop_hidden(cloths: Sequence[Cloth]) -> list[Garment]:
    """Garments without the triangles that lie under an outer layer."""
    surfaces = [surface_of(cloth) for cloth in cloths[1:]]
    kept = []
    for row, cloth in enumerate(cloths):
        hidden = np.zeros(len(cloth.points_m), np.bool_)
        for outer, surface in zip(cloths[row + 1 :], surfaces[row:], strict=True):
            hidden |= is_covered(cloth, surface, is_open=outer.is_open)
        kept.append(_without(cloth, np.asarray(hidden[cloth.faces].all(axis=1))))
    return kept


def cut_below(cloth: Cloth, z_m: float) -> Cloth:
    """A tucked top as far as it is of any use: its trunk ends at this height."""
    low = (cloth.points_m[:, 2] < z_m) & (np.abs(cloth.arm) < 0.5)
    return open_cloth(_without(cloth, np.asarray(low[cloth.faces].all(axis=1))), is_open=cloth.is_open)


def waist_z_m(lower: Cloth) -> float:
    """Height of a waistband: of the lowest part of its upper edge."""
    at = lower.points_m
    top = at[:, 2].max()
    band = at[(lower.edge_m < 1e-4) & (at[:, 2] > top - BAND_M)]
    return float(band[:, 2].min()) if len(band) else float(top)


def surface_of(cloth: Cloth) -> Surface:
    """The outside of a layer."""
    normals = vertex_normals(cloth.points_m, cloth.faces)
    used = np.flatnonzero(~cloth.is_lining | cloth.is_lining.all())
    at = cloth.points_m[used]
    arm = cloth.arm[used]
    return Surface(cKDTree(_apart(at, arm)), at, normals[used], cloth.edge_m[used], arm)


@cache
def body_surface() -> Surface:
    """The resting body's skin."""
    template = load_template()
    side = np.array([_side_of(name) for name in template.segment_names])
    arm = (side[template.segments] * template.weights).sum(axis=1)
    at = template.vertices_rest_m
    normals = vertex_normals(at, template.faces)
    return Surface(cKDTree(_apart(at, arm)), at, normals, np.full(len(at), np.inf), arm)


def find_place(points_m: Array, arm: Array, surface: Surface) -> Place:
    """Where points lie over or under a surface."""
    count = min(NEIGHBOURS, len(surface.points_m))
    distance, near = surface.tree.query(_apart(points_m, arm), k=np.arange(1, count + 1))
    share = 1 / (distance**2 + 1e-5)
    share /= share.sum(axis=1, keepdims=True)
    at, normals = (np.einsum("nk,nkd->nd", share, values[near]) for values in (surface.points_m, surface.normals))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    away = points_m - at
    above = np.einsum("nd,nd->n", away, normals)
    beside = np.linalg.norm(away - above[:, None] * normals, axis=1)
    same = smoothstep(*OTHER_LIMB, np.abs(arm - (share * surface.arm[near]).sum(axis=1)))
    return Place(above, beside, surface.edge_m[near[:, :3]].min(axis=1), normals, same)


def is_covered(inner: Cloth, outer: Surface, *, is_open: bool) -> NDArray[np.bool_]:
    """(K,) Whether an inner layer's points lie so deep under an outer one that nobody can look there."""
    place = find_place(inner.points_m, inner.arm, outer)
    legs = inner.points_m[:, 2] < LEGS_Z_M
    deep = (OPEN_HEM_M if is_open else HEM_M) + LEG_HEM_M * legs
    under = (place.above_m < 0) & (place.beside_m < NEAR_M * 1.6) & (place.edge_m > deep)
    return np.asarray(under & (place.same > 0.5), np.bool_)


def _pull_in(inner: Cloth, outer: Surface) -> Cloth:
    """The inner layer drawn in under the outer one, but not into the skin."""
    place = find_place(inner.points_m, inner.arm, outer)
    most = _by_height(inner, SKIRT_PULL_M, PULL_MOST_M)
    # Far outside, what is straight above a surface is hard to tell from what is beside it.
    beside_m = place.beside_m - SLANT * np.maximum(place.above_m, 0)
    move = np.clip(place.above_m + GAP_M, 0, most) * smoothstep(REACH_M, NEAR_M, beside_m)
    move *= smoothstep(FAR_M[1], FAR_M[0], place.above_m) * place.same
    shift = _evenly(inner, -move[:, None] * place.normals)
    moved = np.flatnonzero(np.linalg.norm(shift, axis=1) > 1e-5)
    if not len(moved):
        return inner
    points = inner.points_m.copy()
    points[moved] += shift[moved]
    skin = find_place(points[moved], inner.arm[moved], body_surface())
    points[moved] += np.clip(SKIN_GAP_M - skin.above_m, 0, PUSH_MOST_M)[:, None] * skin.normals
    return replace(inner, points_m=points)


def _let_out(outer: Cloth, inner: Surface) -> Cloth:
    """The outer layer widened where the inner one would come through."""
    place = find_place(outer.points_m, outer.arm, inner)
    missing = GAP_M - place.above_m
    missing[(missing < 0) | (missing > _by_height(outer, SKIRT_PUSH_M, PUSH_MOST_M))] = 0
    move = missing * smoothstep(REACH_M, NEAR_M, place.beside_m) * place.same
    if not move.any():
        return outer
    return replace(outer, points_m=outer.points_m + _evenly(outer, move[:, None] * place.normals))


def _by_height(cloth: Cloth, legs: float, trunk: float) -> Array:
    """(K,) One value round the legs, another round the trunk and the arms."""
    share = smoothstep(LEGS_Z_M, HIPS_Z_M, cloth.points_m[:, 2])
    return np.asarray(legs + (trunk - legs) * np.maximum(share, np.abs(cloth.arm)))


def _evenly(cloth: Cloth, shift: Array) -> Array:
    """(K, 3) A shift that runs out softly beyond what must move; a lining goes with the cloth that it lines."""
    if cloth.is_lining.any() and not cloth.is_lining.all():
        main = np.flatnonzero(~cloth.is_lining)
        nearest = cKDTree(cloth.points_m[main]).query(cloth.points_m[cloth.is_lining])[1]
        shift = shift.copy()
        shift[cloth.is_lining] = shift[main[nearest]]
    size = np.linalg.norm(shift, axis=1)
    soft = shift
    for _ in range(3):
        soft = 0.5 * soft + 0.5 * (cloth.mean @ soft)
    # Nothing moves less than it must.
    return np.where((np.linalg.norm(soft, axis=1) >= size)[:, None], soft, shift)


def _without(cloth: Cloth, hidden: NDArray[np.bool_]) -> Garment:
    """The garment where its cloth lies now, without some faces and the vertices that only they used."""
    garment = cloth.garment
    faces = garment.faces[~hidden]
    used = np.unique(faces)
    row = np.zeros(len(garment.vertices_rest_m), np.int32)
    row[used] = np.arange(len(used), dtype=np.int32)
    return replace(
        garment,
        vertices_rest_m=cloth.points_m[cloth.owner[used]].astype(np.float32),
        faces=row[faces].astype(np.int32),
        uv=garment.uv[used],
        segments=garment.segments[used],
        weights=garment.weights[used],
        open_offsets_m=None,
        is_open=cloth.is_open,
    )


def _join(vertices: Array) -> tuple[NDArray[np.int64], Array]:
    """The point of each vertex, those at one place being one; and where the points are."""
    steps = np.round(vertices.astype(np.float64) * 20_000).astype(np.int64) + (1 << 19)
    key = (steps[:, 0] << 42) | (steps[:, 1] << 21) | steps[:, 2]
    _, first, owner = np.unique(key, return_index=True, return_inverse=True)
    return owner.astype(np.int64), vertices[first].astype(np.float64)


def _border(faces: Array) -> Array:
    """Points on edges that only one triangle has."""
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    key, count = np.unique(edges[:, 0] * (faces.max() + 1) + edges[:, 1], return_counts=True)
    once = key[count == 1]
    return np.unique(np.concatenate([once // (faces.max() + 1), once % (faces.max() + 1)]))


def _see_through(garment: Garment) -> NDArray[np.bool_]:
    """(M,) Whether something behind a face can be seen through it."""
    alpha = garment.texture_rgba[..., 3]
    height, width = alpha.shape
    share = INSETS / INSETS.sum(axis=1, keepdims=True)
    at = np.einsum("sk,mkd->msd", share, garment.uv[garment.faces])
    x = np.clip(at[..., 0] * width, 0, width - 1).astype(np.int64)
    y = np.clip(at[..., 1] * height, 0, height - 1).astype(np.int64)
    return np.asarray((alpha[y, x] < OPAQUE).any(axis=1), np.bool_)


def _faces_wearer(points: Array, faces: Array) -> NDArray[np.bool_]:
    """(K,) Whether the cloth shows its outside to the wearer."""
    normals = vertex_normals(points, faces)
    skin = body_surface()
    near = skin.tree.data[skin.tree.query(np.column_stack([points, np.zeros(len(points))]))[1], :3]
    away = points - near
    distance = np.linalg.norm(away, axis=1)
    return np.asarray((np.einsum("nd,nd->n", away, normals) < -0.5 * distance) & (distance > 1e-3), np.bool_)


def _side_of(segment: str) -> float:
    """1 for the segments of the left arm, -1 for those of the right one."""
    if not segment.startswith(("upper_arm", "forearm", "hand")):
        return 0.0
    return 1.0 if segment.endswith("left") else -1.0


def _apart(points_m: Array, arm: Array) -> Array:
    """(N, 4) Points with how much of an arm they are as a fourth direction."""
    return np.column_stack([points_m, ARM_APART_M * arm])
