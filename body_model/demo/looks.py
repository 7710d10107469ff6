"""What the demo shopper wears: hair, face, top, trousers and shoes, as colour and thickness over the resting body."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.demo.raster import find_normals
from body_model.template import BodyTemplate

Array = NDArray[np.float32]

SKIN = (222, 178, 150)
LIPS = (190, 112, 104)
HAIR = (62, 44, 34)
TOP = (171, 178, 184)
TROUSERS = (52, 60, 80)
SHOES = (238, 236, 231)
SOLES = (206, 200, 190)
WAIST_M = 0.985
"""Height of the trousers' upper edge on the resting body."""


def ramp(low: float, high: float, value: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def is_hair(rest_m: Array) -> Array:
    """0 to 1 where short hair covers the head: a straight fringe, free ears, down to the nape."""
    y, z = rest_m[..., 1], rest_m[..., 2]
    line = 1.640 - 0.032 * ramp(-0.125, -0.075, y) - 0.078 * ramp(-0.034, -0.022, y)
    return ramp(-0.005, 0.005, z - line)


def is_top(rest_m: Array, arm: Array) -> Array:
    """0 to 1 where the sleeveless top covers the trunk."""
    x, y, z = np.abs(rest_m[..., 0]), rest_m[..., 1], rest_m[..., 2]
    deep = np.where(y < -0.03, 0.108, 0.02)
    neck = ((x / 0.088) ** 2 + (np.maximum(1.425 - z, 0) / deep) ** 2) > 1
    edge = 0.128 + 0.045 * ramp(0.0, 0.1, 1.37 - z) + np.where(z < 1.25, 1, 0)
    return np.asarray((z > 0.93) & neck & (x < edge) & (z < 1.46) & (arm < 0.45), np.float32)


def is_trousers(rest_m: Array) -> Array:
    """0 to 1 where the trousers cover hips and legs."""
    x, z = np.abs(rest_m[..., 0]), rest_m[..., 2]
    return np.asarray((z < WAIST_M) & (z > 0.085) & (x < 0.30), np.float32)


def is_shoe(rest_m: Array) -> Array:
    """0 to 1 where the shoes cover the feet."""
    return ramp(-0.004, 0.004, 0.095 - rest_m[..., 2])


def dress(template: BodyTemplate, shaped_m: Array, arm: Array) -> tuple[Array, Array]:
    """(N, 3) the resting body with hair and clothes on, and (N, 3) the places to paint it by.

    Cloth, shoes and hair bridge the hollows of the body and lie on top of it. Where they lie is said by the mean body,
    so that any shape wears them alike; it is evened out like the cloth, so that edges stay straight.
    """
    rest_m = template.vertices_rest_m
    z = rest_m[:, 2]
    top, trousers, shoe, hair = is_top(rest_m, arm), is_trousers(rest_m), is_shoe(rest_m), is_hair(rest_m)
    legs = ramp(0.86, 0.6, z) * trousers
    inner = smooth_over(template.faces, np.maximum.reduce([top, trousers, shoe])[:, None], 3)
    both = np.concatenate([shaped_m, rest_m], 1)
    both = both + (bridge(template.faces, both, 0.02) - both) * inner
    taut = smooth_over(template.faces, np.maximum(shoe, top)[:, None], 3)
    both = both + (bridge(template.faces, both, 0.035) - both) * taut
    points, painted = np.ascontiguousarray(both[:, :3]), np.ascontiguousarray(both[:, 3:])
    loose = 1 + 0.6 * ramp(1.2, 1.0, z)
    out = 0.018 * hair + 0.009 * top * loose + 0.006 * trousers + 0.018 * legs + 0.010 * shoe
    normals = smooth_over(template.faces, find_normals(points, template.faces), 2)
    return np.asarray(points + normals * smooth_over(template.faces, out[:, None], 2), np.float32), painted


def bridge(faces: NDArray[np.int32], places_m: Array, width_m: float) -> Array:
    """(N, K) Places without their bumps and hollows below a width, and without the shrinking that averages bring."""
    points = places_m[:, :3].astype(np.float64)
    a, b, c = points[faces.T]
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    own = np.bincount(faces.ravel(), np.repeat(area, 3), len(points))
    near = cKDTree(points).sparse_distance_matrix(cKDTree(points), 2.2 * width_m, output_type="coo_matrix").tocsr()
    near.data = np.exp(-0.5 * (near.data / width_m) ** 2)
    near = near.multiply(own[None]).tocsr()
    near = near.multiply(1 / near.sum(1)).tocsr()
    rest = places_m.astype(np.float64)
    for _ in range(3):
        rest = rest - near @ rest
    return np.asarray(places_m - rest, np.float32)


def smooth_over(faces: NDArray[np.int32], values: Array, rounds: int) -> Array:
    """(N, K) Values averaged with their neighbours on the mesh, some rounds long."""
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    count = np.bincount(ends[:, 0], minlength=len(values)).clip(1)[:, None]
    for _ in range(rounds):
        mean = np.stack(
            [np.bincount(ends[:, 0], values[ends[:, 1], k], len(values)) for k in range(values.shape[1])], 1
        )
        values = (values + mean / count) / 2
    return np.asarray(values, np.float32)


def spot(rest_m: Array, middle_xz: tuple[float, float], radii_m: tuple[float, float], soft: float = 0.3) -> Array:
    """0 to 1 inside an ellipse on the front of the face; both sides at once when its x is not 0."""
    x = np.abs(rest_m[..., 0]) if middle_xz[0] else rest_m[..., 0]
    far = np.hypot((x - middle_xz[0]) / radii_m[0], (rest_m[..., 2] - middle_xz[1]) / radii_m[1])
    return np.asarray(ramp(1 + soft, 1 - soft, far) * (rest_m[..., 1] < -0.07), np.float32)


def paint(rest_m: Array, arm: Array, strands: Array) -> Array:
    """(N, 3) Colour of each resting place, 0 to 255."""
    x, z = np.abs(rest_m[..., 0]), rest_m[..., 2]
    face_m = rest_m.copy()
    face_m[:, 2] -= 9.0 * np.square(x) * (z < 1.54) + 0.10 * (x - 0.03) * (z > 1.596)
    colour = np.empty((*z.shape, 3), np.float32)
    colour[:] = SKIN

    def lay(share: Array, rgb: tuple[float, float, float] | Array, opacity: float = 1.0) -> None:
        s = (share * opacity)[..., None]
        colour[:] = colour * (1 - s) + np.asarray(rgb, np.float32) * s

    lay(spot(rest_m, (0.045, 1.545), (0.022, 0.018), 0.9), (226, 150, 130), 0.35)
    lay(spot(rest_m, (0.031, 1.587), (0.021, 0.012), 0.6), (150, 105, 88), 0.4)
    lay(spot(rest_m, (0.031, 1.5855), (0.0135, 0.0058), 0.15), (240, 236, 232))
    lay(spot(rest_m, (0.031, 1.5858), (0.0050, 0.0056), 0.15), (74, 50, 36))
    lay(spot(rest_m, (0.031, 1.5858), (0.0022, 0.0024), 0.15), (20, 14, 12))
    lay(spot(rest_m, (0.0315, 1.5912), (0.0150, 0.0016), 0.5), (40, 28, 24), 0.9)
    lay(spot(face_m, (0.033, 1.6045), (0.0175, 0.0026), 0.6), HAIR, 0.75)
    lay(spot(face_m, (0.0, 1.5085), (0.0265, 0.0085), 0.25), LIPS, 0.75)
    lay(is_shoe(rest_m), SHOES)
    lay(ramp(0.022, 0.018, z), SOLES)
    lay(is_trousers(rest_m), TROUSERS)
    lay(is_trousers(rest_m) * (np.abs(z - WAIST_M + 0.02) < 0.001), (38, 44, 60))
    lay(is_top(rest_m, arm), TOP)
    lay(is_hair(rest_m), np.array(HAIR, np.float32) * (0.75 + 0.6 * look_up_strands(strands, rest_m)[:, None]))
    return colour


def look_up_strands(strands: Array, rest_m: Array) -> Array:
    """(N,) Tone of the hair at places round the head."""
    round_head = np.arctan2(rest_m[:, 0], -rest_m[:, 1] - 0.055) / (2 * np.pi) + 0.5
    column = (round_head * 511).astype(int) % 512
    return np.asarray(strands[(rest_m[:, 2] * 1700).astype(int) % 512, column])


def make_strands(seed: int) -> Array:
    """(512, 512) Noise drawn out into strands, 0 to 1, that wraps round."""
    noise = np.random.default_rng(seed).random((512, 512), np.float32)
    wrapped = np.tile(noise, (3, 1))
    drawn = cv2.GaussianBlur(wrapped, (0, 0), sigmaX=0.8, sigmaY=40)[512:1024]
    low, high = np.percentile(drawn, (1, 99))
    return np.asarray(np.clip((drawn - low) / (high - low), 0, 1), np.float32)
