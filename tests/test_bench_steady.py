"""The steadiness benchmark: its two measures say what they claim."""

import numpy as np
import pytest

from bench.steady import TRACKED, measure_lag, measure_rest, read_clip
from fitting.frame import PoseFrame


def sway(times_secs, late_secs):
    """Poses of somebody who sways, seen late."""
    poses = []
    for time in times_secs:
        points = np.zeros((33, 2), np.float32)
        points[TRACKED, 0] = 80 * np.sin(2 * np.pi * 0.5 * (time - late_secs)) + TRACKED
        poses.append(PoseFrame(points, np.zeros((33, 3), np.float32), np.ones(33, np.float32), float(time)))
    return poses


@pytest.mark.parametrize("late_secs", [0.0, 0.033, 0.12])
def test_lag_of_a_delayed_clip_is_its_delay(late_secs):
    times = np.arange(0, 5, 1 / 30)
    assert measure_lag(sway(times, 0.0), sway(times, late_secs)) == pytest.approx(late_secs, abs=0.003)


def test_rest_is_the_root_mean_square_of_what_moves():
    rng = np.random.default_rng(1)
    assert measure_rest(np.full((5, 7, 2), 3.0, np.float32)) == 0
    assert measure_rest(rng.normal(50, 0.6, (200, 50, 2))) == pytest.approx(0.6 * np.sqrt(2), rel=0.02)


def test_the_demo_shopper_fills_the_frames_of_the_benchmark():
    frame = next(read_clip())
    assert frame.shape == (1280, 720, 3)
    assert frame.std() > 10


def test_a_missing_clip_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("bench.steady.CLIP", tmp_path / "shopper.webm")
    with pytest.raises(FileNotFoundError, match=r"shopper\.webm"):
        next(read_clip())
