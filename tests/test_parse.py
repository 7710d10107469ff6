"""The human parser: right labels on a real person, and labels that move with the body."""

import numpy as np
import pytest
from skimage.data import astronaut

from fitting.detect import LandmarkerPool, detect_picture
from fitting.frame import PARSE_LABELS, ParseFrame, PoseFrame
from fitting.parse import WEIGHTS, Parser, carry_parse, label_map, person_box, spread

PICTURE = np.ascontiguousarray(astronaut())


@pytest.fixture(scope="module")
def seen():
    pool = LandmarkerPool()
    pose = detect_picture(pool, PICTURE)
    pool.close()
    return pose, Parser().parse(PICTURE, pose)


def pose_at(points):
    return PoseFrame(np.float32(points), np.zeros((33, 3), np.float32), np.ones(33, np.float32), 0.0)


def standing(shift=(0, 0), scale=1.0):
    points = np.full((33, 2), 200.0)
    points[[11, 12, 23, 24]] = (240, 100), (160, 100), (230, 240), (170, 240)
    return pose_at((points - 200) * scale + 200 + np.array(shift))


def test_weights_are_small_enough_to_commit():
    assert WEIGHTS.stat().st_size <= 7_000_000


def test_probabilities_sum_to_one(seen):
    _, parse = seen
    assert parse.probabilities.shape == (144, 96, 9)
    assert np.abs(parse.probabilities.sum(-1) - 1).max() < 1e-4


def test_face_is_skin_hair_is_hair_and_suit_is_cloth(seen):
    _, parse = seen
    labels = label_map(parse, PICTURE.shape)
    names = {
        place: PARSE_LABELS[labels[place[1], place[0]]] for place in ((220, 130), (215, 50), (110, 300), (400, 30))
    }
    assert names[220, 130] == "skin"
    assert names[215, 50] == "hair"
    assert names[110, 300] == "upper"
    assert names[400, 30] == "background"


def test_still_of_a_mirrored_picture_is_the_mirrored_answer(seen):
    pose, _ = seen
    parser = Parser()
    twin = pose.points_image_px * (-1, 1) + (PICTURE.shape[1] - 1, 0)
    swapped = np.r_[0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, np.arange(11, 33).reshape(-1, 2)[:, ::-1].ravel()]
    mirrored = PoseFrame(twin[swapped].astype(np.float32), pose.points_hips_m, pose.visibility, 0.0)
    a = label_map(parser.parse_picture(PICTURE, pose), PICTURE.shape)
    b = label_map(parser.parse_picture(np.ascontiguousarray(PICTURE[:, ::-1]), mirrored), PICTURE.shape)
    assert (a == b[:, ::-1]).mean() > 0.97


def test_labels_move_along_with_the_trunk():
    parse = ParseFrame(np.zeros((144, 96, 9), np.float32), np.float32([100, 0, 300, 300]))
    still = carry_parse(parse, standing(), standing())
    moved = carry_parse(parse, standing(), standing(shift=(7, -3)))
    grown = carry_parse(parse, standing(), standing(scale=1.05))
    assert np.allclose(still.box_image_px, parse.box_image_px, atol=1e-3)
    assert np.allclose(moved.box_image_px - parse.box_image_px, [7, -3, 7, -3], atol=1e-3)
    assert np.isclose(np.ptp(grown.box_image_px[[0, 2]]), 210, atol=1e-2)


def test_crop_keeps_its_shape_wherever_the_person_stands():
    for shift in ((0, 0), (-500, 0), (5000, 5000)):
        x0, y0, x1, y1 = person_box(standing(shift), (480, 640, 3))
        assert x1 > x0 and y1 > y0
        assert np.isclose((x1 - x0) / (y1 - y0), 192 / 288, atol=1e-3)


def test_label_spread_over_a_picture_lies_where_its_grid_lies():
    probabilities = np.zeros((144, 96, 9), np.float32)
    probabilities[..., 0] = 1
    probabilities[72:, :, 3], probabilities[72:, :, 0] = 1, 0
    parse = ParseFrame(probabilities, np.float32([10, 20, 106, 164]))
    plane = spread(parse, 3, (200, 120))
    assert np.array_equal(plane[92:164, 10:106], np.ones((72, 96), np.float32))
    assert plane[:91].max() == 0
