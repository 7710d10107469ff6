"""Dyeing: the cloth changes, folds, prints and trims stay."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from garments.build import build_garment
from garments.dyeing.colours import lab_from_hex, lab_from_rgb
from garments.dyeing.dye import dye_garment
from garments.dyeing.recolour import prepare_dye, recolour
from garments.errors import RefusedError
from garments.garment import load_garment
from garments.passport import load_passport
from tests.drawn_tops import cut, t_shirt_photo

WHITE, BLACK, NAVY, RED = "#f3f2f0", "#1b1b1d", "#1f2a44", "#c4202c"
WAVE = np.sin(np.arange(600) / 30)[None, :, None]


def shirt(colour: tuple[int, int, int], folds: float = 0.12, print_rgb: tuple[int, int, int] | None = None):
    """(800, 600, 4) A t-shirt with folds, and a square print on its chest."""
    photo, mask = t_shirt_photo(colour, colour)
    photo = np.clip(photo * (1 - folds / 2 + folds / 2 * WAVE), 0, 255).astype(np.uint8)
    if print_rgb is not None:
        photo[300:420, 240:360] = print_rgb
    return cut(photo, mask)


def dyed(picture: NDArray[np.uint8], colour: str) -> NDArray[np.uint8]:
    return recolour(picture, prepare_dye(picture), colour)


def body(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Lab of the lower body, which has neither print nor edge."""
    return lab_from_rgb(picture[480:640, 200:400, :3])


@pytest.mark.parametrize("start", [(240, 240, 238), (28, 28, 30), (190, 40, 45), (60, 90, 160)])
@pytest.mark.parametrize("colour", [WHITE, BLACK, NAVY, RED, "#c9962f"])
def test_the_cloth_takes_the_colour_that_was_asked_for(start: tuple[int, int, int], colour: str) -> None:
    lab = np.median(body(dyed(shirt(start), colour)).reshape(-1, 3), axis=0)
    wanted = lab_from_hex(colour)
    assert np.linalg.norm(lab[1:] - wanted[1:]) < 8
    assert abs(lab[0] - np.clip(wanted[0], 13, 92)) < 8


@pytest.mark.parametrize(("start", "colour"), [((240, 240, 238), BLACK), ((28, 28, 30), WHITE), ((190, 40, 45), NAVY)])
def test_folds_stay_where_they_are_and_can_be_seen(start: tuple[int, int, int], colour: str) -> None:
    before = shirt(start, folds=0.25)
    old, new = (body(picture)[..., 0].mean(axis=0) for picture in (before, dyed(before, colour)))
    assert np.corrcoef(old, new)[0, 1] > 0.95
    assert np.ptp(new) > 2
    assert new.max() < 99.5 and new.min() > 0.5


@pytest.mark.parametrize("colour", [NAVY, RED, "#c9962f"])
def test_a_print_stays_as_it_is(colour: str) -> None:
    before = shirt((240, 240, 238), print_rgb=(40, 140, 70))
    after = dyed(before, colour)
    assert np.array_equal(after[310:410, 250:350], before[310:410, 250:350])


def test_a_trim_that_would_vanish_takes_the_old_colour() -> None:
    """A white shirt with a navy square, dyed navy, has a white square."""
    after = dyed(shirt((240, 240, 238), print_rgb=(31, 42, 68)), NAVY)
    assert after[310:410, 250:350, :3].mean() > 200
    assert body(after)[..., 0].mean() < 30


def test_no_rim_of_the_old_colours_is_left_between_cloth_and_print() -> None:
    before = shirt((240, 240, 238), folds=0, print_rgb=(40, 140, 70))
    mixed = before.copy()
    green = np.array((40, 140, 70))
    mixed[299, 240:360, :3] = (before[290, 250, :3].astype(int) + green) // 2  # as a lens blurs it
    after = dyed(mixed, BLACK)
    halfway = (after[290, 250, :3].astype(int) + green) // 2
    assert np.abs(after[299, 260:340, :3].astype(int) - halfway).max() < 25


def test_alpha_and_shape_are_kept_and_the_old_picture_is_not_written_to() -> None:
    before = shirt((190, 40, 45))
    kept = before.copy()
    after = dyed(before, NAVY)
    assert np.array_equal(after[..., 3], before[..., 3]) and np.array_equal(before, kept)


def test_one_photo_and_given_colours_make_a_group_of_variants(tmp_path: Path) -> None:
    Image.fromarray(t_shirt_photo((240, 240, 238), (230, 230, 228))[0]).resize((600, 800)).save(tmp_path / "tee.png")
    photo = np.array(Image.open(tmp_path / "tee.png"))
    photo[(photo == 255).all(axis=2)] = (205, 205, 208)
    Image.fromarray(photo).save(tmp_path / "tee.png")
    build_garment(tmp_path / "tee.png", "t-shirt", tmp_path / "tee")
    variants = dye_garment(tmp_path / "tee", ["Navy", "#C4202C", "네이비"])
    assert [(one.name_en, one.folder) for one in variants] == [("navy", "variants/navy"), ("red", "variants/c4202c")]
    passport = load_passport(tmp_path / "tee")
    assert passport.variants == variants and passport.group == "tee"
    plain = load_garment(tmp_path / "tee")
    for variant in variants:
        place = tmp_path / "tee" / variant.folder
        paper = load_passport(place)
        assert paper.group == "tee" and paper.colour == variant.name_en and paper.variants == ()
        assert paper.colours[0].name_en == variant.name_en
        garment = load_garment(place)
        assert np.allclose(garment.vertices_rest_m, plain.vertices_rest_m, atol=1e-4)
        assert (place / "preview.png").exists() and (place / "cutout.png").exists()
    dye_garment(tmp_path / "tee", ["mint"])
    assert [path.name for path in (tmp_path / "tee/variants").iterdir()] == ["mint"]
    assert json.loads((tmp_path / "tee/passport.json").read_text())["variants"][0]["name_ko"] == "민트"


def test_unknown_or_too_many_colours_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refusal:
        dye_garment(tmp_path, ["navy", "blurple"])
    assert refusal.value.code == "unknown-colour"
    with pytest.raises(RefusedError) as refusal:
        dye_garment(tmp_path, [f"#0000{number:02x}" for number in range(30)])
    assert refusal.value.code == "too-many-colours"
    with pytest.raises(RefusedError) as refusal:
        dye_garment(tmp_path, ["navy"])
    assert refusal.value.code == "no-passport"
    assert list(tmp_path.iterdir()) == []
