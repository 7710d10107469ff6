"""A season at once: folders and feeds are read, garments are built in processes of their own, reports are written."""

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from garments import build_shop
from garments.bulk import build_all as bulk
from garments.bulk import build_order as making
from garments.bulk.build_all import build_all, read_orders
from garments.bulk.build_order import build_order, stamp_of
from garments.bulk.order import Order, Outcome, kind_of, name_folder, tell_apart
from garments.bulk.pool import LostError, Pool
from garments.bulk.read_feed import read_feed
from garments.bulk.read_folder import read_folder
from garments.bulk.report import write_csv, write_page
from garments.errors import RefusedError
from server.cli import main
from tests.drawn_tops import t_shirt_photo


def save(path: Path, colour: tuple[int, int, int] = (176, 48, 60)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(t_shirt_photo(colour)[0]).save(path)
    return path


# ---- folders


def test_a_folder_gives_an_order_for_each_photo_with_kind_back_and_sizes(tmp_path: Path) -> None:
    for name in ("T-Shirts/a.jpg", "T-Shirts/a_back.jpg", "b.png", "b-BACK.png", "c_back.webp", "deep/셔츠/d.jpeg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"picture")
    for name in ("T-Shirts/a.csv", "notes.txt", ".hidden.jpg", "__MACOSX/a.jpg", "out/a/cutout.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    orders = {order.file: order for order in read_folder(tmp_path, leave_out=tmp_path / "out")}
    assert list(orders) == ["T-Shirts/a.jpg", "b.png", "c_back.webp", "deep/셔츠/d.jpeg"]
    first = orders["T-Shirts/a.jpg"]
    assert (first.id, first.kind, first.back, first.sizes) == (
        "a",
        "t-shirt",
        tmp_path / "T-Shirts/a_back.jpg",
        tmp_path / "T-Shirts/a.csv",
    )
    assert orders["b.png"].back == tmp_path / "b-BACK.png" and orders["b.png"].kind is None
    assert orders["deep/셔츠/d.jpeg"].kind == "shirt"


def test_a_folder_without_photos_or_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_folder(tmp_path, leave_out=tmp_path / "out")
    assert refusal.value.code == "no-photos"
    with pytest.raises(RefusedError) as refusal:
        read_orders(tmp_path / "none", tmp_path / "out")
    assert refusal.value.code == "no-source"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Dresses", "dress"),
        ("t-shirts", "t-shirt"),
        ("T-shirt", "t-shirt"),
        ("sleeveless tops", "sleeveless-top"),
        ("원피스", "dress"),
        ("trousers", "trousers"),
        ("season", None),
    ],
)
def test_kinds_are_known_by_their_names_in_both_languages(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind


@pytest.mark.parametrize(
    "word", ["린넨 셔츠", "../../etc/passwd", "a/b", "..", "", "x" * 300, "report", "CON", "a\x00b", "-rf", "셔츠-1"]
)
def test_a_folders_name_is_always_plain(word: str) -> None:
    name = name_folder(word)
    assert name.replace("-", "").replace("_", "").isalnum() and name.isascii() and name[0] not in "-_"
    assert len(name) <= 64 and name.lower() not in ("report", "con")


def test_files_of_one_name_are_told_apart_and_keep_their_names_when_others_come() -> None:
    orders = [Order("tee", "a/tee.jpg", None), Order("Tee", "b/Tee.jpg", None), Order("knit", "knit.jpg", None)]
    names = [order.id for order in tell_apart(orders)]
    assert len({name.lower() for name in names}) == 3 and names[2] == "knit"
    assert [order.id for order in tell_apart([orders[1], orders[0]])] == [names[1], names[0]]
    assert len({order.id for order in tell_apart([orders[2]] * 3)}) == 3


# ---- feeds


def feed(folder: Path, text: str) -> Path:
    (folder / "feed.csv").write_text(text, encoding="utf-8")
    return folder / "feed.csv"


def test_a_feed_gives_an_order_a_row_with_all_that_it_says(tmp_path: Path) -> None:
    for name in ("p/a.jpg", "p/a2.jpg", "s.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    text = "ID,Image_Link,category,Title,Color,material,size table,back,item_group_id,colours\n"
    text += 'A-1,p/a.jpg,Apparel > Dresses,"Linen, long",Sand,linen,s.csv,p/a2.jpg,G7,navy; #fff\n\n'
    (order,) = read_feed(feed(tmp_path, "\ufeff" + text))
    assert (order.id, order.file, order.kind, order.refusal) == ("A-1", "p/a.jpg", "dress", None)
    assert (order.source, order.back, order.sizes) == tuple(
        tmp_path / name for name in ("p/a.jpg", "p/a2.jpg", "s.csv")
    )
    said = order.said
    assert (said.title, said.materials, said.colour, said.group) == ("Linen, long", "linen", "Sand", "G7")
    assert order.colours == ("navy", "#fff")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("https://shop.example/a.jpg,", "remote-address"),
        ("//shop.example/a.jpg,", "remote-address"),
        ("file:///etc/passwd,", "remote-address"),
        ("/etc/passwd,", "outside-the-feed"),
        ("../outside.jpg,", "outside-the-feed"),
        ("link.jpg,", "outside-the-feed"),
        ("none.jpg,", "missing-file"),
        ("in,", "missing-file"),
        (",dress", "no-photo-named"),
        ("a.jpg,kilt", "unknown-kind"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_alone(tmp_path: Path, row: str, code: str) -> None:
    (tmp_path / "in").mkdir()
    for name in ("in/a.jpg", "outside.jpg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "in/link.jpg").symlink_to(tmp_path / "outside.jpg")
    (tmp_path / "in/in").mkdir()
    bad, good = read_feed(feed(tmp_path / "in", f"file,kind\n{row}\na.jpg,dress\n"))
    assert bad.refusal is not None and bad.refusal[0] == code and bad.source is None
    assert good.refusal is None
    outcome = build_order(bad, tmp_path / "out", "makers")
    assert (outcome.state, outcome.code) == ("refused", code) and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"name,kind\na,b\n", "needs a column 'file' or 'image_link'"),
        (b"file\n", "lists no garments"),
        (b"file\n\xff\xfe\n", "not UTF-8"),
        (b'file\n"a', "no proper CSV"),
        (b"file\n" + b"a\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_a_feed_that_is_none_is_refused_with_the_rule(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "feed.csv").write_bytes(content)
    with pytest.raises(RefusedError, match=words):
        read_feed(tmp_path / "feed.csv")
    with pytest.raises(RefusedError, match="cannot be read"):
        read_feed(tmp_path / "none.csv")


# ---- one order


def test_a_garment_is_built_once_and_again_when_anything_it_depends_on_changes(tmp_path: Path) -> None:
    order = Order("tee", "tee.png", save(tmp_path / "tee.png"), "t-shirt")
    first = build_order(order, tmp_path / "out", "a")
    assert (first.state, first.kind, first.publishable) == ("built", "t-shirt", True)
    assert first.grade in "AB" and first.reasons and 0 < first.quality < 1 and first.colours
    assert {path.name for path in (tmp_path / "out/report").iterdir()} == {
        f"tee-{name}.jpg" for name in ("photo", "cutout", "landmarks", "preview")
    }
    again = build_order(order, tmp_path / "out", "a")
    assert again.state == "up to date" and again.grade == first.grade
    (tmp_path / "out/tee/garment.glb").unlink()
    assert build_order(order, tmp_path / "out", "a").state == "built"
    (tmp_path / "sizes.csv").write_text("size,chest_cm\nM,100\n")
    save(tmp_path / "other.png", (30, 60, 120))
    stamps = {
        stamp_of(order, "a"),
        stamp_of(order, "b"),
        stamp_of(Order("tee", "tee.png", order.source, "knit"), "a"),
        stamp_of(Order("tee", "tee.png", order.source, "t-shirt", sizes=tmp_path / "sizes.csv"), "a"),
        stamp_of(Order("tee", "tee.png", order.source, "t-shirt", back=tmp_path / "other.png"), "a"),
        stamp_of(Order("tee", "tee.png", order.source, "t-shirt", colours=("navy",)), "a"),
    }
    assert len(stamps) == 6


def test_a_refusal_is_remembered_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (300, 300), "white").save(tmp_path / "blank.png")
    order = Order("blank", "blank.png", tmp_path / "blank.png", "t-shirt")
    first = build_order(order, tmp_path / "out", "a")
    assert first.state == "refused" and not first.publishable and first.code
    monkeypatch.setattr(making, "build_garment", None)
    assert build_order(order, tmp_path / "out", "a") == first


def test_a_fault_of_ours_is_told_and_tried_again_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("as if there were a fault")

    order = Order("tee", "tee.png", save(tmp_path / "tee.png"), "t-shirt")
    with monkeypatch.context() as broken:
        broken.setattr(making, "build_garment", fail)
        outcome = build_order(order, tmp_path / "out", "a")
    assert (outcome.state, outcome.code) == ("failed", "fault") and "ZeroDivisionError" in outcome.reasons[0]
    assert build_order(order, tmp_path / "out", "a").state == "built"


def test_nothing_is_written_through_a_link_that_leads_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/tee").symlink_to(tmp_path / "elsewhere")
    outcome = build_order(Order("tee", "tee.png", save(tmp_path / "tee.png"), "t-shirt"), tmp_path / "out", "a")
    assert (outcome.state, outcome.code) == ("refused", "no-output")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_photo_that_has_gone_is_refused(tmp_path: Path) -> None:
    outcome = build_order(Order("gone", "gone.png", tmp_path / "gone.png"), tmp_path / "out", "a")
    assert outcome.code == "unreadable-file"


# ---- processes


def test_a_file_whose_process_was_lost_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "run", lambda _, jobs: ((job, LostError("the process died")) for job in jobs))
    season = build_all([Order("tee", "tee.png", None)], tmp_path / "out", workers=1)
    assert season.outcomes[0].state == "failed" and "the process died" in season.outcomes[0].reasons[0]


# ---- reports


def test_the_report_is_safe_to_open_and_lists_what_needs_work_first(tmp_path: Path) -> None:
    nasty = '=cmd|"<script>alert(1)</script>.jpg'
    outcomes = [
        Outcome("a", nasty, "built", "t-shirt", True, "A", 0.9, ("fine",), "", ("red",)),
        Outcome("b", "b.jpg", "refused", "", False, "", 0.0, ("the photo is <b>dark</b>",), "dark"),
    ]
    write_csv(outcomes, tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["file"] == f"'{nasty}" and first["grade"] == "A" and first["reasons"] == "Fine."
    assert (second["kind"], second["grade"], second["state"], second["publishable"]) == ("", "", "refused", "no")
    write_page(outcomes, [Order("c", "c.jpg", None)], tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<b>dark" not in page
    assert page.index("b.jpg</h2>") < page.index("alert(1)")
    assert "1 not yet built" in page and "티셔츠" in page and "http" not in page


# ---- the whole


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season")
    save(folder / "t-shirts/red.png")
    save(folder / "t-shirts/blue.png", (40, 70, 180))
    (folder / "bad.jpg").write_bytes(b"no picture")
    return folder


def geoul(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["geoul", *map(str, words)])
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_build_all_makes_folders_and_reports_and_is_quick_the_second_time(
    season: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(bulk, "hash_makers", lambda: "a")
    code, told, _ = geoul(monkeypatch, capsys, "garment", "build-all", season, "--out", out, "--json", "--workers", "1")
    report = json.loads(told)
    assert code == 0
    assert (report["files"], report["built"], report["refused"], report["failed"]) == (3, 2, 1, 0)
    assert sum(report["grades"].values()) == 2
    for name in ("red", "blue"):
        assert (out / name / "garment.glb").exists() and (out / name / "passport.json").exists()
    with (out / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"bad.jpg", "t-shirts/red.png", "t-shirts/blue.png"}
    assert rows["bad.jpg"]["code"] == "not-an-image" and rows["t-shirts/red.png"]["kind"] == "t-shirt"
    assert "t-shirts/red.png" in (out / "report.html").read_text(encoding="utf-8")
    before = (out / "red/garment.glb").stat().st_mtime_ns
    code, told, _ = geoul(monkeypatch, capsys, "garment", "build-all", season, "--out", out, "--json", "--workers", "1")
    assert json.loads(told)["up_to_date"] == 2
    assert (out / "red/garment.glb").stat().st_mtime_ns == before


def test_build_all_refuses_what_is_neither_folder_nor_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = geoul(monkeypatch, capsys, "garment", "build-all", tmp_path / "none", "--out", tmp_path / "out")
    assert code == 2 and "neither a folder" in err
    (tmp_path / "file").write_text("in the way")
    save(tmp_path / "in/a.png")
    code, _, err = geoul(monkeypatch, capsys, "garment", "build-all", tmp_path / "in", "--out", tmp_path / "file")
    assert code == 2 and "cannot write" in err


def test_interrupted_it_tells_what_is_left(
    season: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: object, jobs: list[Order]) -> object:
        yield jobs[0], build_order(jobs[0], tmp_path / "out", "a")
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk.Pool, "run", stop)
    code, told, _ = geoul(monkeypatch, capsys, "garment", "build-all", season, "--out", tmp_path / "out")
    assert code == 130 and "1 of 3 done" in told
    assert "2 not yet built" in (tmp_path / "out/report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_leaves_no_process_and_goes_on_from_there(season: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "garment", "build-all", str(season), "--out", str(tmp_path / "out")]
    run = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not (tmp_path / "out/report").exists() and time.monotonic() < end:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    told, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert "the same command goes on from there" in told
    assert (tmp_path / "out/report.csv").exists()


# ---- the demo shop


def test_the_shop_is_built_from_its_list_and_refusals_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "photos/tee.png")
    (tmp_path / "photos/bad.png").write_bytes(b"no picture")
    title = {"en": "Tee", "ko": "티"}
    entries = [
        {"id": name, "kind": "t-shirt", "title": title, "photo": f"photos/{name}.png", "price_won": 1}
        for name in ("tee", "bad")
    ]
    entries[0] |= {"back": "photos/tee.png", "materials": "cotton", "colours": ["navy"]}
    (tmp_path / "shop.json").write_text(json.dumps({"garments": entries}), encoding="utf-8")
    article, _ = build_shop.read_shop(tmp_path)
    assert article.order.back == article.photo == article.source and article.order.said.materials == "cotton"
    monkeypatch.setattr(Pool, "run", lambda pool, jobs: ((job, pool._task(job)) for job in jobs))
    monkeypatch.setattr(build_shop, "hash_makers", lambda: "a")
    assert build_shop.build_shop(tmp_path, workers=1) == 1
    said = capsys.readouterr()
    assert "tee: built, grade" in said.out and "bad: refused (not-an-image" in said.err
    assert (tmp_path / "garments/tee/variants/navy/garment.glb").exists()
    assert build_shop.build_shop(tmp_path, workers=1) == 1
    assert "tee: up to date" in capsys.readouterr().out
