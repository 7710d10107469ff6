"""What a product photo would show if nothing lay on its ground."""

from dataclasses import dataclass

import cv2
import numpy as np

from garments.cutting.regions import Field, Mask, brightest, mean_within, narrow, reach_from_rim

SMALL_PX = 256
"""Long side at which the ground is fitted: it is smooth, so no detail is lost."""

UNLIKE_LEVELS = 8.0
"""Where the photo's left and right rims differ by more, something lies on one of them."""


@dataclass(frozen=True)
class Ground:
    """The plain or softly shaded ground that a product was photographed on."""

    colour: Field
    """(H, W, 3) RGB, levels from 0 to 255."""
    noise_levels: float
    """Standard deviation of the photo's grain on the ground."""
    misfit_levels: float
    """Standard deviation of what is neither ground colour nor grain: slow blotches, banding."""
    roughness_levels: float
    """How far the photo's rim typically is from any smooth ground: large when the ground is a room or a pattern."""


def fit_ground(photo: Field) -> Ground:
    """Give the smooth ground of a (H, W, 3) RGB photo, seen at its rim and followed inwards."""
    height, width = photo.shape[:2]
    scale = min(1.0, SMALL_PX / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.float32)
    rim = np.ones(small.shape[:2], bool)
    thickness = max(4, min(size) // 40)
    rim[thickness:-thickness, thickness:-thickness] = False
    colour, spread = _fit_curves(small, rim, small)
    colour = colour + _profile(small - colour, thickness)
    roughness = float(np.percentile(_distance(small, colour)[rim], 60))
    for _ in range(2):
        seen = reach_from_rim(_distance(small, colour) < max(3.0, 3.0 * spread))
        if seen.sum() > rim.sum() // 4:
            colour, spread = _fit_curves(small, seen, small)
            colour = colour + _profile(small - colour, thickness)
    near = reach_from_rim(_distance(small, colour) < max(2.5, 2.5 * spread))
    colour = colour + _smooth_rest(small - colour, near)
    full = np.asarray(cv2.resize(colour, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    misfit = float(1.4826 * np.median(_distance(small, colour)[near])) if near.any() else 0.0
    return Ground(full, _grain(photo, full, near), misfit, roughness)


def _profile(rest: Field, thickness: int) -> Field:
    """What the curves left, row by row, as both sides of the photo show it: a wall that fades into a floor."""
    sides = [np.median(rest[:, part], axis=1) for part in (slice(0, thickness), slice(-thickness, None))]
    # Where the product lies on one side, the other one tells.
    lesser = np.where(np.abs(sides[0]) < np.abs(sides[1]), sides[0], sides[1])
    unlike = np.abs(sides[0] - sides[1]).max(axis=1, keepdims=True) > UNLIKE_LEVELS
    left, right = (_without_bumps(np.where(unlike, lesser, side)) for side in sides)
    share = np.linspace(0, 1, rest.shape[1], dtype=np.float32)[None, :, None]
    return np.asarray(left[:, None] * (1 - share) + right[:, None] * share, np.float32)


def _without_bumps(profile: Field) -> Field:
    """Give a (H, 3) profile without what lasts for few rows only: a cuff, or its shadow, on both rims."""
    half = len(profile) // 8
    padded = np.pad(profile, ((half, half), (0, 0)), mode="reflect")
    steady = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=0), axis=2)
    return np.asarray(
        cv2.GaussianBlur(steady.astype(np.float32), (1, 0), sigmaX=1, sigmaY=len(profile) / 100), np.float32
    )


def _distance(picture: Field, colour: Field) -> Field:
    return brightest(np.abs(picture - colour))


def _fit_curves(small: Field, where: Mask, like: Field) -> tuple[Field, float]:
    """Fit a quadratic a channel to the picture where asked, hardly minding what stands out; give it and the spread."""
    height, width = like.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    a, b = terms[where], small[where]
    middle = np.median(b, axis=0)
    off = brightest(np.abs(b - middle)[None])[0]
    spread = max(1.0, float(np.median(off)))
    weights = 1 / (1 + (off / (3 * spread)) ** 4)
    coefficients = np.zeros((6, 3), np.float32)
    for _ in range(6):
        weighted = a * weights[:, None]
        # A little ridge keeps the curve flat where the rim shows only one side of the ground.
        solved = np.linalg.solve(weighted.T @ a + 1e-5 * len(a) * np.eye(6), weighted.T @ b)
        coefficients = solved.astype(np.float32)
        off = brightest(np.abs(b - a @ coefficients)[None])[0]
        spread = max(0.5, 1.5 * float(np.median(off)))
        weights = 1 / (1 + (off / (2 * spread)) ** 4)
    return (terms @ coefficients).astype(np.float32), spread


def _smooth_rest(rest: Field, where: Mask) -> Field:
    """Spread over the picture what the curves left, as far as the ground in the neighbourhood shows it."""
    mean, near = mean_within(rest, narrow(where, 1), max(rest.shape[:2]) / 25)
    return np.asarray(mean * (near / (near + 0.02))[..., None], np.float32)


def _grain(photo: Field, colour: Field, near: Mask) -> float:
    where = cv2.resize(near.astype(np.uint8), (photo.shape[1], photo.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
    rest = photo[..., 1] - cv2.blur(photo[..., 1], (5, 5))
    inside = rest[where & (np.abs(photo[..., 1] - colour[..., 1]) < 12)]
    return float(1.4826 * np.median(np.abs(inside))) if inside.size else 0.0
