"""Draping: the garment goes where the body goes."""

import gc

import numpy as np

from bench.material import shell_top
from body_model.load import load_template
from fitting.drape import drape
from fitting.frame import Body
from fitting.per_garment import PerGarment
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
