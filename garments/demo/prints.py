"""Draws what is printed on the demo tops."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def draw_sunset(width_px: int = 900) -> Array:
    """(H, W, 4) A low sun over waves, in bands, with lettering below."""
    height = round(width_px * 1.12)
    art = np.zeros((height, width_px, 4), np.uint8)
    middle, radius = (width_px // 2, round(width_px * 0.40)), round(width_px * 0.30)
    cv2.circle(art, middle, radius, (236, 164, 72, 255), -1, cv2.LINE_AA)
    cv2.circle(art, middle, round(radius * 0.8), (240, 186, 98, 255), -1, cv2.LINE_AA)
    x = np.arange(-20, width_px + 20, 4)
    for row, colour in enumerate(((222, 96, 70), (238, 226, 204), (82, 142, 150), (238, 226, 204), (52, 92, 112))):
        base = width_px * (0.44 + 0.065 * row)
        wave = base + 15 * np.sin(x / width_px * 12 + row * 1.7) + 7 * np.sin(x / width_px * 25 + row)
        reach = width_px * (0.36 + 0.02 * row)
        keep = np.abs(x - width_px / 2) < reach
        line = np.stack([x[keep], wave[keep]], 1)
        band = np.concatenate([line, line[::-1] + np.array([0, width_px * 0.042])])
        cv2.fillPoly(art, [band.astype(np.int32)], (*colour, 255), cv2.LINE_AA)
    for text, scale, y in (("SLOW TIDE", width_px / 330, 0.93), ("surf & linen co. 1987", width_px / 800, 1.02)):
        (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 6)
        at = ((width_px - wide) // 2, round(width_px * y))
        cv2.putText(
            art, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, (238, 226, 204, 255), max(2, round(scale * 2.4)), cv2.LINE_AA
        )
    return np.asarray(cv2.GaussianBlur(art, (0, 0), 0.8) / 255, np.float32)


def draw_leaves(seed: int, size_px: int = 1024) -> Array:
    """(H, W, 4) A wrapping tile of palm-like leaves in three greens."""
    rng = np.random.default_rng(seed)
    art = np.zeros((size_px * 3, size_px * 3, 4), np.uint8)
    greens = ((64, 104, 84), (112, 142, 104), (196, 122, 84))
    spots = _scatter(rng, 15, 0.2)
    for number, spot in enumerate(spots):
        colour, angle, long = greens[number % 3], rng.uniform(0, 360), rng.uniform(0.10, 0.14) * size_px
        for shift in np.ndindex(3, 3):
            _draw_leaf(art, (spot + shift) * size_px, angle, long, colour)
    return np.asarray(art[size_px : 2 * size_px, size_px : 2 * size_px] / 255, np.float32)


def _scatter(rng: np.random.Generator, count: int, apart: float) -> NDArray[np.float64]:
    spots: list[NDArray[np.float64]] = []
    while len(spots) < count:
        spot = max(
            rng.random((24, 2)),
            key=lambda s: min((np.linalg.norm((s - o + 0.5) % 1 - 0.5) for o in spots), default=1.0),
        )
        spots.append(spot)
    return np.array(spots)


def _draw_leaf(
    art: NDArray[np.uint8], at: NDArray[np.float64], angle: float, long: float, colour: tuple[int, int, int]
) -> None:
    for lobe in range(-4, 5):
        turn = np.deg2rad(angle + lobe * 17)
        size = long * (1 - 0.08 * abs(lobe))
        tip = at + size / 2 * np.array([np.cos(turn), np.sin(turn)])
        axes = (int(size / 2), max(2, int(size * 0.075)))
        cv2.ellipse(
            art, tip.astype(int).tolist(), axes, float(np.rad2deg(turn)), 0, 360, (*colour, 255), -1, cv2.LINE_AA
        )
    stem = at - long * 0.45 * np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    cv2.line(art, at.astype(int).tolist(), stem.astype(int).tolist(), (*colour, 255), 5, cv2.LINE_AA)


def draw_dots(code_rgb: tuple[int, int, int], size_px: int = 512) -> Array:
    """(H, W, 4) A wrapping tile with two dots, offset as in a brick wall."""
    art = np.zeros((size_px, size_px, 4), np.uint8)
    art[..., :3] = code_rgb
    for centre in ((0.25, 0.25), (0.75, 0.75)):
        at = tuple(round(c * size_px) for c in centre)
        cv2.circle(art, at, round(size_px * 0.105), (*code_rgb, 255), -1, cv2.LINE_AA)
    return np.asarray(art / 255, np.float32)
