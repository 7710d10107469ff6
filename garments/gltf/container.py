"""A .glb or .gltf file taken apart: its JSON and its bytes, lengths checked, nothing fetched from elsewhere."""

import base64
import binascii
import stat
import struct
from pathlib import Path

from garments.errors import RefusedError
from garments.gltf.document import Buffer, BufferView, Document, decode_document, item

MAX_BYTES = 64 * 1024 * 1024
JSON_CHUNK, BIN_CHUNK = 0x4E4F534A, 0x004E4942
MAGIC = b"glTF"


class Container:
    """A file's document and bytes; views are handed out without being copied."""

    def __init__(self, content: bytes) -> None:
        text, self._binary = split_glb(content) if content[:4] == MAGIC else (content, None)
        self.document: Document = decode_document(text)
        self._buffers: dict[int, memoryview] = {}

    def view(self, index: int) -> tuple[memoryview, BufferView]:
        """The bytes of a buffer view, and what the file says of it."""
        view = item(self.document.buffer_views, index, "buffer view")
        content = self._buffer(view.buffer)
        if view.byte_offset + view.byte_length > len(content):
            raise RefusedError(
                "mesh-broken",
                f"Buffer view {index} reaches beyond the end of buffer {view.buffer} ({len(content)} bytes).",
            )
        return content[view.byte_offset : view.byte_offset + view.byte_length], view

    def _buffer(self, index: int) -> memoryview:
        if index not in self._buffers:
            buffer = item(self.document.buffers, index, "buffer")
            content = memoryview(self._content(index, buffer))
            if buffer.byte_length > len(content):
                raise RefusedError(
                    "mesh-broken", f"Buffer {index} claims {buffer.byte_length:,} bytes and has {len(content):,}."
                )
            self._buffers[index] = content[: buffer.byte_length]
        return self._buffers[index]

    def _content(self, index: int, buffer: Buffer) -> bytes:
        if buffer.uri is not None:
            return read_data_uri(buffer.uri, f"buffer {index}")
        if self._binary is None or index:
            raise RefusedError("mesh-broken", f"Buffer {index} has no bytes in the file.")
        return self._binary


def read_mesh_file(path: Path) -> bytes:
    """The bytes of a file of bearable size.

    Raises:
        RefusedError: `missing-file`, `unreadable-file` or `mesh-too-large`.
    """
    name = f"'{path.name[:80]}'"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError("unreadable-file", f"{name} cannot be read: it is no ordinary file.")
        if status.st_size > MAX_BYTES:
            raise RefusedError(
                "mesh-too-large", f"{name} has {status.st_size / 2**20:.0f} MiB: at most {MAX_BYTES >> 20} are read."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedError("missing-file", f"{name} does not exist.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is no file name"
        raise RefusedError("unreadable-file", f"{name} cannot be read: {why}.") from None


def split_glb(content: bytes) -> tuple[bytes, bytes | None]:
    """The JSON and the binary chunk of a GLB."""
    if len(content) < 20:
        raise RefusedError("mesh-broken", "The GLB ends within its header.")
    version, length, json_length, json_type = struct.unpack_from("<IIII", content, 4)
    if version != 2:
        raise RefusedError("mesh-broken", f"The GLB is of version {version}: version 2 is read.")
    if length != len(content):
        raise RefusedError(
            "mesh-broken", f"The GLB claims {length:,} bytes and has {len(content):,}: it is cut off or damaged."
        )
    if json_type != JSON_CHUNK:
        raise RefusedError("mesh-broken", "The GLB does not begin with its JSON.")
    end = 20 + json_length
    if end > length:
        raise RefusedError("mesh-broken", f"The GLB's JSON claims {json_length:,} bytes, more than the file has.")
    text, binary = content[20:end], None
    if end < length:
        if end + 8 > length:
            raise RefusedError("mesh-broken", "The GLB ends within a chunk's header.")
        size, kind = struct.unpack_from("<II", content, end)
        if end + 8 + size > length:
            raise RefusedError("mesh-broken", f"The GLB's second chunk claims {size:,} bytes, more than the file has.")
        if kind == JSON_CHUNK:
            raise RefusedError("mesh-broken", "The GLB has two JSON chunks.")
        binary = content[end + 8 : end + 8 + size] if kind == BIN_CHUNK else None
    return text, binary


def read_data_uri(uri: str, what: str) -> bytes:
    """The bytes that are written into the file itself.

    Raises:
        RefusedError: `mesh-outside-file` for a path or an address: nothing but the file is ever read.
    """
    if not uri.startswith("data:"):
        raise RefusedError(
            "mesh-outside-file", f"The {what} lies outside the file, at '{uri[:60]}': save everything in one .glb file."
        )
    head, comma, body = uri.partition(",")
    if not comma or not head.endswith(";base64"):
        raise RefusedError("mesh-broken", f"The {what} is not written in base64.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("mesh-broken", f"The {what} is not written in proper base64.") from None
