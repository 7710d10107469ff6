"""A garment that can be worn: mesh on the rest body, texture, and how it hangs on the body's segments."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image

from garments.errors import RefusedError

SEGMENTS, WEIGHTS = "_SEGMENTS", "_WEIGHTS"
"""Vertex attributes of our own in the GLB: four body segments and their weights."""


@dataclass(frozen=True)
class Garment:
    """A garment on the rest body, in rest space (metres, z up, facing -y, the wearer's left at +x)."""

    name: str
    """Folder name or catalogue id."""
    kind: str
    """One of the kinds in `garments/kinds`."""
    vertices_rest_m: NDArray[np.float32]
    """(N, 3) Where the cloth is when the body rests."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, counter-clockwise seen from outside."""
    uv: NDArray[np.float32]
    """(N, 2) Texture coordinates, origin at the top-left corner of the texture, 0 to 1."""
    segments: NDArray[np.int32]
    """(N, 4) The body segments that move each vertex."""
    weights: NDArray[np.float32]
    """(N, 4) Their weights, which sum to one."""
    texture_rgba: NDArray[np.uint8]
    """(h, w, 4) Straight alpha."""
    open_offsets_m: NDArray[np.float32] | None = None
    """(N, 3) How far each vertex moves when the front is worn open; None for what does not open."""
    is_open: bool = False
    """Whether its photo shows it worn open, which is how it is worn unless somebody says otherwise."""

    @cached_property
    def texel_m(self) -> float:
        """Size of a texel on the cloth, the median over the triangles' edges."""
        tails, heads = self.faces[:, 0], self.faces[:, 1]
        height, width = self.texture_rgba.shape[:2]
        texels = np.linalg.norm((self.uv[heads] - self.uv[tails]) * [width, height], axis=1)
        metres = np.linalg.norm(self.vertices_rest_m[heads] - self.vertices_rest_m[tails], axis=1)
        return float(np.median(metres / np.maximum(texels, 1e-3)))


GLTF_FROM_REST = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32)
"""glTF is y up and faces +z."""


def save_garment(garment: Garment, folder: Path) -> None:
    """Write `garment.glb`."""
    material = trimesh.visual.material.PBRMaterial(
        baseColorTexture=Image.fromarray(garment.texture_rgba),
        metallicFactor=0.0,
        roughnessFactor=0.9,
        doubleSided=True,
        alphaMode="MASK",
        alphaCutoff=0.5,
    )
    visual = trimesh.visual.TextureVisuals(uv=garment.uv * [1, -1] + [0, 1], material=material)
    mesh = trimesh.Trimesh(
        vertices=garment.vertices_rest_m @ GLTF_FROM_REST.T,
        faces=garment.faces,
        visual=visual,
        process=False,
        vertex_attributes={SEGMENTS: garment.segments.astype(np.float32), WEIGHTS: garment.weights},
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "garment.glb").write_bytes(trimesh.Scene(mesh).export(file_type="glb"))


def load_garment(folder: Path) -> Garment:
    """Read what `save_garment` and the passport say.

    Raises:
        RefusedError: `no-such-garment` when the folder holds none, `broken-garment` when it cannot be read.
    """
    path = folder / "garment.glb"
    if not path.exists():
        raise RefusedError("no-such-garment", f"{folder} holds no garment (no garment.glb)")
    try:
        kind = json.loads((folder / "passport.json").read_text())["kind"]
        (mesh,) = trimesh.load_scene(path, process=False).geometry.values()
        texture = np.asarray(mesh.visual.material.baseColorTexture.convert("RGBA"))
        return Garment(
            name=folder.name,
            kind=kind,
            vertices_rest_m=(mesh.vertices @ GLTF_FROM_REST).astype(np.float32),
            faces=np.asarray(mesh.faces, np.int32),
            uv=(np.asarray(mesh.visual.uv) * [1, -1] + [0, 1]).astype(np.float32),
            segments=np.asarray(mesh.vertex_attributes[SEGMENTS], np.float32).round().astype(np.int32),
            weights=np.asarray(mesh.vertex_attributes[WEIGHTS], np.float32),
            texture_rgba=texture,
        )
    except Exception as error:  # a damaged GLB makes trimesh fail in every way there is
        raise RefusedError("broken-garment", f"the garment in {folder} cannot be read: {error}") from error
