"""The garment passport: where a garment came from, what was found on it, how good it is, and whether it may be sold."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from garments.dyeing.tones import Swatch
from garments.errors import RefusedError
from garments.finding.landmarks import Landmarks
from garments.quality import WEIGHTS, Quality

SCHEMA = 2
NAME = "passport.json"
GRADES = (("A", 0.85), ("B", 0.7), ("C", 0.55), ("D", 0.0))
"""Least score of each grade."""
MEANING = {
    "A": "every point was found with certainty",
    "B": "the points were found, some of them less surely: glance at landmarks.png",
    "C": "some points are doubtful: look at landmarks.png before publishing",
    "D": "not fit for the shop: put the points right or send another photo",
}
BUT_FOR = "the points were found with certainty but for what follows"
ADVICE = "look at landmarks.png, and move in the studio what is not in its place"
MESH_MEANING = {
    "A": "the mesh fits the body",
    "B": "the mesh fits the body: glance at preview.png",
    "C": "the mesh fits the body badly: look at preview.png before publishing",
    "D": "not fit for the shop: mend the mesh or say another kind",
}
LOWEST = "D"
"""The grade that is never published."""

Made = Literal["photo", "model photo", "mesh"]


@dataclass(frozen=True)
class Source:
    """One file that a garment was made from."""

    made_from: Made
    """A product photo, a photo of somebody who wears it, or a mesh."""
    name: str
    """File name without its folder."""
    sha256: str
    """Of the file's bytes."""


@dataclass(frozen=True)
class Said:
    """What the merchandiser says of a garment; kept as given."""

    title: str | None = None
    materials: str | None = None
    """Such as `60 % cotton, 40 % linen`."""
    colour: str | None = None
    """The shop's own name of this colour."""
    group: str | None = None
    """Articles of one group are one garment in several colours."""


@dataclass(frozen=True)
class Variant:
    """The same garment dyed in another colour."""

    name_en: str
    name_ko: str
    hex: str
    folder: str
    """Beside this passport, such as `variants/navy`."""


@dataclass(frozen=True)
class Passport:
    """The paper that goes with a garment."""

    kind: str
    """One of the kinds in `garments/kinds`."""
    kind_proposed: bool
    """Whether the kind was read off the photo; else the merchandiser named it."""
    source: Source
    """The front, or the mesh."""
    back: Source | None
    """The photo of the back, where one was given."""
    grade: str
    """A to D."""
    publishable: bool
    """Whether a shop may show it: not with grade D."""
    reasons: tuple[str, ...]
    """Why that grade and what to do about it, in words."""
    score: float
    """Trust in the landmarks, 0 to 1."""
    quality: dict[str, Any]
    """`value`, 0 to 1, its `parts` and `texels_per_cm`; see `garments/quality.py`."""
    landmarks: dict[str, dict[str, float]]
    """By name: x and y in photo pixels, and confidence; empty for a mesh."""
    neck: str | None
    """open, collar, high or hood; None for a mesh."""
    front: str | None
    """whole, closed or open; None for a mesh."""
    neck_opening_photo_px: list[list[float]] | None
    """The front neckline."""
    photo_size_px: tuple[int, int] | None
    """Width and height of the upright photo; None for a mesh."""
    sizes_cm: dict[str, dict[str, float]]
    """The size table, empty where none was given."""
    colours: tuple[Swatch, ...]
    """What the cloth is coloured, the largest share first."""
    title: str | None = None
    materials: str | None = None
    colour: str | None = None
    group: str | None = None
    variants: tuple[Variant, ...] = ()
    """The same garment in other colours, made from this one."""
    schema: int = SCHEMA
    """Version of this paper's form."""

    @property
    def said(self) -> Said:
        """What the merchandiser said."""
        return Said(self.title, self.materials, self.colour, self.group)


def make_passport(
    kind: str,
    source: Source,
    found: Landmarks | None,
    quality: Quality,
    *,
    colours: tuple[Swatch, ...],
    photo_size_px: tuple[int, int] | None = None,
    back: Path | None = None,
    sizes_cm: dict[str, dict[str, float]] | None = None,
    said: Said | None = None,
    kind_proposed: bool = False,
    doubts: tuple[str, ...] = (),
) -> Passport:
    """The passport of a garment that was made.

    Args:
        kind: One of the kinds in `garments/kinds`.
        source: What it was made from.
        found: The photo's landmarks; None for a mesh.
        quality: How good the preview will be; its `landmarks` decides the grade.
        colours: The cloth's.
        photo_size_px: Width and height.
        back: The photo of the back.
        sizes_cm: The size table.
        said: What the merchandiser says.
        kind_proposed: Whether nobody named the kind.
        doubts: Why the grade is not better, besides the landmarks' own doubts.
    """
    grade = grade_of(quality.landmarks)
    line = None if found is None else found.neck_opening_photo_px
    all_doubts = advise((*doubts, *(() if found is None else found.doubts)))
    given = said or Said()
    return Passport(
        kind=kind,
        kind_proposed=kind_proposed,
        source=source,
        back=None if back is None else identify(back),
        grade=grade,
        publishable=grade != LOWEST,
        reasons=(_meaning(grade, made_from_mesh=found is None, doubted=bool(all_doubts)), *all_doubts),
        score=round(quality.landmarks, 3),
        quality=_write_quality(quality),
        landmarks={} if found is None else _write_points(found),
        neck=None if found is None else found.neck,
        front=None if found is None else found.front,
        neck_opening_photo_px=None if line is None else [[round(float(x), 1), round(float(y), 1)] for x, y in line],
        photo_size_px=photo_size_px,
        sizes_cm=sizes_cm or {},
        colours=colours,
        title=given.title,
        materials=given.materials,
        colour=given.colour,
        group=given.group,
    )


def advise(doubts: tuple[str, ...]) -> tuple[str, ...]:
    """The doubts, the last of those that do not say what to do about them followed by advice."""
    bare = [number for number, doubt in enumerate(doubts) if ": " not in doubt]
    return tuple(f"{doubt}: {ADVICE}" if bare[-1:] == [number] else doubt for number, doubt in enumerate(doubts))


def _meaning(grade: str, *, made_from_mesh: bool, doubted: bool) -> str:
    if made_from_mesh:
        return MESH_MEANING[grade]
    return BUT_FOR if doubted and grade == "A" else MEANING[grade]


def grade_of(score: float) -> str:
    """A to D."""
    return next(grade for grade, least in GRADES if score >= least)


def identify(path: Path, made_from: Made = "photo") -> Source:
    """Name and hash of a file."""
    return Source(made_from, path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def save_passport(passport: Passport, folder: Path) -> None:
    """Write `passport.json`."""
    (folder / NAME).write_text(json.dumps(asdict(passport), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_passport(folder: Path) -> Passport:
    """Read what `save_passport` wrote.

    Raises:
        RefusedError: `no-passport`, `old-passport` or `broken-passport`.
    """
    try:
        paper = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except OSError as error:
        raise RefusedError("no-passport", f"{folder.name} has no {NAME} that can be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise _broken(folder) from None
    if not isinstance(paper, dict):
        raise _broken(folder)
    if paper.get("schema") != SCHEMA:
        version = str(paper.get("schema"))[:20]
        words = f"the passport of {folder.name} has form {version}, not {SCHEMA}: build the garment again."
        raise RefusedError("old-passport", words)
    try:
        return _read(paper)
    except (KeyError, TypeError, ValueError):
        raise _broken(folder) from None


def with_variants(passport: Passport, variants: tuple[Variant, ...]) -> Passport:
    """The passport that lists the garment's other colours."""
    return replace(passport, variants=variants)


def _read(paper: dict[str, Any]) -> Passport:
    size, back = paper["photo_size_px"], paper["back"]
    return Passport(
        **paper
        | {
            "source": Source(**paper["source"]),
            "back": None if back is None else Source(**back),
            "reasons": tuple(paper["reasons"]),
            "photo_size_px": None if size is None else (size[0], size[1]),
            "colours": tuple(Swatch(**one) for one in paper["colours"]),
            "variants": tuple(Variant(**one) for one in paper["variants"]),
        }
    )


def _broken(folder: Path) -> RefusedError:
    return RefusedError("broken-passport", f"the passport of {folder.name} is damaged: build the garment again.")


def _write_quality(quality: Quality) -> dict[str, Any]:
    parts = {name: round(float(getattr(quality, name)), 3) for name in WEIGHTS}
    return {"value": round(quality.value, 3), "parts": parts, "texels_per_cm": round(quality.texels_per_cm, 2)}


def _write_points(found: Landmarks) -> dict[str, dict[str, float]]:
    return {
        name: {"x": round(float(point[0]), 1), "y": round(float(point[1]), 1), "confidence": round(float(sure), 3)}
        for name, point, sure in zip(found.names, found.points_photo_px, found.confidence, strict=True)
    }
