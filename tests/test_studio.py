"""The studio: garments from photo to publication, and nothing is forgotten on the way."""

import asyncio
import json
import os
import re
import time
from pathlib import Path

import pytest

import server.studio.studio as studio_file
from garments.errors import RefusedError
from garments.kinds import get_kind
from garments.passport import MEANING
from server.errors import STUDIO_SENTENCES
from server.studio.store import INCOMING, TRASH, TRASH_SECS, Store
from server.studio.words import KOREAN, in_both_languages, reason_in_both_languages
from server.studio.work import Work, title_of
from server.studio.worker import WorkerLostError, WorkFailedError
from tests.drawn_tops import trousers_photo
from tests.mirror_kit import make_folder
from tests.studio_kit import InlineWorker, QuickWorker, jpeg_of, start_studio, tee

ROOT = Path(__file__).parents[1]


@pytest.fixture
def quick(monkeypatch):
    """Builds take no time."""
    monkeypatch.setattr(studio_file, "Worker", QuickWorker)
    monkeypatch.setattr(QuickWorker, "calls", [])
    return QuickWorker


@pytest.fixture
async def studio(aiohttp_client, tmp_path, quick):
    return await start_studio(aiohttp_client, tmp_path)


@pytest.fixture
def inline(monkeypatch):
    """Builds are real."""
    monkeypatch.setattr(studio_file, "Worker", InlineWorker)


# ---- One real build from end to end ----


async def test_a_photo_is_built_put_right_and_published_without_a_restart(aiohttp_client, tmp_path, inline):
    studio = await start_studio(aiohttp_client, tmp_path)
    told = await studio.upload(tee(), name="빨강_티.jpg", kind="t-shirt")
    assert told["state"] == "queued"
    piece = await studio.built(told["id"])
    assert (piece["state"], piece["version"], piece["title"]["ko"]) == ("built", 1, "빨강 티")
    assert piece["grade"] in "AB"
    assert set(piece["landmarks"]["points"]) == set(get_kind("t-shirt").landmarks)
    assert await studio.offered() == ["red-tee", "blue-knit"]

    armpit = piece["landmarks"]["points"]["armpit_left"]
    at = [armpit["x"] - 8, armpit["y"] + 6]
    status, moved = await studio.ask("PUT", f"/pieces/{told['id']}/landmarks", json={"points": {"armpit_left": at}})
    assert (status, moved["state"], moved["version"]) == (200, "built", 2)
    assert moved["landmarks"]["points"]["armpit_left"] == {"x": at[0], "y": at[1], "confidence": 1.0}

    for build in ("slim", "large"):
        answer = await studio.client.get(f"/api/studio/pieces/{told['id']}/turntable/{build}.jpg")
        assert (answer.status, answer.content_type) == (200, "image/jpeg")

    status, sized = await studio.ask("PUT", f"/pieces/{told['id']}/sizes", data="사이즈\t가슴단면\nM\t52\n".encode())
    assert (status, sized["passport"]["sizes_cm"]) == (200, {"M": {"chest_cm": 104.0}})

    status, published = await studio.ask("PUT", f"/pieces/{told['id']}/published")
    assert (status, published["state"]) == (200, "published")
    listed = await (await studio.client.get("/api/garments")).json()
    assert listed["garments"][-1]["id"] == told["id"]
    assert listed["garments"][-1]["title"]["ko"] == "빨강 티"
    for name in ("photo.jpg", "cutout.png", "passport.json", "garment.glb"):
        assert (await studio.client.get(f"/api/garments/{told['id']}/{name}")).status == 200, name


async def test_a_photo_of_something_else_is_refused_in_both_languages_and_can_be_given_its_kind(
    aiohttp_client, tmp_path, inline
):
    studio = await start_studio(aiohttp_client, tmp_path)
    told = await studio.upload(jpeg_of(trousers_photo()[0]), name="x.jpg", kind="t-shirt")
    piece = await studio.built(told["id"])
    assert piece["state"] == "refused"
    assert piece["reason"]["code"] == "not-this-kind"
    assert piece["reason"]["sentence"]["ko"] == KOREAN["not-this-kind"]
    assert (await studio.ask("PUT", f"/pieces/{told['id']}/published"))[0] == 409
    status, changed = await studio.ask("PATCH", f"/pieces/{told['id']}", json={"kind": "trousers"})
    assert status == 200
    assert (changed["kind"], changed["kind_is_given"]) == ("trousers", True)


# ---- Publishing ----


async def test_grade_d_is_never_published(studio, quick, monkeypatch):
    monkeypatch.setattr(quick, "grade", "D")
    piece = await studio.built((await studio.upload())["id"])
    assert piece["publishable"] is False
    status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/published")
    assert (status, said["code"]) == (409, "grade-too-low")
    assert "the hem is hidden" in said["sentence"]["en"]
    assert await studio.offered() == ["red-tee", "blue-knit"]


async def test_what_falls_to_grade_d_or_is_refused_leaves_the_shop(studio, quick, monkeypatch):
    one, two = [(await studio.built((await studio.upload())["id"]))["id"] for _ in range(2)]
    for name in (one, two):
        assert (await studio.ask("PUT", f"/pieces/{name}/published"))[1]["state"] == "published"
    assert (await studio.offered())[2:] == [one, two]
    monkeypatch.setattr(quick, "grade", "D")
    await studio.ask("PUT", f"/pieces/{one}/landmarks", json={"points": {"hem_left": [1, 2]}})
    monkeypatch.setattr(quick, "outcome", RefusedError("not-this-kind", "it is a shoe."))
    status, refused = await studio.ask("PATCH", f"/pieces/{two}", json={"kind": "vest"})
    assert (status, refused["state"], refused["reason"]["sentence"]["en"]) == (200, "refused", "It is a shoe.")
    assert await studio.offered() == ["red-tee", "blue-knit"]


async def test_withdrawing_takes_a_garment_off_the_rail_at_once(studio):
    piece = await studio.built((await studio.upload())["id"])
    await studio.ask("PUT", f"/pieces/{piece['id']}/published")
    first = await studio.client.get("/api/garments")
    again = await studio.client.get("/api/garments", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    status, withdrawn = await studio.ask("DELETE", f"/pieces/{piece['id']}/published")
    assert (status, withdrawn["state"]) == (200, "built")
    again = await studio.client.get("/api/garments", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 200
    assert await studio.offered() == ["red-tee", "blue-knit"]


async def test_a_garment_that_is_built_again_is_loaded_again(studio, tmp_path):
    piece = await studio.built((await studio.upload())["id"])
    await studio.ask("PUT", f"/pieces/{piece['id']}/published")

    async def version():
        listed = await (await studio.client.get("/api/garments")).json()
        return listed["garments"][-1]["version"]

    before = await version()
    await studio.ask("PUT", f"/pieces/{piece['id']}/landmarks", json={"points": {"hem_left": [1, 2]}})
    assert await version() > before


# ---- Wishes that make no sense ----


@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]", "7", '{"points": {}}', '{"points": [1]}', '{"points": {"a": [1]}}', '{"points": {"a": ["x", 1]}}'],
)
async def test_points_that_are_none_are_refused(studio, sent):
    piece = await studio.built((await studio.upload())["id"])
    status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/landmarks", data=sent)
    assert (status, said["code"]) == (400, "bad-request")


async def test_a_wish_that_is_refused_leaves_the_garment_as_it_was(studio, quick, monkeypatch):
    piece = await studio.built((await studio.upload())["id"])
    monkeypatch.setattr(quick, "outcome", RefusedError("unknown-landmark", "there is no landmark 'x'."))
    status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/landmarks", json={"points": {"x": [1, 2]}})
    assert (status, said["code"]) == (422, "unknown-landmark")
    assert (await studio.ask("GET", f"/pieces/{piece['id']}"))[1] == piece


@pytest.mark.parametrize(
    ("fault", "code"), [(WorkerLostError("died"), "build-lost"), (WorkFailedError("Traceback"), "build-failed")]
)
async def test_a_process_that_dies_costs_one_garment_and_says_so(studio, quick, monkeypatch, fault, code):
    monkeypatch.setattr(quick, "outcome", fault)
    piece = await studio.built((await studio.upload())["id"])
    assert (piece["state"], piece["reason"]["code"]) == ("refused", code)
    assert "Traceback" not in json.dumps(piece)
    monkeypatch.setattr(quick, "outcome", None)
    assert (await studio.ask("DELETE", f"/pieces/{piece['id']}/landmarks"))[1]["state"] == "built"


async def test_a_fault_of_ours_costs_one_garment_and_the_next_is_built(studio, quick, monkeypatch, caplog):
    monkeypatch.setattr(quick, "outcome", OSError("no space left on device"))
    piece = await studio.built((await studio.upload())["id"])
    assert (piece["state"], piece["reason"]["code"]) == ("refused", "build-failed")
    assert "no space left" in caplog.text
    monkeypatch.setattr(quick, "outcome", None)
    assert (await studio.built((await studio.upload())["id"]))["state"] == "built"


async def test_a_mesh_has_no_landmarks_and_no_photo_of_its_back(studio):
    piece = await studio.built((await studio.upload(b"glTF" + bytes(20), kind="coat"))["id"])
    points = {"points": {"hem_left": [1, 2]}}
    assert (await studio.ask("PUT", f"/pieces/{piece['id']}/landmarks", json=points))[1]["code"] == "no-landmarks-yet"
    status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/back", data=tee())
    assert (status, said["code"]) == (409, "mesh-has-back")


async def test_what_is_not_there_is_said_not_to_be_there(studio):
    for method, path in (
        *(("GET", ""), ("DELETE", ""), ("PUT", "/landmarks"), ("PUT", "/published"), ("POST", "/restore")),
        *(("GET", "/turntable/slim.jpg"), ("GET", "/photo"), ("GET", "/thumb.jpg"), ("PUT", "/back")),
    ):
        status, said = await studio.ask(
            method, f"/pieces/g0{path}", data=b'{"points": {"a": [1, 2]}}' if method == "PUT" else None
        )
        assert (status, said["code"]) == (404, "unknown-work"), path
    piece = await studio.built((await studio.upload())["id"])
    assert (await studio.ask("GET", f"/pieces/{piece['id']}/turntable/huge.jpg"))[1]["code"] == "unknown-build"
    assert (await studio.ask("PATCH", f"/pieces/{piece['id']}", json={"title": 7}))[0] == 400
    assert (await studio.ask("PATCH", f"/pieces/{piece['id']}", json={"kind": "kilt"}))[1]["code"] == "unknown-kind"


async def test_titles_and_materials_can_be_changed(studio):
    piece = await studio.built((await studio.upload())["id"])
    wish = {"title": "  Linen\u202e shirt ", "materials": "60 % linen\n40 % cotton"}
    status, changed = await studio.ask("PATCH", f"/pieces/{piece['id']}", json=wish)
    assert status == 200
    assert (changed["title"]["en"], changed["materials"]) == ("Linen shirt", "60 % linen 40 % cotton")


# ---- Nothing is forgotten ----


async def test_a_new_start_knows_everything_and_goes_on_building(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path)
    shown, hidden = [(await studio.built((await studio.upload(name=name))["id"]))["id"] for name in ("a.jpg", "b.jpg")]
    await studio.ask("PUT", f"/pieces/{shown}/published")
    await studio.client.close()
    store = Store(tmp_path / "data" / "garments")
    store.keep(Work(**{**vars(store.works[hidden]), "state": "building"}))  # as a stop in the middle leaves it

    again = await start_studio(aiohttp_client, tmp_path)
    assert await again.offered() == ["red-tee", "blue-knit", shown]
    assert (await again.built(hidden))["version"] == 2
    assert [piece["id"] for piece in (await again.ask("GET", ""))[1]["pieces"]] == [shown, hidden]


async def test_what_is_deleted_is_gone_from_the_shop_and_can_be_had_back(studio, tmp_path):
    piece = await studio.built((await studio.upload(name="a.jpg"))["id"])
    await studio.ask("PUT", f"/pieces/{piece['id']}/published")
    assert (await studio.ask("DELETE", f"/pieces/{piece['id']}"))[0] == 204
    assert await studio.offered() == ["red-tee", "blue-knit"]
    assert (await studio.ask("GET", f"/pieces/{piece['id']}"))[0] == 404
    status, back = await studio.ask("POST", f"/pieces/{piece['id']}/restore")
    assert (status, back["state"], back["title"]["en"]) == (200, "published", "a")
    assert (await studio.offered())[-1] == piece["id"]
    assert (await studio.ask("POST", f"/pieces/{piece['id']}/restore"))[0] == 404


def test_the_trash_is_emptied_after_a_day(tmp_path):
    store = Store(tmp_path)
    for name in ("g1", "g2"):
        folder = tmp_path / TRASH / name
        folder.mkdir()
        age = TRASH_SECS + 60 if name == "g1" else 60
        os.utime(folder, (time.time() - age,) * 2)
    store.empty_trash()
    assert [path.name for path in (tmp_path / TRASH).iterdir()] == ["g2"]


def test_half_uploads_and_folders_of_others_are_no_garments_of_the_studio(tmp_path):
    (tmp_path / INCOMING / "g1").mkdir(parents=True)
    make_folder(tmp_path / "by-hand")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "studio.json").write_text('{"id": "broken"}')
    work = Work("g2", title_of("a.jpg"), "photo.jpg", 1.0)
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / "studio.json").write_text(work.to_json())
    assert Store(tmp_path).works == {}
    assert list((tmp_path / INCOMING).iterdir()) == []


def test_a_work_is_kept_whole_or_not_at_all(tmp_path):
    store = Store(tmp_path)
    folder = store.make_incoming()
    work = Work(folder.name, title_of("셔츠.jpg"), "photo.jpg", 1.0)
    store.admit(work, folder)
    assert Store(tmp_path).works == {work.id: work}
    assert [path.name for path in store.place(work.id).iterdir()] == ["studio.json"]


# ---- Events ----


async def test_watchers_hear_of_every_change(studio):
    events = await studio.client.get("/api/studio/events")
    assert events.content_type == "text/event-stream"
    piece = await studio.upload()
    heard = []
    async with asyncio.timeout(20):
        while not heard or heard[-1]["state"] != "built":
            line = (await events.content.readline()).decode()
            if line.startswith("data: "):
                heard.append(json.loads(line[6:]))
    assert {one["id"] for one in heard} == {piece["id"]}
    await studio.ask("DELETE", f"/pieces/{piece['id']}")
    async with asyncio.timeout(20):
        while not (line := (await events.content.readline()).decode()).startswith("event: gone"):
            pass
    events.close()


# ---- Words ----


def test_every_sentence_of_the_studio_comes_in_both_languages_with_the_same_values():
    for code, (en, ko) in STUDIO_SENTENCES.items():
        assert set(re.findall(r"\{(\w+)", en)) == set(re.findall(r"\{(\w+)", ko)), code


def test_the_api_is_documented():
    explained = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
    for code in STUDIO_SENTENCES:
        assert f"`{code}`" in explained, code


def test_a_refusal_without_korean_is_said_in_english():
    words = in_both_languages(RefusedError("never-heard-of", "this is new."))
    assert words.en == words.ko == "This is new."


def test_reasons_of_a_grade_are_said_in_korean_where_we_know_them():
    said = {
        "unsure of armpit left, neck front": "확실하지 않은 점: 왼쪽 겨드랑이, 앞 목선",
        "the left sleeve is shorter than the other, or folded: lay both sleeves flat": "왼쪽 소매가 더 짧거나",
        "the right cuff is outside the photo: photograph the whole sleeve": "오른쪽 소매 끝이(가) 사진 밖에",
        "something nobody has said yet": "something nobody has said yet",
    }
    for english, korean in said.items():
        words = reason_in_both_languages(english)
        assert words.en == english
        assert words.ko.startswith(korean)
    assert reason_in_both_languages(MEANING["A"]).ko == "모든 기준점을 확실하게 찾았습니다"
    assert all(reason_in_both_languages(meaning).ko != meaning for meaning in MEANING.values())
