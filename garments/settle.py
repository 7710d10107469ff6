"""Cloth that lies on the body, not in it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.spatial import cKDTree

from body_model.template import BodyTemplate
from garments.form import vertex_normals
from garments.measures import EASE_M

Array = NDArray[Any]
DEEPEST_M = 0.08
"""Cloth further inside than this belongs to the other side of the body."""


def settle(
    placed_m: Array, faces: Array, welds: Array, template: BodyTemplate, *, loose: Array, rounds: int = 4
) -> NDArray[np.float32]:
    """Push cloth out of the body and let it even out.

    Args:
        placed_m: (N, 3) Rest metres.
        faces: (M, 3) Triangles.
        welds: (W, 2) Pairs of vertices that are one point of the cloth.
        template: The body.
        loose: (N,) How freely each vertex may follow its neighbours, 0 to 1.
        rounds: How often to smooth and push.

    Returns:
        (N, 3) Rest metres.
    """
    skin, normals = _skin(template)
    tree = cKDTree(skin)
    mean = neighbour_mean(faces, welds, len(placed_m))
    points = weld(placed_m, welds)
    for step in range(rounds):
        if step:
            points = points + (0.5 * loose)[:, None] * (mean @ points - points)
        push = _push(points, tree, skin, normals)
        for _ in range(2):
            push = 0.5 * push + 0.5 * (mean @ push)
        points = points + push
        points = weld(points + _push(points, tree, skin, normals), welds)
    return points.astype(np.float32)


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


def _skin(template: BodyTemplate) -> tuple[Array, Array]:
    """Vertices and normals of what tops lie on: no hands, no head, no legs from the knees down."""
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), np.argmax(template.weights, axis=1)]]
    bare = np.isin(main, ("head", "hand_left", "hand_right", "shin_left", "shin_right", "foot_left", "foot_right"))
    return template.vertices_rest_m[~bare], vertex_normals(template.vertices_rest_m, template.faces)[~bare]


def _push(points: Array, tree: cKDTree, skin: Array, normals: Array) -> Array:
    """(N, 3) The way out, up to the ease, of points that are too deep."""
    _, near = tree.query(points, k=3)
    offsets = points[:, None] - skin[near]
    heights = np.einsum("nkd,nkd->nk", offsets, normals[near])
    missing = EASE_M - heights
    missing[(missing < 0) | (missing > DEEPEST_M)] = 0
    return np.asarray((missing[..., None] * normals[near]).mean(axis=1))
