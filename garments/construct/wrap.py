"""From the photo's plane onto the resting body: rings round the torso, tubes round the arms, one skin.

The garment keeps its own proportions, part by part. A row of the torso is laid round an ellipse that is never narrower
than the body. A sleeve is laid round the arm's bones, as long as in the photo. Where they meet, at the armhole, one
mapping fades into the other, so no seam can gape.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.construct.form import Arm, Form
from garments.construct.measures import EASE_M, Cut, perimeter, smoothstep
from garments.construct.sheet import SIDES, Sheet, segment_distance
from garments.construct.tube import frames_along, wrap_sleeve

Array = NDArray[Any]
COLLAR_M = 0.015
"""Cloth that stands less high above the shoulder seams is no collar."""
NECK_LIFT_M = 0.025
"""Front necklines on people lie up to this much higher than on invisible mannequins."""
LEAN_M, NECK_ROOM_M = 0.032, 0.012
"""Height over which a wide collar comes in to the neck, and what air is left there."""
TILT_M, THROAT_ROOM_M, THROAT_LOW_M = 0.05, 0.006, 0.03
"""Height over which a collar turns square to the neck, what air is left before the throat, and
how far that reaches below the foot of the neck."""
SHOULDER_ROUND_M = 0.06
"""Radius of the shoulder's top, from front to back."""
STRAP_M = 0.05
"""Shoulder seams shorter than this are straps."""


def wrap(sheet: Sheet, cut: Cut, form: Form, armholes_m: dict[int, Array], *, back: bool) -> NDArray[np.float32]:
    """Where each point of a sheet lies on the resting body.

    Args:
        sheet: The garment as it lies in the photo.
        cut: Its scale and measures.
        form: The body.
        armholes_m: Signed distance of each point to the armholes, positive on the sleeve, by side.
        back: Whether to lay the garment's back, not its front.

    Returns:
        (N, 3) Rest metres.
    """
    flat = cut.flat(sheet.points_photo_px)
    placed = wrap_torso(flat, cut, form, back=back)
    for sign, hand in SIDES:
        if sign not in armholes_m:
            continue
        edge = sheet.seam & (sheet.side == sign)
        corners = np.stack([cut.points_m[f"{name}_{hand}"] for name in ("shoulder", "armpit")])
        anchors = wrap_torso(corners, cut, form, back=back)
        sleeve = wrap_sleeve(flat, edge, cut, form.arms[hand], anchors, hand=hand, back=back)
        width = float(np.linalg.norm(cut.points_m[f"shoulder_{hand}"] - cut.points_m[f"armpit_{hand}"]))
        share = smoothstep(-0.12 * width, 0.35 * width, armholes_m[sign])[:, None]
        placed = placed * (1 - share) + sleeve * share
        band = np.minimum(4 * share[:, 0] * (1 - share[:, 0]), 1)
        far = np.linalg.norm(flat - cut.points_m[f"armpit_{hand}"], axis=1)
        band = np.minimum(np.sqrt(band), smoothstep(0.01, 0.06, far))
        placed = _round_arm(placed, band, form.arms[hand], cut.room_m)
        placed[:, 1] = _outside(placed, band, form, back=back)
    return placed.astype(np.float32)


def _round_arm(placed: Array, band: Array, arm: Arm, room_m: float) -> Array:
    """Points over the shoulder's ball, outside of it: a mean of two skins may lie inside."""
    axis, outward, _ = (vector[0] for vector in frames_along(arm, np.zeros(1)))
    local = placed - arm.joints_m[0]
    along = local @ axis
    across = local - along[:, None] * axis
    up = local @ outward
    up_m, deep_m = (np.interp(along, arm.stations_m, size) + room_m for size in (arm.up_m, arm.deep_m))
    inside = np.sqrt((up / up_m) ** 2 + np.maximum((across**2).sum(axis=1) - up**2, 0) / deep_m**2)
    over = smoothstep(-0.03, 0.03, up) * smoothstep(-0.05, 0.0, along) * band
    return np.asarray(placed + across * ((1 / np.clip(inside, 0.3, 1) - 1) * over)[:, None])


def _outside(placed: Array, band: Array, form: Form, *, back: bool) -> Array:
    """y of points round the armhole, before (behind) the body."""
    sign = 1.0 if back else -1.0
    skin = form.surface(placed[:, 0], placed[:, 2], back=back) + sign * EASE_M
    out = sign * np.maximum(sign * placed[:, 1], sign * skin)
    return np.asarray(placed[:, 1] + (out - placed[:, 1]) * band)


def armhole_distances(sheet: Sheet, cut: Cut, sides: tuple[int, ...]) -> dict[int, Array]:
    """Signed distance in metres of each point to each armhole, positive on the sleeve."""
    flat = cut.flat(sheet.points_photo_px)
    distances = {}
    for sign, hand in SIDES:
        if sign not in sides:
            continue
        away = segment_distance(flat, cut.points_m[f"shoulder_{hand}"], cut.points_m[f"armpit_{hand}"])
        distances[sign] = np.where(sheet.side == sign, away, -away)
    return distances


def wrap_torso(flat_m: Array, cut: Cut, form: Form, *, back: bool) -> Array:
    """(N, 3) Points of the plane laid over the shoulders, round the torso and round the neck."""
    x, y = flat_m[:, 0], flat_m[:, 1]
    sign = 1.0 if back else -1.0
    armpit_y = max(float(cut.points_m["armpit_left"][1] + cut.points_m["armpit_right"][1]) / 2, 0.10)
    # Beyond the sleeves the outline's upper side is a flared skirt's, no shoulder.
    seam_y = np.minimum(cut.seam(x), 0.7 * armpit_y)
    below = y - seam_y
    out_x = x * _pull(y / armpit_y, cut, form)
    z = _heights(out_x, y, below, armpit_y, cut, form)
    if not back:
        z = z + _neck_lift(x, y, armpit_y, cut)

    u, half = _across(x, y, cut)
    round_x, deep_y = _ring(u, half, z, cut, form, back=back)
    roundness = smoothstep(0.35 * armpit_y, armpit_y, y)
    out_x = out_x * (1 - roundness) + round_x * roundness
    skin_y = form.surface(out_x, z, back=back) + sign * cut.room_m
    ridge_y = form.ridge(out_x)[:, 0]
    over = smoothstep(0.0, 0.03, below)
    round_y = ridge_y + sign * np.sqrt(2 * SHOULDER_ROUND_M * np.clip(below, 0, 0.03))
    lying_y = round_y * (1 - over) + skin_y * over
    # Never inside the body, except at the sides, where front and back meet.
    out = sign * np.maximum(sign * deep_y, sign * skin_y)
    deep_y = deep_y + (out - deep_y) * smoothstep(1.0, 0.85, np.abs(u))
    out_y = lying_y * (1 - roundness) + deep_y * roundness
    return _with_collar(np.stack([out_x, out_y, z], axis=1), x, y, cut, form, back=back)


def _pull(down: Array, cut: Cut, form: Form) -> Array:
    """Factor on x above the armpit: straps and bare shoulders are drawn in until they rest on the shoulder."""
    if cut.sleeved:
        return np.ones_like(down)
    straps = cut.tip_m - cut.base_m < STRAP_M
    furthest = 0.62 * form.shoulder_tip_m if straps else form.shoulder_tip_m - 0.015
    factor = min(furthest / max(cut.tip_m, 1e-3), 1.0)
    return factor + (1 - factor) * smoothstep(0.1, 1.0, down)


def _heights(out_x: Array, y: Array, below: Array, armpit_y: float, cut: Cut, form: Form) -> Array:
    """z: hung from the shoulder's ridge at the seam, level rows from the armpit down."""
    ridge_z = form.ridge(out_x)[:, 1] + cut.room_m
    across = np.linspace(max(cut.base_m, form.neck_half_width_m), max(cut.tip_m, cut.base_m + 0.01), 9)
    mean_seam = (cut.seam(across) + cut.seam(-across)) / 2
    top = float(np.mean(form.ridge(across)[:, 1] + cut.room_m + mean_seam))
    level = smoothstep(0.0, armpit_y, below)
    z = (ridge_z - below) * (1 - level) + (top - y) * level
    # An armhole cannot sit higher than the armpit: cloth is pushed down there, and less so towards the hem.
    hem_y = max(float(cut.points_m["hem_left"][1] + cut.points_m["hem_right"][1]) / 2, 2 * armpit_y)
    push = max(top - armpit_y - (form.armpit_z_m - 0.012), 0.0)
    return np.asarray(z - push * smoothstep(0.0, armpit_y, below) * (1 - smoothstep(armpit_y, hem_y, y)))


def _neck_lift(x: Array, y: Array, armpit_y: float, cut: Cut) -> Array:
    """How much higher the front lies round the neckline than in the photo, where no neck holds it up."""
    aside = 1 - smoothstep(0.0, 1.25 * cut.base_m, np.abs(x))
    return np.asarray(min(0.4 * cut.neck_drop_m, NECK_LIFT_M) * aside * (1 - smoothstep(0.3 * armpit_y, armpit_y, y)))


def _across(x: Array, y: Array, cut: Cut) -> tuple[Array, Array]:
    """u from -1 to 1 across the torso, and half its width; tails below the hem's corners keep the width of the hem."""
    corner = float(min(cut.points_m["hem_left"][1], cut.points_m["hem_right"][1])) - 0.015
    y = np.minimum(y, corner)
    left, right = (np.interp(y, cut.rows_m, edge) for edge in (cut.left_m, cut.right_m))
    half = np.maximum((left - right) / 2, 0.02)
    return np.clip((x - (left + right) / 2) / half, -1, 1), half


def _ring(u: Array, half: Array, z: Array, cut: Cut, form: Form, *, back: bool) -> tuple[Array, Array]:
    """x and y of points at shares u of a ring whose flat width is known."""
    front_m, back_m, axis_m, body_half_m = hanging(form)
    front, rear, axis_y, body_half = (form.row(values, z) for values in (front_m, back_m, axis_m, body_half_m))
    narrowest = body_half + EASE_M
    deep = (front + rear) / 2
    wide = cut.worn * half + (1 - cut.worn) * half_width(2 * half, deep)
    wide = np.maximum(wide, narrowest)
    loose = 0.35 * (wide - narrowest)
    flatness = np.clip(deep / wide, 0, 1) * (1 - 0.7 * cut.worn)
    along = (1 - flatness) * u + flatness * np.sin(u * np.pi / 2)
    reach = (rear if back else front) + loose
    # Fuller than an ellipse: a chest is nearer to a rounded box.
    bulge = reach * np.maximum(1 - np.abs(along) ** 2.4, 0) ** 0.5
    return wide * along, axis_y + (1.0 if back else -1.0) * bulge


def hanging(form: Form) -> tuple[Array, Array, Array, Array]:
    """(R,) each: depths of cloth before and behind its sides, y of the sides, half the body's width.

    Cloth hangs: below the bust it falls in only a little, below the hips not at all.
    """
    axis = gaussian_filter1d((form.front_m + form.back_m) / 2, 4)
    front, back = axis - form.front_m + EASE_M, form.back_m - axis + EASE_M
    chest = int((form.armpit_z_m - form.bottom_m) / 0.01)
    for depth in (front, back):
        depth[:chest] = np.maximum(depth[:chest], 0.85 * depth[max(chest - 8, 0) : chest].max())
        depth[:] = gaussian_filter1d(depth, 2)
    half = form.half_width_m.copy()
    hips = int(np.argmax(half[: max(chest - 10, 1)]))
    half[:hips] = half[hips]
    return front, back, axis, half


def _with_collar(placed: Array, x: Array, y: Array, cut: Cut, form: Form, *, back: bool) -> Array:
    """Cloth above the shoulder seams' inner ends goes up round the neck."""
    base = max(cut.base_m, form.neck_half_width_m + EASE_M)
    if cut.rows_m[0] > -COLLAR_M:
        return placed
    rising = smoothstep(0.004, -0.012, y) * (np.abs(x) < cut.base_m + 0.02)
    left, right = (np.interp(np.minimum(y, 0), cut.rows_m, edge) for edge in (cut.left_m, cut.right_m))
    half = np.clip((left - right) / 2, 0.6 * cut.base_m, cut.base_m)
    u = np.clip(x / half, -1, 1)
    wide = np.clip(half, form.neck_half_width_m + EASE_M, base)
    # Cut wide, it leans towards the neck as it rises, or it would stand off like a dish.
    leaning = smoothstep(0.0, LEAN_M, -y)
    wide = wide + (np.minimum(wide, form.neck_half_width_m + NECK_ROOM_M) - wide) * leaning
    bone = form.neck_m[1] - form.neck_m[0]
    z = float(form.ridge(np.array([base]))[0, 1]) + EASE_M - y
    lean = (z - form.neck_m[0, 2]) * (bone[1] / bone[2])
    middle = form.neck_m[0, 1] + lean - 0.005
    ring_y = middle + (0.95 if back else -0.95) * wide * np.sqrt(1 - u**2)
    if not back:
        # Its rim is square to the neck, which leans forward: lower under the chin.
        z = z + (bone[1] / bone[2]) * np.maximum(middle - ring_y, 0) * smoothstep(0.0, TILT_M, -y)
        throat = form.row(form.throat_m, z) - THROAT_ROOM_M
        ring_y = middle + np.minimum(throat - middle, -0.95 * wide) * np.sqrt(1 - u**2)
    neck = np.stack([wide * u, ring_y, z], axis=1)
    laid = np.asarray(placed * (1 - rising)[:, None] + neck * rising[:, None])
    if not back:
        laid[:, 1] = np.minimum(laid[:, 1], _before_throat(laid, form))
    return laid


def _before_throat(laid: Array, form: Form) -> Array:
    """(N,) y just before the throat, which is rounder than the body's relief shows; far behind beside it."""
    half = form.neck_half_width_m + EASE_M
    middle = form.neck_m[0, 1] + (laid[:, 2] - form.neck_m[0, 2]) * (form.neck_m[1] - form.neck_m[0])[1] / 0.1
    depth = middle - form.row(form.throat_m, laid[:, 2]) + THROAT_ROOM_M
    bulge = np.sqrt(np.maximum(1 - (laid[:, 0] / half) ** 2, 0))
    near = (np.abs(laid[:, 0]) < half) & (laid[:, 2] > form.neck_m[0, 2] - THROAT_LOW_M)
    return np.asarray(np.where(near, middle - depth * bulge, np.inf))


def half_width(half_girth: Array, depth: Array) -> Array:
    """Half the width of an ellipse of a given half girth and depth."""
    low, high = depth * 0.2, np.maximum(half_girth, depth)
    for _ in range(14):
        middle = (low + high) / 2
        long = perimeter(middle, depth) > 2 * half_girth
        low, high = np.where(long, low, middle), np.where(long, middle, high)
    return np.asarray((low + high) / 2)
