"""A drawn top, lifted off its picture, lies on the resting body as a top should."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree

from body_model.load import load_template
from body_model.skin import skin
from garments.construct.form import measure_form, vertex_normals
from garments.construct.mesh import construct
from garments.finding.landmarks import Landmarks
from garments.garment import Garment

TOP = {
    "neck": (0.40, 0.08), "shoulder": (0.25, 0.13), "cuff_outer": (0.10, 0.36), "cuff_inner": (0.24, 0.41),
    "armpit": (0.29, 0.34), "waist": (0.30, 0.60), "hem": (0.28, 0.92),
}  # fmt: skip
LONG = TOP | {"cuff_outer": (0.09, 0.88), "cuff_inner": (0.19, 0.89)}
BARE = TOP | {"shoulder": (0.34, 0.10), "cuff_outer": (0.34, 0.10), "cuff_inner": (0.29, 0.34)}
SIZE_PX = 600
STRIPE_PX = 30


def drawn(shape: dict[str, tuple[float, float]]) -> tuple[np.ndarray, Landmarks]:
    """A striped top (levels of red tell the rows) and its landmarks."""
    right = {name: np.array(point) * SIZE_PX for name, point in shape.items()}
    left = {name: point * [-1, 1] + [SIZE_PX, 0] for name, point in right.items()}
    order = ["neck", "shoulder", "cuff_outer", "cuff_inner", "armpit", "waist", "hem"]
    outline = [right[name] for name in order] + [left[name] for name in reversed(order)]
    alpha = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
    cv2.fillPoly(alpha, [np.round(outline).astype(np.int32)], 255, cv2.LINE_AA)
    picture = np.zeros((SIZE_PX, SIZE_PX, 4), np.uint8)
    picture[..., 0] = (np.arange(SIZE_PX) // STRIPE_PX * 10)[:, None]
    picture[..., 3] = alpha
    names = tuple(f"{name}_{hand}" for hand in ("left", "right") for name in order)
    points = np.array([left[name] for name in order] + [right[name] for name in order], np.float32)
    turns = np.linspace(np.pi, 0, 15)
    opening = np.stack([0.5 + 0.10 * np.cos(turns), 0.08 + 0.06 * np.sin(turns)], axis=1) * SIZE_PX
    return picture, Landmarks(names, points, np.ones(len(names), np.float32), opening.astype(np.float32), {})


@cache
def built(kind: str) -> Garment:
    shape = {"t-shirt": TOP, "shirt": LONG, "sleeveless-top": BARE}[kind]
    return construct(*drawn(shape), kind, load_template(), "drawn")


KINDS = pytest.mark.parametrize("kind", ["t-shirt", "shirt", "sleeveless-top"])


@KINDS
def test_the_mesh_is_sound(kind):
    garment = built(kind)
    corners = garment.vertices_rest_m[garment.faces]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max()
    assert 1500 < len(garment.faces) < 8000
    assert np.isfinite(garment.vertices_rest_m).all()
    assert longest < 0.09
    assert garment.uv.min() >= 0 and garment.uv.max() <= 1
    np.testing.assert_allclose(garment.weights.sum(axis=1), 1, atol=1e-5)
    assert set(np.unique(garment.faces)) == set(range(len(garment.vertices_rest_m)))


@KINDS
def test_no_cloth_lies_inside_the_body(kind):
    template, garment = load_template(), built(kind)
    normals = vertex_normals(template.vertices_rest_m, template.faces)
    _, near = cKDTree(template.vertices_rest_m).query(garment.vertices_rest_m)
    heights = np.einsum("nk,nk->n", garment.vertices_rest_m - template.vertices_rest_m[near], normals[near])
    assert (heights < -0.004).mean() < 0.01


@KINDS
def test_faces_look_away_from_the_body(kind):
    garment = built(kind)
    normals = vertex_normals(garment.vertices_rest_m, garment.faces)
    chest = np.abs(garment.vertices_rest_m[:, 0]) < 0.08
    chest &= np.abs(garment.vertices_rest_m[:, 2] - 1.15) < 0.05
    front = chest & (garment.uv[:, 0] < 0.5)
    back = chest & (garment.uv[:, 0] > 0.5)
    assert (normals[front, 1] < 0).all() and (normals[back, 1] > 0).all()
    assert garment.vertices_rest_m[front, 1].max() < garment.vertices_rest_m[back, 1].min()


def test_left_in_the_photo_is_the_wearers_right():
    garment = built("shirt")
    outermost = garment.vertices_rest_m[:, 0].argmax()
    assert garment.uv[outermost, 0] % 0.5 > 0.25


def test_stripes_stay_level():
    garment = built("t-shirt")
    body = np.abs(garment.vertices_rest_m[:, 0]) < 0.12
    for low in (0.5, 0.6, 0.7, 0.8):
        row = body & (np.abs(garment.uv[:, 1] - low) < 0.012)
        assert np.ptp(garment.vertices_rest_m[row, 2]) < 0.035


def test_the_hem_is_level_and_as_low_as_the_photo_says():
    garment = built("t-shirt")
    hem = garment.uv[:, 1] > 0.985
    neck = measure_form(load_template()).ridge(np.array([0.06]))[0, 1]
    heights = garment.vertices_rest_m[hem, 2]
    assert np.ptp(heights) < 0.03
    assert 0.45 < neck - heights.mean() < 0.62


def test_long_sleeves_reach_the_wrists_and_short_ones_do_not():
    wrist = measure_form(load_template()).arms["left"].joints_m[2]
    reach = {k: np.linalg.norm(built(k).vertices_rest_m - wrist, axis=1).min() for k in ("shirt", "t-shirt")}
    assert reach["shirt"] < 0.11
    assert reach["t-shirt"] > 0.2


def test_sleeves_follow_the_arms_and_hems_do_not():
    template, garment = load_template(), built("shirt")
    affines = np.tile(np.eye(3, 4, dtype=np.float32), (len(template.segment_names), 1, 1))
    index = template.segment_index
    for name in ("upper_arm_left", "forearm_left", "hand_left"):
        affines[index[name], 2, 3] = 0.1
    moved = skin(garment.vertices_rest_m, garment.segments, garment.weights, affines) - garment.vertices_rest_m
    sleeve = garment.vertices_rest_m[:, 0] > 0.30
    below = (garment.vertices_rest_m[:, 2] < 1.05) & (np.abs(garment.vertices_rest_m[:, 0]) < 0.25)
    np.testing.assert_allclose(moved[sleeve, 2], 0.1, atol=0.004)
    np.testing.assert_allclose(moved[below, 2], 0, atol=0.004)


def test_front_and_back_move_as_one_along_the_seams():
    garment = built("t-shirt")
    _, first, counts = np.unique(garment.vertices_rest_m.round(6), axis=0, return_inverse=True, return_counts=True)
    pairs = [np.flatnonzero(first.ravel() == place) for place in np.flatnonzero(counts == 2)]
    assert len(pairs) > 40
    dense = np.zeros((len(garment.weights), 19), np.float32)
    np.add.at(dense, (np.arange(len(dense))[:, None], garment.segments), garment.weights)
    assert max(np.abs(dense[a] - dense[b]).max() for a, b in pairs) < 0.05


def test_the_front_is_open_above_its_neckline_and_the_back_is_not():
    garment = built("t-shirt")
    centres = garment.vertices_rest_m[garment.faces].mean(axis=1)
    uv = garment.uv[garment.faces].mean(axis=1)
    middle = (np.abs(centres[:, 0]) < 0.02) & (centres[:, 2] > 1.2)
    front, back = middle & (centres[:, 1] < -0.02), middle & (centres[:, 1] > 0.0)
    assert centres[back, 2].max() - centres[front, 2].max() > 0.03
    assert (uv[front, 0] < 0.5).all()


def test_texture_keeps_alpha_at_the_hem_and_not_at_the_sides():
    texture = built("t-shirt").texture_rgba
    height, width = texture.shape[:2]
    half = texture[:, : width // 2, 3]
    assert (half[-3] == 0).all()
    row = half[round(0.7 * height)]
    inside = np.flatnonzero(row > 0)
    assert (row[inside[0] + 2 : inside[-1] - 1] == 255).all()


def test_a_print_stays_on_the_front():
    picture, landmarks = drawn(TOP)
    picture[..., :3] = (180, 60, 60)
    picture[240:330, 240:360, :3] = (20, 20, 220)
    texture = construct(picture, landmarks, "t-shirt", load_template(), "drawn").texture_rgba
    blue = (texture[..., 2] > 150) & (texture[..., 3] > 0)
    half = texture.shape[1] // 2
    assert blue[:, :half].sum() > 5000
    assert blue[:, half:].sum() == 0


def test_a_back_photo_is_the_back():
    picture, landmarks = drawn(TOP)
    back = picture.copy()
    back[..., :3] = (10, 200, 10)
    texture = construct(picture, landmarks, "t-shirt", load_template(), "drawn", back_rgba=back).texture_rgba
    half = texture.shape[1] // 2
    assert (texture[:, half:, 1] == 200).all() and (texture[:, :half, 1] == 0).all()


def test_twice_the_pixels_make_the_same_garment():
    picture, landmarks = drawn(TOP)
    opening = landmarks.neck_opening_photo_px
    assert opening is not None
    twice = replace(landmarks, points_photo_px=landmarks.points_photo_px * 2, neck_opening_photo_px=opening * 2)
    large = construct(cv2.resize(picture, None, fx=2, fy=2), twice, "t-shirt", load_template(), "drawn")
    for end in (np.min, np.max):
        np.testing.assert_allclose(
            end(large.vertices_rest_m, axis=0), end(built("t-shirt").vertices_rest_m, axis=0), atol=0.012
        )
