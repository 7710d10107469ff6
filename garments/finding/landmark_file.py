"""Keeps the landmarks of a photo beside its cut-out, so that a person can move them and nothing need be found again."""

import json
from pathlib import Path

import numpy as np

from garments.errors import RefusedError
from garments.finding.landmarks import Landmarks

NAME = "landmarks.json"


def save_landmarks(found: Landmarks, folder: Path) -> None:
    """Write `landmarks.json`."""
    line = found.neck_opening_photo_px
    paper = {
        "points": {
            name: {"x": round(float(x), 4), "y": round(float(y), 4), "confidence": round(float(sure), 4)}
            for name, (x, y), sure in zip(found.names, found.points_photo_px, found.confidence, strict=True)
        },
        "neck_opening_photo_px": None if line is None else [[round(float(x), 4), round(float(y), 4)] for x, y in line],
        "kind_scores": {group: round(float(share), 4) for group, share in found.kind_scores.items()},
        "neck": found.neck,
        "front": found.front,
        "score": round(float(found.score), 4),
        "doubts": list(found.doubts),
    }
    (folder / NAME).write_text(json.dumps(paper, ensure_ascii=False) + "\n", encoding="utf-8")


def load_landmarks(folder: Path) -> Landmarks:
    """Read what `save_landmarks` wrote.

    Raises:
        RefusedError: `no-landmarks` when they are not there or cannot be read.
    """
    try:
        paper = json.loads((folder / NAME).read_text(encoding="utf-8"))
        points, line = paper["points"], paper["neck_opening_photo_px"]
        return Landmarks(
            names=tuple(points),
            points_photo_px=np.array([[point["x"], point["y"]] for point in points.values()], np.float32),
            confidence=np.array([point["confidence"] for point in points.values()], np.float32),
            neck_opening_photo_px=None if line is None else np.array(line, np.float32),
            kind_scores=dict(paper["kind_scores"]),
            neck=paper["neck"],
            score=paper["score"],
            doubts=tuple(paper["doubts"]),
            front=paper["front"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError(
            "no-landmarks", f"{folder.name} has no landmarks that could be moved: build it again."
        ) from None
