"""Studio light: two soft boxes, a pale room and a white sweep, each blocked by the cloth that stands before it."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
KEY = np.array((-0.62, -0.62, 0.48))
FILL = np.array((0.75, -0.62, 0.22))
DISTANCE_M = 20.0
MAP_PX = 384


def list_lamps(count: int) -> tuple[Array, Array]:
    """(L, 3) directions towards evenly spread lamps before and around the garment, and (L,) their power."""
    row = np.arange(count * 2) + 0.5
    height = 1 - row / count
    turn = np.pi * (1 + 5**0.5) * row
    flat = np.sqrt(1 - height**2)
    towards = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], 1)
    towards = towards[towards[:, 1] < 0.35]

    def box(direction: NDArray[np.float64], width: float) -> NDArray[np.float64]:
        unit = direction / np.linalg.norm(direction)
        return np.asarray(np.exp((towards @ unit - 1) / width**2))

    power = 0.13 + 2.6 * box(KEY, 0.38) + 0.75 * box(FILL, 0.5) + 0.35 * np.clip(towards[:, 2], 0, 1)
    facing = np.clip(-towards[:, 1], 0, None)
    return towards.astype(np.float32), (power / (power * facing).sum()).astype(np.float32)


def shed(points_m: Array, faces: NDArray[np.int32], normals: Array, *, lamps: int = 48) -> tuple[Array, Array]:
    """(N, 3) light fields for the outside and for the inside: dotted with a unit normal each gives the light received.

    A plane that faces the camera with nothing before it receives 1.
    """
    middle = (points_m.min(0) + points_m.max(0)) / 2
    reach = float(np.linalg.norm(points_m - middle, axis=1).max()) * 1.02
    outside, inside = np.zeros_like(points_m), np.zeros_like(points_m)
    for towards, power in zip(*list_lamps(lamps), strict=True):
        seen = is_lit(points_m - middle, faces, towards, reach) * power
        facing = normals @ towards > 0
        outside += (seen * facing)[:, None] * towards
        inside += (seen * ~facing)[:, None] * towards
    return outside, inside


def is_lit(points_m: Array, faces: NDArray[np.int32], towards: Array, reach_m: float) -> Array:
    """(N,) 0 to 1: how much of the lamp in a direction each point sees."""
    side = np.cross((0, 0, 1), towards)
    side /= np.linalg.norm(side)
    frame = np.stack([side, np.cross(towards, side), towards]).astype(np.float32)
    placed = np.ascontiguousarray(points_m @ frame.T - np.array((0, 0, DISTANCE_M), np.float32))
    fov = 2 * np.arctan(reach_m / DISTANCE_M)
    depth = np.full((MAP_PX, MAP_PX), 2 * DISTANCE_M, np.float32)
    settings = cv2.TriangleRasterizeSettings()
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    cv2.triangleRasterizeDepth(placed, faces, depth, np.eye(4), fov, 1.0, 2 * DISTANCE_M, settings)
    scale = MAP_PX / 2 / np.tan(fov / 2)
    at = np.stack([placed[:, 0], -placed[:, 1]], 1) / -placed[:, 2:] * scale + MAP_PX / 2 - 0.5
    nearest = _look_up(depth, at)
    return np.asarray(np.clip(1 - (-placed[:, 2] - nearest - 0.006) / 0.008, 0, 1), np.float32)


def _look_up(depth: Array, at: Array) -> Array:
    column, row = np.clip(np.rint(at), 0, MAP_PX - 1).astype(int).T
    return np.asarray(depth[row, column])
