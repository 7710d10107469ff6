"""A garment as it turns on bodies of different build, for whoever has to judge it before shoppers do."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from body_model.template import BodyTemplate
from garments.garment import Garment
from garments.preview import draw


@dataclass(frozen=True)
class Build:
    """A body that differs from the template's."""

    name: str
    """As addresses have it."""
    shape: Mapping[str, float]
    """How far it goes in each of the template's `shape_names`; 0 where nothing is said."""


BUILDS = (
    Build("slim", {"height": 0.75, "weight": -2.4, "muscle": -1.2}),
    Build("average", {}),
    Build("large", {"height": -0.15, "weight": 5.5, "muscle": 1.0}),
)
"""Slim and tall, average, large."""
ANGLES = 16
"""Views of one turn."""
VIEW_PX = (300, 400)
"""Width and height of one view."""
FINER = 2
"""Views are drawn larger and averaged, which smooths their edges."""
NEIGHBOURS = 6
"""Vertices of the body whose shift is averaged; one alone would show its triangles on the cloth."""
POKE_M = 0.02
"""Skin this little in front of cloth is under it: cloth only goes along with a large body, it is not fitted to it."""
BESIDE_M, BELOW_M = 0.12, 0.2
"""Room round the garment."""
HEAD_M, ABOVE_WAIST_M = 0.34, 0.2
"""Room above it: for the head where it hangs from the shoulders, else for some of the trunk."""
SHOULDERS_M = 1.2
"""What reaches higher hangs from the shoulders."""
DEPTH_M = 0.34
"""Least room across: a large body seen from the side."""


def turntable(garment: Garment, build: Build, template: BodyTemplate) -> NDArray[np.uint8]:
    """(400, 16 * 300, 3) RGB strip: one turn of the garment on a body of that build, beginning at the front."""
    body = reshape_body(template, build)
    worn = follow(garment, body, template)
    scale, centre = _frame(garment, worn)
    size = (VIEW_PX[0] * FINER, VIEW_PX[1] * FINER)
    views = []
    for angle in np.arange(ANGLES) * (2 * np.pi / ANGLES):
        large = draw(
            (body, template.faces),
            garment,
            worn,
            scale=scale * FINER,
            centre_m=centre,
            size_px=size,
            angle_rad=float(angle),
            poke_m=POKE_M,
        )
        views.append(cv2.resize(large, VIEW_PX, interpolation=cv2.INTER_AREA))
    return np.concatenate(views, axis=1)


def reshape_body(template: BodyTemplate, build: Build) -> NDArray[np.float32]:
    """(V, 3) The resting body's vertices in another build."""
    shares = np.array([build.shape.get(name, 0.0) for name in template.shape_names], np.float32)
    shift = np.tensordot(shares, template.shape_basis_m, axes=1)
    return np.asarray(template.vertices_rest_m + shift, np.float32)


def follow(garment: Garment, body_rest_m: NDArray[np.float32], template: BodyTemplate) -> NDArray[np.float32]:
    """(N, 3) Where the cloth is on a resting body of another build: it goes along with the skin beneath.

    A vertex asks only the skin of the segments that it hangs on, so that a sleeve never follows the hip beside it.
    """
    shift = body_rest_m - template.vertices_rest_m
    main = template.segments[np.arange(len(shift)), template.weights.argmax(axis=1)]
    moved = np.zeros_like(garment.vertices_rest_m)
    for segment in np.unique(garment.segments[garment.weights > 0]):
        share = np.where(garment.segments == segment, garment.weights, 0).sum(axis=1)
        hung, skin = np.flatnonzero(share > 0), np.flatnonzero(main == segment)
        near = _near_shift(garment.vertices_rest_m[hung], template.vertices_rest_m[skin], shift[skin])
        moved[hung] += share[hung, None] * near
    return np.asarray(garment.vertices_rest_m + moved, np.float32)


def _near_shift(
    at_m: NDArray[np.float32], skin_m: NDArray[np.float32], shift_m: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(N, 3) How far the skin nearest to each place goes."""
    distances, nearest = KDTree(skin_m).query(at_m, k=NEIGHBOURS)
    pull = 1 / (distances + 0.01)
    pull /= pull.sum(axis=1, keepdims=True)
    return np.asarray((shift_m[nearest] * pull[..., None]).sum(axis=1), np.float32)


def _frame(garment: Garment, worn_m: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
    """Pixels a metre, the same for every build, and the point in the middle of a view."""
    size = np.ptp(garment.vertices_rest_m, axis=0)
    low, high = worn_m[:, 2].min(), worn_m[:, 2].max()
    above = HEAD_M if high > SHOULDERS_M else ABOVE_WAIST_M
    width = max(float(size[0]), 2 * DEPTH_M) + 2 * BESIDE_M
    scale = min(VIEW_PX[0] / width, VIEW_PX[1] / (float(size[2]) + above + BELOW_M))
    return scale, np.array([0, 0, (high + above + low - BELOW_M) / 2], np.float32)
