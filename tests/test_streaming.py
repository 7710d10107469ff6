"""The mirror's WebSocket: newest frame first, clothes at once, and no input that a session does not survive."""

import asyncio
import contextlib
import logging
import math
import socket
from dataclasses import replace

import numpy as np
import pytest
from skimage.data import astronaut

from garments.garment import save_garment
from server.catalog.catalog import read_catalog
from server.commands.serve import open_engine
from server.config import Config
from server.encode import decode_jpeg, encode_jpeg
from server.streaming.connection import is_welcome
from server.streaming.dresser import Dresser, DresserClosedError
from server.streaming.protocol import HEADER, FrameMessage, Kind, WearMessage, Wish, WornGarment, pack
from tests.bad_pictures import BAD_PICTURES
from tests.dressing import square
from tests.mirror_kit import COLOURS, PATIENCE_SECS, QuickEngine, make_jpeg, make_shop, start_mirror


@pytest.fixture
def mirror(aiohttp_client, tmp_path):
    """Starts a server with given settings."""

    async def start(engine=None, **settings):
        return await start_mirror(aiohttp_client, tmp_path, engine, **settings)

    return start


def colour_of(preview):
    return decode_jpeg(preview.jpeg)[4:-4, 4:-4].mean((0, 1))


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://shop.example:8080", True),
        ("https://shop.example:8080", True),
        ("https://partner.example", True),
        ("http://shop.example", False),
        ("http://evil.example", False),
        ("http://shop.example:8080.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_and_listed_pages_are_welcome(origin, welcome):
    assert is_welcome(origin, "shop.example:8080", ["https://partner.example"]) is welcome


# --- sessions


async def test_a_frame_comes_back_dressed_with_its_sequence_and_capture_time(mirror):
    page = await (await mirror()).open()
    await page.wear("red-tee")
    sequence = await page.send_frame(secs=123.456)
    preview = await page.preview()
    assert (preview.sequence, preview.capture_secs) == (sequence, 123.456)
    assert np.abs(colour_of(preview) - COLOURS["red-tee"]).max() < 8


async def test_other_clothes_are_on_from_the_next_frame_without_reconnecting(mirror):
    page = await (await mirror()).open()
    for name in ("red-tee", "blue-knit", "red-tee"):
        await page.wear(name)
        preview = await page.dressed()
        assert np.abs(colour_of(preview) - COLOURS[name]).max() < 8
    jpeg = make_jpeg()
    await page.wear()
    assert (await page.dressed(jpeg)).jpeg == jpeg


async def test_nobody_in_view_gives_the_cameras_own_bytes_back(mirror):
    engine = QuickEngine()
    engine.somebody = False
    page = await (await mirror(engine)).open()
    await page.wear("red-tee")
    jpeg = make_jpeg(colour=(1, 2, 3))
    assert (await page.dressed(jpeg)).jpeg == jpeg


async def test_the_status_comes_at_once_on_every_change_and_every_second(mirror):
    engine = QuickEngine()
    page = await (await mirror(engine, status_secs=0.2)).open()
    first = await page.status()
    assert (first.pose_found, first.worn, first.fps, first.dropped) == (False, (), 0, 0)
    await page.wear("red-tee")
    await page.dressed()
    while not page.statuses[-1].pose_found:
        await page.status()
    last = page.statuses[-1]
    assert last.worn == (WornGarment("red-tee", None, False),)
    assert set(last.stage_ms) == {"detect", "decode", "encode"}
    engine.somebody = False
    await page.dressed()
    while page.statuses[-1].pose_found:
        await page.status()
    count = len(page.statuses)
    await page.status()
    await page.status()
    assert len(page.statuses) == count + 2


async def test_a_slow_session_drops_frames_and_answers_the_newest(mirror):
    page = await (await mirror(QuickEngine(delay_secs=0.3))).open()
    begun = asyncio.get_running_loop().time()
    for _ in range(20):
        newest = await page.send_frame()
    sending_secs = asyncio.get_running_loop().time() - begun
    answered = [(await page.preview()).sequence]
    while answered[-1] != newest:
        answered.append((await page.preview()).sequence)
    assert answered == sorted(answered)
    assert len(answered) <= 2 + sending_secs / 0.3
    while page.statuses[-1].dropped < 20 - len(answered):
        await page.status()
    assert page.statuses[-1].dropped == 20 - len(answered)


async def test_computing_never_holds_up_the_event_loop_or_other_shoppers(mirror):
    here = await mirror(QuickEngine(delay_secs=1.5))
    page = await here.open()
    await page.send_frame()
    await asyncio.sleep(0.05)
    begun = asyncio.get_running_loop().time()
    assert await here.sessions() == 1
    assert asyncio.get_running_loop().time() - begun < 1
    await page.preview()
    assert all(name.startswith("dress") for name in here.engine.opened[0].threads)


async def test_each_shopper_wears_their_own(mirror):
    here = await mirror()
    first, second = await here.open(), await here.open()
    await first.wear("red-tee")
    await second.wear("blue-knit")
    previews = await asyncio.gather(first.dressed(), second.dressed())
    for preview, name in zip(previews, ("red-tee", "blue-knit"), strict=True):
        assert np.abs(colour_of(preview) - COLOURS[name]).max() < 8
    assert len(here.engine.opened) == 2


async def test_a_camera_may_turn_and_the_shopper_is_looked_for_anew_in_the_same_clothes(mirror):
    here = await mirror()
    page = await here.open()
    await page.wear("red-tee")
    for size in ((128, 96), (96, 128), (641, 359)):
        for _ in range(2):
            preview = await page.dressed(make_jpeg(*size))
            assert np.abs(colour_of(preview) - COLOURS["red-tee"]).max() < 8
    assert [one.shapes for one in here.engine.opened] == [[(96, 128, 3)] * 2, [(128, 96, 3)] * 2, [(359, 641, 3)] * 2]
    assert [one.closed for one in here.engine.opened] == [1, 1, 0]


async def test_strange_time_stamps_are_echoed_but_never_reach_the_stages(mirror):
    here = await mirror()
    page = await here.open()
    stamps = [5.0, 4.0, math.nan, math.inf, -math.inf, 1e308, 5.0, 5.0]
    for secs in stamps:
        preview = await page.dressed(secs=secs)
        assert preview.capture_secs == secs or math.isnan(secs)
    steps = np.diff(here.engine.opened[0].times)
    assert (steps > 0).all() and (steps < 10).all()


# --- what a session survives


BAD_MESSAGES = {
    "empty": (b"", "message-too-short"),
    "short": (b"\1\1\0", "message-too-short"),
    "version": (HEADER.pack(9, 1, 0, 1, 0.0, 0), "wrong-version"),
    "kind": (HEADER.pack(1, 200, 0, 1, 0.0, 0), "unknown-kind"),
    "size": (HEADER.pack(1, 1, 0, 1, 0.0, 77), "wrong-size"),
    "text": ("hello", "not-binary"),
    "json": (pack(Kind.WEAR, b"{"), "bad-wear"),
    "garment": (bytes(WearMessage((Wish("linen-shrit"),))), "unknown-garment"),
    "path": (bytes(WearMessage((Wish("../../etc/passwd"),))), "unknown-garment"),
    **{name: (bytes(FrameMessage(1, 0.0, jpeg)), code) for name, (jpeg, code) in BAD_PICTURES.items()},
}


async def test_each_bad_message_gets_one_sentence_and_the_session_goes_on(mirror):
    page = await (await mirror(picture_px_most=1_000_000)).open()
    await page.wear("red-tee")
    for name, (data, code) in BAD_MESSAGES.items():
        if isinstance(data, str):
            await page.socket.send_str(data)
        else:
            await page.socket.send_bytes(data)
        notice = await page.notice()
        assert notice.code == code, name
        assert notice.sentence.en and notice.sentence.ko != notice.sentence.en
        assert np.abs(colour_of(await page.dressed()) - COLOURS["red-tee"]).max() < 8, name
    assert len(page.notices) == len(BAD_MESSAGES)


async def test_a_wish_for_an_unknown_garment_names_what_there_is(mirror):
    page = await (await mirror()).open()
    await page.wear("linen-shrit")
    assert (await page.notice()).sentence.en == (
        "There is no garment 'linen-shrit'; the catalog has: red-tee, blue-knit."
    )


async def test_a_garment_with_broken_files_is_refused_and_the_old_one_stays_on(mirror, tmp_path):
    page = await (await mirror()).open()
    await page.wear("red-tee")
    await page.dressed()
    (tmp_path / "shop" / "garments" / "blue-knit" / "garment.glb").write_bytes(b"not a garment")
    await page.wear("blue-knit")
    preview = await page.dressed()
    assert [notice.code for notice in page.notices] == ["garment-unusable"]
    assert np.abs(colour_of(preview) - COLOURS["red-tee"]).max() < 8
    await page.dressed()
    assert len(page.notices) == 1


async def test_what_cannot_be_worn_together_is_said_in_both_languages_and_the_old_clothes_stay_on(mirror):
    page = await (await mirror()).open()
    await page.wear("red-tee")
    await page.dressed()
    await page.wear("red-tee", "blue-knit")
    preview = await page.dressed()
    (notice,) = page.notices
    assert notice.code == "cannot-wear-together"
    assert notice.sentence.en == "red-tee and blue-knit are both of the kind t-shirt: take one of them off."
    assert notice.sentence.ko == "같은 종류의 옷은 하나만 입을 수 있어요: 옷, 옷. 둘 중 하나를 벗어 주세요."
    assert np.abs(colour_of(preview) - COLOURS["red-tee"]).max() < 8
    await page.status()
    assert page.statuses[-1].worn == (WornGarment("red-tee", None, False),)
    await page.wear(Wish("red-tee", tucked=True))
    await page.dressed()
    assert "neither trousers nor a skirt" in page.notices[-1].sentence.en
    await page.wear(Wish("blue-knit", is_open=True))
    assert np.abs(colour_of(await page.dressed()) - COLOURS["blue-knit"]).max() < 8


async def test_too_many_bad_messages_in_a_row_end_the_session_with_a_reason(mirror):
    here = await mirror(bad_messages_most=5)
    page = await here.open()
    for _ in range(5):
        await page.socket.send_bytes(b"rubbish")
    code, reason = await page.ending()
    assert code == 1003
    assert reason == "5 messages in a row could not be used (message-too-short)"
    assert len(page.notices) == 5
    assert await here.empties()


async def test_a_fault_of_our_own_is_confessed_and_the_shopper_dressed_again(mirror, caplog):
    here = await mirror()
    page = await here.open()
    await page.wear("red-tee")
    await page.dressed()
    here.engine.broken = True
    with caplog.at_level(logging.ERROR):
        await page.send_frame()
        assert (await page.notice()).code == "failed"
    assert "ZeroDivisionError" in caplog.text
    here.engine.broken = False
    assert np.abs(colour_of(await page.dressed()) - COLOURS["red-tee"]).max() < 8
    assert here.engine.opened[0].closed == 1


async def test_a_fault_that_does_not_go_away_ends_the_session_as_our_fault(mirror):
    here = await mirror(bad_messages_most=3)
    here.engine.broken = True
    page = await here.open()
    for _ in range(3):
        await page.send_frame()
        await page.notice()
    assert (await page.ending())[0] == 1011
    assert await here.empties()


async def test_nothing_of_a_frame_gets_into_the_log(mirror, caplog):
    here = await mirror()
    here.engine.broken = True
    page = await here.open()
    with caplog.at_level(logging.DEBUG):
        await page.send_frame(make_jpeg() + b"canary-in-the-frame")
        await page.notice()
        await page.socket.send_bytes(bytes(FrameMessage(2, 0.0, b"canary-in-the-frame")))
        await page.notice()
    assert "canary" not in caplog.text


# --- limits


async def test_a_message_above_the_limit_closes_with_1009(mirror):
    here = await mirror(message_bytes_most=50_000)
    page = await here.open()
    await page.dressed(make_jpeg() + b"\0" * 40_000)
    await page.send_frame(b"\xff\xd8\xff" + b"\0" * 60_000)
    assert (await page.ending())[0] == 1009
    assert await here.empties()


async def test_frames_above_the_rate_are_dropped_with_a_warning_a_second_at_most(mirror):
    here = await mirror(frames_per_sec_most=1.0)
    page = await here.open()
    begun = asyncio.get_running_loop().time()
    for _ in range(60):
        await page.send_frame()
    assert (await page.notice()).code == "too-many-frames"
    while page.statuses[-1].dropped + here.engine.steps < 60:
        await page.status()
    passed_secs = asyncio.get_running_loop().time() - begun
    assert here.engine.steps <= 1 + passed_secs
    assert len(page.notices) <= 1 + passed_secs
    await asyncio.sleep(1.1)
    await page.dressed()


async def test_a_flood_ends_the_session(mirror):
    here = await mirror(messages_per_sec_most=2.0)
    page = await here.open()
    for _ in range(80):
        await page.wear()
    code, reason = await page.ending()
    assert (code, reason) == (1008, "more than 2 messages a second")
    assert await here.empties()


async def test_a_silent_page_is_let_go(mirror):
    here = await mirror(idle_secs=0.3)
    page = await here.open()
    assert await page.ending() == (4408, "nothing came for 0.3 seconds")
    assert await here.empties()


async def test_a_vanished_page_frees_its_place(mirror):
    here = await mirror(ping_secs=0.5)
    await here.open(autoping=False)
    assert await here.sessions() == 1
    assert await here.empties()


async def test_a_page_that_only_sends_cannot_make_the_memory_grow_and_is_ended(mirror):
    here = await mirror(send_secs=0.3, status_secs=0.1)
    rng = np.random.default_rng(3)
    jpeg = encode_jpeg(rng.integers(0, 255, (720, 1280, 3), dtype=np.uint8), quality=90)
    assert len(jpeg) > 500_000
    raw = await open_deaf(here.client.server.port)
    sending = asyncio.create_task(send_for_ever(raw, masked(bytes(FrameMessage(1, 0.0, jpeg)))))
    held = []
    try:
        async with asyncio.timeout(PATIENCE_SECS):
            while await here.sessions() or not held:
                held.append(buffered(here))
                await asyncio.sleep(0.02)
        assert here.engine.steps > 3
        # More than nothing, or the kernel took it all and nothing was put to the test; how much more is its affair.
        assert 0 < max(held) < len(jpeg) + 128 * 1024
        assert await here.empties()
    finally:
        sending.cancel()
        raw.close()


async def send_for_ever(raw, frame):
    """Send the same bytes until the other side has gone."""
    with contextlib.suppress(ConnectionError):
        while True:
            await asyncio.get_running_loop().sock_sendall(raw, frame)
            await asyncio.sleep(0.01)


def buffered(here):
    """Most bytes that wait in the server for a page to read them."""
    transports = [connection.transport for connection in here.client.server.handler.connections]
    return max(one.get_write_buffer_size() for one in transports if one is not None)


async def open_deaf(port):
    """A raw connection that has upgraded and never reads again."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", port))
    request = (
        "GET /api/mirror HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await loop.sock_sendall(raw, request.encode())
    assert b"101" in await loop.sock_recv(raw, 64)
    return raw


def masked(payload):
    """One binary WebSocket frame as a browser sends it, under a mask of zeros."""
    return b"\x82\xff" + len(payload).to_bytes(8, "big") + b"\0\0\0\0" + payload


async def test_a_full_house_says_so_and_has_room_again_when_somebody_leaves(mirror):
    here = await mirror(sessions_most=1)
    first = await here.open()
    await first.dressed()
    second = await here.open()
    notice = await second.notice()
    assert (notice.code, notice.sentence.en) == (
        "full", "All 1 places at the mirror are taken; please try again in a moment."
    )  # fmt: skip
    assert (await second.ending())[0] == 1013
    await first.socket.close()
    assert await here.empties()
    await (await here.open()).dressed()


async def test_pages_of_other_shops_are_turned_away(mirror):
    here = await mirror()
    answer = await here.client.get("/api/mirror", headers={"Origin": "http://evil.example"})
    assert answer.status == 403
    assert (await answer.json())["sentence"]["en"] == "Pages of http://evil.example may not use this mirror."
    own = f"http://127.0.0.1:{here.client.server.port}"
    await (await here.open(headers={"Origin": own})).dressed()


async def test_a_plain_request_to_the_mirror_is_told_what_it_is(mirror):
    answer = await (await mirror()).client.get("/api/mirror")
    assert answer.status == 426
    assert (await answer.json())["code"] == "no-websocket"


# --- endings


def test_a_frame_that_was_on_its_way_when_the_session_ended_opens_nothing_anew(tmp_path):
    engine = QuickEngine()
    dresser = Dresser(engine, read_catalog(make_shop(tmp_path / "shop")), Config())
    frame = FrameMessage(1, 0.0, make_jpeg())
    dresser.dress(frame)
    dresser.close()
    with pytest.raises(DresserClosedError):
        dresser.dress(frame)
    assert [one.closed for one in engine.opened] == [1]


async def test_whatever_a_connection_held_is_given_back_however_it_ends(mirror):
    here = await mirror(QuickEngine(delay_secs=0.05))
    for ending in ("close", "in the middle of a frame", "cut"):
        page = await here.open()
        await page.dressed()
        if ending == "in the middle of a frame":
            await page.send_frame()
        if ending == "cut":
            page.socket._response.connection.transport.abort()
        await page.socket.close()
    assert await here.empties()
    assert len(here.engine.opened) == 3


async def test_many_visits_leave_nothing_behind(mirror):
    here = await mirror()
    tasks = len(asyncio.all_tasks())
    for _ in range(50):
        page = await here.open()
        await page.dressed()
        await page.socket.close()
    assert await here.empties()
    assert len(here.engine.opened) == 50
    assert len(asyncio.all_tasks()) <= tasks + 2


async def test_a_closing_server_sends_everybody_home_with_1001(mirror):
    here = await mirror()
    pages = [await here.open() for _ in range(3)]
    for page in pages:
        await page.dressed()
    endings = asyncio.gather(*(page.ending() for page in pages))
    await here.client.server.close()
    assert [code for code, _ in await endings] == [1001, 1001, 1001]
    assert all(one.closed == 1 for one in here.engine.opened)


# --- with the real stages


@pytest.fixture(scope="module")
def real_engine():
    engine = open_engine()
    yield engine
    engine.close()


async def test_a_real_person_is_dressed_in_one_garment_after_the_other(mirror, real_engine, tmp_path):
    data = tmp_path / "shop" / "garments"
    here = await mirror(real_engine)
    for name, colour in COLOURS.items():
        cloth = replace(square(colour=(*colour, 255)), name=name)
        save_garment(replace(cloth, vertices_rest_m=cloth.vertices_rest_m * 0.15 + [0, -0.2, 1.3]), data / name)
    page = await here.open()
    person = encode_jpeg(astronaut(), quality=90)
    assert (await page.dressed(person)).jpeg == person
    for name, colour in COLOURS.items():
        await page.wear(name)
        picture = decode_jpeg((await page.dressed(person)).jpeg)
        chest = picture[260:370, 130:260].mean((0, 1))
        # The scene's light may dim the cloth, but not change its hue; the orange suit beneath would give 0.97.
        assert chest @ colour / np.linalg.norm(chest) / np.linalg.norm(colour) > 0.99, name
        assert np.abs(picture[:60, :100].astype(int) - astronaut()[:60, :100]).mean() < 6
    blank = make_jpeg(512, 512)
    assert (await page.dressed(blank)).jpeg == blank
    assert page.notices == []
