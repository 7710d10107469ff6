"""Finds the named points of a garment on its cut-out, and says how far they can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.finding.agree import add_outline
from garments.finding.corners import Points
from garments.finding.fronts import choose_front, close_front, trace_open_front
from garments.finding.hood_sight import weigh_hood
from garments.finding.kind_check import choose_neck
from garments.finding.legs import without_thin_parts
from garments.finding.look import Look, look
from garments.finding.neckline import find_neckline
from garments.finding.propose import propose_kinds
from garments.finding.snap import snap_points
from garments.finding.trust import has_sleeves, judge
from garments.kinds import Kind, get_kind

TRIED = 4
"""So many of the likeliest kinds are tried where none is said."""
WORTH_NAMING = 0.15
"""Share from which a kind is proposed to whoever said another."""
Placed = tuple[dict[str, Points], dict[str, float], Points | None, str, str]
"""Points and confidence by name, the neckline, neck and front."""


@dataclass(frozen=True)
class Landmarks:
    """The named points of one product photo."""

    names: tuple[str, ...]
    """Those of its kind. `left` is the wearer's left, which has the larger x in the photo."""
    points_photo_px: NDArray[np.float32]
    """(N, 2) Pixels of the photo, origin at the top-left corner, x right, y down."""
    confidence: NDArray[np.float32]
    """(N,) Between 0 (a guess) and 1."""
    neck_opening_photo_px: NDArray[np.float32] | None
    """(K, 2) The front neckline from the photo's left to its right end; None where the front closes the neck and for
    what hangs from the waist. With an open front it runs from `rim_right` down the right front edge to `opening_right`
    at the hem, over to `opening_left` and up to `rim_left`."""
    kind_scores: dict[str, float]
    """What the outline looks like, by group (`GROUPS`); they sum to one."""
    neck: str = "open"
    """One of `NECKS`; `open` for what hangs from the waist."""
    score: float = 1.0
    """Trust in the whole, between 0 and 1."""
    doubts: tuple[str, ...] = ()
    """Why it is not more, in words."""
    front: str = "whole"
    """One of `FRONTS`."""

    def point(self, name: str) -> NDArray[np.float32]:
        """(2,) Photo pixels of one point."""
        return np.asarray(self.points_photo_px[self.names.index(name)])


class LandmarksRefusedError(RefusedError):
    """Landmarks that must not be used, with what was found, so that it can be shown."""

    def __init__(self, code: str, sentence: str, found: Landmarks) -> None:
        super().__init__(code, sentence)
        self.found = found


def find_landmarks(cutout_rgba: NDArray[np.uint8], kind: str, *, seen: Look | None = None) -> Landmarks:
    """The landmarks of a garment of that kind.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        kind: One of the kinds in `garments/kinds`.
        seen: What the network saw on it, where somebody has looked already.

    Raises:
        LandmarksRefusedError: `not-this-kind` or `landmarks-not-trusted`.
        RefusedError: `empty-cutout`.
    """
    wanted = get_kind(kind)
    seen = look(cutout_rgba) if seen is None else seen
    place = _place_lower if wanted.hangs_from == "waist" else _place_upper
    at, sure, opening, neck, front = place(seen, wanted)
    scores = doubt_sleeves(seen)
    better = tuple(name for name, share in propose_kinds(cutout_rgba, seen=seen) if share > WORTH_NAMING)
    trust = judge(seen.mask, at, sure, wanted, kind_scores=scores, neck=neck, front=front, better=better)
    names = wanted.landmarks
    points = np.array([at[name] for name in names], np.float32)
    confidence = np.array([sure[name] for name in names], np.float32)
    found = Landmarks(names, points, confidence, opening, scores, neck, trust.score, trust.doubts, front)
    if trust.refusal is not None:
        raise LandmarksRefusedError(*trust.refusal, found)
    return found


def find_likeliest(cutout_rgba: NDArray[np.uint8]) -> tuple[str, Landmarks]:
    """The likeliest kind that the photo can be, and its landmarks.

    Raises:
        LandmarksRefusedError: What the likeliest kind is refused for, when no other is possible.
        RefusedError: `empty-cutout`.
    """
    seen = look(cutout_rgba)
    refusals = []
    for kind, _ in propose_kinds(cutout_rgba, seen=seen)[:TRIED]:
        try:
            return kind, find_landmarks(cutout_rgba, kind, seen=seen)
        except LandmarksRefusedError as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _place_lower(seen: Look, kind: Kind) -> Placed:
    """Points of what hangs from the waist."""
    # Cords and fringes are no part of the outline that the points lie on.
    at, sure = snap_points(without_thin_parts(seen.mask), *seen.pick(kind.landmarks), sleeved=True)
    at, sure = add_outline(seen.mask, at, sure)
    return at, sure, None, "open", "whole"


def _place_upper(seen: Look, kind: Kind) -> Placed:
    """Points of what hangs from the shoulders, its neckline and its front."""
    neck = choose_neck(weigh_hood(seen), seen.groups, kind)
    at, sure = seen.pick(kind.landmarks)
    at = _meet_rims(at, sure, neck)
    at, sure = snap_points(seen.mask, at, sure, sleeved=has_sleeves(doubt_sleeves(seen), kind))
    if "crotch" in at:
        at, sure = add_outline(seen.mask, at, sure)
    opening, at, sure = find_neckline(seen.cutout_rgba, seen.mask, at, sure, neck)
    front = choose_front(seen.fronts, at, kind)
    if front == "open" and kind.opens:
        opening = trace_open_front(seen.cutout_rgba, at)
    elif "opening_left" in at:
        at, sure = close_front(at, sure)
    return at, sure, opening, neck, front


def _meet_rims(at: dict[str, Points], sure: dict[str, float], neck: str) -> dict[str, Points]:
    """Where an open neck's rims are unsure, they are the neck points."""
    unsure = [hand for hand in ("left", "right") if neck == "open" and sure[f"rim_{hand}"] < 0.3]
    return at | {f"rim_{hand}": at[f"neck_{hand}"] for hand in unsure}


def doubt_sleeves(seen: Look) -> dict[str, float]:
    """The groups' shares; sleeves whose cuffs are nowhere to be seen are worth no more than a guess."""
    _, cuffs = seen.pick(tuple(f"cuff_{edge}_{hand}" for edge in ("outer", "inner") for hand in ("left", "right")))
    if float(np.mean(list(cuffs.values()))) > 0.3:
        return seen.groups
    even = (seen.groups["sleeved"] + seen.groups["sleeveless"]) / 2
    return seen.groups | {"sleeved": even, "sleeveless": even}
