"""How still a garment hangs on somebody who stands still, and how late it follows somebody who moves."""

import itertools
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.machine import name_machine
from bench.material import CLIP, FRAME_PX, NOISE, shell_top
from fitting.detect import Detector
from fitting.drape import drape
from fitting.frame import PoseFrame
from fitting.pipeline import Engine, Stopwatch
from fitting.smooth import Smoother
from garments.garment import Garment

COPIES = 90
FRAMES_PER_SECOND = 30
WARM_UP = 15
"""First frames that are not counted: for half a second the detector is still finding the person."""
MOVING_FRAMES = 120
TRACKED = np.array([11, 12, 13, 14, 15, 16, 23, 24])
"""Shoulders, elbows, wrists and hips."""
LATEST_SECS = 0.4


def measure_steady() -> dict[str, Any]:
    """Movement of a garment on 90 noisy copies of one picture, and the lag of smoothing on a moving person."""
    engine = Engine()
    try:
        garment = shell_top(engine.template)
        first = next(read_clip())
        static_px = measure_rest(follow_still(engine, garment, first)[WARM_UP:])
        raw, smooth = follow_moving(engine)
    finally:
        engine.close()
    return {
        "machine": name_machine(),
        "static_rms_px": round(static_px, 3),
        "lag_ms": round(measure_lag(raw, smooth) * 1000, 1),
        "copies": COPIES,
        "moving_frames": len(raw),
    }


def read_clip() -> Iterator[NDArray[np.uint8]]:
    """The demo shopper's frames, RGB, as wide and tall as the frames of the benchmark."""
    clip = cv2.VideoCapture(str(CLIP))
    if not clip.isOpened():
        raise FileNotFoundError(f"{CLIP.name} is not in assets/shop: run `make setup`")
    while (read := clip.read())[0]:
        yield np.ascontiguousarray(cv2.resize(read[1], FRAME_PX, interpolation=cv2.INTER_AREA)[..., ::-1])
    clip.release()


def follow_still(engine: Engine, garment: Garment, picture_rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(90, N, 2) Pixels of the garment on noisy copies of one picture, as the live mirror drapes it."""
    rng = np.random.default_rng(11)
    try_on = engine.open()
    places = []
    for count in range(COPIES):
        noise = rng.standard_normal(picture_rgb.shape, np.float32) * NOISE
        frame = (picture_rgb + noise).round().clip(0, 255).astype(np.uint8)
        sight = try_on.see(frame, count / FRAMES_PER_SECOND, Stopwatch())
        if sight is not None:
            places.append(drape(garment, sight.body).vertices_image_px[:, :2].copy())
    try_on.close()
    return np.array(places)


def follow_moving(engine: Engine) -> tuple[list[PoseFrame], list[PoseFrame]]:
    """The poses of the moving demo shopper as found, and smoothed."""
    clip = cv2.VideoCapture(str(CLIP))
    rate = clip.get(cv2.CAP_PROP_FPS)
    clip.release()
    detector, smoother = Detector(engine.pool), Smoother()
    found = [
        pose
        for count, frame in enumerate(itertools.islice(read_clip(), MOVING_FRAMES))
        if (pose := detector.detect(frame, count / rate)) is not None
    ]
    detector.close()
    return found, [smoother.smooth(pose) for pose in found]


def measure_rest(places_px: NDArray[np.float32]) -> float:
    """Root mean square of the (T, N, 2) places round their means, in pixels."""
    moved = places_px - places_px.mean(0)
    return float(np.sqrt((moved**2).sum(-1).mean()))


def measure_lag(raw: list[PoseFrame], smooth: list[PoseFrame]) -> float:
    """Seconds by which the raw keypoints must be put off to agree best with the smoothed ones."""
    times = np.array([pose.time_secs for pose in raw])
    before = np.array([pose.points_image_px[TRACKED].ravel() for pose in raw])
    after = np.array([pose.points_image_px[TRACKED].ravel() for pose in smooth])
    counted = times >= times[0] + LATEST_SECS
    delays = np.arange(0, LATEST_SECS, 0.001)
    errors = [
        sum(((after[counted, k] - np.interp(times[counted] - d, times, before[:, k])) ** 2).mean() for k in range(16))
        for d in delays
    ]
    return float(delays[int(np.argmin(errors))])
