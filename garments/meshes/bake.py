"""A mesh's colours on an atlas: textures, tints and vertex colours of the whole file become one picture."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from garments.construct.form import vertex_normals
from garments.construct.texture import spread_colour
from garments.gltf.scene import Material
from garments.meshes.charts import Atlas, draw_faces
from garments.meshes.cloth_mesh import ClothMesh

Array = NDArray[Any]
SPREAD_M = 0.004
"""Distance of the points by which the source's triangles are found."""
BLOCK_PX = 3
"""Texels a side that look for their triangles together."""
CANDIDATES = 8
OTHER_SIDE_M = 0.02
"""How far off the other side of the cloth counts as."""
NEAR_M = 0.006
"""How near the source must be for its folds to be this surface's."""
FOLD_LIGHT = 0.55
"""How much of the source's folds, which fewer triangles cannot have, is painted in."""
FAINTEST, BRIGHTEST = 0.62, 1.22
ABOVE = 0.65
"""How much of the light that shows folds comes from above."""


def bake(atlas: Atlas, points_m: Array, source: ClothMesh, source_points_m: Array) -> NDArray[np.uint8]:
    """(h, w, 4) The atlas's picture, straight alpha.

    Args:
        atlas: Where each triangle is in the picture.
        points_m: (P, 3) The atlas's mesh; z is up.
        source: What to show on it.
        source_points_m: (N, 3) The source's points where that mesh is.
    """
    width, height = atlas.size_px
    shown, shares = draw_faces((atlas.uv * atlas.size_px)[atlas.faces], None, atlas.size_px)
    known = shown >= 0
    places = atlas.vertices[atlas.faces]
    rough = vertex_normals(points_m, places).astype(np.float32)
    triangles = Triangles(points_m[places].astype(np.float32), rough[places])
    fine = vertex_normals(source_points_m, source.faces).astype(np.float32)
    sources = Triangles(source_points_m[source.faces].astype(np.float32), fine[source.faces])
    rows, columns = (axis.astype(np.int32) for axis in np.nonzero(known))
    face, part = shown[known], shares[known]
    candidates, block = _candidates(triangles, sources, face, part, rows, columns)
    colour, uv, owner = _show(
        *(triangles.corners_m, triangles.normals, face, part, candidates, block),
        *(sources.corners_m, sources.normals, source.corner_uv, source.corner_colours, source.face_material),
    )
    for number, material in enumerate(source.materials):
        mine = np.flatnonzero(owner == number)
        if len(mine) and material.texture_rgba is not None:
            colour[mine] *= sample(material.texture_rgba, uv[mine])
        colour[mine, 3] = _cut(colour[mine, 3], material)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[known] = encode_srgb(colour)
    picture[..., :3] = spread_colour(picture[..., :3], known)
    if (picture[known, 3] < 255).any():
        picture[..., 3] = spread_colour(np.repeat(picture[..., 3:], 3, axis=2), known)[..., 0]
    else:
        picture[..., 3] = 255
    return picture


@dataclass(frozen=True)
class Triangles:
    """A surface by its corners."""

    corners_m: NDArray[np.float32]
    """(M, 3, 3) z is up."""
    normals: NDArray[np.float32]
    """(M, 3, 3) Of the surface at the corners."""


def _candidates(
    triangles: Triangles, sources: Triangles, face: Array, part: Array, rows: Array, columns: Array
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(B, K) The source's triangles near each block of texels, on the same side of the cloth, and (T,) its block."""
    corners = sources.corners_m
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(across, axis=1) / 2
    counts = np.clip(np.ceil(area / SPREAD_M**2), 1, 4000).astype(int)
    owner = np.repeat(np.arange(len(corners)), counts)
    a, b = np.random.default_rng(11).random((2, len(owner)))
    over = a + b > 1
    a[over], b[over] = 1 - a[over], 1 - b[over]
    first = np.cumsum(counts) - counts
    a[first], b[first] = 1 / 3, 1 / 3
    spread = np.einsum("nk,nkd->nd", np.column_stack([1 - a - b, a, b]).astype(np.float32), corners[owner])
    facing = across / np.maximum(2 * area[:, None], 1e-12)
    # Points that look the other way are as far as if they lay elsewhere: cloth has two sides.
    tree = cKDTree(np.column_stack([spread, facing[owner] * OTHER_SIDE_M]))
    keys = (rows // BLOCK_PX).astype(np.int64) << 32 | (columns // BLOCK_PX).astype(np.int64)
    _, leader, block = np.unique(keys, return_index=True, return_inverse=True)
    shares = np.column_stack([1 - part[leader].sum(axis=1), part[leader]])
    at, normal = (
        np.einsum("tk,tkd->td", shares, values[face[leader]]) for values in (triangles.corners_m, triangles.normals)
    )
    near = tree.query(np.column_stack([at, normal * OTHER_SIDE_M]), k=CANDIDATES)[1]
    return owner[near].astype(np.int32), block.ravel().astype(np.int32)


@njit(cache=True, nogil=True)
def _show(
    corners: Array,
    normals: Array,
    face: Array,
    part: Array,
    candidates: Array,
    block: Array,
    source_corners: Array,
    source_normals: Array,
    source_uv: Array,
    source_colours: Array,
    source_material: Array,
) -> tuple[Array, Array, Array]:  # pragma: no cover
    """(T, 4) tint in the light of the source's folds, (T, 2) texture coordinates and (T,) material of each texel."""
    count = len(face)
    colours, uv = np.empty((count, 4), np.float32), np.empty((count, 2), np.float32)
    owners = np.empty(count, np.int32)
    to, true, rough, share = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for texel in range(count):
        own = face[texel]
        s1, s2 = part[texel, 0], part[texel, 1]
        s0 = 1 - s1 - s2
        best, chosen = 1e9, candidates[block[texel], 0]
        for k in range(3):
            rough[k] = s0 * normals[own, 0, k] + s1 * normals[own, 1, k] + s2 * normals[own, 2, k]
        for number in range(candidates.shape[1]):
            tried = candidates[block[texel], number]
            d00 = d01 = d11 = d20 = d21 = 0.0
            for k in range(3):
                origin = source_corners[tried, 0, k]
                e0, e1 = source_corners[tried, 1, k] - origin, source_corners[tried, 2, k] - origin
                to[k] = s0 * corners[own, 0, k] + s1 * corners[own, 1, k] + s2 * corners[own, 2, k] - origin
                d00, d01, d11 = d00 + e0 * e0, d01 + e0 * e1, d11 + e1 * e1
                d20, d21 = d20 + to[k] * e0, d21 + to[k] * e1
            determinant = max(d00 * d11 - d01 * d01, 1e-18)
            p1 = min(max((d11 * d20 - d01 * d21) / determinant, 0.0), 1.0)
            p2 = min(max((d00 * d21 - d01 * d20) / determinant, 0.0), 1.0)
            total = max(p1 + p2, 1.0)
            p1, p2 = p1 / total, p2 / total
            distance = 0.0
            for k in range(3):
                origin = source_corners[tried, 0, k]
                e0, e1 = source_corners[tried, 1, k] - origin, source_corners[tried, 2, k] - origin
                distance += (to[k] - p1 * e0 - p2 * e1) ** 2
            if distance < best:
                best, chosen = distance, tried
                share[0], share[1], share[2] = 1 - p1 - p2, p1, p2
        owners[texel] = source_material[chosen]
        for k in range(3):
            true[k] = 0.0
            for corner in range(3):
                true[k] += share[corner] * source_normals[chosen, corner, k]
        light = fold_light(true, rough) ** 2.2 if best < NEAR_M * NEAR_M else 1.0
        for k in range(4):
            value = 0.0
            for corner in range(3):
                value += share[corner] * source_colours[chosen, corner, k]
            colours[texel, k] = value * light if k < 3 else value
        for k in range(2):
            value = 0.0
            for corner in range(3):
                value += share[corner] * source_uv[chosen, corner, k]
            uv[texel, k] = value
    return colours, uv, owners


@njit(cache=True, nogil=True)
def fold_light(true: Array, rough: Array) -> float:  # pragma: no cover
    """How much brighter the source's surface is than a smoother one, in light from outside and above."""
    fine = max(np.sqrt(true[0] ** 2 + true[1] ** 2 + true[2] ** 2), 1e-6)
    coarse = max(np.sqrt(rough[0] ** 2 + rough[1] ** 2 + rough[2] ** 2), 1e-6)
    level = max(np.sqrt(rough[0] ** 2 + rough[1] ** 2), 0.3 * coarse)
    x, y = rough[0] / level, rough[1] / level
    lit = (true[0] / fine - rough[0] / coarse) * x + (true[1] / fine - rough[1] / coarse) * y
    lit = (lit + (true[2] / fine - rough[2] / coarse) * ABOVE) / np.sqrt(x * x + y * y + ABOVE * ABOVE)
    return float(min(max(1 + FOLD_LIGHT * lit, FAINTEST), BRIGHTEST))


def _cut(alpha: Array, material: Material) -> Array:
    if material.cutoff is None:
        return np.ones_like(alpha)
    return alpha if material.cutoff == 0 else (alpha >= material.cutoff).astype(alpha.dtype)


def sample(texture_rgba: NDArray[np.uint8], uv: Array) -> NDArray[np.float32]:
    """(T, 4) Linear colours of a texture that repeats, each the mean of as many texels as the picture steps over."""
    height, width = texture_rgba.shape[:2]
    step = np.abs(np.diff(uv, axis=0)) * [width, height]
    near = step[(step < 0.25 * min(width, height)).all(axis=1)]
    stride = float(np.median(near.max(axis=1))) if len(near) else 1.0
    if stride > 1.4:
        size = max(round(width / stride), 1), max(round(height / stride), 1)
        texture_rgba = np.asarray(cv2.resize(texture_rgba, size, interpolation=cv2.INTER_AREA), np.uint8)
        height, width = texture_rgba.shape[:2]
    wrapped = np.pad(texture_rgba, ((1, 1), (1, 1), (0, 0)), mode="wrap")
    place = (uv - np.floor(uv)) * [width, height] + 0.5
    rows = -(-len(uv) // 1024)
    grid = np.zeros((rows, 1024, 2), np.float32)
    grid.reshape(-1, 2)[: len(uv)] = place
    taken = cv2.remap(wrapped, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return decode_srgb(np.asarray(taken.reshape(-1, 4)[: len(uv)], np.uint8))


def decode_srgb(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(T, 4) Linear colours and alpha of 8-bit sRGB ones."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    decoded = linear[colours]
    decoded[:, 3] = colours[:, 3] / np.float32(255)
    return np.asarray(decoded, np.float32)


def encode_srgb(colours: Array) -> NDArray[np.uint8]:
    """(T, 4) 8-bit sRGB colours and alpha of linear ones."""
    light = np.clip(colours, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    encoded[:, 3] = light[:, 3]
    return np.asarray(np.round(encoded * 255), np.uint8)
