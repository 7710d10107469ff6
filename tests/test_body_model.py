"""The baked body: equal to its source, well formed, and moved rightly by its segments."""

import json

import numpy as np

from body_model.load import load_template
from body_model.skin import make_skinner, skin
from body_model.template import BODY_FILE

PROBE = json.loads(BODY_FILE.with_name("probe.json").read_text())
BODY = load_template()


def mirror(points):
    return points * np.float32([-1, 1, 1])


def test_bake_matches_its_source_to_a_tenth_of_a_millimetre():
    rows = PROBE["rows"]
    assert len(BODY.vertices_rest_m) == PROBE["vertex_count"]
    assert np.abs(BODY.vertices_rest_m[rows] - PROBE["vertices_rest_m"]).max() < 1e-4
    assert np.abs(BODY.shape_basis_m[:, rows[::10]] - PROBE["shape_basis_m"]).max() < 1e-4
    assert np.abs(BODY.vertices_rest_m.sum(0, dtype=float) - PROBE["sum_of_vertices_m"]).max() < 0.1


def test_faces_point_outwards_and_close_the_body():
    corners = BODY.vertices_rest_m[BODY.faces].astype(float)
    volume = np.einsum("ni,ni->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    assert abs(volume - PROBE["volume_m3"]) < 2e-5
    edges = np.concatenate([BODY.faces[:, [0, 1]], BODY.faces[:, [1, 2]], BODY.faces[:, [2, 0]]]).astype(np.int64)
    number = len(BODY.vertices_rest_m)
    there, back = edges @ [number, 1], edges @ [1, number]
    assert np.array_equal(np.sort(there), np.sort(back))


def test_weights_sum_to_one_and_parents_come_first():
    assert np.abs(BODY.weights.sum(1) - 1).max() < 1e-6
    assert (BODY.weights >= 0).all()
    assert (BODY.parents < np.arange(len(BODY.parents))).all()
    assert BODY.segments.max() < len(BODY.segment_names)


def test_left_is_at_positive_x_and_the_skeleton_is_symmetric():
    for name, row in BODY.segment_index.items():
        if name.endswith("_left"):
            other = BODY.segment_index[name.replace("_left", "_right")]
            assert BODY.bones_rest_m[row, 1, 0] > 0
            assert np.abs(BODY.bones_rest_m[row] - mirror(BODY.bones_rest_m[other])).max() < 2e-3


def test_bones_hang_together_and_the_body_faces_minus_y():
    rows = BODY.segment_index
    for child, parent in (("forearm_left", "upper_arm_left"), ("shin_right", "thigh_right"), ("head", "neck")):
        assert np.allclose(BODY.bones_rest_m[rows[child], 0], BODY.bones_rest_m[rows[parent], 1])
    for foot in ("foot_left", "foot_right"):
        assert BODY.bones_rest_m[rows[foot], 1, 1] < BODY.bones_rest_m[rows[foot], 0, 1] - 0.1
    assert 1.6 < BODY.vertices_rest_m[:, 2].max() < 1.8
    assert BODY.vertices_rest_m[:, 2].min() == 0


def test_groups_name_every_vertex_once():
    rows = np.concatenate(list(BODY.groups.values()))
    assert np.array_equal(np.sort(rows), np.arange(len(BODY.vertices_rest_m)))


def test_identity_affines_leave_the_body_at_rest():
    identity = np.tile(np.eye(3, 4, dtype=np.float32), (len(BODY.segment_names), 1, 1))
    posed = skin(BODY.vertices_rest_m, BODY.segments, BODY.weights, identity)
    assert np.abs(posed - BODY.vertices_rest_m).max() < 1e-5


def test_skinning_is_the_weighted_mean_of_what_each_segment_does():
    rng = np.random.default_rng(3)
    affines = rng.normal(size=(len(BODY.segment_names), 3, 4)).astype(np.float32)
    rows = rng.integers(0, len(BODY.vertices_rest_m), 50)
    at = np.c_[BODY.vertices_rest_m[rows], np.ones(50)]
    want = np.einsum("nk,nkij,nj->ni", BODY.weights[rows], affines[BODY.segments[rows]], at)
    for posed in (
        skin(BODY.vertices_rest_m, BODY.segments, BODY.weights, affines),
        make_skinner(BODY.vertices_rest_m, BODY.segments, BODY.weights, segment_count=len(affines))(affines),
    ):
        assert posed.dtype == np.float32
        assert np.abs(posed[rows] - want).max() < 1e-5
