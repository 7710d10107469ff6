"""What cloth is made of: colour and relief of weaves, knits, stripes, checks and prints at places on the flat cloth."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Colour = tuple[float, float, float]
TILE = 512

Relief = Callable[[Array, Array, Array], Array]
"""(u, v, panel) in metres on the cloth -> height in metres."""
Dye = Callable[[Array, Array, Array], Array]
"""(u, v, panel) -> (..., 3) sRGB colour, 0 to 1."""


@dataclass(frozen=True)
class Cloth:
    """A cloth."""

    dye: Dye
    relief: Relief
    fuzz: float = 0.0
    """How much its edge glows with loose fibres."""


def make_tile(seed: int, blur: tuple[float, float]) -> Array:
    """(TILE, TILE) noise that wraps, zero mean, unit deviation."""
    noise = np.random.default_rng(seed).standard_normal((TILE, TILE)).astype(np.float32)
    wide = cv2.copyMakeBorder(noise, 64, 64, 64, 64, cv2.BORDER_WRAP)
    soft = cv2.GaussianBlur(wide, (0, 0), sigmaX=blur[0], sigmaY=blur[1])[64:-64, 64:-64]
    return np.asarray((soft - soft.mean()) / soft.std(), np.float32)


def look_up(tile: Array, u: Array, v: Array, size_m: tuple[float, float]) -> Array:
    """The tile's values at places on the cloth when one tile spans `size_m`."""
    height, width = tile.shape[:2]
    x = np.mod(u / size_m[0], 1).astype(np.float32) * width
    y = np.mod(-v / size_m[1], 1).astype(np.float32) * height
    return np.asarray(cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)


def ramp(low: float, high: float, value: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def rgb(code: str) -> Array:
    """A colour from six hexadecimal digits."""
    return np.asarray(np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)]) / 255, np.float32)


FINE = make_tile(11, (0.8, 0.8))
STREAK = make_tile(12, (0.7, 9.0))
SLUB = make_tile(13, (14.0, 0.7))
CLOUD = make_tile(14, (22.0, 22.0))


def jersey(u: Array, v: Array, panel: Array) -> Array:
    """Fine T-shirt knit: soft upright wales."""
    return 1.8e-5 * look_up(STREAK, u, v, (0.15, 0.2)) + 1.8e-5 * look_up(FINE, u, v, (0.16, 0.16))


def woven(u: Array, v: Array, panel: Array) -> Array:
    """Poplin or flannel: threads both ways."""
    threads = look_up(STREAK, u, v, (0.2, 0.25)) + look_up(SLUB, u, v, (0.25, 0.2))
    return 2.4e-5 * threads + 1.5e-5 * look_up(FINE, u, v, (0.15, 0.15))


def linen(u: Array, v: Array, panel: Array) -> Array:
    """Uneven threads with slubs."""
    threads = look_up(STREAK, u, v, (0.35, 0.3)) + 1.3 * look_up(SLUB, u, v, (0.3, 0.35))
    return 4.5e-5 * threads + 2e-5 * look_up(FINE, u, v, (0.2, 0.2))


def twill(u: Array, v: Array, panel: Array) -> Array:
    """Denim, chino, gabardine: fine slanted ridges."""
    ridge = np.cos(2 * np.pi * (u + 0.6 * v) / 0.0019)
    return np.asarray(5.0e-5 * ridge + 4.0e-5 * look_up(STREAK, u, v, (0.22, 0.3)), np.float32)


def cord(u: Array, v: Array, panel: Array) -> Array:
    """Corduroy: upright wales of pile."""
    wale = np.sqrt(np.abs(np.sin(np.pi * u / 0.0032)) + 0.02)
    return np.asarray(0.00045 * wale + 5e-5 * look_up(FINE, u, v, (0.1, 0.1)), np.float32)


def satin(u: Array, v: Array, panel: Array) -> Array:
    """Smooth, with hardly a thread to be seen."""
    return 0.8e-5 * look_up(STREAK, u, v, (0.2, 0.25))


def quilted(pitch_m: float, deep_m: float = 0.011) -> Relief:
    """Down between level seams."""

    def relief(u: Array, v: Array, panel: Array) -> Array:
        puff = np.abs(np.sin(np.pi * v / pitch_m)) ** 0.55
        crumple = 0.0012 * look_up(CLOUD, u, v, (0.30, 0.16)) * puff
        return np.asarray(deep_m * puff + crumple, np.float32)

    return relief


def pleated(pitch_m: float, deep_m: float = 0.007) -> Relief:
    """Knife pleats: each rises slowly and falls at its pressed edge."""

    def relief(u: Array, v: Array, panel: Array) -> Array:
        # Pleats fan out with the skirt.
        spread = 1 + 0.55 * np.clip((0.98 - v) / 0.6, 0, 1.2)
        share = np.mod(u / (pitch_m * spread), 1)
        rise = np.where(share < 0.85, share / 0.85, (1 - share) / 0.15)
        return np.asarray(0.001 + deep_m * rise * ramp(0.99, 0.93, v), np.float32)

    return relief


def stitches(u: Array, v: Array, wide_m: float, tall_m: float) -> Array:
    """-1 to 1: columns of V-shaped stitches."""
    across = np.mod(u / wide_m, 1) - 0.5
    lean = v / tall_m - 1.6 * np.abs(across) + 0.12 * look_up(CLOUD, u, v, (0.3, 0.3))
    leg = np.cos(2 * np.pi * (np.abs(across) - 0.25))
    return np.asarray(0.62 * leg + 0.38 * np.cos(2 * np.pi * lean), np.float32)


def stocking(wide_m: float = 0.0042, tall_m: float = 0.0034, deep_m: float = 0.00042) -> Relief:
    """Plain knit of a gauge."""

    def relief(u: Array, v: Array, panel: Array) -> Array:
        return deep_m * stitches(u, v, wide_m, tall_m) + 4e-5 * look_up(FINE, u, v, (0.2, 0.2))

    return relief


def rib(wide_m: float = 0.0075, deep_m: float = 0.0008, stitch_m: float = 0.0038) -> Relief:
    """Knit in upright ribs."""

    def relief(u: Array, v: Array, panel: Array) -> Array:
        round_rib = np.sqrt(np.abs(np.sin(np.pi * u / wide_m)) + 0.02)
        return np.asarray(deep_m * round_rib + 0.2 * deep_m * stitches(u, v, stitch_m, stitch_m * 0.8), np.float32)

    return relief


def cable(u: Array, v: Array, panel: Array) -> Array:
    """Aran knit: braids of two strands between ladders, on a plain ground."""
    lane = 0.092
    x = np.mod(u + lane / 2, lane) - lane / 2
    phase = 2 * np.pi * v / 0.066
    swing, over = 0.0105 * np.sin(phase), np.cos(phase)
    strands = []
    for sign in (1, -1):
        away = (x - sign * swing) / 0.0115
        strands.append(np.sqrt(np.clip(1 - away**2, 0, None)) * (0.0034 + 0.0016 * sign * over))
    braid = np.maximum(strands[0], strands[1])
    edge = 0.0014 * np.exp(-(((np.abs(x) - 0.0285) / 0.0032) ** 2))
    slant = u + np.where(strands[0] > strands[1], 1, -1) * 0.35 * v * (np.abs(x) < 0.023)
    fine = 0.00042 * stitches(slant, v, 0.0046, 0.0040)
    moss = 0.0005 * np.cos(np.pi * u / 0.0045) * np.cos(np.pi * v / 0.0045) * (np.abs(x) > 0.034)
    return np.asarray(braid + edge + fine + moss, np.float32)


def plain(code: str, depth: float = 0.035) -> Dye:
    """One colour, with the tone that threads and dye bring."""
    base = rgb(code)

    def dye(u: Array, v: Array, panel: Array) -> Array:
        tone = 0.5 * look_up(STREAK, u, v, (0.15, 0.2)) + 0.5 * look_up(FINE, u, v, (0.12, 0.12))
        return np.asarray(base * (1 + depth * tone)[..., None], np.float32)

    return dye


def denim(warp: str, weft: str) -> Dye:
    """Dyed threads over pale ones, worn lighter in clouds and along the grain."""
    first, other = rgb(warp), rgb(weft)

    def dye(u: Array, v: Array, panel: Array) -> Array:
        worn = 0.5 * look_up(CLOUD, u, v, (0.5, 0.9)) + 0.5 * look_up(STREAK, u, v, (0.16, 0.5))
        share = np.clip(0.20 + 0.09 * worn + 0.07 * look_up(FINE, u, v, (0.13, 0.13)), 0, 1)[..., None]
        return np.asarray(first * (1 - share) + other * share, np.float32)

    return dye


def heather(code: str, second: str, share: float = 0.5) -> Dye:
    """Mottled yarn of two colours."""
    first, other = rgb(code), rgb(second)

    def dye(u: Array, v: Array, panel: Array) -> Array:
        mix = look_up(STREAK, u, v, (0.30, 0.14)) * 0.6 + look_up(FINE, u, v, (0.25, 0.25)) * 0.5
        part = np.clip(share + 0.28 * mix, 0, 1)[..., None]
        return np.asarray(first * part + other * (1 - part), np.float32)

    return dye


def striped(ground: str, line: str, period_m: float, width_m: float, shift_m: float = 0.0) -> Dye:
    """Stripes across."""
    under, over = plain(ground), plain(line)

    def dye(u: Array, v: Array, panel: Array) -> Array:
        ragged = v + 0.0001 * look_up(FINE, u, v, (0.3, 0.3)) + shift_m
        away = np.abs(np.mod(ragged, period_m) - period_m / 2)
        on = ramp(width_m / 2 + 0.0003, width_m / 2 - 0.0003, away)[..., None]
        return under(u, v, panel) * (1 - on) + over(u, v, panel) * on

    return dye


def checked(ground: str, bands: list[tuple[float, float, str]], period_m: float) -> Dye:
    """A tartan: the same bands (start, width in shares of the period, colour) in warp and weft, their threads mixed."""
    under = rgb(ground)

    def threads(along: Array) -> Array:
        share = np.mod(along / period_m, 1)
        colour = np.broadcast_to(under, (*along.shape, 3)).astype(np.float32)
        for start, width, code in bands:
            on = ramp(0, 0.004, share - start) * ramp(0, 0.004, start + width - share)
            colour = colour * (1 - on[..., None]) + rgb(code) * on[..., None]
        return colour

    def dye(u: Array, v: Array, panel: Array) -> Array:
        twill = 0.5 + 0.22 * np.sin(2 * np.pi * (u + v) / 0.0022) + 0.10 * look_up(FINE, u, v, (0.2, 0.2))
        mix = np.clip(twill, 0, 1)[..., None]
        warp = threads(u + np.float32(period_m * 0.25))
        return np.asarray(
            (warp * mix + threads(v) * (1 - mix)) * (1 + 0.04 * look_up(FINE, u, v, (0.14, 0.14)))[..., None],
            np.float32,
        )

    return dye


def tiled(ground: Dye, tile: Array, size_m: float) -> Dye:
    """A repeating print: (H, W, 4) straight-alpha tile that spans `size_m`."""

    def dye(u: Array, v: Array, panel: Array) -> Array:
        shifted = u + 0.07 * panel
        drawn = look_up(tile, shifted, v, (size_m, size_m))
        return ground(u, v, panel) * (1 - drawn[..., 3:]) + drawn[..., :3] * drawn[..., 3:]

    return dye


def placed(ground: Dye, picture: Array, middle_m: tuple[float, float], width_m: float) -> Dye:
    """One print on the front panel: (H, W, 4) straight alpha, centred at a place."""

    def dye(u: Array, v: Array, panel: Array) -> Array:
        height, width = picture.shape[:2]
        scale = width / width_m
        x = ((u - middle_m[0]) * scale + width / 2).astype(np.float32)
        y = (height / 2 - (v - middle_m[1]) * scale).astype(np.float32)
        drawn = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0))
        crackle = 1 - 0.25 * ramp(1.2, 2.2, look_up(FINE, u, v, (0.25, 0.25)))
        on = (drawn[..., 3] * (panel < 0.5) * crackle)[..., None]
        return np.asarray(ground(u, v, panel) * (1 - on) + drawn[..., :3] * on, np.float32)

    return dye
