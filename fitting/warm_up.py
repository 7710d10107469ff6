"""Compiles the loops that draw and blend before anybody waits for them."""

from functools import cache

import numpy as np

from body_model.load import load_template
from body_model.skin import make_skinner
from fitting.composite import Compositor
from fitting.drape import drape
from fitting.frame import PARSE_LABELS, Body, ParseFrame
from fitting.render import Renderer
from garments.garment import Garment

SIZE_PX = 96


@cache
def warm_up() -> None:
    """Dress a small picture: ten seconds on a new machine, half a second once the loops are on disk."""
    template = load_template()
    px_per_m = SIZE_PX / 2
    affine = np.array([[px_per_m, 0, 0, SIZE_PX / 2], [0, 0, -px_per_m, SIZE_PX], [0, px_per_m, 0, 0]], np.float32)
    count = len(template.segment_names)
    carry = make_skinner(template.vertices_rest_m, template.segments, template.weights, segment_count=count)
    body = Body(np.tile(affine, (count, 1, 1)), px_per_m, 0.0, carry)
    frame = np.full((SIZE_PX, SIZE_PX, 3), 127, np.uint8)
    layer = Renderer().render([drape(_patch(), body), drape(_patch(alpha=100), body)], frame.shape)
    labels = np.full((8, 8, len(PARSE_LABELS)), 1 / len(PARSE_LABELS), np.float32)
    for parse in (ParseFrame(labels, np.array([0, 0, SIZE_PX, SIZE_PX], np.float32)), None):
        Compositor().composite(frame, layer, parse, body, mask=True)


def _patch(alpha: int = 255) -> Garment:
    """Two triangles before the chest."""
    corners = np.array([[-0.3, -0.3, 1.4], [0.3, -0.3, 1.4], [0.3, -0.3, 1.0], [-0.3, -0.3, 1.0]], np.float32)
    return Garment(
        name="patch",
        kind="t-shirt",
        vertices_rest_m=corners,
        faces=np.array([[0, 3, 2], [0, 2, 1]], np.int32),
        uv=np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32),
        segments=np.full((4, 4), 2, np.int32),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (4, 1)),
        texture_rgba=np.full((8, 8, 4), (200, 200, 200, alpha), np.uint8),
    )
