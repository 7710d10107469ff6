"""Whether found landmarks may be used: how sure they are, the garment drawn back from them, and its proportions."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points
from garments.finding.faults import SLIGHT, Fault, find_faults, find_missing
from garments.finding.kind_check import contradiction
from garments.kinds import Kind

LEAST_SCORE = 0.4
"""Below this nothing is built."""
UNSURE = 0.35
"""Confidence below which a point is named among the doubts."""
SURELY_SLEEVED = 0.75
"""Share from which sleeves, or none, are taken for seen."""
USUAL = 0.5
"""Share of its own outlines that a garment of a kind usually has."""
WELL_COVERED = 0.82
"""Share of the silhouette that a garment drawn from right points covers."""
MINOR = ("waist", "rim", "opening", "waistband_front")
"""Points that follow from others: their confidence says nothing of its own."""


@dataclass(frozen=True)
class Trust:
    """How far landmarks can be trusted."""

    score: float
    """Between 0 and 1."""
    doubts: tuple[str, ...]
    """In words, the gravest first."""
    refusal: tuple[str, str] | None
    """Code and sentence, when they must not be used."""


def judge(
    mask: NDArray[np.uint8],
    at: dict[str, Points],
    sure: dict[str, float],
    kind: Kind,
    *,
    kind_scores: dict[str, float],
    neck: str,
    front: str,
    better: tuple[str, ...] = (),
) -> Trust:
    """How far the points of a photo that is said to show a garment of that kind can be trusted.

    Args:
        mask: (H, W) 255 on the garment.
        at: Photo pixels by name.
        sure: Confidence by name.
        kind: What the merchandiser says.
        kind_scores: Shares of `GROUPS`.
        neck: One of `NECKS`.
        front: One of `FRONTS`.
        better: Kinds that the photo looks like, the likeliest first.
    """
    overlap = redraw_overlap(mask, at)
    found = [*find_faults(mask, at, sure), *find_missing(mask, at), *_unlike(kind_scores, kind)]
    faults = sorted(found, key=lambda fault: fault.weight)
    likely = np.array([share for name, share in sure.items() if not name.startswith(MINOR)])
    # The weakest points count as much as the mean: one wrong hem spoils a garment.
    certainty = np.sqrt((float(likely.mean()) + float(np.percentile(likely, 10))) / 2)
    score = float(np.clip(certainty, 0, 1) * np.clip((overlap - 0.5) / 0.35, 0, 1))
    score *= float(np.prod([fault.weight for fault in faults]))
    doubts = _doubts(faults, overlap, sure)
    # Points that cannot be trusted say nothing of lengths.
    measured = at if score >= LEAST_SCORE else {}
    words = contradiction(kind_scores, measured, kind, neck=neck, front=front, better=better)
    refusal = None if words is None else ("not-this-kind", words)
    if refusal is None and score < LEAST_SCORE:
        why = doubts[0] if doubts else "the points are all unsure"
        refusal = ("landmarks-not-trusted", f"the garment's points could not be found with certainty: {why}.")
    return Trust(score, doubts, refusal)


def has_sleeves(kind_scores: dict[str, float], kind: Kind) -> bool:
    """What the outline says, or what the merchandiser says where the outline leaves it open."""
    sleeved, sleeveless = kind_scores["sleeved"], kind_scores["sleeveless"]
    if max(sleeved, sleeveless) >= SURELY_SLEEVED:
        return sleeved > sleeveless
    return kind.groups != ("sleeveless",)


def redraw_overlap(mask: NDArray[np.uint8], at: dict[str, Points]) -> float:
    """Intersection over union of the silhouette and a plain garment drawn from the points."""
    drawn = np.zeros_like(mask)
    for shape in _shapes(at):
        corners = np.array([at[name] for name in shape])
        cv2.fillPoly(drawn, [np.round(np.nan_to_num(corners)).astype(np.int32)], 255)
    solid = mask > 127
    return float((solid & (drawn > 0)).sum() / max((solid | (drawn > 0)).sum(), 1))


def _unlike(kind_scores: dict[str, float], kind: Kind) -> list[Fault]:
    """An outline that is not like most of its kind: found points may be off without a sign of it."""
    if sum(kind_scores.get(group, 0.0) for group in kind.groups) >= USUAL:
        return []
    return [Fault(f"the outline is unusual for a {kind.title_en.lower()}: look at the points", SLIGHT)]


def _shapes(at: dict[str, Points]) -> list[list[str]]:
    """The pieces of a plain garment with these points, each by the names round it."""
    shapes = []
    if "neck_left" in at:
        low = ("hem",) if "hem_left" in at else ()
        left = [f"{name}_left" for name in ("neck", "shoulder", "armpit", "waist", *low)]
        right = [f"{name}_right" for name in (*low, "waist", "armpit", "shoulder", "neck")]
        shapes += [[*left, *right], ["rim_left", "neck_left", "neck_right", "rim_right"]]
        shapes += [
            [f"{name}_{hand}" for name in ("shoulder", "cuff_outer", "cuff_inner", "armpit")]
            for hand in ("left", "right")
        ]
    if "crotch" in at:
        top = "waistband" if "waistband_left" in at else "waist"
        legs = ["leg_outer_left", "leg_inner_left", "crotch", "leg_inner_right", "leg_outer_right"]
        shapes.append([f"{top}_left", *legs, f"{top}_right"])
    elif "waistband_left" in at:
        shapes.append(["waistband_left", "hem_left", "hem_right", "waistband_right"])
    return shapes


def _doubts(faults: list[Fault], overlap: float, sure: dict[str, float]) -> tuple[str, ...]:
    doubts = [fault.words for fault in faults]
    if overlap < WELL_COVERED:
        doubts.append(f"a garment drawn from the points covers the photo's only to {overlap:.0%}")
    unsure = [name for name in sorted(sure, key=lambda name: sure[name]) if sure[name] < UNSURE]
    if unsure:
        doubts.append("unsure of " + ", ".join(name.replace("_", " ") for name in unsure[:4]))
    return tuple(doubts)
