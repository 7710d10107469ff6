"""Reads .glb and .gltf files, strictly: what contradicts itself or reaches outside the file is refused in words."""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.gltf.accessors import check_accessor, read_numbers
from garments.gltf.container import Container, read_mesh_file
from garments.gltf.document import Material as MaterialEntry
from garments.gltf.document import Mesh, Primitive, TextureInfo, item
from garments.gltf.images import check_images, read_image
from garments.gltf.nodes import Placed, place_meshes
from garments.gltf.scene import Material, Part, Scene

MOST_TRIANGLES = 2_000_000
MOST_VERTICES = 4_000_000
FARTHEST = 1e7
UNDERSTOOD = {
    "KHR_texture_transform",
    "KHR_mesh_quantization",
    "EXT_texture_webp",
    "KHR_lights_punctual",
    "KHR_xmp_json_ld",
}
COMPRESSED = {
    "KHR_draco_mesh_compression": "Draco",
    "EXT_meshopt_compression": "meshopt",
    "KHR_meshopt_compression": "meshopt",
    "KHR_texture_basisu": "Basis",
}
TRIANGLES, STRIP, FAN = 4, 5, 6


def read_scene(source: Path | bytes) -> Scene:
    """What a .glb or .gltf file shows, in its own axes and units. Nothing but the file itself is ever opened.

    Raises:
        RefusedError: With a code that begins with `mesh-`, or `missing-file` and `unreadable-file`.
    """
    container = Container(source if isinstance(source, bytes) else read_mesh_file(source))
    document = container.document
    if not document.asset.version.startswith("2."):
        raise RefusedError("mesh-broken", f"The file is glTF {document.asset.version[:10]}: glTF 2.0 is read.")
    _check_extensions(document.extensions_required)
    placed = place_meshes(container)
    _check_counts(container, placed)
    check_images(container)
    material = cache(partial(_read_material, container))
    parts = []
    for place in placed:
        mesh = item(document.meshes, place.mesh, "mesh")
        for primitive in mesh.primitives:
            if primitive.mode in (TRIANGLES, STRIP, FAN):
                parts.append(_read_part(container, mesh, primitive, place, material))
    return Scene(tuple(parts))


def _check_extensions(required: list[str]) -> None:
    for name in required:
        if name in COMPRESSED:
            raise RefusedError(
                "mesh-unsupported", f"The file is compressed with {COMPRESSED[name]}: export it without."
            )
        if name not in UNDERSTOOD and not name.startswith("KHR_materials_"):
            raise RefusedError("mesh-unsupported", f"The file needs the extension '{name[:60]}', which is not read.")


def _check_counts(container: Container, placed: list[Placed]) -> None:
    """Add up what the scene would show before any of it is read."""
    triangles = vertices = 0
    for place in placed:
        for primitive in item(container.document.meshes, place.mesh, "mesh").primitives:
            if primitive.mode not in (TRIANGLES, STRIP, FAN):
                continue
            count = check_accessor(container, _positions_of(primitive), "positions", (3,)).count
            corners = count
            if primitive.indices is not None:
                corners = check_accessor(container, primitive.indices, "indices", (1,)).count
            triangles += corners // 3 if primitive.mode == TRIANGLES else max(corners - 2, 0)
            vertices += count
            if triangles > MOST_TRIANGLES or vertices > MOST_VERTICES:
                raise RefusedError(
                    "mesh-too-large",
                    f"The file has {triangles:,} triangles or more: at most {MOST_TRIANGLES:,} are read.",
                )
    if not triangles:
        raise RefusedError("mesh-empty", "The file shows no triangles.")


def _positions_of(primitive: Primitive) -> int:
    for name, words in COMPRESSED.items():
        if name in primitive.extensions:
            raise RefusedError("mesh-unsupported", f"The file is compressed with {words}: export it without.")
    if "POSITION" not in primitive.attributes:
        raise RefusedError("mesh-broken", "A part of the mesh has no positions.")
    return primitive.attributes["POSITION"]


def _read_part(container: Container, mesh: Mesh, primitive: Primitive, place: Placed, material: Any) -> Part:
    attributes = primitive.attributes
    flat = _finite(read_numbers(container, _positions_of(primitive), "positions", widths=(3,)), "positions")
    turn, shift = place.scene_from_mesh[:3, :3], place.scene_from_mesh[:3, 3]
    points = _finite(flat.astype(np.float64) @ turn.T + shift, "positions").astype(np.float32)
    faces = _read_faces(container, primitive, len(points))
    if np.linalg.det(turn) < 0:
        faces = faces[:, ::-1]
    look, info = material(primitive.material)
    names = mesh.extras.get("targetNames", []) if isinstance(mesh.extras, dict) else []
    shapes, weights = {}, {}
    for number, target in enumerate(primitive.targets[:8]):
        if target.position is not None:
            name = str(names[number]) if isinstance(names, list) and number < len(names) else f"shape {number}"
            offsets = _finite(read_numbers(container, target.position, "shapes", widths=(3,)), "shapes")
            shapes[name] = (_as_long(offsets, len(points), "shapes").astype(np.float64) @ turn.T).astype(np.float32)
            weights[name] = float(mesh.weights[number]) if number < len(mesh.weights) else 0.0
    return Part(
        points=points,
        faces=np.ascontiguousarray(faces),
        uv=_read_uv(container, attributes, info, len(points)),
        colours_linear_rgba=_read_colours(container, attributes, len(points)),
        material=look,
        name=place.name or mesh.name,
        extra={
            name: _as_long(read_numbers(container, index, name, widths=(1, 2, 3, 4)), len(points), name)
            for name, index in attributes.items()
            if name.startswith("_")
        },
        shapes=shapes,
        shape_weights=weights,
    )


def _finite(numbers: NDArray[Any], what: str) -> NDArray[Any]:
    # A comparison is false for what is not a number.
    if not (np.abs(numbers) < FARTHEST).all():
        raise RefusedError("mesh-not-finite", f"The {what} hold values that are infinite or no numbers.")
    return numbers


def _as_long(numbers: NDArray[Any], count: int, what: str) -> NDArray[Any]:
    if len(numbers) != count:
        raise RefusedError("mesh-broken", f"The {what} have {len(numbers):,} elements for {count:,} vertices.")
    return numbers


def _read_faces(container: Container, primitive: Primitive, count: int) -> NDArray[np.int32]:
    """(M, 3) Triangles, whatever way they are listed; those without area by their numbers are left out."""
    if primitive.indices is None:
        corners = np.arange(count, dtype=np.int64)
    else:
        accessor = check_accessor(container, primitive.indices, "indices", (1,))
        if accessor.component_type not in (5121, 5123, 5125) or accessor.normalized:
            raise RefusedError("mesh-broken", "The indices are no whole numbers.")
        corners = read_numbers(container, primitive.indices, "indices", widths=(1,)).ravel().astype(np.int64)
        if len(corners) and int(corners.max()) >= count:
            raise RefusedError("mesh-broken", f"A triangle refers to vertex {int(corners.max()):,} of {count:,}.")
    if primitive.mode == TRIANGLES:
        faces = corners[: len(corners) // 3 * 3].reshape(-1, 3)
    elif primitive.mode == STRIP:
        faces = np.stack([corners[:-2], corners[1:-1], corners[2:]], axis=1)
        faces[1::2] = faces[1::2, [1, 0, 2]]
    else:
        faces = np.stack([corners[1:-1], corners[2:], np.full(max(len(corners) - 2, 0), corners[0])], axis=1)
    a, b, c = faces.T
    return np.asarray(faces[(a != b) & (b != c) & (c != a)], np.int32)


def _read_material(container: Container, index: int | None) -> tuple[Material, TextureInfo | None]:
    """A material, and by which coordinates its texture is laid."""
    if index is None:
        return Material(), None
    entry = item(container.document.materials, index, "material")
    factor, info = _colours_of(entry)
    if not all(0 <= value <= 64 for value in factor):
        raise RefusedError("mesh-broken", f"The colour of material {index} is out of range.")
    cutoff = {"MASK": float(np.clip(entry.alpha_cutoff, 0, 1)), "BLEND": 0.0}.get(entry.alpha_mode)
    look = Material(entry.name, (factor[0], factor[1], factor[2], factor[3]), None, cutoff, entry.double_sided)
    source = None if info is None else _source_of(container, info.index)
    return (look, None) if source is None else (replace(look, texture_rgba=read_image(container, source)), info)


def _colours_of(entry: MaterialEntry) -> tuple[list[float], TextureInfo | None]:
    older = entry.extensions.specular_glossiness if entry.extensions is not None else None
    if older is not None:
        return older.diffuse_factor or [1.0] * 4, older.diffuse_texture
    usual = entry.pbr_metallic_roughness
    return ([1.0] * 4, None) if usual is None else (usual.base_color_factor or [1.0] * 4, usual.base_color_texture)


def _source_of(container: Container, index: int) -> int | None:
    texture = item(container.document.textures, index, "texture")
    if texture.extensions is not None and texture.extensions.webp is not None:
        return texture.extensions.webp.source
    if texture.source is None and texture.extensions is not None and texture.extensions.basisu is not None:
        raise RefusedError("mesh-unsupported", "The textures are compressed with Basis: export them as PNG or JPEG.")
    return texture.source


def _read_uv(
    container: Container, attributes: dict[str, int], info: TextureInfo | None, count: int
) -> NDArray[np.float32] | None:
    """(N, 2) The coordinates that the base texture is laid by, as it is shifted, turned and scaled."""
    transform = info.extensions.transform if info is not None and info.extensions is not None else None
    chosen = 0 if info is None else info.tex_coord
    if transform is not None and transform.tex_coord is not None:
        chosen = transform.tex_coord
    if f"TEXCOORD_{chosen}" not in attributes:
        return None
    index = attributes[f"TEXCOORD_{chosen}"]
    uv = _as_long(read_numbers(container, index, "texture coordinates", widths=(2,)), count, "texture coordinates")
    uv = _finite(uv, "texture coordinates").astype(np.float32)
    if transform is None:
        return uv
    sine, cosine = np.sin(transform.rotation), np.cos(transform.rotation)
    turn = np.array([[cosine, sine], [-sine, cosine]]) * np.array(transform.scale)
    return _finite(uv @ turn.T + np.array(transform.offset), "texture coordinates").astype(np.float32)


def _read_colours(container: Container, attributes: dict[str, int], count: int) -> NDArray[np.float32] | None:
    if "COLOR_0" not in attributes:
        return None
    read = read_numbers(container, attributes["COLOR_0"], "colours", widths=(3, 4))
    if read.dtype.kind in "iu":  # written without saying that they are shares
        read = read / np.iinfo(read.dtype).max
    colours = np.ones((count, 4), np.float32)
    colours[:, : read.shape[1]] = np.clip(np.nan_to_num(_as_long(read, count, "colours")), 0, 1)
    return colours
