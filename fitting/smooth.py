"""Takes the jitter out of the keypoints without making them late."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.frame import PoseFrame

GAP_SECS = 0.2
"""After a longer pause the past says nothing about the present."""
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


IMAGE = OneEuro(rest_hz=1.0, hz_per_speed=60.0, speed_hz=3.0)
DEPTH = OneEuro(rest_hz=0.6, hz_per_speed=8.0, speed_hz=2.0)


def weigh(cutoff_hz: NDArray[np.float32] | float, step_secs: float) -> NDArray[np.float32]:
    """How much of the new value a low-pass filter of this cut-off takes after a step of this length."""
    ratio = np.asarray(2 * np.pi * step_secs, np.float32) * cutoff_hz
    return np.asarray(ratio / (1 + ratio), np.float32)


class Smoother:
    """Smooths the keypoints of one person, frame after frame."""

    def __init__(self, image: OneEuro = IMAGE, depth: OneEuro = DEPTH) -> None:
        self.rest_hz = np.array([image.rest_hz] * 2 + [depth.rest_hz] * 3, np.float32)
        self.hz_per_speed = np.array([image.hz_per_speed] * 2 + [depth.hz_per_speed] * 3, np.float32)
        self.speed_hz = np.array([image.speed_hz] * 2 + [depth.speed_hz] * 3, np.float32)
        self.time_secs = -np.inf
        self.values = np.zeros((33, 5), np.float32)
        self.raw = np.zeros((33, 5), np.float32)
        self.speeds = np.zeros((33, 5), np.float32)
        self.visibility = np.zeros(33, np.float32)

    def smooth(self, pose: PoseFrame) -> PoseFrame:
        """The same pose, steadier; after a gap or a step back in time it is taken as it comes."""
        new = np.concatenate([pose.points_image_px, pose.points_hips_m], axis=1, dtype=np.float32)
        step = pose.time_secs - self.time_secs
        if not 0 <= step <= GAP_SECS or not np.isfinite(self.values).all():
            self.values, self.speeds = np.nan_to_num(new), np.zeros_like(new)
            self.visibility = np.nan_to_num(pose.visibility)
        elif step > 0:
            self.advance(np.where(np.isfinite(new), new, self.values), np.nan_to_num(pose.visibility), step)
        self.time_secs = pose.time_secs
        return PoseFrame(self.values[:, :2], self.values[:, 2:], self.visibility, pose.time_secs)

    def advance(self, new: NDArray[np.float32], visibility: NDArray[np.float32], step: float) -> None:
        """Move the state on by one frame; what is hidden is trusted less and so moves more slowly."""
        size_px = max(
            float(np.sqrt(((self.values[TORSO[:2], :2] - self.values[TORSO[2:], :2]) ** 2).sum(-1)).mean()), 20
        )
        sizes = np.array([size_px] * 2 + [0.5] * 3, np.float32)
        speeds = (new - self.values) / step
        self.speeds = self.speeds + weigh(self.speed_hz, step) * (speeds - self.speeds)
        self.visibility = self.visibility + weigh(2.0, step) * (visibility - self.visibility)
        pace = np.abs(self.speeds) / sizes
        cutoff = (self.rest_hz + self.hz_per_speed * pace) * (0.3 + 0.7 * self.visibility[:, None])
        self.values = self.values + weigh(cutoff, step) * (new - self.values)
