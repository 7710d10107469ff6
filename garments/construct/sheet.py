"""The cut-out as a flat sheet of triangles, with its sleeves told apart from its torso."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.spatial import Delaunay, cKDTree

from garments.construct.edges import Edges
from garments.finding.landmarks import Landmarks

Array = NDArray[Any]
SIDES = ((1, "left"), (-1, "right"))
"""Signs and names of the wearer's sides."""


@dataclass(frozen=True)
class Sheet:
    """A garment as it lies in the photo; its back has the same edges."""

    points_photo_px: NDArray[np.float32]
    """(N, 2) Edges, slits, front neckline and inner points."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, clockwise on the photo (y down)."""
    side: NDArray[np.int8]
    """(N,) +1 on the wearer's left sleeve, -1 on the right one, 0 on the torso."""
    seam: NDArray[np.bool_]
    """(N,) Whether front and back are sewn together there."""
    above: NDArray[np.bool_]
    """(M,) Whether a triangle lies above the front neckline, where the photo shows the inside of the back."""


def points_of(landmarks: Landmarks) -> dict[str, Array]:
    """Landmarks by name."""
    return dict(zip(landmarks.names, landmarks.points_photo_px.astype(np.float32), strict=True))


def even_armpits(points: dict[str, Array]) -> dict[str, Array]:
    """The landmarks, an armpit that lies on its sleeve's outer edge replaced by the other one's mirror image."""
    room = {hand: _off_line(points, hand) for _, hand in SIDES}
    bad, good = sorted(room, key=lambda hand: room[hand])
    cuff = points[f"cuff_outer_{good}"] - points[f"cuff_inner_{good}"]
    if room[good] < 0.3 * float(np.linalg.norm(cuff)):
        # Both: the sleeves lie over the sides, whose line goes on from the waist.
        return points | {f"armpit_{h}": np.array([points[f"waist_{h}"][0], points[f"armpit_{h}"][1]]) for _, h in SIDES}
    if room[bad] > 0.45 * room[good]:
        return points
    step = points[f"armpit_{good}"] - points[f"shoulder_{good}"]
    return points | {f"armpit_{bad}": points[f"shoulder_{bad}"] + step * [-1, 1]}


def _off_line(points: dict[str, Array], hand: str) -> float:
    """How far an armpit lies from the line along its sleeve's outer edge, towards the torso."""
    along = points[f"cuff_outer_{hand}"] - points[f"shoulder_{hand}"]
    out = points[f"armpit_{hand}"] - points[f"shoulder_{hand}"]
    turn = along[0] * out[1] - along[1] * out[0]
    return float(turn * (1 if hand == "left" else -1) / max(float(np.linalg.norm(along)), 1e-3))


def sleeve_length(points: dict[str, Array], hand: str) -> float:
    """How far the cuff lies beyond the armhole, in pixels; 0 for a garment without sleeves."""
    armhole = points[f"armpit_{hand}"] - points[f"shoulder_{hand}"]
    cuff = (points[f"cuff_outer_{hand}"] + points[f"cuff_inner_{hand}"]) / 2
    middle = (points[f"armpit_{hand}"] + points[f"shoulder_{hand}"]) / 2
    length = float(np.linalg.norm(cuff - middle))
    return length if length > 0.25 * float(np.linalg.norm(armhole)) else 0.0


def part_masks(edges: Edges, points: dict[str, Array]) -> dict[int, NDArray[np.bool_]]:
    """Cut the sleeves off at the armholes; keys are +1 (wearer's left), -1 (right) and 0 (torso)."""
    mask = edges.mask
    cut = mask.astype(np.uint8)
    ground = _nearest_ground(mask)
    for _, hand in SIDES:
        if sleeve_length(points, hand):
            shoulder = points[f"shoulder_{hand}"]
            _line(cut, _look_up(ground, shoulder[None])[0], shoulder)
            _line(cut, shoulder, points[f"armpit_{hand}"])
            for start, end in [edges.slits[hand]] if hand in edges.slits else []:
                _line(cut, start, end)
                _line(cut, end, _look_up(ground, end[None])[0])
    count, pieces, stats, middles = cv2.connectedComponentsWithStats(cut, connectivity=4)
    ends = ("neck_left", "neck_right", "hem_left", "hem_right", "armpit_left", "armpit_right")
    torso = _piece_near(pieces, np.mean([points[name] for name in ends], axis=0))
    axis_x = float(np.mean([points[name][0] for name in ends]))
    parts = {0: mask.copy()}
    for sign, hand in SIDES:
        parts[sign] = np.zeros_like(mask)
        outer = [piece for piece in range(1, count) if piece != torso and sign * (middles[piece, 0] - axis_x) > 0]
        if sleeve_length(points, hand) and outer:
            parts[sign] = pieces == max(outer, key=lambda piece: stats[piece, cv2.CC_STAT_AREA])
            parts[0] &= ~parts[sign]
    return parts


def lay_sheet(
    edges: Edges,
    parts: dict[int, NDArray[np.bool_]],
    points: dict[str, Array],
    opening_px: Array | None,
    step_px: float,
    *,
    parting_px: Array | None = None,
) -> Sheet:
    """Cover a silhouette with triangles of about one size that end on its outline, on the front neckline and on the
    line along which a front can be parted."""
    rim = _outline_points(edges.domain, step_px)
    lines = [_resampled(line, 0.6 * step_px) for line in (opening_px, parting_px) if line is not None]
    if len(lines) == 2:
        lines[1] = lines[1][_clearance(lines[1], lines[0]) > 0.3 * step_px]
    neckline = np.vstack([np.zeros((0, 2)), *lines])
    neckline = neckline[_look_up(edges.domain, neckline)]
    rim = rim[_clearance(rim, neckline) > 0.35 * step_px]
    taken = np.vstack([rim, neckline])
    # Cloth turns round the body close to its outline: a second line of points inside it.
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(0.4 * step_px) + 1,) * 2)
    inset = _outline_points(cv2.erode(np.pad(edges.domain, 1).astype(np.uint8), disc)[1:-1, 1:-1] > 0, 0.8 * step_px)
    inset = inset[_clearance(inset, taken) > 0.3 * step_px]
    taken_all = np.vstack([taken, inset])
    vertices = np.vstack([taken_all, _inner_points(edges.domain, step_px, taken_all)]).astype(np.float32)
    faces = Delaunay(vertices).simplices.astype(np.int32)
    faces = faces[_inside(edges.domain, vertices, faces, max(0.15 * step_px, 1))]
    for line in edges.slits.values():
        faces = faces[~_crossing(vertices, faces, line)]
    faces = faces[~_chords(vertices, faces, len(rim), step_px)]
    side = _look_up(_labels(parts), vertices)
    faces = _clockwise(vertices, faces[~_bridging(vertices, faces, side, points, 2.5 * step_px)])
    above = opening_mask(edges.mask.shape, opening_px)
    seam = np.zeros(len(vertices), bool)
    seam[: len(rim)] = _look_up(edges.sewn, rim)
    return Sheet(vertices, faces, side, seam, _look_up(above, vertices[faces].mean(axis=1)))


def _line(mask: NDArray[np.uint8], start: Array, end: Array) -> None:
    cv2.line(mask, np.round(start).astype(int).tolist(), np.round(end).astype(int).tolist(), 0, 2)


def _nearest_ground(mask: NDArray[np.bool_]) -> Array:
    """(H, W, 2) x and y of the nearest pixel that is not cloth."""
    padded = np.pad(mask, 1)
    rows, columns = distance_transform_edt(padded, return_distances=False, return_indices=True)
    return np.stack([columns, rows], axis=-1)[1:-1, 1:-1] - 1.0


def _piece_near(pieces: Any, point: Array) -> int:
    """The label of the piece nearest to a point, 0 when there is none."""
    ys, xs = np.nonzero(pieces)
    if not len(ys):
        return 0
    nearest = int(np.argmin((xs - point[0]) ** 2 + (ys - point[1]) ** 2))
    return int(pieces[ys[nearest], xs[nearest]])


def _resampled(line: Array, step_px: float) -> Array:
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    stations = np.linspace(0, along[-1], max(int(along[-1] / step_px), 2))
    return np.stack([np.interp(stations, along, line[:, axis]) for axis in (0, 1)], axis=1)


def _outline_points(domain: NDArray[np.bool_], step_px: float) -> Array:
    """Points along every outline, one step apart."""
    outlines, _ = cv2.findContours(domain.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    closed = [np.vstack([line.reshape(-1, 2), line.reshape(-1, 2)[:1]]) for line in outlines if len(line) > 6 * step_px]
    return np.vstack(_uncrowded([_resampled(line.astype(np.float32), step_px)[:-1] for line in closed]))


def _uncrowded(loops: list[Array]) -> list[Array]:
    """Closed lines with more points where another part of them is near, so that Delaunay keeps to them."""
    for _ in range(5):
        tree = cKDTree(np.vstack(loops))
        refined = []
        for loop in loops:
            middle, half = (
                (loop + np.roll(loop, -1, axis=0)) / 2,
                np.linalg.norm(np.roll(loop, -1, axis=0) - loop, axis=1) / 2,
            )
            crowded = (tree.query_ball_point(middle, 2.0 * half, return_length=True) > 2) & (half > 1.5)
            where = np.flatnonzero(crowded)
            refined.append(np.insert(loop, where + 1, middle[where], axis=0))
        loops = refined
    return loops


def _inner_points(domain: NDArray[np.bool_], step_px: float, taken: Array) -> Array:
    """A hexagonal grid that keeps clear of the points already taken."""
    height, width = domain.shape
    rows = np.arange(0, height, step_px * 0.866)
    x = np.arange(0, width, step_px)
    shift = np.where(np.arange(len(rows)) % 2, step_px / 2, 0)
    grid = np.stack([x[None, :] + shift[:, None], np.broadcast_to(rows[:, None], (len(rows), len(x)))], axis=-1)
    free = domain.astype(np.uint8)
    ys, xs = _pixel(taken, domain.shape)
    free[ys, xs] = 0
    points = grid.reshape(-1, 2)
    distance = cv2.distanceTransform(free, cv2.DIST_L2, 5)
    return points[_look_up(distance, points) > 0.6 * step_px]


def _clearance(points: Array, others: Array) -> Array:
    """(N,) Distance to the nearest of others."""
    if not len(others):
        return np.full(len(points), np.inf)
    return np.asarray(cKDTree(others).query(points)[0])


def _inside(domain: NDArray[np.bool_], points: Array, faces: Array, slack_px: float) -> NDArray[np.bool_]:
    """Which triangles lie on the silhouette: their middle and the middles of their edges do, give or take."""
    corners = points[faces]
    near = cv2.dilate(domain.astype(np.uint8), np.ones((2 * round(slack_px) + 1,) * 2, np.uint8)) > 0
    probes = [corners.mean(axis=1), *((corners[:, a] + corners[:, b]) / 2 for a, b in ((0, 1), (1, 2), (2, 0)))]
    return np.asarray(np.logical_and.reduce([_look_up(near, probe) for probe in probes]))


def opening_mask(shape: tuple[int, ...], opening_px: Array | None) -> NDArray[np.bool_]:
    """(H, W) What lies above the front neckline."""
    opening = np.zeros(shape, np.uint8)
    if opening_px is not None:
        above = np.vstack([opening_px, [[opening_px[-1, 0], -10], [opening_px[0, 0], -10]]])
        cv2.fillPoly(opening, [np.round(above).astype(np.int32)], 1)
    return opening > 0


def opening_depth(mask: NDArray[np.bool_], opening_px: Array) -> float:
    """How much cloth the photo shows above the middle of the front neckline, in pixels."""
    middle = np.quantile(opening_px[:, 0], [0.35, 0.65]).astype(int)
    above = (mask & opening_mask(mask.shape, opening_px))[:, middle[0] : middle[1] + 1]
    return float(np.median(above.sum(axis=0)))


def _labels(parts: dict[int, NDArray[np.bool_]]) -> NDArray[np.int8]:
    """(H, W) The part of every pixel; pixels outside take the part of the nearest one inside."""
    labels = parts[1].astype(np.int8) - parts[-1].astype(np.int8)
    cloth = parts[0] | parts[1] | parts[-1]
    nearest = distance_transform_edt(~cloth, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)], np.int8)


def _crossing(points: Array, faces: Array, line: Array) -> NDArray[np.bool_]:
    """Which triangles have an edge that crosses a line."""
    start, end = line
    along = end - start
    sides = np.sign((points[:, 0] - start[0]) * along[1] - (points[:, 1] - start[1]) * along[0])
    crossing = np.zeros(len(faces), bool)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        tail, head = points[faces[:, a]], points[faces[:, b]]
        edge = head - tail
        turn_start = edge[:, 0] * (start[1] - tail[:, 1]) - edge[:, 1] * (start[0] - tail[:, 0])
        turn_end = edge[:, 0] * (end[1] - tail[:, 1]) - edge[:, 1] * (end[0] - tail[:, 0])
        crossing |= (sides[faces[:, a]] * sides[faces[:, b]] < 0) & (turn_start * turn_end < 0)
    return crossing


def _chords(points: Array, faces: Array, rim: int, step_px: float) -> NDArray[np.bool_]:
    """(M,) Which triangles are mere slivers along an outline: they would cut corners once the cloth is bent."""
    corners = points[faces]
    edges = np.roll(corners, -1, axis=1) - corners
    area = np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0])
    longest = np.linalg.norm(edges, axis=2).max(axis=1)
    sliver = area / np.maximum(longest, 1e-6) < 0.2 * step_px
    return np.asarray(((faces < rim).all(axis=1) & sliver) | (longest > 4 * step_px))


def _bridging(points: Array, faces: Array, side: Array, named: dict[str, Array], reach_px: float) -> NDArray[np.bool_]:
    """(M,) Which triangles join a sleeve to the torso far from its armhole."""
    corner_sides = side[faces]
    mixed = corner_sides.min(axis=1) != corner_sides.max(axis=1)
    if not mixed.any():
        return np.asarray(mixed)
    middle = points[faces].mean(axis=1)
    near = np.zeros(len(faces), bool)
    for _, hand in SIDES:
        near |= segment_distance(middle, named[f"shoulder_{hand}"], named[f"armpit_{hand}"]) < reach_px
    return np.asarray(mixed & ~near)


def segment_distance(points: Array, start: Array, end: Array) -> Array:
    """(N,) Distance of points to a line from start to end."""
    along = end - start
    t = np.clip((points - start) @ along / max(float(along @ along), 1e-9), 0, 1)
    return np.asarray(np.linalg.norm(points - start - t[:, None] * along, axis=1))


def _clockwise(points: Array, faces: Array) -> Array:
    a, b, c = (points[faces[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    turned = np.where((area < 0)[:, None], faces[:, [0, 2, 1]], faces)
    return np.asarray(turned[np.abs(area) > 1e-3])


def _pixel(points: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    columns = np.clip(np.round(points[:, 0]).astype(np.int64), 0, shape[1] - 1)
    rows = np.clip(np.round(points[:, 1]).astype(np.int64), 0, shape[0] - 1)
    return rows, columns


def _look_up(picture: Array, points: Array) -> Array:
    """(N,) The picture's values at points."""
    return np.asarray(picture[_pixel(points, picture.shape)])
