"""From a cut-out with landmarks to a garment on the resting body."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.bind import bind
from garments.edges import find_edges
from garments.form import Form, measure_form, vertex_normals
from garments.garment import Garment
from garments.kinds import get_kind
from garments.landmarks import Landmarks
from garments.measures import LENGTH_M, Cut, smoothstep, take_measures
from garments.settle import settle
from garments.sheet import (
    SIDES,
    Sheet,
    even_armpits,
    lay_sheet,
    opening_depth,
    opening_mask,
    part_masks,
    points_of,
    sleeve_length,
)
from garments.texture import bake_texture, guess_back
from garments.wrap import armhole_distances, wrap

Array = NDArray[Any]
STEP_M = 0.0145
"""Size of a triangle."""
MARGIN_M = 0.005
"""How far the mesh reaches beyond free edges."""
BACK_SEEN_M = 0.02
"""A strip above the front neckline that is thinner shows no back: the outline itself is the neckline."""
WORKING_PX = 1100
"""Extent of the landmarks in the photo beyond which it is made smaller first: textures hold no more."""
RIM_M = 0.012
"""What of the back's collar shows its outside as well as its inside."""
USUAL_LENGTH = 0.94
"""Usual length of a kind's garments over the mean of its least and greatest one."""
ROUGH_WIDTH_M = 0.4
"""Width of a garment in its photo, before its scale is known."""
LINING_M = 0.002
"""How far the neck's lining lies before the back."""


def construct(
    cutout_rgba: NDArray[np.uint8],
    landmarks: Landmarks,
    kind: str,
    template: BodyTemplate,
    name: str,
    *,
    ease: float = 0.08,
    back_rgba: NDArray[np.uint8] | None = None,
) -> Garment:
    """Lift a garment off its photo and hang it on the resting body.

    Front and back are two sheets of one outline, sewn together along shoulders and sides. The front ends at the front
    neckline; what the photo shows above it is the inside of the back.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        landmarks: The photo's.
        kind: One of the kinds in `garments/kinds`.
        template: The body.
        name: What to call it.
        ease: Share by which the kind's chest girth exceeds the body's.
        back_rgba: (H, W, 4) The garment's back, laid over the front's edges.
    """
    shrink = WORKING_PX / max(float(np.ptp(landmarks.points_photo_px, axis=0).max()), 1.0)
    if shrink < 1:
        back_rgba = None if back_rgba is None else _shrunk(back_rgba, shrink)
        landmarks = _scaled(landmarks, shrink)
        cutout_rgba = _shrunk(cutout_rgba, shrink)
    points, opening = points_of(landmarks), landmarks.neck_opening_photo_px
    form = measure_form(template)
    sleeved = any(sleeve_length(points, hand) > 0 for _, hand in SIDES)
    points = even_armpits(points) if sleeved else points
    margin_px = MARGIN_M / ROUGH_WIDTH_M * max(float(np.ptp(landmarks.points_photo_px[:, 0])), 1.0)
    edges = find_edges(cutout_rgba[..., 3], points, sleeved=sleeved, margin_px=margin_px)
    parts = part_masks(edges, points)
    length_m = max(USUAL_LENGTH * float(np.sqrt(np.prod(get_kind(kind).length_m))), LENGTH_M)
    cut = take_measures(points, opening, edges.mask, parts[0], form, ease=ease, sleeved=sleeved, length_m=length_m)
    if opening is not None and opening_depth(edges.mask, opening) * cut.m_per_px < BACK_SEEN_M:
        opening = None
    sheet = lay_sheet(edges, parts, points, opening, STEP_M / cut.m_per_px)
    vertices, faces, segments, weights = _sew(sheet, cut, form, template)
    if back_rgba is None:
        back_rgba = guess_back(cutout_rgba, parts[0], opening_mask(edges.mask.shape, opening), RIM_M / cut.m_per_px)
    texture, *to_uv = bake_texture(cutout_rgba, back_rgba, edges)
    uv = np.vstack([(sheet.points_photo_px + 0.5) @ affine[:, :2].T + affine[:, 2] for affine in (*to_uv, to_uv[0])])
    return _without_idle(Garment(name, kind, vertices, faces, uv.astype(np.float32), segments, weights, texture))


def _shrunk(picture: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _scaled(landmarks: Landmarks, factor: float) -> Landmarks:
    """The landmarks of a photo made larger or smaller."""
    opening = landmarks.neck_opening_photo_px
    return replace(
        landmarks,
        points_photo_px=(landmarks.points_photo_px * factor).astype(np.float32),
        neck_opening_photo_px=None if opening is None else (opening * factor).astype(np.float32),
    )


def _sew(sheet: Sheet, cut: Cut, form: Form, template: BodyTemplate) -> tuple[Array, Array, Array, Array]:
    """Front, back and the neck's lining, one after the other: vertices, faces, segments and weights."""
    armholes = armhole_distances(sheet, cut, tuple(sign for sign, _ in SIDES if (sheet.side == sign).any()))
    placed = np.vstack([wrap(sheet, cut, form, armholes, back=back) for back in (False, True)])
    count = len(sheet.points_photo_px)
    # The photo's clockwise (y down) is counter-clockwise seen from the front: x runs the same way, z up against y down.
    front = sheet.faces[:, [0, 2, 1]]
    faces = np.vstack([front[~sheet.above], sheet.faces + count])
    sewn = np.flatnonzero(sheet.seam)
    welds = np.stack([sewn, sewn + count], axis=1)
    share, loose = (np.tile(values, 2) for values in (_sleeve_share(armholes, count), _looseness(armholes, count)))
    vertices = settle(placed, faces, welds, template, sleeve_share=np.abs(share), loose=loose)
    segments, weights = bind(vertices, faces, share, template, welds=welds)
    # Above the front neckline the photo shows the back's inside: a lining, a hair before the back.
    lining = vertices[count:] - LINING_M * vertex_normals(vertices[count:], sheet.faces).astype(np.float32)
    return (
        np.vstack([vertices, lining]),
        np.vstack([faces, front[sheet.above] + 2 * count]).astype(np.int32),
        np.vstack([segments, segments[count:]]),
        np.vstack([weights, weights[count:]]),
    )


def _looseness(armholes: dict[int, NDArray[Any]], count: int) -> NDArray[Any]:
    """(N,) Cloth evens out a little everywhere, most where sleeves begin."""
    loose = np.full(count, 0.3)
    for distance in armholes.values():
        loose = np.maximum(loose, smoothstep(0.10, 0.03, np.abs(distance)))
    return loose


def _sleeve_share(armholes: dict[int, NDArray[Any]], count: int) -> NDArray[Any]:
    """(N,) +1 on the left sleeve, -1 on the right one, fading out round the armholes."""
    share = np.zeros(count)
    for sign, distance in armholes.items():
        share += sign * smoothstep(-0.03, 0.05, distance)
    return share


def _without_idle(garment: Garment) -> Garment:
    """The same without vertices that no triangle uses."""
    used = np.unique(garment.faces)
    row = np.zeros(len(garment.vertices_rest_m), np.int32)
    row[used] = np.arange(len(used), dtype=np.int32)
    return Garment(
        garment.name,
        garment.kind,
        garment.vertices_rest_m[used],
        row[garment.faces].astype(np.int32),
        garment.uv[used],
        garment.segments[used],
        garment.weights[used],
        garment.texture_rgba,
    )
