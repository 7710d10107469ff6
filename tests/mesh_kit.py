"""Garments as other people's tools would write them: the resting body's own skin, pushed out, in a GLB."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from garments.construct.form import vertex_normals
from garments.garment import GLTF_FROM_REST
from garments.meshes.pose_body import pose_body
from tests.gltf_kit import Builder

Array = NDArray[Any]
TOP = ("pelvis", "waist", "chest", "clavicle_left", "clavicle_right", "upper_arm_left", "upper_arm_right")
LEGS = ("pelvis", "thigh_left", "thigh_right", "shin_left", "shin_right")
EASE_M = 0.015


def shell(segments: tuple[str, ...], *, arm_rad: float | None = None, low_m: float = 0.0) -> tuple[Array, Array]:
    """(N, 3) points and (M, 3) faces of what lies round these segments, in glTF's axes and metres."""
    template = load_template()
    body = pose_body(template, arm_rad=arm_rad, leg_rad=None).template if arm_rad is not None else template
    names = np.array(template.segment_names)
    main = names[template.segments[np.arange(len(template.weights)), template.weights.argmax(axis=1)]]
    inside = np.isin(main, segments) & (template.vertices_rest_m[:, 2] > low_m)
    faces = template.faces[inside[template.faces].all(axis=1)]
    used, row = np.unique(faces, return_inverse=True)
    points = body.vertices_rest_m + EASE_M * vertex_normals(body.vertices_rest_m, body.faces)
    return (points[used] @ GLTF_FROM_REST.T).astype(np.float32), row.reshape(-1, 3)


def t_shirt(arm_rad: float | None = None) -> tuple[Array, Array]:
    """A t-shirt with half sleeves that ends at the hips."""
    return shell(TOP, arm_rad=arm_rad, low_m=0.86)


def trousers() -> tuple[Array, Array]:
    """Trousers from the hips to the ankles."""
    points, faces = shell(LEGS)
    return points, faces


def cone(top: float = 0.13, hem: float = 0.3, height: float = 0.6, *, capped: bool = False) -> tuple[Array, Array]:
    """A skirt, or a cup when it is capped."""
    around, rows = 48, 14
    angle, level = np.meshgrid(np.linspace(0, 2 * np.pi, around, endpoint=False), np.linspace(0, 1, rows))
    radius = top + (hem - top) * level
    points = np.stack([radius * np.cos(angle) * 1.15, -height * level, radius * np.sin(angle)], axis=-1).reshape(-1, 3)
    a = (np.arange(rows - 1)[:, None] * around + np.arange(around)).ravel()
    b = (np.arange(rows - 1)[:, None] * around + np.roll(np.arange(around), -1)).ravel()
    faces = np.vstack([np.stack([a, b, a + around], 1), np.stack([b, b + around, a + around], 1)])
    if capped:
        ends = []
        for row, flip in ((0, False), (rows - 1, True)):
            centre = len(points)
            points = np.vstack([points, [0, points[row * around, 1], 0]])
            ring = row * around + np.arange(around)
            fan = np.stack([np.full(around, centre), np.roll(ring, -1), ring], 1)
            ends.append(fan[:, ::-1] if flip else fan)
        faces = np.vstack([faces, *ends])
    return points.astype(np.float32), faces


def box(width: float, height: float, depth: float) -> tuple[Array, Array]:
    """A closed box of many triangles."""
    steps = np.linspace(-0.5, 0.5, 7)
    u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
    sides, faces = [], []
    cell = np.array([[i * 7 + j, i * 7 + j + 1, (i + 1) * 7 + j] for i in range(6) for j in range(6)])
    cell = np.vstack([cell, cell[:, [1, 2, 1]] + [0, 0, 7]])
    for axis in range(3):
        for side in (-0.5, 0.5):
            faces.append((cell if (side > 0) == (axis != 1) else cell[:, ::-1]) + 49 * len(sides))
            sides.append(np.insert(np.stack([u, v], 1), axis, side, axis=1))
    return (np.vstack(sides) * [width, height, depth]).astype(np.float32), np.vstack(faces)


def as_glb(points: Array, faces: Array, **more: Any) -> bytes:
    """The file."""
    return Builder().mesh(points, faces, dtype=np.uint32, **more).bytes()
