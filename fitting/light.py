"""Measures the light of the scene, so that a garment photographed in a studio looks lit by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.frame import PARSE_LABELS, ParseFrame

MEMORY_SECS = 1.0
"""Light changes this slowly, so that a camera's own flutter does not show on the cloth."""
SAMPLE_PX = 96
"""Longest side of the picture that is measured."""
STUDIO_WHITE = 236.0
"""Brightness of white cloth in a product photo."""
SKIN = 168.0
"""Brightness of lit skin, the mean over people, in a well exposed picture."""
GAINS = (0.58, 0.98)
EVERY_SECS = 0.1
"""The light is measured no more often than this: 0.3 ms each time."""
WHITEST = 98
"""Percentile of the smallest of R, G and B from which on things are taken for white: coloured walls are not."""
CAST = 0.7
"""Share of the whitest things' colour that is believed to be the light's; none of it where even they are dark."""
CAST_LIMIT = 1.12


@dataclass(frozen=True)
class Light:
    """What the scene's light makes of the colours of a product photo."""

    gains: NDArray[np.float32]
    """(3,) Factors for R, G and B, none above 1: white cloth must not burn out."""


STUDIO = Light(np.ones(3, np.float32))
"""The light of the product photo itself."""


class LightMeter:
    """Measures frame after frame, and follows slowly."""

    def __init__(self) -> None:
        self._log_gains: NDArray[np.float32] | None = None
        self._light = STUDIO
        self._time_secs = -np.inf

    def measure(self, frame_rgb: NDArray[np.uint8], parse: ParseFrame | None, time_secs: float) -> Light:
        """The light of this frame."""
        step = time_secs - self._time_secs
        if self._log_gains is None or not 0 <= step < 3 * MEMORY_SECS:
            self._log_gains = _log_gains(frame_rgb, parse)
        elif step < EVERY_SECS:
            return self._light
        else:
            share = np.float32(1 - np.exp(-step / MEMORY_SECS))
            self._log_gains = self._log_gains + share * (_log_gains(frame_rgb, parse) - self._log_gains)
        self._time_secs = time_secs
        self._light = Light(np.exp(self._log_gains))
        return self._light


def _log_gains(frame_rgb: NDArray[np.uint8], parse: ParseFrame | None) -> NDArray[np.float32]:
    return np.asarray(np.log(scene_gains(frame_rgb, parse)), np.float32)


def scene_gains(frame_rgb: NDArray[np.uint8], parse: ParseFrame | None) -> NDArray[np.float32]:
    """(3,) Brightness and colour against a studio's, from the scene's whitest things and from skin."""
    step = max(max(frame_rgb.shape[:2]) // SAMPLE_PX, 1)
    small = frame_rgb[step // 2 :: step, step // 2 :: step].reshape(-1, 3).astype(np.float32)
    whiteness = small.min(axis=1)
    least = float(np.percentile(whiteness, WHITEST))
    white = np.clip((least + 20) / (STUDIO_WHITE + 20), 0.45, 1.05)
    skin = skin_brightness(frame_rgb, parse)
    lit = white if skin is None else float(np.clip(skin / SKIN, 0.4, 1.05))
    # A dark room and dark skin say little; a white wall or bright skin proves that there is light.
    gain = max(white, lit) ** 0.8 * min(white, lit) ** 0.2
    whitest = small[whiteness >= least].mean(axis=0) + 1
    believed = CAST * np.clip((least - 40) / 80, 0, 1)
    cast = np.clip((whitest / whitest.mean()) ** believed, 1 / CAST_LIMIT, CAST_LIMIT)
    return np.asarray(np.clip(gain, *GAINS) * cast / cast.max(), np.float32)


def skin_brightness(frame_rgb: NDArray[np.uint8], parse: ParseFrame | None) -> float | None:
    """Median brightness where the parse is sure of skin, or None where it sees too little."""
    if parse is None:
        return None
    height, width = parse.probabilities.shape[:2]
    x0, y0, x1, y1 = parse.box_image_px
    ys, xs = np.nonzero(parse.probabilities[..., PARSE_LABELS.index("skin")] > 0.85)
    x = (x0 + (xs + 0.5) * (x1 - x0) / width).astype(int)
    y = (y0 + (ys + 0.5) * (y1 - y0) / height).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < frame_rgb.shape[1]) & (y < frame_rgb.shape[0])
    if inside.sum() < 20:
        return None
    seen = frame_rgb[y[inside], x[inside]].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return float(np.percentile(seen, 60))
