"""Texture coordinates for cloth that brings none of its own: what is seen from each side becomes a picture."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from garments.construct.form import vertex_normals

Array = NDArray[Any]
SIDES = np.array([[0, -1, 0], [0, 1, 0], [1, 0, 0], [-1, 0, 0], [0, 0, 1], [0, 0, -1]], np.float64)
"""Front, back, left, right, above and below."""
FAVOUR = np.array([1.25, 1.25, 1.0, 1.0, 0.9, 0.9])
"""How much a triangle is drawn to each: front and back are the largest pictures."""
SMALL_FACES = 24
"""Pictures of fewer triangles join a neighbour's, where that sees them at all."""
LEAST_SEEN = 0.12
"""Cosine below which a side sees a triangle too flatly."""
HIDDEN = 0.6
"""Share of a triangle that must be in sight for it to stay in its picture."""
GAP_PX = 4
AWAY, DEPTH_SHARE = 4096.0, 0.05
"""Distance of the camera that draws pictures, and the share of it that depths are spread over."""
ATLAS_PX = 2048
TEXEL_M, PLAIN_TEXEL_M = 0.0009, 0.0018
"""Size of a texel, where the atlas has room, and on cloth of one colour."""


@dataclass(frozen=True)
class Atlas:
    """A mesh cut into pictures."""

    vertices: NDArray[np.int32]
    """(N,) Which point of the mesh each vertex is."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles over the vertices, in the mesh's order."""
    uv: NDArray[np.float32]
    """(N, 2) Origin at the top-left corner, 0 to 1."""
    size_px: tuple[int, int]
    """Width and height."""


def lay_charts(points_m: Array, faces: Array, *, plain: bool = False) -> Atlas:
    """Cut cloth into pictures from six sides and pack them; plain cloth needs less of a picture."""
    chart, side = _split(points_m, faces)
    across, down = _axes(side)
    corners = points_m[faces].astype(np.float64)
    flat = np.stack([np.einsum("fkd,fd->fk", corners, axis[chart]) for axis in (across, down)], axis=-1)
    count = len(side)
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, chart, flat.min(axis=1))
    np.maximum.at(high, chart, flat.max(axis=1))
    texel_m, places, size = _pack(high - low, PLAIN_TEXEL_M if plain else TEXEL_M)
    uv = (flat - low[chart][:, None]) / texel_m + places[chart][:, None] + GAP_PX
    keys = faces.astype(np.int64) * count + chart[:, None]
    used, first, row = np.unique(keys.ravel(), return_index=True, return_inverse=True)
    return Atlas(
        vertices=(used // count).astype(np.int32),
        faces=row.reshape(-1, 3).astype(np.int32),
        uv=(uv.reshape(-1, 2)[first] / size).astype(np.float32),
        size_px=(int(size[0]), int(size[1])),
    )


def _split(points_m: Array, faces: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(M,) The picture of each triangle, and (C,) the side that each picture is seen from."""
    corners = points_m[faces].astype(np.float64)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    smooth = vertex_normals(points_m, faces)[faces].mean(axis=1)
    seen = normals @ SIDES.T
    near = face_neighbours(faces)
    want = (0.6 * seen + 0.4 * smooth @ SIDES.T) * FAVOUR
    side = np.argmax(np.where(seen > LEAST_SEEN, want, -1.0), axis=1)
    for _ in range(4):
        alike = np.asarray(near @ np.eye(6)[side])
        side = np.argmax(np.where(seen > LEAST_SEEN, want + 0.25 * alike, -1.0), axis=1)
    chart = face_regions(near, side)
    for _ in range(3):
        small = np.bincount(chart)[chart] < SMALL_FACES
        votes = np.asarray(near @ (np.eye(6)[side] * ~small[:, None])) * (seen > LEAST_SEEN)
        moved = small & (votes.max(axis=1) > 0)
        if not moved.any():
            break
        side = np.where(moved, votes.argmax(axis=1), side)
        chart = face_regions(near, side)
    for layer in range(1, 4):
        hidden = _hidden(points_m, faces, chart, side)
        if not hidden.any():
            break
        # What lies behind other cloth in its own picture gets one of its own.
        chart = face_regions(near, chart + hidden * (layer * (chart.max() + 1)))
    _, first = np.unique(chart, return_index=True)
    return chart, side[first]


def face_neighbours(faces: Array) -> Any:
    """(M, M) Which triangles share an edge."""
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1).astype(np.int64)
    keys = edges[:, 0] << 32 | edges[:, 1]
    owner = np.tile(np.arange(len(faces)), 3)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    a, b = owner[order[same]], owner[order[same + 1]]
    links = coo_matrix((np.ones(2 * len(a)), (np.append(a, b), np.append(b, a))), shape=(len(faces), len(faces)))
    return links.tocsr()


def face_regions(near: Any, label: Array) -> NDArray[np.int64]:
    """(M,) Numbers of the connected groups of triangles with one label."""
    links = near.tocoo()
    same = label[links.row] == label[links.col]
    kept = coo_matrix((links.data[same], (links.row[same], links.col[same])), shape=links.shape)
    return np.asarray(connected_components(kept, directed=False)[1], np.int64)


def _axes(side: Array) -> tuple[Array, Array]:
    """(C, 3) each: which way is right and which way is down in a picture from each side."""
    across = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [1, 0, 0], [1, 0, 0]], np.float64)
    down = np.array([[0, 0, -1], [0, 0, -1], [0, 0, -1], [0, 0, -1], [0, -1, 0], [0, 1, 0]], np.float64)
    return across[side], down[side]


def _hidden(points_m: Array, faces: Array, chart: Array, side_of_face: Array) -> NDArray[np.bool_]:
    """(M,) Whether most of a triangle lies behind others of its picture."""
    corners = points_m[faces].astype(np.float64)
    across, down = _axes(side_of_face)
    flat = np.stack([np.einsum("fkd,fd->fk", corners, axis) for axis in (across, down)], axis=-1)
    depth = -np.einsum("fkd,fd->fk", corners, SIDES[side_of_face])
    hidden = np.zeros(len(faces), np.bool_)
    cell_m = 0.004
    for number in np.unique(chart):
        mine = np.flatnonzero(chart == number)
        if len(mine) < 8:
            continue
        low = flat[mine].reshape(-1, 2).min(axis=0)
        place = (flat[mine] - low) / cell_m + 1
        size = np.ceil(place.reshape(-1, 2).max(axis=0)).astype(int) + 2
        shown, _ = draw_faces(place, depth[mine], (int(size[0]), int(size[1])))
        a, b = place[:, 1] - place[:, 0], place[:, 2] - place[:, 0]
        expected = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
        counted = np.bincount(shown[shown >= 0], minlength=len(mine))
        hidden[mine] = (expected > 3) & (counted < HIDDEN * expected - 1)
    return hidden


def draw_faces(
    corners_px: Array, depth: Array | None, size_px: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(h, w) Which triangle is at each pixel, -1 where none is, and (h, w, 2) its second and third corner's share.

    Args:
        corners_px: (M, 3, 2) x right, y down.
        depth: (M, 3) The least is seen; None where nothing overlaps.
        size_px: Width and height.
    """
    width, height = size_px
    count = len(corners_px)
    depth = np.zeros((count, 3)) if depth is None else (depth - depth.min()) / max(float(np.ptp(depth)), 1e-9)
    flat = corners_px.reshape(-1, 2)
    # OpenCV's camera looks along -z with y up. What is further off is made larger by as much as it then shrinks.
    away = (AWAY + depth.ravel() * AWAY * DEPTH_SHARE)[:, None]
    seen = np.hstack([(flat - [width / 2, height / 2]) * [1, -1] * away / AWAY, -away]).astype(np.float32)
    shares = np.tile(np.eye(3, dtype=np.float32), (count, 1))
    shares[:, 0] = np.repeat(np.arange(count), 3)
    values = np.zeros((height, width, 3), np.float32)
    values[..., 0] = -1
    depths = np.full((height, width), 2 * AWAY, np.float32)
    settings = cv2.TriangleRasterizeSettings()
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    cv2.triangleRasterize(
        seen,
        np.arange(3 * count, dtype=np.int32).reshape(-1, 3),
        shares,
        values,
        depths,
        np.eye(4, dtype=np.float32),
        2 * float(np.arctan(height / 2 / AWAY)),
        0.5 * AWAY,
        2 * AWAY,
        settings,
    )
    return np.round(values[..., 0]).astype(np.int32), values[..., 1:]


def _pack(extents_m: Array, texel_m: float) -> tuple[float, Array, Array]:
    """Metres a texel, (C, 2) the corner of each picture in pixels, and (2,) width and height of the whole."""
    order = np.argsort(-extents_m[:, 1])
    while True:
        sizes = np.ceil(extents_m / texel_m).astype(int) + 2 * GAP_PX + 1
        for width in (512, 1024, 1536, ATLAS_PX):
            places, height = _shelves(sizes, order, width)
            if height <= min(width * 1.1, ATLAS_PX):
                return texel_m, places, np.array([width, -(-height // 8) * 8])
        texel_m *= 1.06


def _shelves(sizes: Array, order: Array, width: int) -> tuple[Array, int]:
    """Corners of boxes set in rows, the tallest first, and the height that they take."""
    places = np.zeros((len(sizes), 2))
    rows: list[list[int]] = []  # used width, top, height
    bottom = 0
    for box in order:
        across, down = sizes[box]
        if across > width:
            return places, ATLAS_PX + 1
        row = next((row for row in rows if row[0] + across <= width), None)
        if row is None:
            row = [0, bottom, int(down)]
            rows.append(row)
            bottom += int(down)
        places[box] = row[0], row[1]
        row[0] += int(across)
    return places, bottom
