"""Draws a mesh: whatever its vertices carry, interpolated in perspective at each pixel."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FAR = 50.0


@dataclass(frozen=True)
class Camera:
    """A camera that looks along +y of the world (z up, metres), without tilt."""

    eye_m: tuple[float, float, float]
    """Where it stands."""
    fov_rad: float
    """Its vertical angle of view."""
    size_px: tuple[int, int]
    """Width and height of its picture."""

    def project(self, points_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2) Pixels of (N, 3) points."""
        right, up, away = self.see(points_m).T
        width, height = self.size_px
        focal = height / 2 / np.tan(self.fov_rad / 2)
        return np.stack([width / 2 + focal * right / -away, height / 2 - focal * up / -away], 1).astype(np.float32)

    def see(self, points_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3) The points seen from the camera: x right, y up, z towards the viewer."""
        right, away, up = (points_m - np.array(self.eye_m, np.float32)).T
        return np.ascontiguousarray(np.stack([right, up, -away], 1), np.float32)


def draw(
    camera: Camera,
    points_m: NDArray[np.float32],
    faces: NDArray[np.int32],
    values: NDArray[np.float32],
    *,
    both_sides: bool = False,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(H, W, K) what (N, K) vertices carry at each pixel, and (H, W) metres from the camera, `FAR` where nothing is."""
    width, height = camera.size_px
    seen = camera.see(points_m)
    settings = cv2.TriangleRasterizeSettings()
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE if both_sides else cv2.RASTERIZE_CULLING_CW)
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    bands = []
    depth = np.full((height, width), FAR, np.float32)
    for start in range(0, values.shape[1], 3):
        three = np.zeros((len(values), 3), np.float32)
        part = values[:, start : start + 3]
        three[:, : part.shape[1]] = part
        color = np.zeros((height, width, 3), np.float32)
        depth = np.full((height, width), FAR, np.float32)
        cv2.triangleRasterize(seen, faces, three, color, depth, np.eye(4), camera.fov_rad, 0.1, FAR, settings)
        bands.append(color[..., : part.shape[1]])
    return np.concatenate(bands, 2), depth


def find_normals(points_m: NDArray[np.float32], faces: NDArray[np.int32]) -> NDArray[np.float32]:
    """(N, 3) Unit normals of the vertices, outward for counter-clockwise faces."""
    a, b, c = points_m[faces.T]
    flat = np.cross(b - a, c - a)
    normals = np.stack([np.bincount(faces.ravel(), np.repeat(flat[:, k], 3), len(points_m)) for k in range(3)], 1)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12), np.float32)
