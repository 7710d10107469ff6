"""The second look at the neck, and the drawings that it learns from."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from garments.drawings.draw_neck_photos import draw_neck
from garments.finding.landmarks import find_landmarks
from garments.finding.neck_input import CHANNELS, INPUT_PX, RIMS_AT, STATIONS, frame_neck, neck_input, spread_stations
from garments.finding.neck_look import look_at_neck
from tests.drawn_tops import cut, t_shirt_photo, t_shirt_points

NECK_PX = 156
"""Width of the drawn neck."""
DEEP_PX = 100


def v_neck() -> NDArray[np.float64]:
    """(41, 2) From the photo's left to its right end."""
    t = np.linspace(-1, 1, 41)
    return np.stack([300 + NECK_PX / 2 * t, 130 + DEEP_PX * (1 - np.abs(t))], axis=1)


def v_neck_photo() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A navy V-neck whose inside is as navy and holds a white label; only the edge is a little darker."""
    photo, mask = t_shirt_photo((44, 58, 82), (44, 58, 82))
    cv2.polylines(photo, [np.round(v_neck()).astype(np.int32)], False, (20, 26, 40), 3, cv2.LINE_AA)
    cv2.polylines(photo, [np.round(v_neck() + np.array([0, 18])).astype(np.int32)], False, (34, 46, 66), 2, cv2.LINE_AA)
    cv2.rectangle(photo, (275, 152), (325, 182), (235, 235, 230), -1)
    photo[mask == 0] = 255
    return photo, mask


def seen_points() -> dict[str, NDArray[np.float32]]:
    """As a first look would see them that takes the label's edge for the neckline."""
    points = {name: np.array(point, np.float32) for name, point in t_shirt_points().items()}
    points |= {f"rim_{hand}": points[f"neck_{hand}"] for hand in ("left", "right")}
    return points | {"neck_front": np.array([300, 185], np.float32)}


def test_a_v_neck_is_found_below_its_label() -> None:
    line, sure = look_at_neck(cut(*v_neck_photo()), v_neck_photo()[1], seen_points())
    wanted = spread_stations(v_neck().astype(np.float32))
    assert np.linalg.norm(line - wanted, axis=1).max() < 0.1 * NECK_PX
    assert sure > 0.5


def test_the_neckline_of_a_shirt_with_a_label_runs_along_its_edge() -> None:
    found = find_landmarks(cut(*v_neck_photo()), "t-shirt")
    assert found.neck_opening_photo_px is not None
    line = found.neck_opening_photo_px
    depths = np.interp(v_neck()[4:-4, 0], line[:, 0], line[:, 1])
    assert np.abs(depths - v_neck()[4:-4, 1]).max() < 0.06 * NECK_PX


def test_in_a_mirror_the_second_look_sees_the_mirrored_line() -> None:
    photo, mask = v_neck_photo()
    line, sure = look_at_neck(cut(photo, mask), mask, seen_points())
    across = photo.shape[1] - 1
    flipped = {
        name.replace("left", "?").replace("right", "left").replace("?", "right"): point * [-1, 1] + [across, 0]
        for name, point in seen_points().items()
    }
    photo, mask = (np.ascontiguousarray(plane[:, ::-1]) for plane in (photo, mask))
    mirrored, as_sure = look_at_neck(cut(photo, mask), mask, flipped)
    assert np.abs(mirrored[::-1] * [-1, 1] + [across, 0] - line).max() < 0.01 * NECK_PX
    assert as_sure == pytest.approx(sure, abs=0.02)


def test_the_rims_lie_level_in_the_frame_with_its_middle_between_them() -> None:
    at = seen_points()
    rims, shoulders = (np.stack([at[f"{name}_right"], at[f"{name}_left"]]) for name in ("rim", "shoulder"))
    affine = frame_neck(rims, shoulders, at["neck_front"])
    seen = rims @ affine[:, :2].T + affine[:, 2]
    assert seen[:, 1] == pytest.approx(RIMS_AT * INPUT_PX[1])
    assert seen[:, 0].mean() == pytest.approx((INPUT_PX[0] - 1) / 2, abs=1e-3)


def test_ground_beside_the_mask_does_not_reach_the_network() -> None:
    photo, mask = v_neck_photo()
    affine = np.array([[0.3, 0, -40], [0, 0.3, -20]], np.float32)
    other = photo.copy()
    other[mask == 0] = (200, 0, 90)
    seen = neck_input(mask, photo, affine)
    assert seen.shape == (CHANNELS, INPUT_PX[1], INPUT_PX[0])
    assert np.array_equal(seen, neck_input(mask, other, affine))


def test_a_frame_without_cloth_holds_nothing() -> None:
    empty = neck_input(
        np.zeros((90, 90), np.uint8), np.zeros((90, 90, 3), np.uint8), np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    )
    assert np.all(empty[0] == -1)
    assert not empty[1:].any()


def test_the_middle_station_is_the_deepest_and_each_side_is_evenly_spaced() -> None:
    stations = spread_stations(v_neck().astype(np.float32))
    assert stations.shape == (STATIONS, 2)
    assert stations[STATIONS // 2] == pytest.approx([300, 130 + DEEP_PX])
    steps = np.linalg.norm(np.diff(stations, axis=0), axis=1)
    assert steps == pytest.approx(steps[0], rel=1e-3)


def test_a_drawn_neck_has_its_line_between_its_shoulders() -> None:
    rng = np.random.default_rng(6)
    for _ in range(30):
        drawing = draw_neck(rng)
        assert (drawing.mask > 127).sum() > 2000
        assert drawing.line_px[0, 0] < drawing.line_px[-1, 0]
        assert drawing.shoulders_px[0, 0] <= drawing.line_px[0, 0] + 1
        assert drawing.line_px[-1, 0] <= drawing.shoulders_px[1, 0] + 1


def test_the_same_seed_draws_the_same_neck() -> None:
    first, second = (draw_neck(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.colour_rgb, second.colour_rgb)
    assert np.array_equal(first.line_px, second.line_px)
