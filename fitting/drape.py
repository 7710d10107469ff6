"""Hangs a garment on the shopper's body."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from body_model.skin import Skinner, make_skinner
from fitting.frame import Body
from fitting.legroom import MakeRoom, plan_room
from fitting.per_garment import PerGarment
from garments.garment import Garment


@dataclass(frozen=True)
class DrapedGarment:
    """A garment where the shopper wears it."""

    garment: Garment
    """What is worn."""
    vertices_image_px: NDArray[np.float32]
    """(N, 3) Pixels, x right, y down, z away from the camera at the same scale."""
    px_per_m: float
    """Scale of the picture at the shopper."""


def _skinner(garment: Garment) -> tuple[int, Skinner]:
    # Rows beyond the last segment that the garment hangs on would carry nothing.
    count = int(garment.segments.max()) + 1
    return count, make_skinner(garment.vertices_rest_m, garment.segments, garment.weights, segment_count=count)


_SKINNERS: PerGarment[Garment, tuple[int, Skinner]] = PerGarment(_skinner)
_ROOM: PerGarment[Garment, MakeRoom | None] = PerGarment(plan_room)


def drape(garment: Garment, body: Body) -> DrapedGarment:
    """Carry each vertex along with the body segments that it hangs on, and a skirt out of the legs."""
    count, carry = _SKINNERS.of(garment)
    vertices = carry(body.image_from_rest[:count])
    make_room = _ROOM.of(garment)
    if make_room is not None:
        make_room(vertices, body.image_from_rest)
    return DrapedGarment(garment, vertices, body.px_per_m)
