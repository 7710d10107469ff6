"""Draws how a garment opens in front: its placket, zip or overlap when closed, its two edges when open."""

from dataclasses import dataclass

import numpy as np

from garments.drawings.drawing import Canvas, Points, bend, cloud, curve, moved
from garments.drawings.top_template import Side

MIRROR = np.array([-1.0, 1.0])
MEETING = 0.12
"""Front edges that come nearer than this meet."""


@dataclass(frozen=True)
class OpenFront:
    """The two front edges of a garment that is open."""

    left: Points
    """From the left rim down to the hem."""
    right: Points
    """From the right rim down to the hem."""
    nearest: Points
    """`neck_front`."""


def random_front(rng: np.random.Generator, left: Side, right: Side, hem: Points) -> OpenFront:
    """Open edges: hanging apart, apart only at the hem, or held together by one button."""
    style = rng.choice(["apart", "tent", "button", "folded"], p=[0.45, 0.25, 0.15, 0.15])
    length = float(hem[:, 1].mean())
    middle, edges = rng.normal(0, 0.05), []
    gap = rng.uniform(0.04, 0.75) * min(1.0, left.hem[0])
    chest = rng.uniform(0.02, 0.5) if style == "apart" else rng.uniform(0.0, 0.04)
    button = length * (rng.uniform(0.35, 0.65) if style == "button" else rng.uniform(0.08, 0.3))
    for side, sign in ((left, 1.0), (right, -1.0)):
        foot_x = middle + sign * gap * rng.uniform(0.7, 1.2)
        if style == "folded" and sign > 0:
            # One front folded back: the inside shows on that side alone.
            foot_x = middle + gap * rng.uniform(1.0, 1.4)
        elif style == "folded":
            foot_x = middle - rng.uniform(0.0, 0.1)
        foot_x = float(np.clip(foot_x, -0.9 * right.hem[0], 0.9 * left.hem[0]))
        foot = np.array([foot_x, np.interp(foot_x, hem[::-1, 0], hem[::-1, 1])])
        start = side.rim * [sign, 1]
        held = np.array([middle + sign * chest, button])
        if style == "apart":
            held = (start + foot) / 2 + [sign * rng.uniform(-0.3, 0.1) * side.neck[0], 0]
            held[0] = sign * max(sign * held[0], 0.01)
            edges.append(curve(start, held, foot, 24))
        else:
            down = bend(held, foot, sign * rng.uniform(-0.05, 0.12), 16)
            edges.append(np.vstack([bend(start, held, rng.normal(0, 0.04), 12)[:-1], down]))
    return OpenFront(edges[0], edges[1], _nearest(edges[0], edges[1], left, length))


def _nearest(left: Points, right: Points, side: Side, length: float) -> Points:
    """Where the edges are nearest to each other, or midway between them a third of the way down."""
    ys = np.linspace(max(left[0, 1], right[0, 1], side.neck[1]) + 0.05, min(left[-1, 1], right[-1, 1]) - 0.05, 60)
    x_left, x_right = (np.interp(ys, edge[:, 1], edge[:, 0]) for edge in (left, right))
    gaps = x_left - x_right
    at = int(gaps.argmin()) if gaps.min() < MEETING else int(np.abs(ys - length / 3).argmin())
    return np.array([(x_left[at] + x_right[at]) / 2, ys[at]])


def paint_open(rng: np.random.Generator, canvas: Canvas, front: OpenFront, hem: Points, back_y: float) -> None:
    """What shows between the edges: lining, the inside of the back, a shirt worn inside, or the ground."""
    middle = np.array([0.0, back_y])
    gap = np.vstack([front.right, front.left[::-1], middle])
    region = canvas.region(gap)
    shade = canvas.base + rng.choice([rng.normal(0, 0.04), rng.uniform(-0.4, 0.4)], p=[0.2, 0.8])
    canvas.light[region] = shade
    if rng.random() < 0.15:
        blobs = cloud(rng, int(rng.integers(8, 30)))
        canvas.light[region] += (rng.uniform(-0.4, 0.4) * (blobs > 0.2))[region].astype(np.float32)
    if rng.random() < 0.15:
        # Something is worn inside: it has a neckline of its own.
        depth = rng.uniform(0.15, 0.6)
        inner = np.vstack(
            [curve(np.array([-0.5, 0.05]), np.array([0, depth]), np.array([0.5, 0.05])), [[3, 9], [-3, 9]]]
        )
        canvas.light[canvas.region(inner) & region] = rng.uniform(0, 1)
    if rng.random() < 0.4:
        x, y, w, h = (
            rng.normal(0, 0.03),
            back_y + rng.uniform(0.02, 0.15),
            rng.uniform(0.05, 0.2),
            rng.uniform(0.04, 0.2),
        )
        label = np.array([[x - w, y], [x + w, y], [x + w, y + h], [x - w, y + h]])
        canvas.light[canvas.region(label) & region] = rng.uniform(0, 1)
    if rng.random() < 0.5:
        # The back ends higher than the fronts, or is rolled up: the ground shows below it.
        low = float(min(front.left[-1, 1], front.right[-1, 1])) - rng.uniform(0.01, 0.25)
        below = canvas.region(np.array([[-3, low], [3, low], [3, 20], [-3, 20.0]])) & region
        canvas.mask[below] = 0
    for edge in (front.left, front.right):
        strength = rng.uniform(-0.5, 0.3)
        canvas.line(edge, strength, int(rng.integers(1, 3)))
        if rng.random() < 0.5:
            inward = rng.uniform(0.06, 0.2) * (1 if edge is front.left else -1)
            canvas.line(moved(edge, inward, 0), rng.uniform(-0.35, 0.2))
        if rng.random() < 0.3:
            _paint_buttons(rng, canvas, edge, 0.08 * (1 if edge is front.left else -1))


def paint_closed(rng: np.random.Generator, canvas: Canvas, top: Points, bottom: Points) -> None:
    """A placket with buttons, a zip, hooks, or an overlap with its edge beside the middle."""
    style = rng.choice(["placket", "zip", "edge", "double"], p=[0.5, 0.25, 0.15, 0.1])
    line = bend(top, bottom, rng.normal(0, 0.02))
    if style == "placket":
        half = rng.uniform(0.03, 0.14)
        for x in (-half, half) if rng.random() < 0.7 else (half,):
            canvas.line(moved(line, x, 0), rng.uniform(-0.45, 0.12))
        _paint_buttons(rng, canvas, line, 0.0)
        if rng.random() < 0.15:
            band = np.vstack([line - [half, 0], (moved(line, half, 0))[::-1]])
            canvas.light[canvas.region(band)] += rng.normal(0, 0.25)
    elif style == "zip":
        canvas.line(line, rng.choice([-1, 1]) * rng.uniform(0.15, 0.6), int(rng.integers(1, 4)))
        half = rng.uniform(0.03, 0.08)
        for x in (-half, half):
            canvas.line(moved(line, x, 0), rng.uniform(-0.3, 0.1))
    elif style == "edge":
        canvas.line(moved(line, rng.normal(0, 0.06), 0), -rng.uniform(0.1, 0.5))
    else:
        aside = rng.choice([-1, 1]) * rng.uniform(0.15, 0.35)
        low = np.array([bottom[0] + aside, bottom[1]])
        canvas.line(np.vstack([bend(top, np.array([top[0] + aside, top[1] + 0.3]), 0.02), low]), -rng.uniform(0.1, 0.5))
        for sign in (-1, 1):
            _paint_buttons(rng, canvas, moved(line, sign * aside * 0.8, 0), 0.0)


def _paint_buttons(rng: np.random.Generator, canvas: Canvas, line: Points, aside: float) -> None:
    shade, width = rng.uniform(-0.6, 0.6), int(rng.integers(2, 4))
    for share in np.arange(rng.uniform(0.02, 0.1), 0.97, rng.uniform(0.08, 0.24)):
        spot = line[round(share * (len(line) - 1))] + [aside, 0]
        canvas.line(np.vstack([spot - [0.015, 0], moved(spot, 0.015, 0)]), shade, width)


def paint_lapels(rng: np.random.Generator, canvas: Canvas, edges: tuple[Points, Points], break_y: float) -> None:
    """Lapels along both front edges down to the break, with a notch and the collar above it."""
    wide, notch = rng.uniform(0.2, 0.5), rng.uniform(0.25, 0.6)
    strength, shade = rng.uniform(-0.5, 0.15), rng.normal(0, 0.07)
    satin = rng.normal(0, 0.3) if rng.random() < 0.1 else 0.0
    for edge, sign in zip(edges, (1.0, -1.0), strict=True):
        top, low = edge[0], np.array([np.interp(break_y, edge[:, 1], edge[:, 0]), break_y])
        outer = top + (low - top) * notch * 0.7 + [sign * wide, 0]
        inner = top + (low - top) * notch * 0.55 + [sign * wide * 0.35, 0]
        leaf = np.vstack([top, edge[edge[:, 1] < break_y], low, bend(low, outer, sign * 0.04), inner])
        canvas.light[canvas.region(leaf)] += shade + satin
        canvas.line(np.vstack([low, outer, inner]), strength)
        collar = np.vstack([top, moved(top, sign * 0.18, 0.15), moved(inner, sign * wide * 0.35, -0.04), inner])
        canvas.line(collar[1:], strength)
