"""A garment's own measures, read off its photo and set to scale by the resting body."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.construct.form import Form

Array = NDArray[Any]
EASE_M = 0.003
"""Air between cloth and skin."""
LENGTH_M = 0.53
"""Length of a common top on the resting body, from the neck to the hem."""
SHOULDER_SHARE = 0.89
"""A common shoulder seam's share of the distance between the shoulder joints."""
CHEST_SHARE = 0.80
"""What is seen of a common top between the armpits, as a share of the body's width there."""
LOOSE = 0.12
"""Ease beyond which shoulder seams are dropped or padded and chests are wide: what is worn over other clothes."""
SLEEVE_ROOM = 0.15
"""Metres that sleeves stand off the arms, by how much a kind's ease exceeds that."""
MOST_WIDENED = 1.12
"""How much larger than its seam and length say a garment laid flat may be made, so that it goes round the body."""


@dataclass(frozen=True)
class UsualLength:
    """How long a kind of garment usually is on the resting body, from the neck down."""

    length_m: float
    """The length."""
    to: str = "hem"
    """The landmark where it ends: `hem`, `waist` or `crotch`."""
    trust: float = 1.0
    """How much that says, 1 for tops."""


TOP_LENGTH = UsualLength(LENGTH_M)


@dataclass(frozen=True)
class Cut:
    """A garment's measures in the plane of its photo: metres, x to the wearer's left, y down, origin at the neck."""

    m_per_px: float
    """Scale of the photo."""
    origin_px: NDArray[np.float32]
    """(2,) On the garment's axis, at the height where shoulder seams meet the collar."""
    points_m: dict[str, Array]
    """Landmarks, (2,) each."""
    worn: float
    """1 when the photo shows the garment as on a body (widths are what one sees), 0 when it lies flat (half girths)."""
    sleeved: bool
    """Whether it has sleeves."""
    room_m: float
    """Air between its sleeves and the arms, and round the neck."""
    base_m: float
    """Distance from the axis to where the shoulder seams meet the collar."""
    neck_drop_m: float
    """How far the front neckline's lowest point lies below that."""
    tip_m: float
    """Distance from the axis to where the shoulder seams end."""
    rows_m: NDArray[np.float32]
    """(R,) y of evenly spaced rows."""
    left_m: NDArray[np.float32]
    """(R,) x of the torso's edge on the wearer's left."""
    right_m: NDArray[np.float32]
    """(R,) x of its other edge."""
    seam_x_m: NDArray[np.float32]
    """(C,) x of evenly spaced columns."""
    seam_y_m: NDArray[np.float32]
    """(C,) y of the shoulder seam in each column."""

    def flat(self, points_photo_px: Array) -> Array:
        """(N, 2) Points of the photo in this plane."""
        return (points_photo_px - self.origin_px) * self.m_per_px

    def seam(self, x_m: Array) -> Array:
        """y of the shoulder seam at any x."""
        return np.asarray(np.interp(x_m, self.seam_x_m, self.seam_y_m))


def take_measures(
    points: dict[str, Array],
    opening_px: Array | None,
    mask: NDArray[np.bool_],
    torso: NDArray[np.bool_],
    form: Form,
    *,
    ease: float,
    sleeved: bool,
    usual: UsualLength = TOP_LENGTH,
) -> Cut:
    """Scale a photo to metres and read the garment's widths.

    Args:
        points: The landmarks by name.
        opening_px: (K, 2) The front neckline.
        mask: (H, W) The garment.
        torso: (H, W) The garment without its sleeves.
        form: The resting body.
        ease: Share by which the kind's chest girth exceeds the body's.
        sleeved: Whether the shoulder points are the ends of shoulder seams.
        usual: How long its kind usually is.
    """
    scale, worn = find_scale(points, form, ease=ease, sleeved=sleeved, usual=usual)
    axis_x = np.mean([points[f"{name}_{hand}"][0] for name in ("neck", "armpit") for hand in ("left", "right")])
    bases = {hand: _collar_base(mask, points, hand, scale) for hand in ("left", "right")}
    origin = np.array([axis_x, (bases["left"][1] + bases["right"][1]) / 2], np.float32)
    points_m = {name: (point - origin) * scale for name, point in points.items()}
    rows = np.flatnonzero(torso.any(axis=1))
    right = np.argmax(torso[rows], axis=1).astype(float)
    left = torso.shape[1] - 1 - np.argmax(torso[rows][:, ::-1], axis=1).astype(float)
    smooth = max(0.006 / scale, 1.0)
    seam_x, seam_y = _shoulder_seam(mask, points, bases, sleeved=sleeved)
    return Cut(
        m_per_px=scale,
        origin_px=origin,
        points_m=points_m,
        worn=worn,
        sleeved=sleeved,
        room_m=EASE_M + SLEEVE_ROOM * max(ease - LOOSE, 0.0),
        base_m=(bases["left"][0] - bases["right"][0]) / 2 * scale,
        neck_drop_m=0.0 if opening_px is None else max(float(opening_px[:, 1].max() - origin[1]) * scale, 0.0),
        tip_m=float(points["shoulder_left"][0] - points["shoulder_right"][0]) / 2 * scale,
        rows_m=((rows - origin[1]) * scale).astype(np.float32),
        left_m=((gaussian_filter1d(left, smooth) - axis_x) * scale).astype(np.float32),
        right_m=((gaussian_filter1d(right, smooth) - axis_x) * scale).astype(np.float32),
        seam_x_m=((seam_x - axis_x) * scale).astype(np.float32),
        seam_y_m=((gaussian_filter1d(seam_y, smooth) - origin[1]) * scale).astype(np.float32),
    )


def find_scale(
    points: dict[str, Array], form: Form, *, ease: float, sleeved: bool, usual: UsualLength = TOP_LENGTH
) -> tuple[float, float]:
    """Metres a pixel, and whether the photo shows the garment as worn (1) or laid flat (0).

    The shoulder seam says most; the common length of tops keeps dropped shoulders and wrong landmarks in bounds. A
    garment laid flat shows half its girth, so its chest is nearly as wide as its shoulders, and must go round the body.
    """
    shoulder, chest = (_apart(points, name) for name in ("shoulder", "armpit"))
    ends = [
        np.mean([points[f"{name}_{hand}" if name != "crotch" else name] for hand in ("left", "right")], axis=0)
        for name in ("neck", usual.to)
    ]
    by_length = np.log(usual.length_m / max(float(np.linalg.norm(ends[0] - ends[1])), 1.0))
    trust = usual.trust
    at = np.array([form.armpit_z_m - 0.03])
    body_half = float(form.row(form.half_width_m, at)[0])
    loose = 1 + max(ease - LOOSE, 0.0)
    by_chest = np.log(CHEST_SHARE * loose * 2 * body_half / chest)
    if not sleeved:
        return float(np.exp((0.6 * by_chest + 0.4 * trust * by_length) / (0.6 + 0.4 * trust))), 1.0
    worn = float(np.clip((1.03 - chest / shoulder) / 0.10, 0, 1))
    seam = 2 * SHOULDER_SHARE * loose * (form.shoulder_tip_m - 0.02)
    as_worn = (0.40 * np.log(seam / shoulder) + 0.35 * by_chest + 0.25 * trust * by_length) / (0.75 + 0.25 * trust)
    deep = float((form.row(form.back_m, at) - form.row(form.front_m, at))[0]) / 2
    half_girth = float(perimeter(np.array(body_half), np.array(deep))) / 2
    as_laid = 0.4 * np.log(1.15 * seam / shoulder) + 0.3 * np.log(half_girth * (1 + ease) / chest)
    as_laid = (as_laid + 0.3 * trust * (by_length + 0.08)) / (0.7 + 0.3 * trust)
    if ease > LOOSE:
        least = np.log(half_girth * (1 + ease / 2) / chest)
        as_laid = max(as_laid, min(least, as_laid + np.log(MOST_WIDENED)))
    return float(np.exp(worn * as_worn + (1 - worn) * as_laid)), worn


def perimeter(a: Array, b: Array) -> Array:
    """Of an ellipse, by Ramanujan's first formula."""
    return np.asarray(np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b))))


def _apart(points: dict[str, Array], name: str) -> float:
    return max(float(np.linalg.norm(points[f"{name}_left"] - points[f"{name}_right"])), 1.0)


def _collar_base(mask: NDArray[np.bool_], points: dict[str, Array], hand: str, scale: float) -> Array:
    """(2,) Where the shoulder seam meets the collar: walking in from the shoulder, where the outline turns steep."""
    neck, tip = points[f"neck_{hand}"], points[f"shoulder_{hand}"]
    steps = np.linspace(tip[0], neck[0], 60)
    tops = _tops(mask, steps)
    if abs(tip[0] - neck[0]) * scale < 0.04:
        return np.array([neck[0], neck[1]])
    slope = -np.gradient(gaussian_filter1d(tops, 1.5), np.abs(steps[1] - steps[0]))
    inner = np.arange(60) > 24
    steep = np.flatnonzero((slope > 1.1) & inner)
    if len(steep) and (tops[steep[0]] - neck[1]) * scale > 0.015:
        return np.array([steps[steep[0]], tops[steep[0]]])
    return np.array([neck[0], neck[1]])


def _tops(mask: NDArray[np.bool_], x_px: Array) -> Array:
    """(N,) The topmost row of the garment in columns."""
    columns = mask[:, np.clip(np.round(x_px).astype(int), 0, mask.shape[1] - 1)]
    return np.asarray(np.argmax(columns, axis=0), float)


def _shoulder_seam(
    mask: NDArray[np.bool_], points: dict[str, Array], bases: dict[str, Array], *, sleeved: bool
) -> tuple[Array, Array]:
    """(C,) x and y in pixels: the outline along the shoulders (and on, along sleeves), level across the neck."""
    x = np.arange(mask.shape[1], dtype=float)
    tops = _tops(mask, x)
    filled = mask.any(axis=0)
    tops = np.interp(x, x[filled], tops[filled])
    left, right = bases["left"], bases["right"]
    tips = points["shoulder_left"], points["shoulder_right"]
    tops = np.where((x > right[0]) & (x < left[0]), np.interp(x, [right[0], left[0]], [right[1], left[1]]), tops)
    if not sleeved:
        tops = np.where(x >= max(tips[0][0], left[0]), tips[0][1], tops)
        tops = np.where(x <= min(tips[1][0], right[0]), tips[1][1], tops)
    return x, tops


def smoothstep(start: Any, end: Any, x: Array) -> Array:
    """0 before the start, 1 after the end, smooth between."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
