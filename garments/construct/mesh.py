"""From a cut-out with landmarks to a garment on the resting body."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.below import Below, plan_below
from garments.construct.bind import bind
from garments.construct.edges import Edges, find_edges
from garments.construct.form import Form, measure_form
from garments.construct.hood import Hood, add_hood, affine_between, find_hood, take_off
from garments.construct.lower import construct_lower
from garments.construct.lower_edges import Sides, find_legs, part_legs
from garments.construct.lower_form import measure_lower_form
from garments.construct.measures import EASE_M, LENGTH_M, LOOSE, Cut, UsualLength, smoothstep, take_measures
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
    points = points_of(landmarks)
    if get_kind(kind).hangs_from == "waist":
        return construct_lower(cutout_rgba, points, kind, template, name, ease=ease, back_rgba=back_rgba)
    plan = _plan(cutout_rgba, landmarks, points, kind)
    tailored = _measure(plan, kind, template, ease=ease)
    sheet = _lay_fine_sheet(plan, tailored)
    closed = None if plan.front is None or not plan.front.is_open else meet(sheet, plan.front, tailored.cut)
    armholes = armhole_distances(sheet, tailored.cut, _sleeve_sides(sheet))

    def lay(laid: Sheet, rows: Any, *, back: bool) -> NDArray[np.float32]:
        placed = wrap(
            laid, tailored.cut, tailored.form, {side: away[rows] for side, away in armholes.items()}, back=back
        )
        return placed if tailored.below is None else tailored.below.hang(placed, laid, back=back)

    arm_clear_m = ARM_CLEAR_M + tailored.cut.room_m - EASE_M
    vertices, faces, segments, weights = _sew(
        sheet, closed or sheet, armholes, lay, tailored.below, template, arm_clear_m
    )
    back_rgba = _choose_back(cutout_rgba, back_rgba, plan, tailored)
    texture, uv = colour(
        sheet, _shown(tailored.edges, plan.hood), tailored.torso, cutout_rgba, back_rgba, tailored.opening_px,
        tailored.cut.m_per_px,
    )  # fmt: skip
    garment = Garment(name, kind, vertices, faces, uv, segments, weights, texture)
    if plan.front is not None:
        garment = _with_front(garment, plan.front, sheet, tailored, armholes, lay, template)
    if plan.hood is not None:
        garment = _with_hood(garment, plan.hood, sheet, tailored, uv, template)
    return without_idle(garment)


@dataclass(frozen=True)
class Plan:
    """What is to be cut from a photo: the garment without its hood, and where it is open."""

    alpha: NDArray[np.uint8]
    """(H, W) The cloth, whole behind an open front, without the hood."""
    points: dict[str, Array]
    """Photo pixels by name."""
    opening_px: Array | None
    """(K, 2) The line above which the photo shows the inside of the back."""
    neckline_px: Array | None
    """(K, 2) The front neckline, by which heights are measured."""
    parting_px: Array | None
    """(K, 2) Where a closed front is parted."""
    front: Front | None
    hood: Hood | None


@dataclass(frozen=True)
class Tailored:
    """A plan set to scale."""

    edges: Edges
    parts: dict[int, NDArray[np.bool_]]
    legs: Sides | None
    cut: Cut
    form: Form
    below: Below | None
    """What dresses, coats and jumpsuits have below the waist."""
    opening_px: Array | None
    """As the plan's, None where the strip above it is too thin to show a back."""
    step_px: float
    """Size of a triangle."""

    @property
    def torso(self) -> NDArray[np.bool_]:
        """(H, W) The garment without its sleeves."""
        return self.parts[0]


def _plan(cutout_rgba: NDArray[np.uint8], landmarks: Landmarks, points: dict[str, Array], kind: str) -> Plan:
    opening = landmarks.neck_opening_photo_px
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
    if get_kind(kind).shape == "jumpsuit":
        points = points | {f"hem_{hand}": points[f"leg_outer_{hand}"] for _, hand in SIDES}
    points = even_armpits(points) if _is_sleeved(points) else points
    return Plan(alpha, points, opening, neckline, parting, front, hood)


def _is_sleeved(points: dict[str, Array]) -> bool:
    return any(sleeve_length(points, hand) > 0 for _, hand in SIDES)


def _measure(plan: Plan, kind: str, template: BodyTemplate, *, ease: float) -> Tailored:
    shape, form, points, sleeved = get_kind(kind).shape, measure_form(template), plan.points, _is_sleeved(plan.points)
    spread = np.ptp(np.stack([point for point in points.values()])[:, 0])
    margin_px = MARGIN_M / ROUGH_WIDTH_M * max(float(spread), 1.0)
    edges, legs = find_edges(plan.alpha, points, sleeved=sleeved, margin_px=margin_px), None
    if shape == "jumpsuit":
        edges, legs = find_legs(edges, points, margin_px)
    parts = part_masks(edges, points)
    usual = usual_length(get_kind(kind))
    cut = take_measures(points, plan.neckline_px, edges.mask, parts[0], form, ease=ease, sleeved=sleeved, usual=usual)
    opening = plan.opening_px
    if opening is not None and opening_depth(edges.mask, opening) * cut.m_per_px < BACK_SEEN_M:
        opening = None
    below = None
    if shape != "top":
        below = plan_below(
            points, cut, measure_lower_form(template), legs, lambda at: wrap_torso(at, cut, form, back=False)[:, 2]
        )
    step = STEP_M if shape == "top" and ease <= LOOSE else step_m(edges.mask, cut.m_per_px)
    return Tailored(edges, parts, legs, cut, form, below, opening, step / cut.m_per_px)


def _lay_fine_sheet(plan: Plan, tailored: Tailored) -> Sheet:
    """The sheet, with finer triangles where the body would stretch them."""
    cut, points = tailored.cut, plan.points
    sheet = lay_sheet(
        tailored.edges, tailored.parts, points, tailored.opening_px, tailored.step_px, parting_px=plan.parting_px
    )
    sheet = sheet if tailored.legs is None else part_legs(sheet, tailored.legs)
    sides = _sleeve_sides(sheet)
    waist_px = float(points["armpit_left"][1] + points["armpit_right"][1]) / 2 + 0.1 / cut.m_per_px

    def both(laid: Sheet) -> tuple[Array, ...]:
        away = armhole_distances(laid, cut, sides)
        placed = (wrap(laid, cut, tailored.form, away, back=back) for back in (False, True))
        # What is hung from a waist bends little: only what lies above it may need finer triangles.
        return tuple(at if tailored.below is None else at * (laid.points_photo_px[:, 1:] < waist_px) for at in placed)

    return refine(sheet, both, LONGEST * tailored.step_px * cut.m_per_px)


def _sleeve_sides(sheet: Sheet) -> tuple[int, ...]:
    return tuple(sign for sign, _ in SIDES if (sheet.side == sign).any())


def _choose_back(
    cutout_rgba: NDArray[np.uint8], back_rgba: NDArray[np.uint8] | None, plan: Plan, tailored: Tailored
) -> NDArray[np.uint8] | None:
    """The given back, a guess for what opens in front, or None for what `colour` guesses."""
    if back_rgba is None and plan.front is not None:
        shown = opening_mask(tailored.edges.mask.shape, tailored.opening_px)
        rim_px = 1.0 if plan.front.is_open else RIM_M / tailored.cut.m_per_px
        back_rgba = guess_back(cutout_rgba, tailored.torso, shown, rim_px, fastened=True)
    if back_rgba is None:
        return None
    return np.dstack([back_rgba[..., :3], np.maximum(back_rgba[..., 3], plan.alpha)])


def _shown(edges: Edges, hood: Hood | None) -> Edges:
    return edges if hood is None else replace(edges, domain=edges.domain | hood.mask)


def _with_front(
    garment: Garment,
    front: Front,
    sheet: Sheet,
    tailored: Tailored,
    armholes: dict[int, Array],
    lay: Callable[..., NDArray[np.float32]],
    template: BodyTemplate,
) -> Garment:
    """The garment with a front that opens."""
    share = np.abs(_sleeve_share(armholes, len(sheet.points_photo_px)))
    return open_up(
        garment,
        sheet,
        front,
        tailored.cut,
        lambda laid, rows: lay(laid, rows, back=False),
        lambda points_m, rows: push_out(points_m, template, sleeve_share=share[rows]),
    )


def _with_hood(
    garment: Garment, hood: Hood, sheet: Sheet, tailored: Tailored, uv: Array, template: BodyTemplate
) -> Garment:
    count = len(sheet.points_photo_px)
    return add_hood(
        garment,
        hood,
        tailored.cut,
        affine_between(sheet.points_photo_px, uv[:count]),
        lambda at, back: wrap_torso(at, tailored.cut, tailored.form, back=back),
        lambda places, faces: _hang_hood(places, faces, template),
    )


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
