"""Draws necks: collars, rolled collars, hoods, the inside of the back, neck bands, gathers and bows."""

import numpy as np

from garments.drawings.drawing import Canvas, Points, bend, curve, moved, sway
from garments.drawings.top_template import Side

MIRROR = np.array([-1.0, 1.0])


def paint_collar(
    rng: np.random.Generator, canvas: Canvas, left: Side, right: Side, neckline: Points, neck: str, *, leaves: bool
) -> None:
    """A collar or a rolled one above the neck points; with `leaves` its two points lie on the front."""
    top = curve(right.rim * MIRROR, np.array([0, left.rim[1] + rng.uniform(-0.1, 0.04)]), left.rim)
    flank = rng.normal(0, 0.04)
    start = bend(right.neck * MIRROR, right.rim * MIRROR, -flank)
    collar = np.vstack([start, top, bend(left.rim, left.neck, -flank)])
    if neck == "high" and rng.random() < 0.25:
        collar = np.vstack([start, sway(rng, top, rng.uniform(0.02, 0.06)), left.neck])
    canvas.fill(np.vstack([collar, np.array([0, 0.6])]))
    if neck == "high":
        seam = curve(right.neck * MIRROR, np.array([0, rng.uniform(0.05, 0.25)]), left.neck)
        canvas.line(seam, rng.uniform(-0.3, 0.15))
        if rng.random() < 0.5:
            fold = left.rim[1] * rng.uniform(0.3, 0.7)
            ends = np.array([[-left.rim[0], fold], [0, fold + 0.1], [left.rim[0], fold]])
            canvas.line(curve(*ends), rng.uniform(-0.3, 0.1))
    elif leaves:
        bottom = neckline[len(neckline) // 2]
        for side, sign in ((left, 1.0), (right, -1.0)):
            flip = np.array([sign, 1.0])
            point = np.array([rng.uniform(0.25, 0.8), min(bottom[1], 0.5) + rng.uniform(0.1, 0.5)])
            leaf = np.vstack([side.rim * flip, bottom, point * flip, side.neck * flip])
            canvas.light[canvas.region(leaf)] += rng.normal(0, 0.06)
            canvas.line(leaf[1:], rng.uniform(-0.5, 0.1))


def hood_outline(rng: np.random.Generator, left: Side, right: Side) -> tuple[Points, Points, Points]:
    """A hood's outline from the right neck point over the crown to the left one, and the crown's two ends."""
    high = -(0.5 * (left.rim[1] + right.rim[1])) * rng.uniform(1.5, 2.2)
    flat = left.rim[0] * rng.uniform(0.25, 0.85)
    lean = rng.normal(0, 0.05)
    tops = [np.array([flat + lean, -high]), np.array([-flat + lean, -high * rng.uniform(0.95, 1.05)])]
    point = rng.uniform(0.0, 0.2) if rng.random() < 0.7 else rng.uniform(-0.08, 0.0)
    flanks = []
    for side, sign, top in ((left, 1.0, tops[0]), (right, -1.0, tops[1])):
        rim = side.rim * [sign, 1]
        below = bend(side.neck * [sign, 1], rim, sign * rng.uniform(0.0, 0.08), 8)
        above = curve(rim, (rim + top) / 2 + [sign * rng.uniform(0.02, 0.14), -0.05], top, 10)
        flanks.append(np.vstack([below, above]))
    crown = bend(tops[1], tops[0], point)
    return np.vstack([flanks[1], crown, flanks[0][::-1]]), tops[0], tops[1]


def paint_hood(rng: np.random.Generator, canvas: Canvas, outline: tuple[Points, Points, Points], front: Points) -> None:
    """A hood: lying flat with its inside in view, standing up with a round mouth, or laced shut."""
    hood, top_left, _ = outline
    canvas.fill(np.vstack([hood, np.array([0.0, 0.5])]))
    style = rng.choice(["flat", "up", "behind", "shut"], p=[0.5, 0.25, 0.17, 0.08])
    high = float(top_left[1])
    shade = canvas.base + rng.normal(-0.1, 0.2)
    side = float(np.abs(hood[:, 0]).max())
    if style in ("flat", "up"):
        low = high * (rng.uniform(0.7, 0.95) if style == "flat" else rng.uniform(0.55, 0.85))
        inner = side * (rng.uniform(0.6, 0.95) if style == "flat" else rng.uniform(0.35, 0.75))
        swell = rng.uniform(0.05, 0.25)
        corners = np.array([[-inner, high * 0.5], [inner, high * 0.5]])
        mouth = np.vstack(
            [
                bend(corners[0], front, swell * 0.5),
                bend(front, corners[1], swell * 0.5),
                curve(corners[1], np.array([0, low * (1 + swell)]), corners[0]),
            ]
        )
        inside = canvas.region(mouth) & (canvas.mask > 0)
        if rng.random() < 0.85:
            canvas.light[inside] = shade if rng.random() < 0.55 else canvas.base + rng.normal(0, 0.03)
        canvas.line(mouth, rng.uniform(-0.5, 0.2), int(rng.integers(1, 3)))
        if rng.random() < 0.6:
            canvas.line(mouth * [1.12, 1.05], rng.uniform(-0.3, 0.1))
        if rng.random() < 0.5:
            w, h, y = rng.uniform(0.04, 0.14), rng.uniform(0.04, 0.15), front[1] - rng.uniform(0.25, 0.45)
            label = np.array([[-w, y], [w, y], [w, y + h], [-w, y + h]])
            canvas.light[canvas.region(label) & inside] = rng.uniform(0, 1)
    elif style == "behind":
        # Only its folds show, crossing at the front.
        for sign in (-1.0, 1.0):
            start = np.array([sign * side * 0.8, high * 0.6])
            canvas.line(bend(start, front * [1, 1], sign * rng.uniform(0.0, 0.2)), rng.uniform(-0.5, 0.2), 2)
            canvas.line(bend(start * [0.6, 1.2], front - [0, 0.2], sign * 0.1), rng.uniform(-0.4, 0.1))
    else:
        canvas.line(np.vstack([front, [0, high * 0.95]]), rng.uniform(-0.5, 0.1), 2)
        for y in np.arange(high * 0.8, front[1], 0.15):
            canvas.line(np.array([[-side * 0.5, y], [side * 0.5, y + rng.normal(0, 0.03)]]), rng.uniform(-0.2, 0.1))
    if rng.random() < 0.65:
        for x in (-0.12, 0.12):
            end = front + np.array([x * rng.uniform(0.5, 2.5), rng.uniform(0.3, 1.3)])
            canvas.line(bend(front + np.array([x, 0]), end, 0.03), rng.uniform(-0.6, 0.6), int(rng.integers(1, 3)))
    seam = curve(hood[0], moved(front, 0, rng.uniform(0, 0.06)), hood[-1])
    canvas.line(seam, rng.uniform(-0.35, 0.15))


def paint_pouch(rng: np.random.Generator, canvas: Canvas, low: float) -> None:
    """A kangaroo pocket."""
    wide, high = rng.uniform(0.4, 0.75), rng.uniform(0.45, 0.9)
    bottom = low - rng.uniform(0.1, 0.4)
    half = np.array([[wide * 0.65, bottom - high], [wide, bottom - high * 0.35], [wide, bottom]])
    canvas.line(np.vstack([half[::-1], half * MIRROR]), rng.uniform(-0.4, 0.15))


def paint_inside(rng: np.random.Generator, canvas: Canvas, opening: Points, shadow: float, dip: float) -> None:
    """The inside of the back, which a front neckline leaves in view, with its seams and label."""
    region = canvas.region(opening)
    chance = rng.random()
    if chance < 0.6:
        canvas.light[region] = shadow
    elif chance < 0.85:
        # Black in black: the inside of the back hardly differs from the front.
        canvas.light[region] = canvas.base + rng.normal(0, 0.04)
    for _ in range(int(rng.integers(0, 3))):
        y = dip + rng.uniform(0.02, 0.2)
        ends = np.array([[-0.6, y], [0.6, y + rng.normal(0, 0.02)]]) * [rng.uniform(0.2, 0.8), 1]
        canvas.line(ends, rng.uniform(-0.2, 0.2))
    if rng.random() < 0.6:
        x, y, w, h = rng.normal(0, 0.03), dip + rng.uniform(0, 0.1), rng.uniform(0.05, 0.15), rng.uniform(0.04, 0.15)
        label = np.array([[x - w, y], [x + w, y], [x + w, y + h], [x - w, y + h]])
        canvas.light[canvas.region(label) & region] = rng.uniform(0, 1)


def paint_neck_edge(rng: np.random.Generator, canvas: Canvas, neckline: Points, left: Side, neck: str) -> None:
    """The neckline's edge, a neck band, a rib of another colour, gathers below it."""
    if neck in ("open", "high") and rng.random() < 0.4:
        _paint_rib(rng, canvas, neckline, left)
    if neck != "hood" and rng.random() < 0.93:
        canvas.line(neckline, rng.uniform(-0.5, 0.3))
        if neck == "open" and rng.random() < 0.7:
            band = rng.uniform(0.05, 0.16)
            canvas.line(neckline * [1 + band, 1] + [0, band], rng.uniform(-0.4, 0.3))
    if neck in ("open", "high") and rng.random() < 0.12:
        for start in neckline[2:-2]:
            canvas.line(np.vstack([start, start * [1.1, 1] + [0, rng.uniform(0.1, 0.6)]]), rng.uniform(-0.3, 0.1))


def paint_bow(rng: np.random.Generator, canvas: Canvas, at: Points) -> None:
    """A bow, a tie or a knot at the neck; it hides the neckline's middle."""
    shade = rng.normal(0, 0.08)
    for sign in (-1.0, 1.0):
        wing = at + np.array([[0, 0], [sign * rng.uniform(0.2, 0.5), -0.12], [sign * rng.uniform(0.2, 0.5), 0.14]])
        tail = at + np.array([[0, 0], [sign * rng.uniform(0.05, 0.3), rng.uniform(0.4, 1.4)], [sign * 0.02, 0.5]])
        for leaf in (wing, tail):
            canvas.light[canvas.region(leaf)] += shade
            canvas.line(np.vstack([leaf, leaf[0]]), rng.uniform(-0.45, 0.1))


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
