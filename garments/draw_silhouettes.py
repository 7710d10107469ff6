"""Draws random garments with known landmarks, as a product photo would show them once cut out.

A drawing is a silhouette and the picture's brightness inside it: seams, necklines, folds, stripes, prints and the
inside of the back. Nothing of a real photo goes in. Units while drawing: half the shoulder seam's span is 1, x to the
right, y down, the neck at the origin. `right` is the wearer's, on the left of the picture.
"""

import cv2
import numpy as np

from garments.draw_tops import draw_top
from garments.drawing import SIZE_PX, Canvas, Drawing, Points, bend, curve, paint_pattern, whole
from garments.landmark_input import GROUPS, TOP_POINTS


def draw(rng: np.random.Generator) -> Drawing:
    """A random garment: a top three times in four."""
    chance = rng.random()
    if chance < 0.78:
        return draw_top(rng)
    others = (draw_trousers, draw_skirt, draw_shoe, draw_bag, draw_pair)
    return others[int(rng.integers(len(others)))](rng)


def draw_trousers(rng: np.random.Generator) -> Drawing:
    """Trousers or shorts."""
    waist, hip, rise, length = (
        rng.uniform(0.5, 0.8),
        rng.uniform(0.7, 1.1),
        rng.uniform(0.8, 1.4),
        rng.uniform(1.6, 5.5),
    )
    out, gap, cuff = rng.uniform(0.6, 1.5), rng.uniform(0.0, 0.4), rng.uniform(0.3, 0.9)
    low = max(length, rise + 0.4)
    outer = np.array([[waist, 0], [hip, rise * 0.7], [gap + cuff + out * 0.1, low]])
    half = np.vstack([outer, [gap, low], [0.02, rise]])
    outline = np.vstack([half, (half * [-1, 1])[::-1]])
    canvas = _plain(rng, outline)
    canvas.line(np.array([[0, 0], [0, rise]]), rng.uniform(-0.4, 0.1))
    canvas.line(np.array([[-waist, 0.15], [waist, 0.15]]), rng.uniform(-0.4, 0.1))
    return canvas.finish(np.full((len(TOP_POINTS), 2), np.nan), GROUPS.index("trousers"), -1)


def draw_skirt(rng: np.random.Generator) -> Drawing:
    """A skirt."""
    waist, length = rng.uniform(0.4, 0.9), rng.uniform(1.0, 4.5)
    hem = waist * rng.uniform(1.0, 1.8) + rng.uniform(0, 0.8)
    bulge = rng.normal(0, 0.1)
    right = bend(np.array([waist, 0.0]), np.array([hem, length]), bulge)
    bottom = bend(right[-1], right[-1] * [-1, 1], -rng.uniform(0, 0.2) * hem)
    top = bend(right[0] * [-1, 1], right[0], rng.normal(0, 0.05))
    canvas = _plain(rng, np.vstack([right, bottom, (right * [-1, 1])[::-1], top]))
    canvas.line(np.array([[-waist, 0.15], [waist, 0.15]]), rng.uniform(-0.4, 0.1))
    return canvas.finish(np.full((len(TOP_POINTS), 2), np.nan), GROUPS.index("skirt"), -1)


def draw_shoe(rng: np.random.Generator) -> Drawing:
    """A shoe or boot from the side, or a pair."""
    tall, heel = rng.uniform(0.4, 2.2), rng.uniform(0.0, 0.5)
    top = rng.uniform(0.5, 0.9)
    outline = np.vstack(
        [
            bend(np.array([0.0, -tall]), np.array([top, -tall]), 0.05),
            curve(np.array([top, -tall]), np.array([top + 0.2, -0.5]), np.array([2.2, -0.3])),
            curve(np.array([2.2, -0.3]), np.array([2.6, 0.0]), np.array([2.3, heel + 0.1])),
            [[1.4, heel + 0.1], [0.6, heel * 0.4], [0.3, heel + 0.1], [0.0, heel + 0.1]],
            bend(np.array([0.0, heel]), np.array([0.0, -tall]), rng.normal(0, 0.08)),
        ]
    ) * [rng.choice([-1, 1]), 1]
    turn = np.radians(rng.normal(0, 15))
    outline = outline @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    pair = [outline] if rng.random() < 0.5 else [outline, outline * rng.choice([-1, 1], 2) + rng.uniform(-1.5, 1.5, 2)]
    canvas = _plain(rng, *pair)
    return canvas.finish(np.full((len(TOP_POINTS), 2), np.nan), GROUPS.index("other"), -1)


def draw_bag(rng: np.random.Generator) -> Drawing:
    """A bag, hat or any lump, with or without a handle."""
    wide, tall, waist = rng.uniform(0.6, 1.6), rng.uniform(0.5, 1.6), rng.uniform(0.5, 1.1)
    t = np.linspace(0, 2 * np.pi, 60)
    power = rng.uniform(0.2, 1.0)
    x, y = np.cos(t), np.sin(t)
    body = np.stack(
        [
            np.sign(x) * np.abs(x) ** power * wide * (1 + (waist - 1) * (1 - y) / 2),
            np.sign(y) * np.abs(y) ** power * tall,
        ],
        axis=1,
    )
    body *= 1 + rng.uniform(0, 0.15) * np.sin(t * rng.integers(2, 6) + rng.uniform(0, 6))[:, None]
    parts = [body]
    if rng.random() < 0.7:
        high, span = rng.uniform(0.3, 2.5), wide * waist * rng.uniform(0.3, 0.9)
        parts.append(
            curve(np.array([-span, -tall * 0.9]), np.array([0, -tall - 2 * high]), np.array([span, -tall * 0.9]))
        )
    canvas = _plain(rng, *parts[:1], extent=np.vstack(parts))
    for handle in parts[1:]:
        cv2.polylines(canvas.mask, [whole(canvas.to_px(handle))], False, 255, int(rng.integers(3, 14)))
    return canvas.finish(np.full((len(TOP_POINTS), 2), np.nan), GROUPS.index("other"), -1)


def draw_pair(rng: np.random.Generator) -> Drawing:
    """Two pieces in one picture."""
    first, second = draw_top(rng), draw_top(rng) if rng.random() < 0.5 else draw_trousers(rng)
    across = rng.random() < 0.6
    shares = (rng.uniform(0.45, 0.6), rng.uniform(0.45, 0.6))
    mask, light = np.zeros((SIZE_PX, SIZE_PX), np.uint8), np.full((SIZE_PX, SIZE_PX), 128, np.uint8)
    for piece, share, at in ((first, shares[0], 0.27), (second, shares[1], 0.73)):
        middle = np.array([at, 0.5] if across else [0.5, at]) * SIZE_PX
        move = np.array([[share, 0, middle[0] - share * SIZE_PX / 2], [0, share, middle[1] - share * SIZE_PX / 2]])
        placed = cv2.warpAffine(piece.mask, move, (SIZE_PX, SIZE_PX)) > 127
        light[placed] = cv2.warpAffine(piece.brightness, move, (SIZE_PX, SIZE_PX))[placed]
        mask[placed] = 255
    return Drawing(mask, light, np.full((len(TOP_POINTS), 2), np.nan, np.float32), GROUPS.index("other"), -1)


def _plain(rng: np.random.Generator, *outlines: Points, extent: Points | None = None) -> Canvas:
    everything = np.vstack(outlines) if extent is None else extent
    canvas = Canvas(rng, (everything.min(axis=0), everything.max(axis=0)))
    for outline in outlines:
        canvas.fill(outline)
    paint_pattern(rng, canvas, np.array([0.0, 0.2]))
    return canvas
