"""The passport of a garment: its form, its grades, its colours, and how good the preview will be."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from garments.build import build_garment
from garments.dyeing.colours import COLOURS, lab_from_hex, name_colour, parse_colour
from garments.dyeing.tones import find_swatches
from garments.errors import RefusedError
from garments.passport import MEANING, Said, Variant, advise, grade_of, load_passport, save_passport, with_variants
from garments.quality import WEIGHTS, Quality, measure_cutout
from tests.drawn_tops import cut, t_shirt_photo

SCHEMA = json.loads((Path(__file__).parents[1] / "assets/schemas/passport.schema.json").read_text())
CHECK = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passport")
    Image.fromarray(t_shirt_photo()[0]).save(folder / "tee.png")
    (folder / "sizes.csv").write_text("size,chest_cm\nM,104\n")
    said = Said(title="Tee", materials="100 % cotton", colour="Brick", group="tees")
    build_garment(folder / "tee.png", "t-shirt", folder / "tee", sizes=folder / "sizes.csv", said=said)
    return folder / "tee"


@pytest.fixture
def paper(built: Path) -> dict:
    return json.loads((built / "passport.json").read_text(encoding="utf-8"))


def test_a_built_garments_passport_follows_the_schema(paper: dict) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    CHECK.validate(paper)
    assert paper["schema"] == 2 and paper["kind"] == "t-shirt" and paper["grade"] in "AB" and paper["publishable"]
    assert paper["source"]["made_from"] == "photo" and paper["source"]["name"] == "tee.png"
    assert paper["sizes_cm"] == {"M": {"chest_cm": 104.0}}
    assert [paper[key] for key in ("title", "materials", "colour", "group")] == ["Tee", "100 % cotton", "Brick", "tees"]
    assert paper["quality"]["parts"]["back"] == 0.6 and 0.4 < paper["quality"]["parts"]["seen"] < 0.6


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"schema": 1}, "schema"),
        ({"grade": "E"}, "grade"),
        ({"grade": "D"}, "publishable"),
        ({"publishable": False}, "publishable"),
        ({"reasons": []}, "reasons"),
        ({"score": 1.2}, "score"),
        ({"colours": []}, "colours"),
        ({"photo_size_px": [600]}, "photo_size_px"),
        ({"sizes_cm": {"M": {"chest_cm": -4}}}, "sizes_cm"),
        ({"variants": [{"name_en": "red", "name_ko": "레드", "hex": "#c4202c", "folder": "../elsewhere"}]}, "variants"),
        ({"price": 3}, None),
    ],
)
def test_the_schema_rejects_what_no_passport_says(paper: dict, change: dict, where: str | None) -> None:
    faults = list(CHECK.iter_errors(paper | change))
    assert faults
    assert where is None or any(where in [*fault.path] for fault in faults)


def test_a_passport_is_read_as_it_was_written(built: Path, tmp_path: Path) -> None:
    passport = with_variants(load_passport(built), (Variant("navy", "네이비", "#1f2a44", "variants/navy"),))
    save_passport(passport, tmp_path)
    again = load_passport(tmp_path)
    assert again.said == Said("Tee", "100 % cotton", "Brick", "tees")
    assert again.variants == passport.variants and again.colours == passport.colours
    save_passport(again, tmp_path)
    assert load_passport(tmp_path) == again
    CHECK.validate(json.loads((tmp_path / "passport.json").read_text()))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no-passport"),
        ("{", "broken-passport"),
        ("[]", "broken-passport"),
        ("[" * 9000, "broken-passport"),
        ('{"schema": 1, "kind": "t-shirt"}', "old-passport"),
        ('{"schema": 2, "kind": "t-shirt"}', "broken-passport"),
    ],
)
def test_a_passport_that_cannot_be_read_is_refused_with_words(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "passport.json").write_text(text)
    with pytest.raises(RefusedError) as refusal:
        load_passport(tmp_path)
    assert refusal.value.code == code


def test_grades_go_down_with_the_score_and_each_says_what_it_means() -> None:
    assert [grade_of(score) for score in (1, 0.85, 0.84, 0.7, 0.6, 0.54, 0.1)] == list("AABBCDD")
    assert set(MEANING) == set("ABCD")


def test_doubts_say_what_to_do() -> None:
    flat, bare, last = "the left sleeve is folded: lay it flat", "covered only to 70%", "unsure of hem left"
    assert advise(()) == ()
    assert advise((flat,)) == (flat,)
    first, second, third = advise((bare, flat, last))
    assert (first, second) == (bare, flat) and third.startswith(f"{last}: look at landmarks.png")


def test_quality_is_perfect_only_when_every_part_is() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert Quality(1, 1, 1, 1, 1, 12).value == pytest.approx(1)
    for part in WEIGHTS:
        worse = Quality(**{name: 0.3 if name == part else 1 for name in WEIGHTS}, texels_per_cm=10)
        assert worse.value < 0.9


def test_cloth_as_white_as_its_ground_makes_an_uncertain_cutout() -> None:
    clear, faint = (
        measure_cutout(*(lambda photo, mask: (photo, cut(photo, mask)))(*t_shirt_photo(colour, colour)))
        for colour in ((176, 48, 60), (251, 251, 251))
    )
    assert clear > 0.98 and faint < 0.2


def test_a_photo_with_transparency_has_a_certain_cutout() -> None:
    cutout = cut(*t_shirt_photo((252, 252, 252), (250, 250, 250)))
    assert measure_cutout(cutout, cutout) == 1


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: colour.name_en)
def test_every_named_colour_is_called_by_its_own_name(colour) -> None:
    assert name_colour(lab_from_hex(colour.hex)) == colour
    for word in (colour.name_en.upper(), colour.name_ko, colour.hex):
        assert parse_colour(word) == colour


def test_colours_are_told_in_many_spellings_and_nonsense_is_refused() -> None:
    assert parse_colour("Light-Gray").name_ko == "라이트 그레이"
    assert parse_colour("C03").hex == "#cc0033" and parse_colour("#C0392B").name_en == "red"
    with pytest.raises(RefusedError, match="no colour: give #rrggbb or one of white") as refusal:
        parse_colour("#12345")
    assert refusal.value.code == "unknown-colour"


def test_swatches_are_measured_on_the_cloth_and_not_on_the_ground() -> None:
    photo, mask = t_shirt_photo((30, 42, 68), (30, 42, 68))
    photo[300:500, 200:400] = (240, 240, 238)
    first, second = find_swatches(cut(photo, mask))
    assert (first.name_en, second.name_en) == ("navy", "white")
    assert second.share == pytest.approx(200 * 200 / (mask > 0).sum(), abs=0.03)
    assert first.share + second.share == pytest.approx(1, abs=0.02)


def test_folds_of_plain_cloth_are_no_second_colour() -> None:
    photo, mask = t_shirt_photo((196, 32, 44), (196, 32, 44))
    shade = 0.75 + 0.25 * np.sin(np.arange(photo.shape[1]) / 25)[None, :, None]
    folded = np.where(mask[..., None] > 0, photo * shade, 255).astype(np.uint8)
    swatches = find_swatches(cut(folded, mask))
    assert [one.name_en for one in swatches] == ["red"]
