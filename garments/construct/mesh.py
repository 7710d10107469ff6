"""From a cut-out with landmarks to a garment on the resting body."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.below import Below, plan_below
from garments.construct.bind import bind
from garments.construct.edges import find_edges
from garments.construct.form import measure_form
from garments.construct.hood import add_hood, affine_between, find_hood, take_off
from garments.construct.lower import construct_lower
from garments.construct.lower_edges import find_legs, part_legs
from garments.construct.lower_form import measure_lower_form
from garments.construct.measures import EASE_M, LENGTH_M, LOOSE, UsualLength, smoothstep, take_measures
from garments.construct.refine import refine
from garments.construct.settle import ARM_CLEAR_M, push_out, settle
from garments.construct.sewing import RIM_M, STEP_M, colour, join, line, step_m, without_idle
from garments.construct.sheet import (
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
from garments.construct.swing import Front, find_front, meet, open_up
from garments.construct.texture import guess_back
from garments.construct.wrap import armhole_distances, wrap, wrap_torso
from garments.finding.landmarks import Landmarks
from garments.garment import Garment
from garments.kinds import Kind, get_kind

Array = NDArray[Any]
MARGIN_M = 0.005
"""How far the mesh reaches beyond free edges."""
BACK_SEEN_M = 0.02
"""A strip above the front neckline that is thinner shows no back: the outline itself is the neckline."""
WORKING_PX = 1100
"""Extent of the landmarks in the photo beyond which it is made smaller first: textures hold no more."""
GROUND_PX = 24
"""Ground kept round the garment."""
GAP = 0.03
"""How far beside the edges of an open front ground may show between them and its cloth, in widths of the photo."""
USUAL_LENGTH = 0.94
"""Usual length of a kind's garments over the mean of its least and greatest one."""
NECK_TO_WAIST_M, NECK_TO_CROTCH_M = 0.39, 0.70
"""Heights of a dress's neck above its waist, and of a jumpsuit's above its crotch."""
LONGEST = 2.8
"""How much longer than their size in the photo the edges of triangles may get."""
ROUGH_WIDTH_M = 0.4
"""Width of a garment in its photo, before its scale is known."""


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
    cutout_rgba, back_rgba, landmarks = _cropped(cutout_rgba, back_rgba, landmarks)
    points, opening = points_of(landmarks), landmarks.neck_opening_photo_px
    shape = get_kind(kind).shape
    if shape in ("skirt", "trousers"):
        return construct_lower(cutout_rgba, points, kind, template, name, ease=ease, back_rgba=back_rgba)
    front = find_front(points, opening, landmarks.front)
    neckline, parting, alpha = opening, None, cutout_rgba[..., 3]
    if front is not None and front.is_open:
        opening = front.parting(cutout_rgba.shape)
        neckline = np.stack([points[name] for name in ("rim_right", "neck_front", "rim_left")])
        alpha = _without_gap(alpha, front)
    elif front is not None:
        parting = front.parting(cutout_rgba.shape)
    hood = find_hood(cutout_rgba[..., 3], points, is_hoodie=kind == "hoodie", neck=landmarks.neck)
    if hood is not None:
        alpha, under_hood = take_off(alpha, hood, points)
        points = points | {f"rim_{hand}": points[f"neck_{hand}"] for _, hand in SIDES}
        if front is None or not front.is_open:
            opening = neckline = under_hood
    if shape == "jumpsuit":
        points = points | {f"hem_{hand}": points[f"leg_outer_{hand}"] for _, hand in SIDES}
    form = measure_form(template)
    sleeved = any(sleeve_length(points, hand) > 0 for _, hand in SIDES)
    points = even_armpits(points) if sleeved else points
    margin_px = MARGIN_M / ROUGH_WIDTH_M * max(float(np.ptp(landmarks.points_photo_px[:, 0])), 1.0)
    edges = find_edges(alpha, points, sleeved=sleeved, margin_px=margin_px)
    legs = None
    if shape == "jumpsuit":
        edges, legs = find_legs(edges, points, margin_px)
    parts = part_masks(edges, points)
    usual = usual_length(get_kind(kind))
    cut = take_measures(points, neckline, edges.mask, parts[0], form, ease=ease, sleeved=sleeved, usual=usual)
    if opening is not None and opening_depth(edges.mask, opening) * cut.m_per_px < BACK_SEEN_M:
        opening = None
    below = None
    if shape != "top":
        below = plan_below(
            points, cut, measure_lower_form(template), legs, lambda at: wrap_torso(at, cut, form, back=False)[:, 2]
        )
    step_px = (STEP_M if shape == "top" and ease <= LOOSE else step_m(edges.mask, cut.m_per_px)) / cut.m_per_px
    sheet = lay_sheet(edges, parts, points, opening, step_px, parting_px=parting)
    sheet = sheet if legs is None else part_legs(sheet, legs)
    sides = tuple(sign for sign, _ in SIDES if (sheet.side == sign).any())

    waist_px = float(points["armpit_left"][1] + points["armpit_right"][1]) / 2 + 0.1 / cut.m_per_px

    def both(laid: Sheet) -> tuple[Array, ...]:
        away = armhole_distances(laid, cut, sides)
        placed = (wrap(laid, cut, form, away, back=back) for back in (False, True))
        # What is hung from a waist bends little: only what lies above it may need finer triangles.
        return tuple(at if below is None else at * (laid.points_photo_px[:, 1:] < waist_px) for at in placed)

    sheet = refine(sheet, both, LONGEST * step_px * cut.m_per_px)
    closed = None if front is None or not front.is_open else meet(sheet, front, cut)
    armholes = armhole_distances(sheet, cut, sides)

    def lay(laid: Sheet, rows: Any, *, back: bool) -> NDArray[np.float32]:
        placed = wrap(laid, cut, form, {side: away[rows] for side, away in armholes.items()}, back=back)
        return placed if below is None else below.hang(placed, laid, back=back)

    vertices, faces, segments, weights = _sew(
        sheet, closed or sheet, armholes, lay, below, template, ARM_CLEAR_M + cut.room_m - EASE_M
    )
    if back_rgba is None and front is not None:
        shown = opening_mask(edges.mask.shape, opening)
        rim_px = 1.0 if front.is_open else RIM_M / cut.m_per_px
        back_rgba = guess_back(cutout_rgba, parts[0], shown, rim_px, fastened=True)
    if back_rgba is not None:
        back_rgba = np.dstack([back_rgba[..., :3], np.maximum(back_rgba[..., 3], alpha)])
    shown_edges = edges if hood is None else replace(edges, domain=edges.domain | hood.mask)
    texture, uv = colour(sheet, shown_edges, parts[0], cutout_rgba, back_rgba, opening, cut.m_per_px)
    garment = Garment(name, kind, vertices, faces, uv, segments, weights, texture)
    if front is not None:
        share = np.abs(_sleeve_share(armholes, len(sheet.points_photo_px)))
        garment = open_up(
            garment,
            sheet,
            front,
            cut,
            lambda laid, rows: lay(laid, rows, back=False),
            lambda points_m, rows: push_out(points_m, template, sleeve_share=share[rows]),
        )
    if hood is not None:
        garment = add_hood(
            garment,
            hood,
            cut,
            affine_between(sheet.points_photo_px, uv[: len(sheet.points_photo_px)]),
            lambda at, back: wrap_torso(at, cut, form, back=back),
            lambda places, faces: _hang_hood(places, faces, template),
        )
    return without_idle(garment)


def _hang_hood(places: Array, faces: Array, template: BodyTemplate) -> tuple[Array, Array, Array]:
    """A hood's vertices out of the body, their segments and weights."""
    on_trunk = np.zeros(len(places), np.float32)
    vertices = push_out(places, template, sleeve_share=on_trunk).astype(np.float32)
    return vertices, *bind(vertices, faces, on_trunk, template, welds=np.zeros((0, 2), np.int64))


def usual_length(kind: Kind) -> UsualLength:
    """What a kind's length says of the scale of its photo."""
    if kind.shape == "jumpsuit":
        return UsualLength(NECK_TO_CROTCH_M, "crotch")
    if kind.shape == "dress" and not kind.opens:
        return UsualLength(NECK_TO_WAIST_M, "waist", trust=2.0)
    return UsualLength(max(USUAL_LENGTH * float(np.sqrt(np.prod(kind.length_m))), LENGTH_M))


def _without_gap(alpha: NDArray[np.uint8], front: Front) -> NDArray[np.uint8]:
    """The alpha with cloth wherever an open front shows what is behind it, and a little beside: the back is whole."""
    outline = np.round(np.vstack([front.right_px, front.left_px[::-1]])).astype(np.int32)
    between = cv2.fillPoly(np.zeros_like(alpha), [outline], 255)
    between = cv2.dilate(between, np.ones((round(GAP * alpha.shape[1]), 1), np.uint8).T)
    return np.asarray(np.maximum(alpha, between), np.uint8)


def _shrunk(picture: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _cropped(
    cutout_rgba: NDArray[np.uint8], back_rgba: NDArray[np.uint8] | None, landmarks: Landmarks
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, Landmarks]:
    """The same without most of the ground round the garment."""
    left, top, width, height = cv2.boundingRect(cutout_rgba[..., 3])
    left, top = max(left - GROUND_PX, 0), max(top - GROUND_PX, 0)
    box = slice(top, top + height + 2 * GROUND_PX), slice(left, left + width + 2 * GROUND_PX)
    shift, opening = np.array([left, top], np.float32), landmarks.neck_opening_photo_px
    moved = replace(
        landmarks,
        points_photo_px=landmarks.points_photo_px - shift,
        neck_opening_photo_px=None if opening is None else opening - shift,
    )
    return np.ascontiguousarray(cutout_rgba[box]), None if back_rgba is None else back_rgba[box], moved


def _scaled(landmarks: Landmarks, factor: float) -> Landmarks:
    """The landmarks of a photo made larger or smaller."""
    opening = landmarks.neck_opening_photo_px
    return replace(
        landmarks,
        points_photo_px=(landmarks.points_photo_px * factor).astype(np.float32),
        neck_opening_photo_px=None if opening is None else (opening * factor).astype(np.float32),
    )


def _sew(
    sheet: Sheet,
    front: Sheet,
    armholes: dict[int, Array],
    lay: Callable[..., NDArray[np.float32]],
    below: Below | None,
    template: BodyTemplate,
    arm_clear_m: float,
) -> tuple[Array, ...]:
    """Front, back and the neck's lining, one after the other: vertices, faces, segments and weights."""
    placed = np.vstack([lay(laid, slice(None), back=back) for laid, back in ((front, False), (sheet, True))])
    count = len(sheet.points_photo_px)
    faces, welds = join(sheet)
    share, loose = (np.tile(values, 2) for values in (_sleeve_share(armholes, count), _looseness(armholes, count)))
    vertices = settle(placed, faces, welds, template, sleeve_share=np.abs(share), loose=loose, arm_clear_m=arm_clear_m)
    carry = None if below is None else below.carry(template)
    segments, weights = bind(vertices, faces, share, template, welds=welds, below=carry)
    return line(sheet, vertices, faces, segments, weights)


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
