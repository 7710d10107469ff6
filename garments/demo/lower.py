"""Cuts skirts, trousers and jumpsuits: flat panels, and the seams that join them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from garments.demo.pattern import (
    BACK,
    FRONT,
    LEG_LEFT,
    LEG_RIGHT,
    Cut,
    Edge,
    Lift,
    Pattern,
    Sewing,
    curve,
    mirror,
    sew_sleeves,
    sew_torso,
)

Array = NDArray[np.float64]
LEG_AXIS = ((0.055, 0.50, 0.80), (0.176, 0.146, 0.118))
"""Heights, and how far from the middle the mannequin's leg is there."""
FRONT_Y_M, BACK_Y_M = -0.175, 0.15
"""Where panels are held before they fall."""


@dataclass(frozen=True)
class Skirt:
    """The measures of a skirt in metres: heights over the floor, halves from the middle of the panel."""

    waist_half: float = 0.192
    waist_height: float = 1.03
    hip_half: float = 0.252
    hip_height: float = 0.84
    hem_half: float = 0.30
    hem_height: float = 0.52
    hem_curve: float = 0.0
    """How much higher the hem is at the sides."""

    @property
    def label_height(self) -> float:
        """Where the label is sewn in."""
        return self.waist_height - 0.012


@dataclass(frozen=True)
class Trousers:
    """The measures of trousers in metres; `thigh`, `knee` and `hem` are a leg's width laid flat."""

    waist_half: float = 0.196
    waist_height: float = 1.02
    hip_half: float = 0.250
    hip_height: float = 0.86
    crotch_height: float = 0.775
    thigh: float = 0.315
    knee: float = 0.225
    knee_height: float = 0.48
    hem: float = 0.195
    hem_height: float = 0.05

    @property
    def label_height(self) -> float:
        """Where the label is sewn in."""
        return self.waist_height - 0.012


@dataclass(frozen=True)
class Jumpsuit:
    """A top and trousers in one: the top's hem is sewn to the waist."""

    top: Cut
    legs: Trousers

    @property
    def label_height(self) -> float:
        """Where the label is sewn in."""
        return self.top.label_height


def sew_skirt(cut: Skirt, *, spacing_m: float, seed: int) -> Pattern:
    """The skirt, its two panels held before and behind the figure."""
    sewing = Sewing(spacing_m, seed)
    waist, hip = np.array([cut.waist_half, cut.waist_height]), np.array([cut.hip_half, cut.hip_height])
    corner = np.array([cut.hem_half, cut.hem_height + cut.hem_curve])
    side = _through(np.array([waist, hip, corner]))
    t = np.linspace(0, 1, 30)[:, None]
    half_hem = np.concatenate([corner[:1] * (1 - t), cut.hem_height + cut.hem_curve * (1 - t) ** 2], 1)
    for panel, face, y in ((FRONT, "front", FRONT_Y_M), (BACK, "back", BACK_Y_M)):
        dip = np.array([0.0, -0.006 if face == "front" else 0.0])
        top = curve(mirror(waist), waist, np.array([0.0, cut.waist_height]) + 2 * dip, 40)
        outline = [
            Edge("waist", f"waist_{face}", ("waist_right", "waist_left"), top),
            Edge("side", "side_left", ("waist_left", "hem_left"), side),
            Edge("hem", f"hem_{face}", ("hem_left", "hem_right"), np.vstack([half_hem, mirror(half_hem)[::-1][1:]])),
            Edge("side", "side_right", ("waist_right", "hem_right"), mirror(side), backwards=True),
        ]
        sewing.add(panel, outline, _held(y), face == "back")
    return sewing.finish()


def sew_trousers(cut: Trousers, *, spacing_m: float, seed: int) -> Pattern:
    """The trousers, each leg's two panels held before and behind the figure."""
    sewing = Sewing(spacing_m, seed)
    _sew_legs(sewing, cut)
    return sewing.finish()


def sew_jumpsuit(cut: Jumpsuit, arm_angle_rad: float, *, spacing_m: float, seed: int) -> Pattern:
    """The jumpsuit."""
    sewing = Sewing(spacing_m, seed)
    sew_torso(sewing, cut.top, joined=True)
    if cut.top.sleeve:
        sew_sleeves(sewing, cut.top, arm_angle_rad)
    _sew_legs(sewing, cut.legs)
    return sewing.finish()


def _sew_legs(sewing: Sewing, cut: Trousers) -> None:
    for face, y, reach in (("front", FRONT_Y_M, 0.0), ("back", BACK_Y_M, 0.022)):
        lines = _outline_leg(cut, reach)
        for first, sign, side in ((LEG_LEFT, 1, "left"), (LEG_RIGHT, -1, "right")):
            line = {name: points * [sign, 1] for name, points in lines.items()}
            out, within = f"ankle_out_{side}", f"ankle_in_{side}"
            outline = [
                Edge("waist", f"waist_{face}_{side}", (f"top_{face}", f"waist_{side}"), line["waist"]),
                Edge("side", f"side_leg_{side}", (f"waist_{side}", out), line["side"]),
                Edge("hem", f"hem_{face}_{side}", (out, within), line["hem"]),
                Edge("inseam", f"inseam_{side}", ("crotch", within), line["inseam"], backwards=True),
                Edge("rise", f"rise_{face}", (f"top_{face}", "crotch"), line["rise"], backwards=True),
            ]
            sewing.add(first + (face == "back"), outline, _held(y), face == "back")


def _outline_leg(cut: Trousers, reach: float) -> dict[str, Array]:
    """Edges of a leg's panel on the wearer's left; `reach` is how much further the seat goes past the middle."""
    heights = np.array([cut.hem_height, cut.knee_height, cut.crotch_height])
    if cut.hem_height > cut.knee_height:
        heights, widths = heights[[0, 2]], np.array([cut.hem, cut.thigh])
    else:
        widths = np.array([cut.hem, cut.knee, cut.thigh])
    middle = np.interp(heights, *LEG_AXIS)
    outer, inner = np.stack([middle + widths / 2, heights], 1), np.stack([middle - widths / 2, heights], 1)
    top, side = np.array([0.0, cut.waist_height]), np.array([cut.waist_half, cut.waist_height])
    crotch = inner[-1] - [reach, 0.0]
    bend = np.array([0.0, cut.crotch_height + 0.075])
    rise = np.vstack([np.linspace(top, bend, 12)[:-1], curve(bend, crotch, np.array([0.0, cut.crotch_height]), 14)])
    return {
        "waist": np.linspace(top, side, 20),
        "side": _through(np.vstack([[side], [[cut.hip_half, cut.hip_height]], outer[::-1][1:]])),
        "hem": np.linspace(outer[0], inner[0], 12),
        "inseam": _through(np.vstack([[crotch], inner[::-1][1:]])),
        "rise": rise,
    }


def _through(points: Array) -> Array:
    """(60, 2) A smooth line through points that go down."""
    y = np.linspace(points[0, 1], points[-1, 1], 60)
    return np.stack([PchipInterpolator(points[::-1, 1], points[::-1, 0])(y), y], 1)


def _held(y: float) -> Lift:
    return Lift(np.array([0.0, y, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0]))
