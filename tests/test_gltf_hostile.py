"""Hostile and damaged mesh files are refused in words, in well under a second, without touching disk or network."""

import builtins
import io
import os
import socket
import struct
import time
import zlib
from collections.abc import Callable

import numpy as np
import pytest

from garments.errors import RefusedError
from garments.gltf.read import read_scene
from tests.gltf_kit import TRIANGLE, Builder, glb, triangle

LONGEST_SECS = 1.0


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """A grey PNG of that size, as far as its header says."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xd9"


def changed(change: Callable[[Builder], object]) -> bytes:
    builder = triangle()
    change(builder)
    return builder.bytes()


def with_accessor(**fields: object) -> bytes:
    return changed(lambda builder: builder.document["accessors"][0].update(fields))


def with_points(points: object) -> bytes:
    return Builder().mesh(points, [[0, 1, 2]]).bytes()


def with_nodes(nodes: list[object]) -> bytes:
    return changed(lambda builder: builder.document.update(nodes=nodes))


def with_image(**image: object) -> bytes:
    def change(builder: Builder) -> None:
        builder.picture(png(4, 4))
        builder.document["images"] = [image]

    return changed(change)


def header(**fields: int) -> bytes:
    """A whole file whose header says something else."""
    data = bytearray(triangle().bytes())
    for offset, value in ((4, "version"), (8, "length"), (12, "json_length"), (16, "json_type")):
        if value in fields:
            struct.pack_into("<I", data, offset, fields[value])
    return bytes(data)


def swapped() -> bytes:
    """The binary chunk before the JSON."""
    data = triangle().bytes()
    size = struct.unpack_from("<I", data, 12)[0]
    return data[:12] + data[20 + size :] + data[12 : 20 + size]


def two_jsons() -> bytes:
    data = triangle().bytes()
    body = data[12 : 20 + struct.unpack_from("<I", data, 12)[0]]
    return struct.pack("<4sII", b"glTF", 2, 12 + 2 * len(body)) + body + body


def instances(levels: int, arms: int) -> list[object]:
    """A million paths to one mesh through shared children."""
    return [{"children": [row + 1] * arms} for row in range(levels)] + [{"mesh": 0}]


def crowd() -> bytes:
    """Many nodes that show a heavy mesh."""
    points = np.tile(TRIANGLE, (4000, 1))
    builder = Builder().mesh(points, np.arange(len(points)).reshape(-1, 3))
    builder.document["nodes"] = [{"mesh": 0}] * 3000
    builder.document["scenes"] = [{"nodes": list(range(3000))}]
    return builder.bytes()


def sparse(count: int, index: int, kind: int = 5125) -> bytes:
    builder = triangle()
    rows = builder.view(np.full(1, index, np.uint32).tobytes())
    values = builder.view(TRIANGLE[:1].tobytes())
    builder.document["accessors"][0]["sparse"] = {
        "count": count,
        "indices": {"bufferView": rows, "componentType": kind},
        "values": {"bufferView": values},
    }
    return builder.bytes()


BOMB = png(13000, 13000, zlib.compress(bytes(13001 * 13000), 9))
DEEP = b'{"asset":{"version":"2.0"},"extras":' + b"[" * 150_000 + b"]" * 150_000 + b"}"

HOSTILE = {
    "nothing": (b"", "mesh-broken"),
    "no mesh at all": (b"hello", "mesh-broken"),
    "only a magic": (b"glTF", "mesh-broken"),
    "an old version": (header(version=1), "mesh-broken"),
    "a lying length": (header(length=10**9), "mesh-broken"),
    "a cut file": (triangle().bytes()[:-7], "mesh-broken"),
    "a lying JSON length": (header(json_length=2**31), "mesh-broken"),
    "no JSON first": (header(json_type=0x004E4942), "mesh-broken"),
    "chunks in wrong order": (swapped(), "mesh-broken"),
    "two JSON chunks": (two_jsons(), "mesh-broken"),
    "glTF 1": (glb({"asset": {"version": "1.0"}}), "mesh-broken"),
    "JSON that is none": (glb({}, text=b'{"asset":'), "mesh-broken"),
    "JSON of other types": (glb({"asset": {"version": "2.0"}, "nodes": [{"mesh": "0"}]}), "mesh-broken"),
    "NaN in the JSON": (glb({}, text=b'{"asset":{"version":"2.0"},"nodes":[{"scale":[NaN,1,1]}]}'), "mesh-broken"),
    "deeply nested JSON": (glb({}, text=DEEP), "mesh-broken"),
    "endless JSON": (
        glb({}, text=b'{"asset":{"version":"2.0"},"nodes":[' + b"{}," * 2_000_000 + b"{}]}"),
        "mesh-too-complex",
    ),
    "no scene": (glb({"asset": {"version": "2.0"}}), "mesh-empty"),
    "a scene that is not there": (changed(lambda b: b.document.update(scene=7)), "mesh-broken"),
    "a count of 200 million": (with_accessor(count=200_000_000), "mesh-too-large"),
    "a count beyond 32 bits": (with_accessor(count=2**33), "mesh-too-large"),
    "a count without numbers": (
        changed(lambda b: b.document["accessors"][0].pop("bufferView")),
        "mesh-broken",
    ),
    "a count beyond its view": (with_accessor(count=4), "mesh-broken"),
    "an offset beyond its view": (with_accessor(byteOffset=2**40), "mesh-broken"),
    "a negative offset": (with_accessor(byteOffset=-4), "mesh-broken"),
    "a view beyond its buffer": (
        changed(lambda b: b.document["bufferViews"][0].update(byteLength=2**31)),
        "mesh-broken",
    ),
    "a stride too small": (changed(lambda b: b.document["bufferViews"][0].update(byteStride=4)), "mesh-broken"),
    "a stride too large": (changed(lambda b: b.document["bufferViews"][0].update(byteStride=2**45)), "mesh-broken"),
    "an unknown component type": (with_accessor(componentType=5130), "mesh-broken"),
    "positions of two numbers": (with_accessor(type="VEC2"), "mesh-broken"),
    "a buffer that lies": (
        glb(triangle().document | {"buffers": [{"byteLength": 10**9}]}, triangle().binary),
        "mesh-broken",
    ),
    "no positions": (changed(lambda b: b.primitive["attributes"].pop("POSITION")), "mesh-broken"),
    "an accessor that is not there": (changed(lambda b: b.primitive["attributes"].update(POSITION=99)), "mesh-broken"),
    "an index out of range": (Builder().mesh(TRIANGLE, [[0, 1, 3]]).bytes(), "mesh-broken"),
    "indices that are no whole numbers": (
        changed(lambda b: b.primitive.update(indices=b.accessor(np.arange(3, dtype=np.float32)))),
        "mesh-broken",
    ),
    "texture coordinates of another count": (
        changed(lambda b: b.primitive["attributes"].update(TEXCOORD_0=b.accessor(np.zeros((2, 2), np.float32)))),
        "mesh-broken",
    ),
    "NaN positions": (with_points([[0, 0, 0], [1, np.nan, 0], [0, 1, 0]]), "mesh-not-finite"),
    "infinite positions": (with_points([[0, 0, 0], [1, np.inf, 0], [0, 1, 0]]), "mesh-not-finite"),
    "positions as far as numbers go": (with_points([[0, 0, 0], [1, 3e38, 0], [0, 1, 0]]), "mesh-not-finite"),
    "sparse elements beyond the count": (sparse(1, 10**9), "mesh-broken"),
    "more sparse elements than elements": (sparse(10**9, 0), "mesh-broken"),
    "sparse elements counted by floats": (sparse(1, 0, 5126), "mesh-broken"),
    "a node below itself": (with_nodes([{"mesh": 0, "children": [0]}]), "mesh-broken"),
    "nodes in a ring": (
        with_nodes([{"mesh": 0}, {"children": [2]}, {"children": [3]}, {"children": [1]}]),
        "mesh-broken",
    ),
    "nodes by the million through shared children": (with_nodes(instances(20, 2)), "mesh-broken"),
    "a chain of 4,000 nodes": (with_nodes(instances(4000, 1)), "mesh-too-complex"),
    "too many nodes": (with_nodes([{}] * 6000), "mesh-too-complex"),
    "a child that is not there": (with_nodes([{"mesh": 0, "children": [9]}]), "mesh-broken"),
    "a mesh that is not there": (with_nodes([{"mesh": 9}]), "mesh-broken"),
    "a node scaled to nothing": (with_nodes([{"mesh": 0, "scale": [0, 0, 0]}]), "mesh-broken"),
    "a node scaled beyond numbers": (with_nodes([{"mesh": 0, "scale": [1e200, 1e200, 1e200]}]), "mesh-broken"),
    "a skin without joints": (
        changed(lambda b: b.document.update(nodes=[{"mesh": 0, "skin": 0}], skins=[{"joints": []}])),
        "mesh-broken",
    ),
    "36 million triangles by instances": (crowd(), "mesh-too-large"),
    "a PNG of 169 megapixels": (changed(lambda b: b.picture(BOMB)), "mesh-texture"),
    "a JPEG of 65,000 pixels a side": (changed(lambda b: b.picture(jpeg(65000, 65000), "image/jpeg")), "mesh-texture"),
    "a PNG as wide as numbers go": (changed(lambda b: b.picture(png(2**31 - 1, 1))), "mesh-texture"),
    "a bomb that nothing shows": (
        changed(lambda b: (b.picture(BOMB), b.primitive.pop("material"))),
        "mesh-texture",
    ),
    "a broken PNG": (changed(lambda b: b.picture(png(64, 64, b"nonsense"))), "mesh-texture"),
    "a texture that is a page": (changed(lambda b: b.picture(b"<svg onload='alert(1)'/>")), "mesh-texture"),
    "a path upwards": (with_image(uri="../../../../etc/passwd"), "mesh-outside-file"),
    "an absolute path": (with_image(uri="/etc/passwd"), "mesh-outside-file"),
    "a file address": (with_image(uri="file:///etc/passwd"), "mesh-outside-file"),
    "a remote address": (with_image(uri="http://169.254.169.254/latest/meta-data"), "mesh-outside-file"),
    "a remote buffer": (
        glb(triangle().document | {"buffers": [{"byteLength": 42, "uri": "https://example.com/a.bin"}]}),
        "mesh-outside-file",
    ),
    "broken base64": (with_image(uri="data:image/png;base64,@@@@"), "mesh-broken"),
    "a data address without base64": (with_image(uri="data:text/plain,hello"), "mesh-broken"),
    "an unknown extension": (
        changed(lambda b: b.document.update(extensionsRequired=["ACME_secret"])),
        "mesh-unsupported",
    ),
    "Draco": (
        changed(lambda b: b.document.update(extensionsRequired=["KHR_draco_mesh_compression"])),
        "mesh-unsupported",
    ),
    "meshopt": (
        changed(lambda b: b.document.update(extensionsRequired=["EXT_meshopt_compression"])),
        "mesh-unsupported",
    ),
    "Draco that is not owned up to": (
        changed(lambda b: b.primitive.update(extensions={"KHR_draco_mesh_compression": {"bufferView": 0}})),
        "mesh-unsupported",
    ),
    "a colour beyond all light": (
        changed(
            lambda b: (
                b.document.update(materials=[{"pbrMetallicRoughness": {"baseColorFactor": [1e300, 0, 0, 1]}}]),
                b.primitive.update(material=0),
            )
        ),
        "mesh-broken",
    ),
    "lines alone": (changed(lambda b: b.primitive.update(mode=1)), "mesh-empty"),
}


@pytest.fixture
def sealed(monkeypatch):
    """No file and no socket may be opened."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the file was left")

    read_scene(changed(lambda b: b.picture(png(1, 1, zlib.compress(b"\0\0")))))  # picture plugins are loaded once
    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (socket, "socket")):
        monkeypatch.setattr(module, name, refuse)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once(sealed, name):
    content, code = HOSTILE[name]
    start = time.perf_counter()
    with pytest.raises(RefusedError) as refusal:
        read_scene(content)
    assert time.perf_counter() - start < LONGEST_SECS
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".") and len(refusal.value.sentence) < 300


def test_the_bomb_is_small_and_the_good_file_is_good():
    assert len(BOMB) < 500_000
    assert len(read_scene(triangle().bytes()).parts) == 1
