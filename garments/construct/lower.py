"""From a cut-out of trousers or a skirt to a garment on the resting body."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.construct.bind_lower import bind_skirt, bind_trousers
from garments.construct.lower_edges import Sides, find_lower_edges, part_legs
from garments.construct.lower_form import LowerForm, measure_lower_form
from garments.construct.lower_measures import LowerCut, seen_half_m, take_lower_measures
from garments.construct.lower_wrap import fork, wrap_legs, wrap_ring
from garments.construct.settle import settle_on, skin_of
from garments.construct.sewing import colour, join, line, step_m, without_idle
from garments.construct.sheet import Sheet, lay_sheet, opening_depth
from garments.garment import Garment
from garments.kinds import get_kind

Array = NDArray[Any]
MARGIN_M = 0.005
"""How far the mesh reaches beyond free edges."""
ROUGH_WAIST_M = 0.31
"""Width of a waistband in its photo, before its scale is known."""
BACK_SEEN_M = 0.015
"""A strip above the front of the waistband that is thinner shows no inside."""
FRINGE = 0.15
"""Rows narrower than this share of the widest one are fringes, or the tips of a hem."""
CLEAR_M = 0.004
"""How far corners of triangles stay off the skin."""
FULL_SKIRT, FULL_HIPS = 0.7, 0.35
"""How much deeper cloth gets as it gets wider than the body."""
TRUNK = ("pelvis", "waist", "chest")


def construct_lower(
    cutout_rgba: NDArray[np.uint8],
    points: dict[str, Array],
    kind: str,
    template: BodyTemplate,
    name: str,
    *,
    ease: float,
    back_rgba: NDArray[np.uint8] | None = None,
) -> Garment:
    """Lift trousers or a skirt off its photo and hang it on the resting body's waist.

    Front and back are two sheets of one outline, sewn together along the sides and, below the crotch, along the legs'
    insides. What the photo shows above the front of the waistband is the inside of the back.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        points: The photo's landmarks by name.
        kind: One of the kinds in `garments/kinds` that hang from the waist.
        template: The body.
        name: What to call it.
        ease: Share by which the kind's hip girth exceeds the body's.
        back_rgba: (H, W, 4) The garment's back, laid over the front's edges.
    """
    form = measure_lower_form(template)
    waist_px = max(float(np.linalg.norm(points["waistband_left"] - points["waistband_right"])), 1.0)
    edges, sides = find_lower_edges(cutout_rgba[..., 3], points, MARGIN_M / ROUGH_WAIST_M * waist_px)
    cut = take_lower_measures(points, sides, _lowest_hem(edges.mask), form, get_kind(kind), ease)
    opening = _seen_inside(edges.mask, points, cut.m_per_px)
    parts = {0: edges.mask, 1: np.zeros_like(edges.mask), -1: np.zeros_like(edges.mask)}
    sheet = lay_sheet(edges, parts, points, opening, step_m(edges.mask, cut.m_per_px) / cut.m_per_px)
    legs = np.isfinite(sides.crotch_y_px)
    sheet = part_legs(sheet, sides) if legs else sheet
    faces, welds = join(sheet)
    side, placed = _place(sheet, sides, cut, form)
    vertices = _settled(placed, faces, welds, template, side=np.tile(side, 2) if legs else None)
    if legs:
        segments, weights = bind_trousers(vertices, faces, template, welds=welds)
    else:
        segments, weights = bind_skirt(vertices, faces, template, form, welds=welds)
    texture, uv = colour(sheet, edges, edges.mask, cutout_rgba, back_rgba, opening, cut.m_per_px)
    vertices, faces, segments, weights = line(sheet, vertices, faces, segments, weights)
    return without_idle(Garment(name, kind, vertices, faces, uv, segments, weights, texture))


def _lowest_hem(mask: NDArray[np.bool_]) -> float:
    """The lowest row of the photo that is more than fringe."""
    wide = mask.sum(axis=1)
    return float(np.flatnonzero(wide > FRINGE * wide.max())[-1])


def _seen_inside(mask: NDArray[np.bool_], points: dict[str, Array], m_per_px: float) -> Array | None:
    """(K, 2) The waistband's upper front edge through its three points, from the photo's left to its right.

    None where too little of the back's inside is seen above it.
    """
    right, front, left = (points[f"waistband_{name}"] for name in ("right", "front", "left"))
    t = np.linspace(0, 1, 21)[:, None]
    bend = front - (right + left) / 2
    edge = np.asarray(right * (1 - t) + left * t + 4 * t * (1 - t) * bend)
    return edge if opening_depth(mask, edge) * m_per_px > BACK_SEEN_M else None


def _place(sheet: Sheet, sides: Sides, cut: LowerCut, form: LowerForm) -> tuple[Array, Array]:
    """(N,) sides of the sheet's points, and (2 N, 3) rest places of front and back."""
    at = sheet.points_photo_px
    side, share = sides.across(at)
    z = cut.z(at[:, 1])
    half = seen_half_m(sides.half_px(at, side), z, cut, form)
    if not np.isfinite(sides.crotch_y_px):
        return side, np.vstack([wrap_ring(side, share, half, z, form, full=FULL_SKIRT, back=b) for b in (False, True)])
    crotch = float(cut.heights_m[1])
    below = at[:, 1] > sides.crotch_y_px
    leg_half = sides.half_px(at, side) * cut.across_m_per_px / 2
    placed = []
    for back in (False, True):
        hips = wrap_ring(side, share, np.where(below, 0, half), z, form, full=FULL_HIPS, back=back)
        legs = wrap_legs(side, share, leg_half, z, form, back=back)
        placed.append(fork(hips, legs, z, crotch))
    return side, np.vstack(placed)


def _settled(
    placed: Array, faces: Array, welds: Array, template: BodyTemplate, *, side: Array | None
) -> NDArray[np.float32]:
    """(N, 3) Cloth pushed out of the body, each leg's out of its own leg only."""
    loose = np.full(len(placed), 0.3)
    if side is None:
        skins = [(skin_of(template, (*TRUNK, *_leg("left"), *_leg("right")), CLEAR_M), np.ones(len(placed), bool))]
        return settle_on(placed, faces, welds, skins, loose=loose)
    skins = [
        (skin_of(template, (*TRUNK, *_leg(hand)), CLEAR_M), side == sign) for hand, sign in (("left", 1), ("right", -1))
    ]
    return settle_on(placed, faces, welds, skins, loose=loose)


def _leg(hand: str) -> tuple[str, str]:
    return f"thigh_{hand}", f"shin_{hand}"
