"""Meshes of other tools become garments on the resting body, or are refused in words."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from body_model.load import load_template
from garments.build import FILES, build_garment
from garments.errors import RefusedError
from garments.garment import Garment, load_garment
from garments.gltf.read import read_scene
from garments.kinds import get_kind
from garments.meshes.cloth_mesh import FACE_BUDGET, join_parts, simplify
from garments.meshes.place import Placement, place
from garments.meshes.sleeves import find_sleeves
from server.cli import main
from tests.gltf_kit import Builder, issues
from tests.mesh_kit import as_glb, box, cone, shell, t_shirt, trousers

TURNS = {
    "z up": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "upside down": np.diag([-1, -1, 1]),
    "facing backwards": np.diag([-1, 1, -1]),
    "lying on its side": np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
}


def write(folder: Path, content: bytes) -> Path:
    (folder / "piece.glb").write_bytes(content)
    return folder / "piece.glb"


def build(folder: Path, content: bytes, kind: str) -> Garment:
    return build_garment(write(folder, content), kind, folder / "garment")


@cache
def placed(unit: float = 1.0, turn: str = "") -> tuple[Placement, np.ndarray, np.ndarray]:
    points, faces = t_shirt()
    points = points @ TURNS[turn].T if turn else points
    placement = place(points / unit, faces, get_kind("t-shirt"))
    return placement, placement.apply(points / unit), faces


@pytest.mark.parametrize(
    ("unit", "name"), [(1.0, "metres"), (0.01, "centimetres"), (0.001, "millimetres"), (0.0254, "inches")]
)
def test_units_are_told_by_size(unit, name):
    placement, laid, _ = placed(unit)
    assert placement.unit == name and not placement.was_turned
    np.testing.assert_allclose(laid, placed()[1], atol=1e-4)


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_mesh_is_put_upright_facing_the_front(turn):
    placement, laid, _ = placed(turn=turn)
    assert placement.was_turned
    assert np.abs(laid - placed()[1]).max() < 0.04


def test_a_mesh_made_on_the_body_lies_where_it_was():
    points, _ = t_shirt()
    assert np.abs(placed()[1] - points @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])).max() < 0.03


@pytest.mark.parametrize("arm_rad", [0.28, 1.57])
def test_sleeves_are_found_and_brought_to_the_resting_arms(tmp_path, arm_rad):
    points, faces = t_shirt(arm_rad)
    garment = build(tmp_path, as_glb(points, faces), "t-shirt")
    rest = load_template()
    elbow = rest.bones_rest_m[rest.segment_index["forearm_left"], 0]
    assert np.linalg.norm(garment.vertices_rest_m - elbow, axis=1).min() < 0.09
    arms = [rest.segment_index[f"upper_arm_{hand}"] for hand in ("left", "right")]
    strongest = garment.segments[np.arange(len(garment.segments)), garment.weights.argmax(axis=1)]
    assert all((strongest == arm).sum() > 50 for arm in arms)


def test_the_trunk_is_no_sleeve():
    _, laid, faces = placed()
    share = find_sleeves(laid, faces, load_template())
    assert np.abs(share[np.abs(laid[:, 0]) < 0.08]).max() == 0
    assert share.max() > 0.95 and share.min() < -0.95
    assert (share[laid[:, 0] > 0] >= 0).all()


def test_a_mesh_becomes_a_garment_folder_with_all_its_files(tmp_path):
    garment = build(tmp_path, as_glb(*t_shirt()), "t-shirt")
    folder = tmp_path / "garment"
    assert {path.name for path in folder.iterdir()} == set(FILES) - {"landmarks.json"}
    passport = json.loads((folder / "passport.json").read_text())
    assert passport["source"]["made_from"] == "mesh" and passport["landmarks"] == {}
    assert passport["grade"] == "A" and any("texture" in reason for reason in passport["reasons"])
    np.testing.assert_array_equal(load_garment(folder).vertices_rest_m, garment.vertices_rest_m)
    assert issues(folder / "garment.glb") == []


def test_cloth_lies_off_the_skin(tmp_path):
    garment = build(tmp_path, as_glb(*trousers()), "trousers")
    skin = place(*trousers(), get_kind("trousers")).skin
    distance, _ = skin.measure(garment.vertices_rest_m)
    assert np.percentile(distance, 2) > 0


def test_each_leg_of_trousers_follows_its_leg_and_a_skirt_both(tmp_path):
    index = load_template().segment_index

    def shins(garment: Garment) -> np.ndarray:
        dense = np.zeros((len(garment.weights), len(index)))
        np.add.at(dense, (np.arange(len(dense))[:, None], garment.segments), garment.weights)
        low = garment.vertices_rest_m[:, 2] < 0.55
        return (
            dense[low][:, [index["shin_left"], index["shin_right"]]]
            + dense[low][:, [index["thigh_left"], index["thigh_right"]]]
        )

    legs = shins(build(tmp_path, as_glb(*trousers()), "trousers"))
    assert np.abs(legs[:, 0] - legs[:, 1]).min() > 0.9
    both = shins(build(tmp_path, as_glb(*cone(height=0.7)), "skirt"))
    assert np.abs(both[:, 0] - both[:, 1]).min() < 0.1


def test_the_budget_keeps_the_outline():
    points, faces = cone()
    fine, split = points, faces
    for _ in range(3):
        middles = (fine[split] + fine[np.roll(split, -1, axis=1)]) / 2
        count = len(fine)
        fine = np.vstack([fine, middles.reshape(-1, 3)])
        a, b, c = split.T
        ab, bc, ca = (count + 3 * np.arange(len(split)) + k for k in range(3))
        split = np.vstack([np.stack(rows, 1) for rows in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
    mesh = join_parts(read_scene(as_glb(fine, split)))
    fewer, joined = simplify(mesh.points, mesh.faces)
    assert FACE_BUDGET * 0.9 < len(joined) <= FACE_BUDGET
    np.testing.assert_allclose(fewer.min(axis=0), points.min(axis=0), atol=2e-3)
    np.testing.assert_allclose(fewer.max(axis=0), points.max(axis=0), atol=2e-3)


def test_vertex_colours_and_repeating_textures_are_painted_in_place(tmp_path):
    points, faces = cone()
    builder = Builder().mesh(points, faces, dtype=np.uint32)
    left = np.where(points[:, :1] > 0, [1.0, 0, 0], [0, 0, 1.0]).astype(np.float32)
    builder.primitive["attributes"]["COLOR_0"] = builder.accessor(left)
    garment = build(tmp_path, builder.bytes(), "skirt")
    height, width = garment.texture_rgba.shape[:2]
    at = (garment.uv * [width, height]).astype(int).clip(0, [width - 1, height - 1])
    colours = garment.texture_rgba[at[:, 1], at[:, 0]].astype(int)
    clear = np.abs(garment.vertices_rest_m[:, 0]) > 0.06
    is_red = colours[:, 0] > colours[:, 2]
    assert (is_red[clear] == (garment.vertices_rest_m[clear, 0] > 0)).mean() > 0.99


def test_a_texture_that_fits_is_kept_as_it_is(tmp_path):
    import io

    from PIL import Image

    picture = np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "PNG")
    points, faces = cone()
    uv = np.stack([(points[:, 0] + 0.5), -points[:, 1]], axis=1)
    builder = Builder().mesh(points, faces, uv, dtype=np.uint32).picture(data.getvalue())
    garment = build(tmp_path, builder.bytes(), "skirt")
    np.testing.assert_array_equal(garment.texture_rgba[..., :3], picture)


NOT_CLOTHES = {
    "a body": (shell(tuple(load_template().segment_names)), "coat", {"mesh-is-a-body"}),
    "a box": (box(0.45, 0.6, 0.25), "t-shirt", {"mesh-is-closed"}),
    "a closed cup": (cone(capped=True), "skirt", {"mesh-is-closed"}),
    "a skirt said to be trousers": (cone(height=0.9), "trousers", {"mesh-is-another-kind"}),
    "trousers said to be a skirt": (trousers(), "skirt", {"mesh-is-another-kind"}),
    "a skirt said to be a t-shirt": (cone(), "t-shirt", {"mesh-is-another-kind"}),
    "a t-shirt said to be a coat": (t_shirt(), "coat", {"mesh-is-another-kind"}),
    "something flat": ((t_shirt()[0] * [1, 1, 0.05], t_shirt()[1]), "t-shirt", {"mesh-flat"}),
    "something tiny": ((t_shirt()[0] * 1e-5, t_shirt()[1]), "t-shirt", {"mesh-scale"}),
    "a few triangles": ((cone()[0], cone()[1][:40]), "skirt", {"mesh-too-few-faces"}),
}


@pytest.mark.parametrize("name", NOT_CLOTHES)
def test_what_is_no_such_garment_is_refused_in_words(tmp_path, name):
    (points, faces), kind, codes = NOT_CLOTHES[name]
    with pytest.raises(RefusedError) as refusal:
        build(tmp_path, as_glb(np.asarray(points, np.float32), faces), kind)
    assert refusal.value.code in codes
    assert not (tmp_path / "garment" / "garment.glb").exists()


def test_loose_triangles_are_no_cloth():
    corners = np.random.default_rng(2).random((900, 3)).astype(np.float32)
    with pytest.raises(RefusedError, match="torn") as refusal:
        join_parts(read_scene(as_glb(corners, np.arange(900).reshape(-1, 3))))
    assert refusal.value.code == "mesh-torn"


def test_a_knot_of_triangles_is_no_cloth():
    points = np.random.default_rng(2).random((12, 3)).astype(np.float32)
    faces = np.array([[a, b, c] for a in range(12) for b in range(a) for c in range(b)])
    with pytest.raises(RefusedError, match="more than two") as refusal:
        join_parts(read_scene(as_glb(points, faces)))
    assert refusal.value.code == "mesh-tangled"


def test_a_mesh_needs_its_kind_and_no_back(tmp_path):
    mesh = write(tmp_path, as_glb(*cone()))
    with pytest.raises(RefusedError, match="what kind"):
        build_garment(mesh, None, tmp_path / "garment")
    with pytest.raises(RefusedError, match="own back"):
        build_garment(mesh, "skirt", tmp_path / "garment", back=mesh)


@pytest.mark.parametrize("content", [b"glTF", as_glb(*cone(capped=True)), b"{}"])
def test_the_command_line_refuses_in_one_line(tmp_path, monkeypatch, capsys, content):
    mesh = write(tmp_path, content)
    arguments = ["geoul", "garment", "build", str(mesh), "--category", "skirt", "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("geoul: ") and error.count("\n") == 1 and "[mesh-" in error


def test_a_dressed_body_is_one_valid_file(tmp_path, monkeypatch, capsys):
    for name, kind, content in (("shirt", "t-shirt", as_glb(*t_shirt())), ("legs", "trousers", as_glb(*trousers()))):
        (tmp_path / name).mkdir()
        build(tmp_path / name, content, kind)
    folders = [str(tmp_path / name / "garment") for name in ("shirt", "legs")]
    out = tmp_path / "dressed.glb"
    garments = [word for folder in folders for word in ("--garment", folder)]
    monkeypatch.setattr("sys.argv", ["geoul", "garment", "dressed", *garments, "--out", str(out)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0 and "dressed.glb" in capsys.readouterr().out
    assert issues(out) == []
    parts = read_scene(out).parts
    assert len(parts) == 3 and parts[0].name == "body"
    monkeypatch.setattr("sys.argv", ["geoul", "garment", "dressed", *garments, "--out", str(tmp_path / "dressed.txt")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
