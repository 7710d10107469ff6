"""Two sheets sewn along their seams, lined where the photo shows their inside, and clothed in the photo's colours."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.construct.edges import Edges
from garments.construct.form import vertex_normals
from garments.construct.sheet import Sheet, opening_mask
from garments.construct.texture import bake_texture, guess_back
from garments.garment import Garment

Array = NDArray[Any]
LINING_M = 0.002
"""How far a lining lies before the back."""
RIM_M = 0.012
"""What of the back's upper edge shows its outside as well as its inside."""

STEP_M = 0.0145
"""Size of a triangle."""
MOST_FACES = 5600
"""Larger garments have larger triangles instead of more than about this many."""


def step_m(mask: NDArray[np.bool_], m_per_px: float) -> float:
    """Size of the triangles that cover a silhouette twice."""
    area_m2 = 2 * float(mask.sum()) * m_per_px**2
    return max(STEP_M, float(np.sqrt(area_m2 / (0.433 * MOST_FACES))))


def join(sheet: Sheet) -> tuple[Array, Array]:
    """Faces of front and back, one after the other, and (W, 2) pairs of vertices that are one point of the cloth."""
    count = len(sheet.points_photo_px)
    # The photo's clockwise (y down) is counter-clockwise seen from the front: x runs the same way, z up against y down.
    front = sheet.faces[:, [0, 2, 1]]
    sewn = np.flatnonzero(sheet.seam)
    return np.vstack([front[~sheet.above], sheet.faces + count]), np.stack([sewn, sewn + count], axis=1)


def line(sheet: Sheet, vertices: Array, faces: Array, segments: Array, weights: Array) -> tuple[Array, ...]:
    """The same vertices, faces, segments and weights with a lining: the back's inside that the photo shows."""
    count = len(sheet.points_photo_px)
    lining = vertices[count:] - LINING_M * vertex_normals(vertices[count:], sheet.faces).astype(np.float32)
    return (
        np.vstack([vertices, lining]),
        np.vstack([faces, sheet.faces[sheet.above][:, [0, 2, 1]] + 2 * count]).astype(np.int32),
        np.vstack([segments, segments[count:]]),
        np.vstack([weights, weights[count:]]),
    )


def colour(
    sheet: Sheet,
    edges: Edges,
    torso: NDArray[np.bool_],
    cutout_rgba: NDArray[np.uint8],
    back_rgba: NDArray[np.uint8] | None,
    opening_px: Array | None,
    m_per_px: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Texture and (N, 2) texture coordinates of front, back and lining; a back nobody photographed is guessed."""
    if back_rgba is None:
        back_rgba = guess_back(cutout_rgba, torso, opening_mask(edges.mask.shape, opening_px), RIM_M / m_per_px)
    texture, *to_uv = bake_texture(cutout_rgba, back_rgba, edges)
    uv = np.vstack([(sheet.points_photo_px + 0.5) @ affine[:, :2].T + affine[:, 2] for affine in (*to_uv, to_uv[0])])
    return texture, uv.astype(np.float32)


def without_idle(garment: Garment) -> Garment:
    """The same without vertices that no triangle uses."""
    used = np.unique(garment.faces)
    row = np.zeros(len(garment.vertices_rest_m), np.int32)
    row[used] = np.arange(len(used), dtype=np.int32)
    opened = garment.open_offsets_m
    return replace(
        garment,
        vertices_rest_m=garment.vertices_rest_m[used],
        faces=row[garment.faces].astype(np.int32),
        uv=garment.uv[used],
        segments=garment.segments[used],
        weights=garment.weights[used],
        open_offsets_m=None if opened is None else opened[used],
    )
