"""Draws what is no garment of ours: shoes, bags, accessories, folded stacks, several pieces at once."""

import cv2
import numpy as np

from garments.drawings.draw_bottoms import draw_skirt, draw_trousers
from garments.drawings.draw_tops import draw_top
from garments.drawings.drawing import SIZE_PX, Canvas, Drawing, Points, bend, curve, extent_of, moved, paint_pattern
from garments.finding.landmark_input import GROUPS, POINTS

OTHER = "other"


def draw_other(rng: np.random.Generator) -> Drawing:
    """Anything that must be refused."""
    ways = (draw_shoe, draw_bag, draw_pair, draw_strip, draw_stack, draw_glove)
    return ways[int(rng.choice(len(ways), p=(0.22, 0.2, 0.24, 0.14, 0.12, 0.08)))](rng)


def draw_shoe(rng: np.random.Generator) -> Drawing:
    """A shoe or boot from the side, or a pair; a sock is a soft boot."""
    tall, heel = rng.uniform(0.4, 3.0), rng.uniform(0.0, 0.5)
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
    outline = _turned(outline, rng.normal(0, 15))
    pair = [outline] if rng.random() < 0.5 else [outline, outline * rng.choice([-1, 1], 2) + rng.uniform(-1.5, 1.5, 2)]
    return _plain(rng, *pair).finish({}, OTHER)


def draw_bag(rng: np.random.Generator) -> Drawing:
    """A bag, hat or any lump, with or without a handle."""
    wide, tall, waist = rng.uniform(0.6, 1.6), rng.uniform(0.5, 1.6), rng.uniform(0.5, 1.1)
    t = np.linspace(0, 2 * np.pi, 60)
    power = rng.uniform(0.2, 1.0)
    x, y = np.cos(t), np.sin(t)
    across = np.sign(x) * np.abs(x) ** power * wide * (1 + (waist - 1) * (1 - y) / 2)
    body = np.stack([across, np.sign(y) * np.abs(y) ** power * tall], axis=1)
    body *= 1 + rng.uniform(0, 0.15) * np.sin(t * rng.integers(2, 6) + rng.uniform(0, 6))[:, None]
    parts = [body]
    if rng.random() < 0.7:
        high, span = rng.uniform(0.3, 2.5), wide * waist * rng.uniform(0.3, 0.9)
        ends = np.array([[-span, -tall * 0.9], [0, -tall - 2 * high], [span, -tall * 0.9]])
        parts.append(curve(*ends))
    canvas = _plain(rng, *parts[:1], extent=np.vstack(parts))
    for handle in parts[1:]:
        canvas.stroke(handle, int(rng.integers(3, 14)), rng.uniform(0, 1))
    return canvas.finish({}, OTHER)


def draw_strip(rng: np.random.Generator) -> Drawing:
    """A tie, a scarf or a belt: straight, bent, looped or folded over."""
    long, wide = rng.uniform(2.0, 5.0), rng.uniform(0.08, 0.7)
    style = rng.random()
    if style < 0.45:
        middle = bend(np.array([0.0, 0.0]), np.array([0.0, long]), rng.normal(0, 0.3), 24)
    elif style < 0.75:
        turn = np.linspace(0, rng.uniform(3, 12), 60)
        middle = np.stack([np.cos(turn), np.sin(turn) * rng.uniform(0.4, 1)], axis=1) * (1 - 0.05 * turn[:, None])
    else:
        half = np.array([rng.uniform(0.2, 0.8), 0])
        middle = np.vstack(
            [bend(moved(half, 0, long), half * 0.3, 0.1), bend(half * -0.3, -half + [0, long * 0.9], 0.1)]
        )
    middle = _turned(middle, rng.choice([0.0, 90.0, rng.uniform(-45, 45)]))
    along = np.gradient(middle, axis=0)
    across = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True).clip(1e-6)
    taper = np.linspace(rng.uniform(0.4, 1), 1, len(middle))[:, None]
    edges = middle + across * wide / 2 * taper, middle - across * wide / 2 * taper
    canvas = Canvas(rng, extent_of(*edges))
    for k in range(len(middle) - 1):
        canvas.fill(np.vstack([edges[0][k : k + 2], edges[1][k : k + 2][::-1]]))
    paint_pattern(rng, canvas, np.array([0.0, 0.2]))
    for edge in edges:
        canvas.line(edge, rng.uniform(-0.4, 0.1))
    return canvas.finish({}, OTHER)


def draw_stack(rng: np.random.Generator) -> Drawing:
    """One or several folded garments: boxes with soft corners and lines across."""
    count, wide = int(rng.integers(1, 6)), rng.uniform(0.8, 1.6)
    y, boxes = 0.0, []
    for _ in range(count):
        half, high = wide * rng.uniform(0.85, 1.05), rng.uniform(1.0, 2.2) if count == 1 else rng.uniform(0.2, 0.5)
        corners = np.array([[-half, y], [half, y], [half, y + high], [-half, y + high]]) + rng.normal(0, 0.03, (4, 2))
        sides = [bend(corners[k], corners[(k + 1) % 4], rng.uniform(-0.05, 0.08)) for k in range(4)]
        boxes.append(np.vstack(sides))
        y += high * 0.97
    canvas = _plain(rng, *boxes)
    for box in boxes:
        canvas.light[canvas.region(box)] += rng.normal(0, 0.15 if count > 1 else 0.03)
        canvas.line(np.vstack([box, box[0]]), rng.uniform(-0.5, 0.0))
    if count == 1 and rng.random() < 0.6:
        # A folded shirt: its collar in the middle of the upper edge.
        neck = curve(np.array([-0.4, 0.0]), np.array([0, rng.uniform(0.15, 0.5)]), np.array([0.4, 0.0]))
        canvas.line(neck, rng.uniform(-0.5, 0.2), 2)
    return canvas.finish({}, OTHER)


def draw_glove(rng: np.random.Generator) -> Drawing:
    """A glove or mitten, one or two."""
    palm = np.array([[-0.45, 0], [0.45, 0], [0.4, 1.6], [-0.4, 1.6]])
    fingers = [palm]
    for x in np.linspace(-0.36, 0.36, 4):
        tip = np.array([x * 1.5, -rng.uniform(0.5, 1.0)])
        fingers.append(
            np.vstack([[x - 0.1, 0.1], curve(moved(tip, -0.1, 0.1), tip, moved(tip, 0.1, 0.1)), [x + 0.1, 0.1]])
        )
    thumb = np.array([0.9, rng.uniform(-0.2, 0.4)])
    fingers.append(np.vstack([[0.3, 0.3], moved(thumb, -0.1, -0.05), moved(thumb, 0.08, 0.05), [0.4, 0.95]]))
    if rng.random() < 0.5:
        fingers += [part * [-1, 1] + [rng.uniform(1.4, 2.2), rng.uniform(-0.3, 0.3)] for part in fingers]
    turn = rng.normal(0, 20) + rng.choice([0, 180])
    return _plain(rng, *(_turned(part, turn) for part in fingers)).finish({}, OTHER)


def draw_pair(rng: np.random.Generator) -> Drawing:
    """Two pieces in one picture."""
    second_way = (draw_top, draw_trousers, draw_skirt, draw_shoe)[int(rng.choice(4, p=(0.4, 0.3, 0.15, 0.15)))]
    first, second = draw_top(rng), second_way(rng)
    across = rng.random() < 0.6
    shares = (rng.uniform(0.45, 0.6), rng.uniform(0.45, 0.6))
    mask, light = np.zeros((SIZE_PX, SIZE_PX), np.uint8), np.full((SIZE_PX, SIZE_PX), 128, np.uint8)
    for piece, share, at in ((first, shares[0], 0.27), (second, shares[1], 0.73)):
        middle = np.array([at, 0.5] if across else [0.5, at]) * SIZE_PX
        move = np.array([[share, 0, middle[0] - share * SIZE_PX / 2], [0, share, middle[1] - share * SIZE_PX / 2]])
        placed = cv2.warpAffine(piece.mask, move, (SIZE_PX, SIZE_PX)) > 127
        light[placed] = cv2.warpAffine(piece.brightness, move, (SIZE_PX, SIZE_PX))[placed]
        mask[placed] = 255
    return Drawing(mask, light, np.full((len(POINTS), 2), np.nan, np.float32), GROUPS.index(OTHER), -1, -1)


def _turned(points: Points, degrees: float) -> Points:
    turn = np.radians(degrees)
    return np.asarray(points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))


def _plain(rng: np.random.Generator, *outlines: Points, extent: Points | None = None) -> Canvas:
    canvas = Canvas(rng, extent_of(*outlines) if extent is None else extent_of(extent))
    for outline in outlines:
        canvas.fill(outline)
    paint_pattern(rng, canvas, np.array([0.0, 0.2]))
    return canvas
