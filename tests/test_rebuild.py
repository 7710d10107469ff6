"""Landmarks that a person moves: the garment is made again from them alone, and is judged anew."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import garments.build as build_file
from garments.build import build_garment
from garments.errors import RefusedError
from garments.finding.landmark_file import load_landmarks
from garments.finding.move_landmarks import bend, move_landmarks
from garments.garment import load_garment
from garments.rebuild import rebuild_garment
from tests.drawn_tops import t_shirt_photo, trousers_photo


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original")
    Image.fromarray(t_shirt_photo()[0]).save(folder / "tee.png")
    build_garment(folder / "tee.png", "t-shirt", folder / "tee")
    return folder


@pytest.fixture
def shop(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "shop")
    return tmp_path / "shop"


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_moved_nowhere_the_garment_is_the_same(shop: Path) -> None:
    before, paper = load_garment(shop / "tee"), read(shop / "tee", "passport.json")
    rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", {})
    after = load_garment(shop / "tee")
    assert np.abs(after.vertices_rest_m - before.vertices_rest_m).max() < 2e-3
    assert read(shop / "tee", "passport.json") == paper


def test_a_moved_point_is_where_it_was_put_and_certain_and_the_garment_differs(shop: Path, monkeypatch) -> None:
    monkeypatch.setattr(build_file, "find_landmarks", None)  # nothing is searched for
    monkeypatch.setattr(build_file, "cut_out", None)
    before = load_garment(shop / "tee")
    shoulders = {"shoulder_left": (425.0, 158.0), "shoulder_right": (175.0, 158.0)}
    rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", shoulders)
    found = load_landmarks(shop / "tee")
    assert found.point("shoulder_left").tolist() == [425, 158]
    assert found.confidence[found.names.index("shoulder_left")] == 1
    # The shoulders' width is known of the body: if they are nearer in the photo, the garment is larger.
    after = load_garment(shop / "tee")
    assert np.ptp(after.vertices_rest_m[:, 2]) > 1.05 * np.ptp(before.vertices_rest_m[:, 2])


def test_the_front_neckline_follows_its_points(original: Path) -> None:
    found = load_landmarks(original / "tee")
    x, y = found.point("neck_front")
    moved = move_landmarks(found, {"neck_front": (x, y + 40)}, (600, 800))
    before, after = found.neck_opening_photo_px, moved.neck_opening_photo_px
    assert np.abs(after[[0, -1]] - before[[0, -1]]).max() < 1
    assert after[:, 1].max() == pytest.approx(before[:, 1].max() + 40, abs=2)


def test_a_line_that_is_bent_by_nothing_stays() -> None:
    line = np.array([[0, 0], [5, 5], [10, 0]], np.float32)
    assert np.array_equal(bend(line, line, line), line)
    assert np.array_equal(bend(line, line[:1], line[:1] + np.float32([3, 0])), line + np.float32([3, 0]))


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        ({"collar": (5.0, 5.0)}, "unknown-landmark"),
        ({"hem_left": (601.0, 5.0)}, "landmark-outside"),
        ({"hem_left": (5.0, -1.0)}, "landmark-outside"),
        ({"hem_left": (float("nan"), 1.0)}, "landmark-outside"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_and_the_garment_stays(shop: Path, moved, code) -> None:
    before = (shop / "tee" / "garment.glb").read_bytes()
    with pytest.raises(RefusedError) as refusal:
        rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", moved)
    assert refusal.value.code == code
    assert (shop / "tee" / "garment.glb").read_bytes() == before


def test_points_that_cannot_be_a_garment_are_refused_but_remembered_and_can_be_put_right(shop: Path) -> None:
    found = load_landmarks(shop / "tee")
    left, right = (tuple(found.point(f"armpit_{hand}").tolist()) for hand in ("left", "right"))
    swapped = {"armpit_left": right, "armpit_right": left}
    with pytest.raises(RefusedError) as refusal:
        rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", swapped)
    assert refusal.value.code in ("landmarks-not-trusted", "not-this-kind")
    assert not (shop / "tee" / "garment.glb").exists()
    assert load_landmarks(shop / "tee").point("armpit_left").tolist() == pytest.approx(right, abs=0.01)
    rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", {"armpit_left": left, "armpit_right": right})
    assert read(shop / "tee", "passport.json")["grade"] in "AB"


def test_the_back_is_worn_again_without_its_photo_being_looked_at(shop: Path) -> None:
    Image.fromarray(t_shirt_photo((20, 90, 200))[0]).save(shop / "back.png")
    build_garment(shop / "tee.png", "t-shirt", shop / "tee", back=shop / "back.png")
    before = load_garment(shop / "tee").texture_rgba
    rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", {}, back=shop / "back.png")
    after = load_garment(shop / "tee").texture_rgba
    assert (after[..., 2] > after[..., 0] + 60).mean() > 0.2
    assert np.abs(after.astype(int) - before).mean() < 1


def test_without_landmarks_or_cutout_there_is_nothing_to_move(tmp_path: Path, shop: Path) -> None:
    with pytest.raises(RefusedError, match="no landmarks that could be moved"):
        rebuild_garment(shop / "tee.png", "t-shirt", tmp_path, {})
    (shop / "tee" / "cutout.png").write_bytes(b"no picture")
    with pytest.raises(RefusedError, match=r"has no cutout\.png"):
        rebuild_garment(shop / "tee.png", "t-shirt", shop / "tee", {})


def test_a_refused_photo_keeps_what_was_found_so_that_it_can_be_moved(tmp_path: Path) -> None:
    Image.fromarray(trousers_photo()[0]).save(tmp_path / "trousers.png")
    with pytest.raises(RefusedError):
        build_garment(tmp_path / "trousers.png", "t-shirt", tmp_path / "out")
    assert set(load_landmarks(tmp_path / "out").names) >= {"hem_left", "neck_front"}
