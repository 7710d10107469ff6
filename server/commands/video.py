"""Dresses a video file, frame after frame as a live mirror would."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fitting.pipeline import Engine
from garments.errors import RefusedError
from garments.garment import Garment
from server.commands.pictures import open_progress

CODECS = {".mp4": "mp4v", ".webm": "VP90", ".avi": "MJPG"}


def dress_video(source: Path, garments: Sequence[Garment], out: Path) -> dict[str, Any]:
    """Write the dressed video; what to write in the JSON.

    Raises:
        RefusedError: `not-a-video`, `bad-output` or `no-person`.
    """
    if out.suffix.lower() not in CODECS:
        raise RefusedError("bad-output", f"a video is written to one of {', '.join(CODECS)}, not to {out.name}")
    reader = cv2.VideoCapture(str(source))
    fps = reader.get(cv2.CAP_PROP_FPS)
    good, frame_bgr = reader.read()
    if not good:
        raise RefusedError("not-a-video", f"{source} is not a video that can be read")
    fps = fps if 1 <= fps <= 240 else 25.0
    out.parent.mkdir(parents=True, exist_ok=True)
    height, width = frame_bgr.shape[:2]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*CODECS[out.suffix.lower()]), fps, (width, height))
    engine = Engine()
    try_on = engine.open()
    try_on.wear(garments)
    frames, found = 0, 0
    total_ms: dict[str, float] = {}
    total = max(int(reader.get(cv2.CAP_PROP_FRAME_COUNT)), 0) or None
    with open_progress() as progress:
        task = progress.add_task("try on", total=total)
        while good:
            preview = try_on.step(np.ascontiguousarray(frame_bgr[..., ::-1]), frames / fps)
            writer.write(np.ascontiguousarray(preview.picture_rgb[..., ::-1]))
            frames, found = frames + 1, found + preview.pose_found
            for stage, ms in preview.stage_ms.items():
                total_ms[stage] = total_ms.get(stage, 0.0) + ms
            progress.update(task, completed=frames)
            good, frame_bgr = reader.read()
    writer.release()
    try_on.close()
    engine.close()
    if not found:
        raise RefusedError("no-person", "nobody was found in the video: at least the shoulders must be in view")
    stage_ms = {stage: round(ms / frames, 2) for stage, ms in total_ms.items()}
    return {
        "accepted": True,
        "reason": None,
        "pose_found": True,
        "frames": frames,
        "frames_found": found,
        "stage_ms": stage_ms,
    }
