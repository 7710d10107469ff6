"""A product photo becomes a garment folder, or is refused with what was found."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from garments.build import FILES, build_garment
from garments.errors import RefusedError
from garments.garment import load_garment
from tests.drawn_tops import t_shirt_photo, trousers_photo

RED = (176, 48, 60)


def save(photo: NDArray[np.uint8], path: Path) -> Path:
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    photo = save(t_shirt_photo(RED)[0], folder / "tee.png")
    (folder / "sizes.csv").write_text("size,chest_cm\nM,104\n")
    build_garment(photo, "t-shirt", folder / "tee", sizes=folder / "sizes.csv")
    return folder / "tee"


def test_a_photo_becomes_its_files(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == sorted(FILES)


def test_the_cutout_is_as_large_as_the_photo_and_covers_the_drawn_garment(built: Path) -> None:
    cutout = np.asarray(Image.open(built / "cutout.png"))
    mask = t_shirt_photo(RED)[1] > 127
    assert cutout.shape == (800, 600, 4)
    found = cutout[..., 3] > 127
    assert (found & mask).sum() / (found | mask).sum() > 0.98


def test_the_passport_knows_kind_grade_and_sizes(built: Path) -> None:
    paper = json.loads((built / "passport.json").read_text(encoding="utf-8"))
    assert paper["kind"] == "t-shirt"
    assert paper["grade"] in "AB"
    assert paper["source"]["name"] == "tee.png"
    assert paper["sizes_cm"] == {"M": {"chest_cm": 104.0}}
    assert paper["photo_size_px"] == [600, 800]


def test_the_garment_loads_again_in_its_own_colour(built: Path) -> None:
    garment = load_garment(built)
    assert garment.kind == "t-shirt"
    assert len(garment.faces) > 1000
    assert np.allclose(garment.weights.sum(axis=1), 1, atol=1e-3)
    assert np.abs(np.median(garment.texture_rgba[..., :3].reshape(-1, 3), axis=0) - RED).max() < 12


def test_the_preview_shows_the_cloth_on_a_body(built: Path) -> None:
    picture = np.asarray(Image.open(built / "preview.png")).astype(int)
    cloth = picture[..., 0] > picture[..., 1] + 40
    assert cloth.mean() > 0.12
    chest = cloth[int(0.45 * len(cloth)), :]
    assert chest[chest.size // 2]


def test_the_front_half_is_open_at_the_neck(built: Path) -> None:
    """Seen from the front, the throat shows skin and not the inside of the back."""
    garment = load_garment(built)
    top = garment.vertices_rest_m[:, 2].max()
    middle = np.abs(garment.vertices_rest_m[:, 0]) < 0.02
    front = middle & (garment.vertices_rest_m[:, 1] < np.median(garment.vertices_rest_m[:, 1]))
    back = middle & ~front
    assert garment.vertices_rest_m[front, 2].max() < garment.vertices_rest_m[back, 2].max() - 0.02 <= top


def test_a_refused_photo_leaves_its_pictures_and_no_garment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_garment(save(t_shirt_photo(RED)[0], tmp_path / "tee.png"), "t-shirt", out)
    with pytest.raises(RefusedError) as refusal:
        build_garment(save(trousers_photo()[0], tmp_path / "trousers.png"), "t-shirt", out)
    assert refusal.value.code == "not-this-kind"
    assert sorted(path.name for path in out.iterdir()) == ["cutout.png", "landmarks.json", "landmarks.png"]


def test_a_picture_of_nothing_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    blank = save(np.full((300, 300, 3), 255, np.uint8), tmp_path / "blank.png")
    with pytest.raises(RefusedError):
        build_garment(blank, "t-shirt", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_kind_or_a_missing_photo_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    photo = save(t_shirt_photo(RED)[0], tmp_path / "tee.png")
    for path, kind, code in ((photo, "kilt", "unknown-kind"), (tmp_path / "none.png", "t-shirt", "missing-file")):
        with pytest.raises(RefusedError) as refusal:
            build_garment(path, kind, tmp_path / "out")
        assert refusal.value.code == code
    assert not (tmp_path / "out").exists()


def test_a_broken_back_photo_is_refused(tmp_path: Path) -> None:
    photo = save(t_shirt_photo(RED)[0], tmp_path / "tee.png")
    (tmp_path / "back.jpg").write_bytes(b"no picture")
    with pytest.raises(RefusedError) as refusal:
        build_garment(photo, "t-shirt", tmp_path / "out", back=tmp_path / "back.jpg")
    assert refusal.value.code == "not-an-image"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    photo = save(t_shirt_photo(RED)[0], tmp_path / "tee.png")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RefusedError) as refusal:
        build_garment(photo, "t-shirt", tmp_path / "file" / "out")
    assert refusal.value.code == "no-output"


def test_a_photo_of_the_back_is_worn_on_the_back(tmp_path: Path) -> None:
    blue = (40, 70, 180)
    front, back = save(t_shirt_photo(RED)[0], tmp_path / "f.png"), save(t_shirt_photo(blue)[0], tmp_path / "b.png")
    garment = build_garment(front, "t-shirt", tmp_path / "tee", back=back)
    normal_y = np.cross(*(np.diff(garment.vertices_rest_m[garment.faces], axis=1).transpose(1, 0, 2)))[:, 1]
    height, width = garment.texture_rgba.shape[:2]
    middles = garment.uv[garment.faces].mean(axis=1) * (width - 1, height - 1)
    colour = garment.texture_rgba[middles[:, 1].astype(int), middles[:, 0].astype(int), :3].astype(float)
    low = garment.vertices_rest_m[garment.faces].mean(axis=1)[:, 2] < 1.2
    for side, wanted in ((normal_y < 0, RED), (normal_y > 0, blue)):
        assert np.abs(np.median(colour[side & low], axis=0) - wanted).max() < 15
    paper = json.loads((tmp_path / "tee/passport.json").read_text(encoding="utf-8"))
    assert paper["back"]["name"] == "b.png"
