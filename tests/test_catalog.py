"""The catalog: what lies in the shop's folders, and a sentence for each garment that cannot be shown."""

import json
import threading

import pytest

import server.catalog.catalog as catalog_file
from garments.dyeing.colours import Colour, parse_colour
from server.catalog.catalog import Catalog, read_catalog, read_pieces
from server.catalog.pages import describe, describe_outfit
from server.errors import BadInputError
from tests.mirror_kit import make_folder, make_shop


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "shop")


def change_shop(shop, change):
    path = shop / "shop.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(change(listed)), encoding="utf-8")


def drop(entry, field):
    return {name: value for name, value in entry.items() if name != field}


def test_the_shop_shows_its_garments_in_its_own_order(shop):
    catalog = read_catalog(shop)
    assert [piece.id for piece in catalog] == ["red-tee", "blue-knit"]
    assert catalog.skipped == ()
    assert catalog.folders()["red-tee"] == shop / "garments" / "red-tee"


def test_a_garment_is_described_as_pages_expect_it(shop):
    assert describe(read_catalog(shop).find("red-tee")) == {
        "id": "red-tee",
        "kind": "t-shirt",
        "kind_title": {"en": "T-shirt", "ko": "티셔츠"},
        "covers": ["upper"],
        "layer": 22,
        "opens": False,
        "title": {"en": "red-tee", "ko": "옷"},
        "photo": "/api/garments/red-tee/photo.jpg",
        "cutout": "/api/garments/red-tee/cutout.png",
        "version": 0,
        "group": None,
        "colour": None,
    }


def variant(name, english="navy", korean="네이비", code="#1f2a44"):
    return {"name_en": english, "name_ko": korean, "hex": code, "folder": f"variants/{name}"}


CREAM = {"name_en": "cream", "name_ko": "크림", "hex": "#eadec8", "share": 1.0}


def make_dyed(folder, *variants, **passport):
    """A garment folder with further colours below it, as `--colours` makes it."""
    make_folder(folder, (230, 220, 200), colours=[CREAM], variants=list(variants), **passport)
    for one in variants:
        make_folder(folder / one["folder"], (31, 42, 68))
    return folder


def test_further_colours_are_garments_of_their_own_in_the_group_of_their_garment(tmp_path):
    title = {"en": "Breton tee", "ko": "브르통 티셔츠"}
    folder = make_dyed(tmp_path / "garments" / "breton-tee", variant("navy"), title=title)
    catalog = read_catalog(tmp_path / "none", tmp_path)
    assert [piece.id for piece in catalog] == ["breton-tee", "breton-tee--navy"]
    first, dyed = (describe(piece) for piece in catalog)
    assert first["group"] == dyed["group"] == "breton-tee"
    assert first["colour"] == {"en": "cream", "ko": "크림", "hex": "#eadec8"}
    assert dyed["colour"] == {"en": "navy", "ko": "네이비", "hex": "#1f2a44"}
    assert dyed["title"] == {"en": "Breton tee, navy", "ko": "브르통 티셔츠, 네이비"}
    assert catalog.find("breton-tee--navy").photo == folder / "variants" / "navy" / "cutout.png"
    garment = catalog.load("breton-tee--navy")
    assert (garment.name, garment.texture_rgba[0, 0].tolist()) == ("breton-tee--navy", [31, 42, 68, 255])


def test_further_colours_of_the_demo_shop_are_offered_too(shop):
    make_dyed(shop / "garments" / "red-tee", variant("navy"), group="tees")
    catalog = read_catalog(shop)
    assert [(piece.id, piece.group) for piece in catalog] == [
        ("red-tee", "tees"),
        ("red-tee--navy", "tees"),
        ("blue-knit", None),
    ]


def test_several_photos_of_one_group_are_one_piece_in_several_colours(tmp_path):
    photos = {"a": ("Navy", [CREAM]), "b": ("midnight", [CREAM]), "c": ("midnight", []), "d": ("black", [7])}
    for name, (word, colours) in photos.items():
        make_folder(tmp_path / "garments" / name)
        passport = {"kind": "t-shirt", "group": "tee", "colour": word, "colours": colours}
        (tmp_path / "garments" / name / "passport.json").write_text(json.dumps(passport))
    shown = {piece.id: (piece.group, piece.colour) for piece in read_catalog(tmp_path / "none", tmp_path)}
    assert shown == {
        "a": ("tee", Colour("navy", "네이비", "#eadec8")),
        "b": ("tee", Colour("midnight", "midnight", "#eadec8")),
        "c": ("tee", None),
        "d": ("tee", parse_colour("black")),
    }


@pytest.mark.parametrize(
    "damage",
    [
        7,
        "navy",
        {"folder": "../red-tee"},
        {"folder": "variants/../../red-tee"},
        {"folder": None},
        {"hex": "navy;}"},
        {"name_ko": 7},
    ],
)
def test_a_damaged_list_of_further_colours_names_no_garments(tmp_path, damage):
    entry = variant("navy") | damage if isinstance(damage, dict) else damage
    make_folder(tmp_path / "garments" / "tee", variants=[entry])
    make_folder(tmp_path / "garments" / "tee" / "variants" / "navy")
    catalog = read_catalog(tmp_path / "none", tmp_path)
    assert ([piece.id for piece in catalog], catalog.skipped) == (["tee"], ())


def test_a_garment_of_grade_d_takes_its_further_colours_with_it(tmp_path):
    make_dyed(tmp_path / "garments" / "tee", variant("navy"), publishable=False)
    assert len(read_catalog(tmp_path / "none", tmp_path)) == 0


def test_a_further_colour_that_is_not_there_is_left_out_with_a_sentence(tmp_path):
    make_dyed(tmp_path / "garments" / "tee", variant("navy"))
    (tmp_path / "garments" / "tee" / "variants" / "navy" / "garment.glb").unlink()
    catalog = read_catalog(tmp_path / "none", tmp_path)
    assert [piece.id for piece in catalog] == ["tee"]
    assert catalog.skipped[0].startswith("tee--navy is left out")


def test_further_colours_come_change_and_go_with_their_garment(tmp_path):
    folder = make_dyed(tmp_path / "tee", variant("navy"), variant("mint"))
    catalog = Catalog()
    catalog.put(*split(read_pieces(folder)))
    assert list(catalog.pieces) == ["tee", "tee--navy", "tee--mint"]
    make_dyed(folder, variant("mint"))
    catalog.put(*split(read_pieces(folder)))
    assert list(catalog.pieces) == ["tee", "tee--mint"]
    catalog.remove("tee")
    assert len(catalog) == 0


def split(pieces):
    return pieces[0], pieces[1:]


def test_the_pictures_of_a_report_are_no_garment(tmp_path):
    (tmp_path / "garments" / "report").mkdir(parents=True)
    catalog = read_catalog(tmp_path / "none", tmp_path)
    assert (len(catalog), catalog.skipped) == (0, ())


def test_outfits_are_offered_while_the_shop_has_every_piece_of_them(shop):
    title = {"en": "Two", "ko": "둘"}
    whole = {"id": "two", "title": title, "garments": ["red-tee", "blue-knit"]}
    lacking = [whole | {"garments": ["red-tee", "toga"]}, {"id": "none"}, 7]
    change_shop(shop, lambda listed: listed | {"outfits": [whole, *lacking]})
    catalog = read_catalog(shop)
    assert [describe_outfit(outfit) for outfit in catalog.outfits()] == [whole]
    catalog.remove("blue-knit")
    assert catalog.outfits() == ()


def test_garments_of_the_data_folder_join_the_shop_and_take_the_place_of_their_namesakes(shop, tmp_path):
    make_folder(tmp_path / "data" / "garments" / "linen_shirt")
    make_folder(tmp_path / "data" / "garments" / "red-tee", title={"en": "Our tee", "ko": "우리 티셔츠"})
    catalog = read_catalog(shop, tmp_path / "data")
    assert [piece.id for piece in catalog] == ["red-tee", "blue-knit", "linen_shirt"]
    assert catalog.find("linen_shirt").title.en == "Linen shirt"
    assert catalog.find("linen_shirt").photo.name == "cutout.png"
    assert catalog.find("red-tee").title.ko == "우리 티셔츠"


@pytest.mark.parametrize(
    ("title", "en", "ko"),
    [
        ("Tee", "Tee", "Tee"),
        ({"ko": "티"}, "티", "티"),
        ({"en": "Tee"}, "Tee", "Tee"),
        ("", "My tee", "My tee"),
        (7, "My tee", "My tee"),
    ],
)
def test_a_title_in_one_language_serves_for_both(tmp_path, title, en, ko):
    make_folder(tmp_path / "garments" / "my-tee", title=title)
    shown = read_catalog(tmp_path / "none", tmp_path).find("my-tee").title
    assert (shown.en, shown.ko) == (en, ko)


def test_a_missing_shop_and_a_missing_data_folder_are_an_empty_catalog(tmp_path):
    catalog = read_catalog(tmp_path / "none", tmp_path / "neither")
    assert (len(catalog), catalog.skipped) == (0, ())


def test_a_garment_that_is_not_built_is_left_out_with_a_sentence(shop):
    (shop / "garments" / "red-tee" / "garment.glb").unlink()
    catalog = read_catalog(shop)
    assert [piece.id for piece in catalog] == ["blue-knit"]
    assert catalog.skipped == ("red-tee is left out: its garment has not been built; run `make setup`.",)


def test_a_garment_without_a_picture_is_left_out_with_a_sentence(shop):
    (shop / "photos" / "red-tee.jpg").unlink()
    assert read_catalog(shop).skipped == ("red-tee is left out: it has no picture.",)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "a" * 65, "빨강", "a\u202eb", 7])
def test_an_id_that_is_no_plain_word_is_left_out(shop, name):
    change_shop(shop, lambda listed: {"garments": [listed["garments"][0] | {"id": name}]})
    catalog = read_catalog(shop)
    assert len(catalog) == 0
    assert len(catalog.skipped) == 1


@pytest.mark.parametrize("kind", ["toga", 7, ["t-shirt"], None])
def test_a_garment_of_no_kind_that_there_is_is_left_out(shop, kind):
    change_shop(shop, lambda listed: {"garments": [listed["garments"][0] | {"kind": kind}]})
    assert read_catalog(shop).skipped == (f"red-tee is left out: there is no kind '{kind}'.",)


@pytest.mark.parametrize("lacking", ["id", "kind", "title", "photo"])
def test_an_entry_that_lacks_something_is_left_out_and_says_what(shop, lacking):
    change_shop(shop, lambda listed: {"garments": [drop(one, lacking) for one in listed["garments"]]})
    assert read_catalog(shop).skipped == (f"An entry of shop.json lacks '{lacking}'.",) * 2


@pytest.mark.parametrize("text", ["", "{", "7", "[]", '{"garments": 7}', "[" * 100_000])
def test_a_broken_list_is_said_to_be_broken(shop, text):
    (shop / "shop.json").write_text(text)
    assert read_catalog(shop).skipped == ("shop.json is not a list of garments.",)


def test_a_garment_made_of_a_mesh_is_shown_by_its_cutout(shop):
    path = shop / "shop.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    listed["garments"][0].pop("photo")
    listed["garments"][0]["mesh"] = "meshes/red-tee.glb"
    path.write_text(json.dumps(listed), encoding="utf-8")
    assert read_catalog(shop).find("red-tee").photo == shop / "garments" / "red-tee" / "cutout.png"


def test_a_garment_of_grade_d_is_left_out(tmp_path):
    make_folder(tmp_path / "garments" / "tee", grade="D", publishable=False)
    catalog = read_catalog(tmp_path / "no-shop", tmp_path)
    assert len(catalog) == 0
    assert catalog.skipped[0].startswith("tee is left out: its grade is D")


@pytest.mark.parametrize("passport", [None, "{", "[]", '{"kind": 7}'])
def test_a_folder_without_a_passport_is_left_out(tmp_path, passport):
    make_folder(tmp_path / "garments" / "tee")
    path = tmp_path / "garments" / "tee" / "passport.json"
    if passport is None:
        path.unlink()
    else:
        path.write_text(passport)
    assert read_catalog(tmp_path / "none", tmp_path).skipped == (
        "tee is left out: it has no passport.json that says its kind.",
    )


def test_stray_files_and_hidden_folders_are_no_garments(tmp_path):
    make_folder(tmp_path / "garments" / ".tee")
    (tmp_path / "garments" / "notes.txt").write_text("hello")
    catalog = read_catalog(tmp_path / "none", tmp_path)
    assert (len(catalog), catalog.skipped) == (0, ())


def test_a_garment_is_read_once_however_many_want_it_at_once(shop, monkeypatch):
    reads = []
    real = catalog_file.load_garment
    monkeypatch.setattr(catalog_file, "load_garment", lambda folder: (reads.append(folder), real(folder))[1])
    catalog = read_catalog(shop)
    threads = [threading.Thread(target=catalog.load, args=["red-tee"]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
    assert catalog.load("red-tee").texture_rgba[0, 0].tolist() == [200, 30, 30, 255]


def test_an_unknown_garment_is_named_with_what_there_is(shop):
    with pytest.raises(BadInputError) as refusal:
        read_catalog(shop).load("linen\u202e-shrit" + "x" * 100)
    assert refusal.value.code == "unknown-garment"
    assert "has: red-tee, blue-knit" in refusal.value.sentence
    assert "\u202e" not in refusal.value.sentence
    assert len(refusal.value.sentence) < 150


def test_an_empty_catalog_says_so():
    with pytest.raises(BadInputError, match="the catalog has: -"):
        Catalog().find("tee")


def test_broken_files_are_refused_when_the_garment_is_wanted(shop):
    (shop / "garments" / "red-tee" / "garment.glb").write_bytes(b"glTF")
    with pytest.raises(BadInputError) as refusal:
        read_catalog(shop).load("red-tee")
    assert refusal.value.code == "garment-unusable"
