"""Whether found landmarks may be used: the template drawn back, proportions, and what else the outline could be."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.kinds import all_kinds, get_kind
from garments.landmark_input import TOP_POINTS

Points = NDArray[np.float32]

LEAST_SCORE = 0.4
"""Below this nothing is built."""
TOPS = ("sleeved", "sleeveless")
STRANGE = 0.6
"""Share of everything that is no top from which a photo is refused."""
LONGEST_TOP = 2.75
"""Length from neck to hem over the chest's width; dresses are longer."""
SURE = 0.75
"""Share of a group from which it overrules what the merchandiser says."""
PLAIN_NAMES = {
    "sleeved": "a top with sleeves",
    "sleeveless": "a sleeveless top",
    "dress": "a dress",
    "trousers": "trousers or shorts",
    "skirt": "a skirt",
    "other": "a shoe, a bag, several pieces at once or something else",
}


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
    mask: NDArray[np.uint8], points: Points, confidence: Points, kind_scores: dict[str, float], neck: str, kind: str
) -> Trust:
    """How far the points of a photo that is said to show a `kind` can be trusted.

    Args:
        mask: (H, W) 255 on the garment.
        points: (17, 2) Photo pixels, in the order of `TOP_POINTS`.
        confidence: (17,) Of each point.
        kind_scores: Shares of `GROUPS`.
        neck: One of `NECKS`.
        kind: One of the kinds in `garments/kinds`.
    """
    at = {name: points[index] for index, name in enumerate(TOP_POINTS)}
    overlap = redraw_overlap(mask, at)
    faults = find_faults(at)
    sure = np.array(
        [confidence[index] for index, name in enumerate(TOP_POINTS) if not name.startswith(("waist", "rim"))]
    )
    # The weakest points count as much as the mean: one wrong hem spoils a garment.
    certainty = np.sqrt((float(sure.mean()) + float(np.percentile(sure, 10))) / 2)
    hidden = _hidden_hems(at)
    score = float(np.clip(certainty, 0, 1) * np.clip((overlap - 0.5) / 0.35, 0, 1))
    score *= 0.4 ** len(faults) * 0.6 ** len(hidden)
    unsure = [TOP_POINTS[index] for index in np.argsort(confidence) if confidence[index] < 0.35]
    doubts = [*faults, *hidden]
    if overlap < 0.82:
        doubts.append(f"a garment drawn from the points covers the photo's only to {overlap:.0%}")
    if unsure:
        doubts.append("unsure of " + ", ".join(name.replace("_", " ") for name in unsure[:4]))
    refusal = _wrong_kind(kind_scores, neck, at, kind)
    if refusal is None and score < LEAST_SCORE:
        why = doubts[0] if doubts else "the points are all unsure"
        refusal = ("landmarks-not-trusted", f"the garment's points could not be found with certainty: {why}.")
    return Trust(score, tuple(doubts), refusal)


def has_sleeves(kind_scores: dict[str, float], kind: str) -> bool:
    """What the outline says, or what the merchandiser says where the outline leaves it open."""
    sleeved, sleeveless = kind_scores["sleeved"], kind_scores["sleeveless"]
    if max(sleeved, sleeveless) >= SURE:
        return sleeved > sleeveless
    return "sleeved" in get_kind(kind).groups


def redraw_overlap(mask: NDArray[np.uint8], at: dict[str, Points]) -> float:
    """Intersection over union of the silhouette and a plain garment drawn from the points."""
    drawn = np.zeros_like(mask)
    torso = [
        *_names("left", "neck", "shoulder", "armpit", "waist", "hem"),
        *_names("right", "hem", "waist", "armpit", "shoulder", "neck"),
    ]
    shapes = [torso, ["rim_left", "neck_left", "neck_right", "rim_right"]]
    shapes += [_names(hand, "shoulder", "cuff_outer", "cuff_inner", "armpit") for hand in ("left", "right")]
    for shape in shapes:
        cv2.fillPoly(drawn, [np.round(np.array([at[name] for name in shape])).astype(np.int32)], 255)
    solid = mask > 127
    return float((solid & (drawn > 0)).sum() / max((solid | (drawn > 0)).sum(), 1))


def find_faults(at: dict[str, Points]) -> list[str]:
    """What no garment's proportions can be, in words."""
    faults = []
    for hand in ("left", "right"):
        neck, armpit, hem = (at[f"{name}_{hand}"] for name in ("neck", "armpit", "hem"))
        if not neck[1] < armpit[1] < hem[1]:
            faults.append(f"neck, armpit and hem on the {hand} are not one below the other")
    span = at["shoulder_left"][0] - at["shoulder_right"][0]
    chest = at["armpit_left"][0] - at["armpit_right"][0]
    opening = at["neck_left"][0] - at["neck_right"][0]
    length = (at["hem_left"][1] + at["hem_right"][1] - at["neck_left"][1] - at["neck_right"][1]) / 2
    if min(span, chest, opening) <= 0:
        faults.append("left and right are confused")
        return faults
    if not 0.45 < span / chest < 1.7:
        faults.append("the shoulders do not fit the chest")
    if opening > 1.05 * span:
        faults.append("the neck is wider than the shoulders")
    if not 0.5 < length / chest < LONGEST_TOP:
        faults.append("the length does not fit the chest")
    lengths = [float(np.linalg.norm(at[f"cuff_outer_{hand}"] - at[f"shoulder_{hand}"])) for hand in ("left", "right")]
    if abs(lengths[0] - lengths[1]) > 0.3 * max(lengths) + 0.12 * chest:
        faults.append("the sleeves are not of one length, or something else lies beside the garment")
    middle = (at["armpit_left"][0] + at["armpit_right"][0]) / 2
    if abs((at["neck_left"][0] + at["neck_right"][0]) / 2 - middle) > 0.2 * chest:
        faults.append("the neck is not above the chest")
    return faults


def _hidden_hems(at: dict[str, Points]) -> list[str]:
    """Hem corners taken for cuffs, which happens where a sleeve lies over the hem, in words."""
    size = float(np.ptp(np.array(list(at.values())), axis=0).max())
    hands = [hand for hand in ("left", "right") if _distance(at, f"hem_{hand}", f"cuff_outer_{hand}") < 0.08 * size]
    return [f"the hem on the {hand} may be hidden behind the sleeve" for hand in hands]


def _distance(at: dict[str, Points], start: str, end: str) -> float:
    return float(np.linalg.norm(at[start] - at[end]))


def _wrong_kind(kind_scores: dict[str, float], neck: str, at: dict[str, Points], kind: str) -> tuple[str, str] | None:
    wanted = get_kind(kind)
    title = wanted.title_en.lower()
    scores = _without_dress(kind_scores) if _length_by_chest(at) < LONGEST_TOP else kind_scores
    strangers = {name: share for name, share in scores.items() if name not in TOPS}
    if sum(strangers.values()) >= STRANGE:
        likeliest = PLAIN_NAMES[max(strangers, key=lambda name: strangers[name])]
        return "not-this-kind", f"the photo does not show a {title}: it looks like {likeliest}."
    group = max(TOPS, key=lambda name: scores.get(name, 0.0))
    if group not in wanted.groups and scores[group] >= SURE:
        better = [name for name, other in all_kinds().items() if group in other.groups]
        return "not-this-kind", f"the photo looks like {PLAIN_NAMES[group]}, not a {title}: try {' or '.join(better)}."
    if neck == "hood" and group == "sleeved":
        return "not-this-kind", f"the photo shows a hood, which a {title} cannot have yet."
    return None


def _without_dress(kind_scores: dict[str, float]) -> dict[str, float]:
    """The shares of a garment too short for a dress, however it is cut: the doubt is only whether it has sleeves."""
    tops = {name: kind_scores.get(name, 0.0) + 1e-3 for name in TOPS}
    dress = kind_scores.get("dress", 0.0)
    others = {name: share for name, share in kind_scores.items() if name not in (*TOPS, "dress")}
    return others | {name: share + dress * share / sum(tops.values()) for name, share in tops.items()}


def _length_by_chest(at: dict[str, Points]) -> float:
    hem, neck = (at[f"{name}_left"][1] + at[f"{name}_right"][1] for name in ("hem", "neck"))
    return float((hem - neck) / 2 / max(at["armpit_left"][0] - at["armpit_right"][0], 1.0))


def _names(hand: str, *names: str) -> list[str]:
    return [f"{name}_{hand}" for name in names]
