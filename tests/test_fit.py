"""The fit on half a person, on a real person, and its silhouette."""

import numpy as np
import pytest
from skimage import data

from fitting.detect import POSE_BUNDLE, LandmarkerPool, detect_picture
from fitting.fit import Fitter
from fitting.frame import PoseFrame
from fitting.silhouette import body_mask
from tests.posing import BODY, PX_PER_M, SIZE_PX, label, landmarks_rest_m, see

REST = landmarks_rest_m()
HEIGHT_M = float(BODY.vertices_rest_m[:, 2].max())


def cut_off(pose, rows_px):
    """The same person with all below these rows out of the picture: hardly visible, and badly guessed."""
    below = pose.points_image_px[:, 1] > rows_px
    rng = np.random.default_rng(6)
    points = pose.points_image_px + below[:, None] * rng.normal(0, 25, (33, 2)).astype(np.float32)
    visibility = np.where(below, 0.02, 1).astype(np.float32)
    return PoseFrame(points, pose.points_hips_m, visibility, pose.time_secs)


def test_half_a_person_keeps_the_body_of_the_whole():
    whole = see(REST)
    mask = body_mask(Fitter(BODY).fit(whole, None), BODY, SIZE_PX)
    seen_rows = 320
    half = cut_off(whole, seen_rows)
    fitted = Fitter(BODY).fit(half, label(mask[:seen_rows], half)).vertices_image_px
    wanted = Fitter(BODY).fit(whole, None).vertices_image_px
    assert np.isfinite(fitted).all()
    trunk = np.concatenate([BODY.groups[name] for name in ("torso", "head", "arm_left", "arm_right")])
    assert np.abs(fitted[trunk, :2] - wanted[trunk, :2]).max() < 0.1 * PX_PER_M
    assert np.ptp(fitted[:, 1]) < 1.2 * HEIGHT_M * PX_PER_M
    assert np.ptp(fitted[:, 2]) < 1.2 * PX_PER_M


def test_head_and_shoulders_alone_are_no_explosion():
    pose = see(REST)
    points = pose.points_image_px.copy()
    points[13:] = (240, 900)
    visibility = np.where(np.arange(33) < 13, 1, 0.01).astype(np.float32)
    fitted = Fitter(BODY).fit(PoseFrame(points, pose.points_hips_m, visibility, 0.0), None).vertices_image_px
    assert np.isfinite(fitted).all()
    assert np.ptp(fitted[:, :2], axis=0).max() < 3 * HEIGHT_M * PX_PER_M


def test_a_real_half_person_is_covered_by_the_body():
    if not POSE_BUNDLE.exists():
        pytest.skip("the pose bundle is not built: run `make setup`")
    picture = data.astronaut()
    pool = LandmarkerPool()
    pose = detect_picture(pool, picture)
    pool.close()
    assert pose is not None
    body = Fitter(BODY).fit(pose, None)
    mask = body_mask(body, BODY, (512, 512))
    shoulders = pose.points_image_px[[11, 12]]
    span = float(np.abs(shoulders[0] - shoulders[1]).max())
    chest = shoulders.mean(0) + np.array([0, 0.5 * span])
    for x, y in (*pose.points_image_px[:11], shoulders.mean(0), chest):
        assert mask[round(float(y)), round(float(x))] == 255
    assert mask[:200, :60].max() == 0
    assert 0.15 < (mask > 0).mean() < 0.6
    assert np.ptp(body.vertices_image_px, axis=0).max() < 8 * span


def test_the_same_frame_again_and_again_moves_less_than_half_a_pixel():
    mask = body_mask(Fitter(BODY).fit(see(REST), None), BODY, SIZE_PX)
    fitter, parse = Fitter(BODY), label(mask, see(REST))
    places = [fitter.fit(see(REST, time_secs=k / 15), parse).vertices_image_px[:, :2].copy() for k in range(30)]
    assert np.abs(places[-1] - places[9]).max() < 0.5


def test_a_body_is_the_mesh_that_its_affines_carry_moved_beside_its_bones():
    fitter = Fitter(BODY)
    body = fitter.fit(see(REST), None)
    assert np.array_equal(body.vertices_image_px, fitter.carry(body.image_from_rest))
    assert body.time_secs == 0.0
    assert body.px_per_m == pytest.approx(PX_PER_M, rel=0.02)


def test_silhouette_is_the_shadow_of_the_mesh():
    body = Fitter(BODY).fit(see(REST), None)
    mask = body_mask(body, BODY, SIZE_PX)
    assert mask.shape == (SIZE_PX[1], SIZE_PX[0])
    assert set(np.unique(mask)) == {0, 255}
    inside = np.rint(body.vertices_image_px[:, :2]).astype(int)
    kept = ((inside >= 0) & (inside < SIZE_PX)).all(1)
    assert (mask[inside[kept, 1], inside[kept, 0]] > 0).mean() > 0.93
    aside = body.image_from_rest + np.array([[0, 0, 0, 7], [0, 0, 0, 7], [0, 0, 0, 0]], np.float32)
    shifted = type(body)(aside, body.px_per_m, 0.0, body.carry)
    assert np.array_equal(body_mask(shifted, BODY, SIZE_PX)[7:, 7:], mask[:-7, :-7])
