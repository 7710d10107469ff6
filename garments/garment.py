"""A garment that can be worn: mesh on the rest body, texture, and how it hangs on the body's segments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Garment:
    """A garment on the rest body, in rest space (metres, z up, facing -y, the wearer's left at +x)."""

    name: str
    """Folder name or catalogue id."""
    kind: str
    """One of the kinds in `garments/kinds`."""
    vertices_rest_m: NDArray[np.float32]
    """(N, 3) Where the cloth is when the body rests."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, counter-clockwise seen from outside."""
    uv: NDArray[np.float32]
    """(N, 2) Texture coordinates, origin at the top-left corner of the texture, 0 to 1."""
    segments: NDArray[np.int32]
    """(N, 4) The body segments that move each vertex."""
    weights: NDArray[np.float32]
    """(N, 4) Their weights, which sum to one."""
    texture_rgba: NDArray[np.uint8]
    """(h, w, 4) Straight alpha."""
