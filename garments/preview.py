"""A small picture of a garment on the resting body, from the front."""

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
POKE_M = 0.006
"""Skin this little in front of cloth is taken to be under it."""


def preview(garment: Garment, template: BodyTemplate) -> NDArray[np.uint8]:
    """(600, 480, 3) RGB."""
    low, high = garment.vertices_rest_m.min(axis=0), garment.vertices_rest_m.max(axis=0)
    scale = float(min(SIZE_PX[0] / (high[0] - low[0] + 0.12), SIZE_PX[1] / (high[2] - low[2] + 0.32)))
    centre = np.array([(low[0] + high[0]) / 2, 0, (low[2] + high[2]) / 2 + 0.05], np.float32)
    body = _shaded(template.vertices_rest_m, template.faces, np.zeros((len(template.vertices_rest_m), 2), np.float32))
    cloth = _shaded(garment.vertices_rest_m, garment.faces, garment.uv)
    (skin, skin_m), (worn, worn_m) = (_rasterize(*piece, scale, centre) for piece in (body, cloth))
    picture = np.full((SIZE_PX[1], SIZE_PX[0], 3), GROUND, np.float32)
    seen = skin_m < AWAY_M + 2
    picture[seen] = np.array(SKIN) * skin[seen, 2:]
    height, width = garment.texture_rgba.shape[:2]
    texture = cv2.remap(
        garment.texture_rgba[..., :3], worn[..., 0] * width - 0.5, worn[..., 1] * height - 0.5, cv2.INTER_LINEAR
    )
    seen = (worn_m < AWAY_M + 2) & (worn_m < skin_m + POKE_M)
    picture[seen] = (texture * worn[..., 2:])[seen]
    return np.asarray(np.clip(picture, 0, 255).round(), np.uint8)


def _shaded(
    vertices_rest_m: NDArray[np.float32], faces: NDArray[np.int32], uv: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    """Vertices, faces and (N, 3) u, v and shade, lit from the upper left of the viewer."""
    sides = vertices_rest_m[faces]
    normals = np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0])
    summed = np.zeros_like(vertices_rest_m)
    for corner in range(3):
        np.add.at(summed, faces[:, corner], normals)
    summed /= np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9)
    shade = np.clip(0.66 + 0.40 * (summed @ np.array([-0.25, -0.85, 0.45])), 0.4, 1.0)
    return vertices_rest_m, faces, np.column_stack([uv, shade]).astype(np.float32)


def _rasterize(
    vertices_rest_m: NDArray[np.float32],
    faces: NDArray[np.int32],
    values: NDArray[np.float32],
    scale: float,
    centre_m: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(h, w, 3) interpolated values and (h, w) distances from the camera, `AWAY_M` from the body's middle."""
    local = vertices_rest_m - centre_m
    # OpenCV's camera looks along -z, with y up.
    seen = np.stack([local[:, 0], local[:, 2], -(AWAY_M + local[:, 1])], axis=1)
    settings = cv2.TriangleRasterizeSettings()
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    picture = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), np.float32)
    depth = np.full((SIZE_PX[1], SIZE_PX[0]), AWAY_M + 3, np.float32)
    angle = 2 * float(np.arctan(SIZE_PX[1] / 2 / scale / AWAY_M))
    cv2.triangleRasterize(
        seen.astype(np.float32),
        faces,
        values,
        picture,
        depth,
        np.eye(4, dtype=np.float32),
        angle,
        AWAY_M - 3,
        AWAY_M + 3,
        settings,
    )
    return picture, depth
