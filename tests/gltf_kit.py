"""GLB files made by hand for tests, and the Khronos validator."""

import json
import struct
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

CLIENT = Path(__file__).parent.parent / "web_client"


def validate(path: Path) -> dict[str, Any]:
    """The Khronos validator's report on a file."""
    command = ["node", "--max-old-space-size=512", str(CLIENT / "validate_gltf.mjs"), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return json.loads(run.stdout)


def issues(path: Path, *, worst: int = 1) -> list[str]:
    """Codes of the validator's errors (0) and warnings (1)."""
    found = validate(path)["issues"]["messages"]
    return [f"{entry['code']} {entry['pointer']}" for entry in found if entry["severity"] <= worst]


def glb(document: dict[str, Any], binary: bytes = b"", *, text: bytes | None = None) -> bytes:
    """A GLB of this JSON and these bytes."""
    text = json.dumps(document).encode() if text is None else text
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    if binary:
        chunks += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


class Builder:
    """Collects arrays into buffer views and accessors."""

    COMPONENTS: ClassVar = {"b": 5120, "B": 5121, "h": 5122, "H": 5123, "I": 5125, "f": 5126}

    def __init__(self) -> None:
        self.binary = b""
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [{"primitives": [{"attributes": {}}]}],
            "accessors": [],
            "bufferViews": [],
        }

    @property
    def primitive(self) -> dict[str, Any]:
        """The first mesh's first primitive."""
        return self.document["meshes"][0]["primitives"][0]

    def view(self, content: bytes, **more: Any) -> int:
        """Number of a new buffer view."""
        self.document["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(content), **more}
        )
        self.binary += content + bytes(-len(content) % 4)
        return len(self.document["bufferViews"]) - 1

    def accessor(self, values: Any, **more: Any) -> int:
        """Number of a new accessor of (count, width) or (count,) numbers."""
        values = np.asarray(values)
        width = 1 if values.ndim == 1 else values.shape[1]
        self.document["accessors"].append(
            {
                "bufferView": self.view(values.tobytes()),
                "componentType": self.COMPONENTS[values.dtype.char],
                "count": len(values),
                "type": {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}[width],
                **more,
            }
        )
        return len(self.document["accessors"]) - 1

    def mesh(self, points: Any, faces: Any, uv: Any = None, dtype: Any = np.uint16) -> "Builder":
        """Fill the first primitive."""
        points = np.asarray(points, np.float32)
        sound = np.nan_to_num(points, posinf=1)  # JSON knows no other numbers
        bounds = {"min": sound.min(axis=0).tolist(), "max": sound.max(axis=0).tolist()}
        self.primitive["attributes"]["POSITION"] = self.accessor(points, **bounds)
        self.primitive["indices"] = self.accessor(np.asarray(faces, dtype).ravel())
        if uv is not None:
            self.primitive["attributes"]["TEXCOORD_0"] = self.accessor(np.asarray(uv, np.float32))
        return self

    def picture(self, content: bytes, mime: str = "image/png") -> "Builder":
        """A base colour texture for the first primitive."""
        self.document["images"] = [{"mimeType": mime, "bufferView": self.view(content)}]
        self.document["textures"] = [{"source": 0}]
        self.document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
        self.primitive["material"] = 0
        return self

    def bytes(self) -> bytes:
        """The file."""
        return glb(self.document | {"buffers": [{"byteLength": len(self.binary)}]}, self.binary)


TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)


def triangle() -> Builder:
    """A file of one triangle."""
    return Builder().mesh(TRIANGLE, [[0, 1, 2]], [[0, 0], [1, 0], [0, 1]])
