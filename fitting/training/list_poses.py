"""Finds the pose in every photo the parser is trained on; runs in the product's environment.

python -m fitting.training.list_poses --photos CCP/photos --out poses.npz
"""

import argparse
from pathlib import Path

import numpy as np

from fitting.detect import LandmarkerPool, detect_picture
from garments.photo import read_photo


def list_poses(photos: Path, out: Path) -> None:
    """Write `ids` (n,), `points` (n, 33, 2) in pixels and `visibility` (n, 33) of the photos with somebody in them."""
    pool = LandmarkerPool()
    found = []
    for path in sorted(photos.glob("*.jpg")):
        pose = detect_picture(pool, read_photo(path)[..., :3])
        if pose is not None:
            found.append((path.stem, pose.points_image_px, pose.visibility))
    ids, points, visibility = zip(*found, strict=True)
    np.savez(out, ids=np.array(ids), points=np.array(points), visibility=np.array(visibility))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    list_poses(**vars(parser.parse_args()))
