"""The path of a frame as a whole: a garment on a real person, and what leaves the frame alone."""

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from fitting.pipeline import Engine
from garments.garment import load_garment
from server.catalog.catalog import read_catalog

PERSON = cv2.copyMakeBorder(np.ascontiguousarray(astronaut()), 0, 0, 60, 60, cv2.BORDER_REPLICATE)
EMPTY = np.full((480, 360, 3), 120, np.uint8)
GARMENTS = [load_garment(folder) for folder in list(read_catalog().folders().values())[:2]]


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def mirror(engine):
    mirror = engine.open()
    yield mirror
    mirror.close()


def test_garment_is_worn_on_the_chest_and_not_in_the_corners(mirror):
    mirror.wear(GARMENTS[:1])
    preview = mirror.step(PERSON, 0.0, masks=True)
    assert preview.pose_found
    assert preview.mask[260:340, 220:320].mean() > 250
    assert preview.mask[:60].max() == 0
    assert np.array_equal(preview.picture_rgb[:60], PERSON[:60])


def test_what_the_mask_leaves_out_stays_as_the_camera_saw_it_but_for_soft_edges(mirror):
    mirror.wear(GARMENTS[:1])
    preview = mirror.step(PERSON, 0.0, masks=True)
    far = cv2.dilate(preview.mask, np.ones((41, 41), np.uint8)) == 0
    assert np.array_equal(preview.picture_rgb[far], PERSON[far])


def test_garment_moves_with_the_body(engine):
    middles = []
    for shift in (0, 40):
        mirror = engine.open()
        mirror.wear(GARMENTS[:1])
        frame = np.roll(PERSON, shift, axis=1)
        mask = mirror.step(frame, 0.0, masks=True).mask
        middles.append(np.nonzero(mask > 127)[1].mean())
        mirror.close()
    assert abs(middles[1] - middles[0] - 40) < 12


def test_another_garment_is_worn_from_the_next_frame(mirror):
    pictures = []
    for number, garment in enumerate(GARMENTS):
        mirror.wear([garment])
        pictures.append(mirror.step(PERSON, number / 30).picture_rgb)
    chest = [picture[260:340, 220:320].reshape(-1, 3).astype(float).mean(0) for picture in pictures]
    assert np.abs(chest[0] - chest[1]).max() > 8


def test_nobody_in_view_gives_the_plain_frame(mirror):
    mirror.wear(GARMENTS[:1])
    preview = mirror.step(EMPTY, 0.0)
    assert not preview.pose_found
    assert preview.picture_rgb is EMPTY


def test_nothing_worn_gives_the_plain_frame(mirror):
    preview = mirror.step(PERSON, 0.0)
    assert preview.pose_found
    assert preview.picture_rgb is PERSON


def test_frames_may_change_their_size(mirror):
    mirror.wear(GARMENTS[:1])
    for number, size in enumerate([(632, 512), (512, 632), (320, 256)]):
        frame = cv2.resize(PERSON, size)
        assert mirror.step(frame, number / 30).picture_rgb.shape == frame.shape


def test_a_still_is_dressed_with_both_masks(engine):
    sight = engine.see_picture(PERSON)
    preview = engine.dress_picture(PERSON, sight, GARMENTS[:1])
    body = engine.draw_body(PERSON, sight)
    assert preview.mask.shape == body.shape == PERSON.shape[:2]
    covered = (preview.mask > 127) & (body > 127)
    assert covered.sum() > 0.8 * (preview.mask > 127).sum()


def test_every_stage_is_timed(mirror):
    mirror.wear(GARMENTS[:1])
    stages = mirror.step(PERSON, 0.0).stage_ms
    assert list(stages) == ["detect", "smooth", "parse", "fit", "drape", "render", "composite"]
