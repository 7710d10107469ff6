"""Reads what the glTF standard allows: layouts, attributes, materials, nodes and skins."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from garments.errors import RefusedError
from garments.gltf.container import read_mesh_file
from garments.gltf.images import TEXTURE_PX
from garments.gltf.read import read_scene
from garments.gltf.scene import Part
from tests.gltf_kit import TRIANGLE, Builder, triangle

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], np.float32)


def only(content: bytes) -> Part:
    (part,) = read_scene(content).parts
    return part


def picture(width: int = 4, height: int = 2, form: str = "PNG") -> bytes:
    data = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(data, form)
    return data.getvalue()


def colours(change) -> Part:
    builder = triangle()
    change(builder)
    return only(builder.bytes())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_indices_of_every_width(dtype):
    part = only(Builder().mesh(SQUARE, [[0, 1, 2], [2, 1, 3]], dtype=dtype).bytes())
    np.testing.assert_array_equal(part.faces, [[0, 1, 2], [2, 1, 3]])
    np.testing.assert_array_equal(part.points, SQUARE)


def test_triangles_without_indices_as_strips_and_as_fans():
    def faces(mode: int, order: list[int] | None) -> list[list[int]]:
        builder = Builder().mesh(SQUARE, order or [0, 1, 2])
        builder.primitive["mode"] = mode
        if order is None:
            del builder.primitive["indices"]
        return only(builder.bytes()).faces.tolist()

    assert faces(4, None) == [[0, 1, 2]]
    assert faces(5, [0, 1, 2, 3]) == [[0, 1, 2], [2, 1, 3]]
    assert sorted(map(sorted, faces(6, [0, 1, 3, 2]))) == [[0, 1, 3], [0, 2, 3]]


def test_interleaved_attributes_are_told_apart():
    builder = Builder()
    both = np.hstack([TRIANGLE, [[0, 0], [1, 0], [0, 1]]]).astype(np.float32)
    view = builder.view(both.tobytes(), byteStride=20)
    builder.mesh(TRIANGLE, [[0, 1, 2]])
    builder.document["accessors"] += [
        {"bufferView": view, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]},
        {"bufferView": view, "byteOffset": 12, "componentType": 5126, "count": 3, "type": "VEC2"},
    ]
    builder.primitive["attributes"] = {"POSITION": 2, "TEXCOORD_0": 3}
    part = only(builder.bytes())
    np.testing.assert_array_equal(part.points, TRIANGLE)
    np.testing.assert_array_equal(part.uv, both[:, 3:])


def test_sparse_positions_replace_some_of_the_view():
    builder = triangle()
    rows, values = builder.view(np.array([2], np.uint16).tobytes()), builder.view(np.float32([0, 7, 0]).tobytes())
    builder.document["accessors"][0]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": rows, "componentType": 5123},
        "values": {"bufferView": values},
    }
    np.testing.assert_array_equal(only(builder.bytes()).points, [[0, 0, 0], [1, 0, 0], [0, 7, 0]])


def test_quantized_positions_and_normalized_coordinates():
    builder = triangle()
    builder.primitive["attributes"]["POSITION"] = builder.accessor(
        (TRIANGLE * 32767).astype(np.int16), normalized=True, min=[0, 0, 0], max=[32767, 32767, 0]
    )
    coordinates = np.array([[0, 0], [255, 0], [0, 255]], np.uint8)
    builder.primitive["attributes"]["TEXCOORD_0"] = builder.accessor(coordinates, normalized=True)
    builder.document["extensionsRequired"] = ["KHR_mesh_quantization"]
    part = only(builder.bytes())
    np.testing.assert_allclose(part.points, TRIANGLE)
    np.testing.assert_allclose(part.uv, coordinates / 255)


def test_nodes_move_turn_and_scale_what_hangs_on_them():
    builder = triangle()
    half = np.sqrt(0.5)
    builder.document["nodes"] = [
        {"translation": [1, 2, 3], "children": [1]},
        {"rotation": [0, half, 0, half], "scale": [2, 2, 2], "children": [2]},
        {"mesh": 0},
    ]
    np.testing.assert_allclose(only(builder.bytes()).points, [[1, 2, 3], [1, 2, 1], [1, 4, 3]], atol=1e-6)


def test_a_mirrored_node_keeps_the_outside_outside():
    builder = triangle()
    builder.document["nodes"] = [{"mesh": 0, "matrix": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]}]
    part = only(builder.bytes())
    a, b, c = part.points[part.faces[0]]
    assert np.cross(b - a, c - a)[2] > 0


def test_a_mesh_that_stands_twice_is_two_parts():
    builder = triangle()
    builder.document |= {"nodes": [{"mesh": 0}, {"mesh": 0, "translation": [5, 0, 0]}], "scenes": [{"nodes": [0, 1]}]}
    assert [part.points[0, 0] for part in read_scene(builder.bytes()).parts] == [0, 5]


def test_a_skinned_mesh_stands_in_its_bind_pose():
    builder = triangle()
    bind = np.eye(4, dtype=np.float32)
    bind[:3, 3] = [0, -1, 0]
    second = builder.accessor(np.stack([bind.T.ravel(), np.eye(4, dtype=np.float32).ravel()]))
    builder.document |= {
        "nodes": [
            {"mesh": 0, "skin": 0, "translation": [9, 9, 9]},
            {"translation": [0, 3, 0], "children": [2]},
            {"rotation": [1, 0, 0, 0]},
        ],
        "scenes": [{"nodes": [0, 1]}],
        "skins": [{"joints": [1, 2], "inverseBindMatrices": second}],
    }
    np.testing.assert_allclose(only(builder.bytes()).points, TRIANGLE + np.float32([0, 2, 0]), atol=1e-6)


def test_base_colour_texture_factor_and_alpha():
    def change(builder: Builder) -> None:
        builder.picture(picture())
        builder.document["materials"][0] |= {
            "alphaMode": "MASK",
            "alphaCutoff": 0.3,
            "doubleSided": True,
            "name": "felt",
        }
        builder.document["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = [0.5, 0.25, 1, 0.5]

    material = colours(change).material
    assert material.texture_rgba is not None and material.texture_rgba.shape == (2, 4, 4)
    assert material.colour_linear_rgba == (0.5, 0.25, 1, 0.5)
    assert (material.cutoff, material.double_sided, material.name) == (0.3, True, "felt")


def test_specular_glossiness_materials_have_colours_too():
    def change(builder: Builder) -> None:
        builder.picture(picture(form="JPEG"), "image/jpeg")
        older = {"diffuseFactor": [1, 0, 0, 1], "diffuseTexture": {"index": 0}}
        builder.document["materials"] = [{"extensions": {"KHR_materials_pbrSpecularGlossiness": older}}]
        builder.document["extensionsRequired"] = ["KHR_materials_pbrSpecularGlossiness"]

    material = colours(change).material
    assert material.colour_linear_rgba == (1, 0, 0, 1) and material.texture_rgba is not None


def test_the_base_texture_chooses_its_coordinates_and_moves_them():
    def change(builder: Builder) -> None:
        builder.picture(picture())
        other = np.array([[0, 0], [0.5, 0], [0, 0.5]], np.float32)
        builder.primitive["attributes"]["TEXCOORD_1"] = builder.accessor(other)
        transform = {"offset": [0.25, 0], "scale": [2, 2], "texCoord": 1}
        info = builder.document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]
        info["extensions"] = {"KHR_texture_transform": transform}
        builder.document["extensionsRequired"] = ["KHR_texture_transform"]

    np.testing.assert_allclose(colours(change).uv, [[0.25, 0], [1.25, 0], [0.25, 1]])


@pytest.mark.parametrize("values", [np.float32([[1, 0, 0]] * 3), np.uint8([[255, 0, 0, 255]] * 3)])
def test_vertex_colours(values):
    def change(builder: Builder) -> None:
        builder.primitive["attributes"]["COLOR_0"] = builder.accessor(values, normalized=values.dtype == np.uint8)

    np.testing.assert_allclose(colours(change).colours_linear_rgba, [[1, 0, 0, 1]] * 3)


def test_a_gltf_file_with_everything_in_it_is_read():
    builder = triangle()
    address = "data:application/octet-stream;base64," + base64.b64encode(builder.binary).decode()
    document = builder.document | {"buffers": [{"byteLength": len(builder.binary), "uri": address}]}
    np.testing.assert_array_equal(only(json.dumps(document).encode()).points, TRIANGLE)


def test_large_textures_are_made_smaller():
    part = colours(lambda builder: builder.picture(picture(TEXTURE_PX + 200, 40, "JPEG"), "image/jpeg"))
    assert part.material.texture_rgba.shape[1] == TEXTURE_PX


def test_ktx_textures_are_named():
    with pytest.raises(RefusedError, match="KTX2"):
        colours(lambda builder: builder.picture(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(80), "image/ktx2"))
    with pytest.raises(RefusedError, match="Basis"):

        def change(builder: Builder) -> None:
            builder.picture(picture())
            builder.document["textures"] = [{"extensions": {"KHR_texture_basisu": {"source": 0}}}]

        colours(change)


def test_files_that_cannot_be_opened_are_refused(tmp_path):
    for path, code in ((tmp_path / "none.glb", "missing-file"), (tmp_path, "unreadable-file")):
        with pytest.raises(RefusedError) as refusal:
            read_mesh_file(path)
        assert refusal.value.code == code
    large = tmp_path / "large.glb"
    with large.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(RefusedError, match="65 MiB"):
        read_mesh_file(large)
