"""Takes garments off the people who wear them in photos; the models are read at the first one."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fitting.pipeline import Engine
from fitting.unwear import unwear
from garments.landmarks import Landmarks


def take_off(photo_rgb: NDArray[np.uint8], kind: str) -> tuple[NDArray[np.uint8], Landmarks]:
    """The garment of that kind, laid flat, and its landmarks: see `fitting/unwear.py`.

    Raises:
        RefusedError: Why it cannot be laid flat.
    """
    return unwear(photo_rgb, kind, _engine())


@cache
def _engine() -> Engine:
    return Engine()
