"""What is known about one camera frame, stage after stage."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

PARSE_LABELS = ("background", "hair", "skin", "upper", "lower", "dress", "shoes", "bag", "other")


@dataclass(frozen=True)
class PoseFrame:
    """The keypoints of one person in one frame."""

    points_image_px: NDArray[np.float32]
    """(33, 2) Pixels, origin at the top-left corner, x right, y down. May lie outside the picture."""
    points_hips_m: NDArray[np.float32]
    """(33, 3) Metres, origin midway between the hips, axes as the camera's: x right, y down, z away."""
    visibility: NDArray[np.float32]
    """(33,) Between 0 (hidden) and 1 (in plain sight)."""
    time_secs: float
    """Capture time of the frame."""


@dataclass(frozen=True)
class ParseFrame:
    """What each pixel near the person shows."""

    probabilities: NDArray[np.float32]
    """(h, w, 9) Over `PARSE_LABELS`, on a coarse grid over the box; rows sum to one."""
    box_image_px: NDArray[np.float32]
    """(4,) x0, y0, x1, y1 of the grid's outer edges in the frame; may reach outside it."""


@dataclass(frozen=True)
class Body:
    """The shopper's body in one frame.

    `image` space here has a third axis: z in pixels of depth, away from the camera, at the scale of x and y.
    """

    image_from_rest: NDArray[np.float32]
    """(S, 3, 4) Affine of each body segment from rest metres to image pixels and depth in pixels."""
    px_per_m: float
    """Scale of the picture at the shopper: pixels for a metre of the template."""
    time_secs: float
    """Capture time of the frame."""
    carry: Callable[[NDArray[np.float32]], NDArray[np.float32]] = field(repr=False, compare=False)
    """Skins the template by `image_from_rest`."""

    @cached_property
    def vertices_image_px(self) -> NDArray[np.float32]:
        """(V, 3) The posed template; 0.4 ms at the first call, nothing when nobody asks."""
        return self.carry(self.image_from_rest)


@dataclass(frozen=True)
class Preview:
    """One dressed frame, and what was learnt on the way."""

    picture_rgb: NDArray[np.uint8]
    """(h, w, 3) The frame with the garments on, or the plain frame when nobody is in view."""
    pose_found: bool
    """Whether somebody was dressed."""
    mask: NDArray[np.uint8] | None = None
    """(h, w) Visible area of the garments, 0 to 255; only when asked for."""
    stage_ms: dict[str, float] = field(default_factory=dict)
    """Time each stage took."""
