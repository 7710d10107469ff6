"""The fitting room that the demo shopper stands in."""

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.demo.raster import Camera

Array = NDArray[np.float32]
WALL_M = 1.3
"""How far behind the shopper the wall is."""


def draw_room(camera: Camera, seed: int) -> Array:
    """(H, W, 3) Wall, floor boards, skirting, a curtain and a lamp's glow, 0 to 255."""
    width, height = camera.size_px
    focal = height / 2 / np.tan(camera.fov_rad / 2)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    across, up = (columns - width / 2) / focal, (height / 2 - rows) / focal
    ex, ey, ez = camera.eye_m
    to_wall = WALL_M - ey
    x_wall, z_wall = ex + across * to_wall, ez + up * to_wall
    picture = _draw_wall(x_wall, z_wall)
    on_floor = z_wall < 0
    to_floor = -ez / np.minimum(up, -1e-4)
    x_floor, y_floor = ex + across * to_floor, ey + to_floor
    floor = _draw_floor(x_floor, y_floor, seed)
    picture = np.where(on_floor[..., None], floor, picture)
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), height / 900), np.float32)


def _draw_wall(x: Array, z: Array) -> Array:
    glow = np.exp(-((x + 0.5) ** 2 + (z - 2.1) ** 2) / 2.2)
    wall = np.array((214, 206, 196), np.float32) * (0.86 + 0.2 * glow)[..., None]
    board = (z < 0.1)[..., None]
    wall = np.where(
        board, np.array((232, 227, 219), np.float32) * (0.9 + 0.1 * ((z > 0.09) | (z < 0.085)))[..., None], wall
    )
    wall *= (1 - 0.16 * np.exp(-np.maximum(z, 0) / 0.18))[..., None]
    fold = x * 26 + 0.8 * np.sin(x * 9.0) + 0.15 * np.sin(z * 2 + x * 7)
    wave = 0.5 + 0.5 * np.sin(fold)
    cloth = np.array((96, 118, 112), np.float32) * (0.55 + 0.5 * wave**0.8 + 0.08 * np.sin(2 * fold))[..., None]
    edge = 0.62 + 0.012 * np.sin(z * 3.0)
    hang = 1 / (1 + np.exp(-(x - edge) / 0.004))
    shade = 1 - 0.35 * np.exp(-np.maximum(edge - x, 0) / 0.07)
    return np.asarray((wall * shade[..., None]) * (1 - hang[..., None]) + cloth * hang[..., None], np.float32)


def _draw_floor(x: Array, y: Array, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    plank = np.floor(x / 0.14).astype(int) % 64
    along = y / 1.1 + rng.random(64)[plank]
    board = (np.floor(along).astype(int) * 7 + plank * 13) % 64
    tone = (0.93 + 0.12 * rng.random(64)[board]).astype(np.float32)
    grain = np.sin(x * 420 + 5 * np.sin(y * 3 + board) + board) * 0.018 + np.sin(x * 130 + 3 * np.sin(y * 1.7)) * 0.02
    gap = (np.abs((x / 0.14) % 1 - 0.5) > 0.488) | (np.abs(along % 1 - 0.5) > 0.498)
    light = 0.92 - 0.25 * np.clip((y - 0.5) / WALL_M, 0, 1) ** 2
    shade = (tone + grain) * np.where(gap, 0.78, 1) * light
    return np.asarray(np.array((186, 152, 118)) * shade[..., None], np.float32)


def cast_shadow(room: Array, camera: Camera, points_m: Array) -> Array:
    """The room with the soft shadow of standing points on its floor."""
    width, height = camera.size_px
    small = Camera(camera.eye_m, camera.fov_rad, (width // 4, height // 4))
    dark = np.zeros((height // 4, width // 4), np.float32)
    for reach, share in ((0.12, 0.9), (0.6, 0.45), (1.7, 0.25)):
        low = points_m[points_m[:, 2] < reach]
        fall = low + np.array((0.22, 0.30, 0), np.float32) * low[:, 2:]
        at = small.project(fall * np.array((1, 1, 0), np.float32))
        layer = np.zeros_like(dark)
        inside = ((at >= 0) & (at < (width // 4, height // 4))).all(1)
        column, row = at[inside].astype(int).T
        layer[row, column] = 1
        layer = np.asarray(cv2.morphologyEx(layer, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.float32)
        blurred = cv2.GaussianBlur(
            layer, (0, 0), sigmaX=height / 4 * (0.003 + 0.012 * reach), sigmaY=height / 4 * (0.003 + 0.006 * reach)
        )
        dark = 1 - (1 - dark) * (1 - share * blurred)
    full = cv2.resize(dark, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(room * (1 - 0.6 * full[..., None]), np.float32)
