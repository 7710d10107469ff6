"""Finds the shopper's keypoints with MediaPipe, and stays with the shopper it has chosen."""

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("GLOG_minloglevel", "2")
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, PoseLandmarkerResult, RunningMode

from fitting.frame import PoseFrame

MODELS = Path(__file__).parent.parent / "assets" / "models"
POSE_BUNDLE = MODELS / "pose_full.task"
STILLS_BUNDLE = MODELS / "pose_heavy.task"
"""Stills have the time for the largest model; it is right more often where heads or legs are cut off."""
MOST_PEOPLE = 4
TORSO = np.array([11, 12, 23, 24])
JUMP = 0.4
"""A body whose middle moves by more than this many of its own sizes in a thirtieth of a second is somebody else."""
SIZE_JUMP = 1.6
"""So is one that grows or shrinks by this factor."""
LOYAL_SECS = 1.5
"""How long a lost shopper is looked for before anybody else is dressed."""
START_TALK_SECS = 0.1
"""How long MediaPipe's threads go on talking after a landmarker has been made."""
HUSH_LOCK = Lock()
LEAST_VISIBILITY = 0.35
"""Mean visibility of shoulders and hips below which there is no body worth dressing."""


class PoseModelMissingError(Exception):
    """The pose bundle has not been built."""


@dataclass(frozen=True)
class Stand:
    """Where somebody stands in the picture."""

    middle_px: NDArray[np.float32]
    """(2,) Middle of the trunk."""
    size_px: float
    """Size of the trunk."""
    time_secs: float


@contextmanager
def hush() -> Iterator[None]:
    """Keep MediaPipe's own start-up talk, which no setting turns off, away from the user's screen.

    One at a time: two at once would each keep the other's silence as the place to go back to.
    """
    with HUSH_LOCK:
        sys.stderr.flush()
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
            time.sleep(START_TALK_SECS)
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


class LandmarkerPool:
    """Landmarkers that are handed out and come back: MediaPipe's memory grows with every new one."""

    def __init__(self, bundle: Path = POSE_BUNDLE) -> None:
        if not bundle.exists():
            raise PoseModelMissingError(f"no pose model {bundle.name} in {bundle.parent.name}/: run `make setup`")
        self.bundle = bundle
        self.lock = Lock()
        self.idle: deque[Tracker] = deque()
        self.scout_lock = Lock()
        self.scout = self._open(bundle, RunningMode.IMAGE, MOST_PEOPLE)
        self.stills: PoseLandmarker | None = None

    def _open(self, bundle: Path, mode: RunningMode, people: int, *, mask: bool = False) -> PoseLandmarker:
        options = PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=mode,
            num_poses=people,
            output_segmentation_masks=mask,
        )
        with hush():
            return PoseLandmarker.create_from_options(options)

    def borrow(self) -> "Tracker":
        """A landmarker that follows one person through a video."""
        with self.lock:
            if self.idle:
                return self.idle.popleft()
        return Tracker(self._open(self.bundle, RunningMode.VIDEO, 1))

    def open_with_mask(self) -> "Tracker":
        """A landmarker that also gives MediaPipe's own mask of the person: what benchmarks compare with."""
        return Tracker(self._open(self.bundle, RunningMode.VIDEO, 1, mask=True))

    def give_back(self, tracker: "Tracker") -> None:
        """Take a tracker back for the next shopper."""
        with self.lock:
            self.idle.append(tracker)

    def see_everybody(self, frame_rgb: NDArray[np.uint8]) -> list[PoseFrame]:
        """Everybody in the picture, the nearest (largest) first."""
        with self.scout_lock:
            return _nearest_first(self.scout.detect(_image(frame_rgb)), frame_rgb.shape)

    def study_everybody(self, picture_rgb: NDArray[np.uint8]) -> list[PoseFrame]:
        """As `see_everybody`, for stills: with the largest model, which is loaded when first asked for."""
        with self.scout_lock:
            if self.stills is None:
                self.stills = self._open(STILLS_BUNDLE, RunningMode.IMAGE, MOST_PEOPLE)
            return _nearest_first(self.stills.detect(_image(picture_rgb)), picture_rgb.shape)

    def close(self) -> None:
        """Free the landmarkers that are here."""
        self.scout.close()
        if self.stills is not None:
            self.stills.close()
        while self.idle:
            self.idle.popleft().landmarker.close()


class Tracker:
    """A landmarker in video mode, with the clock that MediaPipe asks for: whole milliseconds that only go up."""

    def __init__(self, landmarker: PoseLandmarker) -> None:
        self.landmarker = landmarker
        self.clock_ms = 0

    def track(self, frame_rgb: NDArray[np.uint8], step_ms: int) -> PoseLandmarkerResult:
        """The result for the next frame, some milliseconds after the last."""
        self.clock_ms += max(step_ms, 1)
        return self.landmarker.detect_for_video(_image(frame_rgb), self.clock_ms)

    def forget(self) -> None:
        """Lose the person: nobody is in a grey picture."""
        self.track(np.full((64, 64, 3), 127, np.uint8), 1)


class Detector:
    """Detects one shopper, frame after frame."""

    def __init__(self, pool: LandmarkerPool) -> None:
        self.pool = pool
        self.tracker = pool.borrow()
        self.last: Stand | None = None
        self.following = False
        self.time_secs = 0.0
        self.tracker.forget()

    def detect(self, frame_rgb: NDArray[np.uint8], time_secs: float) -> PoseFrame | None:
        """The shopper in this frame, or None when nobody is in view.

        The first shopper is the nearest. While others cross, the one who was chosen stays the one; when lost for
        longer than `LOYAL_SECS` the nearest is chosen anew.
        """
        step_ms = round(np.clip(np.nan_to_num(time_secs - self.time_secs), 0.001, 10) * 1000)
        self.time_secs = time_secs
        if self.following:
            pose = _only(read_poses(self.tracker.track(frame_rgb, step_ms), frame_rgb.shape, time_secs))
            if pose is not None and is_somebody(pose) and self.is_same(stand_of(pose, time_secs)):
                self.last = stand_of(pose, time_secs)
                return pose
            self.tracker.forget()
            self.following = False
        return self.choose(frame_rgb, time_secs)

    def choose(self, frame_rgb: NDArray[np.uint8], time_secs: float) -> PoseFrame | None:
        """Look at everybody, and follow the nearest or the one who was lost a moment ago."""
        everybody = self.pool.see_everybody(frame_rgb)
        if self.last is not None and not 0 <= time_secs - self.last.time_secs <= LOYAL_SECS:
            self.last = None
        people = [pose for pose in everybody if self.is_same(stand_of(pose, time_secs))]
        if not people:
            return None
        chosen = people[0]
        if self.last is not None:
            last = self.last
            chosen = min(people, key=lambda p: float(np.linalg.norm(stand_of(p).middle_px - last.middle_px)))
        shown = hide_others(frame_rgb, chosen, everybody) if len(everybody) > 1 else frame_rgb
        pose = _only(read_poses(self.tracker.track(shown, 1), frame_rgb.shape, time_secs))
        if pose is None or not is_somebody(pose):
            pose = PoseFrame(chosen.points_image_px, chosen.points_hips_m, chosen.visibility, time_secs)
        else:
            self.following = True
        self.last = stand_of(pose, time_secs)
        return pose

    def is_same(self, stand: Stand) -> bool:
        """Whether somebody who stands here can be the one of the last frame."""
        if self.last is None:
            return True
        step = np.clip(stand.time_secs - self.last.time_secs, 0.03, LOYAL_SECS)
        room = JUMP * np.sqrt(step / 0.03) if step < 0.2 else JUMP * 3
        size = max(self.last.size_px, stand.size_px)
        near = float(np.linalg.norm(stand.middle_px - self.last.middle_px)) < min(room, 1.5) * size
        return near and 1 / SIZE_JUMP < stand.size_px / self.last.size_px < SIZE_JUMP

    def close(self) -> None:
        """Hand the landmarker back."""
        self.tracker.forget()
        self.pool.give_back(self.tracker)


def detect_picture(pool: LandmarkerPool, frame_rgb: NDArray[np.uint8]) -> PoseFrame | None:
    """The nearest person of a still, or None.

    Somebody too small, too large or too near the edge for the detector is looked for again with a margin round the
    picture, and in parts of it.
    """
    for place in _places(frame_rgb.shape):
        crop = _cut(frame_rgb, place)
        people = pool.study_everybody(crop)
        if people:
            pose = people[0]
            shift = np.array(place[:2], np.float32)
            return PoseFrame(pose.points_image_px + shift, pose.points_hips_m, pose.visibility, 0.0)
    return None


def _places(shape: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """x0, y0, x1, y1 of the cuts to look at, some of them larger than the picture."""
    height, width = shape[:2]
    pad = max(height, width) // 3
    wide = (-pad, -pad, width + pad, height + pad)
    return [
        (0, 0, width, height),
        wide,
        (0, 0, width, round(height * 0.6)),
        (-pad * 2, -pad * 2, width + pad * 2, height + pad * 2),
        (width // 4, 0, width - width // 4, height),
    ]


def _cut(frame_rgb: NDArray[np.uint8], place: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """The place of the picture, grey where it reaches beyond."""
    height, width = frame_rgb.shape[:2]
    x0, y0, x1, y1 = place
    out = np.full((y1 - y0, x1 - x0, 3), 127, np.uint8)
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    out[top - y0 : bottom - y0, left - x0 : right - x0] = frame_rgb[top:bottom, left:right]
    return out


def hide_others(frame_rgb: NDArray[np.uint8], chosen: PoseFrame, people: list[PoseFrame]) -> NDArray[np.uint8]:
    """The frame with everybody but the chosen one painted grey, so that the tracker takes to the right one."""
    shown = frame_rgb.copy()
    x0, y0, x1, y1 = _box(chosen, frame_rgb.shape)
    here = stand_of(chosen).middle_px
    for other in people:
        if float(np.linalg.norm(stand_of(other).middle_px - here)) < 0.2 * stand_of(chosen).size_px:
            continue
        left, top, right, bottom = _box(other, frame_rgb.shape)
        shown[top:bottom, left:right] = 127
    shown[y0:y1, x0:x1] = frame_rgb[y0:y1, x0:x1]
    return shown


def _box(pose: PoseFrame, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    reach = 0.35 * stand_of(pose).size_px
    low, high = pose.points_image_px.min(0) - reach, pose.points_image_px.max(0) + reach
    x0, y0 = (int(v) for v in np.clip(low, 0, (shape[1], shape[0])))
    x1, y1 = (int(v) for v in np.clip(high, 0, (shape[1], shape[0])))
    return x0, y0, x1, y1


def stand_of(pose: PoseFrame, time_secs: float = 0.0) -> Stand:
    """Where a pose stands."""
    trunk = pose.points_image_px[TORSO]
    spine = float(np.linalg.norm(trunk[:2].mean(0) - trunk[2:].mean(0)))
    wide = float(np.linalg.norm(trunk[0] - trunk[1]))
    return Stand(trunk.mean(0), max(spine, 1.3 * wide, 1.0), time_secs)


def is_somebody(pose: PoseFrame) -> bool:
    """Whether at least the shoulders of a body are in the picture."""
    return float(pose.visibility[[11, 12]].mean()) > LEAST_VISIBILITY


def read_poses(result: PoseLandmarkerResult, shape: tuple[int, ...], time_secs: float) -> list[PoseFrame]:
    """MediaPipe's result in our own words."""
    size = np.array([shape[1], shape[0]], np.float32)
    poses = []
    for flat, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True):
        points = np.array([(p.x, p.y) for p in flat], np.float32) * size
        hips = np.array([(p.x, p.y, p.z) for p in world], np.float32)
        visibility = np.array([p.visibility for p in flat], np.float32)
        poses.append(PoseFrame(points, hips, visibility, time_secs))
    return poses


def _nearest_first(result: PoseLandmarkerResult, shape: tuple[int, ...]) -> list[PoseFrame]:
    poses = [pose for pose in read_poses(result, shape, 0.0) if is_somebody(pose)]
    return sorted(poses, key=lambda pose: -stand_of(pose).size_px)


def _only(poses: list[PoseFrame]) -> PoseFrame | None:
    return poses[0] if poses else None


def _image(frame_rgb: NDArray[np.uint8]) -> Image:
    return Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(frame_rgb))
