"""Which kind a photo shows, what contradicts the one that is said, and what is wrong with a photo, in words."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from garments.annotate import annotate
from garments.finding.agree import settle
from garments.finding.faults import find_faults, find_missing
from garments.finding.fronts import choose_front, close_front, trace_open_front
from garments.finding.hood_sight import weigh_hood
from garments.finding.kind_check import choose_neck, contradiction
from garments.finding.landmark_input import GROUPS, NECKS, POINTS
from garments.finding.landmarks import LandmarksRefusedError, find_landmarks, find_likeliest
from garments.finding.legs import OutlinePoint, find_gap, trace_hem, trace_legs, trace_waist
from garments.finding.look import Look, look
from garments.finding.propose import propose_kinds
from garments.kinds import get_kind
from tests.drawn_tops import cut, t_shirt_photo, t_shirt_points, trousers_photo, vest_photo

Mask = NDArray[np.uint8]
WAIST = {"waistband_left": (380, 60), "waistband_right": (220, 60)}
LEGS = {
    **{"leg_outer_left": (412, 740), "leg_inner_left": (330, 740)},
    **{"leg_outer_right": (188, 740), "leg_inner_right": (270, 740)},
}


def px(x: float, y: float) -> NDArray[np.float32]:
    return np.array([x, y], np.float32)


def t_shirt() -> dict[str, NDArray[np.float32]]:
    at = {name: np.array(point, np.float32) for name, point in t_shirt_points().items()}
    return at | {"rim_left": at["neck_left"], "rim_right": at["neck_right"], "neck_front": px(300, 190)}


def near(found: NDArray[np.float32], wanted: tuple[int, int], limit: float = 8) -> bool:
    return bool(np.linalg.norm(found - np.array(wanted)) < limit)


def sure_of(**shares: float) -> dict[str, float]:
    return dict.fromkeys(GROUPS, 0.0) | shares


def test_trousers_are_found_with_their_corners_and_crotch() -> None:
    found = find_landmarks(cut(*trousers_photo()), "trousers")
    assert found.names == get_kind("trousers").landmarks
    for name, wanted in (WAIST | LEGS | {"crotch": (300, 262)}).items():
        assert near(found.point(name), wanted, 14), name
    assert found.neck_opening_photo_px is None and found.front == "whole"


def test_the_outline_alone_shows_waistband_legs_and_crotch() -> None:
    mask = trousers_photo()[1]
    traced = trace_waist(mask) | trace_legs(mask, 60, 210)
    for name, wanted in (WAIST | LEGS | {"crotch": (300, 262)}).items():
        assert near(traced[name].point, wanted, 12), name
        assert traced[name].sure > 0.7, name


def test_cords_at_the_hem_do_not_move_its_corners() -> None:
    mask = trousers_photo()[1].copy()
    cv2.line(mask, (400, 735), (430, 790), 255, 6)
    assert near(trace_legs(mask, 60, 210)["leg_outer_left"].point, LEGS["leg_outer_left"], 12)


def test_a_skirts_hem_corners_are_on_its_outline() -> None:
    mask = np.zeros((800, 600), np.uint8)
    cv2.fillPoly(mask, [np.array([(230, 60), (370, 60), (480, 700), (300, 725), (120, 700)])], 255)
    traced = trace_waist(mask) | trace_hem(mask)
    wanted = {
        "waistband_left": (370, 60),
        "waistband_right": (230, 60),
        "hem_left": (480, 700),
        "hem_right": (120, 700),
    }
    assert all(near(traced[name].point, point, 10) for name, point in wanted.items())
    assert find_gap(mask) is None


def test_legs_that_touch_leave_the_crotch_a_guess() -> None:
    mask = trousers_photo()[1].copy()
    cv2.rectangle(mask, (200, 260), (399, 640), 255, -1)
    assert trace_legs(mask, 60, 210)["crotch"].sure < 0.5


def test_two_opinions_that_agree_are_surer_than_either_and_two_that_do_not_are_less_sure() -> None:
    seen = np.array([100, 100], np.float32)
    close, far = (OutlinePoint(np.asarray(seen + shift, np.float32), 0.8) for shift in (px(2, 0), px(90, 0)))
    assert settle(seen, 0.7, close, 500.0)[1] > 0.9
    assert settle(seen, 0.7, far, 500.0)[1] < 0.7
    nothing = np.full(2, np.nan, np.float32)
    assert np.array_equal(settle(nothing, 0.0, close, 500.0)[0], close.point)


@pytest.mark.parametrize(
    ("kind", "better"), [("shorts", "trousers"), ("skirt", "trousers"), ("t-shirt", "trousers"), ("dress", "trousers")]
)
def test_trousers_said_to_be_something_else_are_refused_and_named(kind: str, better: str) -> None:
    with pytest.raises(LandmarksRefusedError, match=better) as refusal:
        find_landmarks(cut(*trousers_photo()), kind)
    assert refusal.value.code == "not-this-kind"


def test_the_likeliest_kind_is_found_from_the_photo() -> None:
    assert find_likeliest(cut(*trousers_photo()))[0] == "trousers"
    assert find_likeliest(cut(*t_shirt_photo()))[0] == "t-shirt"
    assert find_likeliest(cut(*vest_photo()))[0] == "sleeveless-top"


def test_proposals_name_every_kind_and_sum_to_one_likeliest_first() -> None:
    shares = propose_kinds(cut(*t_shirt_photo()))
    assert len(shares) == 13
    assert sum(share for _, share in shares) == pytest.approx(1, abs=1e-3)
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)


def test_a_photo_of_no_kind_is_refused_with_the_reason_of_the_likeliest() -> None:
    disc = np.zeros((400, 400), np.uint8)
    cv2.circle(disc, (200, 200), 150, 255, -1)
    with pytest.raises(LandmarksRefusedError):
        find_likeliest(cut(np.full((400, 400, 3), 90, np.uint8), disc))


def said(kind: str, at: dict[str, NDArray[np.float32]], *, neck: str = "open", front: str = "whole", **shares: float):  # type: ignore[no-untyped-def]
    return contradiction(sure_of(**shares), at, get_kind(kind), neck=neck, front=front)


def test_kinds_that_look_alike_are_taken_at_their_word() -> None:
    for kind in ("t-shirt", "shirt", "knit", "jacket"):
        assert said(kind, t_shirt(), sleeved=1.0) is None


def test_a_long_top_may_be_a_dress_or_a_top_and_the_word_counts() -> None:
    tunic = t_shirt()
    for hand in ("left", "right"):
        tunic[f"hem_{hand}"] = px(tunic[f"hem_{hand}"][0], 300 + 1.7 * 280)
    assert said("t-shirt", tunic, dress=0.9, sleeved=0.1) is None
    assert said("dress", tunic, dress=0.4, sleeved=0.6) is None
    assert "dress" in (said("t-shirt", tunic | {"hem_left": px(440, 1200)}, sleeved=1.0) or "")
    assert "top with sleeves" in (said("dress", t_shirt(), dress=0.2, sleeved=0.8) or "")


def test_hoods_and_open_fronts_contradict_kinds_that_have_none() -> None:
    assert "hoodie" in (said("t-shirt", t_shirt(), neck="hood", sleeved=1.0) or "")
    assert "no hood" in (said("hoodie", t_shirt(), neck="open", sleeved=1.0) or "")
    assert "open" in (said("t-shirt", t_shirt(), front="open", sleeved=1.0) or "")
    assert said("jacket", t_shirt(), neck="hood", front="open", sleeved=1.0) is None


def test_a_hood_that_looks_like_a_collar_is_the_hoodies_and_ruffles_are_no_hood() -> None:
    flat = dict(zip(NECKS, (0.05, 0.9, 0.05, 0.0), strict=True))
    ruffled = dict(zip(NECKS, (0.02, 0.0, 0.03, 0.95), strict=True))
    assert choose_neck(flat, sure_of(sleeved=1.0), get_kind("hoodie")) == "hood"
    assert choose_neck(ruffled, sure_of(sleeveless=0.9), get_kind("sleeveless-top")) == "high"
    assert choose_neck(ruffled, sure_of(sleeved=1.0), get_kind("t-shirt")) == "hood"
    assert choose_neck(flat, sure_of(skirt=1.0), get_kind("skirt")) == "open"


def test_what_is_as_wide_as_a_hood_above_the_neck_is_one() -> None:
    mask = t_shirt_photo()[1].copy()
    points = np.full((len(POINTS), 2), np.nan, np.float32)
    for name, point in t_shirt().items():
        points[POINTS.index(name)] = point
    necks = dict(zip(NECKS, (0.0, 0.8, 0.2, 0.0), strict=True))
    plain = Look(np.dstack([mask] * 4), mask, points, np.ones(len(POINTS), np.float32), sure_of(), necks, {})
    assert weigh_hood(plain)["hood"] < 0.1
    hooded = mask.copy()
    cv2.ellipse(hooded, (300, 130), (135, 90), 0, 180, 360, 255, -1)
    shares = weigh_hood(Look(plain.cutout_rgba, hooded, points, plain.confidence, sure_of(), necks, {}))
    assert shares["hood"] > 0.9 and sum(shares.values()) == pytest.approx(1)


def words_of(mask: Mask, at: dict[str, NDArray[np.float32]]) -> str:
    return " ".join(fault.words for fault in (*find_faults(mask, at), *find_missing(mask, at)))


def test_a_plain_garment_has_no_faults() -> None:
    assert words_of(t_shirt_photo()[1], t_shirt()) == ""


def test_a_folded_sleeve_is_named_with_its_side_and_what_to_do() -> None:
    mask = t_shirt_photo()[1]
    folded = t_shirt() | {"cuff_outer_left": px(330, 330), "cuff_inner_left": px(350, 300)}
    assert "left sleeve is folded over the front: lay it flat" in words_of(mask, folded)
    short = t_shirt() | {"cuff_outer_right": px(140, 175)}
    assert "right sleeve is shorter than the other, or folded" in words_of(mask, short)


def test_sleeves_whose_ends_are_guesses_are_not_called_folded() -> None:
    at, mask = t_shirt() | {"cuff_outer_right": px(140, 175)}, t_shirt_photo()[1]
    assert "could not be made out" in find_faults(mask, at, {"cuff_outer_right": 0.1})[0].words


def test_an_unsure_neckline_wants_a_look() -> None:
    faults = find_faults(t_shirt_photo()[1], t_shirt(), {"neck_front": 0.3})
    assert ["neckline" in fault.words for fault in faults] == [True]


def test_a_hem_behind_a_sleeve_is_named() -> None:
    at = t_shirt() | {"cuff_outer_left": px(446, 650), "cuff_outer_right": px(154, 650)}
    assert "hem on the left may be hidden behind the sleeve" in words_of(t_shirt_photo()[1], at)


def test_a_cuff_outside_the_photo_is_named_with_what_to_do() -> None:
    mask, at = t_shirt_photo()[1][:, :530], t_shirt()
    at["cuff_outer_left"] = px(529, 300)
    assert "the left cuff is outside the photo: photograph the whole sleeve" in words_of(np.ascontiguousarray(mask), at)


def test_legs_and_waistbands_that_are_not_alike_are_named() -> None:
    mask = trousers_photo()[1]
    at = {name: px(*point) for name, point in (WAIST | LEGS | {"crotch": (300, 262)}).items()}
    at["waistband_front"] = px(300, 60)
    assert words_of(mask, at) == ""
    folded = at | {"leg_inner_left": px(330, 420), "leg_outer_left": px(412, 420)}
    assert "left leg is folded or hidden" in words_of(mask, folded)
    half = at | {"leg_inner_right": px(225, 740)}
    assert "right leg is folded or half hidden" in words_of(mask, half)
    crossed = at | {"leg_inner_left": at["leg_outer_left"], "leg_outer_left": at["leg_inner_left"]}
    assert "left leg contradict" in words_of(mask, crossed)
    assert "not on one level" in words_of(mask, at | {"waistband_left": px(380, 120)})
    assert "confused" in words_of(mask, at | {"waistband_left": px(200, 60)})
    squat = at | {"leg_outer_left": px(412, 96), "leg_outer_right": px(188, 96)}
    assert "length does not fit" in words_of(mask, squat)


def test_a_front_is_open_only_where_its_edges_lie_apart() -> None:
    fronts = {"whole": 0.1, "closed": 0.1, "open": 0.8}
    apart = t_shirt() | {"opening_left": px(340, 660), "opening_right": px(260, 660)}
    shut = apart | {"opening_left": px(305, 660), "opening_right": px(295, 660)}
    assert choose_front(fronts, apart, get_kind("jacket")) == "open"
    assert choose_front(fronts, shut, get_kind("jacket")) == "closed"
    assert choose_front(fronts, apart, get_kind("t-shirt")) == "whole"
    assert choose_front(fronts | {"open": 0.95}, apart, get_kind("t-shirt")) == "open"


def test_a_closed_fronts_openings_are_the_middle_of_the_hem() -> None:
    at, sure = close_front(t_shirt(), {"hem_left": 0.9, "hem_right": 0.7})
    assert near(at["opening_left"], (300, 660), 1) and np.array_equal(at["opening_left"], at["opening_right"])
    assert sure["opening_left"] == 0.7


def test_the_edge_of_an_open_front_runs_down_to_the_hem_along_the_picture_and_up_again() -> None:
    photo, mask = t_shirt_photo()
    edge = np.array([(222, 130), (262, 400), (268, 660)])
    gap = np.vstack([edge, (edge * [-1, 1] + [600, 0])[::-1]])
    cv2.fillPoly(photo, [gap], (230, 220, 200))
    at = t_shirt() | {"opening_left": px(332, 660), "opening_right": px(268, 660)}
    at["neck_front"] = px(300, 400)
    line = trace_open_front(cut(photo, mask), at)
    assert near(line[0], (222, 130), 2) and near(line[-1], (378, 130), 2)
    assert near(line[len(line) // 2 - 1], (268, 660), 2) and near(line[len(line) // 2], (332, 660), 2)
    lower = line[: len(line) // 2][line[: len(line) // 2, 1] > 420]
    assert np.abs(lower[:, 0] - np.interp(lower[:, 1], edge[:, 1], edge[:, 0])).max() < 8


def test_one_look_serves_every_kind() -> None:
    cutout = cut(*t_shirt_photo())
    seen = look(cutout)
    again = find_landmarks(cutout, "t-shirt", seen=seen)
    assert np.array_equal(again.points_photo_px, find_landmarks(cutout, "t-shirt").points_photo_px)


def test_trousers_are_annotated_too() -> None:
    photo, mask = trousers_photo()
    marked = annotate(photo, cut(photo, mask), find_landmarks(cut(photo, mask), "trousers"))
    assert not np.array_equal(marked, annotate(photo, cut(photo, mask), None))
