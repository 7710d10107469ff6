"""From a mesh file to a garment folder: the stages in order."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.dyeing.tones import find_swatches
from garments.errors import RefusedError
from garments.garment import Garment
from garments.gltf.read import read_scene
from garments.kinds import get_kind
from garments.meshes.bake import bake
from garments.meshes.charts import Atlas, lay_charts
from garments.meshes.cloth_mesh import FACE_BUDGET, ClothMesh, join_parts, simplify
from garments.meshes.hang_mesh import hang_mesh
from garments.meshes.lining import find_lining
from garments.meshes.place import Placement, place
from garments.meshes.portrait import portray
from garments.meshes.recognise import recognise
from garments.passport import Passport, Said, identify, make_passport
from garments.quality import predict_quality

Array = NDArray[Any]
MESHES = (".glb", ".gltf")
"""Names of files that are meshes."""
NARROW_M, NARROW_SHARE = 0.02, 0.12
"""Cloth that lies deeper in the body than this, and the share of it from which the mesh is narrower than the body."""
FAR_M = 0.07
"""Mean distance from the skin from which a mesh hardly fits the body."""
SEEN_OUTSIDE = -0.1
"""Mean cosine between cloth and skin below which a mesh is inside out."""
WITHIN = 1e-3
"""How far texture coordinates may lie beyond the texture without repeating it."""


def is_mesh(path: Path) -> bool:
    """Whether a file is a mesh by its name."""
    return path.suffix.lower() in MESHES


def make_from_mesh(
    mesh: Path,
    kind: str | None,
    name: str,
    *,
    sizes_cm: dict[str, dict[str, float]],
    said: Said | None,
) -> tuple[Garment, Passport, NDArray[np.uint8]]:
    """The garment, its passport and (H, W, 4) its picture from the front, cut out.

    Raises:
        RefusedError: Whatever is wrong with the mesh; the code begins with `mesh-` unless there is no such file.
    """
    if kind is None:
        raise RefusedError("kind-needed", "Say what kind of garment the mesh is: that is not read off meshes.")
    wanted = get_kind(kind)
    cloth = join_parts(read_scene(mesh))
    placement = place(cloth.points, cloth.faces, wanted)
    laid = placement.apply(cloth.points)
    recognise(laid, cloth.faces, wanted, placement.posed.template)
    cloth = _right_side_out(cloth, laid, placement)
    cloth = cloth.only(~find_lining(laid, cloth.faces, placement))
    points, faces = simplify(cloth.points, cloth.faces)
    laid = placement.apply(points)
    atlas, texture = _texture(cloth, laid, faces, placement)
    rested, segments, weights = hang_mesh(laid, faces, wanted, placement)
    row = atlas.vertices
    garment = Garment(name, kind, rested[row], atlas.faces, atlas.uv, segments[row], weights[row], texture)
    cutout = portray(garment)
    score, doubts = judge(cloth, placement, laid)
    passport = make_passport(
        kind,
        identify(mesh, "mesh"),
        None,
        predict_quality(garment, None, None, score, back=True),
        colours=find_swatches(cutout),
        sizes_cm=sizes_cm,
        said=said,
        doubts=doubts,
    )
    return garment, passport, cutout


def _right_side_out(cloth: ClothMesh, laid_m: Array, placement: Placement) -> ClothMesh:
    """Cloth whose triangles are seen from outside, whatever way round the file lists them."""
    corners = laid_m[cloth.faces].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    _, normals = placement.skin.measure(corners.mean(axis=1))
    facing = float(np.einsum("fd,fd->", across, normals) / max(np.linalg.norm(across, axis=1).sum(), 1e-12))
    return cloth if facing > SEEN_OUTSIDE else cloth.turned_over()


def _texture(cloth: ClothMesh, laid_m: Array, faces: Array, placement: Placement) -> tuple[Atlas, NDArray[np.uint8]]:
    """The file's own texture where it fits as it is, a painted one elsewhere."""
    material = cloth.materials[0]
    own = (
        len(cloth.materials) == 1
        and material.texture_rgba is not None
        and len(cloth.faces) <= FACE_BUDGET
        and bool(((cloth.corner_uv > -WITHIN) & (cloth.corner_uv < 1 + WITHIN)).all())
        and bool((cloth.corner_colours > 0.999).all())
        and max(material.texture_rgba.shape[:2]) <= 2048
    )
    if not own:
        plain = all(one.texture_rgba is None for one in cloth.materials)
        atlas = lay_charts(laid_m, faces, plain=plain)
        return atlas, bake(atlas, laid_m, cloth, placement.apply(cloth.points))
    assert material.texture_rgba is not None
    texture = material.texture_rgba.copy()
    if material.cutoff is None:
        texture[..., 3] = 255
    elif material.cutoff > 0:
        texture[..., 3] = np.where(texture[..., 3] >= material.cutoff * 255, 255, 0)
    keys = np.column_stack([faces.reshape(-1, 1), cloth.corner_uv.reshape(-1, 2)])
    used, row = np.unique(keys, axis=0, return_inverse=True)
    atlas = Atlas(
        vertices=used[:, 0].astype(np.int32),
        faces=row.reshape(-1, 3).astype(np.int32),
        uv=np.clip(used[:, 1:], 0, 1).astype(np.float32),
        size_px=(texture.shape[1], texture.shape[0]),
    )
    return atlas, texture


def judge(cloth: ClothMesh, placement: Placement, laid_m: Array) -> tuple[float, tuple[str, ...]]:
    """How far the mesh can be trusted, 0 to 1, and what speaks against it."""
    distance, _ = placement.skin.measure(laid_m)
    deep = float((distance < -NARROW_M).mean())
    found = (
        (placement.unit != "metres", 0.04, f"its unit was taken to be {placement.unit}: glTF asks for metres"),
        (placement.was_turned, 0.16, "it was turned upright or round: check that the front is the front"),
        (cloth.open_share > 0.2, 0.16, f"{cloth.open_share:.0%} of its edges are open: join the seams"),
        (
            cloth.tangled_share > 0.01,
            0.1,
            f"at {cloth.tangled_share:.0%} of its edges more than two triangles meet: leave one of each",
        ),
        (deep > NARROW_SHARE, 0.2, f"{deep:.0%} of it was pushed out of the body: it is cut for a smaller one"),
        (placement.cost > FAR_M, 0.2, "it lies far off the body: check its kind and its scale"),
        (
            all(one.texture_rgba is None for one in cloth.materials),
            0.05,
            "it has no colour texture: the cloth is plain",
        ),
    )
    score = 1.0 - sum(cost for holds, cost, _ in found if holds)
    return max(score, 0.0), tuple(words for holds, _, words in found if holds)
