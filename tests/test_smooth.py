"""Smoothing: still where people are still, hardly late where they move, and never led astray by bad input."""

import numpy as np
import pytest

from fitting.frame import PoseFrame
from fitting.smooth import EARLY_SECS, GAP_SECS, OneEuro, Smoother


def make_pose(time_secs, offset=0.0, visibility=1.0):
    """A standing person, 500 px tall, moved sideways by `offset`."""
    rng = np.random.default_rng(1)
    image = rng.uniform(0, 500, (33, 2)).astype(np.float32)
    image[[11, 12, 23, 24]] = [[260, 120], [200, 120], [250, 280], [210, 280]]
    hips = rng.normal(0, 0.3, (33, 3)).astype(np.float32)
    image[:, 0] += np.float32(offset)
    return PoseFrame(image, hips, np.full(33, visibility, np.float32), time_secs)


def smooth_scalar(values, step, one):
    """The one-euro filter as its authors wrote it, a value at a time, for a trunk of 1."""
    out, speed, past = [values[0]], 0.0, values[0]
    for count, value in enumerate(values[1:], start=2):
        weigh = lambda hz: 1 / (1 + 1 / (2 * np.pi * hz * step))  # noqa: E731
        speed += weigh(one.speed_hz) * ((value - past) / step - speed)
        cutoff = one.rest_hz + one.hz_per_speed * max(abs(speed) - one.idle_speed, 0)
        early = 2 / (count + 1) if (count - 1) * step < EARLY_SECS else 0
        past += max(weigh(cutoff), early) * (value - past)
        out.append(past)
    return np.array(out)


def test_constant_pose_stays_exactly_as_it_is():
    smoother = Smoother()
    for frame in range(60):
        pose = make_pose(frame / 30)
        smooth = smoother.smooth(pose)
        assert np.array_equal(smooth.points_image_px, pose.points_image_px)
        assert np.array_equal(smooth.points_hips_m, pose.points_hips_m)
        assert smooth.time_secs == pose.time_secs


def test_filter_is_the_one_euro_filter():
    one = OneEuro(rest_hz=0.8, hz_per_speed=4.0, speed_hz=1.2, idle_speed=0.05)
    smoother = Smoother(image=one, depth=one)
    rng = np.random.default_rng(2)
    offsets = np.r_[0, np.cumsum(rng.normal(0, 6, 80))]
    trunk = float(np.hypot(10, 160))
    found = [smoother.smooth(make_pose(i / 30, o)).points_image_px[11, 0] - 260 for i, o in enumerate(offsets)]
    want = smooth_scalar(offsets / trunk, 1 / 30, one) * trunk
    assert np.abs(np.array(found) - want).max() < 0.01


def test_noise_of_a_standing_person_falls_to_a_tenth():
    smoother, rng = Smoother(), np.random.default_rng(3)
    found = []
    for frame in range(90):
        pose = make_pose(frame / 30)
        noisy = pose.points_image_px + rng.normal(0, 1, (33, 2)).astype(np.float32)
        found.append(smoother.smooth(PoseFrame(noisy, pose.points_hips_m, pose.visibility, pose.time_secs)))
    left = np.array([p.points_image_px for p in found])[15:]
    assert left.std(axis=0).mean() < 0.1


@pytest.mark.parametrize("rate", [15, 24, 30, 60])
def test_lag_behind_a_swaying_person_is_under_fifty_milliseconds(rate):
    smoother = Smoother()
    times = np.arange(0, 6, 1 / rate)
    path = 60 * np.sin(2 * np.pi * 0.7 * times)
    found = np.array(
        [smoother.smooth(make_pose(t, x)).points_image_px[11, 0] - 260 for t, x in zip(times, path, strict=True)]
    )
    late = np.arange(0, 0.2, 0.001)
    late_by = [np.abs(found[2 * rate :] - np.interp(times[2 * rate :] - d, times, path)).mean() for d in late]
    assert late[int(np.argmin(late_by))] <= 0.05


def test_picture_size_does_not_matter():
    small, large = Smoother(), Smoother()
    for frame, offset in enumerate([0, 3, 9, 20, 15, 2]):
        pose = make_pose(frame / 30, offset)
        double = PoseFrame(pose.points_image_px * 2, pose.points_hips_m, pose.visibility, pose.time_secs)
        one, two = small.smooth(pose), large.smooth(double)
        assert np.allclose(one.points_image_px * 2, two.points_image_px, atol=1e-2)


def test_after_a_gap_or_a_step_back_in_time_the_pose_is_taken_as_it_comes():
    for later in (5 + GAP_SECS * 1.5, 3.0):
        smoother = Smoother()
        for frame in range(5):
            smoother.smooth(make_pose(5 + frame / 1000))
        pose = make_pose(later, 300)
        assert np.array_equal(smoother.smooth(pose).points_image_px, pose.points_image_px)


def test_same_time_twice_changes_nothing():
    smoother = Smoother()
    first = smoother.smooth(make_pose(1.0))
    again = smoother.smooth(make_pose(1.0, 50))
    assert np.array_equal(first.points_image_px, again.points_image_px)


def test_nan_is_ridden_out():
    smoother = Smoother()
    good = smoother.smooth(make_pose(0.0))
    pose = make_pose(1 / 30)
    pose.points_image_px[13] = np.nan
    pose.visibility[14] = np.nan
    smooth = smoother.smooth(pose)
    assert np.isfinite(smooth.points_image_px).all() and np.isfinite(smooth.visibility).all()
    assert np.array_equal(smooth.points_image_px[13], good.points_image_px[13])


def test_hidden_points_go_along_with_the_body():
    smoother = Smoother()
    for frame in range(30):
        pose = make_pose(frame / 30, frame * 5)
        pose.visibility[15] = 0.0
        pose.points_image_px[15] = 100
        smooth = smoother.smooth(pose)
    moved = smooth.points_image_px[11, 0] - 260
    assert moved > 130
    assert abs(smooth.points_image_px[15, 0] - 100 - moved) < 0.7 * moved


def test_a_wandering_wrist_rests_while_the_body_stands_but_goes_along_when_the_body_moves():
    def travel(speed_px):
        smoother = Smoother()
        found = []
        for frame in range(60):
            pose = make_pose(frame / 30, speed_px * max(frame - 20, 0))
            pose.points_image_px[15, 1] += np.float32(3 * np.sin(frame / 4))
            found.append(smoother.smooth(pose).points_image_px[15])
        return np.array(found)[20:]

    assert np.abs(np.diff(travel(0)[:, 1])).max() < 0.2
    moved = travel(4)
    assert moved[-1, 0] - moved[0, 0] > 0.9 * 4 * 39
