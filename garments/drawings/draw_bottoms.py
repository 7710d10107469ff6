"""Draws random trousers, shorts and skirts with what a photo shows of them: waistbands, flies, pockets, pleats."""

from dataclasses import dataclass, replace

import numpy as np

from garments.drawings.drawing import Canvas, Drawing, Points, bend, curve, extent_of, moved, paint_pattern, sway

MIRROR = np.array([-1.0, 1.0])


@dataclass(frozen=True)
class Leg:
    """One trouser leg, for x > 0 its wearer's left."""

    outer: Points
    """From the hip down to the outer corner of the hem."""
    inner: Points
    """From the inner corner of the hem up to the crotch."""
    hem: Points
    """From the outer to the inner corner."""


def draw_trousers(rng: np.random.Generator) -> Drawing:
    """Trousers, shorts or leggings; the hip's half width is 1."""
    waist = np.array([rng.uniform(0.6, 1.0), 0.0])
    rise = rng.uniform(0.85, 1.75)
    hip = np.array([rng.uniform(0.92, 1.08), rise * rng.uniform(0.5, 0.75)])
    left = random_leg(rng, hip, rise, short=rng.random() < 0.3)
    right = other_leg(rng, left, hip, rise)
    crotch = np.array([rng.normal(0, 0.02), rise])
    sides = [bend(waist, hip, rng.uniform(-0.02, 0.1)), bend(waist, hip, rng.uniform(-0.02, 0.1)) * MIRROR]
    dip, back = waist_edges(rng, waist)
    legs = (left, right)
    canvas = Canvas(rng, extent_of(back, *sides, *(line for leg in legs for line in (leg.outer, leg.inner, leg.hem))))
    front_first = [0, 1] if rng.random() < 0.5 else [1, 0]
    parts = []
    for index in front_first:
        leg, side = legs[index], sides[index]
        parts.append(np.vstack([side, leg.outer, leg.hem, leg.inner, crotch, dip[len(dip) // 2]]))
        canvas.fill(parts[-1])
    canvas.fill(np.vstack([sides[0], crotch, sides[1][::-1], dip]))
    if rng.random() < 0.55:
        canvas.fill(np.vstack([dip, back[::-1]]))
    if rng.random() < 0.12:
        _ruffle_waist(rng, canvas, waist)
    paint_pattern(rng, canvas, np.array([0.0, 0.2]))
    _paint_legs(rng, canvas, parts[-1], legs[front_first[-1]], crotch)
    _paint_legs(rng, canvas, parts[0], legs[front_first[0]], crotch)
    if rng.random() < 0.08:
        _hang_threads(rng, canvas, legs)
    paint_waist(rng, canvas, waist, dip, back, hip)
    _paint_fly(rng, canvas, dip, crotch)
    named = {"waistband_left": waist, "waistband_right": waist * MIRROR, "waistband_front": dip[len(dip) // 2]}
    named |= leg_points(left, right, crotch)
    return canvas.finish(named, "trousers")


def random_leg(rng: np.random.Generator, hip: Points, rise: float, *, short: bool) -> Leg:
    """The wearer's left leg: straight, wide, flared, tapered or tight."""
    inseam = rng.uniform(0.12, 1.3) if short else rng.uniform(1.5, 3.7)
    angle = np.radians(rng.uniform(-3, 14) + (rng.uniform(0, 14) if short else 0))
    style = rng.choice(["straight", "wide", "flared", "tapered", "tight"], p=[0.34, 0.2, 0.14, 0.2, 0.12])
    thigh = hip[0] / 2 * rng.uniform(0.85, 1.1)
    shares = {"straight": (0.8, 0.75), "wide": (1.1, 1.25), "flared": (0.7, 1.0), "tapered": (0.8, 0.55)}
    knee, hem = np.array(shares.get(str(style), (0.6, 0.4))) * rng.uniform(0.85, 1.2, 2)
    if short:
        knee, hem = (1 + np.array([0.5, 1.0]) * rng.normal(0.02, 0.14)) * rng.uniform(0.9, 1.15)
    along, across = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    top = np.array([hip[0] / 2, rise])
    middle = top + along * inseam / 2 + across * rng.normal(0, 0.03)
    bent = np.radians(rng.normal(0, 3))
    below = along * np.cos(bent) + across * np.sin(bent)
    foot = middle + below * inseam / 2
    tilt = across * np.cos(rng.normal(0, 0.08)) + along * np.sin(rng.normal(0, 0.08))
    start = np.vstack([hip, top + np.array([thigh + (1 - thigh * 2 / hip[0]) * 0.2, 0])])
    outer = np.vstack([start[:1], _through(start[1], middle + across * knee * thigh, foot + tilt * hem * thigh)])
    crotch = np.array([0.0, rise])
    inner = _through(foot - tilt * hem * thigh, middle - across * knee * thigh, crotch)
    if rng.random() < 0.6:
        # The legs touch at most: laid flat beside each other.
        inner[:, 0] = np.maximum(inner[:, 0], rng.choice([0.0, rng.uniform(0.0, 0.12)]) * np.linspace(1, 0, len(inner)))
    if rng.random() < 0.12 and not short:
        # Gathered at the ankle: the leg bulges over a narrow hem.
        bulge = rng.uniform(0.04, 0.15)
        outer[-4:-1] += across * bulge
        inner[1:4] -= across * bulge
    hem_line = bend(outer[-1], inner[0], rng.normal(-0.01, 0.03) * 2 * hem * thigh)
    return Leg(outer, inner, sway(rng, hem_line, 0.02) if rng.random() < 0.08 else hem_line)


def other_leg(rng: np.random.Generator, leg: Leg, hip: Points, rise: float) -> Leg:
    """The wearer's right leg: a mirror image, a little turned, or laid across the left one."""
    turn = rng.normal(0, 2.5)
    if rng.random() < 0.06:
        turn = rng.uniform(6, 24)
    angle = np.radians(turn)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    pivot = np.array([-hip[0] / 2, rise])
    reach = max(float(leg.hem[:, 1].max()) - rise, 0.1)

    def swing(points: Points) -> Points:
        flipped = points * MIRROR
        share = np.clip((flipped[:, 1:] - rise) / (0.5 * reach), 0, 1)
        return np.asarray(flipped * (1 - share) + ((flipped - pivot) @ spin.T + pivot) * share)

    return replace(leg, outer=swing(leg.outer), inner=swing(leg.inner), hem=swing(leg.hem) + rng.normal(0, 0.01, 2))


def leg_points(left: Leg, right: Leg, crotch: Points) -> dict[str, Points]:
    """The landmarks of two legs."""
    return {
        "crotch": crotch,
        "leg_outer_left": left.hem[0],
        "leg_inner_left": left.hem[-1],
        "leg_outer_right": right.hem[0],
        "leg_inner_right": right.hem[-1],
    }


def draw_skirt(rng: np.random.Generator) -> Drawing:
    """A skirt: pencil, straight, A-line, circle, pleated, tiered, wrapped; mini to maxi. The hip's half width is 1."""
    waist = np.array([rng.uniform(0.6, 0.98), 0.0])
    length = rng.uniform(1.1, 2.2) if rng.random() < 0.45 else rng.uniform(2.0, 4.6)
    flare = rng.choice([rng.uniform(0.7, 1.05), rng.uniform(1.0, 1.6), rng.uniform(1.4, 2.4)], p=[0.3, 0.45, 0.25])
    hem = np.array([flare * (1 + 0.12 * (length - 1.5) * (flare > 1)), length])
    hip = np.array([max(waist[0] + 0.05, min(1.0, (waist[0] + hem[0]) / 2)), rng.uniform(0.5, 0.9)])
    left = skirt_side(rng, waist, hip, hem)
    skew = np.array([rng.normal(0, 0.03), rng.normal(0, 0.03) + (rng.normal(0, 0.3) if rng.random() < 0.1 else 0)])
    right = left + skew * np.linspace(0, 1, len(left))[:, None]
    bottom = skirt_hem(rng, left[-1], right[-1] * MIRROR)
    dip, back = waist_edges(rng, waist)
    outline = np.vstack([left, bottom, (right * MIRROR)[::-1], dip])
    canvas = Canvas(rng, extent_of(outline, back))
    canvas.fill(outline)
    if rng.random() < 0.5:
        canvas.fill(np.vstack([dip, back[::-1]]))
    paint_pattern(rng, canvas, np.array([0.0, 0.2]))
    paint_skirt(rng, canvas, left, right, bottom)
    paint_waist(rng, canvas, waist, dip, back, hip)
    if rng.random() < 0.15:
        x = rng.normal(0, 0.25)
        _paint_buttons(rng, canvas, np.array([x, 0.0]), np.array([x + rng.normal(0, 0.1), length]))
    named = {"waistband_left": waist, "waistband_right": waist * MIRROR, "waistband_front": dip[len(dip) // 2]}
    named |= {"hem_left": left[-1], "hem_right": right[-1] * MIRROR}
    return canvas.finish(named, "skirt")


def skirt_side(rng: np.random.Generator, waist: Points, hip: Points, hem: Points) -> Points:
    """The left outline from waist to hem, for x > 0."""
    if hem[0] > 1.25 or rng.random() < 0.3:
        return bend(waist, hem, rng.normal(0.0, 0.05), 20)
    return np.vstack([bend(waist, hip, rng.uniform(0, 0.08)), bend(hip, hem, rng.normal(-0.02, 0.03))])


def skirt_hem(rng: np.random.Generator, left: Points, right: Points) -> Points:
    """From the left hem corner to the right one: straight, round, wavy, pointed, or with a slit's notch."""
    width, style = left[0] - right[0], rng.random()
    if style < 0.45:
        return bend(left, right, rng.normal(-0.01, 0.02) * width)
    if style < 0.75:
        return bend(left, right, rng.choice([1, 1, 1, -0.5]) * rng.uniform(0.03, 0.14) * width, 24)
    if style < 0.9:
        return sway(rng, bend(left, right, rng.uniform(0.0, 0.1) * width, 24), rng.uniform(0.02, 0.07))
    low = np.array([rng.uniform(right[0] * 0.8, left[0] * 0.8), max(left[1], right[1]) + rng.uniform(-0.4, 0.5)])
    return np.vstack([bend(left, low, rng.normal(0, 0.1)), bend(low, right, rng.normal(0, 0.1))])


def paint_skirt(rng: np.random.Generator, canvas: Canvas, left: Points, right: Points, bottom: Points) -> None:
    """Pleats, tiers, a slit and the hem's seam."""
    top, low = left[0][1], (left[-1][1] + right[-1][1]) / 2
    if rng.random() < 0.45:
        strength = rng.uniform(-0.25, 0.15)
        for share in np.linspace(-0.95, 0.95, int(rng.integers(5, 28))) + rng.normal(0, 0.01):
            fall = rng.uniform(0.5, 1.0) if rng.random() < 0.5 else 1.0
            start = np.array([share * left[0][0], top + 0.1])
            end = np.array([share * left[-1][0], low])
            canvas.line(bend(start, start + (end - start) * fall, rng.normal(0, 0.03)), strength * rng.uniform(0.4, 1))
    if rng.random() < 0.25:
        for share in (
            np.linspace(0, 1, int(rng.integers(2, 6)))[1:-1] if rng.random() < 0.6 else [rng.uniform(0.6, 0.9)]
        ):
            x = np.interp(top + share * (low - top), left[:, 1], left[:, 0])
            y = top + share * (low - top)
            canvas.line(bend(np.array([x, y]), np.array([-x, y]), rng.uniform(0, 0.1)), rng.uniform(-0.4, 0.1))
    if rng.random() < 0.15:
        x = rng.uniform(-0.8, 0.8) * left[-1][0]
        foot = np.array([x, np.interp(x, bottom[::-1, 0], bottom[::-1, 1])])
        peak = foot + np.array([rng.normal(0, 0.1), -rng.uniform(0.2, 0.6) * (low - top)])
        gap = rng.uniform(0.02, 0.3) if rng.random() < 0.5 else 0.0
        if gap:
            canvas.fill(np.vstack([peak, moved(foot, gap, 0.1), moved(foot, -gap, 0.1)]), cut=True)
        else:
            canvas.line(np.vstack([peak, foot]), rng.uniform(-0.4, 0.1))
    if rng.random() < 0.5:
        canvas.line(bottom - [0, rng.uniform(0.03, 0.15)], rng.uniform(-0.3, 0.2))


def waist_edges(rng: np.random.Generator, waist: Points) -> tuple[Points, Points]:
    """The front's upper edge from the right corner to the left, and the back's, which shows above it."""
    tilt = rng.normal(0, 0.02)
    dip = bend(waist * MIRROR, waist, -rng.uniform(-0.02, 0.16) * waist[0] * rng.choice([0.3, 1.0]))
    back = bend(waist * MIRROR, waist, rng.uniform(0.0, 0.12) * waist[0])
    return dip + [[0, tilt]] * np.sin(np.linspace(0, np.pi, len(dip)))[:, None], back


def paint_waist(
    rng: np.random.Generator, canvas: Canvas, waist: Points, dip: Points, back: Points, hip: Points
) -> None:
    """The waistband with its loops, button, gathers, cords, and the inside of the back."""
    inside = canvas.region(np.vstack([dip, back[::-1]]))
    canvas.light[inside] = canvas.base + rng.uniform(-0.35, 0.25)
    if rng.random() < 0.8:
        canvas.line(dip, rng.uniform(-0.45, 0.2))
    deep = rng.uniform(0.08, 0.32)
    band = dip * [1 + 0.1 * deep, 1] + [0, deep]
    if rng.random() < 0.25:
        canvas.light[canvas.region(np.vstack([dip, band[::-1]]))] += rng.normal(0, 0.3)
    if rng.random() < 0.8:
        canvas.line(band, rng.uniform(-0.4, 0.15))
    if rng.random() < 0.3:
        for share in np.linspace(0.03, 0.97, int(rng.integers(10, 40))):
            top = dip[0] * (1 - share) + dip[-1] * share + [0, np.sin(share * np.pi) * (dip[len(dip) // 2][1])]
            canvas.line(np.vstack([top, moved(top, 0, deep)]), rng.uniform(-0.25, 0.1))
    if rng.random() < 0.35:
        for share in (0.1, 0.3, 0.7, 0.9):
            top = dip[round(share * (len(dip) - 1))]
            canvas.line(np.vstack([top - [0, 0.03], moved(top, 0, deep + 0.04)]), rng.uniform(-0.4, 0.3), 2)
    middle = dip[len(dip) // 2]
    if rng.random() < 0.25:
        for sign in (-1, 1):
            end = middle + np.array([sign * rng.uniform(0.03, 0.25), rng.uniform(0.25, 1.1)])
            canvas.line(bend(moved(middle, 0, deep / 2), end, rng.normal(0, 0.1)), rng.uniform(-0.5, 0.6), 2)
    elif rng.random() < 0.4:
        spot = canvas.region(middle + [0, deep / 2] + 0.05 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]))
        canvas.light[spot] = rng.uniform(0, 1)
    if rng.random() < 0.1:
        canvas.line(band - [0, deep / 2], rng.uniform(-0.6, 0.6), int(rng.integers(3, 8)))
    if rng.random() < 0.45:
        for flip in (1, -1):
            start = np.array([waist[0] * rng.uniform(0.5, 0.8), band[0][1]]) * [flip, 1]
            end = np.array([hip[0] * 0.97, hip[1] * rng.uniform(0.6, 1.1)]) * [flip, 1]
            canvas.line(bend(start, end, flip * rng.uniform(-0.05, 0.15)), rng.uniform(-0.4, 0.1))


def _ruffle_waist(rng: np.random.Generator, canvas: Canvas, waist: Points) -> None:
    """A paper-bag waist: cloth that stands up above the band; the corners stay where the outline's are."""
    top = sway(rng, bend(waist * MIRROR, waist, 0.04), 0.05)
    canvas.fill(np.vstack([top, moved(waist, -0.05, 0.2), waist * MIRROR + [0.05, 0.2]]))


def _hang_threads(rng: np.random.Generator, canvas: Canvas, legs: tuple[Leg, Leg]) -> None:
    """Fringes or cords at the hems: they hang below the corners."""
    for leg in legs:
        for _ in range(int(rng.integers(2, 9))):
            start = leg.hem[int(rng.integers(len(leg.hem)))]
            end = moved(start, rng.normal(0, 0.06), rng.uniform(0.05, 0.35))
            canvas.stroke(bend(start, end, rng.normal(0, 0.03)), int(rng.integers(1, 3)), canvas.base)


def _paint_legs(rng: np.random.Generator, canvas: Canvas, part: Points, leg: Leg, crotch: Points) -> None:
    region = canvas.region(part)
    canvas.light[region] += rng.normal(0, 0.04)
    canvas.line(np.vstack([leg.inner, crotch]), rng.uniform(-0.4, 0.1))
    if rng.random() < 0.6:
        up = rng.uniform(0.04, 0.25)
        canvas.line(leg.hem - [0, up], rng.uniform(-0.35, 0.2))
    if rng.random() < 0.25:
        # A pressed crease, or the seam of a side stripe.
        top = np.array([np.sign(leg.hem[0, 0] + leg.hem[-1, 0]) * 0.45, crotch[1] * 0.4])
        canvas.line(bend(top, leg.hem.mean(axis=0), rng.normal(0, 0.05)), rng.uniform(-0.3, 0.3))
    if rng.random() < 0.1:
        middle = (leg.outer[len(leg.outer) // 2] + crotch) / 2 * [1.1, 1]
        box = rng.uniform(0.15, 0.3) * np.array([[-1, -1.2], [1, -1.2], [1, 1.2], [-1, 1.2], [-1, -1.2]])
        canvas.line(middle + box, rng.uniform(-0.4, 0.1))
    for _ in range(int(rng.integers(0, 5))):
        start = crotch + np.array([np.sign(leg.hem[:, 0].mean()) * rng.uniform(0, 0.9), rng.uniform(-0.4, 1.5)])
        canvas.line(bend(start, start + rng.normal(0, [0.3, 0.3]), 0.05), rng.uniform(-0.2, 0.15))


def _paint_fly(rng: np.random.Generator, canvas: Canvas, dip: Points, crotch: Points) -> None:
    top = dip[len(dip) // 2]
    if rng.random() < 0.85:
        canvas.line(np.vstack([top, crotch]), rng.uniform(-0.45, 0.1))
    if rng.random() < 0.4:
        out = np.array([rng.choice([-1, 1]) * rng.uniform(0.1, 0.22), 0])
        low = top + (crotch - top) * rng.uniform(0.6, 0.9)
        canvas.line(np.vstack([top + out, low + out * 0.9 - [0, 0.15], low]), rng.uniform(-0.35, 0.2))


def _paint_buttons(rng: np.random.Generator, canvas: Canvas, top: Points, bottom: Points) -> None:
    canvas.line(np.vstack([top, bottom]), rng.uniform(-0.4, 0.1))
    for share in np.arange(0.04, 0.98, rng.uniform(0.06, 0.2)):
        spot = top + (bottom - top) * share + [0.06, 0]
        canvas.line(np.vstack([spot, moved(spot, 0.03, 0)]), rng.uniform(-0.6, 0.6), 3)


def _through(start: Points, middle: Points, end: Points) -> Points:
    """Through three points with a soft turn at the middle one."""
    soft = curve(start, middle, end, 14)
    sharp = np.vstack([np.linspace(start, middle, 7), np.linspace(middle, end, 7)])
    return np.asarray(soft * 0.5 + sharp * 0.5)
