"""The cut-out as a flat sheet of triangles, with its sleeves told apart from its torso."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from garments.landmarks import Landmarks


@dataclass(frozen=True)
class Sheet:
    """One side of a garment as it lies in the photo."""

    points_photo_px: NDArray[np.float32]
    """(N, 2) Contour and inner points."""
    faces: NDArray[np.int32]
    """(M, 3) Triangles, clockwise on the photo (y down), which is the garment's front."""
    side: NDArray[np.int8]
    """(N,) +1 on the wearer's left sleeve, -1 on the right one, 0 on the torso."""


def part_masks(mask: NDArray[np.bool_], landmarks: Landmarks) -> dict[int, NDArray[np.bool_]]:
    """Cut the sleeves off at the armholes; keys are +1 (wearer's left), -1 (right) and 0 (torso)."""
    cut = mask.astype(np.uint8)
    points = dict(zip(landmarks.names, landmarks.points_photo_px, strict=True))
    reach = 0.02 * float(np.hypot(*mask.shape))
    for hand in ("left", "right"):
        if _sleeve_length(points, hand) <= 0:
            continue
        shoulder, armpit = points[f"shoulder_{hand}"], points[f"armpit_{hand}"]
        up = (shoulder - armpit) / max(float(np.linalg.norm(shoulder - armpit)), 1e-3)
        _line(cut, shoulder + reach * up, armpit)
        # A sleeve that lies against the body has no gap: the line from the armpit to the cuff parts them.
        _line(cut, armpit, points[f"cuff_inner_{hand}"])
    _, pieces = cv2.connectedComponents(cut, connectivity=4)
    parts = {0: mask.copy()}
    for sign, hand in ((1, "left"), (-1, "right")):
        parts[sign] = np.zeros_like(mask)
        if _sleeve_length(points, hand) <= 0:
            continue
        middle = np.mean([points[f"{name}_{hand}"] for name in ("shoulder", "armpit", "cuff_outer", "cuff_inner")], axis=0)
        piece = _piece_near(pieces, middle)
        torso = _piece_near(pieces, np.mean([points["hem_left"], points["hem_right"], points["neck_left"], points["neck_right"]], axis=0))
        if piece and piece != torso:
            parts[sign] = pieces == piece
            parts[0] &= ~parts[sign]
    return parts


def slits(landmarks: Landmarks) -> NDArray[np.float32]:
    """(K, 2, 2) Lines from armpit to cuff, across which sleeve and torso never join."""
    points = dict(zip(landmarks.names, landmarks.points_photo_px, strict=True))
    lines = [
        (points[f"armpit_{hand}"], points[f"cuff_inner_{hand}"])
        for hand in ("left", "right")
        if _sleeve_length(points, hand) > 0
    ]
    return np.array(lines, np.float32).reshape(-1, 2, 2)


def lay_sheet(
    mask: NDArray[np.bool_],
    parts: dict[int, NDArray[np.bool_]],
    slit_lines_px: NDArray[np.float32],
    *,
    spacing_px: float,
) -> Sheet:
    """Cover a silhouette with triangles of about one size that end on its contour and on the slits."""
    points = [_contour_points(mask, spacing_px), *(_slit_points(mask, line, spacing_px) for line in slit_lines_px)]
    points = np.vstack([*points, _inner_points(mask, spacing_px, np.vstack(points))]).astype(np.float32)
    faces = Delaunay(points).simplices.astype(np.int32)
    faces = faces[_inside(mask, points, faces)]
    for line in slit_lines_px:
        faces = faces[~_crossing(points, faces, line)]
    rows, columns = _pixel(points, mask.shape)
    side = _labels(parts)[rows, columns]
    return Sheet(points, _clockwise(points, faces), side)


def _sleeve_length(points: dict[str, NDArray[np.float32]], hand: str) -> float:
    """How far the cuff lies beyond the armhole, in pixels; 0 for a garment without sleeves."""
    armhole = points[f"armpit_{hand}"] - points[f"shoulder_{hand}"]
    cuff = (points[f"cuff_outer_{hand}"] + points[f"cuff_inner_{hand}"]) / 2
    middle = (points[f"armpit_{hand}"] + points[f"shoulder_{hand}"]) / 2
    length = float(np.linalg.norm(cuff - middle))
    return length if length > 0.25 * float(np.linalg.norm(armhole)) else 0.0


def _line(mask: NDArray[np.uint8], start: NDArray[np.float32], end: NDArray[np.float32]) -> None:
    cv2.line(mask, np.round(start).astype(int).tolist(), np.round(end).astype(int).tolist(), 0, 2)


def _piece_near(pieces: NDArray[np.int32], point: NDArray[np.float32]) -> int:
    """The label of the piece nearest to a point, 0 when there is none."""
    ys, xs = np.nonzero(pieces)
    if not len(ys):
        return 0
    nearest = int(np.argmin((xs - point[0]) ** 2 + (ys - point[1]) ** 2))
    return int(pieces[ys[nearest], xs[nearest]])


def _contour_points(mask: NDArray[np.bool_], spacing_px: float) -> NDArray[np.float32]:
    """Points along every outline, one spacing apart, half a pixel inside."""
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    kept = []
    for outline in outlines:
        line = outline.reshape(-1, 2).astype(np.float32)
        closed = np.vstack([line, line[:1]])
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
        if along[-1] < 6 * spacing_px:
            continue
        stations = np.linspace(0, along[-1], int(along[-1] / spacing_px), endpoint=False)
        kept.append(np.stack([np.interp(stations, along, closed[:, axis]) for axis in (0, 1)], axis=1))
    return np.vstack(kept).astype(np.float32)


def _slit_points(mask: NDArray[np.bool_], line: NDArray[np.float32], spacing_px: float) -> NDArray[np.float32]:
    """Points on both sides of a slit, where it runs through cloth."""
    start, end = line
    length = float(np.linalg.norm(end - start))
    along = np.linspace(0, 1, max(int(length / spacing_px), 2))[1:, None]
    across = np.array([start[1] - end[1], end[0] - start[0]]) / max(length, 1e-3)
    points = np.vstack([start + along * (end - start) + sign * 2.0 * across for sign in (-1, 1)]).astype(np.float32)
    rows, columns = _pixel(points, mask.shape)
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return points[distance[rows, columns] > 0.5 * spacing_px]


def _inner_points(
    mask: NDArray[np.bool_], spacing_px: float, taken_px: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A hexagonal grid that keeps clear of the contour and of the points already taken."""
    height, width = mask.shape
    ys = np.arange(0, height, spacing_px * 0.866)
    grid = [(x + (row % 2) * spacing_px / 2, y) for row, y in enumerate(ys) for x in np.arange(0, width, spacing_px)]
    points = np.array(grid, np.float32)
    free = np.where(mask, np.uint8(1), np.uint8(0))
    rows, columns = _pixel(taken_px, mask.shape)
    free[rows, columns] = 0
    distance = cv2.distanceTransform(free, cv2.DIST_L2, 5)
    rows, columns = _pixel(points, mask.shape)
    return points[distance[rows, columns] > 0.6 * spacing_px]


def _inside(mask: NDArray[np.bool_], points: NDArray[np.float32], faces: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which triangles lie on the silhouette: their middle and the middles of their edges do."""
    corners = points[faces]
    inside = np.ones(len(faces), bool)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for probe in (corners.mean(axis=1), *((corners[:, a] + corners[:, b]) / 2 for a, b in ((0, 1), (1, 2), (2, 0)))):
        rows, columns = _pixel(probe, mask.shape)
        inside &= near[rows, columns]
    return inside


def _labels(parts: dict[int, NDArray[np.bool_]]) -> NDArray[np.int8]:
    """(H, W) The part of every pixel; pixels outside take the part of the nearest one inside."""
    labels = np.zeros(parts[0].shape, np.int8)
    for sign in (1, -1):
        labels[parts[sign]] = sign
    return labels


def _crossing(
    points: NDArray[np.float32], faces: NDArray[np.int32], line: NDArray[np.float32]
) -> NDArray[np.bool_]:
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


def _clockwise(points: NDArray[np.float32], faces: NDArray[np.int32]) -> NDArray[np.int32]:
    a, b, c = (points[faces[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    turned = faces.copy()
    turned[area < 0] = turned[area < 0][:, [0, 2, 1]]
    return turned[np.abs(area) > 1e-3]


def _pixel(points: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    columns = np.clip(np.round(points[:, 0]).astype(np.int64), 0, shape[1] - 1)
    rows = np.clip(np.round(points[:, 1]).astype(np.int64), 0, shape[0] - 1)
    return rows, columns
