"""The service over HTTP: pages, pictures, headers of safety, settings, start and stop."""

import asyncio
import re
import resource
import signal
import socket
import sys
from pathlib import Path

import pytest

from fitting.detect import LandmarkerPool
from garments.errors import RefusedError
from server.app import find_page
from server.catalog.catalog import Catalog, read_catalog
from server.cli import main
from server.commands.serve import greet, open_engine, reserve, run
from server.config import PREFIX, Config
from server.errors import SENTENCES, say
from server.replies import SAFE_HEADERS
from server.streaming.protocol import CloseCode, Kind
from tests.mirror_kit import QuickEngine, make_jpeg, start_mirror

ROOT = Path(__file__).parents[1]


@pytest.fixture
def pages(tmp_path):
    """Pages as the web client builds them."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>거울</title>", encoding="utf-8")
    (folder / "assets" / "mirror.js").write_text("start()")
    return folder


@pytest.fixture
async def client(aiohttp_client, tmp_path, pages):
    return (await start_mirror(aiohttp_client, tmp_path, pages=pages)).client


async def test_the_mirror_page_is_at_the_root(client):
    answer = await client.get("/")
    assert answer.status == 200
    assert answer.content_type == "text/html"
    assert "거울" in await answer.text()
    script = await client.get("/assets/mirror.js")
    assert (script.status, script.content_type.split("/")[1]) == (200, "javascript")
    assert "immutable" in script.headers["Cache-Control"]
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_catalog_is_listed_in_the_shops_order(client):
    listed = await (await client.get("/api/garments")).json()
    assert [one["id"] for one in listed["garments"]] == ["red-tee", "blue-knit"]


async def test_every_picture_that_the_catalog_names_can_be_had(client):
    for garment in (await (await client.get("/api/garments")).json())["garments"]:
        for name, kind in (("photo", "image/jpeg"), ("cutout", "image/png")):
            answer = await client.get(garment[name])
            assert (answer.status, answer.content_type) == (200, kind)


async def test_a_picture_that_has_not_changed_is_not_sent_again(client):
    first = await client.get("/api/garments/red-tee/photo.jpg")
    again = await client.get("/api/garments/red-tee/photo.jpg", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", "not-found"),
        ("/api/garments/no-such/photo.jpg", "unknown-garment"),
        ("/api/garments/..%2f..%2fshop.json/photo.jpg", "unknown-garment"),
        ("/api/garments/red-tee/shop.json", "not-found"),
        ("/api/garments/red-tee/..%2fpassport.json", "not-found"),
        ("/assets/..%2f..%2fshop%2fshop.json", "not-found"),
        ("/..%2fshop%2fshop.json", "not-found"),
        ("/assets/", "not-found"),
        ("/%00", "not-found"),
        ("/" + "a" * 3000, "not-found"),
    ],
)
async def test_what_is_not_there_is_said_not_to_be_there(client, path, code):
    answer = await client.get(path)
    assert answer.status == 404
    said = await answer.json()
    assert said["code"] == code
    assert said["sentence"]["ko"]


@pytest.mark.parametrize("name", ["../shop/shop.json", "/etc/passwd", "assets", "a\0b", "a" * 5000, "assets/../../x"])
def test_no_name_leads_out_of_the_pages(pages, name):
    assert find_page(pages, name) is None


def test_a_link_that_leads_out_of_the_pages_is_not_followed(pages):
    (pages / "link").symlink_to("/etc/hostname")
    assert find_page(pages, "link") is None


async def test_a_cutout_that_is_missing_is_said_to_be_missing(client, tmp_path):
    (tmp_path / "shop" / "garments" / "red-tee" / "cutout.png").unlink()
    answer = await client.get("/api/garments/red-tee/cutout.png")
    assert (answer.status, (await answer.json())["code"]) == (404, "no-picture")


async def test_every_answer_carries_the_headers_of_safety(client):
    for path in ("/", "/assets/mirror.js", "/api/garments", "/api/garments/red-tee/photo.jpg", "/nothing", "/healthz"):
        answer = await client.get(path)
        assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS, path
    policy = SAFE_HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "camera=(self)" in SAFE_HEADERS["Permissions-Policy"]


async def test_health_tells_how_much_there_is_to_do(client):
    answer = await client.get("/healthz")
    assert await answer.json() == {"status": "ok", "sessions": 0, "sessions_most": 8, "garments": 2}


async def test_health_says_when_all_places_are_taken(aiohttp_client, tmp_path):
    here = await start_mirror(aiohttp_client, tmp_path, sessions_most=1)
    await (await here.open()).dressed()
    assert (await (await here.client.get("/healthz")).json())["status"] == "full"


async def test_the_demo_clip_is_served_in_parts_as_browsers_ask_for_it(client, tmp_path):
    assert (await client.get("/demo/shopper.webm")).status == 404
    (tmp_path / "shop" / "shopper.webm").write_bytes(bytes(range(100)))
    part = await client.get("/demo/shopper.webm", headers={"Range": "bytes=10-19"})
    assert (part.status, part.content_type) == (206, "video/webm")
    assert await part.read() == bytes(range(10, 20))


async def test_pages_that_are_not_built_are_said_to_be_missing_and_the_rest_works(aiohttp_client, tmp_path):
    here = await start_mirror(aiohttp_client, tmp_path)
    answer = await here.client.get("/")
    assert answer.status == 503
    assert "run `make setup`" in (await answer.json())["sentence"]["en"]
    await (await here.open()).dressed()


def test_every_sentence_comes_in_both_languages_with_the_same_values():
    for code, (en, ko) in SENTENCES.items():
        assert set(re.findall(r"\{(\w+)", en)) == set(re.findall(r"\{(\w+)", ko)), code
        assert re.fullmatch(r"[a-z-]+", code)
        assert re.search(r"[가-힣]", ko)
        assert en.rstrip().endswith(".")
    assert say("too-many-frames", most=60.0).en.startswith("More than 60 frames")


# --- settings


def test_settings_come_from_the_environment():
    config = Config.from_environment(
        {"GEOUL_IDLE_SECS": "2.5", "GEOUL_SESSIONS_MOST": "3", "GEOUL_ALLOWED_ORIGINS": "https://a.example, https://b"}
    )
    assert (config.idle_secs, config.sessions_most) == (2.5, 3)
    assert config.allowed_origins == ("https://a.example", "https://b")
    assert Config.from_environment({}) == Config()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "many"),
        ("WORKERS", "0"),
        ("WORKERS", "2.5"),
        ("IDLE_SECS", "-1"),
        ("IDLE_SECS", "nan"),
        ("IDLE_SECS", "inf"),
        ("PREVIEW_QUALITY", "101"),
        ("MESSAGE_BYTES_MOST", ""),
    ],
)
def test_a_bad_setting_is_refused_with_its_name_value_and_rule(name, value):
    with pytest.raises(RefusedError) as refusal:
        Config.from_environment({PREFIX + name: value})
    assert refusal.value.code == "bad-setting"
    assert f"{PREFIX}{name} is '{value}' but must be" in refusal.value.sentence


def test_every_setting_is_explained():
    explained = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name in Config.__dataclass_fields__:
        assert f"`{PREFIX}{name.upper()}`" in explained, name


def test_every_notice_and_close_code_is_explained():
    explained = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    http_only = {"foreign-origin", "no-websocket", "closing", "not-found", "no-picture", "pages-not-built"}
    for code in SENTENCES.keys() - http_only:
        assert f"`{code}`" in explained, code
    for close in CloseCode:
        assert f"| {close.value} |" in explained, close
    for kind in Kind:
        assert f"| {kind.value} | {kind.name.lower()} |" in explained, kind


# --- start and stop


async def test_a_port_in_use_is_refused_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RefusedError, match=f"port {port} is in use") as refusal:
            reserve("127.0.0.1", port)
    assert refusal.value.code == "port-in-use"


def test_an_address_that_is_not_ours_is_refused_in_one_sentence():
    with pytest.raises(RefusedError, match=r"cannot listen on '192\.0\.2\.1'") as refusal:
        reserve("192.0.2.1", 0)
    assert refusal.value.code == "bad-address"


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://localhost:80/"), ("::1", "http://localhost:80/"), ("192.0.2.1", "http://192.0.2.1:80/"),
     ("2001:db8::1", "http://[2001:db8::1]:80/")],
)  # fmt: skip
def test_the_greeting_names_an_address_that_can_be_opened(host, address):
    first, *rest = greet(host, 80, Catalog(skipped=["tee is left out."]))
    assert f"open {address} " in first
    assert any("need HTTPS" in line for line in rest) == (host != "::1")
    assert rest[-1] == "tee is left out."


def test_a_missing_pose_model_is_refused_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(LandmarkerPool.__init__, "__defaults__", (tmp_path / "none.task",))
    with pytest.raises(RefusedError, match="run `make setup`") as refusal:
        open_engine()
    assert refusal.value.code == "no-pose-model"


async def test_the_service_prints_its_address_and_goes_when_told_to(capsys, tmp_path):
    place = reserve("127.0.0.1", 0)
    running = asyncio.create_task(run(QuickEngine(), read_catalog(tmp_path), Config(), place, "127.0.0.1"))
    said = ""
    while "open http://" not in said:
        await asyncio.sleep(0.02)
        said += capsys.readouterr().out
    assert f"open http://localhost:{place.getsockname()[1]}/ (0 garments)" in said
    assert "The shop is empty: `make setup` builds" in said
    signal.raise_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        await running


def test_the_command_line_ends_with_2_and_one_line_when_the_port_is_taken(monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["geoul", "serve", "--port", str(port)])
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 2
    said = capsys.readouterr()
    assert f"port {port} is in use" in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0), "a crash would write shoppers' pictures to disk"


async def test_a_frame_of_the_largest_usual_camera_fits_the_default_limits(aiohttp_client, tmp_path):
    page = await (await start_mirror(aiohttp_client, tmp_path)).open()
    await page.dressed(make_jpeg(1920, 1200))
    assert page.notices == []
