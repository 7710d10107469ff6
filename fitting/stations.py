"""Where along the body its width is compared with the silhouette's: rings of template vertices round the bones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.skeleton import normalize

Array = NDArray[Any]

RING = 12
"""Vertices of a ring."""
TORSO_HEIGHTS_M = {"pelvis": (0.82, 0.87, 0.92, 0.965), "waist": (1.0, 1.05, 1.1), "chest": (1.15, 1.19, 1.23, 1.27)}
LIMB_PARTS = {
    "clavicle": (0.4, 0.65, 0.9),
    "upper_arm": (0.1, 0.25, 0.4, 0.55, 0.7, 0.85),
    "forearm": (0.1, 0.25, 0.4, 0.55, 0.7, 0.85),
    "thigh": (0.2, 0.32, 0.45, 0.57, 0.7, 0.82, 0.93),
    "shin": (0.08, 0.2, 0.32, 0.45, 0.57, 0.7, 0.82, 0.93),
    "foot": (0.35, 0.55, 0.75),
}
"""Where along its bone each limb is measured."""
END_STEMS = ("foot",)
"""The segments whose length is measured too."""


@dataclass(frozen=True)
class Stations:
    """Rings of template vertices round the bones, where widths are compared."""

    segments: NDArray[np.int64]
    """(T,) The segment of each station."""
    rings: NDArray[np.int64]
    """(T, RING) Vertices of each ring."""
    ends: NDArray[np.bool_]
    """(T,) Whether the station looks along the bone, at how far hand or foot reaches, and not across it."""


def list_stations(template: BodyTemplate) -> Stations:
    """Rings at fixed places along torso and limbs, each of the vertices that reach furthest out in RING directions."""
    rows = template.segment_index
    vertices, main = template.vertices_rest_m, template.segments[:, 0]
    angles = np.linspace(0, 2 * np.pi, RING, endpoint=False)
    segments, rings, ends = [], [], []

    def add(row: int, members: Array, centre: Array, axis: Array, half: float) -> None:
        near = np.flatnonzero(members & (np.abs((vertices - centre) @ axis) < half))
        side = normalize(np.cross(axis, np.array([0.0, 1, 0])))
        front = np.cross(side, axis)
        out = np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * front
        rings.append(near[((vertices[near] - centre) @ out.T).argmax(0)])
        segments.append(row)
        ends.append(False)

    torso = np.isin(main, [rows[n] for n in ("pelvis", "waist", "chest")])
    legs = np.isin(main, [rows[n] for n in ("thigh_left", "thigh_right")])
    for name, heights in TORSO_HEIGHTS_M.items():
        for height in heights:
            members = (torso | legs) if height < 0.95 else torso
            add(rows[name], members, np.array([0, -0.02, height]), np.array([0, 0, 1.0]), 0.02)
    for stem, parts in LIMB_PARTS.items():
        for side in ("left", "right"):
            row = rows[f"{stem}_{side}"]
            head, tail = template.bones_rest_m[row].astype(float)
            members = np.isin(main, [rows[f"{s}_{side}"] for s in LIMB_PARTS if s != "clavicle"])
            if stem == "clavicle":
                members = torso | np.isin(main, [row, rows[f"upper_arm_{side}"]])
            for part in parts:
                at = head + part * (tail - head)
                close = members & (np.sqrt(((vertices - at) ** 2).sum(1)) < 0.14)
                add(row, close, at, normalize(tail - head), 0.02)
    for stem in END_STEMS:
        for side in ("left", "right"):
            row = rows[f"{stem}_{side}"]
            own = np.flatnonzero((main == row) & (template.weights[:, 0] > 0.9))
            axis = normalize((template.bones_rest_m[row, 1] - template.bones_rest_m[row, 0]).astype(float))
            side_axis = normalize(np.cross(axis, np.array([0.0, 0, 1])))
            around = np.cos(angles)[:, None] * side_axis + np.sin(angles)[:, None] * np.cross(side_axis, axis)
            out = axis + np.linspace(0, 2, RING)[:, None] * around
            rings.append(own[(vertices[own] @ out.T).argmax(0)])
            segments.append(row)
            ends.append(True)
    return Stations(np.array(segments), np.array(rings), np.array(ends))
