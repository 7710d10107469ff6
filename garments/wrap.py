"""From the photo's plane onto the resting body: panels round the torso, tubes round the arms, one skin.

The garment keeps its own proportions, part by part. A row of the torso is half a girth: laid round an ellipse that is
never narrower than the body. A sleeve is laid round the arm's bones, as long as in the photo. Where they meet, at the
armhole, one mapping fades into the other, so no seam can gape.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.form import Form
from garments.landmarks import Landmarks
from garments.sheet import Sheet

EASE_M = 0.008
"""Air between cloth and skin."""


@dataclass(frozen=True)
class Cut:
    """A garment's numbers in metres, in the plane of its photo: x to the wearer's left, y down, origin at the neck."""

    m_per_px: float
    """Scale of the photo."""
    origin_px: NDArray[np.float32]
    """(2,) Midway between the neck points, on the garment's axis."""
    points_m: dict[str, NDArray[np.float32]]
    """Landmarks, (2,) each."""
    rows_m: NDArray[np.float32]
    """(R,) y of evenly spaced rows."""
    left_m: NDArray[np.float32]
    """(R,) x of the torso's right edge in the photo, which is the wearer's left."""
    right_m: NDArray[np.float32]
    """(R,) x of the other edge."""


def take_measure(
    landmarks: Landmarks, torso_mask: NDArray[np.bool_], form: Form, *, ease: float, sleeved: bool
) -> Cut:
    """Scale a photo to metres.

    The shoulder seam (for garments without sleeves: the chest) is set against the body's; a size table will do better.

    Args:
        landmarks: The photo's.
        torso_mask: (H, W) The garment without its sleeves.
        form: The resting body.
        ease: Share by which the kind's chest girth exceeds the body's.
        sleeved: Whether the shoulder points are the ends of shoulder seams.
    """
    points = dict(zip(landmarks.names, landmarks.points_photo_px.astype(np.float32), strict=True))
    shoulder_px = float(np.linalg.norm(points["shoulder_left"] - points["shoulder_right"]))
    chest_px = float(np.linalg.norm(points["armpit_left"] - points["armpit_right"]))
    by_chest = _half_girth(form, form.armpit_z_m - 0.04) * (1 + ease) / chest_px
    by_shoulder = 2 * form.shoulder_tip_m / shoulder_px
    scale = by_shoulder**0.65 * by_chest**0.35 if sleeved else by_chest
    neck = (points["neck_left"] + points["neck_right"]) / 2
    armpits = (points["armpit_left"] + points["armpit_right"]) / 2
    origin = np.array([(neck[0] + armpits[0]) / 2, neck[1]], np.float32)
    rows_px = np.flatnonzero(torso_mask.any(axis=1))
    right_px = np.argmax(torso_mask[rows_px], axis=1).astype(np.float32)
    left_px = torso_mask.shape[1] - 1 - np.argmax(torso_mask[rows_px][:, ::-1], axis=1).astype(np.float32)
    smooth = max(0.006 / scale, 1.0)
    return Cut(
        m_per_px=scale,
        origin_px=origin,
        points_m={name: (point - origin) * scale for name, point in points.items()},
        rows_m=((rows_px - origin[1]) * scale).astype(np.float32),
        left_m=((gaussian_filter1d(left_px, smooth) - origin[0]) * scale).astype(np.float32),
        right_m=((gaussian_filter1d(right_px, smooth) - origin[0]) * scale).astype(np.float32),
    )


def wrap(sheet: Sheet, cut: Cut, form: Form, armhole_px: dict[int, NDArray[np.float32]], *, back: bool) -> NDArray[np.float32]:
    """Where each point of a sheet lies on the resting body.

    Args:
        sheet: The front or the back as it lies in the photo.
        cut: Its scale and numbers.
        form: The body.
        armhole_px: Signed distance of each point to the armholes, positive on the sleeve, by side (+1 left, -1 right).
        back: Whether the sheet is the garment's back.

    Returns:
        (N, 3) Rest metres.
    """
    flat = ((sheet.points_photo_px - cut.origin_px) * cut.m_per_px).astype(np.float32)
    placed = wrap_torso(flat, cut, form, back=back)
    for sign, hand in ((1, "left"), (-1, "right")):
        if sign not in armhole_px:
            continue
        sleeve = wrap_sleeve(flat, cut, form, hand=hand, back=back)
        width = 0.45 * float(np.linalg.norm(cut.points_m[f"shoulder_{hand}"] - cut.points_m[f"armpit_{hand}"]))
        share = _smoothstep(-0.25 * width, 0.75 * width, armhole_px[sign] * cut.m_per_px)[:, None]
        placed = placed * (1 - share) + sleeve * share
    return placed.astype(np.float32)


def wrap_torso(flat_m: NDArray[np.float32], cut: Cut, form: Form, *, back: bool) -> NDArray[np.float32]:
    """(N, 3) Points of the plane laid round neck, shoulders and torso."""
    x, y = flat_m[:, 0], flat_m[:, 1]
    points = cut.points_m
    neck = (abs(points["neck_left"][0]) + abs(points["neck_right"][0])) / 2
    tip = (points["shoulder_left"] + points["shoulder_right"] * [-1, 1]) / 2
    neck_x = max(neck, form.neck_half_width_m + 0.005)
    distance = np.abs(x)
    seam_y = np.interp(distance, [neck, max(tip[0], neck + 0.01)], [0.0, tip[1]])
    on_body = np.clip(distance, 0, None) * 0 + np.maximum(distance, neck_x)
    ridge = form.ridge(np.where(distance < neck, neck_x, on_body))
    below = y - seam_y

    mean_x = np.linspace(neck_x, max(tip[0], neck_x + 0.01), 9)
    mean_top = float(np.mean(form.ridge(mean_x)[:, 1] + np.interp(mean_x, [neck, tip[0]], [0.0, tip[1]])))
    armpit_y = (points["armpit_left"][1] + points["armpit_right"][1]) / 2
    level = _smoothstep(0.0, max(armpit_y, 0.08), below)
    z = (ridge[:, 1] + EASE_M + seam_y) * (1 - level) + (mean_top + EASE_M) * level - y

    left, right = (np.interp(y, cut.rows_m, edge) for edge in (cut.left_m, cut.right_m))
    middle, half = (left + right) / 2, np.maximum((left - right) / 2, 0.02)
    u = np.clip((x - middle) / half, -1.15, 1.15)
    depth_front, depth_back, axis_y, body_half = _depths(form, z)
    depth = (depth_front + depth_back) / 2
    wide = _half_width(half * 2, depth, body_half + EASE_M)
    round_x = middle * 0.5 + wide * _along_ellipse(u, depth / np.maximum(wide, 1e-3))
    roundness = _smoothstep(0.35 * armpit_y, armpit_y, y)
    out_x = x * (1 - roundness) + round_x * roundness

    angle = np.clip(u, -1, 1) * np.pi / 2
    reach = depth_back if back else depth_front
    bulge = reach * np.cos(angle) ** 0.8
    deep = _smoothstep(0.0, 0.12, below) ** 0.6
    sign = 1.0 if back else -1.0
    out_y = ridge[:, 0] * (1 - deep) + axis_y * deep + sign * (bulge * deep + 0.004)

    collar = y < np.minimum(seam_y, 0.0)
    round_neck = np.clip(distance / max(neck, 1e-3), 0, 1)
    neck_y = ridge[:, 0] + sign * (0.9 * neck_x) * np.sqrt(1 - round_neck**2)
    near_neck = _smoothstep(0.03, -0.005, below) * (distance < neck * 1.02)
    out_y = out_y * (1 - near_neck) + neck_y * near_neck
    out_x = np.where(collar, np.sign(x) * distance * (neck_x / max(neck, 1e-3)), out_x)
    return np.stack([out_x, out_y, z], axis=1).astype(np.float32)


def wrap_sleeve(
    flat_m: NDArray[np.float32], cut: Cut, form: Form, *, hand: str, back: bool
) -> NDArray[np.float32]:
    """(N, 3) Points of the plane laid round an arm's bones, as far along them as in the photo."""
    corners = [cut.points_m[f"{name}_{hand}"] for name in ("shoulder", "cuff_outer", "armpit", "cuff_inner")]
    shoulder, cuff_outer, armpit, cuff_inner = corners
    t, s = _ruled(flat_m, shoulder, cuff_outer, armpit, cuff_inner)
    arm = form.arms[hand]
    anchors = wrap_torso(np.stack([shoulder, armpit]), cut, form, back=back)
    axis = arm.joints_m[1] - arm.joints_m[0]
    axis = axis / np.linalg.norm(axis)
    outward = np.array([-axis[2], 0, axis[0]], np.float32) * np.sign(axis[0])
    outward /= np.linalg.norm(outward)
    local = anchors - arm.joints_m[0]
    tip_at, pit_at = local @ axis
    tip_out, pit_out = local @ outward
    outer, inner = float(np.linalg.norm(cuff_outer - shoulder)), float(np.linalg.norm(cuff_inner - armpit))
    share = (s + 1) / 2
    along = (tip_at + t * outer) * (1 - share) + (pit_at + t * inner) * share
    axis_px = (cuff_outer + cuff_inner - shoulder - armpit) / 2
    across = np.array([-axis_px[1], axis_px[0]]) / max(float(np.linalg.norm(axis_px)), 1e-3)
    width = np.abs((shoulder - armpit) @ across) * (1 - t) + np.linalg.norm(cuff_outer - cuff_inner) * t
    arm_radius = np.interp(along, arm.stations_m, arm.radius_m)
    radius = np.maximum(0.36 * width, arm_radius + EASE_M)
    joined = _smoothstep(0.0, 0.45, t)
    top = tip_out * (1 - joined) + radius * joined
    bottom = pit_out * (1 - joined) - radius * joined
    turn = np.clip(s, -1.1, 1.1) * np.pi / 2
    out = (top + bottom) / 2 - (top - bottom) / 2 * np.sin(turn)
    centre, direction_y = _along_arm(arm.joints_m, along)
    thick = np.maximum(width / np.pi, arm_radius + EASE_M)
    thick = 0.07 * (1 - joined) + thick * joined
    sign = 1.0 if back else -1.0
    placed = centre + out[:, None] * outward
    placed[:, 1] += sign * (thick * np.maximum(np.cos(turn), 0) + 0.004) + direction_y
    return placed.astype(np.float32)


def armhole_distances(
    sheet: Sheet, landmarks: Landmarks, parts: dict[int, NDArray[np.bool_]]
) -> dict[int, NDArray[np.float32]]:
    """Signed distance in pixels of each point to each armhole, positive on the sleeve."""
    points = dict(zip(landmarks.names, landmarks.points_photo_px, strict=True))
    distances = {}
    for sign, hand in ((1, "left"), (-1, "right")):
        if not parts[sign].any():
            continue
        start, end = points[f"shoulder_{hand}"], points[f"armpit_{hand}"]
        along = end - start
        local = sheet.points_photo_px - start
        t = np.clip(local @ along / max(float(along @ along), 1e-3), 0, 1)
        away = np.linalg.norm(local - t[:, None] * along, axis=1)
        distances[sign] = np.where(sheet.side == sign, away, -away).astype(np.float32)
    return distances


def _along_arm(joints_m: NDArray[np.float32], along: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Points on the bones' line at distances from the shoulder joint, straight on before and beyond."""
    upper, fore = joints_m[1] - joints_m[0], joints_m[2] - joints_m[1]
    upper_m, fore_m = np.linalg.norm(upper), np.linalg.norm(fore)
    first = joints_m[0] + along[:, None] * (upper / upper_m)
    second = joints_m[1] + (along - upper_m)[:, None] * (fore / fore_m)
    bend = _smoothstep(upper_m - 0.04, upper_m + 0.04, along)[:, None]
    return (first * (1 - bend) + second * bend).astype(np.float32), 0.0


def _ruled(
    p: NDArray[np.float32],
    shoulder: NDArray[np.float32],
    cuff_outer: NDArray[np.float32],
    armpit: NDArray[np.float32],
    cuff_inner: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """t from armhole (0) to cuff (1) and s from the outer (-1) to the inner edge (+1) of the sleeve's quadrangle.

    Inverse bilinear by a few Newton steps, started from an affine guess.
    """
    centre = (shoulder + armpit) / 2
    axis = (cuff_outer + cuff_inner) / 2 - centre
    t = (p - centre) @ axis / max(float(axis @ axis), 1e-6)
    s = np.zeros(len(p))
    for _ in range(8):
        outer = shoulder + t[:, None] * (cuff_outer - shoulder)
        inner = armpit + t[:, None] * (cuff_inner - armpit)
        share = ((s + 1) / 2)[:, None]
        error = outer * (1 - share) + inner * share - p
        by_t = (cuff_outer - shoulder) * (1 - share) + (cuff_inner - armpit) * share
        by_s = (inner - outer) / 2
        determinant = by_t[:, 0] * by_s[:, 1] - by_t[:, 1] * by_s[:, 0]
        determinant = np.where(np.abs(determinant) < 1e-7, 1e-7, determinant)
        t = np.clip(t - (error[:, 0] * by_s[:, 1] - error[:, 1] * by_s[:, 0]) / determinant, -0.6, 1.3)
        s = np.clip(s - (by_t[:, 0] * error[:, 1] - by_t[:, 1] * error[:, 0]) / determinant, -1.6, 1.6)
    return t.astype(np.float32), s.astype(np.float32)


def _depths(
    form: Form, z: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Front and back depth of the cloth, the y of its sides, and the body's half width, at heights.

    Cloth hangs: below the bust it falls in only a little, below the hips not at all.
    """
    axis = (form.front_m + form.back_m) / 2
    front, back = axis - form.front_m + EASE_M, form.back_m - axis + EASE_M
    rows = np.arange(len(front))
    chest = int((form.armpit_z_m - form.bottom_m) / 0.01)
    front, back = front.copy(), back.copy()
    for depth in (front, back):
        depth[:chest] = np.maximum(depth[:chest], 0.82 * depth[max(chest - 8, 0) : chest].max())
    half = form.half_width_m.copy()
    hips = int(np.argmax(half[: chest - 10])) if chest > 10 else 0
    half[:hips] = half[hips]
    del rows
    return form.row(front, z), form.row(back, z), form.row(axis, z), form.row(half, z)


def _half_girth(form: Form, z_m: float) -> float:
    at = np.array([z_m], np.float32)
    wide = float(form.row(form.half_width_m, at)[0])
    deep = float((form.row(form.back_m, at) - form.row(form.front_m, at))[0]) / 2
    return float(_perimeter(np.array(wide), np.array(deep)) / 2)


def _perimeter(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of an ellipse, by Ramanujan's first formula."""
    return np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b)))


def _half_width(
    half_girth: NDArray[np.float32], depth: NDArray[np.float32], narrowest: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Half the width of an ellipse of a given girth and depth, never narrower than the body."""
    low, high = depth * 0.2, np.maximum(half_girth, depth)
    for _ in range(14):
        middle = (low + high) / 2
        long = _perimeter(middle, depth) > 2 * half_girth
        low, high = np.where(long, low, middle), np.where(long, middle, high)
    return np.maximum((low + high) / 2, narrowest)


def _along_ellipse(u: NDArray[np.float32], flatness: NDArray[np.float32]) -> NDArray[np.float32]:
    """x / a at a share u of a half ellipse's arc length, by the mean of the flat (u) and the round (sine) answer."""
    flat = np.clip(flatness, 0, 1)
    return (1 - flat) * u + flat * np.sin(np.clip(u, -1, 1) * np.pi / 2)


def _smoothstep(start: float | NDArray[np.float32], end: float | NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    t = np.clip((x - start) / (end - start), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)
