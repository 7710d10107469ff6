"""Drawn trousers, skirts, dresses and jumpsuits, lifted off their pictures, lie on the resting body as they should."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from body_model.load import load_template
from fitting.anatomy import study
from garments.construct.form import vertex_normals
from garments.construct.lower_form import measure_lower_form
from garments.construct.mesh import construct
from garments.kinds import get_kind
from tests.drawn_lower import SHAPES, SKIRT, TROUSERS, built, drawn

KINDS = pytest.mark.parametrize("kind", list(SHAPES))
LEGGED = pytest.mark.parametrize("kind", ["trousers", "shorts", "jumpsuit"])
ONE_PIECE = pytest.mark.parametrize("kind", ["skirt", "dress"])


def shares(garment, *names):
    """(N,) How much some segments carry each vertex."""
    index = load_template().segment_index
    return (garment.weights * np.isin(garment.segments, [index[name] for name in names])).sum(axis=1)


def open_edges(garment, decimals=4):
    """(K, 2, 3) Edges that only one triangle has, where vertices in one place are one."""
    _, place = np.unique(garment.vertices_rest_m.round(decimals), axis=0, return_inverse=True)
    faces = place.reshape(-1)[garment.faces]
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    edges = edges[edges[:, 0] != edges[:, 1]]
    alone, count = np.unique(edges, axis=0, return_counts=True)
    first = np.zeros((place.max() + 1, 3))
    first[place.reshape(-1)] = garment.vertices_rest_m
    return first[alone[count == 1]]


def dipped_skirt():
    """A skirt whose waistband's front lies lower than its back."""
    return construct(
        *drawn("skirt", SKIRT | {"waistband_front": (0.5, 0.11)}), "skirt", load_template(), "drawn", ease=0.06
    )


@KINDS
def test_the_mesh_is_sound(kind):
    garment = built(kind)
    assert 1500 < len(garment.faces) < 8000
    assert np.isfinite(garment.vertices_rest_m).all()
    assert garment.uv.min() >= 0 and garment.uv.max() <= 1
    np.testing.assert_allclose(garment.weights.sum(axis=1), 1, atol=1e-5)
    assert set(np.unique(garment.faces)) == set(range(len(garment.vertices_rest_m)))


@KINDS
def test_no_cloth_lies_inside_the_body(kind):
    template, garment = load_template(), built(kind)
    normals = vertex_normals(template.vertices_rest_m, template.faces)
    _, near = cKDTree(template.vertices_rest_m).query(garment.vertices_rest_m)
    heights = np.einsum("nk,nk->n", garment.vertices_rest_m - template.vertices_rest_m[near], normals[near])
    assert (heights < -0.006).mean() < 0.01


@KINDS
def test_left_in_the_photo_is_the_wearers_right(kind):
    garment = built(kind)
    front = garment.uv[:, 0] < 0.5
    flat = np.corrcoef(garment.uv[front, 0], garment.vertices_rest_m[front, 0])[0, 1]
    assert flat > 0.9


@KINDS
def test_only_waist_neck_cuffs_and_hems_are_open(kind):
    garment = built(kind)
    edges = open_edges(garment)
    middle = edges.mean(axis=1)
    low, high = garment.vertices_rest_m[:, 2].min(), garment.vertices_rest_m[:, 2].max()
    at_hem = middle[:, 2] < low + 0.03
    at_top = middle[:, 2] > (1.2 if get_kind(kind).hangs_from == "shoulders" else high - 0.04)
    left_over = edges[~(at_hem | at_top)]
    # A stitch or two may be missing where the legs part, no more.
    assert np.linalg.norm(left_over[:, 0] - left_over[:, 1], axis=1).sum() < 0.06


@KINDS
def test_front_lies_before_back(kind):
    garment = built(kind)
    level = np.abs(garment.vertices_rest_m[:, 2] - 0.9) < 0.02
    middle = level & (np.abs(garment.vertices_rest_m[:, 0]) < 0.05)
    front = garment.uv[:, 0] < 0.5
    assert garment.vertices_rest_m[middle & front, 1].max() < garment.vertices_rest_m[middle & ~front, 1].min()


@LEGGED
def test_legs_are_two_tubes_that_never_cross_the_middle(kind):
    garment, form = built(kind), measure_lower_form(load_template())
    below = garment.vertices_rest_m[:, 2] < form.crotch_m - 0.06
    corners = garment.vertices_rest_m[garment.faces[below[garment.faces].all(axis=1)]]
    left, right = (corners[..., 0] > 0).all(axis=1), (corners[..., 0] < 0).all(axis=1)
    assert (left | right).all() and left.sum() > 200 and right.sum() > 200


@LEGGED
def test_each_leg_follows_its_own_leg(kind):
    garment, form = built(kind), measure_lower_form(load_template())
    below = garment.vertices_rest_m[:, 2] < form.crotch_m - 0.08
    left = garment.vertices_rest_m[:, 0] > 0
    assert shares(garment, "thigh_right", "shin_right")[below & left].max() < 0.02
    assert shares(garment, "thigh_left", "shin_left")[below & ~left].max() < 0.02


@ONE_PIECE
def test_one_piece_hangs_on_both_legs_in_the_middle_and_goes_over_smoothly(kind):
    garment = built(kind)
    points = garment.vertices_rest_m
    low = points[:, 2] < 0.6
    middle = low & (np.abs(points[:, 0]) < 0.02)
    left, right = (shares(garment, f"thigh_{hand}", f"shin_{hand}") for hand in ("left", "right"))
    assert np.abs(left - right)[middle].max() < 0.25
    assert left[low & (points[:, 0] > 0.15)].min() > 0.55
    steps = np.abs(left[garment.faces] - np.roll(left[garment.faces], 1, axis=1))
    assert steps[low[garment.faces].all(axis=1)].max() < 0.3


@ONE_PIECE
def test_one_piece_goes_round_both_legs(kind):
    garment, form = built(kind), measure_lower_form(load_template())
    points = garment.vertices_rest_m
    low = points[:, 2] < 0.7
    between = low & (np.abs(points[:, 0]) < 0.5 * form.row(form.half_width_m, points[:, 2]))
    reach = np.where(points[:, 1] < 0, form.row(form.front_m, points[:, 2]), form.row(form.back_m, points[:, 2]))
    outside = np.where(points[:, 1] < 0, reach - points[:, 1], points[:, 1] - reach)
    assert outside[between].min() > -0.01


def test_a_waistband_fits_whatever_its_photo_shows():
    template, form = load_template(), measure_lower_form(load_template())
    for wide in (0.30, 0.40):
        shape = TROUSERS | {"waistband": (wide, 0.05)}
        garment = construct(*drawn("trousers", shape), "trousers", template, "drawn", ease=0.06)
        points = garment.vertices_rest_m
        top = points[:, 2] > points[:, 2].max() - 0.02
        body = float(form.row(form.half_width_m, points[top, 2].mean()))
        assert 0 < np.abs(points[top, 0]).max() - body < 0.02


def test_wider_drawn_hems_are_wider():
    halves = []
    for hem in (0.3, 0.2, 0.1):
        picture = drawn("skirt", SKIRT | {"hem": (hem, 0.95)})
        points = construct(*picture, "skirt", load_template(), "drawn", ease=0.06).vertices_rest_m
        halves.append(np.abs(points[points[:, 2] < points[:, 2].min() + 0.05, 0]).max())
    assert halves[0] < halves[1] < halves[2]
    assert halves[2] / halves[1] == pytest.approx(4 / 3, abs=0.1)


def test_trousers_end_near_the_ankle_and_never_under_the_floor():
    template = load_template()
    assert 0.02 <= built("trousers").vertices_rest_m[:, 2].min() < 0.12
    long = TROUSERS | {"waistband": (0.2, 0.05), "leg_outer": (0.16, 0.98), "leg_inner": (0.46, 0.98)}
    garment = construct(*drawn("trousers", long), "trousers", template, "drawn", ease=0.06)
    assert garment.vertices_rest_m[:, 2].min() > 0.0


def test_legs_that_touch_in_the_photo_are_parted():
    shape = TROUSERS | {"leg_inner": (0.5, 0.95)}
    garment = construct(*drawn("trousers", shape), "trousers", load_template(), "drawn", ease=0.06)
    low = garment.vertices_rest_m[:, 2] < 0.5
    corners = garment.vertices_rest_m[garment.faces[low[garment.faces].all(axis=1)], 0]
    assert ((corners > 0).all(axis=1) | (corners < 0).all(axis=1)).all()


def test_what_the_photo_shows_above_the_waistbands_front_is_lining():
    plain = built("skirt")
    dipped = dipped_skirt()
    front = dipped.uv[:, 0] < 0.5
    normals = vertex_normals(dipped.vertices_rest_m, dipped.faces)
    inward = front & (normals[:, 1] < 0) & (dipped.vertices_rest_m[:, 1] > 0)
    assert inward.sum() > 10
    middle = np.abs(dipped.vertices_rest_m[:, 0]) < 0.05
    front_top = dipped.vertices_rest_m[front & middle & (dipped.vertices_rest_m[:, 1] < -0.05), 2].max()
    assert front_top < plain.vertices_rest_m[:, 2].max() - 0.03


def test_twice_the_pixels_make_the_same_trousers():
    picture, landmarks = drawn("trousers", TROUSERS)
    large = np.repeat(np.repeat(picture, 2, axis=0), 2, axis=1)
    found = replace(landmarks, points_photo_px=landmarks.points_photo_px * 2 + 0.5)
    twice = construct(large, found, "trousers", load_template(), "drawn", ease=0.06)
    for axis in range(3):
        span = np.ptp(built("trousers").vertices_rest_m[:, axis])
        assert np.ptp(twice.vertices_rest_m[:, axis]) == pytest.approx(span, abs=0.012)


def test_the_renderer_knows_the_waistbands_lining():
    dipped = dipped_skirt()
    lining = study(dipped).face_is_lining
    assert 10 < lining.sum() < 200
    assert (dipped.vertices_rest_m[dipped.faces[lining], 1].mean(axis=1) > -0.06).all()
    assert not study(built("skirt")).face_is_lining.any()
    assert not study(built("trousers")).face_is_lining.any()


@KINDS
def test_landmarks_a_little_beside_make_no_long_triangles(kind):
    rng = np.random.default_rng(3)
    for _ in range(3):
        picture, landmarks = drawn(kind, SHAPES[kind])
        shaken = landmarks.points_photo_px + rng.normal(0, 6, landmarks.points_photo_px.shape).astype(np.float32)
        garment = construct(
            picture, replace(landmarks, points_photo_px=shaken), kind, load_template(), "drawn", ease=0.06
        )
        corners = garment.vertices_rest_m[garment.faces]
        assert np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max() < 0.15
