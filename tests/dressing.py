"""A body that stands in a picture, and square cloth to hang before it."""

import numpy as np

from body_model.load import load_template
from body_model.skin import make_skinner
from fitting.drape import DrapedGarment
from fitting.frame import PARSE_LABELS, Body, ParseFrame
from garments.garment import Garment

PX_PER_M = 300.0
SIZE_PX = (480, 640)


def stand(template=None, *, shift_px=(240.0, 600.0)):
    """The resting body, facing the camera, 300 pixels a metre, its feet on row 600."""
    template = template or load_template()
    affine = np.array([[PX_PER_M, 0, 0, shift_px[0]], [0, 0, -PX_PER_M, shift_px[1]], [0, PX_PER_M, 0, 0]], np.float32)
    count = len(template.segment_names)
    carry = make_skinner(template.vertices_rest_m, template.segments, template.weights, segment_count=count)
    return Body(np.tile(affine, (count, 1, 1)), PX_PER_M, 0.0, carry)


def turn_arm(body, template, side, depth_px):
    """The same body with one forearm laid before the belly, at some depth."""
    rows = template.segment_index
    affines = body.image_from_rest.copy()
    for name in (f"forearm_{side}", f"hand_{side}"):
        elbow = template.bones_rest_m[rows[f"forearm_{side}"], 0]
        sign = 1 if side == "left" else -1
        turned = np.array([[0, -PX_PER_M * sign, 0], [0, 0, -PX_PER_M], [PX_PER_M * 0.2, 0, 0]], np.float32)
        place = np.array([240 + sign * 75, 600 - 1.1 * PX_PER_M, depth_px], np.float32)
        # From rest about the elbow: what pointed down and out now points across the belly.
        down = (template.bones_rest_m[rows[f"hand_{side}"], 0] - elbow) / 0.27
        across = np.array([-sign, 0, 0], np.float32) * PX_PER_M
        up = np.array([0, -1, 0], np.float32) * PX_PER_M
        basis = np.linalg.qr(np.column_stack([down, [0, 1, 0], [1, 0, 0]]))[0]
        basis = basis * np.sign(basis.T @ down + (np.arange(3) > 0))
        turned = np.outer(across, basis[:, 0]) + np.outer(up, basis[:, 1])
        turned += np.outer(np.array([0, 0, PX_PER_M], np.float32), basis[:, 2])
        affines[rows[name]] = np.column_stack([turned, place - turned @ elbow])
    return Body(affines.astype(np.float32), body.px_per_m, body.time_secs, body.carry)


def square(*, colour=(200, 100, 50, 255), texture=None, segment=2):
    """Two triangles with a texture, hung on the chest."""
    texture = np.full((64, 64, 4), colour, np.uint8) if texture is None else texture
    corners = np.array([[-1, 0, 1], [1, 0, 1], [1, 0, -1], [-1, 0, -1]], np.float32)
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    segments = np.full((4, 4), segment, np.int32)
    weights = np.tile(np.array([1, 0, 0, 0], np.float32), (4, 1))
    faces = np.array([[0, 3, 2], [0, 2, 1]], np.int32)
    return Garment("square", "t-shirt", corners, faces, uv, segments, weights, texture)


def hang(garment, x0, y0, x1, y1, depth=0.0):
    """The square over a rectangle of the picture, facing the camera."""
    corners = np.array([[x0, y0, depth], [x1, y0, depth], [x1, y1, depth], [x0, y1, depth]], np.float32)
    return DrapedGarment(garment, corners, PX_PER_M)


def parse_of(size_px, **rectangles):
    """Labels by rectangles (x0, y0, x1, y1), background elsewhere, a cell to four pixels; later cover earlier."""
    width, height = size_px
    labels = np.zeros((height // 4, width // 4), np.int64)
    for name, (x0, y0, x1, y1) in rectangles.items():
        labels[y0 // 4 : y1 // 4, x0 // 4 : x1 // 4] = PARSE_LABELS.index(name)
    probabilities = np.eye(len(PARSE_LABELS), dtype=np.float32)[labels]
    return ParseFrame(probabilities, np.array([0, 0, width, height], np.float32))
