"""Draws random necks in colour, as a product photo shows them from near: what hides a neckline is drawn with care.

Labels, neck tapes, linings, neck bands with their seams, plackets, bows, lace, black in black. Nothing of a real photo
goes in. Units as in `draw_silhouettes`: half the shoulder seam's span is 1.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.drawings import top_template
from garments.drawings.drawing import Points, bend, curve, moved, whole
from garments.drawings.neck_canvas import ORIGIN_PX, SIZE_PX, UNIT_PX, Painter, cloud, random_colour
from garments.drawings.top_template import Side

MIRROR = np.array([-1.0, 1.0])
STYLES = ("sleeved", "sleeveless", "strap", "halter")


@dataclass(frozen=True)
class NeckDrawing:
    """One random neck."""

    mask: NDArray[np.uint8]
    """(256, 256) 0 or 255."""
    colour_rgb: NDArray[np.uint8]
    """(256, 256, 3)"""
    line_px: NDArray[np.float32]
    """(K, 2) The front neckline from the picture's left to its right end."""
    shoulders_px: NDArray[np.float32]
    """(2, 2) Shoulder points of the picture's left and right."""


def draw_neck(rng: np.random.Generator) -> NeckDrawing:
    """A random open neck or collar."""
    style = str(rng.choice(STYLES, p=(0.74, 0.13, 0.1, 0.03)))
    neck = "collar" if style in ("sleeved", "sleeveless") and rng.random() < 0.26 else "open"
    right = top_template.random_side(rng, style, neck, "top")
    left = top_template.jittered(rng, right)
    deep = top_template.front_depth(rng, neck, right, style)
    if neck == "open" and style == "sleeved" and rng.random() < 0.2:
        deep = float(rng.uniform(0.35, 1.1))
    front = np.array([rng.normal(0, 0.02), min(deep, left.armpit[1] * 1.25)])
    line = _neckline(rng, left, right, front, neck)
    painter = Painter(rng)
    back = _paint_cloth(rng, painter, left, right, line, neck)
    _paint_inside(rng, painter, line, back, left, neck)
    edge = _paint_edge(rng, painter, line, neck)
    if neck == "collar":
        _paint_leaves(rng, painter, left, right, line)
    _paint_front(rng, painter, line, edge, neck)
    if style == "sleeved":
        _paint_sleeves(rng, painter, left, right)
    return _finish(rng, painter, line, left, right)


def _neckline(rng: np.random.Generator, left: Side, right: Side, front: Points, neck: str) -> Points:
    start, end = right.rim * MIRROR, left.rim
    if neck == "open" and rng.random() < 0.22:
        t = np.linspace(-1, 1, 33)
        x = np.where(t < 0, front[0] + t * (front[0] - start[0]), front[0] + t * (end[0] - front[0]))
        high = np.where(t < 0, start[1], end[1])
        if rng.random() < 0.3:
            # Sweetheart: two arches that meet at the middle.
            rise = np.abs(t) ** rng.uniform(4, 7) + rng.uniform(0.1, 0.3) * np.abs(np.sin(np.pi * t)) * (np.abs(t) < 1)
            rise = np.clip(rise, 0, 1)
        else:
            rise = np.abs(t) ** rng.uniform(2.6, 5)
        return np.stack([x, high * rise + front[1] * (1 - rise)], axis=1)
    if neck == "open" and rng.random() < 0.25 and front[1] > 0.25:
        sag = rng.normal(0, 0.04)
        return np.vstack([bend(start, front, sag)[:-1], bend(front, end, sag)])
    if neck == "collar":
        sag = rng.normal(0.01, 0.04)
        return np.vstack([bend(start, front, sag)[:-1], bend(front, end, sag)])
    return top_template.neckline(rng, left, right, front, neck)


def _paint_cloth(
    rng: np.random.Generator, painter: Painter, left: Side, right: Side, line: Points, neck: str
) -> Points:
    """The silhouette and the cloth's pattern; the back's edge from the left to the right rim."""
    low = np.array([[left.armpit[0], 4.0], [-right.armpit[0], 4.0]])
    sleeved = left.cuff_outer[0] > left.shoulder[0]
    holes = [np.vstack([s.shoulder, s.armpit]) if sleeved else s.inner for s in (left, right)]
    dip = rng.uniform(-0.02, 0.13) if rng.random() < 0.75 else rng.uniform(0.1, 0.7) * max(float(line[:, 1].max()), 0.1)
    back = curve(right.neck * MIRROR, np.array([0, dip]), left.neck)
    painter.fill(np.vstack([left.neck, holes[0], low, (holes[1] * MIRROR)[::-1], right.neck * MIRROR, back]))
    for side, sign in ((left, 1.0), (right, -1.0)):
        if sleeved:
            ends = np.vstack([side.outer, side.cuff_outer, side.cuff_inner, side.inner, side.armpit, side.shoulder])
            painter.fill(ends * [sign, 1])
    if neck == "collar":
        top = curve(right.rim * MIRROR, np.array([0, left.rim[1] + rng.uniform(-0.1, 0.06)]), left.rim)
        painter.fill(np.vstack([right.neck * MIRROR, top, left.neck, np.array([0, 0.6])]))
        back = top
    _paint_pattern(rng, painter, slice(None))
    return back


def _paint_pattern(rng: np.random.Generator, painter: Painter, where: NDArray[np.bool_] | slice) -> None:
    """Stripes, checks, flowers, or nothing."""
    style = rng.random()
    if style > 0.42:
        return
    ys, xs = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
    other = random_colour(rng)
    if style < 0.13:
        angle = rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)])
        wave = np.sin((xs * np.sin(angle) + ys * np.cos(angle)) * 2 * np.pi / rng.uniform(4, 40))
        share = (wave > rng.uniform(-0.5, 0.8)).astype(np.float32)
    elif style < 0.2:
        pitch = rng.uniform(8, 40)
        share = ((np.sin(xs * 2 * np.pi / pitch) > 0.5) * 0.5 + (np.sin(ys * 2 * np.pi / pitch) > 0.5) * 0.5).astype(
            np.float32
        )
    else:
        share = (cloud(rng, int(rng.integers(10, 70))) > rng.uniform(0.2, 1.2)).astype(np.float32)
        if rng.random() < 0.5:
            more = cloud(rng, int(rng.integers(20, 70))) > rng.uniform(0.5, 1.3)
            painter.colour[where] = np.where(more[..., None], random_colour(rng), painter.colour)[where]
    share = share[..., None] * rng.uniform(0.2, 1.0)
    painter.colour[where] = (painter.colour * (1 - share) + other * share).astype(np.float32)[where]


def _paint_inside(
    rng: np.random.Generator, painter: Painter, line: Points, back: Points, left: Side, neck: str
) -> None:
    """The inside of the back above the front neckline, or the ground that shows through there."""
    opening = np.vstack([line, back[::-1]])
    region = painter.region(opening)
    wide = float(line[-1, 0] - line[0, 0])
    high, low = float(back[:, 1].max()), float(line[:, 1].max())
    if neck == "open" and rng.random() < 0.16:
        painter.fill(opening, cut=True)
        return
    chance = rng.random()
    if chance < 0.42:
        painter.colour[region] = painter.colour[region] * rng.uniform(0.45, 1.0) + rng.uniform(0, 0.05)
    elif chance < 0.62:
        painter.colour[region] = painter.base * rng.uniform(0.5, 1.1)
    elif chance < 0.8:
        lining = random_colour(rng)
        painter.colour[region] = lining
        if rng.random() < 0.3:
            _paint_pattern(rng, painter, region)
    # Otherwise the inside is as the front: the edge alone says where it begins.
    ys = (np.mgrid[0:SIZE_PX, 0:SIZE_PX][0] - ORIGIN_PX[1]) / UNIT_PX
    if rng.random() < 0.4:
        dark = np.clip((ys - high) / max(low - high, 0.05), 0, 1) * rng.uniform(-0.15, 0.12)
        painter.colour += (dark * region)[..., None].astype(np.float32)
    if rng.random() < 0.6:
        # The back's neck band, tape or facing.
        deep = rng.uniform(0.03, 0.2) if rng.random() < 0.75 else rng.uniform(0.15, 0.5)
        lower = moved(back, 0, deep)
        if rng.random() < 0.4:
            facing = np.linspace(-1, 1, len(back))
            lower = back + np.stack([facing * 0, deep * (1 + rng.uniform(0, 1.5) * (1 - facing**2))], axis=1)
        strip = painter.region(np.vstack([back - [0, 0.03], lower[::-1]])) & region
        colour = random_colour(rng) if rng.random() < 0.45 else painter.base * rng.uniform(0.6, 1.25)
        if rng.random() < 0.75:
            painter.colour[strip] = colour
        painter.line(lower, rng.uniform(-0.3, 0.25), int(rng.integers(1, 3)), region)
    for _ in range(int(rng.integers(0, 3))):
        y = high + rng.uniform(0.02, 0.5)
        ends = np.array([[-0.7, y], [0, y + rng.normal(0, 0.05)], [0.7, y + rng.normal(0, 0.02)]])
        painter.line(curve(*ends), rng.uniform(-0.2, 0.15), 1, region)
    _paint_label(rng, painter, region, high, wide)
    if rng.random() < 0.5:
        # Shadow that the back throws or that lies behind the front's edge.
        painter.line(line - [0, 0.02], rng.uniform(-0.2, 0.03), int(rng.integers(2, 8)), region)


def _paint_label(
    rng: np.random.Generator, painter: Painter, region: NDArray[np.bool_], high: float, wide: float
) -> None:
    """A label, a size tag or printed words inside the neck."""
    if rng.random() < 0.3:
        return
    x, y = rng.normal(0, 0.03), high + rng.uniform(-0.03, 0.2)
    w, h = wide * rng.uniform(0.08, 0.28), rng.uniform(0.05, 0.3)
    ink = random_colour(rng)
    if rng.random() < 0.72:
        colour = random_colour(rng)
        box = np.array([[x - w, y], [x + w, y], [x + w, y + h], [x - w, y + h]]) + rng.normal(0, 0.01, (4, 2))
        painter.colour[painter.region(box) & region] = colour
        if rng.random() < 0.4:
            painter.line(np.vstack([box, box[:1]]), rng.uniform(-0.4, 0.2), 1, region)
        if rng.random() < 0.6:
            tag = np.array([x + rng.normal(0, w * 0.5), y + h])
            small = tag + np.array([[-1, -0.1], [1, -0.1], [1, 1], [-1, 1]]) * rng.uniform(0.03, 0.1, 2)
            painter.colour[painter.region(small) & region] = random_colour(rng)
    rows = int(rng.integers(1, 6))
    for row in range(rows):
        at = y + h * (row + 0.6) / (rows + 0.4)
        words = np.array([[x - w * rng.uniform(0.2, 0.85), at], [x + w * rng.uniform(0.2, 0.85), at]])
        painter.band(words, ink, int(rng.integers(1, 4)), region)


def _below(line: Points, deep: float) -> Points:
    """A line `deep` further from the neck."""
    along = np.gradient(line, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-6)[:, None]
    return np.asarray(line + deep * np.where(normal[:, 1:] < -0.2, -normal, normal))


def _paint_edge(rng: np.random.Generator, painter: Painter, line: Points, neck: str) -> Points:
    """The front's edge and its band; the line below which the front is plain."""
    inside = painter.mask > 0
    below = line
    if neck == "open" and rng.random() < 0.68:
        deep = rng.uniform(0.03, 0.2) if rng.random() < 0.85 else rng.uniform(0.2, 0.45)
        below = _below(line, deep)
        strip = painter.region(np.vstack([line, below[::-1]])) & inside
        chance = rng.random()
        if chance < 0.42:
            colour = random_colour(rng) if rng.random() < 0.6 else painter.base * rng.uniform(0.6, 1.3)
            painter.colour[strip] = colour
        elif chance < 0.5:
            # Lace or mesh: something of the ground or the skin shines through.
            share = rng.uniform(0.2, 0.7)
            skin = np.array([0.85, 0.75, 0.68]) if rng.random() < 0.5 else np.array([0.95, 0.95, 0.95])
            painter.colour[strip] = painter.colour[strip] * (1 - share) + skin * share
            holes = (cloud(rng, 64) > 0.3) & strip
            painter.colour[holes] = painter.colour[holes] * 0.7 + skin * 0.3
        if rng.random() < 0.3:
            for start, end in zip(line[1:-1], below[1:-1], strict=True):
                painter.line(np.vstack([start, end]), rng.uniform(-0.12, 0.06))
        painter.line(below, rng.uniform(-0.45, 0.25), int(rng.integers(1, 3)), inside)
        if rng.random() < 0.3:
            painter.line(_below(line, deep + 0.03), rng.uniform(-0.3, 0.3), 1, inside)
    if rng.random() < 0.12:
        painter.band(_below(line, 0.015), random_colour(rng), int(rng.integers(2, 5)), inside)
    if rng.random() < 0.9:
        painter.line(line, rng.uniform(-0.4, 0.3) * rng.uniform(0.15, 1), int(rng.integers(1, 3)), inside)
    return below


def _paint_leaves(rng: np.random.Generator, painter: Painter, left: Side, right: Side, line: Points) -> None:
    """The two leaves of a collar, narrow or lapel-like."""
    bottom = line[int(np.argmax(line[:, 1]))]
    shade = random_colour(rng) - painter.base if rng.random() < 0.15 else rng.normal(0, 0.04) * np.ones(3)
    long = rng.uniform(0.2, 1.0) if bottom[1] > 0.3 else 0.0
    for side, sign in ((left, 1.0), (right, -1.0)):
        flip = np.array([sign, 1.0])
        rim = side.rim * flip
        meet = rim * long * 0.6 + bottom * (1 - long * 0.6) if rng.random() < 0.4 else bottom
        point = np.array([rng.uniform(0.2, 0.75), max(min(bottom[1], 0.55), 0) + rng.uniform(0.05, 0.45)])
        leaf = np.vstack([rim, meet, point * flip, side.neck * flip])
        painter.colour[painter.region(leaf) & (painter.mask > 0)] += shade.astype(np.float32)
        painter.line(leaf[1:], rng.uniform(-0.45, 0.1), int(rng.integers(1, 3)))
        painter.line(leaf[:2], rng.uniform(-0.3, 0.1))


def _paint_front(rng: np.random.Generator, painter: Painter, line: Points, edge: Points, neck: str) -> None:
    """A placket, a wrap, a bow, a print, seams and folds below the neckline."""
    inside = painter.mask > 0
    at = line[int(np.argmax(line[:, 1]))]
    low = float(edge[:, 1].max())
    if rng.random() < (0.75 if neck == "collar" else 0.2):
        x = at[0]
        end = 4.0 if rng.random() < 0.6 else at[1] + rng.uniform(0.2, 0.9)
        gap = rng.uniform(0.02, 0.12)
        for offset in (-gap, gap) if rng.random() < 0.6 else (0.0,):
            painter.line(np.array([[x + offset, at[1]], [x + offset, end]]), rng.uniform(-0.4, 0.15), 1, inside)
        colour = random_colour(rng)
        step = rng.uniform(0.2, 0.5)
        for y in np.arange(at[1] + rng.uniform(0.03, 0.15), end, step):
            spot = whole(painter.to_px(np.array([x, y])))
            cv2.circle(painter.colour, (int(spot[0]), int(spot[1])), int(rng.integers(1, 4)), colour.tolist(), -1)
    if neck == "open" and rng.random() < 0.1:
        end = at + np.array([rng.choice([-1, 1]) * rng.uniform(0.3, 0.8), rng.uniform(0.4, 1.2)])
        painter.line(bend(at, end, rng.normal(0, 0.06)), rng.uniform(-0.4, 0.15), int(rng.integers(1, 3)), inside)
    if rng.random() < 0.38:
        for _ in range(int(rng.integers(1, 12))):
            middle = np.array([rng.normal(0, 0.25), low + rng.uniform(0.12, 1.3)])
            box = rng.uniform(0.03, 0.35, 2)
            middle[1] = max(middle[1], low + box[1] + 0.06)
            corners = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * box * rng.uniform(0.6, 1.2, (4, 2))
            painter.colour[painter.region(corners)] = random_colour(rng)
    if rng.random() < 0.12:
        # A yoke or a panel of another colour.
        y = low + rng.uniform(0.05, 0.8)
        seam = curve(
            np.array([-1.2, y + rng.normal(0, 0.2)]), np.array([0, y]), np.array([1.2, y + rng.normal(0, 0.2)])
        )
        under = painter.region(np.vstack([seam, [[1.3, 4], [-1.3, 4]]]))
        if rng.random() < 0.5:
            painter.colour[under] = random_colour(rng)
        painter.line(seam, rng.uniform(-0.4, 0.2), 1, inside)
    for _ in range(int(rng.integers(0, 10))):
        start = np.array([rng.uniform(-1, 1), low + rng.uniform(0.02, 1.2)])
        painter.line(
            bend(start, start + rng.normal(0, [0.25, 0.5]), rng.normal(0, 0.1)),
            rng.uniform(-0.15, 0.12),
            int(rng.integers(1, 4)),
            painter.region(np.vstack([edge, [[1.6, 0], [1.6, 4], [-1.6, 4], [-1.6, 0]]])),
        )
    if rng.random() < 0.08:
        for start in edge[2:-2]:
            painter.line(np.vstack([start, start * [1.1, 1] + [0, rng.uniform(0.1, 0.5)]]), rng.uniform(-0.25, 0.1))
    if rng.random() < 0.08:
        _paint_bow(rng, painter, at)


def _paint_bow(rng: np.random.Generator, painter: Painter, at: Points) -> None:
    shade = rng.normal(0, 0.08) if rng.random() < 0.7 else rng.normal(0, 0.4)
    for sign in (-1.0, 1.0):
        wing = at + np.array([[0, 0], [sign * rng.uniform(0.2, 0.5), -0.12], [sign * rng.uniform(0.2, 0.5), 0.14]])
        tail = at + np.array([[0, 0], [sign * rng.uniform(0.05, 0.3), rng.uniform(0.4, 1.4)], [sign * 0.02, 0.5]])
        for leaf in (wing, tail):
            painter.colour[painter.region(leaf)] = painter.base + shade
            painter.line(np.vstack([leaf, leaf[0]]), rng.uniform(-0.4, 0.1))


def _paint_sleeves(rng: np.random.Generator, painter: Painter, left: Side, right: Side) -> None:
    shade = rng.normal(0, 0.03) if rng.random() < 0.85 else rng.normal(0, 0.3)
    raglan = rng.random() < 0.12
    for side, sign in ((left, 1.0), (right, -1.0)):
        flip = np.array([sign, 1.0])
        outline = np.vstack([side.outer, side.cuff_outer, side.cuff_inner, side.inner, side.armpit, side.shoulder])
        painter.colour[painter.region(outline * flip)] += shade
        top = moved(side.neck, 0.05, 0.1) if raglan else side.shoulder
        painter.line(bend(top, side.armpit, rng.uniform(-0.05, 0.12)) * flip, rng.uniform(-0.3, 0.15))
        if rng.random() < 0.35:
            seam = bend(moved(side.neck, 0, 0.05), moved(side.shoulder, 0, rng.uniform(0.02, 0.12)), 0.0) * flip
            painter.line(seam, rng.uniform(-0.25, 0.15))


def _finish(rng: np.random.Generator, painter: Painter, line: Points, left: Side, right: Side) -> NeckDrawing:
    """Folds of light, grain, highlights, and a shaky outline."""
    light = 1 + cloud(rng, int(rng.integers(3, 9))) * rng.uniform(0, 0.12)
    if rng.random() < 0.3:
        light = light + cloud(rng, int(rng.integers(8, 24))) * rng.uniform(0, 0.1)
    colour = painter.colour * light[..., None] + rng.normal(0, rng.uniform(0.002, 0.03), (SIZE_PX, SIZE_PX, 1))
    if rng.random() < 0.3:
        colour = colour + np.clip(cloud(rng, int(rng.integers(4, 12))) - 0.8, 0, 1)[..., None] * rng.uniform(0, 0.3)
    if rng.random() < 0.6:
        colour = np.asarray(cv2.GaussianBlur(colour, (0, 0), rng.uniform(0.5, 1.8)), np.float64)
    if rng.random() < 0.12:
        # Hardly any contrast: black in black, white in white.
        colour = colour * 0.15 + painter.base * 0.85
    soft = cv2.GaussianBlur(painter.mask, (0, 0), rng.uniform(0.5, 2.0)).astype(np.float32) / 255
    near = (soft > 0.02) & (soft < 0.98)
    soft[near] += (cloud(rng, int(rng.integers(10, 60))) * rng.uniform(0.0, 0.2))[near]
    mask = np.where(soft > 0.5, np.uint8(255), np.uint8(0))
    shoulders = np.vstack([right.shoulder * MIRROR, left.shoulder])
    rgb = (np.clip(colour, 0, 1) * 255).astype(np.uint8)
    return NeckDrawing(mask, rgb, painter.to_px(line).astype(np.float32), painter.to_px(shoulders).astype(np.float32))
