"""A small picture of a garment on a resting body, from any side."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.garment import Garment

SIZE_PX = (480, 600)
"""Width and height."""
GROUND = (244, 244, 245)
SKIN = (214, 201, 190)
AWAY_M = 50.0
"""The camera stands far off, so that nothing is foreshortened."""
NEAR_M = 3.0
"""Everything lies this near to the body's middle."""
POKE_M = 0.006
"""Skin this little in front of cloth is taken to be under it."""
LIGHT = np.array([-0.25, -0.85, 0.45])
"""Towards the light, at the upper left of the viewer."""

Array = NDArray[Any]


def preview(garment: Garment, template: BodyTemplate) -> NDArray[np.uint8]:
    """(600, 480, 3) RGB."""
    low, high = garment.vertices_rest_m.min(axis=0), garment.vertices_rest_m.max(axis=0)
    scale = float(min(SIZE_PX[0] / (high[0] - low[0] + 0.12), SIZE_PX[1] / (high[2] - low[2] + 0.32)))
    centre = np.array([(low[0] + high[0]) / 2, 0, (low[2] + high[2]) / 2 + 0.05], np.float32)
    body = (template.vertices_rest_m, template.faces)
    return draw(body, garment, garment.vertices_rest_m, scale=scale, centre_m=centre, size_px=SIZE_PX)


def draw(
    body: tuple[NDArray[np.float32], NDArray[np.int32]],
    garment: Garment,
    worn_m: NDArray[np.float32],
    *,
    scale: float,
    centre_m: NDArray[np.float32],
    size_px: tuple[int, int],
    angle_rad: float = 0.0,
    poke_m: float = POKE_M,
) -> NDArray[np.uint8]:
    """(height, width, 3) RGB picture of a garment on a body.

    Args:
        body: Vertices in rest space, (V, 3), and faces.
        garment: What is worn.
        worn_m: (N, 3) Where its vertices are, in rest space.
        scale: Pixels a metre.
        centre_m: (3,) What lies in the middle of the picture.
        size_px: Its width and height.
        angle_rad: How far the body is turned, to its own left.
        poke_m: Skin this little in front of cloth is taken to be under it.
    """
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], np.float32)
    camera = (scale, size_px)
    skin, skin_m = _rasterize((body[0] - centre_m) @ turn.T, body[1], None, camera)
    cloth, cloth_m = _rasterize((worn_m - centre_m) @ turn.T, garment.faces, garment.uv, camera)
    picture = np.full((size_px[1], size_px[0], 3), GROUND, np.float32)
    seen = skin_m < AWAY_M + NEAR_M - 1
    picture[seen] = np.array(SKIN) * skin[seen, 2:]
    height, width = garment.texture_rgba.shape[:2]
    texture = cv2.remap(
        garment.texture_rgba, cloth[..., 0] * width - 0.5, cloth[..., 1] * height - 0.5, cv2.INTER_LINEAR
    )
    seen = (cloth_m < AWAY_M + NEAR_M - 1) & (cloth_m < skin_m + poke_m)
    alpha = texture[seen, 3:] / np.float32(255)
    picture[seen] += alpha * (texture[seen, :3] * cloth[seen, 2:] - picture[seen])
    return np.asarray(np.clip(picture, 0, 255).round(), np.uint8)


def _shade(vertices_m: Array, faces: NDArray[np.int32]) -> Array:
    """(N,) Brightness by where the surface faces."""
    sides = vertices_m[faces]
    normals = np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0])
    corners = faces.ravel()
    summed = np.stack(
        [np.bincount(corners, np.repeat(normals[:, axis], 3), minlength=len(vertices_m)) for axis in range(3)], axis=1
    )
    facing = (summed @ LIGHT) / np.maximum(np.linalg.norm(summed, axis=1), 1e-9)
    return np.asarray(np.clip(0.66 + 0.40 * facing, 0.4, 1.0))


def _rasterize(
    vertices_m: Array, faces: NDArray[np.int32], uv: NDArray[np.float32] | None, camera: tuple[float, tuple[int, int]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(h, w, 3) u, v and shade, and (h, w) distances from the camera, `AWAY_M` from the body's middle."""
    scale, (width, height) = camera
    places = np.zeros((len(vertices_m), 2), np.float32) if uv is None else uv
    values = np.column_stack([places, _shade(vertices_m, faces)]).astype(np.float32)
    # OpenCV's camera looks along -z, with y up.
    seen = np.stack([vertices_m[:, 0], vertices_m[:, 2], -(AWAY_M + vertices_m[:, 1])], axis=1).astype(np.float32)
    settings = cv2.TriangleRasterizeSettings()
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    picture = np.zeros((height, width, 3), np.float32)
    depth = np.full((height, width), AWAY_M + NEAR_M, np.float32)
    angle = 2 * float(np.arctan(height / 2 / scale / AWAY_M))
    pose, near, far = np.eye(4, dtype=np.float32), AWAY_M - NEAR_M, AWAY_M + NEAR_M
    cv2.triangleRasterize(seen, faces, values, picture, depth, pose, angle, near, far, settings)
    return picture, depth
