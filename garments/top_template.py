"""The parametric template of a top: its numbers at random and its outline."""

from dataclasses import dataclass, replace

import numpy as np

from garments.drawing import Points, bend, curve


@dataclass(frozen=True)
class Side:
    """One side of a top, its numbers for x > 0."""

    neck: Points
    rim: Points
    shoulder: Points
    armpit: Points
    waist: Points
    hem: Points
    cuff_outer: Points
    cuff_inner: Points
    outer: Points
    """Outline from shoulder to outer cuff."""
    inner: Points
    """Outline from inner cuff to armpit."""


def neck_style(rng: np.random.Generator, style: str) -> str:
    """One of `NECKS`."""
    if style == "strap":
        return "open"
    shares = [0.62, 0.2, 0.12, 0.06] if style == "sleeved" else [0.82, 0.06, 0.12, 0.0]
    return str(rng.choice(["open", "collar", "high", "hood"], p=shares))


def random_side(rng: np.random.Generator, style: str, neck_style: str, dress: bool) -> Side:
    """One side of a top or dress, at random."""
    uniform = rng.uniform
    wide_neck = rng.random() < 0.2 and neck_style == "open"
    neck_x = uniform(0.55, 0.93) if wide_neck else uniform(0.28, 0.55)
    slope = uniform(0.12, 0.5)
    shoulder = np.array([1.0, slope])
    if style == "strap":
        strap = uniform(0.02, 0.18)
        neck_x = uniform(0.35, 0.85)
        shoulder = np.array([neck_x + strap, uniform(-0.02, 0.06)])
    elif style == "sleeveless" and rng.random() < 0.3:
        neck_x = uniform(0.25, 0.6)
        shoulder = np.array([neck_x + uniform(0.1, 0.35), uniform(0.05, 0.2)])
    neck = np.array([neck_x, 0.0])
    rise = {"open": 0.0, "collar": uniform(0.1, 0.38), "high": uniform(0.12, 0.65), "hood": uniform(0.35, 1.2)}[
        neck_style
    ]
    rim = np.array([neck_x * (uniform(0.72, 1.02) if rise else 1.0), -rise])
    armpit = np.array([uniform(0.82, 1.22), uniform(0.75, 1.35)])
    if style == "sleeveless":
        armpit[0] = uniform(0.85, 1.2)
    longest = 5.2 * armpit[0]
    length = longest * uniform(1.06, 1.7) if dress else uniform(armpit[1] + 0.6, max(min(longest, 4.4), 2.4))
    hem = np.array([armpit[0] * uniform(0.78, 1.35) + (uniform(0, 0.8) if dress else 0), length * uniform(0.96, 1.0)])
    pinch = uniform(0.75, 1.05)
    waist = np.array([(armpit[0] + hem[0]) / 2 * pinch, (armpit[1] + hem[1]) / 2])
    if rng.random() < 0.1:
        hem[0] = waist[0] * uniform(1.15, 1.7)
    if style == "sleeved":
        cuff_outer, cuff_inner, outer, inner = _sleeve(rng, shoulder, armpit)
    else:
        cuff_outer, cuff_inner = shoulder, armpit
        hole = _armhole(rng, shoulder, armpit, thin=style == "strap")
        outer, inner = shoulder[None], hole
    return Side(neck, rim, shoulder, armpit, waist, hem, cuff_outer, cuff_inner, outer, inner)


def _armhole(rng: np.random.Generator, shoulder: Points, armpit: Points, *, thin: bool) -> Points:
    """The edge of a sleeveless side, from the shoulder down to the armpit."""
    if thin:
        corner = np.array([shoulder[0] + rng.uniform(-0.08, 0.15), armpit[1] - rng.uniform(0.05, 0.5)])
        return np.vstack([bend(shoulder, corner, rng.normal(0, 0.03)), bend(corner, armpit, rng.uniform(0.0, 0.15))])
    depth = rng.uniform(-0.03, 0.3)
    low = np.array(
        [min(shoulder[0], armpit[0]) - depth, shoulder[1] + (armpit[1] - shoulder[1]) * rng.uniform(0.4, 0.8)]
    )
    return curve(shoulder, low, armpit)


def _sleeve(rng: np.random.Generator, shoulder: Points, armpit: Points) -> tuple[Points, Points, Points, Points]:
    """Outer and inner cuff, and the two outlines."""
    long = rng.random() < 0.5
    length = rng.uniform(1.5, 3.3) if long else rng.uniform(0.25, 1.5)
    angle = rng.uniform(-8, 38) if rng.random() < 0.78 else rng.uniform(35, 88)
    if not long:
        angle = max(angle, rng.uniform(5, 30))
    swing = rng.normal(0, 10) if long else rng.normal(0, 4)
    if long and rng.random() < 0.4:
        # Straight down beside the body, over it or over the hem.
        angle, swing = rng.uniform(-6, 14), rng.normal(-3, 6)
    if long and rng.random() < 0.15:
        # Laid inward over the front.
        angle, swing = rng.uniform(10, 40), -rng.uniform(15, 70)
    upper, fore = (np.radians(a) for a in (angle, angle + swing))
    along = [np.array([np.sin(a), np.cos(a)]) for a in (upper, fore)]
    inward = [np.array([-np.cos(a), np.sin(a)]) for a in (upper, fore)]
    hole = float(np.linalg.norm(armpit - shoulder))
    cuff = hole * (rng.uniform(0.3, 0.75) if long else rng.uniform(0.45, 1.05))
    if rng.random() < 0.12:
        cuff *= rng.uniform(1.2, 1.9)
    share = rng.uniform(0.4, 0.6)
    elbow = shoulder + along[0] * length * share
    cuff_outer = elbow + along[1] * length * (1 - share)
    tilt = rng.normal(0, 0.12)
    across = inward[1] * np.cos(tilt) + along[1] * np.sin(tilt)
    cuff_inner = cuff_outer + across * cuff
    middle_width = hole * (1 - share) * 0.85 + cuff * share
    if rng.random() < 0.2:
        middle_width *= rng.uniform(1.05, 1.6)
        elbow = elbow - inward[0] * rng.uniform(0, 0.2)
    elbow_inner = elbow + (inward[0] + inward[1]) / 2 * middle_width
    outer = curve(shoulder + rng.normal(0, 0.01, 2), elbow - inward[0] * rng.uniform(0, 0.12), cuff_outer)
    inner = curve(cuff_inner, elbow_inner, armpit) if long else bend(cuff_inner, armpit, rng.normal(0, 0.04))
    if long and rng.random() < 0.25:
        # Blouson: the sleeve bulges over a narrow cuff.
        bulge = rng.uniform(0.03, 0.2)
        outer[-4:-1] -= inward[1] * bulge
        inner[1:4] += inward[1] * bulge
    return cuff_outer, cuff_inner, outer, inner


def jittered(rng: np.random.Generator, side: Side) -> Side:
    """The other side of the same garment, not quite the same."""
    sway = rng.normal(0, 0.025, 2) if rng.random() < 0.8 else rng.normal(0, 0.08, 2)
    turn = np.radians(rng.normal(0, 6)) if len(side.outer) > 1 else 0.0
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    pivot = (side.shoulder + side.armpit) / 2
    reach = np.linalg.norm(side.cuff_outer - side.shoulder) + 1e-6

    def swing(points: Points, start: Points) -> Points:
        share = np.clip(np.linalg.norm(points - start, axis=-1, keepdims=True) / (0.5 * reach), 0, 1)
        turned = (points - pivot) @ spin.T + pivot
        return np.asarray(points * (1 - share) + turned * share)

    shift = {name: rng.normal(0, 0.02, 2) for name in ("waist", "hem", "armpit", "shoulder")}
    if len(side.outer) == 1:
        return replace(side, waist=side.waist + shift["waist"], hem=side.hem + shift["hem"] + sway)
    return replace(
        side,
        waist=side.waist + shift["waist"],
        hem=side.hem + shift["hem"] + sway,
        cuff_outer=swing(side.cuff_outer, side.shoulder),
        cuff_inner=swing(side.cuff_inner, side.armpit),
        outer=swing(side.outer, side.shoulder),
        inner=swing(side.inner, side.armpit),
    )


def front_depth(rng: np.random.Generator, neck: str, side: Side) -> float:
    """How far below the neck points the front neckline's middle lies."""
    if neck == "high":
        return float(side.rim[1] + rng.uniform(0.0, 0.1))
    if neck == "collar":
        return float(
            rng.uniform(-0.05, 0.2) if rng.random() < 0.5 else rng.uniform(0.1, min(1.6, float(side.hem[1]) * 0.6))
        )
    if neck == "hood":
        return float(rng.uniform(0.0, 0.35))
    width = 2 * float(side.neck[0])
    if side.neck[0] < 0.55:
        deep = width * float(rng.uniform(0.16, 0.45) if rng.random() < 0.62 else rng.uniform(0.35, 1.0))
    else:
        deep = width * float(rng.uniform(0.06, 0.3) if rng.random() < 0.75 else rng.uniform(0.2, 0.6))
    if side.shoulder[0] - side.neck[0] < 0.2:
        deep = float(rng.uniform(0.35, 1.0))
    return min(deep, float(side.armpit[1]) - 0.05 if side.shoulder[0] - side.neck[0] >= 0.2 else float(side.armpit[1]))


def neckline(rng: np.random.Generator, left: Side, right: Side, front: Points, neck: str) -> Points:
    """From the photo's left to its right end, the middle sample being the deepest."""
    start, end = right.rim * [-1.0, 1.0], left.rim
    shape = "v" if neck == "collar" else str(rng.choice(["round", "v", "square"], p=[0.68, 0.24, 0.08]))
    if neck in ("high", "hood"):
        shape = "round"
    if shape == "v":
        sag = rng.normal(0, 0.03)
        return np.vstack([bend(start, front, sag)[:-1], front, bend(front, end, sag)[1:]])
    if shape == "square":
        corner = front[1] * rng.uniform(0.8, 1.0)
        a, b = np.array([start[0] * rng.uniform(0.8, 1), corner]), np.array([end[0] * rng.uniform(0.8, 1), corner])
        return np.vstack([bend(start, a, 0.02), front, bend(b, end, 0.02)])
    t = np.linspace(-1, 1, 21)
    power = rng.uniform(1.6, 2.6)
    drop = 1 - np.abs(t) ** power
    x = np.where(t < 0, front[0] + t * (front[0] - start[0]), front[0] + t * (end[0] - front[0]))
    y = np.where(t < 0, start[1], end[1]) * (1 - drop) + front[1] * drop
    return np.stack([x, y], axis=1)


def side_seam(rng: np.random.Generator, side: Side) -> Points:
    """From the armpit by the waist to the hem."""
    return np.vstack(
        [bend(side.armpit, side.waist, rng.normal(0.01, 0.02)), bend(side.waist, side.hem, rng.normal(0.0, 0.02))]
    )


def hem_line(rng: np.random.Generator, left: Side, right: Side) -> Points:
    """From the left hem point to the right one."""
    start, end = left.hem, right.hem * [-1.0, 1.0]
    style = rng.random()
    width = start[0] - end[0]
    if style < 0.6:
        return bend(start, end, rng.normal(0.0, 0.03) * width)
    if style < 0.8:
        return bend(start, end, rng.choice([1, 1, 1, -1]) * rng.uniform(0.03, 0.22) * width)
    low = np.array([rng.uniform(-0.8, 0.8), max(start[1], end[1]) + rng.uniform(0.0, 0.5)])
    if style < 0.9:
        return np.vstack([bend(start, low, 0.02), bend(low, end, 0.02)])
    t = np.linspace(0, 1, 25)[:, None]
    waves = np.stack([t[:, 0] * 0, np.sin(t[:, 0] * rng.uniform(10, 40)) * rng.uniform(0.01, 0.05)], axis=1)
    return np.asarray(start * (1 - t) + end * t + waves * np.sin(np.pi * t))


def extent(left: Side, right: Side, front: Points) -> tuple[Points, Points]:
    """The corners of a box round everything."""
    everything = []
    for side, sign in ((left, 1), (right, -1)):
        lines = np.vstack(
            [
                side.neck,
                side.rim,
                side.shoulder,
                side.armpit,
                side.waist,
                side.hem,
                side.outer,
                side.inner,
                side.cuff_outer,
            ]
        )
        everything.append(lines * [sign, 1])
    points = np.vstack([*everything, front])
    return points.min(axis=0) - 0.1, points.max(axis=0) + np.array([0.2, 0.5])
