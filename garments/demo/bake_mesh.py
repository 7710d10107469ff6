"""A draped piece as a GLB: its panels laid out in one texture, with cloth, seams and trims painted on."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.demo.raster import FAR, Camera, draw, find_normals
from garments.construct.texture import spread_colour
from garments.demo.cloth import Cloth
from garments.demo.finish import finish
from garments.demo.pattern import EDGE_KINDS, Pattern
from garments.demo.photograph import smooth
from garments.demo.piece import Piece
from garments.demo.trim import Places
from garments.garment import GLTF_FROM_REST
from garments.gltf.scene import Material, Part
from garments.gltf.write import write_glb

Array = NDArray[np.float32]
TEXTURE_PX = 1024
GAP_PX = 6
LIGHT = np.array([-0.35, 0.55, 0.76], np.float32)
"""Where the light of the painted relief comes from: the upper left, before the cloth."""


@dataclass(frozen=True)
class Slot:
    """The place of one panel in the texture."""

    panel: int
    corner_px: tuple[int, int]
    low_m: tuple[float, float]
    size_px: tuple[int, int]


def bake_mesh(piece: Piece, pattern: Pattern, points_m: NDArray[np.float64]) -> bytes:
    """The GLB of a draped pattern.

    Args:
        piece: What it is.
        pattern: Its panels.
        points_m: (P, 3) Where its welded points have come to rest.
    """
    welded = pattern.weld[pattern.faces]
    even = smooth(points_m, welded, 3).astype(np.float32)
    normals = find_normals(even, welded)[pattern.weld]
    cloth = piece.make_cloth()
    u, v = pattern.cloth_m.T.astype(np.float32)[..., None]
    swell = cloth.relief(u, v, pattern.panel.astype(np.float32)[:, None]).ravel()
    # What is only thread belongs to the texture; quilting and pleats stand out from the cloth itself.
    points = even[pattern.weld] + normals * np.where(swell > 0.001, swell, 0)[:, None].astype(np.float32)
    px_per_m, slots = lay_out(pattern)
    texture = np.zeros((TEXTURE_PX, TEXTURE_PX, 4), np.uint8)
    uv = np.zeros((len(points), 2), np.float32)
    for slot in slots:
        (x, y), (wide, tall) = slot.corner_px, slot.size_px
        texture[y : y + tall, x : x + wide] = paint(slot, pattern, cloth, piece, px_per_m)
        mine = pattern.panel == slot.panel
        across = (pattern.cloth_m[mine, 0] - slot.low_m[0]) * px_per_m + x
        down = y + tall - (pattern.cloth_m[mine, 1] - slot.low_m[1]) * px_per_m
        uv[mine] = np.stack([across, down], 1) / TEXTURE_PX
    texture = np.dstack(
        [spread_colour(texture[..., :3], texture[..., 3] > 0), np.full(texture.shape[:2], 255, np.uint8)]
    )
    material = Material(name=piece.id, texture_rgba=texture, double_sided=True)
    part = Part((points @ GLTF_FROM_REST.T).astype(np.float32), pattern.faces, uv, None, material, name=piece.id)
    return write_glb([part], name=piece.id)


def lay_out(pattern: Pattern) -> tuple[float, list[Slot]]:
    """Pixels a metre, and where each panel goes: in rows, the tallest first, as large as fits."""
    panels = np.unique(pattern.panel)
    lows = {p: pattern.cloth_m[pattern.panel == p].min(0) for p in panels}
    sizes = {p: np.ptp(pattern.cloth_m[pattern.panel == p], axis=0) for p in panels}
    order = sorted(panels, key=lambda p: -sizes[p][1])
    for px_per_m in np.linspace(1600, 200, 141):
        slots, x, y, row = [], GAP_PX, GAP_PX, 0
        for p in order:
            wide, tall = (int(np.ceil(length * px_per_m)) + 1 for length in sizes[p])
            if x + wide + GAP_PX > TEXTURE_PX:
                x, y, row = GAP_PX, y + row + GAP_PX, 0
            slots.append(Slot(int(p), (x, y), (float(lows[p][0]), float(lows[p][1])), (wide, tall)))
            x, row = x + wide + GAP_PX, max(row, tall)
        if y + row + GAP_PX <= TEXTURE_PX and max(s.corner_px[0] + s.size_px[0] for s in slots) <= TEXTURE_PX:
            return float(px_per_m), slots
    raise AssertionError("panels larger than the texture")


def paint(slot: Slot, pattern: Pattern, cloth: Cloth, piece: Piece, px_per_m: float) -> NDArray[np.uint8]:
    """(h, w, 4) One panel of cloth, flat, its relief lit from the upper left; clear where the panel is not."""
    wide, tall = slot.size_px
    mine = np.flatnonzero(pattern.panel == slot.panel)
    row = np.full(len(pattern.panel), -1)
    row[mine] = np.arange(len(mine))
    faces = row[pattern.faces]
    faces = np.ascontiguousarray(faces[(faces >= 0).all(1)], np.int32)
    flat = (pattern.cloth_m[mine] - slot.low_m).astype(np.float32)
    flat_3d = np.ascontiguousarray(np.stack([flat[:, 0], np.zeros(len(flat), np.float32), flat[:, 1]], 1))
    middle = (wide / px_per_m / 2, -10.0, tall / px_per_m / 2)
    camera = Camera(middle, 2 * float(np.arctan(tall / px_per_m / 2 / 10)), (wide, tall))
    carried = np.column_stack(
        [pattern.cloth_m[mine], *(pattern.edge_m[k][mine] for k in EDGE_KINDS), pattern.neck_along_m[mine]]
    )
    drawn, depth = draw(camera, flat_3d, faces, carried.astype(np.float32), both_sides=True)
    u, v = drawn[..., 0], drawn[..., 1]
    panel = np.full(u.shape, float(slot.panel), np.float32)
    edges = {kind: drawn[..., 2 + k] for k, kind in enumerate(EDGE_KINDS)}
    places = Places(u, v, panel, edges, drawn[..., -1], np.zeros(u.shape, np.bool_))
    done = finish(places, piece.trim)
    relief = cloth.relief(u, v, panel) * (1 - 0.85 * done.plain) + done.relief_m
    down, across = np.gradient(cv2.GaussianBlur(relief.astype(np.float32), (0, 0), 0.7) * px_per_m)
    slope = np.stack([-np.clip(across, -0.8, 0.8), np.clip(down, -0.8, 0.8), np.ones_like(across)], -1)
    light = (slope / np.linalg.norm(slope, axis=-1, keepdims=True)) @ LIGHT / LIGHT[2]
    opacity = done.paint[..., 3:]
    colour = cloth.dye(u, v, panel) * (1 - opacity) + done.paint[..., :3] * opacity
    colour = colour * done.tint[..., None] * np.clip(0.55 + 0.45 * light, 0.5, 1.25)[..., None]
    covered = (depth < FAR * 0.9).astype(np.uint8) * 255
    return np.dstack([np.clip(colour * 255 + 0.5, 0, 255).astype(np.uint8), covered])
