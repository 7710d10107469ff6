"""What finishes skirts and trousers: waistbands, belt loops, flies, pockets and pressed creases."""

import numpy as np
from numpy.typing import NDArray

from garments.demo.cloth import Array, ramp, rgb
from garments.demo.trim import Layers, Trim

LEGS = 6
"""The first panel that is a leg's."""
LOOPS_M = (0.065, 0.165)
"""How far belt loops are from the middle."""


def finish_lower(layers: Layers, trim: Trim) -> None:
    """Add what hangs from the waist."""
    p = layers.places
    outside = ~p.inside & ((p.panel < 1.5) | (p.panel >= LEGS))
    front = outside & ((p.panel < 0.5) | ((p.panel >= LEGS) & (np.mod(p.panel, 2) < 0.5)))
    for seam in ("inseam", "rise"):
        layers.groove(p.edge_m[seam], 0.0014, 0.0006, 0.25)
    if trim.waistband_m:
        _waistband(layers, trim, outside)
    if trim.fly:
        _fly(layers, trim, front)
    if trim.slant_pockets:
        _slant_pockets(layers, trim, front & (p.panel >= LEGS))
    if trim.crease:
        _crease(layers, trim)


def _waistband(layers: Layers, trim: Trim, outside: NDArray[np.bool_]) -> None:
    p = layers.places
    away = p.edge_m["waist"]
    on = ramp(trim.waistband_m + 0.0006, trim.waistband_m - 0.0006, away) * (away < 1)
    if trim.elastic:
        layers.band(on, p.u_m, 0.007, "")
        layers.groove(away - trim.waistband_m, 0.0018, 0.0010, 0.3)
        return
    layers.relief += 0.0009 * on
    layers.groove(away - trim.waistband_m, 0.0012, 0.0008, 0.32)
    for row in (0.0025, trim.waistband_m - 0.0028):
        layers.stitch(away - row, p.u_m, trim.thread)
    if not trim.loops:
        return
    tall = ramp(trim.waistband_m + 0.010, trim.waistband_m + 0.008, away) * outside
    for place in LOOPS_M:
        side = np.abs(np.abs(p.u_m) - place)
        loop = ramp(0.0055, 0.0047, side) * tall
        layers.relief += 0.0016 * loop
        layers.tint *= 1 - 0.30 * np.exp(-(((side - 0.0058) / 0.0016) ** 2)) * tall
        layers.stitch(np.where(tall > 0.5, side - 0.0035, 1.0), p.v_m, trim.thread)


def _fly(layers: Layers, trim: Trim, front: NDArray[np.bool_]) -> None:
    """A flap over the zip on the wearer's left front, its curved stitching, and a button on the band."""
    p = layers.places
    away, down = p.edge_m["rise"], p.edge_m["waist"]
    left = front & (p.u_m > -0.004)
    reach = np.where(down < 0.15, 0.034, 0.034 * np.clip(1 - (down - 0.15) / 0.03, 0, 1) ** 0.5)
    line: Array = np.where(left & (down > trim.waistband_m) & (down < 0.185), away - reach, 1.0).astype(np.float32)
    layers.relief += 0.0007 * ramp(0.0006, -0.0006, line) * left
    for row in (0.0, 0.005):
        layers.stitch(line + row, p.v_m, trim.thread)
    middle = trim.waistband_m / 2
    far = np.where(front & (p.u_m > 0), np.hypot(p.u_m - 0.014, down - middle), 1.0)
    on = ramp(0.0078, 0.0072, far)
    layers.tint *= 1 - 0.4 * ramp(0.0105, 0.0070, far) * (1 - on)
    layers.relief += on * (0.0012 + 0.0005 * np.exp(-(((far - 0.006) / 0.0011) ** 2)))
    layers.cover(on, rgb(trim.button))


def _slant_pockets(layers: Layers, trim: Trim, front: NDArray[np.bool_]) -> None:
    """A line from the band down to the side seam on each front."""
    p = layers.places
    down, side = p.edge_m["waist"] - trim.waistband_m, p.edge_m["side"]
    near = front & (down > 0) & (down < 0.16)
    line: Array = np.where(near, (down - 0.155) * 0.42 + side * 0.9, 1.0).astype(np.float32)
    mouth = np.abs(line)
    layers.groove(mouth, 0.0013, 0.0007, 0.34)
    layers.stitch(line - 0.0055, p.v_m, trim.thread)


def _crease(layers: Layers, trim: Trim) -> None:
    """A line pressed down the middle of each leg, front and back."""
    p = layers.places
    legs = (p.panel >= LEGS) & (p.panel < 9.5)
    mid = (p.edge_m["side"] - p.edge_m["inseam"]) / 2
    low = ramp(0.10, 0.22, p.edge_m["waist"])
    ridge = np.where(legs, np.exp(-((mid / 0.0035) ** 2)) * low, 0.0).astype(np.float32)
    layers.relief += 0.0028 * ridge
    layers.tint *= 1 + 0.05 * ridge


def kangaroo_pocket(layers: Layers, trim: Trim) -> None:
    """The pouch on the front of a hoodie."""
    p = layers.places
    front = (p.panel < 0.5) & ~p.inside
    x, y = np.abs(p.u_m), p.v_m - trim.pouch_m
    slope = 0.155 - 0.055 * ramp(0.02, 0.16, y)
    out: Array = np.where(front, np.maximum(np.maximum(x - slope, y - 0.165), -y), 1.0).astype(np.float32)
    layers.relief += 0.0013 * ramp(0.0007, -0.0007, out)
    layers.groove(out, 0.0012, 0.0005, 0.28)
    layers.stitch(out + 0.004, np.where(x > slope - 0.02, p.v_m, p.u_m), trim.thread)


def drawstrings(layers: Layers, trim: Trim) -> None:
    """Two cords from the neck of a hoodie, with their eyelets."""
    p = layers.places
    front = ((p.panel < 0.5) & ~p.inside).astype(np.float32)
    top = trim.cords_m
    for sign in (-1, 1):
        sway = 0.006 * np.sin((top - p.v_m) * 22 + sign)
        x = p.u_m - sign * (0.034 + 0.03 * (top - p.v_m)) - sway
        on = ramp(0.0034, 0.0026, np.abs(x)) * (p.v_m < top) * (p.v_m > top - 0.17) * front
        below = ramp(0.0075, 0.002, np.abs(x - 0.0016)) * (p.v_m < top) * (p.v_m > top - 0.172) * front
        layers.tint *= 1 - 0.35 * below * (1 - on)
        twist = 0.5 + 0.5 * np.cos(2 * np.pi * (p.v_m / 0.004 + x / 0.006))
        layers.relief += on * (0.0022 * np.sqrt(np.clip(1 - (x / 0.0034) ** 2, 0, 1)) + 0.0002 * twist)
        cord = np.broadcast_to(rgb(trim.button), (*x.shape, 3)) * (0.86 + 0.14 * twist[..., None])
        layers.cover(on, np.asarray(cord, np.float32))
        eye = np.hypot(p.u_m - sign * 0.034, p.v_m - top - 0.003)
        layers.cover(ramp(0.0062, 0.0056, eye) * front, (0.30, 0.29, 0.28))
        layers.cover(ramp(0.0030, 0.0025, eye) * front, (0.08, 0.08, 0.08))


def flap_pockets(layers: Layers, trim: Trim) -> None:
    """Two patch pockets with pointed flaps on the chest, as on a trucker jacket, or low ones, as on a coat."""
    p = layers.places
    front = (p.panel < 0.5) & ~p.inside
    wide, tall = (0.056, 0.115) if trim.flaps_m > 1.1 else (0.078, 0.175)
    x = np.abs(np.abs(p.u_m) - (0.112 if trim.flaps_m > 1.1 else 0.135))
    y = trim.flaps_m - p.v_m
    body: Array = np.where(front, np.maximum(np.maximum(x - wide + 0.004, y - tall), 0.02 - y), 1.0).astype(np.float32)
    layers.relief += 0.0006 * ramp(0.0006, -0.0006, body)
    layers.groove(body, 0.0010, 0.0004, 0.22)
    layers.stitch(np.where(y > 0.03, body + 0.003, 1.0), np.where(x > wide - 0.01, p.v_m, p.u_m), trim.thread)
    flap: Array = np.where(front, np.maximum(np.maximum(x - wide, y - 0.050 - 0.014 * (1 - x / wide)), -y), 1.0).astype(
        np.float32
    )
    layers.relief += 0.0011 * ramp(0.0006, -0.0006, flap)
    layers.groove(flap, 0.0013, 0.0007, 0.36)
    layers.stitch(flap + 0.003, np.where(x > wide - 0.01, p.v_m, p.u_m), trim.thread)
    far: Array = np.where(front, np.hypot(x, y - 0.046), 1.0).astype(np.float32)
    layers.cover(ramp(0.0066, 0.0060, far), rgb(trim.button))


def zip_front(layers: Layers, trim: Trim) -> None:
    """A zip from neck to hem, with its teeth and slider."""
    p = layers.places
    front = (p.panel < 0.5) & ~p.inside
    away: Array = np.where(front, np.abs(p.u_m), 1.0).astype(np.float32)
    tape = ramp(trim.zip_m + 0.0004, trim.zip_m - 0.0004, away)
    teeth = np.where(np.mod(p.v_m / 0.0036 + 0.5 * (p.u_m > 0), 1) < 0.55, 1.0, 0.35).astype(np.float32)
    row = ramp(0.0026, 0.0021, away)
    layers.relief += 0.0005 * row * teeth
    layers.cover(tape, (0.10, 0.10, 0.11))
    metal = np.broadcast_to(rgb("b8b4a8"), (*away.shape, 3)) * (0.45 + 0.55 * teeth[..., None])
    layers.cover(row * front, np.asarray(metal, np.float32))
    layers.groove(away - trim.zip_m, 0.0010, 0.0006, 0.35)
