"""Finding the shopper: nobody, somebody, the nearest of several, and the same one while others pass."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from fitting.detect import Detector, LandmarkerPool, PoseModelMissingError, detect_picture, hush, stand_of

PERSON = np.ascontiguousarray(astronaut()[:, 60:400])
GROUND = np.full((720, 1280, 3), 180, np.uint8)


@pytest.fixture(scope="module")
def pool():
    pool = LandmarkerPool()
    yield pool
    pool.close()


def paste(frame, height, x):
    """The astronaut, cut off by the frame's lower edge, at a size and place."""
    picture = cv2.resize(PERSON, (round(height * PERSON.shape[1] / PERSON.shape[0]), height))
    wide = min(picture.shape[1], frame.shape[1] - x)
    frame[-height:, x : x + wide] = picture[:, :wide]
    return frame


def test_nobody_is_found_in_an_empty_room(pool):
    assert detect_picture(pool, GROUND) is None
    detector = Detector(pool)
    assert detector.detect(GROUND, 0.0) is None
    detector.close()


def test_shoulders_lie_where_the_person_is(pool):
    pose = detect_picture(pool, paste(GROUND.copy(), 512, 400))
    left, right = pose.points_image_px[11], pose.points_image_px[12]
    assert 400 < right[0] < left[0] < 740
    assert 390 < left[1] < 480 and 390 < right[1] < 480


def test_the_nearest_of_two_is_chosen(pool):
    detector = Detector(pool)
    frame = paste(paste(GROUND.copy(), 300, 100), 600, 700)
    assert stand_of(detector.detect(frame, 0.0)).middle_px[0] > 700
    detector.close()


def test_the_chosen_one_stays_when_a_nearer_person_comes(pool):
    detector = Detector(pool)
    alone = paste(GROUND.copy(), 400, 100)
    first = stand_of(detector.detect(alone, 0.0))
    for step in range(1, 8):
        frame = paste(alone.copy(), 600, max(1200 - 90 * step, 650))
        here = stand_of(detector.detect(frame, step / 15))
        assert np.linalg.norm(here.middle_px - first.middle_px) < 0.3 * first.size_px
    detector.close()


def test_who_leaves_is_gone_at_once_and_the_next_one_is_found(pool):
    detector = Detector(pool)
    assert detector.detect(paste(GROUND.copy(), 400, 100), 0.0) is not None
    assert detector.detect(GROUND, 0.05) is None
    assert stand_of(detector.detect(paste(GROUND.copy(), 500, 800), 5.0)).middle_px[0] > 700
    detector.close()


def test_time_that_stands_still_or_goes_back_is_survived(pool):
    detector = Detector(pool)
    frame = paste(GROUND.copy(), 500, 400)
    assert all(detector.detect(frame, time) is not None for time in (5.0, 5.0, 1.0, float("nan"), 6.0))
    detector.close()


def test_landmarkers_come_back_and_are_used_again(pool):
    first = Detector(pool)
    tracker = first.tracker
    first.close()
    second = Detector(pool)
    assert second.tracker is tracker
    second.close()


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(PoseModelMissingError, match=r"pose_full\.task.*make setup"):
        LandmarkerPool(tmp_path / "pose_full.task")


def test_two_who_are_hushed_at_once_find_their_voice_again():
    def be_quiet(secs):
        with hush():
            time.sleep(secs)

    before = os.fstat(2)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(be_quiet, (0.05, 0.2)))
    after = os.fstat(2)
    assert (before.st_dev, before.st_ino) == (after.st_dev, after.st_ino)
