"""Takes uploads in: known by their first bytes, measured while they come, never held in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, MultipartReader, web

from garments.kinds import get_kind
from server.config import Config
from server.errors import BadInputError, shorten
from server.studio.size_text import tidy_table
from server.studio.tasks import SIZES
from server.studio.work import UNTITLED, Work, tidy_title, title_of

CHUNK_BYTES = 256 * 1024
WORD_BYTES = 2000
TABLE_BYTES = 200_000
PHOTOS = ("jpg", "png", "webp")
MB = 1024 * 1024


@dataclass
class Upload:
    """What one request brought, in a folder of its own."""

    folder: Path
    source: str | None = None
    back: str | None = None
    file_name: str = ""
    title: str = ""
    kind: str = ""
    materials: str = ""
    sizes: str = ""

    def make_work(self) -> Work:
        """The garment that is to be made of it.

        Raises:
            BadInputError: `upload-empty`.
            RefusedError: `unknown-kind`.
        """
        if self.source is None:
            raise BadInputError("upload-empty")
        if self.kind:
            get_kind(self.kind)
        if self.back and self.source.endswith(".glb"):
            raise BadInputError("mesh-has-back")
        if self.sizes:
            (self.folder / SIZES).write_text(tidy_table(self.sizes), encoding="utf-8")
        return Work(
            id=self.folder.name,
            title=tidy_title(self.title) or title_of(self.file_name) or UNTITLED,
            source=self.source,
            created_secs=time.time(),
            kind=self.kind or None,
            kind_is_given=bool(self.kind),
            back=self.back,
            has_sizes=bool(self.sizes),
            materials=tidy_materials(self.materials),
        )


def tidy_materials(text: str) -> str | None:
    """Such as `60 % cotton, 40 % linen`, on one line."""
    words = tidy_title(text, most=200)
    return None if words is None else words.en


async def receive(request: web.Request, folder: Path, config: Config) -> Upload:
    """Read an upload, raw or as a form.

    Raises:
        BadInputError: `upload-too-large`, `upload-too-slow`, `upload-unknown`, `upload-not-a-photo`, `upload-empty` or
            `bad-request`.
    """
    upload = Upload(folder)
    try:
        async with asyncio.timeout(config.studio_upload_secs):
            if request.content_type.startswith("multipart/"):
                await _read_form(request, upload, config)
            else:
                query = request.query
                upload.file_name, upload.title = query.get("name", ""), query.get("title", "")
                upload.kind, upload.materials = query.get("kind", ""), query.get("materials", "")
                chunks = request.content.iter_chunked(CHUNK_BYTES)
                upload.source = await save(chunks, folder, "photo", upload.file_name, config)
    except TimeoutError:
        raise BadInputError("upload-too-slow", secs=config.studio_upload_secs) from None
    return upload


async def _read_form(request: web.Request, upload: Upload, config: Config) -> None:
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, MultipartReader):
                raise ValueError("a form within a form")
            await _take_part(part, upload, config)
    except (ValueError, AssertionError, UnicodeDecodeError, LookupError) as error:
        raise BadInputError("bad-request", why=shorten(str(error) or "it is no form")) from None


async def _take_part(part: BodyPartReader, upload: Upload, config: Config) -> None:
    name = part.name or ""
    if name in ("photo", "mesh", "file"):
        upload.file_name = part.filename or upload.file_name
        upload.source = await save(_chunks(part), upload.folder, "photo", upload.file_name, config)
    elif name == "back":
        upload.back = await save(_chunks(part), upload.folder, "back-photo", part.filename or "", config, mesh=False)
    elif name == "sizes":
        upload.sizes = (await _read_text(part, TABLE_BYTES, "sizes")).strip()
    elif name in ("kind", "title", "materials"):
        setattr(upload, name, (await _read_text(part, WORD_BYTES, name)).strip())
    else:
        raise ValueError(f"a form has no field {name!r}")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK_BYTES):
        yield chunk


async def _read_text(part: BodyPartReader, most: int, name: str) -> str:
    content = bytearray()
    async for chunk in _chunks(part):
        content += chunk
        if len(content) > most:
            raise BadInputError("upload-too-large", name=name, most=f"{most / MB:.1f}")
    return content.decode("utf-8-sig")


async def save(
    chunks: AsyncIterator[bytes], folder: Path, stem: str, said_name: str, config: Config, *, mesh: bool = True
) -> str:
    """Write what comes to a file whose ending says what it is, and return its name.

    Raises:
        BadInputError: `upload-empty`, `upload-unknown`, `upload-not-a-photo` or `upload-too-large`.
    """
    shown = shorten(title_of(said_name).en) if said_name else stem
    rest = aiter(chunks)
    head = bytearray()
    while len(head) < 12 and (chunk := await anext(rest, None)) is not None:
        head += chunk
    if not head:
        raise BadInputError("upload-empty")
    ending = sniff(bytes(head[:12]))
    if ending is None or (ending == "glb" and not mesh):
        raise BadInputError("upload-unknown" if mesh else "upload-not-a-photo", name=shown)
    most = config.studio_mesh_bytes_most if ending == "glb" else config.studio_photo_bytes_most
    path, size = folder / f"{stem}.{ending}", len(head)
    with path.open("wb") as file:
        chunk = bytes(head)
        while chunk is not None:
            if size > most:
                raise BadInputError("upload-too-large", name=shown, most=f"{most / MB:g}")
            await asyncio.to_thread(file.write, chunk)
            chunk = await anext(rest, None)
            size += len(chunk or b"")
    return path.name


def sniff(head: bytes) -> str | None:
    """What a file's first twelve bytes make of it: `jpg`, `png`, `webp`, `glb` or nothing that we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:] == b"WEBP":
        return "webp"
    return "glb" if head.startswith(b"glTF") else None
