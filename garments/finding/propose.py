"""Proposes what kind of garment a cut-out shows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.corners import Points
from garments.finding.hood_sight import weigh_hood
from garments.finding.kind_check import body_length, leg_length
from garments.finding.landmark_input import TOP_POINTS
from garments.finding.look import Look, look
from garments.kinds import all_kinds, get_kind

BETWEEN_TOP_AND_DRESS = 1.85
"""Length from armpit to hem over the chest's width at which a top and a dress are equally likely."""
BETWEEN_SHORTS_AND_TROUSERS = 1.75
"""The same for legs, from waistband to hem over the waistband's width."""
KNITTED = 3.0
"""Roughness in levels at which cloth is as likely knitted as not."""
ROUGH_PX = 768
"""Longer side of the picture at which the cloth's grain is looked at."""


def propose_kinds(cutout_rgba: NDArray[np.uint8], *, seen: Look | None = None) -> tuple[tuple[str, float], ...]:
    """Kinds and their shares, the likeliest first; the shares sum to one.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        seen: What the network saw on it, where somebody has looked already.

    Raises:
        RefusedError: `empty-cutout`.
    """
    seen = look(cutout_rgba) if seen is None else seen
    likely = _tops(seen) | _lower(seen) | {"jumpsuit": seen.groups["jumpsuit"]}
    # Something else altogether is nothing we know: then all stay faint, and the first of them is a guess.
    whole = max(sum(likely.values()), 1e-6)
    shares = {name: likely.get(name, 0.0) / whole for name in all_kinds()}
    return tuple(sorted(shares.items(), key=lambda item: -item[1]))


def _tops(seen: Look) -> dict[str, float]:
    """How likely each kind with shoulders is: by length, sleeves, neck and front."""
    at, _ = seen.pick(TOP_POINTS)
    sleeved, sleeveless, dress = (seen.groups[group] + 1e-4 for group in ("sleeved", "sleeveless", "dress"))
    whole = sleeved + sleeveless + dress
    length = body_length(at) or 0.0
    long = _rises((length - BETWEEN_TOP_AND_DRESS) / 0.12 + 3 * (dress / whole - 0.5))
    covered = sleeved / (sleeved + sleeveless)
    neck, front = weigh_hood(seen), seen.fronts
    opens, arms = front["closed"] + front["open"], _rises((_sleeve_length(at) - 0.75) / 0.1)
    hood, bare, collar = neck["hood"], neck["open"] + 0.3 * neck["high"], neck["collar"] + 0.2 * neck["high"]
    rough = _rises((_roughness(seen) - KNITTED) / 2.0)
    with_sleeves = {
        "t-shirt": front["whole"] * (bare + 0.25 * collar) * (1.0 - 0.6 * arms),
        "shirt": collar * (0.5 * front["whole"] + front["closed"] + 0.2 * front["open"]) + 0.15 * bare * opens,
        "knit": (bare + neck["high"] + 0.1 * collar) * (0.2 + 0.6 * arms) * (0.5 + rough) * (1 - 0.3 * opens),
        "hoodie": hood * (1 - 0.5 * front["open"]),
        "jacket": arms * (front["open"] * (0.8 * collar + 0.4) + 0.15 * front["closed"] * (collar + neck["high"])),
    }
    without = {"vest": 0.05 + 0.5 * opens, "sleeveless-top": 0.95 - 0.5 * opens}
    likely = {name: (1 - long) * covered * share for name, share in _shared_out(with_sleeves).items()}
    likely |= {name: (1 - long) * (1 - covered) * share for name, share in without.items()}
    likely |= {"coat": long * covered * opens, "dress": long * (1 - covered * opens)}
    return {name: whole * share for name, share in likely.items()}


def _lower(seen: Look) -> dict[str, float]:
    """How likely each kind that hangs from the waist is."""
    at, _ = seen.pick(get_kind("trousers").landmarks)
    long = _rises(((leg_length(at) or 0.0) - BETWEEN_SHORTS_AND_TROUSERS) / 0.15)
    legs = seen.groups["trousers"]
    return {"trousers": legs * long, "shorts": legs * (1 - long), "skirt": seen.groups["skirt"]}


def _sleeve_length(at: dict[str, Points]) -> float:
    """From shoulder to cuff over the chest's width."""
    lengths = [np.linalg.norm(at[f"cuff_outer_{hand}"] - at[f"shoulder_{hand}"]) for hand in ("left", "right")]
    return float(np.mean(lengths)) / max(float(at["armpit_left"][0] - at["armpit_right"][0]), 1.0)


def _roughness(seen: Look) -> float:
    """How much the brightness changes from stitch to stitch, levels: jersey and poplin are smooth, knits are not."""
    height, width = seen.mask.shape
    scale = ROUGH_PX / max(height, width)
    grey = cv2.cvtColor(np.ascontiguousarray(seen.cutout_rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    size = (round(width * scale), round(height * scale))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.resize(seen.mask, size, interpolation=cv2.INTER_AREA) > 250
    inside = cv2.erode(inside.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    fine = np.abs(small - cv2.GaussianBlur(small, (0, 0), 1.5))
    return float(np.median(fine[inside])) if inside.any() else 0.0


def _rises(x: float) -> float:
    """From 0 to 1 as x goes from low to high."""
    return float(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _shared_out(shares: dict[str, float]) -> dict[str, float]:
    whole = max(sum(shares.values()), 1e-6)
    return {name: share / whole for name, share in shares.items()}
