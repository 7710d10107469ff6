"""A garment survives being written and read."""

import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from garments.errors import RefusedError
from garments.garment import SEGMENTS, Garment, load_garment, save_garment, to_part
from garments.gltf.write import write_glb
from tests.gltf_kit import issues


def square_garment() -> Garment:
    picture = np.random.default_rng(3).integers(0, 256, (8, 6, 4), np.uint8)
    return Garment(
        name="square",
        kind="t-shirt",
        vertices_rest_m=np.array([[0, -0.1, 1], [0.3, -0.1, 1], [0.3, -0.1, 1.4], [0, -0.12, 1.4]], np.float32),
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        uv=np.array([[0, 1], [1, 1], [1, 0], [0, 0.125]], np.float32),
        segments=np.tile(np.array([[0, 1, 2, 18]], np.int32), (4, 1)),
        weights=np.tile(np.array([[0.5, 0.3, 0.15, 0.05]], np.float32), (4, 1)),
        texture_rgba=picture,
    )


def opening_garment() -> Garment:
    offsets = np.array([[0, 0, 0], [0.1, 0.05, 0], [0.1, 0.05, 0.01], [0, 0, 0]], np.float32)
    return replace(square_garment(), open_offsets_m=offsets, is_open=True)


def written(folder: Path, garment: Garment | None = None) -> Path:
    save_garment(garment or square_garment(), folder)
    (folder / "passport.json").write_text(json.dumps({"kind": "t-shirt"}))
    return folder


def test_what_is_read_is_what_was_written(tmp_path):
    garment, read = square_garment(), load_garment(written(tmp_path / "square"))
    assert (read.name, read.kind) == (garment.name, garment.kind)
    np.testing.assert_array_equal(read.faces, garment.faces)
    np.testing.assert_array_equal(read.segments, garment.segments)
    np.testing.assert_array_equal(read.weights, garment.weights)
    np.testing.assert_array_equal(read.vertices_rest_m, garment.vertices_rest_m)
    np.testing.assert_array_equal(read.texture_rgba, garment.texture_rgba)
    np.testing.assert_array_equal(read.uv, garment.uv)
    assert read.open_offsets_m is None and not read.is_open


def test_how_a_garment_is_worn_open_is_kept(tmp_path):
    garment = opening_garment()
    read = load_garment(written(tmp_path / "square", garment))
    np.testing.assert_array_equal(read.open_offsets_m, garment.open_offsets_m)
    assert read.is_open
    assert not load_garment(written(tmp_path / "closed", replace(garment, is_open=False))).is_open


def test_an_opaque_texture_of_some_size_is_written_as_jpeg(tmp_path):
    slope = np.linspace(20, 230, 512)
    picture = np.dstack([np.add.outer(slope, slope) / 2] * 3 + [np.full((512, 512), 255)]).astype(np.uint8)
    folder = written(tmp_path / "square", replace(square_garment(), texture_rgba=picture))
    assert b"image/jpeg" in (folder / "garment.glb").read_bytes()
    assert np.abs(load_garment(folder).texture_rgba.astype(int) - picture).max() <= 3


def test_every_garment_is_valid_for_the_khronos_validator(tmp_path):
    plain = np.full((512, 512, 4), 255, np.uint8)
    for name, garment in (
        ("alpha", square_garment()),
        ("open", opening_garment()),
        ("opaque", replace(square_garment(), texture_rgba=plain)),
    ):
        assert issues(written(tmp_path / name, garment) / "garment.glb") == []


def test_files_of_older_versions_are_still_read(tmp_path):
    garment = square_garment()
    part = to_part(garment)
    part.extra[SEGMENTS] = part.extra[SEGMENTS].astype(np.float32)
    (tmp_path / "garment.glb").write_bytes(write_glb([part], name="old"))
    (tmp_path / "passport.json").write_text(json.dumps({"kind": "t-shirt"}))
    np.testing.assert_array_equal(load_garment(tmp_path).segments, garment.segments)


def test_a_mesh_that_we_did_not_bind_is_no_garment(tmp_path):
    part = replace(to_part(square_garment()), extra={})
    (tmp_path / "garment.glb").write_bytes(write_glb([part], name="foreign"))
    (tmp_path / "passport.json").write_text(json.dumps({"kind": "t-shirt"}))
    with pytest.raises(RefusedError, match="not made by us"):
        load_garment(tmp_path)


def test_the_file_is_a_gltf_that_others_can_read(tmp_path):
    data = (written(tmp_path / "square") / "garment.glb").read_bytes()
    magic, version, length, size, chunk = struct.unpack_from("<4sIII4s", data)
    assert (magic, version, length, chunk) == (b"glTF", 2, len(data), b"JSON")
    content = json.loads(data[20 : 20 + size])
    attributes = content["meshes"][0]["primitives"][0]["attributes"]
    assert set(attributes) == {"POSITION", "NORMAL", "TEXCOORD_0", "_SEGMENTS", "_WEIGHTS"}
    assert content["accessors"][attributes["_WEIGHTS"]]["componentType"] == 5126
    material = content["materials"][0]
    assert material["doubleSided"] is True and material["alphaMode"] == "MASK"


def test_up_is_up_and_the_front_is_the_front_in_the_file(tmp_path):
    data = (written(tmp_path / "square") / "garment.glb").read_bytes()
    size = struct.unpack_from("<I", data, 12)[0]
    content = json.loads(data[20 : 20 + size])
    box = content["accessors"][content["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
    assert box["max"][1] == pytest.approx(1.4) and box["max"][2] == pytest.approx(0.12)


def test_a_texel_has_its_size_on_the_cloth():
    assert square_garment().texel_m == pytest.approx(0.05, abs=0.01)


def test_a_folder_without_a_garment_is_refused_by_name(tmp_path):
    with pytest.raises(RefusedError, match="holds no garment") as refusal:
        load_garment(tmp_path)
    assert refusal.value.code == "no-such-garment"


@pytest.mark.parametrize("content", [b"", b"not a mesh", b"glTF\x02\x00\x00\x00\x10\x00\x00\x00"])
def test_a_broken_file_is_refused(tmp_path, content):
    folder = written(tmp_path / "square")
    (folder / "garment.glb").write_bytes(content)
    with pytest.raises(RefusedError, match="cannot be read") as refusal:
        load_garment(folder)
    assert refusal.value.code == "broken-garment"


def test_a_garment_without_its_passport_is_refused(tmp_path):
    save_garment(square_garment(), tmp_path)
    with pytest.raises(RefusedError, match="cannot be read"):
        load_garment(tmp_path)
