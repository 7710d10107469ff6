"""Tells whether a mesh on the body is clothing at all, and of the kind it is said to be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.template import BodyTemplate
from garments.construct.form import vertex_normals
from garments.errors import RefusedError
from garments.kinds.kind import Kind
from garments.meshes.place import spread_samples

Array = NDArray[Any]
REACH_M = 0.22
"""How far off the body cloth still dresses it."""
CLOSE_M = 0.06
"""How near a mesh must be to a head or a hand to be one."""
SAMPLES = 12_000
SHOULDER_BANDS_M = (0.08, 0.1, 0.12)
"""Distances from the middle at which straps and seams lie."""
LEAST_SHOULDER = 0.3
"""Share of the skin there that has cloth on it, in one of them."""
PARTS = {
    "chest": ("chest", "clavicle_left", "clavicle_right"),
    "hips": ("pelvis",),
    "thighs": ("thigh_left", "thigh_right"),
    "head": ("head",),
    "hands": ("hand_left", "hand_right"),
    "feet": ("foot_left", "foot_right"),
}
MUST: dict[str, dict[str, tuple[float, float]]] = {
    "top": {"chest": (0.55, 1.0), "thighs": (0.0, 0.8)},
    "dress": {"chest": (0.4, 1.0), "thighs": (0.2, 1.0)},
    "jumpsuit": {"chest": (0.4, 1.0), "hips": (0.8, 1.0), "thighs": (0.4, 1.0)},
    "skirt": {"hips": (0.4, 1.0), "chest": (0.0, 0.3)},
    "trousers": {"hips": (0.5, 1.0), "thighs": (0.25, 1.0), "chest": (0.0, 0.3)},
}
"""Least and greatest share of each part of the body that a kind of this shape covers."""


def recognise(laid_m: Array, faces: Array, kind: Kind, template: BodyTemplate) -> None:
    """Let clothing of this kind pass.

    Args:
        laid_m: (N, 3) The mesh on the body, rest metres.
        faces: (M, 3) Triangles.
        kind: What it is said to be.
        template: The body in the mesh's pose.

    Raises:
        RefusedError: `mesh-is-a-body`, `mesh-is-closed` or `mesh-is-another-kind`.
    """
    samples = spread_samples(laid_m, faces, SAMPLES)
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), template.weights.argmax(axis=1)]]
    normals = vertex_normals(template.vertices_rest_m, template.faces)
    tree = cKDTree(samples)
    near = {part: tree.query(template.vertices_rest_m[np.isin(main, of)])[0] for part, of in PARTS.items()}
    naked = [part for part in ("head", "hands", "feet") if (near[part] < CLOSE_M).mean() > 0.7]
    if len(naked) >= 2:
        raise RefusedError("mesh-is-a-body", "The mesh has a head, hands or feet: send the garment without the body.")
    _check_legs(samples, kind, template)
    if is_closed(laid_m, faces, kind, template):
        raise RefusedError(
            "mesh-is-closed",
            f"The mesh is closed where a body would leave a {kind.title_en.lower()}: it is no garment.",
        )
    for part, (least, most) in MUST[kind.shape].items():
        on = np.isin(main, PARTS[part])
        share = float(covered(template.vertices_rest_m[on], normals[on], samples, tree).mean())
        if not least <= share <= most:
            how = "hardly covers" if share < least else "covers"
            raise RefusedError(
                "mesh-is-another-kind",
                f"The mesh {how} the wearer's {part} ({share:.0%}): it is no {kind.title_en.lower()}.",
            )
    if kind.hangs_from == "shoulders" and kind.shape != "dress":
        _check_shoulders(samples, kind, template)


def covered(points: Array, normals: Array, samples: Array, tree: cKDTree) -> NDArray[np.bool_]:
    """(N,) Whether cloth lies before each point of the skin."""
    distance, nearest = tree.query(points, k=6)
    apart = samples[nearest] - points[:, None]
    outward = np.einsum("nkd,nd->nk", apart, normals)
    return np.asarray(((distance < REACH_M) & (outward > 0.5 * distance - 0.03)).any(axis=1))


def is_closed(laid_m: Array, faces: Array, kind: Kind, template: BodyTemplate) -> bool:
    """Whether the way out of the garment, down (for trousers: up), is barred."""
    index, bones = template.segment_index, template.bones_rest_m
    upward = kind.shape in ("trousers", "jumpsuit")
    start = bones[index["pelvis" if kind.hangs_from == "waist" else "chest"], 0]
    if kind.shape == "jumpsuit":
        start = bones[index["chest"], 1]
    # The neck is narrow.
    reach = 0.025 if kind.shape == "jumpsuit" else 0.05
    steps = np.linspace(-reach, reach, 5)
    x, y = (grid.ravel() for grid in np.meshgrid(start[0] + steps, start[1] + 0.6 * steps))
    corners = laid_m[faces].astype(np.float64)
    barred = 0
    for px, py in zip(x, y, strict=True):
        a, b, c = (corners[:, k, :2] - (px, py) for k in range(3))
        areas = np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=1)
        inside = (areas >= 0).all(axis=1) | (areas <= 0).all(axis=1)
        total = areas[inside].sum(axis=1)
        z = (areas[inside] * corners[inside][:, :, 2]).sum(axis=1) / np.where(np.abs(total) < 1e-12, 1e-12, total)
        barred += bool((z > start[2]).any() if upward else (z < start[2]).any())
    return barred > 0.4 * len(x)


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _check_legs(samples: Array, kind: Kind, template: BodyTemplate) -> None:
    """A skirt closes before the gap between the legs, trousers do not."""
    crotch = float(template.bones_rest_m[template.segment_index["thigh_left"], 0, 2]) - 0.1
    low = float(samples[:, 2].min())
    level = max(crotch - 0.2, low + 0.03)
    ring = samples[np.abs(samples[:, 2] - level) < 0.02]
    if kind.shape == "top" or len(ring) < 20 or low > crotch - 0.06:
        return
    front = np.percentile(ring[:, 1], 3)
    middle = ring[np.abs(ring[:, 0]) < 0.02]
    closed = len(middle) > 2 and middle[:, 1].min() < front + 0.35 * np.ptp(ring[:, 1])
    legged = kind.shape in ("trousers", "jumpsuit")
    if closed and legged:
        raise RefusedError("mesh-is-another-kind", f"The mesh has no legs: it is no {kind.title_en.lower()}.")
    if not closed and not legged and not kind.opens:
        raise RefusedError("mesh-is-another-kind", f"The mesh has legs: it is no {kind.title_en.lower()}.")


def _check_shoulders(samples: Array, kind: Kind, template: BodyTemplate) -> None:
    """Straps and shoulder seams lie on the shoulders; a tube goes round them."""
    skin = template.vertices_rest_m
    upward = vertex_normals(skin, template.faces)[:, 2] > 0.5
    high = skin[:, 2] > template.bones_rest_m[template.segment_index["upper_arm_left"], 0, 2]
    tree = cKDTree(samples[:, :2])
    for sign in (1, -1):
        shares = []
        for low in SHOULDER_BANDS_M:
            band = skin[upward & high & (sign * skin[:, 0] > low) & (sign * skin[:, 0] < low + 0.02)]
            on = [
                bool(((samples[near, 2] > z - 0.02) & (samples[near, 2] < z + 0.1)).any())
                for near, z in zip(tree.query_ball_point(band[:, :2], 0.012), band[:, 2], strict=True)
            ]
            shares.append(float(np.mean(on)) if on else 0.0)
        if max(shares) < LEAST_SHOULDER:
            raise RefusedError("mesh-is-another-kind", f"The mesh has no shoulders: it is no {kind.title_en.lower()}.")
