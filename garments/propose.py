"""Proposes what kind of garment a cut-out shows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from garments.kinds import all_kinds
from garments.landmarks import Landmarks, LandmarksRefusedError, find_landmarks
from garments.look import Look, look

TRIED = 4
"""So many of the likeliest kinds are tried."""
PLAINEST = ("t-shirt", "sleeveless-top", "trousers", "skirt", "dress", "knit", "shirt", "jacket", "shorts")
"""What a garment is taken for where its outline leaves it open."""
TELLING: dict[str, Callable[[Look], bool]] = {
    "hoodie": lambda seen: seen.necks["hood"] > 0.5,
    "shirt": lambda seen: seen.necks["collar"] > 0.5,
    "jacket": lambda seen: seen.fronts["open"] > 0.5,
    "coat": lambda seen: seen.fronts["whole"] < 0.3 < seen.groups["dress"],
}
"""Parts that only some of the kinds of one outline have."""
FAVOUR = 1.2
"""What such a part is worth."""


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


def propose_kinds(cutout_rgba: NDArray[np.uint8], *, seen: Look | None = None) -> tuple[tuple[str, float], ...]:
    """Kinds and their shares, the likeliest first; the shares sum to one.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        seen: What the network saw on it, where somebody has looked already.

    Raises:
        RefusedError: `empty-cutout`.
    """
    seen = look(cutout_rgba) if seen is None else seen
    shares = {name: max(seen.groups[group] for group in kind.groups) for name, kind in all_kinds().items()}
    for name, telling in TELLING.items():
        if telling(seen):
            shares[name] *= FAVOUR
    whole = max(sum(shares.values()), 1e-6)
    # Kinds of one outline have one share: the plainest comes first.
    ordered = sorted(shares, key=lambda name: (-shares[name], PLAINEST.index(name) if name in PLAINEST else 99))
    return tuple((name, shares[name] / whole) for name in ordered)
