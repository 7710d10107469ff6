"""What finishes a top: neck bands, hems, cuffs, seams, plackets, buttons, pockets and the label inside."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.demo.cloth import FINE, Array, Colour, look_up, ramp, rgb

STITCH_M = 0.0032


@dataclass(frozen=True)
class Trim:
    """How a top is finished."""

    neck_band_m: float = 0.018
    """Width of the ribbed or bound neck, 0 for a collar's seam."""
    hem_m: float = 0.020
    cuff_m: float = 0.020
    ribbed: bool = False
    """Whether hem and cuffs are ribbing rather than turned and stitched."""
    armhole_band_m: float = 0.0
    """Width of the binding of an open armhole."""
    contrast: str = ""
    """Colour of neck, hem and cuffs when it is not the cloth's."""
    placket_m: float = 0.0
    """Half the width of a buttoned front."""
    buttons_m: tuple[float, ...] = ()
    """Heights of the buttons."""
    button: str = "efe9dc"
    pocket: bool = False
    """A patch pocket on the wearer's left chest."""
    thread: str = ""
    """Colour of the stitching, the cloth's own when empty."""
    rib_m: float = 0.0026
    zip_m: float = 0.0
    """Half the width of a zip down the middle of the front."""
    front_band_m: float = 0.0
    """Width of the ribbing along the edges of an open front."""
    waistband_m: float = 0.0
    elastic: bool = False
    """Whether the waistband is gathered."""
    loops: bool = False
    """Loops for a belt."""
    fly: bool = False
    slant_pockets: bool = False
    crease: bool = False
    """A line pressed down each leg."""
    pouch_m: float = 0.0
    """Height of the lower edge of a hoodie's pocket, 0 for none."""
    cords_m: float = 0.0
    """Height where a hoodie's cords come out, 0 for none."""
    flaps_m: float = 0.0
    """Height of the upper edge of two pockets with flaps, 0 for none."""


@dataclass(frozen=True)
class Places:
    """Where each pixel lies on the cloth."""

    u_m: Array
    v_m: Array
    panel: Array
    edge_m: dict[str, Array]
    """Distance to the panel's edges by name."""
    neck_along_m: Array
    inside: NDArray[np.bool_]
    """Whether the cloth's inside is seen."""


@dataclass(frozen=True)
class Finish:
    """What trims add to the cloth."""

    relief_m: Array
    tint: Array
    """(H, W) Factor of the colour: seams lie deeper and darker."""
    paint: Array
    """(H, W, 4) Straight-alpha colour that lies on the cloth."""
    plain: Array
    """(H, W) 0 to 1 where ribbing and bands take the place of the cloth's own relief and pattern."""


class Layers:
    """Collects what trims add."""

    def __init__(self, places: Places) -> None:
        self.places = places
        shape = places.u_m.shape
        self.relief = np.zeros(shape, np.float32)
        self.tint = np.ones(shape, np.float32)
        self.paint = np.zeros((*shape, 4), np.float32)
        self.plain = np.zeros(shape, np.float32)

    def groove(self, away: Array, width_m: float, deep_m: float, dark: float = 0.22) -> None:
        """A seam or edge line at distance 0."""
        line = np.exp(-((away / width_m) ** 2))
        self.relief -= deep_m * line
        self.tint *= 1 - dark * line

    def stitch(self, away: Array, along: Array, thread: str) -> None:
        """A row of stitches at distance 0."""
        dash = ramp(-0.35, 0.1, np.cos(2 * np.pi * along / STITCH_M))
        line = np.exp(-((away / 0.0006) ** 2))
        pucker = np.exp(-((away / 0.0028) ** 2)) * look_up(FINE, along, away, (0.9, 0.9))
        self.relief += 0.00022 * line * (dash - 0.7) + 0.00010 * pucker
        self.tint *= 1 - 0.16 * line * (1 - dash)
        if thread:
            self.cover(line * dash * 0.85, rgb(thread))

    def cover(self, share: Array, colour: Array | Colour) -> None:
        """Colour laid over the cloth."""
        s = np.clip(share, 0, 1)[..., None]
        self.paint[..., :3] = self.paint[..., :3] * (1 - s) + np.asarray(colour, np.float32) * s
        self.paint[..., 3:] = self.paint[..., 3:] * (1 - s) + s

    def band(self, on: Array, across: Array, rib_m: float, contrast: str) -> None:
        """Ribbing that runs across a band."""
        self.plain = np.maximum(self.plain, on)
        wave = np.abs(np.sin(np.pi * across / rib_m)) ** 0.6
        self.relief += on * (0.0006 * wave + 0.0008)
        self.tint *= 1 - 0.17 * on * (1 - wave)
        if contrast:
            self.cover(on * (1 - 0.2 * (1 - wave)), rgb(contrast))

    def done(self) -> Finish:
        """The sum."""
        return Finish(self.relief, self.tint, self.paint, self.plain)


def add_seams_and_bands(layers: Layers, trim: Trim) -> None:
    """What every piece has: seams, bands, hems, a buttoned front, a pocket."""
    places = layers.places
    torso = (places.panel < 1.5) | (places.panel > 9.5)
    edge, u, v = places.edge_m, places.u_m, places.v_m
    for seam in ("armhole", "side", "shoulder"):
        if not (seam == "armhole" and trim.armhole_band_m):
            layers.groove(edge[seam], 0.0013, 0.0005)
    if trim.neck_band_m:
        on = ramp(trim.neck_band_m + 0.0004, trim.neck_band_m - 0.0004, edge["neck"]) * torso
        layers.band(on, places.neck_along_m, trim.rib_m, trim.contrast)
        layers.groove(edge["neck"] - trim.neck_band_m, 0.0011, 0.0007, 0.3)
        layers.stitch(edge["neck"] - trim.neck_band_m - 0.0045, places.neck_along_m, trim.thread)
    if trim.armhole_band_m:
        on = ramp(trim.armhole_band_m + 0.0004, trim.armhole_band_m - 0.0004, edge["armhole"])
        layers.band(on, v, trim.rib_m, trim.contrast)
        layers.groove(edge["armhole"] - trim.armhole_band_m, 0.0011, 0.0006, 0.3)
    for name, width in (("hem", trim.hem_m), ("cuff", trim.cuff_m)):
        _finish_edge(layers, edge[name], u, width, trim)
    if trim.placket_m:
        _button_front(layers, trim)
    if trim.pocket:
        _patch_pocket(layers, trim)
    if trim.front_band_m:
        on = ramp(trim.front_band_m + 0.0004, trim.front_band_m - 0.0004, edge["front"])
        layers.band(on, v, trim.rib_m * 1.4, trim.contrast)
        layers.groove(edge["front"] - trim.front_band_m, 0.0014, 0.0008, 0.25)
    layers.groove(edge["front"], 0.0009, 0.0003, 0.2)


def _finish_edge(layers: Layers, away: Array, along: Array, width_m: float, trim: Trim) -> None:
    if trim.ribbed:
        layers.band(ramp(width_m + 0.0004, width_m - 0.0004, away), along, trim.rib_m * 1.6, trim.contrast)
        layers.groove(away - width_m, 0.0016, 0.0009, 0.25)
        return
    on = ramp(width_m + 0.0012, width_m - 0.0012, away)
    layers.relief += 0.0005 * on
    for row in (0.0, 0.0045):
        layers.stitch(away - width_m + 0.0022 + row, along, trim.thread)
    layers.groove(away - 0.0004, 0.0007, 0.0003, 0.15)
    if width_m > 0.03:
        layers.groove(away - width_m, 0.0012, 0.0008, 0.3)


def _button_front(layers: Layers, trim: Trim) -> None:
    p = layers.places
    front = ((p.panel < 0.5) & ~p.inside).astype(np.float32)
    half = trim.placket_m
    on = ramp(half + 0.0005, half - 0.0005, np.abs(p.u_m)) * front
    layers.relief += 0.0009 * on
    shadow = np.exp(-(np.clip(p.u_m + half, -1, 0) ** 2) / 0.0035**2) * (p.u_m < -half) * front
    layers.tint *= 1 - 0.28 * shadow
    for sign in (1, -1):
        layers.stitch(np.where(front > 0, sign * p.u_m - half + 0.005, 1), p.v_m, trim.thread)
    for height in trim.buttons_m:
        _button(layers, front, height, trim.button)


def _button(layers: Layers, front: Array, height_m: float, code: str) -> None:
    p = layers.places
    radius = 0.0056
    far = np.hypot(p.u_m, p.v_m - height_m)
    on = ramp(radius + 0.0003, radius - 0.0003, far) * front
    rim = np.exp(-(((far - radius * 0.8) / 0.0009) ** 2))
    holes = np.zeros_like(far)
    for x in (-0.0011, 0.0011):
        for y in (-0.0011, 0.0011):
            holes = np.maximum(holes, ramp(0.0008, 0.0004, np.hypot(p.u_m - x, p.v_m - height_m - y)))
    below = np.hypot(p.u_m - 0.0012, p.v_m - height_m + 0.0022)
    layers.tint *= 1 - 0.4 * ramp(radius + 0.0022, radius - 0.001, below) * front * (1 - on)
    hole = np.exp(-((p.u_m / 0.0006) ** 2)) * ramp(0.0095, 0.009, np.abs(p.v_m - height_m)) * front
    layers.tint *= 1 - 0.35 * hole
    layers.relief += on * (0.0012 + 0.0005 * rim - 0.0006 * holes)
    layers.cover(on, rgb(code) * 1.0)
    layers.cover(on * holes, rgb(code) * 0.35)
    layers.cover(on * np.exp(-(((far - radius * 0.62) / 0.0008) ** 2)) * 0.35, rgb(code) * 0.7)


def _patch_pocket(layers: Layers, trim: Trim) -> None:
    p = layers.places
    front = (p.panel < 0.5) & ~p.inside
    x, y = p.u_m - 0.105, p.v_m - 1.19
    low = -0.062 - 0.014 * (1 - np.abs(x) / 0.055)
    out = np.maximum(np.maximum(np.abs(x) - 0.055, y - 0.062), low - y)
    out = np.where(front, out, 1.0)
    layers.relief += 0.0007 * ramp(0.0006, -0.0006, out)
    layers.groove(out, 0.0009, 0.0003, 0.2)
    sides = np.where(y < 0.058, out + 0.003, 1)
    layers.stitch(sides, np.where(np.abs(np.abs(x) - 0.055) < 0.008, y, x), trim.thread)
    layers.stitch(np.where(front & (np.abs(x) < 0.055), y - 0.040, 1), x, trim.thread)


def draw_label(width_px: int = 440) -> Array:
    """(H, W, 3) A woven label."""
    label = np.full((width_px * 2 // 5, width_px, 3), 238, np.uint8)
    scale = width_px / 230
    (wide, tall), _ = cv2.getTextSize("geoul", cv2.FONT_HERSHEY_DUPLEX, scale, 4)
    at = ((width_px - wide) // 2, (label.shape[0] + tall) // 2 - 6)
    cv2.putText(label, "geoul", at, cv2.FONT_HERSHEY_DUPLEX, scale, (32, 32, 36), 4, cv2.LINE_AA)
    rows = 1 + 0.03 * np.sin(np.arange(label.shape[0]) * 1.6)
    return np.asarray(label / 255 * rows[:, None, None], np.float32)


def sew_label(picture: Array, places: Places, neck_low_m: float) -> Array:
    """The colours with the label and its tape inside the back of the neck."""
    back = places.inside & (np.abs(places.panel - 1) < 0.5)
    label = draw_label()
    height, width = label.shape[:2]
    wide_m, top_m = 0.058, neck_low_m - 0.016
    x = (places.u_m / wide_m + 0.5) * width
    y = (top_m - places.v_m) / (wide_m * height / width) * height
    drawn = cv2.remap(label, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    on = (back & (x > 0) & (x < width) & (y > 0) & (y < height))[..., None]
    return np.asarray(np.where(on, drawn, picture), np.float32)
