"""A garment that can be worn: mesh on the rest body, texture, and how it hangs on the body's segments."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from garments.errors import RefusedError
from garments.gltf.read import read_scene
from garments.gltf.scene import Material, Part
from garments.gltf.write import write_glb

SEGMENTS, WEIGHTS = "_SEGMENTS", "_WEIGHTS"
"""Vertex attributes of our own in the GLB: four body segments and their weights."""
OPEN = "open"
"""The morph target of our own: how the cloth lies when the front is open."""


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
    content = write_glb([to_part(garment)], name=garment.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "garment.glb").write_bytes(content)


def to_part(garment: Garment) -> Part:
    """The garment as a GLB holds it."""
    opaque = bool((garment.texture_rgba[..., 3] == 255).all())
    offsets = garment.open_offsets_m
    return Part(
        points=garment.vertices_rest_m @ GLTF_FROM_REST.T,
        faces=garment.faces,
        uv=garment.uv,
        colours_linear_rgba=None,
        material=Material(
            "cloth", texture_rgba=garment.texture_rgba, cutoff=None if opaque else 0.5, double_sided=True
        ),
        name=garment.name,
        extra={SEGMENTS: garment.segments.astype(np.uint8), WEIGHTS: garment.weights},
        shapes={} if offsets is None else {OPEN: offsets @ GLTF_FROM_REST.T},
        shape_weights={OPEN: float(garment.is_open)},
    )


def load_garment(folder: Path) -> Garment:
    """Read what `save_garment` and the passport say.

    Raises:
        RefusedError: `no-such-garment` when the folder holds none, `broken-garment` when it cannot be read.
    """
    path = folder / "garment.glb"
    if not path.exists():
        raise RefusedError("no-such-garment", f"{folder} holds no garment (no garment.glb)")
    try:
        kind = json.loads((folder / "passport.json").read_text(encoding="utf-8"))["kind"]
        (part,) = read_scene(path).parts
        return from_part(part, folder.name, kind)
    except RefusedError as refusal:
        raise RefusedError("broken-garment", f"the garment in {folder} cannot be read: {refusal.sentence}") from refusal
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError("broken-garment", f"the garment in {folder} cannot be read: {error!r}") from error


def from_part(part: Part, name: str, kind: str) -> Garment:
    """The garment that `to_part` made a part of.

    Raises:
        ValueError: When the part is none of ours.
    """
    texture = part.material.texture_rgba
    if texture is None or part.uv is None or not {SEGMENTS, WEIGHTS} <= part.extra.keys():
        raise ValueError("it was not made by us")
    weights = part.extra[WEIGHTS].astype(np.float32)
    segments = part.extra[SEGMENTS]
    if weights.shape[1] != 4 or segments.shape[1] != 4 or not np.allclose(weights.sum(axis=1), 1, atol=1e-3):
        raise ValueError("its weights are damaged")
    if segments.max(initial=0) >= len(load_template().segment_names):
        raise ValueError("it hangs on body segments that there are not")
    if segments.dtype.kind == "f":  # as versions before 0.2 wrote them
        segments = segments.round()
    offsets = part.shapes.get(OPEN)
    return Garment(
        name=name,
        kind=kind,
        vertices_rest_m=part.points @ GLTF_FROM_REST,
        faces=part.faces,
        uv=part.uv,
        segments=segments.astype(np.int32),
        weights=weights,
        texture_rgba=texture,
        open_offsets_m=None if offsets is None else offsets @ GLTF_FROM_REST,
        is_open=part.shape_weights.get(OPEN, 0.0) > 0.5,
    )
