"""Makes MediaPipe's pose bundles from the models in the npm package `@mediapipe/pose`.

The package's models lack the metadata that MediaPipe's Tasks ask for (how to normalise a picture). A bundle is an
uncompressed zip of a detector and a landmark model with that metadata added.
"""

import hashlib
import importlib.util
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import flatbuffers

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "web_client" / "node_modules" / "@mediapipe" / "pose"
MODELS = PROJECT / "assets" / "models"
SIZES = ("lite", "full", "heavy")

DETECTOR = "pose_solution_packed_assets.data"
SHA256 = {
    DETECTOR: "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
DETECTOR_NORMALIZATION = (127.5, 127.5)
LANDMARKS_NORMALIZATION = (0.0, 255.0)


class PoseModelError(Exception):
    """A pose model is missing or is not the one we know."""


def build_pose_bundles(package_dir: Path, out_dir: Path) -> list[Path]:
    """Write `pose_lite.task`, `pose_full.task` and `pose_heavy.task`.

    Args:
        package_dir: The unpacked npm package.
        out_dir: Where the bundles go.

    Raises:
        PoseModelError: A model is missing or its SHA-256 differs.
    """
    detector = with_metadata(_checked(package_dir / DETECTOR), *DETECTOR_NORMALIZATION)
    out_dir.mkdir(parents=True, exist_ok=True)
    bundles = []
    for size in SIZES:
        landmarks = with_metadata(_checked(package_dir / f"pose_landmark_{size}.tflite"), *LANDMARKS_NORMALIZATION)
        bundle = out_dir / f"pose_{size}.task"
        with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo("pose_detector.tflite"), detector)
            archive.writestr(zipfile.ZipInfo("pose_landmarks_detector.tflite"), landmarks)
        bundles.append(bundle)
    return bundles


def with_metadata(model: bytes, mean: float, std: float) -> bytes:
    """The TFLite model with a metadata buffer that says how its input picture is normalised."""
    tflite, metadata = _schema("schema_py_generated"), _schema("metadata_schema_py_generated")
    content = _metadata(metadata, mean, std)
    tree = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(model, 0))
    buffer = tflite.BufferT()
    buffer.data = content
    tree.buffers.append(buffer)
    entry = tflite.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(tree.buffers) - 1
    tree.metadata = [*(tree.metadata or []), entry]
    builder = flatbuffers.Builder(len(model) + len(content) + 1024)
    builder.Finish(tree.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _metadata(schema: ModuleType, mean: float, std: float) -> bytes:
    options = schema.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = schema.ProcessUnitT()
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, options
    tensor = schema.TensorMetadataT()
    tensor.name, tensor.processUnits = "image", [unit]
    colour = schema.ImagePropertiesT()
    colour.colorSpace = schema.ColorSpaceType.RGB
    tensor.content = schema.ContentT()
    tensor.content.contentPropertiesType = schema.ContentProperties.ImageProperties
    tensor.content.contentProperties = colour
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    model = schema.ModelMetadataT()
    model.name, model.subgraphMetadata = "pose", [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"M001")
    return bytes(builder.Output())


def _checked(path: Path) -> bytes:
    if not path.exists():
        raise PoseModelError(f"no pose model {path}; run `npm ci` in web_client")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[path.name]:
        raise PoseModelError(f"{path} is not the model we know: its SHA-256 is {found}, not {SHA256[path.name]}")
    return content


def _schema(name: str) -> ModuleType:
    """One of MediaPipe's flatbuffer schemas, read without importing MediaPipe, whose writers fail to import."""
    (package,) = importlib.util.find_spec("mediapipe").submodule_search_locations  # type: ignore[union-attr,misc]
    spec = importlib.util.spec_from_file_location(name, Path(package) / "tasks" / "metadata" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    try:
        for built in build_pose_bundles(PACKAGE, MODELS):
            print(f"built {built.name}")
    except PoseModelError as problem:
        sys.exit(str(problem))
