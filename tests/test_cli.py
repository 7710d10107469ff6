"""The command line: what it writes, and how it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from garments.garment import load_garment
from server.catalog.catalog import read_catalog
from server.cli import main

SHOP = read_catalog().folders()
FIRST = next(iter(SHOP))


def geoul(monkeypatch, capsys, *words):
    """Exit code, stdout and stderr of one command."""
    monkeypatch.setattr(sys, "argv", ["geoul", *map(str, words)])
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *words: geoul(monkeypatch, capsys, *words)


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    path = tmp_path_factory.mktemp("person") / "person.png"
    cv2.imwrite(str(path), astronaut()[..., ::-1])
    return path


def test_tryon_writes_picture_masks_and_what_was_found(run, person, tmp_path):
    outs = {name: tmp_path / f"{name}.png" for name in ("out", "mask", "body-mask")}
    words = [word for name, path in outs.items() for word in (f"--{name}", path)]
    code, _, err = run("tryon", "--person", person, "--garment", FIRST, *words, "--json", tmp_path / "r.json")
    assert code == 0, err
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["accepted"] and report["reason"] is None and report["pose_found"]
    assert set(report["stage_ms"]) >= {"detect", "parse", "fit", "drape", "render", "composite"}
    (worn,) = report["worn"]
    assert worn == {"garment": FIRST, "kind": worn["kind"], "layer": worn["layer"], "open": False, "tucked": False}
    for path in outs.values():
        assert cv2.imread(str(path)).shape == (512, 512, 3)
    assert cv2.imread(str(outs["mask"]), cv2.IMREAD_UNCHANGED).dtype == np.uint8


def test_several_garments_are_worn_in_their_own_order_and_not_the_given_one(run, person, tmp_path):
    tee, shirt, knit = (one_of(kind) for kind in ("t-shirt", "shirt", "knit"))
    reports, pictures = [], []
    for number, order in enumerate(((tee, shirt, knit), (knit, tee, shirt))):
        words = [word for name in order for word in ("--garment", name)]
        out, found = tmp_path / f"{number}.png", tmp_path / f"{number}.json"
        code, _, err = run("tryon", "--person", person, *words, "--closed", "--out", out, "--json", found)
        assert code == 0, err
        reports.append(json.loads(found.read_text())["worn"])
        pictures.append(cv2.imread(str(out)))
    assert [one["garment"] for one in reports[0]] == [tee, shirt, knit]
    assert reports[0] == reports[1] and np.array_equal(*pictures)


def one_of(kind):
    """A garment of the shop of that kind."""
    return next(name for name, folder in SHOP.items() if load_garment(folder).kind == kind)


def test_what_cannot_be_worn_together_is_refused_in_words(run, person, tmp_path):
    tees = [name for name, folder in SHOP.items() if load_garment(folder).kind == "t-shirt"][:2]
    words = ("tryon", "--person", person, "--out", tmp_path / "o.png", "--json", tmp_path / "r.json")
    result = run(*words, "--garment", tees[0], "--garment", tees[1])
    assert refuses(result, "cannot-wear-together")
    assert f"{tees[0]} and {tees[1]} are both of the kind t-shirt: take one of them off" in result[2]
    assert json.loads((tmp_path / "r.json").read_text())["reason"]["code"] == "cannot-wear-together"
    assert refuses(run(*words, "--garment", tees[0], "--tucked"), "cannot-wear-together")
    assert not (tmp_path / "o.png").exists()


def test_tryon_over_folders_writes_every_pair_and_the_sheet(run, person, tmp_path):
    (tmp_path / "persons").mkdir()
    (tmp_path / "garments").mkdir()
    (tmp_path / "persons/anna.png").write_bytes(person.read_bytes())
    (tmp_path / "persons/broken.jpg").write_bytes(b"not a picture")
    for name in list(SHOP)[:2]:
        (tmp_path / "garments" / name).symlink_to(SHOP[name].resolve())
    places = ("--persons", tmp_path / "persons", "--garments", tmp_path / "garments", "--out", tmp_path / "out")
    code, _, err = run("tryon", *places, "--sheet", tmp_path / "sheet.png")
    assert code == 0, err
    for name in list(SHOP)[:2]:
        assert json.loads((tmp_path / f"out/anna__{name}.json").read_text())["accepted"]
        assert (tmp_path / f"out/anna__{name}.png").exists() and (tmp_path / f"out/anna__{name}.mask.png").exists()
    assert (tmp_path / "out/anna.body.png").exists()
    assert json.loads((tmp_path / "out/broken.json").read_text())["reason"]["code"] == "not-an-image"
    height, width, _ = cv2.imread(str(tmp_path / "sheet.png")).shape
    assert height > 800 and width > 900


def test_tryon_of_a_video_writes_a_video(run, tmp_path):
    clip = Path(__file__).parent.parent / "assets/shop/shopper.webm"
    reader = cv2.VideoCapture(str(clip))
    short = cv2.VideoWriter(str(tmp_path / "in.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 15, (720, 1280))
    for _ in range(6):
        short.write(reader.read()[1])
    short.release()
    code, _, err = run(
        "tryon",
        "--person",
        tmp_path / "in.mp4",
        "--garment",
        FIRST,
        "--out",
        tmp_path / "out.mp4",
        "--json",
        tmp_path / "r.json",
    )
    assert code == 0, err
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["frames"] == 6 and report["frames_found"] == 6
    assert int(cv2.VideoCapture(str(tmp_path / "out.mp4")).get(cv2.CAP_PROP_FRAME_COUNT)) == 6


def test_parse_writes_labels_for_every_person(run, person, tmp_path):
    code, _, err = run("parse", "--persons", person.parent, "--out", tmp_path)
    assert code == 0, err
    names = json.loads((tmp_path / "labels.json").read_text())
    assert names == ["background", "hair", "skin", "upper", "lower", "dress", "shoes", "bag", "other"]
    labels = cv2.imread(str(tmp_path / "person.parse.png"), cv2.IMREAD_UNCHANGED)
    assert labels.shape == (512, 512) and labels[130, 220] == names.index("skin")


def refuses(result, code):
    """One line on stderr that names the code, and exit code 2."""
    status, _, err = result
    assert status == 2, err
    assert err.count("\n") == 1 and f"[{code}]" in err and "Traceback" not in err
    return True


def test_a_picture_without_a_person_is_refused_with_a_reason(run, tmp_path):
    cv2.imwrite(str(tmp_path / "empty.png"), np.full((300, 200, 3), 90, np.uint8))
    words = ("tryon", "--person", tmp_path / "empty.png", "--garment", FIRST, "--out", tmp_path / "o.png")
    assert refuses(run(*words, "--json", tmp_path / "r.json"), "no-person")
    report = json.loads((tmp_path / "r.json").read_text())
    assert not report["accepted"] and report["reason"]["code"] == "no-person" and report["pose_found"] is False
    assert not (tmp_path / "o.png").exists()


def test_bad_words_are_refused_in_one_line(run, person, tmp_path):
    out = ("--out", tmp_path / "o.png")
    assert refuses(run("tryon", "--person", person, "--garment", "linen-shrit", *out), "no-such-garment")
    assert refuses(run("tryon", "--person", person, "--garment", FIRST), "no-output")
    assert refuses(run("tryon", "--person", person, *out), "bad-use")
    assert refuses(run("tryon", "--persons", person.parent, *out), "bad-use")
    assert refuses(run("tryon", "--persons", tmp_path / "none", "--garments", tmp_path, *out), "no-pictures")
    assert refuses(run("tryon", "--persons", person.parent, "--garments", tmp_path / "no", *out), "no-garments")
    assert refuses(run("tryon", "--person", person, "--garment", FIRST, "--out", tmp_path / "o.txt"), "bad-output")
    assert refuses(run("bench", "nonsense"), "no-such-bench")


def test_a_file_that_is_no_video_is_refused(run, tmp_path):
    (tmp_path / "v.mp4").write_bytes(b"no video")
    words = ("tryon", "--person", tmp_path / "v.mp4", "--garment", FIRST, "--out")
    assert refuses(run(*words, tmp_path / "o.mp4"), "not-a-video")
    assert refuses(run(*words, tmp_path / "o.png"), "bad-output")


def test_kinds_are_listed_with_landmarks_and_dimensions(run):
    code, out, _ = run("garment", "kinds", "--json")
    kinds = json.loads(out)["kinds"]
    assert code == 0 and set(kinds) >= {"t-shirt", "shirt", "knit", "sleeveless-top"}
    assert all(kind["landmarks"] and kind["size_dimensions"] for kind in kinds.values())
    assert "neck_left" in kinds["shirt"]["landmarks"] and "waistband_left" in kinds["skirt"]["landmarks"]


def test_help_lists_every_command():
    done = subprocess.run([sys.executable, "-m", "server.cli", "--help"], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in ("serve", "tryon", "parse", "bench", "garment"))
