"""Photographs a draped top as shops do: no figure inside, soft light, an off-white sweep behind."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.demo.raster import FAR, Camera, draw, find_normals
from garments.demo.cloth import CLOUD, Cloth, look_up
from garments.demo.finish import finish
from garments.demo.light import shed
from garments.demo.pattern import EDGE_KINDS, Pattern
from garments.demo.trim import Places, Trim, sew_label

Array = NDArray[np.float32]
EDGES = EDGE_KINDS
GROUND = (0.955, 0.953, 0.948)


@dataclass(frozen=True)
class Shape:
    """A draped top, ready to be drawn: corners with places in space and on the cloth."""

    points_m: Array
    faces: NDArray[np.int32]
    normals: Array
    carried: Array
    """(C, K) u, v, panel, the distances to `EDGES`, and the place along the neck."""


def shape_of(pattern: Pattern, points_m: NDArray[np.float64]) -> Shape:
    """The draped pattern, evened out and twice as fine."""
    welded = pattern.weld[pattern.faces]
    even = smooth(points_m, welded, 3).astype(np.float32)
    normals = find_normals(even, welded)
    carried = np.column_stack(
        [pattern.cloth_m, pattern.panel, *(pattern.edge_m[name] for name in EDGES), pattern.neck_along_m]
    ).astype(np.float32)
    return refine(Shape(even[pattern.weld], pattern.faces, normals[pattern.weld], carried))


def smooth(points_m: NDArray[np.float64], faces: NDArray[np.int32], rounds: int) -> NDArray[np.float64]:
    """The points without ripples as short as the mesh, moved along their normals only so that cloth does not creep."""
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    both = np.concatenate([ends, ends[:, ::-1]])
    number = np.bincount(both[:, 0], minlength=len(points_m)).clip(1)[:, None]
    _, back, count = np.unique(np.sort(ends, 1), axis=0, return_inverse=True, return_counts=True)
    inner = np.ones((len(points_m), 1))
    inner[ends[count[back.ravel()] == 1]] = 0
    for _ in range(rounds):
        normals = find_normals(points_m.astype(np.float32), faces).astype(np.float64)
        for share in (0.55, -0.57):
            mean = np.stack([np.bincount(both[:, 0], points_m[both[:, 1], k], len(points_m)) for k in range(3)], 1)
            step = mean / number - points_m
            points_m = points_m + share * inner * (step * normals).sum(1, keepdims=True) * normals
    return points_m


def refine(shape: Shape) -> Shape:
    """Each triangle as four, its new corners lifted onto the curve that the normals describe."""
    f = shape.faces
    ends = np.sort(np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]]), 1)
    unique, back = np.unique(ends, axis=0, return_inverse=True)
    i, j = unique.T
    p, n = shape.points_m, shape.normals
    middle = (p[i] + p[j]) / 2
    lifts = [((p[k] - middle) * n[k]).sum(1, keepdims=True) * n[k] for k in (i, j)]
    normal = n[i] + n[j]
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    a, b, c = (back.ravel().reshape(3, -1) + len(p)).astype(np.int32)
    faces = np.concatenate([np.stack(t, 1) for t in ((f[:, 0], a, c), (f[:, 1], b, a), (f[:, 2], c, b), (a, b, c))])
    return Shape(
        np.concatenate([p, middle + 0.375 * (lifts[0] + lifts[1])]).astype(np.float32),
        faces.astype(np.int32),
        np.concatenate([n, normal]).astype(np.float32),
        np.concatenate([shape.carried, (shape.carried[i] + shape.carried[j]) / 2]),
    )


def frame_camera(points_m: Array, size_px: tuple[int, int]) -> Camera:
    """A camera that fills most of the picture with the top."""
    low, high = points_m.min(0), points_m.max(0)
    distance = 3.4
    tall = max((high[2] - low[2]) / 0.80, (high[0] - low[0]) / 0.86 * size_px[1] / size_px[0])
    eye = (0.0, float(low[1]) - distance, float(low[2] + high[2]) / 2)
    return Camera(eye, float(2 * np.arctan(tall / 2 / distance)), size_px)


def photograph(
    shape: Shape,
    label_height_m: float,
    cloth: Cloth,
    trim: Trim,
    *,
    size_px: tuple[int, int],
    sharper: float,
    seed: int,
) -> NDArray[np.uint8]:
    """(H, W, 3) The product photo."""
    big = (round(size_px[0] * sharper), round(size_px[1] * sharper))
    camera = frame_camera(shape.points_m, big)
    outer, inner = shed(shape.points_m, shape.faces, shape.normals)
    values = np.concatenate([shape.carried, shape.normals, outer, inner], 1)
    drawn, depth = draw(camera, shape.points_m, shape.faces, values, both_sides=True)
    covered = depth < FAR * 0.9
    x, y, w, h = cv2.boundingRect(covered.astype(np.uint8))
    box = np.s_[y : y + h, x : x + w]
    layer = np.zeros((*depth.shape, 4), np.float32)
    layer[box][..., :3] = develop(drawn[box], depth[box], label_height_m, cloth, trim, camera) * covered[box][..., None]
    layer[..., 3] = covered
    small = cv2.resize(cv2.GaussianBlur(layer, (0, 0), 0.7), size_px, interpolation=cv2.INTER_AREA)
    return expose(np.asarray(small, np.float32), seed)


def develop(drawn: Array, depth: Array, label_height_m: float, cloth: Cloth, trim: Trim, camera: Camera) -> Array:
    """(H, W, 3) Linear light that the cloth sends back at every pixel."""
    names = len(EDGES)
    normals, outer, inner = (drawn[..., 4 + names + 3 * k : 7 + names + 3 * k] for k in range(3))
    inside = normals[..., 1] > 0
    facing = np.where(inside[..., None], -normals, normals)
    field = np.where(inside[..., None], inner, outer)
    u, v, panel = drawn[..., 0], drawn[..., 1], np.rint(drawn[..., 2])
    edges = {name: drawn[..., 3 + k] for k, name in enumerate(EDGES)}
    places = Places(u, v, panel, edges, drawn[..., 3 + names], inside)
    done = finish(places, trim)
    wrinkle = 0.00035 * look_up(CLOUD, u, v, (0.75, 0.5)) + 0.00016 * look_up(CLOUD, v, u, (0.28, 0.34))
    relief = cloth.relief(u, v, panel) * (1 - 0.85 * done.plain) + done.relief_m + wrinkle
    bumpy = tilt(facing, relief, depth, camera)
    colour = cloth.dye(u, v, panel)
    opacity = done.paint[..., 3:]
    colour = (colour * (1 - opacity) + done.paint[..., :3] * opacity) * done.tint[..., None]
    colour = np.where(inside[..., None], colour * 0.92, colour)
    colour = sew_label(colour, places, label_height_m)
    light = np.clip((bumpy * field).sum(2), 0, None)
    rim = np.clip(1 + facing[..., 1], 0, 1) ** 3 * cloth.fuzz
    albedo = np.clip(colour, 0, 1) ** 2.2
    bounce = 0.05 + 0.10 * albedo
    return np.asarray(albedo * (light[..., None] * 0.95 + bounce) + (rim * light * 0.5)[..., None], np.float32)


def tilt(normals: Array, relief_m: Array, depth: Array, camera: Camera) -> Array:
    """The normals leaning with the slope of the relief."""
    pixel = depth * (2 * np.tan(camera.fov_rad / 2) / camera.size_px[1])
    down, across = np.gradient(cv2.GaussianBlur(relief_m, (0, 0), 0.6))
    down, across = down / pixel, across / pixel
    out = normals.copy()
    out[..., 0] -= np.clip(across, -1.2, 1.2)
    out[..., 2] += np.clip(down, -1.2, 1.2)
    return np.asarray(out / np.linalg.norm(out, axis=2, keepdims=True).clip(1e-6), np.float32)


def expose(layer: Array, seed: int) -> NDArray[np.uint8]:
    """(H, W, 3) sRGB of the premultiplied linear layer before a sweep, with a soft shadow and the sensor's grain."""
    height, width = layer.shape[:2]
    alpha = layer[..., 3]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    fall_off = 1 - 0.05 * ((x / width - 0.42) ** 2 + (y / height - 0.40) ** 2)
    ground = np.array(GROUND, np.float32) ** 2.2 * fall_off[..., None]
    shadow = np.zeros_like(alpha)
    for reach, share in ((0.006, 0.16), (0.02, 0.12), (0.06, 0.08)):
        shift = np.array([[1, 0, reach * 0.55 * width], [0, 1, reach * 0.9 * height]], np.float32)
        moved = cv2.warpAffine(alpha, shift, (width, height))
        shadow += share * cv2.GaussianBlur(moved, (0, 0), reach * height * 0.55)
    scene = ground * (1 - np.clip(shadow, 0, 1))[..., None] * (1 - alpha[..., None]) + layer[..., :3]
    scene = cv2.GaussianBlur(scene.astype(np.float32), (0, 0), 0.55)
    srgb = np.clip(scene, 0, 1) ** (1 / 2.2)
    sharp = srgb + 0.45 * (srgb - cv2.GaussianBlur(srgb, (0, 0), 1.2))
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.standard_normal((height, width, 3)).astype(np.float32), (0, 0), 0.6)
    return np.asarray(np.clip((sharp + 0.006 * grain) * 255 + 0.5, 0, 255), np.uint8)
