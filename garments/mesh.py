"""From a cut-out with landmarks to a garment on the resting body."""

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.bind import bind
from garments.form import measure_form
from garments.garment import Garment
from garments.landmarks import Landmarks
from garments.sheet import Sheet, lay_sheet, part_masks, slits
from garments.wrap import armhole_distances, take_measure, wrap

SPACING_M = 0.018
"""Size of a triangle."""
TEXTURE_PX = 1024
"""Longest side of a texture."""


def construct(
    cutout_rgba: NDArray[np.uint8], landmarks: Landmarks, kind: str, template: BodyTemplate, name: str, *, ease: float = 0.08
) -> Garment:
    """Lift a garment off its photo and hang it on the resting body.

    Front and back are two sheets that meet along the silhouette. The front ends at the front neckline; what the photo
    shows above it is the inside of the back.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        landmarks: The photo's.
        kind: One of the kinds in `garments/kinds`.
        template: The body.
        name: What to call it.
        ease: Share by which the kind's chest girth exceeds the body's.
    """
    mask = cutout_rgba[..., 3] > 127
    parts = part_masks(mask, landmarks)
    form = measure_form(template)
    sleeved = parts[1].any() or parts[-1].any()
    cut = take_measure(landmarks, parts[0], form, ease=ease, sleeved=sleeved)
    lines = slits(landmarks)
    spacing = SPACING_M / cut.m_per_px
    opening = neck_opening_mask(mask.shape, landmarks)
    sheets = [lay_sheet(mask & ~opening, parts, lines, spacing_px=spacing), lay_sheet(mask, parts, lines, spacing_px=spacing)]
    placed, shares = [], []
    for sheet, back in zip(sheets, (False, True), strict=True):
        armholes = armhole_distances(sheet, landmarks, parts)
        placed.append(wrap(sheet, cut, form, armholes, back=back))
        shares.append(_sleeve_share(sheet, armholes, 0.10 / cut.m_per_px))
    vertices = np.vstack(placed)
    faces = np.vstack([_outward(sheets[0].faces), _outward(sheets[1].faces)[:, ::-1] + len(placed[0])])
    segments, weights = bind(vertices, faces, np.concatenate(shares), template)
    texture, uv_from_photo = bake_texture(cutout_rgba)
    points = np.vstack([sheet.points_photo_px for sheet in sheets])
    uv = (points + 0.5) @ uv_from_photo[:, :2].T + uv_from_photo[:, 2]
    return Garment(name, kind, vertices, faces.astype(np.int32), uv.astype(np.float32), segments, weights, texture)


def neck_opening_mask(shape: tuple[int, ...], landmarks: Landmarks) -> NDArray[np.bool_]:
    """(H, W) What the photo shows above the front neckline: the inside of the back, and the ground."""
    opening = np.zeros(shape, np.uint8)
    line = landmarks.neck_opening_photo_px
    if line is None or len(line) < 3:
        return opening > 0
    # Straight up from the ends to the top of the picture.
    above = np.vstack([line, [[line[-1, 0], -10], [line[0, 0], -10]]])
    cv2.fillPoly(opening, [np.round(above).astype(np.int32)], 1)
    return opening > 0


def bake_texture(cutout_rgba: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The garment's own pixels, cropped, with colour spread a little beyond its edges.

    Returns:
        (h, w, 4) texture and the (2, 3) affine from photo pixels (corners at whole numbers) to uv.
    """
    height, width = cutout_rgba.shape[:2]
    ys, xs = np.nonzero(cutout_rgba[..., 3] > 0)
    pad = 4
    top, bottom = max(ys.min() - pad, 0), min(ys.max() + pad + 1, height)
    left, right = max(xs.min() - pad, 0), min(xs.max() + pad + 1, width)
    crop = cutout_rgba[top:bottom, left:right]
    scale = min(1.0, TEXTURE_PX / max(crop.shape[:2]))
    size = (max(round(crop.shape[1] * scale), 2), max(round(crop.shape[0] * scale), 2))
    solid = crop[..., 3] > 250
    spread = _spread_colour(crop[..., :3], cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    texture = np.dstack([cv2.resize(spread, size, interpolation=cv2.INTER_AREA), np.full(size[::-1], 255, np.uint8)])
    affine = np.array([[1 / crop.shape[1], 0, -left / crop.shape[1]], [0, 1 / crop.shape[0], -top / crop.shape[0]]], np.float32)
    return texture, affine


def _spread_colour(picture_rgb: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Every unknown pixel takes the colour of the nearest known one, so that no ground shines through at edges."""
    if not known.any():
        return picture_rgb
    _, labels = cv2.distanceTransformWithLabels((~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((labels.max() + 1, 3), np.uint8)
    colours[labels[known]] = picture_rgb[known]
    return colours[labels]


def _sleeve_share(sheet: Sheet, armholes: dict[int, NDArray[np.float32]], width_px: float) -> NDArray[np.float32]:
    """+1 on the left sleeve, -1 on the right one, fading out round the armholes."""
    share = np.zeros(len(sheet.points_photo_px), np.float32)
    for sign, distance in armholes.items():
        share += sign * np.clip(distance / width_px + 0.35, 0, 1)
    return share


def _outward(faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Clockwise on the photo (y down) to counter-clockwise seen from the front of the resting body.

    Photo x runs to the wearer's left as rest x does, photo y down against rest z up: one flip, and the front faces -y.
    """
    return faces[:, [0, 2, 1]]
