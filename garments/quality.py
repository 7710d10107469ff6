"""Predicts how good a garment will look in the mirror, before anybody wears it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.dyeing.colours import lab_from_rgb
from garments.garment import Garment
from garments.photo import over_white

MIRROR_TEXELS_PER_CM = 10.0
"""What a mirror of 720 x 1280 shows of somebody who stands close; a whole person is 6 to 7."""
GUESSED_BACK = 0.6
FAINT, CLEAR = 3.0, 12.0
"""Difference in CIE Lab between cloth and ground: with the first the edge is a guess, with the second certain."""
LOOK_PX = 512
WEIGHTS = {"landmarks": 0.35, "resolution": 0.2, "cutout": 0.2, "back": 0.1, "seen": 0.15}


@dataclass(frozen=True)
class Quality:
    """Predicted quality of the preview and what it is made of, each between 0 and 1."""

    landmarks: float
    """Trust in the landmarks."""
    resolution: float
    """Texels a centimetre of cloth over what a mirror shows."""
    cutout: float
    """How clearly the cloth stands out from the photo's ground along its edge."""
    back: float
    """1 where the back was photographed, less where it is guessed."""
    seen: float
    """Share of the cloth's area that a photo shows."""
    texels_per_cm: float

    @property
    def value(self) -> float:
        """The weighted geometric mean of the parts: one bad part is not made good by the others."""
        parts = np.array([max(getattr(self, name), 0.01) for name in WEIGHTS])
        return float(np.exp((np.log(parts) * list(WEIGHTS.values())).sum()))


def predict_quality(
    garment: Garment,
    photo: NDArray[np.uint8] | None,
    cutout_rgba: NDArray[np.uint8] | None,
    score: float,
    *,
    back: bool,
) -> Quality:
    """The quality of a garment made from a photo or, where there is none, from a mesh.

    Args:
        garment: As it was made.
        photo: (H, W, 3 or 4) The photo of the front, or None for a mesh.
        cutout_rgba: (H, W, 4) Its cut-out.
        score: Trust in the landmarks.
        back: Whether there is a photo of the back.
    """
    texels_per_cm = 0.01 / max(garment.texel_m, 1e-6)
    whole = photo is None or cutout_rgba is None
    return Quality(
        landmarks=score,
        resolution=min(1.0, texels_per_cm / MIRROR_TEXELS_PER_CM),
        cutout=1.0 if photo is None or cutout_rgba is None else measure_cutout(photo, cutout_rgba),
        back=1.0 if whole or back else GUESSED_BACK,
        seen=1.0 if whole or back else measure_seen(garment),
        texels_per_cm=texels_per_cm,
    )


def measure_cutout(photo: NDArray[np.uint8], cutout_rgba: NDArray[np.uint8]) -> float:
    """0 to 1: how far cloth and ground differ on the two sides of the edge, the weaker stretches counting more."""
    if photo.shape[2] == 4 and (photo[..., 3] < 128).mean() > 0.05:
        return 1.0
    scale = min(1.0, LOOK_PX / max(photo.shape[:2]))
    size = max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1)
    lab = lab_from_rgb(np.asarray(cv2.resize(over_white(photo), size, interpolation=cv2.INTER_AREA), np.uint8))
    alpha = cv2.resize(cutout_rgba[..., 3], size, interpolation=cv2.INTER_AREA)
    kernel = np.ones((3, 3), np.uint8)
    sides = (cv2.erode(side.astype(np.uint8), kernel).astype(np.float32) for side in (alpha > 250, alpha < 5))
    (cloth, has_cloth), (ground, has_ground) = (_mean_near(lab, side) for side in sides)
    edge = (cv2.morphologyEx((alpha > 127).astype(np.uint8), cv2.MORPH_GRADIENT, kernel) > 0) & has_cloth & has_ground
    if not edge.any():
        return 0.0
    apart = np.linalg.norm(cloth[edge] - ground[edge], axis=1)
    sure = np.clip((apart - FAINT) / (CLEAR - FAINT), 0, 1)
    return float((sure.mean() + np.percentile(sure, 10)) / 2)


def measure_seen(garment: Garment) -> float:
    """Share of the cloth's area that faces the front."""
    corners = garment.vertices_rest_m[garment.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(normals, axis=1)
    return float(areas[normals[:, 1] < 0].sum() / max(areas.sum(), 1e-9))


def _mean_near(lab: NDArray[np.float32], mask: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(h, w, 3) Mean colour of the mask's pixels within four pixels, and (h, w) where there are any."""
    weight = cv2.blur(mask, (9, 9))
    mean = cv2.blur(lab * mask[..., None], (9, 9)) / np.maximum(weight, 1e-6)[..., None]
    return np.asarray(mean, np.float32), np.asarray(weight > 0.01)
