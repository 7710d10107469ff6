"""What the studio takes in, from whom, how much and how fast."""

import asyncio
import re

import aiohttp
import pytest

import server.studio.studio as studio_file
from garments.errors import RefusedError
from server.config import Config
from server.studio.rate import Rates
from server.studio.receive import sniff
from server.studio.store import INCOMING
from server.studio.work import title_of
from tests.studio_kit import QuickWorker, start_studio, tee

PNG, GLB = b"\x89PNG\r\n\x1a\n" + bytes(20), b"glTF" + bytes(20)


@pytest.fixture
def quick(monkeypatch):
    """Builds take no time."""
    monkeypatch.setattr(studio_file, "Worker", QuickWorker)
    monkeypatch.setattr(QuickWorker, "calls", [])
    return QuickWorker


@pytest.fixture
async def studio(aiohttp_client, tmp_path, quick):
    return await start_studio(aiohttp_client, tmp_path)


# ---- Uploads ----


async def test_a_form_brings_photo_back_sizes_and_words_together(studio, quick):
    form = aiohttp.FormData()
    form.add_field("kind", "knit")
    form.add_field("title", "Aran jumper")
    form.add_field("materials", "100 % wool")
    form.add_field("sizes", "size,chest_cm\nM,104\n", filename="sizes.csv")
    form.add_field("photo", tee(), filename="front.jpg")
    form.add_field("back", tee(), filename="front-back.jpg")
    status, piece = await studio.ask("POST", "/pieces", data=form)
    assert status == 201
    piece = await studio.built(piece["id"])
    assert (piece["title"]["en"], piece["materials"], piece["kind"]) == ("Aran jumper", "100 % wool", "knit")
    assert piece["has_back"] is True
    assert piece["sizes"] == "size,chest_cm\nM,104\n"
    (name, order), *_ = quick.calls
    assert (name, order.back, order.has_sizes, order.materials) == ("build", "back-photo.jpg", True, "100 % wool")


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "upload-empty", 400),
        (b"hello, I am a letter", "upload-unknown", 415),
        (b"GIF89a" + bytes(50), "upload-unknown", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upload-unknown", 415),
        (b"\xff\xd8\xff" + bytes(5000), "upload-too-large", 413),
    ],
)
async def test_what_is_no_photo_or_too_large_is_refused_and_leaves_nothing(
    aiohttp_client, tmp_path, quick, content, code, status
):
    studio = await start_studio(aiohttp_client, tmp_path, studio_photo_bytes_most=4000)
    answered, said = await studio.ask("POST", "/pieces", data=content, params={"name": "../../x.jpg"})
    assert (answered, said["code"]) == (status, code)
    assert "/" not in said["sentence"]["en"]
    assert said["sentence"]["ko"]
    assert list((tmp_path / "data" / "garments" / INCOMING).iterdir()) == []
    assert (await studio.ask("GET", ""))[1]["pieces"] == []


async def test_an_upload_without_a_length_is_measured_while_it_comes(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_photo_bytes_most=100_000)

    async def endless():
        yield b"\xff\xd8\xff"
        for _ in range(10_000):
            yield bytes(10_000)

    try:
        status, said = await studio.ask("POST", "/pieces", data=endless())
        assert (status, said["code"]) == (413, "upload-too-large")
    except aiohttp.ClientError:  # the server hung up on what it would not read
        pass
    assert list((tmp_path / "data" / "garments" / INCOMING).iterdir()) == []


async def test_a_mesh_may_be_larger_than_a_photo_but_is_no_back(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_photo_bytes_most=1024)
    piece = await studio.upload(GLB + bytes(3000), name="coat.glb", kind="coat")
    assert piece["is_mesh"] is True
    status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/back", data=GLB)
    assert (status, said["code"]) == (415, "upload-not-a-photo")


@pytest.mark.parametrize("field", ["evil", ""])
async def test_a_form_with_a_field_that_it_does_not_have_is_refused(studio, field):
    form = aiohttp.FormData()
    form.add_field(field, "x", filename="x")
    status, said = await studio.ask("POST", "/pieces", data=form)
    assert (status, said["code"]) == (400, "bad-request")


async def test_a_broken_form_and_one_without_a_photo_are_refused(studio):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _ = await studio.ask("POST", "/pieces", data=b"--y\r\n", headers=headers)
    assert status == 400
    form = aiohttp.FormData()
    form.add_field("kind", "knit", filename="k")
    assert (await studio.ask("POST", "/pieces", data=form))[1]["code"] == "upload-empty"


async def test_an_unknown_kind_and_a_bad_table_are_said_before_anything_is_kept(studio):
    status, said = await studio.ask("POST", "/pieces", data=tee(), params={"kind": "kilt"})
    assert (status, said["code"]) == (422, "unknown-kind")
    assert (await studio.ask("GET", ""))[1]["pieces"] == []


async def test_an_upload_that_does_not_end_is_given_up(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_upload_secs=0.3)

    async def slow():
        yield b"\xff\xd8\xff" + bytes(20)
        await asyncio.sleep(2)

    status, said = await studio.ask("POST", "/pieces", data=slow())
    assert (status, said["code"]) == (408, "upload-too-slow")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../x.jpg", "x"),
        ("..\\..\\windows\\x.png", "x"),
        ("/etc/passwd", "passwd"),
        ("\u1107\u1161\u110c\u1175.jpg", "바지"),  # as a Mac writes Hangul
        ("linen_shirt__blue.JPEG", "linen shirt blue"),
        ("a\u202egpj.exe", "agpj"),
        ("tab\there\x00.png", "tab here"),
        ("....", "Untitled"),
        ("", "Untitled"),
        ("\ud800.jpg", "Untitled"),
        ("x" * 500 + ".jpg", "x" * 80),
    ],
)
async def test_names_become_titles_that_can_be_shown(name, title):
    assert title_of(name).en == title


async def test_no_name_leads_out_of_the_folder(studio, tmp_path):
    piece = await studio.upload(name="../../../evil.jpg")
    assert re.fullmatch(r"g[0-9a-f]{12}", piece["id"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "shop"]
    for path in (
        "/pieces/..%2f..%2fshop",
        f"/pieces/{piece['id']}/..%2fstudio.json",
        f"/pieces/{piece['id']}/studio.json",
    ):
        assert (await studio.ask("GET", path))[0] == 404


def test_files_are_known_by_their_first_bytes():
    assert [sniff(head[:12]) for head in (tee(), PNG, b"RIFF....WEBP", GLB, b"RIFF....WAVE", b"")] == [
        *("jpg", "png", "webp", "glb"),
        *(None, None),
    ]


# ---- Limits ----


async def test_who_goes_too_fast_is_told_how_long_to_wait(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_uploads_per_min_most=8.0)
    await studio.upload()
    await studio.upload()
    answer = await studio.client.post("/api/studio/pieces", data=tee())
    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 8
    assert (await answer.json())["code"] == "too-many-requests"
    assert (await studio.ask("GET", ""))[0] == 200


def test_a_bucket_fills_again_and_clients_do_not_share_one():
    rates = Rates(2.0, 3)
    assert [rates.take("a", 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert rates.take("b", 0.0) == 0
    assert rates.take("a", 0.5) == 0
    assert rates.take("a", 0.5) == 1
    assert Rates(0.1, 1).take("a", 0.0) == 0


async def test_a_full_queue_and_a_full_studio_are_said_in_words(aiohttp_client, tmp_path, quick, monkeypatch):
    async def never(self, task, *values):
        await asyncio.Event().wait()

    monkeypatch.setattr(QuickWorker, "run", never)
    studio = await start_studio(aiohttp_client, tmp_path, studio_queue_most=1, studio_pieces_most=3)
    first = await studio.upload()
    while (await studio.ask("GET", f"/pieces/{first['id']}"))[1]["state"] == "queued":
        await asyncio.sleep(0.01)
    await studio.upload()
    status, said = await studio.ask("POST", "/pieces", data=tee())
    assert (status, said["code"]) == (429, "queue-full")


async def test_a_full_studio_is_said_in_words(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_pieces_most=1)
    await studio.upload()
    status, said = await studio.ask("POST", "/pieces", data=tee())
    assert (status, said["code"]) == (507, "studio-full")


# ---- Who may come in ----


async def test_pages_of_others_may_not_change_anything(studio):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        status, said = await studio.ask("POST", "/pieces", data=tee(), headers=headers)
        assert (status, said["code"]) == (403, "studio-foreign")
    own = f"http://127.0.0.1:{studio.client.port}"
    assert (await studio.ask("POST", "/pieces", data=tee(), headers={"Origin": own}))[0] == 201


async def test_without_a_token_only_this_computer_by_its_own_name_comes_in(studio, monkeypatch):
    status, said = await studio.ask("GET", "", headers={"Host": "rebound.example"})
    assert (status, said["code"]) == (403, "studio-closed")
    monkeypatch.setattr(aiohttp.web.BaseRequest, "remote", "192.0.2.7")
    assert (await studio.ask("GET", ""))[1]["code"] == "studio-closed"


async def test_with_a_token_everybody_needs_it_and_a_browser_gets_a_cookie_for_it(aiohttp_client, tmp_path, quick):
    token = "open-sesame-open"
    studio = await start_studio(aiohttp_client, tmp_path, studio_token=token)
    assert (await studio.ask("GET", ""))[1]["code"] == "studio-key"
    assert (await studio.ask("GET", "", headers={"Authorization": "Bearer wrong"}))[0] == 401
    assert (await studio.ask("GET", "", headers={"Authorization": f"Bearer {token}"}))[0] == 200
    assert (await studio.ask("POST", "/key", json={"token": "wrong"}))[0] == 401
    answer = await studio.client.post("/api/studio/key", json={"token": token})
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 200
    assert token not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    value = re.search(r"geoul_studio=(\w+)", cookie)[1]
    assert (await studio.ask("GET", "", headers={"Cookie": f"geoul_studio={value}"}))[0] == 200


async def test_keys_cannot_be_guessed_fast(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_token="open-sesame-open")
    statuses = [(await studio.ask("POST", "/key", json={"token": str(guess)}))[0] for guess in range(8)]
    assert statuses.count(401) <= 6
    assert statuses[-1] == 429


async def test_a_studio_that_is_closed_is_not_there(aiohttp_client, tmp_path, quick):
    studio = await start_studio(aiohttp_client, tmp_path, studio_open=0)
    assert (await studio.client.get("/api/studio")).status == 404


def test_a_short_token_is_refused_without_being_repeated():
    assert Config.from_environment({"GEOUL_STUDIO_TOKEN": " long enough token "}).studio_token == "long enough token"
    with pytest.raises(RefusedError) as refusal:
        Config.from_environment({"GEOUL_STUDIO_TOKEN": "1234"})
    assert refusal.value.code == "bad-setting"
    assert "1234" not in refusal.value.sentence
