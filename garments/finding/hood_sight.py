"""Sees hoods that lie flat behind the neck, which the network takes for collars, by their width."""

import numpy as np

from garments.finding.look import Look

AS_WIDE, AS_HIGH = 0.54, 0.07
"""What stands above the neck is a hood when it is wider and higher than these shares of the chest's width: collars and
turtlenecks are hardly wider than half of it."""


def weigh_hood(seen: Look) -> dict[str, float]:
    """Shares of `NECKS`, with the hood's raised where the outline above the neck is as wide as only hoods are."""
    hood = max(seen.necks["hood"], _looks_like_hood(seen) * (1 - seen.necks["open"]))
    others = max(1 - seen.necks["hood"], 1e-6)
    shares = {name: share * (1 - hood) / others for name, share in seen.necks.items()}
    return shares | {"hood": hood}


def _looks_like_hood(seen: Look) -> float:
    """Between 0 and 1."""
    at, _ = seen.pick(("neck_left", "neck_right", "armpit_left", "armpit_right"))
    chest = max(float(at["armpit_left"][0] - at["armpit_right"][0]), 1.0)
    neck = float(at["neck_left"][1] + at["neck_right"][1]) / 2
    above = seen.mask[: max(int(neck), 0)] > 127
    rows = np.flatnonzero(above.any(axis=1))
    if not len(rows):
        return 0.0
    high = (neck - rows[0]) / chest
    wide = above[int(neck - 0.75 * (neck - rows[0]))].sum() / chest
    return _rises((wide - AS_WIDE) / 0.02) * _rises((high - AS_HIGH) / 0.01)


def _rises(x: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(x, -30, 30))))
