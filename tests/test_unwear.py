"""Garments taken off the people who wear them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from body_model.load import load_template
from fitting.flatten import flat_pose, photo_parts
from fitting.frame import PARSE_LABELS, ParseFrame, PoseFrame
from fitting.unwear import BEST_SCORE, WHY, lay_out, unwear
from fitting.worn_checks import check_legs, check_piece, check_pose
from fitting.worn_piece import WornPiece, find_piece
from garments.build import NOBODY, build_garment
from garments.errors import RefusedError
from garments.finding.landmarks import find_landmarks
from garments.kinds import get_kind
from garments.passport import grade_of
from tests.drawn_tops import cut, t_shirt_photo
from tests.dressing import SIZE_PX, stand, turn_arm

TEMPLATE = load_template()
SHIRT = ("waist", "chest", "clavicle_left", "clavicle_right", "upper_arm_left", "upper_arm_right")
LEGS = ("pelvis", "thigh_left", "thigh_right", "shin_left", "shin_right")
RIVALS = {"upper": 0.6, "lower": 0.4, "dress": 0.0}


def dressed_in(names, body) -> np.ndarray:
    """(H, W) Where a body's skin that hangs mostly on these segments is seen, a little widened."""
    rows = [TEMPLATE.segment_index[name] for name in names]
    mine = np.isin(TEMPLATE.segments[:, 0], rows)
    mask = np.zeros(SIZE_PX[::-1], np.uint8)
    faces = TEMPLATE.faces[mine[TEMPLATE.faces].all(axis=1)]
    for triangle in np.rint(body.vertices_image_px[faces][:, :, :2]).astype(np.int32):
        cv2.fillConvexPoly(mask, triangle, 1)
    return cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0


def photo_of(mask) -> np.ndarray:
    photo = np.full((*mask.shape, 3), 230, np.uint8)
    photo[mask] = (150, 40, 60)
    return photo


def worn(mask, before=None) -> WornPiece:
    return WornPiece(mask, np.zeros_like(mask) if before is None else before, RIVALS)


def standing(**changes) -> PoseFrame:
    image, hips = np.zeros((33, 2), np.float32), np.zeros((33, 3), np.float32)
    for left, y in ((11, 100), (23, 250), (25, 390), (27, 520)):
        image[left], image[left + 1] = (270, y), (210, y)
    hips[11], hips[12] = (0.18, -0.5, 0), (-0.18, -0.5, 0)
    return replace(PoseFrame(image, hips, np.ones(33, np.float32), 0.0), **changes)


def test_a_shirt_on_the_resting_body_is_laid_flat_whole_and_even() -> None:
    body = stand()
    mask = dressed_in(SHIRT, body)
    flat = lay_out(photo_of(mask), worn(mask), body, TEMPLATE, get_kind("t-shirt"))
    solid = flat.rgba[..., 3] > 127
    assert flat.even > 0.95 and flat.hidden < 0.03 and flat.shoulders
    assert solid.sum() == pytest.approx(mask.sum(), rel=0.12)
    assert np.abs(flat.rgba[..., :3][solid].mean(axis=0) - (150, 40, 60)).max() < 6


def test_trousers_come_out_with_two_legs() -> None:
    body = stand()
    mask = dressed_in(LEGS, body)
    solid = lay_out(photo_of(mask), worn(mask), body, TEMPLATE, get_kind("trousers")).rgba[..., 3] > 127
    row = solid[round(0.85 * len(solid))].astype(int)
    assert (np.diff(row) == 1).sum() == 2


def test_what_a_forearm_hides_is_filled_in_and_counted() -> None:
    body = turn_arm(stand(), TEMPLATE, "left", -60.0)
    arm = dressed_in(("forearm_left", "hand_left"), body)
    mask = dressed_in(SHIRT, body) & ~arm
    flat = lay_out(photo_of(mask), worn(mask, arm), body, TEMPLATE, get_kind("t-shirt"))
    outside = np.pad(flat.rgba[..., 3] <= 127, 1, constant_values=True).astype(np.uint8)
    assert cv2.connectedComponents(outside, connectivity=4)[0] == 2
    assert 0.01 < flat.hidden < 0.3


def test_a_dress_without_straps_in_sight_does_not_reach_the_shoulders() -> None:
    body = stand()
    mask = dressed_in(("waist", "chest", "pelvis", "thigh_left", "thigh_right"), body)
    mask[: round(body.vertices_image_px[:, 1].min()) + 115] = False
    assert not lay_out(photo_of(mask), worn(mask), body, TEMPLATE, get_kind("dress")).shoulders


def test_forearms_lie_in_the_plane_of_the_flat_pose() -> None:
    pose = flat_pose(TEMPLATE)
    assert np.allclose(pose.weights.sum(axis=2), 1, atol=1e-4)
    row = TEMPLATE.segment_index["forearm_left"]
    bone = np.diff(TEMPLATE.bones_rest_m[row], axis=0)[0]
    upper = np.diff(TEMPLATE.bones_rest_m[TEMPLATE.segment_index["upper_arm_left"]], axis=0)[0]
    laid = pose.flat_from_rest[row, :, :3] @ bone
    assert np.allclose(laid / np.linalg.norm(laid), upper / np.linalg.norm(upper), atol=1e-4)


def test_every_pixel_of_the_photo_belongs_to_a_part_and_arms_can_be_left_out() -> None:
    vertices = stand().vertices_image_px
    parts = photo_parts(vertices, TEMPLATE, SIZE_PX[::-1], one_tube=False, arms=True)
    assert set(np.unique(parts)) == {0, 1, 2, 3, 4}
    assert set(np.unique(photo_parts(vertices, TEMPLATE, SIZE_PX[::-1], one_tube=True, arms=False))) == {0}


@pytest.mark.parametrize(
    ("shoulder", "words"), [((0.1, -0.5, 0.15), "turned by"), ((-0.18, -0.5, 0.0), "shows their back")]
)
def test_people_who_are_turned_are_refused(shoulder, words) -> None:
    hips = standing().points_hips_m.copy()
    hips[11], hips[12] = shoulder, -np.array(shoulder)
    with pytest.raises(RefusedError, match=words) as refusal:
        check_pose(standing(points_hips_m=hips), stand(), TEMPLATE, get_kind("t-shirt"))
    assert refusal.value.code == "worn-turned"


def test_people_who_sit_are_refused_for_trousers_and_not_for_shirts() -> None:
    image = standing().points_image_px.copy()
    image[25:27, 1] = 290
    sitting = standing(points_image_px=image)
    check_pose(sitting, stand(), TEMPLATE, get_kind("shirt"))
    with pytest.raises(RefusedError) as refusal:
        check_pose(sitting, stand(), TEMPLATE, get_kind("trousers"))
    assert refusal.value.code == "worn-sitting"


def test_people_who_bend_are_refused() -> None:
    body = stand()
    bent = body.image_from_rest.copy()
    bent[TEMPLATE.segment_index["upper_arm_left"], 1, 3] += 150
    with pytest.raises(RefusedError) as refusal:
        check_pose(standing(), replace(body, image_from_rest=bent), TEMPLATE, get_kind("shirt"))
    assert refusal.value.code == "worn-bent"


def test_a_garment_that_the_photo_cuts_off_is_refused_by_its_edge() -> None:
    mask = np.zeros((200, 100), bool)
    mask[50:, 30:70] = True
    with pytest.raises(RefusedError, match="bottom edge") as refusal:
        check_piece(worn(mask), get_kind("t-shirt"))
    assert refusal.value.code == "worn-cropped"


@pytest.mark.parametrize(("kind", "rivals"), [("t-shirt", "dress"), ("dress", "upper"), ("trousers", "dress")])
def test_somebody_who_wears_something_else_is_refused(kind, rivals) -> None:
    mask = np.zeros((200, 100), bool)
    mask[50:150, 30:70] = True
    shares = dict.fromkeys(RIVALS, 0.02) | {rivals: 0.96}
    with pytest.raises(RefusedError, match="does not seem to wear") as refusal:
        check_piece(replace(worn(mask), rivals=shares), get_kind(kind))
    assert refusal.value.code == "worn-other"


def test_a_skirt_is_not_taken_for_trousers() -> None:
    body = stand()
    legs = dressed_in(LEGS, body)
    check_legs(legs, body, TEMPLATE, get_kind("trousers"))
    skirt = cv2.morphologyEx(legs.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 201), np.uint8)) > 0
    check_legs(skirt, body, TEMPLATE, get_kind("skirt"))
    with pytest.raises(RefusedError, match="between the legs") as refusal:
        check_legs(skirt, body, TEMPLATE, get_kind("trousers"))
    assert refusal.value.code == "worn-other"


def test_nothing_of_the_kind_is_refused() -> None:
    with pytest.raises(RefusedError, match="wears nothing") as refusal:
        check_piece(worn(np.zeros((9, 9), bool)), get_kind("skirt"))
    assert refusal.value.code == "worn-other"


def test_a_photo_of_nobody_is_refused() -> None:
    nobody = SimpleNamespace(see_picture=lambda _: None)
    with pytest.raises(RefusedError) as refusal:
        unwear(np.zeros((40, 30, 3), np.uint8), "t-shirt", nobody)
    assert refusal.value.code == NOBODY


def test_the_parsers_label_is_brought_to_the_edge_of_the_cloth() -> None:
    truth = np.zeros((240, 160), bool)
    truth[60:180, 50:110] = True
    shares = np.full((60, 40, len(PARSE_LABELS)), 0.02, np.float32)
    upper = cv2.GaussianBlur(cv2.resize(truth.astype(np.float32), (40, 60)), (0, 0), 2.0)
    shares[..., PARSE_LABELS.index("upper")] += upper
    shares[..., 0] += 1 - upper
    shares /= shares.sum(axis=2, keepdims=True)
    parse = ParseFrame(shares, np.array([0, 0, 160, 240], np.float32))
    found = find_piece(photo_of(truth), parse, get_kind("t-shirt"), 150.0)
    assert (found.mask & truth).sum() / (found.mask | truth).sum() > 0.97
    assert found.rivals["upper"] > 0.8


def shirt_laid_flat(_photo, kind):
    rgba = cut(*t_shirt_photo())
    found = find_landmarks(rgba, kind)
    return rgba, replace(found, score=min(found.score, BEST_SCORE), doubts=(WHY,))


def busy(folder: Path) -> Path:
    path = folder / "street.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (400, 300, 3), np.uint8))
    return path


def test_a_worn_garment_is_built_from_what_was_laid_flat_with_grade_b_at_best(tmp_path: Path) -> None:
    build_garment(busy(tmp_path), "t-shirt", tmp_path / "out", worn=shirt_laid_flat)
    passport = (tmp_path / "out" / "passport.json").read_text(encoding="utf-8")
    assert WHY in passport and '"grade": "A"' not in passport
    assert grade_of(BEST_SCORE) == "B"


def test_a_busy_photo_of_nobody_keeps_its_first_reason(tmp_path: Path) -> None:
    def nobody(_photo, _kind):
        raise RefusedError(NOBODY, "nobody can be made out in the photo.")

    with pytest.raises(RefusedError) as refusal:
        build_garment(busy(tmp_path), "t-shirt", tmp_path / "out", worn=nobody)
    assert refusal.value.code == "busy-background"
