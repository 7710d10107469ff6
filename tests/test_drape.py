"""Draping: the garment goes where the body goes."""

import gc

import numpy as np
import pytest
from scipy.spatial import ConvexHull, cKDTree

from bench.material import shell_top
from body_model.load import load_template
from body_model.skin import skin
from fitting.drape import drape
from fitting.frame import Body
from fitting.per_garment import PerGarment
from tests.drawn_lower import built
from tests.dressing import square, stand

TEMPLATE = load_template()


def test_garment_made_of_the_bodys_own_skin_lies_on_the_posed_body():
    top = shell_top(TEMPLATE, push_m=0.0)
    body = stand(TEMPLATE)
    rng = np.random.default_rng(3)
    moved = body.image_from_rest + rng.normal(0, 20, body.image_from_rest.shape).astype(np.float32)
    body = Body(moved, body.px_per_m, 0.0, body.carry)
    worn = drape(top, body).vertices_image_px
    distance = [np.abs(body.vertices_image_px - vertex).sum(axis=1).min() for vertex in worn[::97]]
    assert max(distance) < 0.01


def test_garment_moves_by_as_much_as_the_body_does():
    top, body = shell_top(TEMPLATE), stand(TEMPLATE)
    shift = np.zeros((1, 3, 4), np.float32)
    shift[0, :, 3] = (31, -17, 4)
    moved = Body(body.image_from_rest + shift, body.px_per_m, 0.1, body.carry)
    by = drape(top, moved).vertices_image_px - drape(top, body).vertices_image_px
    assert np.allclose(by, (31, -17, 4), atol=1e-3)


def test_what_is_worked_out_for_a_garment_is_worked_out_once_and_forgotten_with_it():
    made = []
    known = PerGarment(lambda garment: made.append(garment.name) or len(made))
    garment = square()
    assert known.of(garment) == known.of(garment) == 1
    assert known.of(other := square()) == 2
    del garment
    gc.collect()
    assert len(known) == 1
    assert known.of(other) == 2


def stride(turn_rad, *, apart=False):
    """The standing body with its legs swung, one forward and one back, or both aside."""
    body, rows = stand(TEMPLATE), TEMPLATE.segment_index
    affines = body.image_from_rest.copy()
    for sign, hand in ((1, "left"), (-1, "right")):
        hip = TEMPLATE.bones_rest_m[rows[f"thigh_{hand}"], 0]
        cos, sin = np.cos(turn_rad), np.sin(sign * turn_rad)
        about_x = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
        about_y = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        turn = about_y if apart else about_x
        swing = np.concatenate([turn, (hip - turn @ hip)[:, None]], axis=1)
        for part in ("thigh", "shin", "foot"):
            affine = affines[rows[f"{part}_{hand}"]]
            affines[rows[f"{part}_{hand}"], :, :3] = affine[:, :3] @ swing[:, :3]
            affines[rows[f"{part}_{hand}"], :, 3] = affine[:, :3] @ swing[:, 3] + affine[:, 3]
    return Body(affines.astype(np.float32), body.px_per_m, 0.0, body.carry)


def bare_share(garment, body):
    """Share of the legs' skin between the waist and the hem that a level ring of the garment does not go round."""
    cloth = drape(garment, body).vertices_image_px
    names = np.array(TEMPLATE.segment_names)
    main = names[TEMPLATE.segments[np.arange(len(TEMPLATE.weights)), TEMPLATE.weights.argmax(axis=1)]]
    skin = body.carry(body.image_from_rest)[np.char.startswith(main, "thigh") | np.char.startswith(main, "shin")]
    out = inside = 0
    for y in np.arange(cloth[:, 1].min() + 60, cloth[:, 1].max() - 45, 12):
        ring = cloth[np.abs(cloth[:, 1] - y) < 8][:, [0, 2]]
        legs = skin[np.abs(skin[:, 1] - y) < 4][:, [0, 2]]
        hull = ConvexHull(ring).equations
        out += int(((legs @ hull[:, :2].T + hull[:, 2]).max(axis=1) > 3).sum())
        inside += len(legs)
    return out / inside


def test_nothing_is_pushed_on_the_resting_body():
    for kind in ("skirt", "dress"):
        body, garment = stand(TEMPLATE), built(kind)
        plain = skin(garment.vertices_rest_m, garment.segments, garment.weights, body.image_from_rest)
        np.testing.assert_allclose(drape(garment, body).vertices_image_px, plain, atol=0.05)


@pytest.mark.parametrize("kind", ["skirt", "dress"])
@pytest.mark.parametrize("turn", [0.2, 0.35])
@pytest.mark.parametrize("apart", [False, True])
def test_legs_stay_inside_a_skirt(kind, turn, apart):
    assert bare_share(built(kind), stride(turn, apart=apart)) < 0.02


def test_a_hem_widens_when_the_legs_spread_and_does_not_tear():
    garment = built("dress")
    hem = garment.vertices_rest_m[:, 2] < garment.vertices_rest_m[:, 2].min() + 0.04
    still, spread = (drape(garment, stride(turn, apart=True)).vertices_image_px for turn in (0.0, 0.4))
    assert np.ptp(spread[hem, 0]) > 1.3 * np.ptp(still[hem, 0])
    edges = [np.linalg.norm(at[garment.faces[:, 0]] - at[garment.faces[:, 1]], axis=1) for at in (still, spread)]
    assert (edges[1] / edges[0]).max() < 4


def test_trousers_follow_both_legs():
    garment, body = built("trousers"), stride(0.5)
    cloth, legs = drape(garment, body).vertices_image_px, body.carry(body.image_from_rest)
    low = garment.vertices_rest_m[:, 2] < 0.5
    _, near = cKDTree(TEMPLATE.vertices_rest_m).query(garment.vertices_rest_m[low])
    rest_m = np.linalg.norm(garment.vertices_rest_m[low] - TEMPLATE.vertices_rest_m[near], axis=1)
    away_m = np.linalg.norm(cloth[low] - legs[near], axis=1) / body.px_per_m
    assert np.abs(away_m - rest_m).max() < 0.02
