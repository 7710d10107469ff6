"""Triangles that the body stretches are halved, others stay."""

import numpy as np

from garments.construct.refine import refine
from garments.construct.sheet import Sheet


def square():
    """Two triangles that cover a square of 10 x 10 px; its lower edge is sewn."""
    points = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Sheet(points, faces, np.zeros(4, np.int8), np.array([False, False, True, True]), np.array([True, False]))


def areas(sheet):
    a, b, c = (sheet.points_photo_px[sheet.faces[:, k]] for k in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def lay(scale):
    return lambda sheet: (np.pad(sheet.points_photo_px * scale, ((0, 0), (0, 1))),)


def test_cloth_that_is_not_stretched_stays_as_it_is():
    sheet = square()
    assert refine(sheet, lay([0.01, 0.01]), 0.2) is sheet


def test_stretched_cloth_is_covered_whole_by_shorter_triangles_turned_the_same_way():
    for scale in ([0.03, 0.03], [0.03, 0.001], [0.001, 0.03], [0.1, 0.1]):
        fine = refine(square(), lay(scale), 0.15)
        assert len(fine.faces) > 2
        assert (areas(fine) > 0).all() and np.isclose(areas(fine).sum(), 100)
        assert np.isclose(areas(fine)[fine.above].sum(), 50)


def test_new_points_of_a_sewn_edge_are_sewn_and_inner_ones_are_not():
    fine = refine(square(), lay([0.03, 0.03]), 0.2)
    on_edge = fine.points_photo_px[:, 1] == 10
    assert on_edge.sum() > 2 and (fine.seam == on_edge).all()
