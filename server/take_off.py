"""Takes garments off the people who wear them in photos; the models are read at the first one."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from garments.finding.landmarks import Landmarks

if TYPE_CHECKING:
    from fitting.pipeline import Engine


def take_off(photo_rgb: NDArray[np.uint8], kind: str) -> tuple[NDArray[np.uint8], Landmarks]:
    """The garment of that kind, laid flat, and its landmarks: see `fitting/unwear.py`.

    Raises:
        RefusedError: Why it cannot be laid flat.
    """
    from fitting.unwear import unwear  # most seasons have no such photo: their processes start sooner without it

    return unwear(photo_rgb, kind, _engine())


@cache
def _engine() -> "Engine":
    from fitting.pipeline import Engine

    return Engine()
