"""Cloth that lies on the body, not in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.spatial import cKDTree

from body_model.template import BodyTemplate
from garments.construct.form import vertex_normals

Array = NDArray[Any]
TORSO_CLEAR_M, ARM_CLEAR_M = 0.004, 0.008
"""How far corners of triangles stay off the skin, whose roundness would come through between them: arms are rounder."""
DEEPEST_M = 0.08
"""Cloth further inside than this belongs to the other side of the body."""
ARMS = tuple(f"{part}_{hand}" for part in ("clavicle", "upper_arm", "forearm") for hand in ("left", "right"))
TORSO = (
    "pelvis",
    "waist",
    "chest",
    "neck",
    "head",
    "clavicle_left",
    "clavicle_right",
    "thigh_left",
    "thigh_right",
    "shin_left",
    "shin_right",
)


@dataclass(frozen=True)
class Skin:
    """A part of the body that cloth lies on."""

    tree: cKDTree
    """To find what is near."""
    points_m: Array
    """(V, 3) Rest metres."""
    normals: Array
    """(V, 3) Unit vectors."""
    clear_m: float
    """How far off cloth stays."""


def settle(
    placed_m: Array,
    faces: Array,
    welds: Array,
    template: BodyTemplate,
    *,
    sleeve_share: Array,
    loose: Array,
    arm_clear_m: float = ARM_CLEAR_M,
    rounds: int = 4,
) -> NDArray[np.float32]:
    """Push cloth out of the body and let it even out.

    Args:
        placed_m: (N, 3) Rest metres.
        faces: (M, 3) Triangles.
        welds: (W, 2) Pairs of vertices that are one point of the cloth.
        template: The body.
        sleeve_share: (N,) 0 on the torso to 1 on a sleeve: cloth in the armpit must not be pushed by what it is not on.
        loose: (N,) How freely each vertex may follow its neighbours, 0 to 1.
        arm_clear_m: How far sleeves stay off the arms.
        rounds: How often to smooth and push.

    Returns:
        (N, 3) Rest metres.
    """
    skins = [
        (skin_of(template, TORSO, TORSO_CLEAR_M), sleeve_share < 0.7),
        (skin_of(template, ARMS, arm_clear_m), sleeve_share > 0.3),
    ]
    return settle_on(placed_m, faces, welds, skins, loose=loose, rounds=rounds)


def settle_on(
    placed_m: Array,
    faces: Array,
    welds: Array,
    skins: Sequence[tuple[Skin, Array]],
    *,
    loose: Array,
    rounds: int = 4,
) -> NDArray[np.float32]:
    """The same on given skins, each with the (N,) vertices that lie on it."""
    mean = neighbour_mean(faces, welds, len(placed_m))
    owner = np.arange(len(placed_m))
    owner[welds[:, 1]] = welds[:, 0]
    joined = owner[faces]
    points = weld(placed_m, welds)
    for step in range(rounds):
        if step:
            # Along the normal alone: sideways it would bend stripes.
            normals = vertex_normals(points, joined)[owner]
            bump = np.einsum("nd,nd->n", mean @ points - points, normals)
            points = points + (0.5 * loose * bump)[:, None] * normals
        moved = points.copy()
        for _ in range(3):
            for skin, on in skins:
                moved[on] += _push(moved[on], skin)
        shift = moved - points
        # Even pushes keep stripes straight; what a mean takes away, the next round gives back.
        for _ in range(4):
            shift = 0.5 * shift + 0.5 * (mean @ shift)
        points = weld(points + shift, welds)
    for skin, on in skins:
        points[on] += _push(points[on], skin)
    return weld(points, welds).astype(np.float32)


def push_out(points_m: Array, template: BodyTemplate, *, sleeve_share: Array) -> Array:
    """(N, 3) Rest metres of points, those inside the body moved out of it."""
    moved = np.array(points_m)
    for _ in range(3):
        for parts, clear_m, on in ((TORSO, TORSO_CLEAR_M, sleeve_share < 0.7), (ARMS, ARM_CLEAR_M, sleeve_share > 0.3)):
            if on.any():
                moved[on] += _push(moved[on], skin_of(template, parts, clear_m))
    return moved


def neighbour_mean(faces: Array, welds: Array, count: int) -> csr_matrix:
    """(N, N) Matrix that takes each vertex to the mean of its neighbours, its weld partners' neighbours included."""
    owner = np.arange(count)
    owner[welds[:, 1]] = welds[:, 0]
    joined = owner[faces]
    edges = np.vstack([joined[:, [0, 1]], joined[:, [1, 2]], joined[:, [2, 0]]])
    edges = np.vstack([edges, edges[:, ::-1]])
    links = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count)).tocsr()
    links.data[:] = 1
    total = np.asarray(links.sum(axis=1)).ravel()
    links = links.multiply(1 / np.maximum(total, 1)[:, None]).tocsr()
    alone = np.flatnonzero(total == 0)
    links = links + coo_matrix((np.ones(len(alone)), (alone, alone)), shape=(count, count)).tocsr()
    return links[owner]


def weld(values: Array, welds: Array) -> Array:
    """Give both of each pair their mean."""
    both = (values[welds[:, 0]] + values[welds[:, 1]]) / 2
    joined = values.copy()
    joined[welds[:, 0]] = both
    joined[welds[:, 1]] = both
    return joined


def skin_of(template: BodyTemplate, parts: tuple[str, ...], clear_m: float) -> Skin:
    """The skin of some body segments."""
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), np.argmax(template.weights, axis=1)]]
    chosen = np.isin(main, parts)
    points = template.vertices_rest_m[chosen]
    return Skin(cKDTree(points), points, vertex_normals(template.vertices_rest_m, template.faces)[chosen], clear_m)


def _push(points: Array, skin: Skin) -> Array:
    """(N, 3) The way out, up to the ease, of points that are too deep."""
    if not len(points):
        return points
    distance, near = skin.tree.query(points, k=4)
    share = 1 / (distance**2 + 1e-5)
    share /= share.sum(axis=1, keepdims=True)
    below, normals = (np.einsum("nk,nkd->nd", share, values[near]) for values in (skin.points_m, skin.normals))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    missing = skin.clear_m - np.einsum("nd,nd->n", points - below, normals)
    missing[(missing < 0) | (missing > DEEPEST_M)] = 0
    return np.asarray(missing[:, None] * normals)
