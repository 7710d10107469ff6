"""The figure that cloth is draped on: the baked body with its arms lowered, as distances in space."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.demo.looks import bridge
from body_model.demo.pose import turn_onto
from body_model.demo.raster import find_normals
from body_model.load import load_template
from body_model.skin import skin

Array = NDArray[np.float64]
ANKLE_M = 0.10
FAR_M = 0.09
"""Distances are kept up to here."""


@dataclass(frozen=True)
class Figure:
    """Signed distances to a body on a grid, negative inside."""

    origin_m: Array
    """(3,) Place of the first cell."""
    cell_m: float
    """Size of a cell."""
    distance_m: NDArray[np.float32]
    """(X, Y, Z) Distance at each cell."""


def lower_arms(angle_rad: float) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """(V, 3) the body's vertices with straight arms at an angle from the vertical, and (F, 3) its faces."""
    t = load_template()
    affines = np.tile(np.eye(3, 4, dtype=np.float32), (len(t.segment_names), 1, 1))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        aim = np.array([sign * np.sin(angle_rad), -0.03, -np.cos(angle_rad)])
        end = None
        for part in ("upper_arm", "forearm", "hand"):
            row = t.segment_index[f"{part}_{side}"]
            head, tail = t.bones_rest_m[row].astype(np.float64)
            turn = turn_onto(tail - head, aim)
            start = head if end is None else end
            affines[row] = np.c_[turn, start - turn @ head]
            end = start + turn @ (tail - head)
    return skin(t.vertices_rest_m, t.segments, t.weights, affines), t.faces


def raise_arms(points_m: Array, arms_rad: float) -> Array:
    """(P, 3) Cloth that lies on the mannequin, moved along to where the resting body has its arms."""
    posed, _ = lower_arms(arms_rad)
    far, near = cKDTree(posed).query(points_m, k=8)
    share = 1 / np.maximum(far, 1e-3) ** 2
    share /= share.sum(axis=1, keepdims=True)
    shift = (load_template().vertices_rest_m - posed)[near]
    return np.asarray(points_m + (shift * share[..., None]).sum(axis=1))


@cache
def make_figure(arms_rad: float, cell_m: float = 0.012, low_m: float = 0.62) -> Figure:
    """The distances to the mannequin, from a height up to the neck."""
    points, faces = lower_arms(arms_rad)
    points = bridge(faces, points, 0.025)
    normals = find_normals(points, faces)
    # No feet: hems would catch on them.
    legs = points[:, 2] > ANKLE_M
    points, normals = points[legs], normals[legs]
    low, high = np.array([-0.66, -0.30, low_m]), np.array([0.66, 0.26, 1.56])
    shape = np.ceil((high - low) / cell_m).astype(int) + 1
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), -1).reshape(-1, 3) * cell_m + low
    far, nearest = cKDTree(points).query(grid, k=4, distance_upper_bound=FAR_M)
    nearest = np.minimum(nearest, len(points) - 1)
    weight = np.where(np.isfinite(far), 1 / np.maximum(far, 1e-4) ** 2, 0)
    total = weight.sum(1)
    signed = ((grid[:, None] - points[nearest]) * normals[nearest]).sum(2)
    mean = (signed * weight).sum(1) / np.maximum(total, 1e-12)
    inside = mean < 0
    reach = np.where(np.isfinite(far[:, 0]), np.minimum(np.abs(mean), far[:, 0]), FAR_M)
    return Figure(low, cell_m, np.where(inside & (total > 0), -reach, reach).reshape(shape).astype(np.float32))
