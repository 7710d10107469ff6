"""Landmarks, the neckline, kinds, size tables and passports."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from garments.annotate import annotate
from garments.drawings.draw_bottoms import draw_skirt, draw_trousers
from garments.drawings.draw_others import draw_shoe
from garments.drawings.draw_silhouettes import draw
from garments.errors import RefusedError
from garments.finding.faults import find_faults
from garments.finding.landmark_input import FILLED, INPUT_PX, MIRRORED, TOP_POINTS, frame_garment, network_input
from garments.finding.landmarks import Landmarks, LandmarksRefusedError, find_landmarks
from garments.finding.trust import judge, redraw_overlap
from garments.kinds import all_kinds, get_kind
from garments.passport import grade_of
from garments.size_table import read_size_table
from tests.drawn_tops import cut, neckline, t_shirt_photo, t_shirt_points, trousers_photo, vest_photo

SIZE_PX = 560.0
"""Longest side of the drawn tops."""


@pytest.fixture(scope="module")
def found() -> Landmarks:
    return find_landmarks(cut(*t_shirt_photo()), "t-shirt")


def test_every_point_of_a_drawn_t_shirt_is_found_within_three_percent_of_its_size(found: Landmarks) -> None:
    for name, point in t_shirt_points().items():
        limit = 0.06 if name.startswith("waist") else 0.03
        assert np.linalg.norm(found.point(name) - point) < limit * SIZE_PX, name


def test_corners_of_the_outline_are_met_to_a_few_pixels(found: Landmarks) -> None:
    for name in ("hem_left", "hem_right", "cuff_outer_left", "cuff_outer_right", "armpit_left", "armpit_right"):
        assert np.linalg.norm(found.point(name) - t_shirt_points()[name]) < 6, name


def test_the_front_neckline_is_found_inside_the_silhouette(found: Landmarks) -> None:
    line = found.neck_opening_photo_px
    assert line is not None
    wanted = neckline()
    depths = np.interp(wanted[4:-4, 0], line[:, 0], line[:, 1])
    assert np.abs(depths - wanted[4:-4, 1]).max() < 6
    assert line[0, 0] < line[-1, 0]


def test_the_wearers_left_is_on_the_right_of_the_photo(found: Landmarks) -> None:
    for part in ("neck", "shoulder", "cuff_outer", "armpit", "hem"):
        assert found.point(f"{part}_left")[0] > found.point(f"{part}_right")[0]


def test_a_mirrored_photo_has_mirrored_landmarks(found: Landmarks) -> None:
    photo, mask = t_shirt_photo()
    mirrored = find_landmarks(cut(np.ascontiguousarray(photo[:, ::-1]), np.ascontiguousarray(mask[:, ::-1])), "t-shirt")
    back = mirrored.points_photo_px[list(MIRRORED[: len(TOP_POINTS)])] * [-1, 1] + [photo.shape[1] - 1, 0]
    assert np.linalg.norm(back - found.points_photo_px, axis=1).max() < 0.03 * SIZE_PX


def test_a_photo_of_half_the_size_has_landmarks_at_half_the_place(found: Landmarks) -> None:
    photo, mask = t_shirt_photo()
    half = cv2.resize(cut(photo, mask), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    points = find_landmarks(half, "t-shirt").points_photo_px
    assert np.linalg.norm(points * 2 - found.points_photo_px, axis=1).max() < 0.03 * SIZE_PX


def test_a_clear_t_shirt_is_trusted_with_a_good_grade(found: Landmarks) -> None:
    assert grade_of(found.score) in "AB"
    assert found.kind_scores["sleeved"] > 0.75
    assert sum(found.kind_scores.values()) == pytest.approx(1, abs=1e-5)


def test_a_vest_has_its_cuffs_at_shoulder_and_armpit() -> None:
    found = find_landmarks(cut(*vest_photo()), "sleeveless-top")
    assert np.array_equal(found.point("cuff_outer_left"), found.point("shoulder_left"))
    assert np.array_equal(found.point("cuff_inner_left"), found.point("armpit_left"))


def test_a_vest_given_as_a_t_shirt_is_refused_and_the_right_kind_proposed() -> None:
    with pytest.raises(LandmarksRefusedError, match="try sleeveless-top") as refusal:
        find_landmarks(cut(*vest_photo()), "t-shirt")
    assert refusal.value.code == "not-this-kind"
    assert refusal.value.found.points_photo_px.shape == (len(TOP_POINTS), 2)


def test_a_t_shirt_given_as_a_sleeveless_top_is_refused_and_the_right_kinds_proposed() -> None:
    with pytest.raises(LandmarksRefusedError, match="t-shirt") as refusal:
        find_landmarks(cut(*t_shirt_photo()), "sleeveless-top")
    assert refusal.value.code == "not-this-kind"


def test_trousers_are_refused_by_name() -> None:
    with pytest.raises(LandmarksRefusedError, match="trousers") as refusal:
        find_landmarks(cut(*trousers_photo()), "t-shirt")
    assert refusal.value.code == "not-this-kind"


def test_a_disc_is_refused() -> None:
    mask = cv2.circle(np.zeros((400, 400), np.uint8), (200, 200), 150, 255, -1)
    with pytest.raises(LandmarksRefusedError):
        find_landmarks(cut(np.full((400, 400, 3), 90, np.uint8), mask), "t-shirt")


def test_an_empty_cutout_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        find_landmarks(np.zeros((300, 200, 4), np.uint8), "t-shirt")
    assert refusal.value.code == "empty-cutout"


def test_points_that_contradict_each_other_are_refused() -> None:
    _, mask = t_shirt_photo()
    rng = np.random.default_rng(3)
    at = {name: (rng.random(2) * [600, 800]).astype(np.float32) for name in TOP_POINTS}
    sure = dict.fromkeys(TOP_POINTS, 0.9)
    trust = judge(mask, at, sure, get_kind("t-shirt"), kind_scores={"sleeved": 1.0}, neck="open", front="whole")
    assert trust.refusal is not None and trust.refusal[0] == "landmarks-not-trusted"
    assert trust.doubts


def test_the_template_drawn_back_covers_a_plain_t_shirt() -> None:
    _, mask = t_shirt_photo()
    at = {name: np.array(point, np.float32) for name, point in t_shirt_points().items()}
    at |= {"rim_left": at["neck_left"], "rim_right": at["neck_right"]}
    assert redraw_overlap(mask, at) > 0.97
    assert find_faults(mask, at) == []


def test_swapped_sides_are_a_fault() -> None:
    _, mask = t_shirt_photo()
    at = {name: np.array(point, np.float32) for name, point in t_shirt_points().items()}
    swapped = {
        name.replace("left", "?").replace("right", "left").replace("?", "right"): point for name, point in at.items()
    }
    assert "left and right are confused" in [fault.words for fault in find_faults(mask, swapped)]


def test_a_garment_fills_its_share_of_what_the_network_sees() -> None:
    _, mask = t_shirt_photo()
    affine = frame_garment(mask)
    ys, xs = np.nonzero(mask)
    seen = np.stack([xs, ys], axis=1) @ affine[:, :2].T + affine[:, 2]
    spans = np.ptp(seen, axis=0) / INPUT_PX
    assert spans.max() == pytest.approx(FILLED, abs=0.01)


def test_ground_outside_the_mask_does_not_reach_the_network() -> None:
    photo, mask = t_shirt_photo()
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    dark = np.where(mask > 0, grey, np.uint8(0))
    affine = frame_garment(mask)
    assert np.array_equal(network_input(mask, grey, affine), network_input(mask, dark, affine))


def test_the_same_seed_draws_the_same_garment() -> None:
    first, second = draw(np.random.default_rng(4)), draw(np.random.default_rng(4))
    assert np.array_equal(first.mask, second.mask)
    assert np.array_equal(first.points_px, second.points_px, equal_nan=True)


def test_drawn_hems_lie_on_the_drawn_silhouette() -> None:
    rng = np.random.default_rng(0)
    for drawing in (draw(rng) for _ in range(40)):
        if np.isnan(drawing.points_px[TOP_POINTS.index("hem_left"), 0]):
            continue
        distance = cv2.distanceTransform((drawing.mask == 0).astype(np.uint8), cv2.DIST_L2, 5)
        for hand in ("left", "right"):
            x, y = np.round(drawing.points_px[TOP_POINTS.index(f"hem_{hand}")]).astype(int)
            assert distance[y, x] < 12


def test_kinds_are_found_in_their_folder() -> None:
    assert len(all_kinds()) == 13
    for name, kind in all_kinds().items():
        assert kind.name == name and kind.landmarks and 0 <= kind.ease < 0.5
        assert ("chest_cm" if kind.hangs_from == "shoulders" else "hip_cm") in kind.sizes


def test_an_unknown_kind_is_refused_with_the_choices() -> None:
    with pytest.raises(RefusedError, match=r"coat, dress, hoodie, .*, vest") as refusal:
        get_kind("kilt")
    assert refusal.value.code == "unknown-kind"


def test_a_size_table_is_read_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text("size,chest_cm,length_cm\nS,96,66\nM,102,68.5\n", encoding="utf-8-sig")
    table = read_size_table(path, get_kind("t-shirt"))
    assert table == {"S": {"chest_cm": 96.0, "length_cm": 66.0}, "M": {"chest_cm": 102.0, "length_cm": 68.5}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs a line of column names"),
        ("chest_cm\n90\n", "must begin with the column 'size'"),
        ("size,inseam_cm\nS,70\n", "unknown column 'inseam_cm'"),
        ("size\nS\n", "at least one measure"),
        ("size,chest_cm\nS,90,91\n", "row 2 has 3 cells"),
        ("size,chest_cm\nS,90\nS,95\n", "row 3: each size needs a name of its own"),
        ("size,chest_cm\nS,wide\n", "'wide' is not a number"),
        ("size,chest_cm\nS,9000\n", "not between 0 and 300 cm"),
        ("size,chest_cm\nS,nan\n", "not between 0 and 300 cm"),
        ("size,chest_cm\n" + "S,90\n" * 60_000, "larger than"),
    ],
)
def test_a_bad_size_table_is_refused_with_the_rule(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text(text)
    with pytest.raises(RefusedError, match=words) as refusal:
        read_size_table(path, get_kind("t-shirt"))
    assert refusal.value.code == "bad-size-table"


def test_a_size_table_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sizes.csv").write_bytes(b"\xff\xfe\x00s")
    with pytest.raises(RefusedError, match="not UTF-8"):
        read_size_table(tmp_path / "sizes.csv", get_kind("t-shirt"))
    with pytest.raises(RefusedError) as refusal:
        read_size_table(tmp_path / "none.csv", get_kind("t-shirt"))
    assert refusal.value.code == "no-size-table"


def test_the_annotated_photo_shows_points_and_keeps_its_shape(found: Landmarks) -> None:
    photo, mask = t_shirt_photo()
    plain, marked = annotate(photo, cut(photo, mask), None), annotate(photo, cut(photo, mask), found)
    assert plain.shape == marked.shape == (1000, 750, 3)
    x, y = np.round(found.point("hem_left") * 1000 / 800).astype(int)
    assert not np.array_equal(plain[y - 3 : y + 4, x - 3 : x + 4], marked[y - 3 : y + 4, x - 3 : x + 4])


def test_drawn_shoes_skirts_and_trousers_are_never_taken_for_a_top() -> None:
    rng = np.random.default_rng(7)
    for draw_it in (draw_shoe, draw_skirt, draw_trousers) * 4:
        drawing = draw_it(rng)
        mask = cv2.resize(drawing.mask, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
        grey = cv2.resize(drawing.brightness, None, fx=2, fy=2)
        with pytest.raises(LandmarksRefusedError):
            find_landmarks(cut(np.dstack([grey] * 3), mask), "t-shirt")
