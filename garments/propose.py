"""Proposes what kind of garment a cut-out shows."""

import numpy as np
from numpy.typing import NDArray

from garments.kinds import all_kinds
from garments.landmarks import Landmarks, LandmarksRefusedError, find_landmarks
from garments.look import Look, look

TRIED = 4
"""So many of the likeliest kinds are tried."""


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
    shares = {name: sum(seen.groups[group] for group in kind.groups) for name, kind in all_kinds().items()}
    whole = max(sum(shares.values()), 1e-6)
    ordered = sorted(shares, key=lambda name: -shares[name])
    return tuple((name, shares[name] / whole) for name in ordered)
