"""Girths and outline: read off a silhouette, kept while nobody looks, forgotten with the person."""

import numpy as np
import pytest

from fitting.fit import Fitter
from fitting.frame import ParseFrame
from fitting.girth import FORGET_SECS, GAIN_LIMITS, MEMORY_SECS, GirthFitter
from fitting.outline import LIMIT_M, Outline, Places
from fitting.silhouette import body_mask
from tests.posing import BODY, SIZE_PX, label, landmarks_rest_m, see

REST = landmarks_rest_m()
ROWS = BODY.segment_index


def at(time_secs):
    return see(REST, time_secs=time_secs)


def widen(gains):
    """The silhouette of the resting body with some segments wider than the template's."""
    fitter = Fitter(BODY)
    body = fitter.fit(at(0.0), None)
    affines = body.image_from_rest.copy()
    for name, gain in gains.items():
        row = ROWS[name]
        head = BODY.bones_rest_m[row, 0]
        along = fitter.girths.along[row]
        grown = np.eye(3) * (1 + gain) - gain * np.outer(along, along)
        place = affines[row, :, :3] @ head + affines[row, :, 3]
        affines[row, :, :3] = affines[row, :, :3] @ grown
        affines[row, :, 3] = place - affines[row, :, :3] @ head
    shape = type(body)(affines.astype(np.float32), body.px_per_m, 0.0, body.carry)
    return body_mask(shape, BODY, SIZE_PX)


def overlap(one, two):
    return ((one > 0) & (two > 0)).sum() / ((one > 0) | (two > 0)).sum()


LEGS = {f"{name}_{side}": 0.25 for name in ("thigh", "shin") for side in ("left", "right")}
TRUNK = {"waist": 0.3, "pelvis": 0.2, "chest": 0.2}


@pytest.mark.parametrize("gains", [{}, LEGS, TRUNK, LEGS | TRUNK])
def test_fit_follows_a_silhouette_it_has_never_seen(gains):
    mask = widen(gains)
    plain = body_mask(Fitter(BODY).fit(at(0.0), None), BODY, SIZE_PX)
    fitted = body_mask(Fitter(BODY).fit(at(0.0), label(mask, at(0.0))), BODY, SIZE_PX)
    assert overlap(fitted, mask) > 0.955
    assert overlap(fitted, mask) > overlap(plain, mask) - 0.03


def test_bare_arms_that_hang_against_the_trunk_do_not_widen_it():
    mask = widen({})
    arms = np.zeros_like(mask)
    arms[215:330, 175:305] = 255
    arms[mask > 0] = 0
    clothed = label(mask, at(0.0)).probabilities
    bare = label(arms, at(0.0), "skin").probabilities
    seen = np.where(bare[..., 2:3] > 0.5, bare, clothed)
    fitter = Fitter(BODY)
    fitter.fit(at(0.0), ParseFrame(seen, label(mask, at(0.0)).box_image_px))
    assert fitter.girths.girths.gains[ROWS["waist"]] < 0.08


def test_sleeves_that_hang_against_the_trunk_do_not_widen_it():
    hanging = REST.copy()
    for left, right, out, height in (
        (13, 14, 0.24, 1.1),
        (15, 16, 0.24, 0.86),
        (17, 18, 0.24, 0.78),
        (19, 20, 0.24, 0.78),
    ):
        hanging[[left, right]] = [(out, -0.04, height), (-out, -0.04, height)]
    pose = see(hanging)
    mask = body_mask(Fitter(BODY).fit(pose, None), BODY, SIZE_PX)
    mask[255:330, 160:320] = 255  # cloth that hangs in folds closes the gaps and stands out
    fitter = Fitter(BODY)
    fitter.fit(pose, label(mask, pose))
    assert fitter.girths.girths.gains[ROWS["waist"]] < 0.1


def test_girths_of_wider_legs_are_found_and_the_trunk_stays():
    fitter = Fitter(BODY)
    fitter.fit(at(0.0), label(widen(LEGS), at(0.0)))
    gains = fitter.girths.girths.gains
    assert all(0.12 < gains[ROWS[name]] < 0.33 for name in LEGS)
    assert abs(gains[ROWS["chest"]]) < 0.06


def test_girths_stay_within_their_limits():
    fitter = Fitter(BODY)
    full = np.full((SIZE_PX[1], SIZE_PX[0]), 255, np.uint8)
    for mask in (full, full * 0, widen(dict.fromkeys(ROWS, 1.5))):
        fitter.fit(at(0.0), label(mask, at(0.0)))
        girths = fitter.girths.girths
        assert girths.gains.min() >= GAIN_LIMITS[0]
        assert girths.gains.max() <= GAIN_LIMITS[1]
        assert np.abs(fitter.girths.outline.found_m).max() <= LIMIT_M


def test_a_bag_beside_the_leg_makes_nobody_wider():
    mask = widen({})
    bare = Fitter(BODY).fit(at(0.0), label(mask, at(0.0)))
    bag = np.zeros_like(mask)
    bag[400:480, 285:350] = 255
    bag[mask > 0] = 0
    parse = label(mask, at(0.0))
    carried = label(bag, at(0.0), "bag")
    seen = np.where(carried.probabilities[..., 7:8] > 0.5, carried.probabilities, parse.probabilities)
    with_bag = Fitter(BODY).fit(at(0.0), type(parse)(seen, parse.box_image_px))
    assert overlap(body_mask(with_bag, BODY, SIZE_PX), body_mask(bare, BODY, SIZE_PX)) > 0.98


def test_frames_without_a_parse_carry_on_with_what_is_known():
    fitter = Fitter(BODY)
    parse = label(widen(LEGS), at(0.0))
    first = fitter.fit(at(0.0), parse)
    second = fitter.fit(at(1 / 30), None)
    assert np.array_equal(first.image_from_rest, second.image_from_rest)
    assert np.array_equal(first.vertices_image_px, second.vertices_image_px)


def test_nothing_is_left_of_somebody_who_went_away():
    fresh, fitter = Fitter(BODY), Fitter(BODY)
    fitter.fit(at(0.0), label(widen(LEGS), at(0.0)))
    later = at(FORGET_SECS * 1.1)
    assert np.array_equal(fitter.fit(later, None).vertices_image_px, fresh.fit(later, None).vertices_image_px)


def test_the_next_person_takes_over_within_seconds():
    fitter = Fitter(BODY)
    wide, slim = label(widen(LEGS), at(0.0)), label(widen({}), at(0.0))
    fitter.fit(at(0.0), wide)
    for frame in range(1, 16):
        fitter.fit(at(frame / 5), slim)
    alone = Fitter(BODY)
    alone.fit(at(0.0), slim)
    assert 3 * MEMORY_SECS < 15 / 5
    assert np.abs(fitter.girths.girths.gains - alone.girths.girths.gains).max() < 0.05


def test_noise_of_the_labels_hardly_moves_the_body():
    fitter, rng = Fitter(BODY), np.random.default_rng(4)
    parse = label(widen(LEGS), at(0.0))
    places = []
    for frame in range(30):
        noisy = parse.probabilities + rng.normal(0, 0.15, parse.probabilities.shape).clip(0).astype(np.float32)
        noisy /= noisy.sum(-1, keepdims=True)
        fresh = type(parse)(noisy.astype(np.float32), parse.box_image_px) if frame % 2 == 0 else None
        places.append(fitter.fit(at(frame / 30), fresh).vertices_image_px[:, :2].copy())
    moved = np.array(places[14:]) - np.mean(places[14:], axis=0)
    assert np.sqrt((moved**2).sum(-1).mean()) < 0.3


def make_outline():
    stations = GirthFitter(BODY).stations
    return Outline(BODY, Places(stations.segments, BODY.vertices_rest_m[stations.rings]))


def move(outline):
    """(V, 2) Millimetres by which the resting body is moved when across every bone is across the picture."""
    frames = np.tile(np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32), (len(ROWS), 1, 1))
    sides = np.tile(np.array([1, 0], np.float32), (len(outline.places.segments), 1))
    return outline.shift(sides, frames, 1000.0)()


def test_outline_without_evidence_moves_nothing():
    outline = make_outline()
    assert np.array_equal(move(outline), np.zeros((len(BODY.vertices_rest_m), 2)))
    outline.learn(np.full_like(outline.sums_m, 0.03), np.zeros_like(outline.evidence), 1.0)
    assert np.array_equal(move(outline), np.zeros((len(BODY.vertices_rest_m), 2)))


def test_outline_that_lies_beside_a_leg_moves_that_leg_alone():
    outline = make_outline()
    shins = np.isin(outline.places.segments, [ROWS["thigh_left"], ROWS["shin_left"]])
    trust = np.where(shins[:, None], 1e4, 0).astype(np.float32) * np.ones(2, np.float32)
    outline.learn(np.tile(np.array([0.02, -0.02], np.float32), (len(shins), 1)), trust, 1.0)
    moved = move(outline)
    share = np.isin(BODY.segments, [ROWS["thigh_left"], ROWS["shin_left"]])
    whole = (BODY.weights * share).sum(1)
    assert np.abs(moved[whole > 0.999] - (20, 0)).max() < 0.1
    assert np.abs(moved[whole == 0]).max() == 0
    outline.reset()
    assert np.abs(move(outline)).max() == 0
