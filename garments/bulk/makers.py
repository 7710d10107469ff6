"""Knows when a garment has to be made again: the code and data that turn photos and meshes into garments."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKERS = (
    "garments/*.py",
    "garments/construct/*.py",
    "garments/cutting/*.py",
    "garments/dyeing/*.py",
    "garments/finding/*.py",
    "garments/gltf/*.py",
    "garments/kinds/*.py",
    "garments/meshes/*.py",
    "garments/bulk/build_order.py",
    "body_model/*.py",
    "fitting/unwear.py",
    "assets/body/body.npz",
    "assets/models/landmarks.onnx",
    "assets/models/necks.onnx",
)
"""What a built garment depends on besides its own files."""
NO_MAKERS = ("build_shop.py",)


def hash_makers() -> str:
    """A hash of all code and data that turn a photo or a mesh into a garment."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MAKERS for path in ROOT.glob(pattern)):
        if path.name not in NO_MAKERS:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
