"""What a mesh file shows: parts, each of one material."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Material:
    """How a part looks."""

    name: str = ""
    colour_linear_rgba: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    """Light that comes back, before the texture."""
    texture_rgba: NDArray[np.uint8] | None = None
    """(h, w, 4) sRGB, straight alpha; it repeats beyond 0 and 1."""
    cutoff: float | None = None
    """Alpha below which nothing is drawn; None where alpha means nothing, 0 where it blends."""
    double_sided: bool = False
    """Whether the inside is drawn too."""


@dataclass(frozen=True)
class Part:
    """Triangles of one material, in the file's own axes and units."""

    points: NDArray[np.float32]
    """(N, 3) Where the file puts them."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, counter-clockwise seen from outside."""
    uv: NDArray[np.float32] | None
    """(N, 2) Texture coordinates, origin at the top-left corner."""
    colours_linear_rgba: NDArray[np.float32] | None
    """(N, 4) Colour of each vertex."""
    material: Material
    """How it looks."""
    name: str = ""
    """Of its node or mesh."""
    extra: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Attributes whose names begin with an underscore."""
    shapes: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """(N, 3) Offsets by name of the shape."""
    shape_weights: dict[str, float] = field(default_factory=dict)
    """How far each shape is taken."""


@dataclass(frozen=True)
class Scene:
    """All that a mesh file shows."""

    parts: tuple[Part, ...]
