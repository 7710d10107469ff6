"""The wire format: the same bytes for Python and TypeScript, and a sentence for whatever is not a message."""

import json
import math
import random
import struct
from pathlib import Path

import pytest

from server.errors import BadInputError, Sentence
from server.streaming.protocol import (
    GARMENTS_MOST,
    HEADER,
    FrameMessage,
    Kind,
    NoticeMessage,
    PreviewMessage,
    StatusMessage,
    WearMessage,
    Wish,
    WornGarment,
    pack,
    parse_client,
    parse_server,
)

FIXTURES = Path(__file__).parent / "fixtures"
TINY_JPEG = bytes.fromhex("ffd8ffd9")

MESSAGES = {
    "frame": FrameMessage(7, 1.25, TINY_JPEG),
    "preview": PreviewMessage(4294967295, 12.5, TINY_JPEG),
    "wear": WearMessage((Wish("linen-shirt"), Wish("rib-knit"))),
    "wear_outfit": WearMessage(
        (Wish("chinos"), Wish("linen-shirt", tucked=True), Wish("trench", is_open=False), Wish("blazer", True, True))
    ),
    "wear_nothing": WearMessage(()),
    "status": StatusMessage(
        True,
        (WornGarment("rib-knit", None, True), WornGarment("trench", False, False)),
        {"detect": 16.5, "fit": 0.75},
        24.5,
        3,
    ),
    "notice": NoticeMessage("broken-jpeg", Sentence("The picture is damaged.", "사진이 손상되었습니다.")),
}


def frame_bytes(**changes):
    """A good frame with one field of its header changed."""
    header = {"version": 1, "kind": 1, "reserved": 0, "sequence": 1, "secs": 2.0, "size": len(TINY_JPEG)} | changes
    return HEADER.pack(*header.values()) + TINY_JPEG


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_the_bytes_of_the_fixtures(name):
    assert bytes(MESSAGES[name]) == (FIXTURES / f"{name}.bin").read_bytes()


@pytest.mark.parametrize("name", MESSAGES)
def test_the_bytes_of_the_fixtures_are_the_messages(name):
    message = MESSAGES[name]
    assert type(message).parse((FIXTURES / f"{name}.bin").read_bytes()) == message


def test_a_header_is_laid_out_byte_by_byte_as_the_protocol_says():
    data = bytes(FrameMessage(0x01020304, 1.0, TINY_JPEG))
    assert HEADER.size == 20
    assert list(data[:20]) == [1, 1, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 4, 0, 0, 0]
    assert data[20:] == TINY_JPEG


def test_a_page_sends_frames_and_wishes_and_a_server_the_rest():
    for name in ("frame", "wear", "wear_outfit", "wear_nothing"):
        assert parse_client(bytes(MESSAGES[name])) == MESSAGES[name]
    for name in ("preview", "status", "notice"):
        assert parse_server(bytes(MESSAGES[name])) == MESSAGES[name]


def test_a_capture_time_that_is_no_number_is_carried_as_it_came():
    message = parse_client(frame_bytes(secs=math.nan))
    assert isinstance(message, FrameMessage)
    assert math.isnan(message.capture_secs)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "message-too-short", "0 bytes in all"),
        (b"\x01" * 19, "message-too-short", "19 bytes in all"),
        (frame_bytes(version=2), "wrong-version", "speaks version 2"),
        (frame_bytes(kind=77), "unknown-kind", "not of kind 77"),
        (frame_bytes(kind=2), "unknown-kind", "not of kind 2"),
        (frame_bytes(reserved=9), "wrong-header", "not 9"),
        (frame_bytes(size=200), "wrong-size", "a payload of 200 bytes, but 4 follow"),
        (frame_bytes(size=0xFFFFFFFF), "wrong-size", "but 4 follow"),
        (frame_bytes(size=3), "wrong-size", "a payload of 3 bytes, but 4 follow"),
    ],
)
def test_bytes_that_are_no_message_are_refused_with_value_and_rule(data, code, words):
    with pytest.raises(BadInputError, match=words) as refusal:
        parse_client(data)
    assert refusal.value.code == code
    assert refusal.value.words.ko != refusal.value.words.en


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"garments": "shirt"}',
        b'{"garments": [1]}',
        b'{"garments": [["a"]]}',
        b'{"garments": [{}]}',
        b'{"garments": [{"id": 7}]}',
        b'{"garments": [{"id": "a", "open": "yes"}]}',
        b'{"garments": [{"id": "a", "open": 1}]}',
        b'{"garments": [{"id": "a", "tucked": null}]}',
        b'{"garments": [{"id": "a", "size": "M"}]}',
        b"[" * 4000,
        b'{"garments": [' + b'"a",' * GARMENTS_MOST + b'"b"]}',
        b'{"garments": ["' + b"a" * 5000 + b'"]}',
    ],
)
def test_a_wish_that_is_no_list_of_ids_is_refused(payload):
    with pytest.raises(BadInputError) as refusal:
        parse_client(pack(Kind.WEAR, payload))
    assert refusal.value.code == "bad-wear"
    assert '{"garments": ["id", ' in refusal.value.sentence


def wish_for(*garments):
    return parse_client(pack(Kind.WEAR, json.dumps({"garments": garments}).encode()))


def test_a_garment_wished_for_twice_is_worn_once_as_it_was_said_last():
    assert wish_for("a", "b", "a") == WearMessage((Wish("a"), Wish("b")))
    assert wish_for("a", {"id": "a", "tucked": True}) == WearMessage((Wish("a", tucked=True),))


def test_a_wish_without_options_is_the_id_alone():
    assert wish_for({"id": "a"}, {"id": "b", "open": None, "tucked": False}) == wish_for("a", "b")
    assert b'["a",{"id":"b","open":false}]' in bytes(WearMessage((Wish("a"), Wish("b", is_open=False))))


def test_half_a_letter_in_a_notice_does_not_break_it():
    notice = NoticeMessage("unknown-garment", Sentence("no \ud800", "no \ud800"))
    assert NoticeMessage.parse(bytes(notice)).sentence.en == "no ?"


def test_random_bytes_are_a_message_or_refused_and_nothing_else():
    chance = random.Random(2)
    good = [bytes(MESSAGES[name]) for name in ("frame", "wear")]
    parsed = 0
    for _ in range(20_000):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data
        try:
            parse_client(bytes(data))
            parsed += 1
        except BadInputError:
            pass
    assert 1000 < parsed < 20_000


def test_header_and_fixture_agree_on_little_endian():
    assert struct.unpack_from("<I", (FIXTURES / "preview.bin").read_bytes(), 4) == (4294967295,)


if __name__ == "__main__":
    for name, message in MESSAGES.items():
        (FIXTURES / f"{name}.bin").write_bytes(bytes(message))
