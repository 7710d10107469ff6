"""Lays a shirt collar round the neck of a draped top: a stand, folded over into a leaf with two points."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from body_model.demo.raster import find_normals
from garments.demo.mannequin import Figure
from garments.demo.photograph import EDGES, Shape

Array = NDArray[np.float64]
AROUND, ROWS = 140, 14
LEAF, STAND = 10, 11
STAND_M = 0.030


def trace_neck(neck_m: Array) -> Array:
    """(AROUND, 3) Even points round the neck: from the middle of the front to the wearer's left, behind, and back."""
    start = int(np.argmin(neck_m[:, 1] + np.abs(neck_m[:, 0])))
    loop = np.roll(neck_m, -start, 0)
    loop = np.concatenate([loop, loop[:1]])
    step = np.r_[0, np.cumsum(np.linalg.norm(np.diff(loop, axis=0), axis=1))]
    at = np.linspace(0, step[-1], AROUND)
    even = np.stack([np.interp(at, step, loop[:, k]) for k in range(3)], 1)
    for _ in range(6):
        even[1:-1] = (even[:-2] + 2 * even[1:-1] + even[2:]) / 4
    return even


def keep_off(points_m: Array, figure: Figure, gap_m: float) -> Array:
    """The points, pushed out of the figure to a distance from it."""
    for _ in range(4):
        cells = ((points_m - figure.origin_m) / figure.cell_m).T
        far = map_coordinates(figure.distance_m, cells, order=1, mode="nearest")
        slope = np.stack(
            [map_coordinates(g, cells, order=1, mode="nearest") for g in np.gradient(figure.distance_m)], 1
        )
        slope /= np.linalg.norm(slope, axis=1, keepdims=True).clip(1e-6)
        points_m = points_m + slope * np.clip(gap_m - far, 0, 0.02)[:, None]
    return points_m


def add_collar(
    shape: Shape,
    neck_m: Array,
    figure: Figure,
    *,
    leaf_m: float = 0.044,
    point_m: float = 0.074,
    edge_offset_m: float = 0.0,
) -> Shape:
    """The top with its collar on."""
    neck = trace_neck(neck_m)
    middle = neck.mean(0)
    out = (neck - middle) * [1, 1, 0]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    t = np.linspace(0, 1, AROUND)
    front = np.clip(1 - np.minimum(t, 1 - t) / 0.16, 0, 1)
    front = front**2 * (3 - 2 * front)
    side = np.sign(0.5 - t)
    high = (STAND_M - 0.008 * front)[:, None]
    up = np.array([0, 0, 1.0]) - 0.22 * out
    ridge = neck + up * high
    size = leaf_m + (point_m - leaf_m) * front
    fall = (0.42 - 0.22 * front)[:, None] * out - np.array([0, 0, 1.0]) * 0.93
    fall[:, 0] += side * 0.62 * front
    fall /= np.linalg.norm(fall, axis=1, keepdims=True)
    j = np.linspace(0, 1, ROWS)[None, :, None]
    stand = neck[:, None] + (ridge - neck)[:, None] * j
    puff = 0.010 * np.sin(np.pi * j) + 0.003 * j
    leaf = ridge[:, None] + 0.003 * out[:, None] + fall[:, None] * size[:, None, None] * j + out[:, None] * puff
    flat = leaf.reshape(-1, 3)
    pushed = keep_off(flat, figure, 0.0165).reshape(leaf.shape)
    leaf = leaf + (pushed - leaf) * np.clip(j * 3, 0, 1)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(neck, axis=0), axis=1))]
    depth = size[:, None] * (1 - j[..., 0])
    ends = np.minimum(along, along[-1] - along)[:, None] + np.zeros((1, ROWS))
    rim = np.minimum(depth, ends * 1.0)
    shape = join(shape, leaf, np.broadcast_to(along[:, None], rim.shape), depth, rim + edge_offset_m, LEAF)
    return join(
        shape, stand, np.broadcast_to(along[:, None], rim.shape), high * j[..., 0], np.full(rim.shape, 9.0), STAND
    )


def join(shape: Shape, grid: Array, u: Array, v: Array, rim: Array, panel: int) -> Shape:
    """The shape with one more sheet, given as a grid of points."""
    rows, columns = grid.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (n.ravel() for n in (number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)
    points = grid.reshape(-1, 3).astype(np.float32)
    normals = find_normals(points, faces)
    middle = points.mean(0)
    if ((points - middle) * normals)[:, :2].sum() < 0:
        faces, normals = faces[:, ::-1], -normals
    far = np.full(points.shape[0], 9.0)
    carried = {name: far for name in EDGES} | {"hem": rim.ravel()}
    columns_of = [u.ravel(), v.ravel(), np.full(len(points), panel), *(carried[n] for n in EDGES), u.ravel()]
    return Shape(
        np.concatenate([shape.points_m, points]),
        np.concatenate([shape.faces, faces + len(shape.points_m)]).astype(np.int32),
        np.concatenate([shape.normals, normals]),
        np.concatenate([shape.carried, np.column_stack(columns_of).astype(np.float32)]),
    )
