"""What one dressed frame costs on one core, over what nobody can save: decode, find the pose, encode.

Floor and whole frame are measured in turn, frame by frame, so that whatever else the machine does meets both.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.machine import name_machine
from bench.material import shell_top, shopper_frames
from fitting.detect import Tracker
from fitting.pipeline import Engine, TryOn
from garments.garment import Garment, load_garment
from server.encode import decode_jpeg, encode_jpeg

FRAMES = 60
WARM_UP = 10
"""First frames that are not counted: detector, parser and smoother are still finding the person."""
FRAMES_PER_SECOND = 30
CAMERA_QUALITY = 90
SHOP = Path(__file__).parent.parent / "assets" / "shop" / "garments"


def measure_frame() -> dict[str, Any]:
    """Floor, whole frame, their ratio and the time of each stage, of a whole person and of a close-up in one top."""
    return measure_alone("bench.frame")


def measure_alone(module: str) -> dict[str, Any]:
    """The figures that a module prints, on one core.

    In a process of its own: a library that has already started its threads could not be held to one core.
    """
    root = Path(__file__).parent.parent
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    command = [sys.executable, "-m", module]
    run = subprocess.run(command, cwd=root, env={**os.environ, **alone}, stdout=subprocess.PIPE, check=True)
    figures: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return figures


def measure_here() -> dict[str, Any]:
    """One top, in this process."""
    engine = open_alone()
    garment = choose_top(engine)
    return {"machine": name_machine(), "garment": garment.name, **measure_views(engine, [garment])}


def open_alone() -> Engine:
    """An engine on one core from now on."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    return Engine()


def measure_views(engine: Engine, garments: Sequence[Garment]) -> dict[str, Any]:
    """Both views of a person who wears these."""
    figures = {}
    for view in ("full", "close"):
        frames = shopper_frames(WARM_UP + FRAMES, view)
        jpegs = [encode_jpeg(frame, quality=CAMERA_QUALITY) for frame in frames]
        figures[view] = measure_view(engine, garments, jpegs)
    engine.close()
    return figures


def choose_top(engine: Engine) -> Garment:
    """The first t-shirt of the demo shop, or one made from the body when the shop has not been built."""
    shop = (load_garment(path.parent) for path in sorted(SHOP.glob("*/garment.glb")))
    return next((one for one in shop if one.kind == "t-shirt"), None) or shell_top(engine.template)


def measure_view(engine: Engine, garments: Sequence[Garment], jpegs: list[bytes]) -> dict[str, Any]:
    """Both measured in turn over the same frames; medians, of pairs of frames where the parser takes turns."""
    plain, try_on = engine.pool.open_with_mask(), engine.open()
    try_on.wear(garments)
    floors, wholes, stages = [], [], defaultdict(list)
    cpu: dict[str, list[float]] = {"floor": [], "frame": []}
    for count, jpeg in enumerate(jpegs):
        before = time.process_time()
        floor_ms = time_floor(plain, jpeg)
        between = time.process_time()
        whole_ms, stage_ms = time_whole(try_on, jpeg, count / FRAMES_PER_SECOND)
        if count < WARM_UP:
            continue
        floors.append(floor_ms)
        wholes.append(whole_ms)
        cpu["floor"].append((between - before) * 1000)
        cpu["frame"].append((time.process_time() - between) * 1000)
        for stage, spent in stage_ms.items():
            stages[stage].append(spent)
    preview = try_on.step(decode_jpeg(jpegs[-1]), len(jpegs) / FRAMES_PER_SECOND, masks=True)
    try_on.close()
    # The parser looks at every other frame, so it takes a pair of frames to see what one costs.
    frame_ms = median((first + second) / 2 for first, second in zip(wholes[::2], wholes[1::2], strict=True))
    floor_ms = median(floors)
    return {
        "floor_ms": round(floor_ms, 2),
        "frame_ms": round(frame_ms, 2),
        "ratio": round(frame_ms / floor_ms, 3),
        "stage_ms": {stage: round(sum(spent) / len(wholes), 2) for stage, spent in stages.items()},
        "box_share": round(box_share(preview.mask), 3),
        "cpu_ms": {part: round(fmean(spent), 2) for part, spent in cpu.items()},
        "frames": len(wholes),
    }


def time_floor(plain: Tracker, jpeg: bytes) -> float:
    """Milliseconds of JPEG decode, MediaPipe full with its mask, JPEG encode."""
    start = time.perf_counter()
    frame = decode_jpeg(jpeg)
    plain.track(frame, round(1000 / FRAMES_PER_SECOND))
    encode_jpeg(frame)
    return (time.perf_counter() - start) * 1000


def time_whole(try_on: TryOn, jpeg: bytes, time_secs: float) -> tuple[float, dict[str, float]]:
    """Milliseconds of a dressed frame, and of its stages."""
    start = time.perf_counter()
    frame = decode_jpeg(jpeg)
    decoded = time.perf_counter()
    preview = try_on.step(frame, time_secs)
    stepped = time.perf_counter()
    encode_jpeg(preview.picture_rgb)
    end = time.perf_counter()
    stage_ms = {"decode": (decoded - start) * 1000, **preview.stage_ms, "encode": (end - stepped) * 1000}
    return (end - start) * 1000, stage_ms


def box_share(mask: NDArray[np.uint8] | None) -> float:
    """Share of the frame that the garments' box takes."""
    if mask is None or not mask.any():
        return 0.0
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float((rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) / mask.size)


if __name__ == "__main__":
    print(json.dumps(measure_here()))
