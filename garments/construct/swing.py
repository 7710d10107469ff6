"""Fronts that open: where they are parted, and how they hang aside."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.construct.measures import Cut, smoothstep
from garments.construct.sheet import Sheet
from garments.garment import Garment

Array = NDArray[Any]
REACH_PX = 40.0
"""How far a parting goes on beyond the hem, so that it parts the cloth's margin too."""
NECK_M, CHEST_M, HEM_M, LONG_HEM_M = 0.045, 0.07, 0.095, 0.13
"""How far each front hangs aside at the neck, on the chest, at a jacket's hem and at a coat's."""
MOST_ASIDE = 0.45
"""No front hangs further aside than this share of its width."""
STANDS_OFF_M = 0.014
"""How far the edge of an open front stands off the chest."""
OVERLAP_M = 0.010
"""How far each front of an open jacket goes beyond the middle when it is closed."""
MOST_STRETCHED = 1.9
"""Fronts that would have to be stretched more than this to meet cannot be closed."""
SHARP_PX = 0.5
"""Vertices nearer to the parting lie on it."""


@dataclass(frozen=True)
class Front:
    """The two edges of a front that opens, each from the neck down; one line where they meet."""

    right_px: NDArray[np.float32]
    """(K, 2) The edge of the wearer's right front."""
    left_px: NDArray[np.float32]
    """(L, 2) The other one."""
    neck_px: float
    """The row from which downwards closed fronts meet."""
    is_open: bool
    """Whether the photo shows it open."""

    def parting(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """(J, 2) The line to part a closed front along, or the outline of what an open one shows, to beyond the hem."""
        if not self.is_open:
            return np.vstack([self.right_px, self.right_px[-1:] + np.array([0, REACH_PX])])
        low = np.array([0, shape[0] + REACH_PX])
        ends = [self.right_px[-1] * [1, 0] + low, self.left_px[-1] * [1, 0] + low]
        return np.vstack([self.right_px, ends, self.left_px[::-1]]).astype(np.float32)


def find_front(points: dict[str, Array], opening_px: Array | None, front: str) -> Front | None:
    """The edges of a front that opens; None for one that does not, or whose edges were not found.

    Args:
        points: Landmarks by name.
        opening_px: (K, 2) The neckline, with an open front down to the hem and up again.
        front: One of `FRONTS`.
    """
    if front == "whole" or "opening_left" not in points:
        return None
    neck = points["neck_front"]
    if front == "closed":
        end = (points["opening_left"] + points["opening_right"]) / 2
        start = neck if opening_px is not None else np.array([neck[0], 0.0])
        line = np.stack([start, end]).astype(np.float32)
        return Front(line, line, float(neck[1]), False) if end[1] > start[1] + 1 else None
    if opening_px is None or len(opening_px) < 4:
        return None
    turn = int(((opening_px - points["opening_right"]) ** 2).sum(axis=1).argmin())
    right, left = opening_px[: turn + 1], opening_px[turn + 1 :][::-1]
    if len(right) < 2 or len(left) < 2:
        return None
    return Front(right.astype(np.float32), left.astype(np.float32), float(neck[1]), True)


def meet(sheet: Sheet, front: Front, cut: Cut) -> Sheet | None:
    """The sheet with its open fronts closed: each is stretched until they meet; None where they cannot."""
    flat, side = cut.flat(sheet.points_photo_px), _sides(sheet, front)
    x, y = flat[:, 0], flat[:, 1]
    bound, edge = _bounds(y, side, cut), _edge_at(y, side, front, cut)
    start, neck = (float(cut.flat(np.array([[0, row]]))[0, 1]) for row in (front.right_px[0, 1], front.neck_px))
    other = _edge_at(y, -side, front, cut)
    # Half way between the edges and the axis: who stands turned a little shows one front more than the other.
    middle = np.polyval(np.polyfit(y[y > neck], 0.25 * (edge + other)[y > neck], 1), y)
    room, wanted = np.maximum(side * (bound - edge), 0.01), side * (bound - middle)
    of_front = (y > neck) & (side != 0)
    if not of_front.any() or np.quantile((wanted / room)[of_front], 0.95) > MOST_STRETCHED:
        return None
    share = np.clip(side * (bound - x) / room, 0, 1)
    moved = x + (middle - side * OVERLAP_M - edge) * share * smoothstep(start, max(neck, start + 0.02), y)
    return _with_flat(sheet, np.stack([np.where(side == 0, x, moved), y], axis=1), cut)


def swing(sheet: Sheet, front: Front, cut: Cut, side: Array) -> tuple[Sheet, Array]:
    """The sheet with its closed fronts hanging aside, nothing moved at sides and shoulders, and (N,) how much of the
    way to the edge of an open front each point is."""
    flat = cut.flat(sheet.points_photo_px)
    x, y = flat[:, 0], flat[:, 1]
    bound, edge = _bounds(y, side, cut), _edge_at(y, side, front, cut)
    room = np.maximum(side * (bound - edge), 0.01)
    out = np.clip(side * (x - edge) / room, 0, 1)
    neck = float(cut.flat(np.array([[0, front.neck_px]]))[0, 1])
    hem = max(float(cut.flat(front.right_px[-1:])[0, 1]), neck + 0.2)
    chest = neck + min(0.15, 0.4 * (hem - neck))
    at_hem = np.interp(hem - neck, [0.55, 1.0], [HEM_M, LONG_HEM_M])
    # Above the neckline's lowest point its edges fall from the shoulders, which stay.
    aside = np.interp(
        y, [min(0.0, neck - 0.01), neck, chest, hem], [0.0 if neck > 0.1 else NECK_M, NECK_M, CHEST_M, at_hem]
    )
    aside = np.minimum(aside, MOST_ASIDE * room)
    # What lies beside the edge goes along whole; the slack gathers at the side.
    share = (1 - out**1.6) * smoothstep(0.0, 0.08, y - cut.seam(x)) * (y > 0)
    moved = np.stack([x + side * aside * share, y], axis=1)
    return _with_flat(sheet, moved, cut), share * (1 - out)


def open_up(
    garment: Garment,
    sheet: Sheet,
    front: Front,
    cut: Cut,
    lay: Callable[[Sheet, Array], Array],
    push: Callable[[Array, Array], Array],
) -> Garment:
    """The garment with a front that can be worn open.

    Args:
        garment: Front, back and lining of the sheet, one after the other.
        sheet: As it lies in the photo.
        front: Its front's edges.
        cut: Its measures.
        lay: Where the points of a sheet's front lie on the resting body; also which vertices of the sheet they are.
        push: Rest metres of vertices (N, 3) moved out of the body; also which vertices of the sheet they are.
    """
    count = len(sheet.points_photo_px)
    if front.is_open:
        closed = meet(sheet, front, cut)
        # What is seen between the edges may be another piece: the back's own cloth stands for it.
        shown = garment.faces[(garment.faces < 2 * count).all(axis=1)]
        opened, offsets = replace(garment, faces=shown, is_open=True), np.zeros_like(garment.vertices_rest_m)
        if closed is not None:
            rows = np.arange(count)
            offsets[:count] = _moved(garment.vertices_rest_m[:count], lay(sheet, rows) - lay(closed, rows), rows, push)
        return replace(opened, open_offsets_m=offsets)
    garment, rows = part(garment, sheet, front)
    twice = replace(
        sheet,
        points_photo_px=sheet.points_photo_px[rows],
        side=sheet.side[rows],
        seam=sheet.seam[rows],
    )
    side = _sides(sheet, front)[rows]
    side[count:] = -1
    side[:count][side[:count] == 0] = 1
    aside, edge = swing(twice, front, cut, side)
    step = lay(aside, rows) - lay(twice, rows)
    step[:, 1] -= STANDS_OFF_M * edge**2
    added = len(garment.vertices_rest_m) - len(rows) + count
    mine = np.concatenate([np.arange(count), np.arange(added, len(garment.vertices_rest_m))])
    offsets = np.zeros_like(garment.vertices_rest_m)
    offsets[mine] = _moved(garment.vertices_rest_m[mine], step, rows, push)
    return replace(garment, open_offsets_m=offsets)


def part(garment: Garment, sheet: Sheet, front: Front) -> tuple[Garment, NDArray[np.int64]]:
    """The garment cut open along its front's line: the right front gets vertices of its own there, after all others.

    Also the (N + K,) rows of the sheet that the front's vertices are, the new ones last.
    """
    count = len(sheet.points_photo_px)
    side = _sides(sheet, front)
    on_line = np.flatnonzero(side == 0)
    is_front = np.asarray((garment.faces < count).all(axis=1), np.bool_)
    middle = sheet.points_photo_px[np.where(is_front[:, None], garment.faces, 0)].mean(axis=1)
    line_x = np.interp(middle[:, 1], front.right_px[:, 1], front.right_px[:, 0])
    right = is_front & (middle[:, 0] < line_x)
    row = np.arange(len(garment.vertices_rest_m))
    row[on_line] = len(row) + np.arange(len(on_line))
    faces = np.where(right[:, None], row[garment.faces], garment.faces).astype(np.int32)
    parted = replace(
        garment,
        vertices_rest_m=np.vstack([garment.vertices_rest_m, garment.vertices_rest_m[on_line]]),
        faces=faces,
        uv=np.vstack([garment.uv, garment.uv[on_line]]),
        segments=np.vstack([garment.segments, garment.segments[on_line]]),
        weights=np.vstack([garment.weights, garment.weights[on_line]]),
    )
    return parted, np.concatenate([np.arange(count), on_line])


def _moved(closed_m: Array, step_m: Array, rows: Array, push: Callable[[Array, Array], Array]) -> NDArray[np.float32]:
    """(N, 3) The steps, longer where they would end in the body; nothing that stays is pushed."""
    moving = np.linalg.norm(step_m, axis=1) > 1e-4
    steps = step_m.copy()
    steps[moving] = push(closed_m[moving] + step_m[moving], rows[moving]) - closed_m[moving]
    return steps.astype(np.float32)


def _sides(sheet: Sheet, front: Front) -> NDArray[np.float64]:
    """(N,) +1 on the wearer's left front, -1 on the right one, 0 on the line (of an open front: between the edges)."""
    x, y = sheet.points_photo_px[:, 0], sheet.points_photo_px[:, 1]
    right, left = (np.interp(y, *_falling(line)) for line in (front.right_px, front.left_px))
    if front.is_open:
        return np.where(x <= right + SHARP_PX, -1.0, np.where(x >= left - SHARP_PX, 1.0, 0.0))
    on = (np.abs(x - right) < SHARP_PX) & (y > front.right_px[0, 1] - SHARP_PX)
    return np.where(on, 0.0, np.sign(x - right))


def _falling(line_px: Array) -> tuple[Array, Array]:
    """y and x of an edge, y never falling back."""
    return np.maximum.accumulate(line_px[:, 1]) + 1e-3 * np.arange(len(line_px)), line_px[:, 0]


def _edge_at(y_m: Array, side: Array, front: Front, cut: Cut) -> Array:
    """(N,) x in metres of each point's own front edge at its height."""
    right, left = (np.interp(y_m, *_falling(cut.flat(line))) for line in (front.right_px, front.left_px))
    return np.where(side < 0, right, left)


def _bounds(y_m: Array, side: Array, cut: Cut) -> Array:
    """(N,) x of the torso's side on each point's side."""
    left, right = (np.interp(y_m, cut.rows_m, edge) for edge in (cut.left_m, cut.right_m))
    return np.where(side < 0, right, left)


def _with_flat(sheet: Sheet, flat_m: Array, cut: Cut) -> Sheet:
    return replace(sheet, points_photo_px=(flat_m / cut.m_per_px + cut.origin_px).astype(np.float32))
