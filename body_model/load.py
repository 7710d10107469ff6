"""Reads the baked body."""

from functools import cache
from pathlib import Path

import numpy as np

from body_model.template import BODY_FILE, METRES_PER_STEP, BodyTemplate


def read_template(path: Path) -> BodyTemplate:
    """The body in the file that `body_model/bake.py` wrote."""
    with np.load(path) as file:
        weights = file["weights"].astype(np.float32)
        template = BodyTemplate(
            vertices_rest_m=file["vertices"] * np.float32(METRES_PER_STEP),
            faces=file["faces"].astype(np.int32),
            segment_names=tuple(str(name) for name in file["segment_names"]),
            bones_rest_m=file["bones"],
            parents=file["parents"].astype(np.int32),
            segments=file["segments"].astype(np.int32),
            weights=weights / weights.sum(1, keepdims=True),
            shape_basis_m=file["shape_basis"] * np.float32(METRES_PER_STEP),
            shape_names=tuple(str(name) for name in file["shape_names"]),
            bones_basis_m=file["bones_basis"],
            groups={n.removeprefix("group_"): file[n].astype(np.int32) for n in file.files if n.startswith("group_")},
        )
    for array in (template.vertices_rest_m, template.faces, template.segments, template.weights, template.bones_rest_m):
        array.flags.writeable = False
    return template


@cache
def load_template() -> BodyTemplate:
    """The body that the product ships, read once."""
    return read_template(BODY_FILE)
