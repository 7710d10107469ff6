"""Films the demo shopper for visitors without a camera: `python -m body_model.demo.film [WORKERS]`.

It writes `assets/shop/shopper.webm`.

Everything in the clip is made here: the baked body, its clothes and hair, the room and the ten seconds of movement.
Run it in an environment with `av`, whose VP9 can be told how good to be; the running product does not need it.
"""

import sys
from fractions import Fraction
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.demo import looks, room
from body_model.demo.pose import CLIP_SECS, pose, stand
from body_model.demo.raster import FAR, Camera, draw, find_normals
from body_model.load import load_template
from body_model.skin import make_skinner

CLIP = Path(__file__).parents[2] / "assets" / "shop" / "shopper.webm"
SIZE_PX = (720, 1280)
FRAMES_PER_SECOND = 16
COARSENESS = 30
"""VP9's constant quality, 0 (best) to 63."""
SEED = 7
Array = NDArray[np.float32]

KEY_LIGHT = np.array((-0.5, 0.62, 0.6), np.float32) / np.linalg.norm((-0.5, 0.62, 0.6))
RIM_LIGHT = np.array((0.8, 0.2, -0.3), np.float32) / np.linalg.norm((0.8, 0.2, -0.3))


class Studio:
    """Body, clothes, room and camera, made once; one picture a moment."""

    def __init__(self, size_px: tuple[int, int] = SIZE_PX, *, sharper: float = 1.5) -> None:
        self.size_px = size_px
        big = (round(size_px[0] * sharper), round(size_px[1] * sharper))
        self.camera = Camera((0.0, -3.2, 0.93), float(np.deg2rad(37.5)), big)
        self.template = load_template()
        t = self.template
        female = t.shape_names.index("gender")
        shaped = t.vertices_rest_m + 0.3 * t.shape_basis_m[female]
        self.bones = t.bones_rest_m + 0.3 * t.bones_basis_m[female]
        arms = [i for i, n in enumerate(t.segment_names) if "arm" in n or "hand" in n]
        self.arm = (t.weights * np.isin(t.segments, arms)).sum(1).astype(np.float32)
        dressed, self.painted_m = looks.dress(t, shaped.astype(np.float32), self.arm)
        self.carry = make_skinner(dressed, t.segments, t.weights, segment_count=len(t.segment_names))
        self.strands = looks.make_strands(SEED)
        self.dither = np.random.default_rng(SEED).random((size_px[1], size_px[0], 1), np.float32)
        self.room_camera = Camera(self.camera.eye_m, self.camera.fov_rad, size_px)
        sharp_room = room.draw_room(self.camera, SEED)
        self.empty_room = np.asarray(cv2.resize(sharp_room, size_px, interpolation=cv2.INTER_AREA), np.float32)

    def shoot(self, time_secs: float) -> NDArray[np.uint8]:
        """(H, W, 3) The picture at a moment of the clip."""
        points = self.carry(pose(self.template, self.bones, stand(time_secs)))
        points -= np.array((0, 0, points[:, 2].min()), np.float32)
        normals = find_normals(points, self.template.faces)
        values = np.concatenate([self.painted_m, normals, self.arm[:, None]], 1).astype(np.float32)
        drawn, depth = draw(self.camera, points, self.template.faces, values)
        covered = depth < FAR * 0.9
        seen = drawn[covered]
        colour = looks.paint(seen[:, :3], seen[:, 6], self.strands)
        light = shine(seen[:, 3:6]) * find_openness(depth, covered)[covered]
        body = np.zeros((*depth.shape, 4), np.float32)
        body[covered] = np.c_[np.minimum(colour * light[:, None], 255), np.ones(len(seen), np.float32)]
        small = cv2.resize(body, self.size_px, interpolation=cv2.INTER_AREA)
        scene = room.cast_shadow(self.empty_room, self.room_camera, points)
        scene = scene * (1 - small[..., 3:]) + small[..., :3]
        return np.asarray(np.clip(scene + self.dither, 0, 255), np.uint8)


def shine(normals: Array) -> Array:
    """(N,) Light on surfaces with these normals: a large lamp at the front left, a fill and a rim."""
    towards = normals * np.array((1, -1, 1), np.float32)
    key = np.clip((towards @ KEY_LIGHT + 0.35) / 1.35, 0, None)
    fill = 0.5 + 0.5 * towards[:, 1]
    rim = np.clip(towards @ RIM_LIGHT, 0, None) ** 2
    return np.asarray(0.34 * fill + 0.66 * key + 0.18 * rim + 0.1, np.float32)


def find_openness(depth: Array, covered: NDArray[np.bool_]) -> Array:
    """0.55 to 1: how freely light reaches each pixel past whatever stands nearer to the camera around it."""
    size = (depth.shape[1] // 3, depth.shape[0] // 3)
    scale = size[1] / 1280
    mask = cv2.resize(covered.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(np.where(covered, depth, 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    own = sums / np.maximum(mask, 1e-3)
    dark = np.zeros_like(own)
    for radius, reach in ((5 * scale, 0.02), (16 * scale, 0.06)):
        near = cv2.GaussianBlur(sums, (0, 0), radius)
        share = cv2.GaussianBlur(mask, (0, 0), radius)
        dark += np.clip((own - near / np.maximum(share, 1e-3)) * share / reach, 0, 1) * 0.28
    full = cv2.resize(1 - np.clip(dark, 0, 0.45), (depth.shape[1], depth.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, np.float32)


@cache
def open_studio() -> Studio:
    """The studio of this process."""
    return Studio()


def shoot_frame(number: int) -> NDArray[np.uint8]:
    """(H, W, 3) One frame of the clip."""
    return open_studio().shoot(number / FRAMES_PER_SECOND)


def film(clip: Path = CLIP, *, workers: int = 2) -> int:
    """Write the clip and return its number of frames."""
    import av  # type: ignore[import-not-found,unused-ignore]

    clip.parent.mkdir(parents=True, exist_ok=True)
    count = round(CLIP_SECS * FRAMES_PER_SECOND)
    options = {"crf": str(COARSENESS), "b": "0", "deadline": "good", "cpu-used": "4", "g": "80"}
    with Pool(workers) as pool, av.open(str(clip), "w") as file:
        stream = file.add_stream("libvpx-vp9", Fraction(FRAMES_PER_SECOND), options=options)
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = "yuv420p"
        for frame in pool.imap(shoot_frame, range(count), chunksize=4):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        file.mux(stream.encode())
    return count


if __name__ == "__main__":
    print(f"{film(workers=int(sys.argv[1]) if len(sys.argv) > 1 else 2)} frames in {CLIP}")
