"""Takes the jitter out of the keypoints without making them late."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.frame import PoseFrame

GAP_SECS = 0.2
"""After a longer pause the past says nothing about the present."""
HIDDEN, PLAIN = 0.05, 0.35
"""Visibility up to which a point only follows the others, and from which it goes its own way."""
VISIBILITY_HZ = 2.0
EARLY_SECS = 0.5
"""At first the mean of what was seen so far is better than any filter; later it would drift for long."""
STEP_SECS = 1 / 30
"""Speeds count as if all frames came at this rate: noise is the same at any rate, and slow cameras get less lag."""
STILL_SPEED = 0.2
"""Median speed of shoulders, arms, hips and legs up to which the whole body stands still, in body sizes a second."""
BODY = slice(11, 29)
TORSO = np.array([11, 12, 23, 24])


@dataclass(frozen=True)
class OneEuro:
    """The filter of Casiez, Roussel and Vogel (2012): smoother at rest, quicker in motion."""

    rest_hz: float
    """Cut-off frequency of what does not move."""
    hz_per_speed: float
    """How much the cut-off rises with speed, in body sizes a second."""
    speed_hz: float
    """Cut-off frequency of the speed itself."""
    idle_speed: float = 0.0
    """Speeds below this are taken for noise."""
    hidden: float = 0.0
    """How much more speed is taken for noise at a hidden point: 1 is twice as much."""
    still: float = 0.0
    """How much more speed is taken for noise while the whole body stands still: then a point that moves errs."""


IMAGE = OneEuro(rest_hz=0.05, hz_per_speed=30.0, speed_hz=1.0, idle_speed=0.06, hidden=7.0, still=11.0)
DEPTH = OneEuro(rest_hz=0.02, hz_per_speed=3.0, speed_hz=0.7, idle_speed=0.4, hidden=2.0, still=3.0)


def weigh(cutoff_hz: NDArray[np.float32] | float, step_secs: float) -> NDArray[np.float32]:
    """How much of the new value a low-pass filter of this cut-off takes after a step of this length."""
    ratio = np.asarray(2 * np.pi * step_secs, np.float32) * cutoff_hz
    return np.asarray(ratio / (1 + ratio), np.float32)


class Smoother:
    """Smooths the keypoints of one person, frame after frame."""

    def __init__(self, image: OneEuro = IMAGE, depth: OneEuro = DEPTH) -> None:
        def spread(name: str) -> NDArray[np.float32]:
            return np.array([getattr(image, name)] * 2 + [getattr(depth, name)] * 3, np.float32)

        self.rest_hz, self.hz_per_speed = spread("rest_hz"), spread("hz_per_speed")
        self.speed_hz, self.idle_speed = spread("speed_hz"), spread("idle_speed")
        self.hidden, self.still = spread("hidden"), spread("still")
        self.restart(np.zeros((33, 5), np.float32), np.zeros(33, np.float32))
        self.time_secs = -np.inf

    def smooth(self, pose: PoseFrame) -> PoseFrame:
        """The same pose, steadier; after a gap or a step back in time it is taken as it comes."""
        new = np.concatenate([pose.points_image_px, pose.points_hips_m], axis=1, dtype=np.float32)
        visibility = np.clip(np.nan_to_num(pose.visibility), 0, 1)
        step = pose.time_secs - self.time_secs
        if not 0 <= step <= GAP_SECS:
            self.restart(np.nan_to_num(new), visibility)
        elif step > 0:
            self.advance(np.where(np.isfinite(new), new, self.values), visibility, step)
        self.time_secs = pose.time_secs
        return PoseFrame(self.values[:, :2], self.values[:, 2:], self.visibility, pose.time_secs)

    def restart(self, values: NDArray[np.float32], visibility: NDArray[np.float32]) -> None:
        """Believe one frame, for want of others."""
        self.values, self.visibility = values, visibility
        self.speeds = np.zeros_like(values)
        self.count = 1
        self.age_secs = 0.0

    def advance(self, new: NDArray[np.float32], visibility: NDArray[np.float32], step: float) -> None:
        """Move on by one frame: what is in sight by itself, what is hidden along with the rest of the body."""
        old = self.values
        self.count += 1
        self.age_secs += step
        self.speeds = self.speeds + weigh(self.speed_hz, step) * ((new - old) / STEP_SECS - self.speeds)
        self.visibility = self.visibility + weigh(VISIBILITY_HZ, step) * (visibility - self.visibility)
        speeds = np.asarray(np.abs(self.speeds) / measure_sizes(old), np.float32)
        pace = np.maximum(speeds - self.measure_noise(speeds), 0)
        first = 2 / np.float32(self.count + 1) if self.age_secs < EARLY_SECS else np.float32(0)
        alone = old + np.maximum(weigh(self.rest_hz + self.hz_per_speed * pace, step), first) * (new - old)
        sight = np.clip((self.visibility - HIDDEN) / (PLAIN - HIDDEN), 0, 1)[:, None]
        along = np.zeros(5, np.float32)
        along[:2] = (sight * (alone - old)[:, :2]).sum(0) / max(float(sight.sum()), 1.0)
        carried = old + along + np.maximum(weigh(self.rest_hz, step), first) * (new - old - along)
        self.values = sight * alone + (1 - sight) * carried

    def measure_noise(self, speeds: NDArray[np.float32]) -> NDArray[np.float32]:
        """(33, 5) The part of each speed that is taken for noise, in body sizes a second."""
        common = float(np.median(np.sqrt((speeds[BODY, :2] ** 2).sum(-1))))
        calm = np.clip(2 - common / STILL_SPEED, 0, 1)
        return np.asarray(self.idle_speed * (1 + self.still * calm + self.hidden * (1 - self.visibility[:, None])))


def measure_sizes(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(5,) The length of the trunk in the units of each column."""
    trunk = values[TORSO[:2]] - values[TORSO[2:]]
    size_px = max(float(np.sqrt((trunk[:, :2] ** 2).sum(-1)).mean()), 20.0)
    return np.array([size_px] * 2 + [0.5] * 3, np.float32)
