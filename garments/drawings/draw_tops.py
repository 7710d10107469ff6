"""Draws one random garment that hangs from the shoulders, and what a photo shows of it: sleeves, seams, folds."""

from dataclasses import dataclass

import numpy as np

from garments.drawings import top_template
from garments.drawings.draw_bottoms import Leg, leg_points, other_leg, paint_skirt, random_leg
from garments.drawings.draw_fronts import OpenFront, paint_closed, paint_lapels, paint_open, random_front
from garments.drawings.draw_necks import (
    hood_outline,
    paint_bow,
    paint_collar,
    paint_hood,
    paint_inside,
    paint_neck_edge,
    paint_pouch,
)
from garments.drawings.drawing import Canvas, Drawing, Points, bend, curve, extent_of, moved, paint_pattern
from garments.drawings.top_template import Side

MIRROR = np.array([-1.0, 1.0])
STYLE_SHARES = {
    "top": (0.68, 0.13, 0.09, 0.05, 0.03, 0.02),
    "dress": (0.46, 0.22, 0.2, 0.05, 0.04, 0.03),
    "coat": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "jumpsuit": (0.35, 0.2, 0.34, 0.05, 0.02, 0.04),
}
"""How often each of `STYLES` is drawn, by shape."""
FRONT_SHARES = {
    ("top", "sleeved"): (0.52, 0.29, 0.19),
    ("top", "sleeveless"): (0.62, 0.2, 0.18),
    ("coat", "sleeved"): (0.0, 0.55, 0.45),
}
"""How often each of `FRONTS` is drawn; other shapes and styles are whole or, one in eight, closed."""


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before anything is painted."""

    shape: str
    style: str
    neck: str
    front: str
    left: Side
    right: Side
    neck_front: Points
    neckline: Points
    """From the photo's left to its right."""
    hem: Points
    """From the left hem point to the right one; of a jumpsuit, round both legs."""
    seams: tuple[Points, Points]
    """From each armpit down to the hem, for x > 0."""
    edges: OpenFront | None
    hood: tuple[Points, Points, Points] | None
    legs: tuple[Leg, Leg] | None
    crotch: Points


def draw_top(rng: np.random.Generator) -> Drawing:
    """A shirt, knit, hoodie, jacket, vest or anything like it."""
    return _draw(rng, "top")


def draw_dress(rng: np.random.Generator) -> Drawing:
    """A dress, mini to maxi."""
    return _draw(rng, "dress")


def draw_coat(rng: np.random.Generator) -> Drawing:
    """A coat, open or closed."""
    return _draw(rng, "coat")


def draw_jumpsuit(rng: np.random.Generator) -> Drawing:
    """A jumpsuit, a romper or dungarees."""
    return _draw(rng, "jumpsuit")


def _draw(rng: np.random.Generator, shape: str) -> Drawing:
    plan = _plan(rng, shape)
    canvas = Canvas(rng, _extent(plan))
    _paint(rng, canvas, plan)
    named: dict[str, Points] = {"neck_front": plan.neck_front}
    names = ["neck", "rim", "shoulder", "cuff_outer", "cuff_inner", "armpit", "waist"]
    for hand, side, sign in (("left", plan.left, 1), ("right", plan.right, -1)):
        for name in names if plan.legs else [*names, "hem"]:
            named[f"{name}_{hand}"] = getattr(side, name) * [sign, 1]
    if plan.legs:
        named |= leg_points(*plan.legs, plan.crotch)
    if plan.edges is not None:
        named |= {"opening_left": plan.edges.left[-1], "opening_right": plan.edges.right[-1]}
    elif plan.front == "closed" and not plan.legs:
        named |= dict.fromkeys(("opening_left", "opening_right"), _hem_below(plan, plan.neck_front[0]))
    group = "sleeved" if plan.style in ("sleeved", "bardot") else "sleeveless"
    return canvas.finish(named, group if shape in ("top", "coat") else shape, neck=plan.neck, front=plan.front)


def _plan(rng: np.random.Generator, shape: str) -> Plan:
    style = str(rng.choice(top_template.STYLES, p=STYLE_SHARES[shape]))
    usual = (0.88, 0.12, 0.0) if style in ("sleeved", "sleeveless", "strap") else (1.0, 0.0, 0.0)
    front = str(rng.choice(["whole", "closed", "open"], p=FRONT_SHARES.get((shape, style), usual)))
    neck = top_template.neck_style(rng, style, opens=front != "whole")
    if neck == "hood" and shape in ("dress", "jumpsuit") and rng.random() < 0.7:
        neck = "open"
    right = top_template.random_side(rng, style, neck, shape)
    left = top_template.jittered(rng, right)
    deep = top_template.front_depth(rng, neck, right, style)
    neck_front = np.array([rng.normal(0, 0.03), min(deep, left.hem[1] - 0.25)])
    legs, crotch = None, np.zeros(2)
    seams = [top_template.side_seam(rng, side, shape) for side in (left, right)]
    if shape == "jumpsuit":
        rise = (left.hem[1] + right.hem[1]) / 2 + rng.uniform(0.05, 0.5)
        leg = random_leg(rng, left.hem, rise, short=rng.random() < 0.35)
        legs, crotch = (leg, other_leg(rng, leg, left.hem, rise)), np.array([rng.normal(0, 0.02), rise])
        hem = np.vstack([legs[0].outer, legs[0].hem, legs[0].inner, crotch])
        hem = np.vstack([hem, legs[1].inner[::-1], legs[1].hem[::-1], legs[1].outer[::-1]])
    else:
        hem = top_template.hem_line(rng, left, right)
    neckline = top_template.neckline(rng, left, right, neck_front, neck)
    edges = random_front(rng, left, right, hem) if front == "open" else None
    if edges is not None:
        neck_front = edges.nearest
    hood = hood_outline(rng, left, right) if neck == "hood" else None
    seam_pair = (seams[0], seams[1])
    return Plan(shape, style, neck, front, left, right, neck_front, neckline, hem, seam_pair, edges, hood, legs, crotch)


def _extent(plan: Plan) -> tuple[Points, Points]:
    lines = [plan.hem, plan.neck_front]
    for side, seam, sign in ((plan.left, plan.seams[0], 1), (plan.right, plan.seams[1], -1)):
        ends = (side.neck, side.rim, side.shoulder, side.armpit, side.cuff_outer, side.cuff_inner)
        lines.append(np.vstack([*ends, side.outer, side.inner, seam]) * [sign, 1])
    if plan.hood is not None:
        lines.append(plan.hood[0])
    return extent_of(*lines)


def _hem_below(plan: Plan, x: float) -> Points:
    return np.array([x, np.interp(x, plan.hem[::-1, 0], plan.hem[::-1, 1])])


def _paint(rng: np.random.Generator, canvas: Canvas, plan: Plan) -> None:
    left, right, style, neck = plan.left, plan.right, plan.style, plan.neck
    back_dip = rng.uniform(0.3, 0.9) * max(plan.neckline[:, 1].max(), 0.05)
    if style in ("sleeved", "sleeveless"):
        back_dip = rng.uniform(0.0, 0.12)
    sleeved = style in ("sleeved", "bardot")
    holes = [np.vstack([side.shoulder, side.armpit]) if sleeved else side.inner for side in (left, right)]
    flanks = [(plan.seams[1] * MIRROR)[::-1], (holes[1] * MIRROR)[::-1], right.neck * MIRROR]
    torso = np.vstack([left.neck, holes[0], plan.seams[0], plan.hem, *flanks])
    neckline = plan.neckline if plan.edges is None else np.vstack([plan.edges.right, plan.edges.left[::-1]])
    back = curve(right.neck * MIRROR, np.array([0, back_dip]), left.neck)
    if style in ("bardot", "bandeau"):
        back = bend(right.neck * MIRROR, left.neck, rng.normal(0, 0.05))
    see_through = neck == "open" and plan.edges is None and rng.random() < 0.2
    canvas.fill(np.vstack([torso, back]))
    for leg in plan.legs or ():
        canvas.fill(np.vstack([leg.outer, leg.hem, leg.inner, plan.crotch]))
    opening = np.vstack([plan.neckline, back[::-1]])
    if neck in ("collar", "high"):
        leaves = plan.edges is None and rng.random() < 0.8
        paint_collar(rng, canvas, left, right, plan.neckline, neck, leaves=leaves)
        rims = curve(left.rim, np.array([0, left.rim[1] + rng.uniform(-0.08, 0.08)]), right.rim * MIRROR)
        opening = np.vstack([plan.neckline, rims])
    elif see_through:
        canvas.fill(opening, cut=True)
    paint_pattern(rng, canvas, np.array([0.0, plan.neckline[:, 1].max()]))
    _paint_folds(rng, canvas, left)
    _paint_trunk(rng, canvas, plan)
    shadow = canvas.base + rng.uniform(-0.35, 0.25)
    behind = rng.random() < 0.5
    if sleeved and behind:
        _paint_sleeves(rng, canvas, plan)
    _paint_front(rng, canvas, plan, neckline, opening, (shadow, back_dip), see_through=see_through)
    if sleeved and not behind:
        _paint_sleeves(rng, canvas, plan)
    if rng.random() < 0.04:
        _paint_hanger(rng, canvas, plan)


def _paint_front(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: Plan,
    neckline: Points,
    opening: Points,
    inside: tuple[float, float],
    *,
    see_through: bool,
) -> None:
    """The opening at the neck and down the front."""
    shadow, back_dip = inside
    if plan.hood is not None and (plan.edges is None or rng.random() < 0.7):
        mouth = plan.neck_front
        if plan.edges is not None:
            mouth = np.array([0.0, plan.edges.left[2, 1]])
        paint_hood(rng, canvas, plan.hood, mouth)
    elif plan.hood is not None:
        canvas.fill(np.vstack([plan.hood[0], np.array([0.0, 0.5])]))
    if plan.edges is not None:
        top = plan.left.rim[1] * 0.7 if plan.neck in ("collar", "high") else back_dip
        paint_open(rng, canvas, plan.edges, plan.hem, top if plan.hood is None else plan.neck_front[1] * 0.2)
        if plan.neck == "collar" and rng.random() < 0.6:
            break_y = plan.left.hem[1] * rng.uniform(0.25, 0.6)
            paint_lapels(rng, canvas, (plan.edges.left, plan.edges.right), break_y)
        return
    if plan.hood is None and not see_through:
        paint_inside(rng, canvas, opening, shadow, back_dip)
    paint_neck_edge(rng, canvas, neckline, plan.left, plan.neck)
    if plan.front == "closed":
        bottom = plan.crotch if plan.legs else _hem_below(plan, plan.neck_front[0])
        paint_closed(rng, canvas, plan.neck_front, bottom)
        if plan.neck == "collar" and plan.neck_front[1] > 0.5 and rng.random() < 0.7:
            middle = len(plan.neckline) // 2
            halves = (plan.neckline[middle:][::-1], plan.neckline[: middle + 1])
            paint_lapels(rng, canvas, halves, float(plan.neck_front[1]))
    elif rng.random() < (0.6 if plan.neck == "collar" else 0.1):
        short = moved(plan.neck_front, 0, rng.uniform(0.25, 0.9))
        paint_closed(rng, canvas, plan.neck_front, short)
    if plan.hood is None and rng.random() < (0.1 if plan.style != "halter" else 0.35):
        paint_bow(rng, canvas, plan.neck_front - [0, rng.uniform(0.0, 0.1)])


def _paint_trunk(rng: np.random.Generator, canvas: Canvas, plan: Plan) -> None:
    """Seams at waist and hem, pockets, a belt, and what a skirt has below the waist."""
    left, right = plan.left, plan.right
    waist = np.vstack([left.waist, right.waist * MIRROR])
    if plan.shape != "top" and rng.random() < 0.6:
        line = bend(waist[0], waist[1], rng.normal(0.02, 0.04))
        if rng.random() < 0.35:
            canvas.line(line, rng.uniform(-0.6, 0.6), int(rng.integers(3, 9)))
        canvas.line(line, rng.uniform(-0.4, 0.15))
    if plan.shape == "dress" or (plan.shape == "top" and left.hem[0] > 1.14 * left.waist[0]):
        skirt = [seam[len(seam) // 2 :] for seam in plan.seams]
        paint_skirt(rng, canvas, skirt[0], skirt[1], plan.hem)
    elif not plan.legs and rng.random() < 0.6:
        canvas.line(plan.hem - [0, rng.uniform(0.03, 0.3)], rng.uniform(-0.3, 0.2))
    if plan.legs and rng.random() < 0.8:
        for leg in plan.legs:
            canvas.line(np.vstack([leg.inner, plan.crotch]), rng.uniform(-0.4, 0.1))
            canvas.line(leg.hem - [0, rng.uniform(0.05, 0.2)], rng.uniform(-0.3, 0.2))
        canvas.line(np.vstack([plan.crotch, plan.crotch * [1, rng.uniform(0.5, 0.9)]]), rng.uniform(-0.4, 0.1))
    if plan.neck == "hood" and plan.shape == "top" and rng.random() < 0.7:
        paint_pouch(rng, canvas, float(left.hem[1]))
    if rng.random() < 0.25:
        x, y = rng.uniform(0.3, 0.6), rng.uniform(0.7, 1.2)
        w, h = rng.uniform(0.15, 0.28), rng.uniform(0.2, 0.4)
        for sign in (-1, 1) if rng.random() < 0.7 else (1,):
            box = np.array([[-w, 0], [w, 0], [w, h], [0, h * 1.1], [-w, h], [-w, 0]])
            canvas.line(moved(box, sign * x, y), rng.uniform(-0.4, 0.1))
    if rng.random() < 0.25 and plan.front != "whole":
        y = left.armpit[1] + (left.hem[1] - left.armpit[1]) * rng.uniform(0.4, 0.7)
        for sign in (-1, 1):
            start = np.array([sign * rng.uniform(0.35, 0.5), y])
            canvas.line(
                np.vstack([start, moved(start, sign * rng.uniform(0.05, 0.35), 0.15)]), rng.uniform(-0.5, 0.1), 2
            )


def _paint_sleeves(rng: np.random.Generator, canvas: Canvas, plan: Plan) -> None:
    for side, sign in ((plan.left, 1.0), (plan.right, -1.0)):
        _paint_sleeve(rng, canvas, side, np.array([sign, 1.0]))


def _paint_sleeve(rng: np.random.Generator, canvas: Canvas, side: Side, flip: Points) -> None:
    outline = np.vstack([side.outer, side.cuff_outer, side.cuff_inner, side.inner, side.armpit, side.shoulder]) * flip
    region = canvas.region(outline)
    canvas.fill(outline)
    if rng.random() < 0.7:
        canvas.light[region] += rng.normal(0, 0.06) if rng.random() < 0.8 else rng.normal(0, 0.3)
    edge = rng.uniform(-0.4, 0.1) if rng.random() < 0.85 else 0.0
    canvas.line(np.vstack([side.cuff_inner, side.inner, side.armpit]) * flip, edge)
    if abs(side.cuff_outer[0]) < side.armpit[0]:
        # Laid over the front: its outer edge shows there as well.
        canvas.line(side.outer * flip, edge)
    if rng.random() < 0.5:
        canvas.line(np.vstack([side.cuff_outer, side.cuff_inner]) * flip, edge)
    if rng.random() < 0.75:
        seam = bend(side.shoulder, side.armpit, rng.uniform(-0.05, 0.12)) * flip
        canvas.line(seam, rng.uniform(-0.35, 0.15))
    if rng.random() < 0.4:
        up = rng.uniform(0.05, 0.2)
        band = np.vstack([side.cuff_outer, side.cuff_inner]) * (1 - up) + np.vstack([side.shoulder, side.armpit]) * up
        canvas.line(band * flip, rng.uniform(-0.3, 0.3))


def _paint_folds(rng: np.random.Generator, canvas: Canvas, side: Side) -> None:
    for _ in range(int(rng.integers(0, 12))):
        start = np.array([rng.uniform(-1, 1), rng.uniform(0.2, side.hem[1])])
        end = start + rng.normal(0, [0.25, 0.6])
        canvas.line(bend(start, end, rng.normal(0, 0.1)), rng.uniform(-0.2, 0.15), int(rng.integers(1, 4)))


def _paint_hanger(rng: np.random.Generator, canvas: Canvas, plan: Plan) -> None:
    """The hook of a hanger that the cut-out kept."""
    high = float(min(plan.left.rim[1], 0.0)) - rng.uniform(0.1, 0.35)
    hook = np.array([[0, 0.1], [0, high], [0.08, high - 0.08], [0.02, high - 0.16], [-0.07, high - 0.1]])
    canvas.stroke(hook, int(rng.integers(1, 3)), rng.uniform(0, 1))
