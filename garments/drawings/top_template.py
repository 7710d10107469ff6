"""The parametric template of what hangs from the shoulders: its numbers at random and its outline."""

from dataclasses import dataclass, replace

import numpy as np

from garments.drawings.drawing import Points, bend, curve, moved


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


STYLES = ("sleeved", "sleeveless", "strap", "halter", "bardot", "bandeau")
"""How a garment holds on to the shoulders."""
NECK_SHARES = {
    ("sleeved", "whole"): (0.61, 0.09, 0.13, 0.17),
    ("sleeveless", "whole"): (0.8, 0.06, 0.11, 0.03),
    ("sleeved", "front"): (0.22, 0.48, 0.12, 0.18),
    ("sleeveless", "front"): (0.4, 0.25, 0.25, 0.1),
    ("halter", "whole"): (0.6, 0.0, 0.4, 0.0),
}
"""How often each of `NECKS` is drawn, by style and by whether the garment opens in front."""


def neck_style(rng: np.random.Generator, style: str, *, opens: bool) -> str:
    """One of `NECKS`."""
    if style in ("strap", "bardot", "bandeau"):
        return "open"
    shares = NECK_SHARES[style, "front" if opens else "whole"]
    return str(rng.choice(["open", "collar", "high", "hood"], p=shares))


def random_side(rng: np.random.Generator, style: str, neck_style: str, shape: str) -> Side:
    """One side of a garment at random.

    Args:
        style: One of `STYLES`.
        neck_style: One of `NECKS`.
        shape: `top`, `dress`, `coat` or `jumpsuit`.
    """
    uniform = rng.uniform
    neck, shoulder = _shoulder(rng, style, wide=rng.random() < 0.2 and neck_style == "open")
    rises = {"open": (0.0, 0.0), "collar": (0.1, 0.4), "high": (0.12, 0.65), "hood": (0.35, 1.45)}
    rise = uniform(*rises[neck_style])
    rim = np.array([neck[0] * (uniform(0.72, 1.02) if rise else 1.0), -rise])
    if neck_style == "hood":
        rim = np.array([neck[0] * uniform(0.95, 1.6), -rise * uniform(0.25, 0.7)])
    armpit = np.array([uniform(0.82, 1.22), uniform(0.75, 1.35)])
    if style in ("sleeveless", "halter"):
        armpit[0] = uniform(0.85, 1.2)
    elif style == "bardot":
        armpit = np.array([uniform(0.75, 1.0), uniform(0.35, 0.8)])
    elif style == "bandeau":
        armpit = moved(shoulder, uniform(0.0, 0.12), uniform(0.1, 0.5))
    if shape == "top":
        waist, hem = _short_trunk(rng, armpit)
    else:
        waist, hem = _long_trunk(rng, armpit, shape)
    if style in ("sleeved", "bardot"):
        long = rng.random() < {"coat": 0.94, "top": 0.55}.get(shape, 0.4)
        cuff_outer, cuff_inner, outer, inner = _sleeve(rng, shoulder, armpit, long=long)
    else:
        cuff_outer, cuff_inner = shoulder, armpit
        hole = _armhole(rng, shoulder, armpit, thin=style == "strap")
        outer, inner = shoulder[None], hole
    return Side(neck, rim, shoulder, armpit, waist, hem, cuff_outer, cuff_inner, outer, inner)


def _shoulder(rng: np.random.Generator, style: str, *, wide: bool) -> tuple[Points, Points]:
    """Where the shoulder seam begins at the neck, and where it ends."""
    uniform = rng.uniform
    neck_x = uniform(0.55, 0.93) if wide else uniform(0.28, 0.55)
    shoulder = np.array([1.0, uniform(0.12, 0.5)])
    if style == "strap":
        neck_x = uniform(0.35, 0.85)
        shoulder = np.array([neck_x + uniform(0.02, 0.18), uniform(-0.02, 0.06)])
    elif style == "sleeveless" and rng.random() < 0.3:
        neck_x = uniform(0.25, 0.6)
        shoulder = np.array([neck_x + uniform(0.1, 0.35), uniform(0.05, 0.2)])
    elif style == "halter":
        neck_x = uniform(0.12, 0.45)
        shoulder = np.array([neck_x + uniform(0.03, 0.25), uniform(-0.02, 0.12)])
    elif style == "bandeau":
        neck_x = uniform(0.7, 1.0)
        shoulder = np.array([neck_x + uniform(0.0, 0.05), uniform(-0.02, 0.06)])
    elif style == "bardot":
        neck_x = uniform(0.7, 0.98)
        shoulder = np.array([neck_x + uniform(0.05, 0.35), uniform(-0.08, 0.2)])
    return np.array([neck_x, 0.0]), shoulder


def _short_trunk(rng: np.random.Generator, armpit: Points) -> tuple[Points, Points]:
    """Waist and hem of what ends above the thigh."""
    uniform = rng.uniform
    longest = 4.2 * armpit[0]
    length = uniform(armpit[1] + 0.5, max(min(longest, 4.4), armpit[1] + 1.0))
    hem = np.array([armpit[0] * uniform(0.78, 1.35), length * uniform(0.96, 1.0)])
    waist = np.array([(armpit[0] + hem[0]) / 2 * uniform(0.75, 1.05), (armpit[1] + hem[1]) / 2])
    if rng.random() < 0.12:
        # A peplum, or a smock gathered under the bust.
        waist[1] = armpit[1] + (hem[1] - armpit[1]) * uniform(0.2, 0.6)
        hem[0] = waist[0] * uniform(1.15, 1.8)
    return waist, hem


def _long_trunk(rng: np.random.Generator, armpit: Points, shape: str) -> tuple[Points, Points]:
    """Waist and hem of a dress, a coat or (its hips) a jumpsuit."""
    uniform = rng.uniform
    if shape == "jumpsuit":
        waist = np.array([armpit[0] * uniform(0.65, 1.0), armpit[1] + uniform(0.6, 1.3)])
        return waist, np.array([max(waist[0] * uniform(1.0, 1.3), 0.85), waist[1] + uniform(0.5, 1.0)])
    if shape == "coat":
        length = 2 * armpit[0] * uniform(1.6, 2.7)
        waist = np.array([armpit[0] * uniform(0.8, 1.05), armpit[1] + uniform(0.8, 1.3)])
        return waist, np.array([waist[0] * uniform(0.95, 1.45), max(length, waist[1] + 0.8)])
    seam = rng.choice([uniform(0.25, 0.5), uniform(0.5, 1.2), uniform(1.2, 1.9)], p=[0.2, 0.65, 0.15])
    waist = np.array([armpit[0] * uniform(0.65, 1.02), armpit[1] + seam])
    flare = rng.choice([uniform(0.85, 1.15), uniform(1.1, 1.6), uniform(1.5, 2.4)], p=[0.35, 0.4, 0.25])
    # A straight one as short as a long shirt is taken for a shirt.
    waisted = waist[0] < 0.88 * armpit[0] or flare > 1.3
    length = max(2 * armpit[0] * uniform(1.7 if waisted else 2.15, 3.7), waist[1] + 0.8)
    below = length - waist[1]
    return waist, np.array([waist[0] * (1 + (flare - 1) * min(below / 1.6, 1.3)), length])


def _armhole(rng: np.random.Generator, shoulder: Points, armpit: Points, *, thin: bool) -> Points:
    """The edge of a sleeveless side, from the shoulder down to the armpit."""
    if thin:
        corner = np.array([shoulder[0] + rng.uniform(-0.08, 0.15), armpit[1] - rng.uniform(0.05, 0.5)])
        return np.vstack([bend(shoulder, corner, rng.normal(0, 0.03)), bend(corner, armpit, rng.uniform(0.0, 0.15))])
    low = shoulder + (armpit - shoulder) * rng.uniform(0.4, 0.8)
    if shoulder[0] > 0.75:
        low[0] = min(shoulder[0], armpit[0]) - rng.uniform(-0.03, 0.3)
    else:
        low[0] -= rng.uniform(-0.05, 0.2)
    return curve(shoulder, low, armpit)


def _sleeve(
    rng: np.random.Generator, shoulder: Points, armpit: Points, *, long: bool
) -> tuple[Points, Points, Points, Points]:
    """Outer and inner cuff, and the two outlines."""
    length = rng.uniform(1.5, 3.3) if long else rng.uniform(0.25, 1.5)
    angle = rng.uniform(-8, 38) if rng.random() < 0.78 else rng.uniform(35, 88)
    if not long:
        angle = max(angle, rng.uniform(5, 30))
    swing = rng.normal(0, 10) if long else rng.normal(0, 4)
    if long and rng.random() < 0.4:
        # Straight down beside the body, over it or over the hem.
        angle, swing = rng.uniform(-6, 14), rng.normal(-3, 6)
    if long and rng.random() < 0.16:
        # Laid inward over the front, now and then folded at the elbow.
        angle, swing = rng.uniform(5, 40), -(rng.uniform(15, 80) if rng.random() < 0.7 else rng.uniform(80, 150))
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


def front_depth(rng: np.random.Generator, neck: str, side: Side, style: str) -> float:
    """How far below the neck points the front neckline's middle lies."""
    if neck == "high":
        return float(side.rim[1] + rng.uniform(0.0, 0.1))
    if neck == "collar":
        return float(
            rng.uniform(-0.05, 0.2) if rng.random() < 0.5 else rng.uniform(0.1, min(1.6, float(side.hem[1]) * 0.6))
        )
    if neck == "hood":
        return float(rng.uniform(-0.25, 0.1) if rng.random() < 0.35 else rng.uniform(0.0, 0.4))
    if style in ("bardot", "bandeau"):
        return float(rng.uniform(-0.05, 0.25))
    if style == "halter":
        return float(rng.uniform(0.05, 0.3) if rng.random() < 0.4 else rng.uniform(0.3, 1.0))
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


def side_seam(rng: np.random.Generator, side: Side, shape: str) -> Points:
    """From the armpit by the waist to the hem."""
    above = bend(side.armpit, side.waist, rng.normal(0.01, 0.02) if shape == "top" else rng.normal(0, 0.04))
    below = side.hem - side.waist
    if shape == "top":
        return np.vstack([above, bend(side.waist, side.hem, rng.normal(0.0, 0.02))])
    if below[0] < 0.25 and rng.random() < 0.7:
        hip = side.waist + np.array([max(below[0], 0) + rng.uniform(0.02, 0.22), rng.uniform(0.5, 0.8)])
        if hip[1] < side.hem[1] - 0.3:
            return np.vstack([above, bend(side.waist, hip, rng.uniform(0, 0.06)), bend(hip, side.hem, 0.03)])
    return np.vstack([above, bend(side.waist, side.hem, rng.normal(0.0, 0.03) * below[1])])


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
