"""What dresses, coats and jumpsuits have below the waist: one ring to the hem, or two legs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.bind_lower import carry_jumpsuit
from garments.construct.lower_edges import Sides
from garments.construct.lower_form import LowerForm
from garments.construct.lower_wrap import fork, wrap_legs, wrap_ring
from garments.construct.measures import Cut, smoothstep
from garments.construct.sheet import Sheet
from garments.construct.skirt_weights import hang_on_legs

Array = NDArray[Any]
TAKES_OVER_M = (1.06, 0.94)
"""Heights between which the torso's mapping fades into that of the hips."""
FLOOR_M, ABOVE_FLOOR_M = 0.02, 0.5
"""Height of the longest hems, and of the part that is shortened so that they stay there."""
LAID_SHARE = 0.85
"""What is seen of a skirt or leg on somebody, as a share of its width laid flat."""
FULL_SKIRT, FULL_HIPS = 0.7, 0.35
"""How much deeper cloth gets as it gets wider than the body."""
MOST_DROP_M = 0.08
"""How far a crotch may hang below the body's."""


@dataclass(frozen=True)
class Below:
    """How a garment from the shoulders goes on below the waist."""

    cut: Cut
    """Its measures."""
    form: LowerForm
    """The body."""
    legs: Sides | None
    """The edges of its legs, None for one piece."""
    lift_m: float
    """How much higher its rows hang at the crotch than the torso's mapping says."""
    crotch_m: float
    """Height at which the torso's mapping puts its crotch; for one piece without meaning."""
    low_m: float
    """Height at which it puts the lowest row."""

    def hang(self, placed_m: Array, sheet: Sheet, *, back: bool) -> NDArray[np.float32]:
        """(N, 3) Places of the sheet's points, those below the waist laid round the hips and legs."""
        z = self.heights(placed_m[:, 2])
        share = smoothstep(-TAKES_OVER_M[0], -TAKES_OVER_M[1], -z) * (sheet.side == 0)
        flat = self.cut.flat(sheet.points_photo_px)
        worn = self.cut.worn + (1 - self.cut.worn) * LAID_SHARE
        side, across, half = self._ring(flat)
        full = FULL_SKIRT if self.legs is None else FULL_HIPS
        lower = wrap_ring(side, across, half * worn, z, self.form, full=full, back=back)
        if self.legs is not None:
            at = sheet.points_photo_px
            side, across = self.legs.across(at)
            leg_half = self.legs.half_px(at, side) * self.cut.m_per_px * worn / 2
            legs = wrap_legs(side, across, leg_half, z, self.form, back=back)
            lower = fork(lower, legs, z, float(self.heights(np.array([self.crotch_m]))[0]))
        hung = placed_m * (1 - share)[:, None] + lower * share[:, None]
        return np.asarray(np.where((sheet.side == 0)[:, None], hung, placed_m), np.float32)

    def carry(self, template: BodyTemplate) -> Callable[[Array, Array], Array]:
        """What makes weights of the torso's those of this garment."""
        if self.legs is None:
            return lambda points, carried: hang_on_legs(points, carried, template, self.form)
        return lambda points, carried: carry_jumpsuit(points, carried, template)

    def heights(self, z_m: Array) -> Array:
        """Heights of rows, lifted to the crotch and kept off the floor."""
        z = z_m + self.lift_m * smoothstep(-1.2, -self.form.crotch_m, -z_m)
        low = self.low_m + self.lift_m
        squeeze = np.clip((ABOVE_FLOOR_M - FLOOR_M) / (ABOVE_FLOOR_M - min(low, FLOOR_M)), 0, 1)
        return np.asarray(np.where(z < ABOVE_FLOOR_M, ABOVE_FLOOR_M - (ABOVE_FLOOR_M - z) * squeeze, z))

    def _ring(self, flat_m: Array) -> tuple[Array, Array, Array]:
        """Side, share of the way to it and half the width, of points in the photo's plane."""
        corner = min(float(self.cut.points_m[f"hem_{hand}"][1]) for hand in ("left", "right")) - 0.015
        y = np.minimum(flat_m[:, 1], corner)
        left, right = (np.interp(y, self.cut.rows_m, edge) for edge in (self.cut.left_m, self.cut.right_m))
        half = np.maximum((left - right) / 2, 0.02)
        u = np.clip((flat_m[:, 0] - (left + right) / 2) / half, -1, 1)
        return np.where(u >= 0, 1, -1), np.abs(u), half


def plan_below(
    points: dict[str, Array], cut: Cut, form: LowerForm, legs: Sides | None, height_m: Callable[[Array], Array]
) -> Below:
    """How a garment goes on below the waist; `height_m` is where the torso's mapping puts points of the plane."""
    low = float(height_m(np.array([[0.0, cut.rows_m[-1]]]))[0])
    if legs is None:
        return Below(cut, form, None, 0.0, form.crotch_m, low)
    crotch = float(height_m(cut.flat(points["crotch"][None]))[0])
    highest = form.crotch_m - 0.008
    return Below(cut, form, legs, float(np.clip(crotch, highest - MOST_DROP_M, highest)) - crotch, crotch, low)
