"""A garment's picture from the front, as a product photo would show it, cut out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.construct.form import vertex_normals
from garments.garment import Garment
from garments.meshes.charts import draw_faces

HEIGHT_PX = 960
MARGIN_PX = 24
LIGHT = np.array([-0.25, -0.85, 0.45])
"""Towards the light, at the upper left of the viewer."""
FINER = 2
"""How many times larger it is drawn than shown, for soft edges."""


def portray(garment: Garment) -> NDArray[np.uint8]:
    """(H, W, 4) RGBA, straight alpha, from in front of the resting body."""
    points = garment.vertices_rest_m.astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = FINER * (HEIGHT_PX - 2 * MARGIN_PX) / max(high[2] - low[2], (high[0] - low[0]) * 0.75)
    margin = FINER * MARGIN_PX
    size = (int(scale * (high[0] - low[0])) + 2 * margin, int(scale * (high[2] - low[2])) + 2 * margin)
    place = np.stack([points[:, 0] - low[0], high[2] - points[:, 2]], axis=1) * scale + margin
    shown, shares = draw_faces(place[garment.faces], points[garment.faces][..., 1], size)
    seen = shown >= 0
    part = np.column_stack([1 - shares[seen].sum(axis=1), shares[seen]])
    corners = garment.faces[shown[seen]]
    uv = np.einsum("tk,tkd->td", part, garment.uv[corners])
    normals = np.einsum("tk,tkd->td", part, vertex_normals(points, garment.faces)[corners])
    normals *= np.where(normals[:, 1:2] > 0, -1, 1)  # an inside is lit as it is seen
    shade = np.clip(0.68 + 0.34 * (normals @ LIGHT), 0.4, 1.0)
    height, width = garment.texture_rgba.shape[:2]
    grid = np.zeros((*seen.shape, 2), np.float32)
    grid[seen] = uv * [width, height] - 0.5
    picture = cv2.remap(
        garment.texture_rgba, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    picture[seen, :3] *= shade[:, None]
    picture[~seen] = 0
    alpha = picture[..., 3:] / 255
    premultiplied = np.dstack([picture[..., :3] * alpha, picture[..., 3:]])
    smaller = cv2.resize(premultiplied, (size[0] // FINER, size[1] // FINER), interpolation=cv2.INTER_AREA)
    straight = np.dstack([smaller[..., :3] / np.maximum(smaller[..., 3:] / 255, 1e-3), smaller[..., 3:]])
    return np.asarray(np.clip(np.round(straight), 0, 255), np.uint8)
