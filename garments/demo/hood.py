"""Lays a hood, pushed back, round the neck of a draped top."""

import numpy as np
from numpy.typing import NDArray

from garments.demo.collar import AROUND, join, keep_off, trace_neck
from garments.demo.mannequin import Figure
from garments.demo.photograph import Shape

Array = NDArray[np.float64]
OUTER, INNER = 12, 13
"""Panels: what is seen of the hood from outside, and its lining."""
ROWS = 22


def add_hood(shape: Shape, neck_m: Array, figure: Figure, *, high_m: float = 0.105, wide_m: float = 0.062) -> Shape:
    """The top with its hood on: a bag that rises behind the neck, rolls over and comes down inside."""
    neck = trace_neck(neck_m)
    middle = neck.mean(0)
    out = (neck - middle) * [1, 1, 0]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    t = np.linspace(0, 1, AROUND)
    ends = np.minimum(t, 1 - t)
    back = np.clip(ends / 0.38, 0, 1) ** 0.75
    back = back * back * (3 - 2 * back)
    rise = (0.030 + (high_m - 0.030) * back)[:, None, None]
    reach = (0.016 + (wide_m - 0.016) * back)[:, None, None]
    j = np.linspace(0, 1, ROWS)[None, :, None]
    up = np.array([0.0, 0.0, 1.0])
    # Up and outwards, round the roll; the lining goes down again within.
    swell = 1 + 0.05 * np.sin(t * 2 * np.pi * 5)[:, None, None] * back[:, None, None] * j
    round_up, round_out = (1 - np.cos(j * np.pi)) / 2, np.sin(j * np.pi * 0.88)
    outer = neck[:, None] + up * rise * round_up * swell + out[:, None] * reach * round_out
    outer = keep_off(outer.reshape(-1, 3), figure, 0.008).reshape(outer.shape)
    top = outer[:, -1:]
    inner = top + (neck[:, None] - out[:, None] * 0.004 - top) * j - up * 0.012 * np.sin(j * np.pi)
    inner = inner + out[:, None] * 0.018 * np.sin(j * np.pi) * back[:, None, None]
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(neck, axis=0), axis=1))]
    across = np.broadcast_to(along[:, None], outer.shape[:2])
    depth = rise[..., 0] * j[..., 0]
    rim = np.broadcast_to((rise[..., 0] * (1 - j[..., 0])) + 0.004, outer.shape[:2])
    shape = join(shape, outer, across, depth, rim, OUTER)
    return join(shape, inner, across, -depth, np.full(outer.shape[:2], 9.0), INNER)
