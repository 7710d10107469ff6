"""Finds the inside of cloth that has a thickness: one surface is worn, two would come through each other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.spatial import cKDTree

from garments.meshes.charts import face_neighbours, face_regions
from garments.meshes.place import Placement

Array = NDArray[Any]
THICK_M = 0.016
"""How thick cloth is at most."""
FACING, OPPOSITE = -0.15, -0.3
"""Cosines: a lining faces the body, and its outside looks the other way."""
SAME_SIDE, ROUNDS = 0.3, 60
"""Cosine from which neighbouring triangles are of one side, and how often they agree on where it looks."""
COVERED = 0.75
"""Share of a lining that has cloth close outside it."""
LEAST_LEFT = 0.3
"""Share of the area that must be left."""


def find_lining(laid_m: Array, faces: Array, placement: Placement) -> NDArray[np.bool_]:
    """(M,) Which triangles face the body and have others close outside them."""
    corners = laid_m[faces].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(across, axis=1)
    normals = across / np.maximum(area[:, None], 1e-15)
    middles = corners.mean(axis=1)
    _, skin = placement.skin.measure(middles)
    inward = _spread(np.einsum("fd,fd->f", normals, skin), normals, faces) < FACING
    if not inward.any() or inward.all():
        return np.zeros(len(faces), np.bool_)
    outer = np.flatnonzero(~inward)
    distance, near = cKDTree(middles[outer]).query(middles[inward], k=6, distance_upper_bound=THICK_M + 0.01)
    known = np.isfinite(distance)
    other = outer[np.where(known, near, 0)]
    apart = middles[other] - middles[inward][:, None]
    # Outside: against the lining's own normal, and looking the other way.
    behind = -np.einsum("fkd,fd->fk", apart, normals[inward])
    away = np.einsum("fkd,fd->fk", normals[other], normals[inward])
    covered = (known & (behind > -0.001) & (behind < THICK_M) & (away < OPPOSITE)).any(axis=1)
    hidden = np.zeros(len(faces), np.bool_)
    hidden[np.flatnonzero(inward)[covered]] = True
    # A lining lies behind other cloth all over, a fold in part.
    regions = face_regions(face_neighbours(faces), inward)
    share = np.bincount(regions, area * hidden) / np.maximum(np.bincount(regions, area), 1e-15)
    lining = inward & (share[regions] > COVERED)
    return lining if area[~lining].sum() > LEAST_LEFT * area.sum() else np.zeros(len(faces), np.bool_)


def _spread(facing: Array, normals: Array, faces: Array) -> NDArray[np.float64]:
    """(M,) Evened out over each side of the cloth, for in the armpits the nearest skin may be the wrong one."""
    links = face_neighbours(faces).tocoo()
    smooth = np.einsum("ld,ld->l", normals[links.row], normals[links.col]) > SAME_SIDE
    near = coo_matrix((np.ones(int(smooth.sum())), (links.row[smooth], links.col[smooth])), shape=links.shape).tocsr()
    count = np.maximum(np.asarray(near.sum(axis=1)).ravel(), 1)
    for _ in range(ROUNDS):
        facing = 0.3 * facing + 0.7 * (near @ facing) / count
    return np.asarray(facing)
