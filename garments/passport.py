"""What is known of a built garment: where it came from, what was found, and how good it is."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from garments.landmarks import Landmarks

SCHEMA = 1
GRADES = (("A", 0.85), ("B", 0.7), ("C", 0.55), ("D", 0.0))
"""Least score of each grade."""
MEANING = {
    "A": "every point was found with certainty",
    "B": "the points were found, some of them less surely",
    "C": "look at the annotated photo before publishing",
    "D": "publish only after a person has checked the points",
}


@dataclass(frozen=True)
class Source:
    """One file that a garment was made from."""

    name: str
    """File name without its folder."""
    sha256: str
    """Of the file's bytes."""


@dataclass(frozen=True)
class Passport:
    """The paper that goes with a garment."""

    kind: str
    """One of the kinds in `garments/kinds`."""
    source: Source
    """The photo of the front."""
    back: Source | None
    """The photo of the back, where one was given."""
    grade: str
    """A to D."""
    reasons: tuple[str, ...]
    """Why that grade, in words."""
    score: float
    """Trust in the landmarks, 0 to 1."""
    landmarks: dict[str, dict[str, float]]
    """By name: x and y in photo pixels, and confidence."""
    neck: str
    """open, collar or high."""
    neck_opening_photo_px: list[list[float]] | None
    """The front neckline."""
    photo_size_px: tuple[int, int]
    """Width and height of the upright photo."""
    sizes_cm: dict[str, dict[str, float]]
    """The size table, empty where none was given."""
    schema: int = SCHEMA
    """Version of this paper's form."""


def make_passport(
    kind: str,
    photo: Path,
    found: Landmarks,
    photo_size_px: tuple[int, int],
    *,
    back: Path | None,
    sizes_cm: dict[str, dict[str, float]],
) -> Passport:
    """The passport of a garment whose landmarks are trusted."""
    grade = grade_of(found.score)
    line = found.neck_opening_photo_px
    return Passport(
        kind=kind,
        source=identify(photo),
        back=None if back is None else identify(back),
        grade=grade,
        reasons=(MEANING[grade], *found.doubts),
        score=round(found.score, 3),
        landmarks={
            name: {"x": round(float(point[0]), 1), "y": round(float(point[1]), 1), "confidence": round(float(sure), 3)}
            for name, point, sure in zip(found.names, found.points_photo_px, found.confidence, strict=True)
        },
        neck=found.neck,
        neck_opening_photo_px=None if line is None else [[round(float(x), 1), round(float(y), 1)] for x, y in line],
        photo_size_px=photo_size_px,
        sizes_cm=sizes_cm,
    )


def grade_of(score: float) -> str:
    """A to D."""
    return next(grade for grade, least in GRADES if score >= least)


def identify(path: Path) -> Source:
    """Name and hash of a file."""
    return Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def save_passport(passport: Passport, folder: Path) -> None:
    """Write `passport.json`."""
    (folder / "passport.json").write_text(
        json.dumps(asdict(passport), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
