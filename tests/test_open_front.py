"""Fronts open and close, and hoods lie on the shoulders."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from body_model.load import load_template
from garments.construct.form import measure_form
from garments.construct.mesh import construct
from garments.finding.landmarks import Landmarks
from garments.garment import Garment
from tests.test_construct import LONG, SIZE_PX, drawn

NECK = ("rim_right", "neck_front", "rim_left", "opening_right", "opening_left")


def with_front(front: str, half_gap: float = 0.0) -> tuple[np.ndarray, Landmarks]:
    """A jacket of one colour, its front edges so far (in shares of the picture) from the middle."""
    picture, found = drawn(LONG)
    picture[..., :3] = (60, 90, 160)
    rims = np.array([[0.42, 0.08], [0.5, 0.16], [0.58, 0.08]])
    ends = np.array([[0.5 - half_gap, 0.92], [0.5 + half_gap, 0.92]])
    opening = rims
    if front == "open":
        opening = np.array([rims[0], [0.5 - half_gap, 0.25], *ends, [0.5 + half_gap, 0.25], rims[2]])
        between = np.round(opening * SIZE_PX).astype(np.int32)
        cv2.fillPoly(picture, [between], (240, 30, 30, 255))
    names = (*found.names, *NECK)
    points = np.vstack([found.points_photo_px, np.vstack([rims, ends]) * SIZE_PX]).astype(np.float32)
    sure = np.ones(len(names), np.float32)
    opening_px = (opening * SIZE_PX).astype(np.float32)
    return picture, Landmarks(names, points, sure, opening_px, {}, neck="collar", front=front)


def jacket(front: str, half_gap: float = 0.0) -> Garment:
    return construct(*with_front(front, half_gap), "jacket", load_template(), "drawn", ease=0.2)


def gap_m(garment: Garment, places_m: np.ndarray, height_m: float) -> float:
    """Width of what is free of cloth in the middle of the chest, at a height."""
    edges = places_m[garment.faces[(garment.uv[garment.faces, 0] < 0.5).all(axis=1)]]
    tails, heads = edges.reshape(-1, 3), np.roll(edges, 1, axis=1).reshape(-1, 3)
    low, high = tails[:, 2] - height_m, heads[:, 2] - height_m
    crossing = low * high < 0
    share = (low / (low - high + 1e-12))[crossing, None]
    x = np.sort((tails[crossing] * (1 - share) + heads[crossing] * share)[:, 0])
    middle = np.searchsorted(x, 0.0)
    return float(x[middle] - x[middle - 1])


def test_a_front_that_does_not_open_has_no_open_state():
    garment = jacket("whole")
    assert garment.open_offsets_m is None and not garment.is_open


def test_a_closed_front_hangs_open_when_worn_open():
    garment = jacket("closed")
    assert garment.open_offsets_m is not None and not garment.is_open
    opened = garment.vertices_rest_m + garment.open_offsets_m
    assert gap_m(garment, garment.vertices_rest_m, 1.1) < 0.03
    assert 0.10 < gap_m(garment, opened, 1.15) < 0.20
    assert gap_m(garment, opened, 0.95) > gap_m(garment, opened, 1.15)


def test_closed_it_is_where_it_would_be_without_an_opening():
    closed, whole = jacket("closed"), jacket("whole")
    for end in (np.min, np.max):
        np.testing.assert_allclose(end(closed.vertices_rest_m, axis=0), end(whole.vertices_rest_m, axis=0), atol=0.01)


def test_opening_moves_neither_sleeves_nor_back_nor_shoulders():
    garment = jacket("closed")
    assert garment.open_offsets_m is not None
    moved = np.linalg.norm(garment.open_offsets_m, axis=1)
    assert moved[garment.uv[:, 0] > 0.5].max() == 0
    assert moved[np.abs(garment.vertices_rest_m[:, 0]) > 0.24].max() < 0.01
    shoulders = (garment.vertices_rest_m[:, 2] > 1.40) & (np.abs(garment.vertices_rest_m[:, 0]) > 0.13)
    assert moved[shoulders].max() < 0.01


def test_an_open_front_goes_round_nothing_and_inside_nothing_when_opened():
    garment = jacket("closed")
    assert garment.open_offsets_m is not None
    form = measure_form(load_template())
    opened = garment.vertices_rest_m + garment.open_offsets_m
    front = (garment.uv[:, 0] < 0.5) & (np.abs(opened[:, 0]) < 0.12) & (opened[:, 2] < 1.25) & (opened[:, 2] > 0.9)
    skin = form.surface(opened[front, 0], opened[front, 2], back=False)
    assert (opened[front, 1] < skin + 0.002).all()


def test_an_open_jacket_can_be_closed():
    garment = jacket("open", 0.05)
    assert garment.is_open and garment.open_offsets_m is not None
    opened = garment.vertices_rest_m + garment.open_offsets_m
    assert gap_m(garment, garment.vertices_rest_m, 1.1) < 0.015
    assert 0.05 < gap_m(garment, opened, 1.1) < 0.16


def test_a_front_that_cannot_meet_stays_open():
    garment = jacket("open", 0.13)
    assert garment.is_open and garment.open_offsets_m is not None
    assert (garment.open_offsets_m == 0).all()
    assert gap_m(garment, garment.vertices_rest_m, 1.1) > 0.12


def test_what_shows_between_open_fronts_is_no_part_of_the_jacket():
    garment = jacket("open", 0.05)
    height, width = garment.texture_rgba.shape[:2]
    uv = garment.uv[garment.faces].mean(axis=1)
    texels = garment.texture_rgba[(uv[:, 1] * height).astype(int), (uv[:, 0] * width).astype(int)]
    assert (texels[:, 0] > 200).mean() < 0.01


def test_a_back_has_neither_buttons_nor_pockets():
    picture, found = with_front("closed")
    for y in (0.35, 0.5, 0.65):
        cv2.circle(picture, (SIZE_PX // 2, round(y * SIZE_PX)), 5, (30, 45, 80, 255), -1)
    cv2.rectangle(picture, (210, 300), (270, 370), (40, 60, 110, 255), 2)
    texture = construct(picture, found, "jacket", load_template(), "drawn", ease=0.2).texture_rgba
    half = texture.shape[1] // 2
    inner = texture[100:-60, half + 150 : -150, :3].astype(int)
    assert np.ptp(inner.reshape(-1, 3), axis=0).max() < 25


@pytest.mark.parametrize("front", ["closed", "open"])
def test_a_front_without_its_ends_is_taken_for_whole(front):
    picture, found = with_front("closed")
    lost = replace(found, names=found.names[:-2], points_photo_px=found.points_photo_px[:-2], front=front)
    assert construct(picture, lost, "jacket", load_template(), "drawn").open_offsets_m is None


def hoodie() -> Garment:
    picture, found = with_front("closed")
    hood = np.array([[0.38, 0.20], [0.37, 0.02], [0.63, 0.02], [0.62, 0.20], [0.5, 0.26]]) * SIZE_PX
    tall = np.zeros((SIZE_PX + 60, SIZE_PX, 4), np.uint8)
    tall[60:] = picture
    cv2.fillPoly(tall, [np.round(hood).astype(np.int32)], (200, 40, 40, 255))
    rims = {"rim_right": (0.38, 0.0), "rim_left": (0.62, 0.0)}
    points = found.points_photo_px.copy()
    for name, place in rims.items():
        points[found.names.index(name)] = np.array(place) * SIZE_PX
    opening = found.neck_opening_photo_px
    assert opening is not None
    moved = replace(
        found, points_photo_px=points + np.float32([0, 60]), neck_opening_photo_px=opening + np.float32([0, 60])
    )
    return construct(tall, replace(moved, neck="hood"), "hoodie", load_template(), "drawn", ease=0.2)


def test_a_hood_is_worn_down():
    garment = hoodie()
    nape = measure_form(load_template()).ridge(np.array([0.06]))[0]
    height, width = garment.texture_rgba.shape[:2]
    texels = garment.texture_rgba[
        (garment.uv[:, 1] * (height - 1)).astype(int), (garment.uv[:, 0] * (width - 1)).astype(int)
    ]
    hood = garment.vertices_rest_m[(texels[:, 0] > 120) & (texels[:, 2] < 100)]
    assert len(hood) > 300
    assert hood[:, 2].max() < nape[1] + 0.12
    behind = hood[hood[:, 1] > nape[0] + 0.03]
    assert behind[:, 2].min() < nape[1] - 0.12
    assert np.ptp(behind[:, 0]) > 0.2
    np.testing.assert_allclose(hood[:, 0].max(), -hood[:, 0].min(), atol=0.02)


def test_a_hood_opens_with_its_front():
    garment = hoodie()
    assert garment.open_offsets_m is not None
    aside = garment.open_offsets_m[-572:, 0]
    np.testing.assert_allclose(aside[:286].max(), 0.045, atol=1e-6)
    np.testing.assert_allclose(aside[286:].min(), -0.045, atol=1e-6)
