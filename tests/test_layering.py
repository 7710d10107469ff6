"""The layers: imports point right only, and the core knows nothing of the network."""

import ast
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("server", "fitting", "garments", "body_model")
NO_NETWORK = (
    "server/config.py",
    "server/encode.py",
    "server/errors.py",
    "server/catalog/catalog.py",
    "server/streaming/dresser.py",
    "server/streaming/mailbox.py",
    "server/streaming/pace.py",
    "server/streaming/protocol.py",
    "server/streaming/session.py",
)


def sources(*folders):
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


@lru_cache
def imports_of(path):
    """Every module that a file imports, wherever in the file it does."""
    return tuple(read_imports(path))


def read_imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


def roots_of(path):
    return {module.split(".")[0] for module in imports_of(path)}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_right_only(layer):
    forbidden = {*LAYERS[: LAYERS.index(layer)], "bench", "tests"} - ({"bench"} if layer == "server" else set())
    for path in sources(layer):
        assert not roots_of(path) & forbidden, path.relative_to(ROOT)


def test_mediapipe_is_imported_where_people_are_detected_and_its_models_are_packed():
    users = {str(path.relative_to(ROOT)) for path in sources(*LAYERS, "bench") if "mediapipe" in roots_of(path)}
    assert users <= {"fitting/detect.py", "fitting/pose_bundle.py"}
    assert "fitting/detect.py" in users


@pytest.mark.parametrize("name", NO_NETWORK)
def test_the_core_of_the_server_knows_nothing_of_the_network(name):
    assert not roots_of(ROOT / name) & {"aiohttp", "socket", "ssl", "http", "urllib"}


def test_only_the_server_knows_of_the_network():
    for path in sources("fitting", "garments", "body_model"):
        assert not roots_of(path) & {"aiohttp", "socket", "http", "urllib"}, path.relative_to(ROOT)


def test_training_libraries_are_needed_for_training_alone():
    for path in sources(*LAYERS, "bench"):
        if "torch" in roots_of(path):
            assert "train" in path.as_posix() or path.name == "bake.py", path.relative_to(ROOT)


def test_no_file_is_a_drawer_for_odds_and_ends():
    names = {path.stem for path in sources(*LAYERS, "bench", "tests")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_only_the_settings_read_the_environment_of_the_server():
    for path in sources("server"):
        text = path.read_text(encoding="utf-8")
        if "os.environ" in text:
            assert path.name == "config.py", path.relative_to(ROOT)
