"""The body as it rests: vertices, faces, segments and the weights that bind them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BODY_FILE = Path(__file__).parent.parent / "assets" / "body" / "body.npz"
METRES_PER_STEP = 1 / 16000
"""What one step of the file's 16-bit lengths means: rounding errs by 0.03 mm at most."""
WEIGHT_STEPS = 65535
"""What a full weight is in the file."""


@dataclass(frozen=True, eq=False)
class BodyTemplate:
    """A parametric body in its rest pose, in rest space: metres, z up, facing -y, the wearer's left at +x.

    Two templates are the same only if they are one, so that what is measured on one can be remembered by it.
    """

    vertices_rest_m: NDArray[np.float32]
    """(V, 3) Rest vertices of the mean adult."""
    faces: NDArray[np.int32]
    """(F, 3) Triangles, counter-clockwise seen from outside."""
    segment_names: tuple[str, ...]
    """(S,) Rigid segments, such as `upper_arm_left`."""
    bones_rest_m: NDArray[np.float32]
    """(S, 2, 3) Each segment's bone from its head joint to its tail joint."""
    parents: NDArray[np.int32]
    """(S,) Index of each segment's parent, -1 for the pelvis."""
    segments: NDArray[np.int32]
    """(V, 4) The segments that move each vertex."""
    weights: NDArray[np.float32]
    """(V, 4) Their weights, which sum to one."""
    shape_basis_m: NDArray[np.float32]
    """(K, V, 3) Directions in which bodies differ."""
    shape_names: tuple[str, ...]
    """(K,) What each direction changes."""
    bones_basis_m: NDArray[np.float32]
    """(K, S, 2, 3) How each direction moves the bones."""
    groups: dict[str, NDArray[np.int32]]
    """Named sets of vertex indices, such as `head` or `hand_left`."""

    @cached_property
    def segment_index(self) -> dict[str, int]:
        """Row of each segment by its name."""
        return {name: row for row, name in enumerate(self.segment_names)}
