"""The drawings that the landmark network learns from."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from garments.drawings.draw_bottoms import draw_skirt, draw_trousers
from garments.drawings.draw_others import draw_other
from garments.drawings.draw_silhouettes import SHARES, draw
from garments.drawings.draw_tops import draw_coat, draw_dress, draw_jumpsuit, draw_top
from garments.drawings.drawing import SIZE_PX, Drawing
from garments.finding.landmark_input import FRONTS, GROUPS, NECKS, OPENING_POINTS, POINTS
from garments.kinds.kind import JUMPSUIT_LANDMARKS, SKIRT_LANDMARKS, TOP_LANDMARKS, TROUSERS_LANDMARKS

Draw = Callable[[np.random.Generator], Drawing]
KNOWN = {
    draw_top: TOP_LANDMARKS,
    draw_coat: TOP_LANDMARKS,
    draw_dress: TOP_LANDMARKS,
    draw_jumpsuit: JUMPSUIT_LANDMARKS,
    draw_trousers: TROUSERS_LANDMARKS,
    draw_skirt: SKIRT_LANDMARKS,
    draw_other: (),
}


def several(way: Draw, count: int = 40) -> list[Drawing]:
    rng = np.random.default_rng(6)
    return [way(rng) for _ in range(count)]


def names_of(drawing: Drawing) -> set[str]:
    return {name for name, point in zip(POINTS, drawing.points_px, strict=True) if not np.isnan(point).any()}


@pytest.mark.parametrize(("way", "names"), KNOWN.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_drawing_names_the_points_of_its_kind_and_no_others(way: Draw, names: tuple[str, ...]) -> None:
    for drawing in several(way):
        assert names_of(drawing) - set(OPENING_POINTS) == set(names)


def test_fronts_that_open_and_no_others_have_an_opening_at_the_hem() -> None:
    for drawing in [*several(draw_top), *several(draw_coat), *several(draw_dress)]:
        opens = FRONTS[drawing.front] != "whole"
        assert set(OPENING_POINTS) <= names_of(drawing) if opens else not set(OPENING_POINTS) & names_of(drawing)


def test_the_opening_of_a_closed_front_is_one_point() -> None:
    for drawing in several(draw_coat):
        left, right = (drawing.points_px[POINTS.index(name)] for name in OPENING_POINTS)
        assert np.array_equal(left, right) == (FRONTS[drawing.front] == "closed")


@pytest.mark.parametrize(
    ("way", "names"),
    [
        (draw_trousers, ("waistband_left", "leg_outer_left", "leg_outer_right", "crotch")),
        (draw_skirt, ("waistband_left", "waistband_right", "hem_left", "hem_right")),
        (draw_dress, ("hem_left", "hem_right", "armpit_left")),
    ],
)
def test_corners_lie_on_the_silhouette(way: Draw, names: tuple[str, ...]) -> None:
    for drawing in several(way):
        distance = cv2.distanceTransform((drawing.mask == 0).astype(np.uint8), cv2.DIST_L2, 5)
        for name in names:
            x, y = np.clip(np.round(drawing.points_px[POINTS.index(name)]).astype(int), 0, SIZE_PX - 1)
            assert distance[y, x] < 12, name


def test_the_wearers_left_is_on_the_right() -> None:
    for drawing in [*several(draw_top), *several(draw_trousers), *several(draw_jumpsuit)]:
        for name in ("neck", "armpit", "waistband", "leg_outer"):
            left, right = (drawing.points_px[POINTS.index(f"{name}_{hand}")] for hand in ("left", "right"))
            assert np.isnan(left[0]) or left[0] > right[0]


def test_everything_that_shops_show_is_drawn() -> None:
    drawings = several(draw, 600)
    assert {GROUPS[drawing.group] for drawing in drawings} == set(GROUPS)
    assert {NECKS[drawing.neck] for drawing in drawings if drawing.neck >= 0} == set(NECKS)
    assert {FRONTS[drawing.front] for drawing in drawings if drawing.front >= 0} == set(FRONTS)
    assert sum(SHARES.values()) == pytest.approx(1)


def test_the_same_seed_draws_the_same_garment() -> None:
    first, second = draw(np.random.default_rng(4)), draw(np.random.default_rng(4))
    assert np.array_equal(first.mask, second.mask)
    assert np.array_equal(first.brightness, second.brightness)
    assert np.array_equal(first.points_px, second.points_px, equal_nan=True)
