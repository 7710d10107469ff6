"""What a merchandiser has to know of a photo whose points contradict each other or lie outside it, in plain words."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points

HANDS = ("left", "right")
GRAVE, DOUBTFUL, SLIGHT = 0.4, 0.6, 0.85
"""What a fault leaves of the trust in the whole."""
GUESSED = 0.3
"""Confidence below which a point is a guess."""
NECKLINE_SURE = 0.7
"""Confidence below which the front neckline wants a look."""
PLACES = {
    "cuff": ("cuff", "photograph the whole sleeve"),
    "hem": ("hem", "photograph the whole garment"),
    "leg": ("leg's hem", "photograph the whole leg"),
    "shoulder": ("shoulder", "photograph the whole garment"),
    "waistband": ("waistband", "photograph the whole garment"),
}
"""How a place is called and what to do when it is outside the photo."""
BESIDE_BORDER = 0.02
"""Points nearer to the photo's border than this share of the garment's size lie on it."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    words: str
    """For the merchandiser: what, and what to do."""
    weight: float
    """What it leaves of the trust in the whole, between 0 and 1."""


def find_faults(mask: NDArray[np.uint8], at: dict[str, Points], sure: dict[str, float] | None = None) -> list[Fault]:
    """What no garment's proportions can be, and what is folded or hidden.

    Args:
        mask: (H, W) 255 on the garment.
        at: Photo pixels by name.
        sure: Confidence by name, where it is known.
    """
    sure = sure or {}
    if "armpit_left" in at:
        faults = _top_faults(at)
        if not faults:
            faults = [*_sleeve_faults(mask, at, sure), *_hidden_hems(at)]
    else:
        faults = _waist_faults(at)
    if "crotch" in at:
        faults += _leg_faults(at)
    if sure.get("neck_front", 1.0) < NECKLINE_SURE:
        faults.append(Fault("the front neckline is not certain: look at it on the annotated photo", SLIGHT))
    return faults


def find_missing(mask: NDArray[np.uint8], at: dict[str, Points]) -> list[Fault]:
    """What lies outside the photo: points on its border, where the cloth goes on beyond it."""
    size = _size(at)
    height, width = mask.shape
    border = {
        "top": mask[0] > 127,
        "bottom": mask[-1] > 127,
        "left": mask[:, 0] > 127,
        "right": mask[:, -1] > 127,
    }
    found: dict[str, Fault] = {}
    for name, point in at.items():
        part, _, rest = name.partition("_")
        hand = rest.rsplit("_", 1)[-1]
        if part not in PLACES or hand not in HANDS:
            continue
        away = {"top": point[1], "bottom": height - 1 - point[1], "left": point[0], "right": width - 1 - point[0]}
        for edge, distance in away.items():
            along = int(np.clip(point[0] if edge in ("top", "bottom") else point[1], 0, len(border[edge]) - 1))
            reach = round(0.06 * size)
            touched = float(border[edge][max(along - reach, 0) : along + reach].sum()) / size
            if distance < BESIDE_BORDER * size and touched > 0.015:
                place, remedy = PLACES[part]
                words = f"the {hand} {place} is outside the photo: {remedy}"
                weight = SLIGHT if touched < 0.04 else DOUBTFUL
                found[words] = min(found.get(words, Fault(words, 1.0)), Fault(words, weight), key=lambda f: f.weight)
    return list(found.values())


def _top_faults(at: dict[str, Points]) -> list[Fault]:
    """Proportions that nothing with shoulders has."""
    low = "hem" if "hem_left" in at else "leg_outer"
    words = [
        f"neck, armpit and hem on the {hand} are not one below the other"
        for hand in HANDS
        if not at[f"neck_{hand}"][1] < at[f"armpit_{hand}"][1] < at[f"{low}_{hand}"][1]
    ]
    span, chest, opening = (_across(at, name) for name in ("shoulder", "armpit", "neck"))
    if min(span, chest, opening) <= 0:
        return [Fault("left and right are confused", GRAVE)]
    if not 0.45 < span / chest < 1.7:
        words.append("the shoulders do not fit the chest")
    if opening > 1.05 * span:
        words.append("the neck is wider than the shoulders")
    if not 0.5 < (_middle(at, low)[1] - _middle(at, "neck")[1]) / chest < 5.5:
        words.append("the length does not fit the chest")
    if abs(_middle(at, "neck")[0] - _middle(at, "armpit")[0]) > 0.2 * chest:
        words.append("the neck is not above the chest: lay the garment straight")
    return [Fault(sentence, GRAVE) for sentence in words]


def _sleeve_faults(mask: NDArray[np.uint8], at: dict[str, Points], sure: dict[str, float]) -> list[Fault]:
    """Sleeves that are not alike: one of them is folded, or something else lies beside the garment."""
    chest = _across(at, "armpit")
    lengths = {hand: _distance(at, f"cuff_outer_{hand}", f"shoulder_{hand}") for hand in HANDS}
    short, long = sorted(HANDS, key=lambda hand: lengths[hand])
    if lengths[long] < 0.15 * chest:
        return []
    faults = []
    if lengths[long] - lengths[short] > 0.3 * lengths[long] + 0.12 * chest:
        if min(sure.get(f"cuff_outer_{hand}", 1.0) for hand in HANDS) < GUESSED:
            return [Fault("the ends of the sleeves could not be made out", GRAVE)]
        faults.append(Fault(f"the {short} sleeve is shorter than the other, or folded: lay both sleeves flat", GRAVE))
    inside = np.asarray(cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3), np.float32)
    over = [hand for hand in HANDS if _at(inside, at[f"cuff_outer_{hand}"]) > 0.06 * _size(at)]
    faults += [Fault(f"the {hand} sleeve is folded over the front: lay it flat", GRAVE) for hand in over]
    return faults


def _hidden_hems(at: dict[str, Points]) -> list[Fault]:
    """Hem corners taken for cuffs, which happens where a sleeve lies over the hem."""
    if "hem_left" not in at:
        return []
    hidden = [hand for hand in HANDS if _distance(at, f"hem_{hand}", f"cuff_outer_{hand}") < 0.08 * _size(at)]
    words = "the hem on the {} may be hidden behind the sleeve: lay the sleeve beside the garment"
    return [Fault(words.format(hand), DOUBTFUL) for hand in hidden]


def _waist_faults(at: dict[str, Points]) -> list[Fault]:
    """Proportions that nothing that hangs from the waist has."""
    low = "leg_outer" if "crotch" in at else "hem"
    waist, hem = _across(at, "waistband"), _across(at, low)
    if min(waist, hem) <= 0:
        return [Fault("left and right are confused", GRAVE)]
    faults = []
    length = _middle(at, low)[1] - _middle(at, "waistband")[1]
    if length < 0.35 * waist:
        faults.append(Fault("the length does not fit the waist", GRAVE))
    tilt = abs(float(at["waistband_left"][1] - at["waistband_right"][1])) / waist
    if tilt > 0.25:
        faults.append(Fault("the waistband's corners are not on one level: lay the garment straight", GRAVE))
    uneven = abs(float(at[f"{low}_left"][1] - at[f"{low}_right"][1])) / max(length, 1.0)
    if low == "hem" and uneven > 0.15:
        faults.append(Fault("the hem's corners are not on one level: lay the garment flat", DOUBTFUL))
    return faults


def _leg_faults(at: dict[str, Points]) -> list[Fault]:
    """Legs that are not alike."""
    lengths = {hand: _distance(at, f"leg_inner_{hand}", "crotch") for hand in HANDS}
    widths = {hand: _distance(at, f"leg_inner_{hand}", f"leg_outer_{hand}") for hand in HANDS}
    faults = []
    short, long = sorted(HANDS, key=lambda hand: lengths[hand])
    if lengths[short] < 0.75 * lengths[long] - 0.02 * _size(at):
        faults.append(Fault(f"the {short} leg is folded or hidden: lay both legs flat", GRAVE))
    narrow, broad = sorted(HANDS, key=lambda hand: widths[hand])
    if widths[narrow] < 0.55 * widths[broad]:
        faults.append(Fault(f"the {narrow} leg is folded or half hidden: lay both legs flat", GRAVE))
    for hand in HANDS:
        inner, outer = at[f"leg_inner_{hand}"], at[f"leg_outer_{hand}"]
        beyond = (outer[0] - inner[0]) * (1 if hand == "left" else -1)
        if beyond <= 0 or min(inner[1], outer[1]) <= at["crotch"][1]:
            faults.append(Fault(f"the points of the {hand} leg contradict each other", GRAVE))
    return faults


def _size(at: dict[str, Points]) -> float:
    return max(float(np.ptp(np.array(list(at.values())), axis=0).max()), 1.0)


def _across(at: dict[str, Points], name: str) -> float:
    return float(at[f"{name}_left"][0] - at[f"{name}_right"][0])


def _middle(at: dict[str, Points], name: str) -> Points:
    return np.asarray((at[f"{name}_left"] + at[f"{name}_right"]) / 2)


def _distance(at: dict[str, Points], start: str, end: str) -> float:
    return float(np.linalg.norm(at[start] - at[end]))


def _at(plane: NDArray[np.float32], point: Points) -> float:
    x, y = np.round(point).astype(int)
    return float(plane[int(np.clip(y, 0, len(plane) - 1)), int(np.clip(x, 0, plane.shape[1] - 1))])
