"""A garment turns on three bodies, and follows each of them."""

import numpy as np
import pytest

from body_model.load import load_template
from fitting.turntable import ANGLES, BUILDS, VIEW_PX, Build, follow, reshape_body, turntable
from garments.garment import Garment
from garments.preview import GROUND

BODY = load_template()
SLIM, AVERAGE, LARGE = BUILDS


def skin_suit() -> Garment:
    """The body's own trunk and arms, a centimetre out, in plain red: the tightest garment there is."""
    return Garment(
        name="suit",
        kind="t-shirt",
        vertices_rest_m=(BODY.vertices_rest_m * [1.02, 1.02, 1.0]).astype(np.float32),
        faces=BODY.faces[(BODY.vertices_rest_m[BODY.faces][..., 2] < 1.3).all(axis=1)],
        uv=np.full((len(BODY.vertices_rest_m), 2), 0.5, np.float32),
        segments=BODY.segments,
        weights=BODY.weights,
        texture_rgba=np.full((4, 4, 4), (200, 30, 30, 255), np.uint8),
    )


def girth_of(vertices_m: np.ndarray) -> float:
    """Width of the trunk below the chest."""
    belt = vertices_m[(np.abs(BODY.vertices_rest_m[:, 2] - 1.05) < 0.03) & (np.abs(BODY.vertices_rest_m[:, 0]) < 0.2)]
    return float(np.ptp(belt[:, 0]))


def test_builds_differ_as_their_names_say() -> None:
    slim, average, large = (reshape_body(BODY, build) for build in BUILDS)
    assert np.array_equal(average, BODY.vertices_rest_m)
    assert slim[:, 2].max() > average[:, 2].max() + 0.05
    assert girth_of(slim) < girth_of(average) - 0.02 < girth_of(large) - 0.08


def test_on_the_average_body_the_cloth_stays_where_it_is() -> None:
    garment = skin_suit()
    assert np.array_equal(follow(garment, reshape_body(BODY, AVERAGE), BODY), garment.vertices_rest_m)


@pytest.mark.parametrize("build", [SLIM, LARGE], ids=lambda build: build.name)
def test_cloth_on_the_skin_goes_where_the_skin_goes(build: Build) -> None:
    garment, body = skin_suit(), reshape_body(BODY, build)
    gap = follow(garment, body, BODY) - garment.vertices_rest_m - (body - BODY.vertices_rest_m)
    assert np.percentile(np.linalg.norm(gap, axis=1), 95) < 0.01


def test_a_turn_is_a_strip_of_views_of_which_the_first_shows_the_front() -> None:
    strip = turntable(skin_suit(), LARGE, BODY)
    assert strip.shape == (VIEW_PX[1], ANGLES * VIEW_PX[0], 3)
    views = np.split(strip.astype(int), ANGLES, axis=1)
    widths = [int((np.abs(view - GROUND).max(axis=2) > 30).any(axis=0).sum()) for view in views]
    assert widths[0] > 1.3 * widths[ANGLES // 4]
    assert (np.abs(views[0] - views[ANGLES // 2]).max(axis=2) > 30).mean() > 0.01
    assert (views[0][..., 0] > views[0][..., 1] + 60).mean() > 0.1
