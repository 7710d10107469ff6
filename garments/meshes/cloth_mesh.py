"""The parts of a mesh file as one piece of cloth: joined where they touch, judged, and made of fewer triangles."""

from dataclasses import dataclass, replace
from typing import Any

import fast_simplification
import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.gltf.scene import Material, Scene

Array = NDArray[Any]
FACE_BUDGET = 8000
"""Triangles that a garment may have: more are not seen, and cost time in every frame."""
LEAST_FACES = 60
JOIN = 2e-5
"""Share of the whole extent within which corners are one point."""
MOST_TANGLED, MOST_TORN = 0.05, 0.5
"""Share of the edges that may have more than two triangles, and that may have one."""


@dataclass(frozen=True)
class ClothMesh:
    """One piece of cloth as its file shows it; axes and units are whatever they are."""

    points: NDArray[np.float32]
    """(N, 3) No two of them are in one place."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, counter-clockwise seen from outside."""
    corner_uv: NDArray[np.float32]
    """(M, 3, 2) Texture coordinates of each triangle's corners; zero where a part has none."""
    corner_colours: NDArray[np.float32]
    """(M, 3, 4) Linear RGBA that the texture is multiplied by."""
    materials: tuple[Material, ...]
    """What the triangles are made of."""
    face_material: NDArray[np.int32]
    """(M,) Which of them."""
    open_share: float
    """Share of the edges that have one triangle."""
    tangled_share: float
    """Share of the edges that have more than two."""

    def turned_over(self) -> "ClothMesh":
        """The same, its other side out."""
        return replace(
            self,
            faces=np.ascontiguousarray(self.faces[:, ::-1]),
            corner_uv=self.corner_uv[:, ::-1],
            corner_colours=self.corner_colours[:, ::-1],
        )

    def only(self, kept: NDArray[np.bool_]) -> "ClothMesh":
        """The same without some of its triangles."""
        used, row = np.unique(self.faces[kept], return_inverse=True)
        return replace(
            self,
            points=self.points[used],
            faces=row.reshape(-1, 3).astype(np.int32),
            corner_uv=self.corner_uv[kept],
            corner_colours=self.corner_colours[kept],
            face_material=self.face_material[kept],
        )


def join_parts(scene: Scene) -> ClothMesh:
    """All parts of a scene as one piece.

    Raises:
        RefusedError: `mesh-too-few-faces`, `mesh-tangled` or `mesh-torn`.
    """
    points, faces, uvs, colours, owners = [], [], [], [], []
    materials: list[Material] = []
    first = 0
    for part in scene.parts:
        points.append(part.points)
        faces.append(part.faces + first)
        first += len(part.points)
        uv = np.zeros((len(part.points), 2), np.float32) if part.uv is None else part.uv
        uvs.append(uv[part.faces])
        tint = np.array(part.material.colour_linear_rgba, np.float32)
        own = (
            np.ones((len(part.points), 4), np.float32) if part.colours_linear_rgba is None else part.colours_linear_rgba
        )
        colours.append(own[part.faces] * tint)
        owners.append(np.full(len(part.faces), len(materials), np.int32))
        materials.append(part.material)
    all_points, all_faces = np.vstack(points), np.vstack(faces)
    joined, owner = join_points(all_points)
    welded = owner[all_faces]
    a, b, c = welded.T
    whole = (a != b) & (b != c) & (c != a)
    whole[whole] = _first_of_each(np.sort(welded[whole], axis=1))
    welded = welded[whole]
    if len(welded) < LEAST_FACES:
        raise RefusedError(
            "mesh-too-few-faces", f"The mesh has {len(welded)} triangles: a garment needs {LEAST_FACES}."
        )
    torn, tangled = edge_shares(welded)
    if tangled > MOST_TANGLED:
        raise RefusedError(
            "mesh-tangled",
            f"At {tangled:.0%} of the edges more than two triangles meet: the mesh is no piece of cloth.",
        )
    if torn > MOST_TORN:
        raise RefusedError("mesh-torn", f"The mesh is torn at {torn:.0%} of its edges: it is no piece of cloth.")
    used, row = np.unique(welded, return_inverse=True)
    return ClothMesh(
        points=joined[used],
        faces=row.reshape(-1, 3).astype(np.int32),
        corner_uv=np.vstack(uvs)[whole],
        corner_colours=np.vstack(colours)[whole],
        materials=tuple(materials),
        face_material=np.concatenate(owners)[whole],
        open_share=torn,
        tangled_share=tangled,
    )


def join_points(points: Array) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The places of all points, each once, and (N,) where each point is among them."""
    extent = max(float(np.ptp(points, axis=0).max()), 1e-30)
    cells = np.round((points - points.min(axis=0)) / (extent * JOIN)).astype(np.int64)
    keys = (cells[:, 0] << 40) | (cells[:, 1] << 20) | cells[:, 2]
    _, first, owner = np.unique(keys, return_index=True, return_inverse=True)
    return points[first].astype(np.float32), owner.ravel()


def edge_shares(faces: Array) -> tuple[float, float]:
    """Share of the edges that one triangle has, and that more than two have."""
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1).astype(np.int64)
    _, counts = np.unique(edges[:, 0] << 32 | edges[:, 1], return_counts=True)
    return float((counts == 1).mean()), float((counts > 2).mean())


def simplify(points: Array, faces: Array, count: int = FACE_BUDGET) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """At most about `count` triangles whose outline is that of the given ones."""
    if len(faces) <= count:
        return points.astype(np.float32), faces.astype(np.int32)
    fewer, joined = fast_simplification.simplify(
        points.astype(np.float64), faces.astype(np.int32), target_count=count, agg=5
    )
    a, b, c = joined.T
    joined = joined[(a != b) & (b != c) & (c != a)]
    used, row = np.unique(joined, return_inverse=True)
    return fewer[used].astype(np.float32), row.reshape(-1, 3).astype(np.int32)


def _first_of_each(rows: Array) -> NDArray[np.bool_]:
    """(N,) Whether no row before it is the same: a triangle drawn from both sides counts once."""
    _, first = np.unique(rows, axis=0, return_index=True)
    kept = np.zeros(len(rows), np.bool_)
    kept[first] = True
    return kept
