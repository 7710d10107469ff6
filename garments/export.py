"""A body in its clothes as one GLB, for whatever shows glTF."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.errors import RefusedError
from garments.garment import GLTF_FROM_REST, Garment, to_part
from garments.gltf.scene import Material, Part
from garments.gltf.write import write_glb
from garments.outfits.outfit import Worn, arrange

SKIN_LINEAR_RGBA = (0.60, 0.46, 0.38, 1.0)


def export_dressed(garments: Sequence[Garment], template: BodyTemplate, out: Path) -> None:
    """Write the resting body and its garments, from the skin outwards, as they are worn together.

    Raises:
        RefusedError: `cannot-wear-together` from `arrange`, `no-output` when the file cannot be written.
    """
    worn = arrange([Worn(garment) for garment in garments], template)
    # What is worn open has been moved already: no shape is left to take.
    parts = [body_part(template), *(replace(to_part(garment), shapes={}) for garment in worn)]
    content = write_glb(parts, name="dressed body")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise RefusedError("no-output", f"cannot write {out}: {error.strerror}.") from None


def body_part(template: BodyTemplate) -> Part:
    """The resting body as a GLB holds it."""
    points: NDArray[np.float32] = template.vertices_rest_m @ GLTF_FROM_REST.T
    skin = Material("skin", colour_linear_rgba=SKIN_LINEAR_RGBA)
    return Part(points, template.faces, None, None, skin, name="body")
