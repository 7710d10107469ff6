"""The messages between page and server, byte by byte as `docs/protocol.md` says. No I/O."""

import json
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Self

from server.errors import BadInputError, Sentence

VERSION = 1
HEADER = struct.Struct("<BBHIdI")
"""Version, kind, reserved, sequence, capture time, payload size: 20 bytes, little-endian."""
WEAR_BYTES_MOST = 4096
GARMENTS_MOST = 8


class Kind(IntEnum):
    """What a message is, by its second byte."""

    FRAME = 1
    PREVIEW = 2
    WEAR = 3
    STATUS = 4
    NOTICE = 5


class CloseCode(IntEnum):
    """Why a connection ends."""

    GOING_AWAY = 1001
    """The server is closing."""
    UNSUPPORTED = 1003
    """Too many bad messages in a row."""
    POLICY = 1008
    """Messages come far too fast, or the page has stopped reading."""
    TOO_LARGE = 1009
    """One message above the size limit."""
    INTERNAL = 1011
    """Our fault, again and again."""
    TRY_AGAIN_LATER = 1013
    """All places are taken."""
    IDLE = 4408
    """Nothing came for a while."""


@dataclass(frozen=True)
class Header:
    """The first 20 bytes of a message."""

    kind: int
    sequence: int
    capture_secs: float
    payload_size: int


@dataclass(frozen=True)
class FrameMessage:
    """A camera frame on its way to the server: JPEG as the camera sees, not mirrored."""

    sequence: int
    capture_secs: float
    """Seconds of the sender's own monotonic clock."""
    jpeg: bytes = field(repr=False)

    def __bytes__(self) -> bytes:
        return pack(Kind.FRAME, self.jpeg, self.sequence, self.capture_secs)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The frame that the bytes hold."""
        header, payload = split(data, Kind.FRAME)
        return cls(header.sequence, header.capture_secs, payload)


@dataclass(frozen=True)
class PreviewMessage:
    """The dressed frame, with the sequence and the capture time of the frame that it shows."""

    sequence: int
    capture_secs: float
    jpeg: bytes = field(repr=False)

    def __bytes__(self) -> bytes:
        return pack(Kind.PREVIEW, self.jpeg, self.sequence, self.capture_secs)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The preview that the bytes hold."""
        header, payload = split(data, Kind.PREVIEW)
        return cls(header.sequence, header.capture_secs, payload)


@dataclass(frozen=True)
class Wish:
    """One garment that the shopper wants to wear, and how."""

    id: str
    is_open: bool | None = None
    """With its front open; None as its photo shows it."""
    tucked: bool = False
    """Into the trousers or the skirt."""

    @classmethod
    def read(cls, said: Any) -> Self:
        """The wish that JSON says: an id, or an id with `open` and `tucked`."""
        if isinstance(said, str):
            return cls(said)
        if not isinstance(said, dict) or not said.keys() <= {"id", "open", "tucked"}:
            raise BadInputError("bad-wear", most=GARMENTS_MOST)
        name, is_open, tucked = said.get("id"), said.get("open"), said.get("tucked", False)
        if not isinstance(name, str) or not (is_open is None or isinstance(is_open, bool)):
            raise BadInputError("bad-wear", most=GARMENTS_MOST)
        if not isinstance(tucked, bool):
            raise BadInputError("bad-wear", most=GARMENTS_MOST)
        return cls(name, is_open, tucked)

    def write(self) -> Any:
        """The same as JSON, in its shortest form."""
        options: dict[str, Any] = {} if self.is_open is None else {"open": self.is_open}
        if self.tucked:
            options["tucked"] = True
        return {"id": self.id, **options} if options else self.id


@dataclass(frozen=True)
class WearMessage:
    """What the shopper wants to wear from the next frame on, in any order; nothing when empty."""

    garments: tuple[Wish, ...]

    def __bytes__(self) -> bytes:
        return pack_json(Kind.WEAR, {"garments": [wish.write() for wish in self.garments]})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The wishes that the bytes hold; of two for one garment the last."""
        _, payload = split(data, Kind.WEAR)
        if len(payload) > WEAR_BYTES_MOST:
            raise BadInputError("bad-wear", most=GARMENTS_MOST)
        said = read_json(payload)
        garments = said.get("garments") if isinstance(said, dict) else None
        if not isinstance(garments, list) or len(garments) > GARMENTS_MOST:
            raise BadInputError("bad-wear", most=GARMENTS_MOST)
        wishes = [Wish.read(garment) for garment in garments]
        return cls(tuple({wish.id: wish for wish in wishes}.values()))


@dataclass(frozen=True)
class WornGarment:
    """One garment that is on, and how."""

    id: str
    is_open: bool | None
    """With its front open; None for what does not open."""
    tucked: bool


@dataclass(frozen=True)
class StatusMessage:
    """How the session goes: sent on every change and once a second."""

    pose_found: bool
    worn: tuple[WornGarment, ...]
    """What is worn by now, from the skin outwards."""
    stage_ms: dict[str, float]
    fps: float
    dropped: int

    def __bytes__(self) -> bytes:
        return pack_json(
            Kind.STATUS,
            {
                "pose_found": self.pose_found,
                "garments": [one.id for one in self.worn],
                "worn": [{"id": one.id, "open": one.is_open, "tucked": one.tucked} for one in self.worn],
                "stage_ms": self.stage_ms,
                "fps": self.fps,
                "dropped": self.dropped,
            },
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The status that the bytes hold."""
        said = read_json(split(data, Kind.STATUS)[1])
        worn = tuple(WornGarment(one["id"], one["open"], one["tucked"]) for one in said["worn"])
        return cls(said["pose_found"], worn, said["stage_ms"], said["fps"], said["dropped"])


@dataclass(frozen=True)
class NoticeMessage:
    """One sentence for the shopper, with a code for programs."""

    code: str
    sentence: Sentence

    def __bytes__(self) -> bytes:
        words = {"en": self.sentence.en, "ko": self.sentence.ko}
        return pack_json(Kind.NOTICE, {"code": self.code, "sentence": words})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The notice that the bytes hold."""
        said = read_json(split(data, Kind.NOTICE)[1])
        return cls(said["code"], Sentence(said["sentence"]["en"], said["sentence"]["ko"]))


ClientMessage = FrameMessage | WearMessage
ServerMessage = PreviewMessage | StatusMessage | NoticeMessage


def parse_client(data: bytes) -> ClientMessage:
    """The message that a page has sent.

    Raises:
        BadInputError: when the bytes are not a frame and not a wish.
    """
    kind = read_header(data).kind
    if kind == Kind.FRAME:
        return FrameMessage.parse(data)
    if kind == Kind.WEAR:
        return WearMessage.parse(data)
    raise BadInputError("unknown-kind", kind=kind)


def parse_server(data: bytes) -> ServerMessage:
    """The message that a server has sent; for tests and load generators."""
    kind = read_header(data).kind
    if kind == Kind.PREVIEW:
        return PreviewMessage.parse(data)
    if kind == Kind.STATUS:
        return StatusMessage.parse(data)
    return NoticeMessage.parse(data)


def read_header(data: bytes) -> Header:
    """The header, when it can be believed."""
    if len(data) < HEADER.size:
        raise BadInputError("message-too-short", size=len(data))
    version, kind, reserved, sequence, capture_secs, size = HEADER.unpack_from(data)
    if version != VERSION:
        raise BadInputError("wrong-version", version=version)
    if reserved != 0:
        raise BadInputError("wrong-header", reserved=reserved)
    if size != len(data) - HEADER.size:
        raise BadInputError("wrong-size", promised=size, given=len(data) - HEADER.size)
    return Header(kind, sequence, capture_secs, size)


def split(data: bytes, kind: Kind) -> tuple[Header, bytes]:
    """Header and payload of a message of one kind."""
    header = read_header(data)
    if header.kind != kind:
        raise BadInputError("unknown-kind", kind=header.kind)
    return header, data[HEADER.size :]


def pack(kind: Kind, payload: bytes, sequence: int = 0, capture_secs: float = 0.0) -> bytes:
    """Header and payload in one."""
    return HEADER.pack(VERSION, kind, 0, sequence, capture_secs, len(payload)) + payload


def pack_json(kind: Kind, value: Any) -> bytes:
    """The value as JSON, in the fewest bytes; broken letters from elsewhere become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return pack(kind, text.encode("utf-8", "replace"))


def read_json(payload: bytes) -> Any:
    """What the JSON says."""
    try:
        return json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadInputError("bad-wear", most=GARMENTS_MOST) from None
