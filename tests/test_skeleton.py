"""The skeleton: it recovers the body that made the pose, keeps depth in order, and survives bad keypoints."""

import numpy as np
import pytest

from fitting.fit import Fitter
from fitting.frame import PoseFrame
from fitting.skeleton import BONE_LIMITS, SkeletonFitter, measure, normalize, turn_least
from tests.posing import BODY, CAMERA_FROM_REST, MIDDLE_PX, PX_PER_M, landmarks_rest_m, see

REST = landmarks_rest_m()
ROWS = BODY.segment_index
MAIN = BODY.segments[:, 0]


def test_smallest_turn_carries_one_direction_onto_the_other():
    rng = np.random.default_rng(1)
    source, target = normalize(rng.normal(size=(50, 3))), normalize(rng.normal(size=(50, 3)))
    turns = turn_least(source, target)
    assert np.abs(np.einsum("nij,nj->ni", turns, source) - target).max() < 1e-6
    assert np.abs(turns @ turns.transpose(0, 2, 1) - np.eye(3)).max() < 1e-6
    assert np.isfinite(turn_least(source, -source)).all()


@pytest.mark.parametrize("turn_rad", [0.0, 0.4, -0.7, 1.2, np.pi])
def test_fit_recovers_the_body_that_made_the_pose(turn_rad):
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turned = BODY.vertices_rest_m @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    want = turned @ CAMERA_FROM_REST.T * PX_PER_M
    found = Fitter(BODY).fit(see(REST, turn_rad), None).vertices_image_px
    off_m = np.abs(found[:, :2] - want[:, :2] - MIDDLE_PX) / PX_PER_M
    assert np.median(off_m) < 0.006
    assert np.percentile(off_m, 99) < 0.03
    depth = found[:, 2] - want[:, 2]
    assert np.abs(depth - np.median(depth)).max() / PX_PER_M < 0.06


def test_a_larger_picture_gives_the_same_body_larger():
    small, large = (Fitter(BODY).fit(see(REST, 0.3, px_per_m=size), None) for size in (200.0, 500.0))
    assert large.px_per_m == pytest.approx(2.5 * small.px_per_m, rel=1e-4)
    shape = [body.vertices_image_px[:, :2] - MIDDLE_PX for body in (small, large)]
    assert np.abs(shape[1] - 2.5 * shape[0]).max() < 0.1


@pytest.mark.parametrize("side", [-1, 1])
def test_an_arm_before_the_chest_is_nearer_and_one_behind_the_back_is_farther(side):
    points = REST.copy()
    points[[13, 15, 17, 19]] = [[0.24, 0.1 * side, 1.12], [0.02, 0.25 * side, 1.1]] + 2 * [[-0.06, 0.26 * side, 1.1]]
    at = Fitter(BODY).fit(see(points), None).vertices_image_px
    hand = at[BODY.groups["hand_left"]].mean(0)
    torso = at[BODY.groups["torso"]]
    beneath = torso[np.sqrt(((torso[:, :2] - hand[:2]) ** 2).sum(1)) < 0.05 * PX_PER_M, 2]
    assert len(beneath) > 5
    assert (hand[2] < beneath.min()) if side < 0 else (hand[2] > beneath.max())


def test_joints_lie_where_the_keypoints_are():
    points = REST.copy()
    points[[13, 15, 17, 19], 2] += 0.3
    skeleton = SkeletonFitter(BODY).fit(see(points))
    for row, name in ((13, "forearm_left"), (15, "hand_left"), (25, "shin_left"), (28, "foot_right")):
        joint = skeleton.joints_image_px[ROWS[name], :2]
        assert measure(joint - see(points).points_image_px[row]) < 0.05 * PX_PER_M


def test_bones_stay_within_reason_whatever_the_keypoints_say():
    rng = np.random.default_rng(2)
    fitter = SkeletonFitter(BODY)
    for _ in range(100):
        pose = see(REST + rng.normal(0, 0.5, REST.shape).astype(np.float32))
        skeleton = fitter.fit(pose)
        assert np.isfinite(skeleton.joints_image_px).all()
        assert np.isfinite(skeleton.frames).all()
        sizes = np.linalg.svd(skeleton.frames[fitter.bones], compute_uv=False) / skeleton.px_per_m
        assert sizes.max() < BONE_LIMITS[1] * 1.01
        assert sizes.min() > BONE_LIMITS[0] * 0.99


@pytest.mark.parametrize("place", [0.0, 100.0, -5000.0])
def test_keypoints_all_in_one_spot_give_a_finite_body(place):
    points = np.full((33, 2), place, np.float32)
    pose = PoseFrame(points, np.zeros((33, 3), np.float32), np.zeros(33, np.float32), 0.0)
    assert np.isfinite(Fitter(BODY).fit(pose, None).vertices_image_px).all()
