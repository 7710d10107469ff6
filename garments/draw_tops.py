"""Draws one random top from the template, and what a photo shows inside it: collar, sleeves, seams and folds."""

import numpy as np

from garments import top_template
from garments.drawing import Canvas, Drawing, Points, bend, curve, paint_pattern
from garments.landmark_input import GROUPS, NECKS, TOP_POINTS
from garments.top_template import Side


def draw_top(rng: np.random.Generator) -> Drawing:
    """A top or, when it is long, a dress."""
    style = rng.choice(["sleeved", "sleeveless", "strap"], p=[0.68, 0.2, 0.12])
    dress = rng.random() < 0.15
    neck = top_template.neck_style(rng, str(style))
    right = top_template.random_side(rng, str(style), neck, dress)
    left = top_template.jittered(rng, right)
    front = np.array([rng.normal(0, 0.03), top_template.front_depth(rng, neck, right)])
    group = "dress" if dress else ("sleeveless" if style != "sleeved" else "sleeved")
    canvas = Canvas(rng, top_template.extent(left, right, front))
    _paint_top(rng, canvas, left, right, front, neck, str(style))
    named: dict[str, Points] = {"neck_front": front}
    for hand, side, sign in (("left", left, 1), ("right", right, -1)):
        for name in ("neck", "rim", "shoulder", "cuff_outer", "cuff_inner", "armpit", "waist", "hem"):
            named[f"{name}_{hand}"] = getattr(side, name) * [sign, 1]
    points = canvas.to_px(np.array([named[name] for name in TOP_POINTS]))
    return canvas.finish(points, GROUPS.index(group), NECKS.index(neck))


def _paint_top(
    rng: np.random.Generator, canvas: Canvas, left: Side, right: Side, front: Points, neck: str, style: str
) -> None:
    mirror = np.array([-1.0, 1.0])
    back_dip = rng.uniform(0.0, 0.12) if style != "strap" else rng.uniform(0.3, 0.9) * front[1]
    see_through = neck == "open" and rng.random() < 0.2
    neckline = top_template.neckline(rng, left, right, front, neck)
    hem = top_template.hem_line(rng, left, right)
    sides = [top_template.side_seam(rng, side) for side in (left, right)]
    holes = [side.inner if style != "sleeved" else np.vstack([side.shoulder, side.armpit]) for side in (left, right)]
    torso = np.vstack(
        [left.neck, holes[0], sides[0], hem, (sides[1] * mirror)[::-1], (holes[1] * mirror)[::-1], right.neck * mirror]
    )
    shadow = canvas.base + rng.uniform(-0.35, 0.25)
    if neck == "open":
        top = curve(right.neck * mirror, np.array([0, back_dip]), left.neck)
        canvas.fill(np.vstack([torso, top]))
        opening = np.vstack([neckline, top[::-1]])
        if see_through:
            canvas.fill(opening, cut=True)
    else:
        _paint_collar(rng, canvas, torso, left, right, neckline, neck)
        opening = np.vstack(
            [neckline, curve(left.rim, np.array([0, left.rim[1] + rng.uniform(-0.08, 0.08)]), right.rim * mirror)]
        )
        if neck == "hood":
            opening = neckline[:0]
    paint_pattern(rng, canvas, front)
    _paint_folds(rng, canvas, left)
    if style == "sleeved":
        for side, sign in ((left, 1.0), (right, -1.0)):
            _paint_sleeve(rng, canvas, side, np.array([sign, 1.0]))
    if len(opening) and not see_through:
        _paint_inside(rng, canvas, opening, shadow, back_dip)
    _paint_trims(rng, canvas, left, right, neckline, hem, neck)


def _paint_collar(
    rng: np.random.Generator, canvas: Canvas, torso: Points, left: Side, right: Side, neckline: Points, neck: str
) -> None:
    mirror = np.array([-1.0, 1.0])
    if neck == "hood":
        _paint_hood(rng, canvas, torso, left, right, neckline)
        return
    top = curve(right.rim * mirror, np.array([0, left.rim[1] + rng.uniform(-0.1, 0.04)]), left.rim)
    flank = rng.normal(0, 0.04)
    collar = np.vstack([bend(right.neck * mirror, right.rim * mirror, -flank), top, bend(left.rim, left.neck, -flank)])
    canvas.fill(np.vstack([torso, collar]))
    if neck == "high":
        canvas.line(
            curve(right.neck * mirror, np.array([0, rng.uniform(0.05, 0.25)]), left.neck), rng.uniform(-0.3, 0.15)
        )
        if rng.random() < 0.5:
            fold = left.rim[1] * rng.uniform(0.3, 0.7)
            canvas.line(
                curve(np.array([-left.rim[0], fold]), np.array([0, fold + 0.1]), np.array([left.rim[0], fold])),
                rng.uniform(-0.3, 0.1),
            )
    else:
        bottom = neckline[len(neckline) // 2]
        for side, sign in ((left, 1.0), (right, -1.0)):
            flip = np.array([sign, 1.0])
            point = np.array([rng.uniform(0.25, 0.8), min(bottom[1], 0.5) + rng.uniform(0.1, 0.5)])
            leaf = np.vstack([side.rim * flip, bottom, point * flip, side.neck * flip])
            canvas.light[canvas.region(leaf)] += rng.normal(0, 0.06)
            canvas.line(leaf[1:], rng.uniform(-0.5, 0.1))


def _paint_hood(
    rng: np.random.Generator, canvas: Canvas, torso: Points, left: Side, right: Side, neckline: Points
) -> None:
    """A hood that lies behind the neck, its edges crossing at the front."""
    mirror = np.array([-1.0, 1.0])
    top, wide = left.rim[1], left.neck[0] * rng.uniform(1.0, 1.6)
    flat = wide * rng.uniform(0.3, 0.8)
    crown = bend(np.array([-flat, top]), np.array([flat, top]), -rng.uniform(0.0, 0.15))
    hood = np.vstack(
        [
            curve(right.neck * mirror, np.array([-wide, top * 0.5]), crown[0]),
            crown,
            curve(crown[-1], np.array([wide, top * 0.5]), left.neck),
        ]
    )
    canvas.fill(np.vstack([torso, hood]))
    front = neckline[len(neckline) // 2]
    inner = flat * rng.uniform(0.6, 1.0)
    low = top * rng.uniform(0.75, 0.95)
    mouth = np.vstack(
        [
            bend(np.array([-inner, low]), front, -rng.uniform(0, 0.15)),
            bend(front, np.array([inner, low]), -rng.uniform(0, 0.15)),
        ]
    )
    if rng.random() < 0.8:
        canvas.light[canvas.region(mouth)] += rng.normal(-0.1, 0.2)
    canvas.line(mouth, rng.uniform(-0.5, 0.2), int(rng.integers(1, 3)))
    if rng.random() < 0.5:
        for x in (-0.12, 0.12):
            cord = bend(
                front + np.array([x, 0]), front + np.array([x * rng.uniform(0.5, 2), rng.uniform(0.3, 1)]), 0.03
            )
            canvas.line(cord, rng.uniform(-0.5, 0.5))


def _paint_sleeve(rng: np.random.Generator, canvas: Canvas, side: Side, flip: Points) -> None:
    outline = np.vstack([side.outer, side.cuff_outer, side.cuff_inner, side.inner, side.armpit, side.shoulder]) * flip
    region = canvas.region(outline)
    canvas.fill(outline)
    if rng.random() < 0.7:
        canvas.light[region] += rng.normal(0, 0.06) if rng.random() < 0.8 else rng.normal(0, 0.3)
    edge = rng.uniform(-0.4, 0.1) if rng.random() < 0.85 else 0.0
    canvas.line(np.vstack([side.cuff_inner, side.inner, side.armpit]) * flip, edge)
    if rng.random() < 0.5:
        canvas.line(np.vstack([side.cuff_outer, side.cuff_inner]) * flip, edge)
    if rng.random() < 0.75:
        seam = bend(side.shoulder, side.armpit, rng.uniform(-0.05, 0.12)) * flip
        canvas.line(seam, rng.uniform(-0.35, 0.15))
    if rng.random() < 0.4:
        up = rng.uniform(0.05, 0.2)
        band = np.vstack([side.cuff_outer, side.cuff_inner]) * (1 - up) + np.vstack([side.shoulder, side.armpit]) * up
        canvas.line(band * flip, rng.uniform(-0.3, 0.3))


def _paint_inside(rng: np.random.Generator, canvas: Canvas, opening: Points, shadow: float, dip: float) -> None:
    region = canvas.region(opening)
    chance = rng.random()
    if chance < 0.6:
        canvas.light[region] = shadow
    elif chance < 0.85:
        # Black in black: the inside of the back hardly differs from the front.
        canvas.light[region] = canvas.base + rng.normal(0, 0.04)
    for _ in range(int(rng.integers(0, 3))):
        y = dip + rng.uniform(0.02, 0.2)
        canvas.line(
            np.array([[-0.6, y], [0.6, y + rng.normal(0, 0.02)]]) * [rng.uniform(0.2, 0.8), 1], rng.uniform(-0.2, 0.2)
        )
    if rng.random() < 0.6:
        x, y, w, h = rng.normal(0, 0.03), dip + rng.uniform(0, 0.1), rng.uniform(0.05, 0.15), rng.uniform(0.04, 0.15)
        label = np.array([[x - w, y], [x + w, y], [x + w, y + h], [x - w, y + h]])
        canvas.light[canvas.region(label) & region] = rng.uniform(0, 1)


def _paint_trims(
    rng: np.random.Generator, canvas: Canvas, left: Side, right: Side, neckline: Points, hem: Points, neck: str
) -> None:
    if neck in ("open", "high") and rng.random() < 0.4:
        _paint_rib(rng, canvas, neckline, left)
    if neck in ("open", "collar", "high") and rng.random() < 0.93:
        canvas.line(neckline, rng.uniform(-0.5, 0.3))
        if neck == "open" and rng.random() < 0.7:
            band = rng.uniform(0.05, 0.16)
            canvas.line(neckline * [1 + band, 1] + [0, band], rng.uniform(-0.4, 0.3))
    if rng.random() < 0.6:
        canvas.line(hem - [0, rng.uniform(0.03, 0.3)], rng.uniform(-0.3, 0.2))
    if rng.random() < (0.85 if neck == "collar" else 0.12):
        half, middle = rng.uniform(0.0, 0.12), neckline[len(neckline) // 2]
        bottom = (left.hem[1] + right.hem[1]) / 2 if rng.random() < 0.7 else middle[1] + rng.uniform(0.3, 1)
        for x in (-half, half):
            canvas.line(np.array([middle + np.array([x, 0]), [middle[0] + x, bottom]]), rng.uniform(-0.4, 0.1))
        for y in np.arange(middle[1] + 0.1, bottom, rng.uniform(0.2, 0.6)):
            canvas.line(np.array([[middle[0] - 0.02, y], [middle[0] + 0.02, y]]), rng.uniform(-0.6, 0.6), 2)
    if rng.random() < 0.2:
        for sign in (-1, 1):
            x, y, w, h = (
                sign * rng.uniform(0.3, 0.6),
                rng.uniform(0.7, 1.2),
                rng.uniform(0.15, 0.28),
                rng.uniform(0.2, 0.4),
            )
            pocket = np.array([[x - w, y], [x + w, y], [x + w, y + h], [x, y + h * 1.1], [x - w, y + h], [x - w, y]])
            canvas.line(pocket, rng.uniform(-0.4, 0.1))


def _paint_rib(rng: np.random.Generator, canvas: Canvas, neckline: Points, left: Side) -> None:
    """A neck band of another colour, in front and along the back of the neck."""
    width, shade = rng.uniform(0.06, 0.18), rng.uniform(-0.6, 0.6)
    lower = neckline * [1 + width / max(float(left.neck[0]), 0.2), 1] + [0, width * 0.9]
    canvas.light[canvas.region(np.vstack([neckline, lower[::-1]]))] += shade
    if rng.random() < 0.7:
        high = left.rim[1]
        back = np.array([[-1.1, high - 0.2], [1.1, high - 0.2], [1.1, high + width], [-1.1, high + width]])
        inside = canvas.region(np.vstack([neckline, neckline[[-1, 0]] - [0, 0.3]]))
        canvas.light[canvas.region(back) & inside] += shade


def _paint_folds(rng: np.random.Generator, canvas: Canvas, side: Side) -> None:
    for _ in range(int(rng.integers(0, 12))):
        start = np.array([rng.uniform(-1, 1), rng.uniform(0.2, side.hem[1])])
        end = start + rng.normal(0, [0.25, 0.6])
        canvas.line(bend(start, end, rng.normal(0, 0.1)), rng.uniform(-0.2, 0.15), int(rng.integers(1, 4)))
