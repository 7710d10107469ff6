"""Films people of our own, whose outline is known, before plain walls, for the parser to learn from.

    python -m fitting.training.render_people --out rendered.npz      (in the product's environment)

Street photos alone teach that a gap between arm and trunk mostly holds a bag. The body's outline comes from the
renderer; within it the parser's own labels are kept, without bags and ground.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.demo.film import Studio
from fitting.detect import LandmarkerPool, detect_picture
from fitting.frame import PARSE_LABELS
from fitting.parse import Parser, spread

PEOPLE = 48
SEED = 7
KEPT = [PARSE_LABELS.index(name) for name in ("hair", "skin", "upper", "lower", "shoes")]


def render_people(out: Path) -> None:
    """Write `pictures` (n, h, w, 3), `labels` (n, h, w), `points` (n, 33, 2) in pixels and `visibility` (n, 33)."""
    rng = np.random.default_rng(SEED)
    studio, pool, parser = Studio(sharper=1.0), LandmarkerPool(), Parser()
    room = studio.empty_room.copy()
    rows = []
    for moment in rng.uniform(0, 10, PEOPLE):
        picture, outline = shoot(studio, room, float(moment), rng)
        pose = detect_picture(pool, picture)
        if pose is None:
            continue
        parse = parser.parse_picture(picture, pose)
        planes = np.stack([spread(parse, label, picture.shape) for label in KEPT])
        labels = np.where(outline, np.array(KEPT, np.uint8)[planes.argmax(axis=0)], np.uint8(0))
        rows.append((picture, labels, pose.points_image_px, pose.visibility))
    pictures, labels_of_all, points, visibility = (np.stack(column) for column in zip(*rows, strict=True))
    np.savez_compressed(out, pictures=pictures, labels=labels_of_all, points=points, visibility=visibility)


def shoot(
    studio: Studio, room: NDArray[np.float32], moment: float, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A picture before a wall of a random colour, and where the body is in it."""
    tint = rng.uniform(0.45, 1.12) * rng.uniform(0.85, 1.15, 3)
    sharp = room if rng.random() < 0.5 else cv2.GaussianBlur(room, (0, 0), 60)
    studio.empty_room = np.clip(sharp * tint, 0, 250).astype(np.float32)
    picture = studio.shoot(moment)
    studio.empty_room = np.zeros_like(room)
    before_black = studio.shoot(moment).max(axis=-1)
    studio.empty_room = np.full_like(room, 255)
    before_white = studio.shoot(moment).min(axis=-1)
    return picture, before_white.astype(int) - before_black < 120


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, required=True)
    render_people(arguments.parse_args().out)
