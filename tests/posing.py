"""Poses of the template body whose every keypoint is known, and the labels that a perfect parser would give."""

import cv2
import numpy as np

from body_model.load import load_template
from fitting.frame import PARSE_LABELS, ParseFrame, PoseFrame
from fitting.parse import person_box
from fitting.skeleton import LANDMARKS_REST_M, OPPOSITE

BODY = load_template()
CAMERA_FROM_REST = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
PX_PER_M = 300.0
SIZE_PX = (480, 640)
MIDDLE_PX = np.array([240, 580], np.float32)
"""Where the spot between the feet of the resting body lies."""


def landmarks_rest_m():
    """(33, 3) MediaPipe's keypoints on the resting body; those that nobody reads lie between the others."""
    at = np.full((33, 3), np.nan, np.float32)
    for row, place in LANDMARKS_REST_M.items():
        at[row] = place
        if row in OPPOSITE:
            at[OPPOSITE[row]] = np.array(place) * (-1, 1, 1)
    empty = np.isnan(at[:, 0])
    at[empty] = at[[0 if row < 11 else 20 - row % 2 for row in np.flatnonzero(empty)]]
    return at


def see(points_rest_m, turn_rad=0.0, time_secs=0.0, px_per_m=PX_PER_M):
    """The pose that a camera sees of these (33, 3) places, the body turned about its upright axis."""
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], np.float32)
    camera = points_rest_m @ turn.T @ CAMERA_FROM_REST.T
    image = camera[:, :2] * px_per_m + MIDDLE_PX
    hips = camera - camera[[23, 24]].mean(0)
    return PoseFrame(image.astype(np.float32), hips.astype(np.float32), np.ones(33, np.float32), time_secs)


def label(mask, pose, name="upper"):
    """The parse of a (h, w) mask: one label inside it, background outside."""
    box = person_box(pose, mask.shape)
    x0, y0, x1, _ = (float(v) for v in box)
    scale = 4 * 96 / (x1 - x0)
    grid_from_image = np.array([[scale, 0, (0.5 - x0) * scale - 0.5], [0, scale, (0.5 - y0) * scale - 0.5]])
    fine = cv2.warpAffine(mask.astype(np.float32) / 255, grid_from_image, (4 * 96, 4 * 144))
    person = cv2.resize(fine, (96, 144), interpolation=cv2.INTER_AREA)
    probabilities = np.zeros((144, 96, len(PARSE_LABELS)), np.float32)
    probabilities[..., 0] = 1 - person
    probabilities[..., PARSE_LABELS.index(name)] = person
    return ParseFrame(probabilities, box)
