"""Lets sewn cloth fall onto the mannequin: position-based dynamics, one compiled loop."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from garments.demo.mannequin import Figure
from garments.demo.pattern import Pattern

Array = NDArray[np.float64]
STEP_SECS = 1 / 500
GRAVITY = 9.81
SAG_M = 0.012
"""How far what is held may slip."""
SWING_M = 0.03
"""How much further apart than cut two free fronts may hang."""


def fall(
    pattern: Pattern,
    figure: Figure,
    *,
    steps: int = 1500,
    bend: float = 0.02,
    shrink: Array | None = None,
    gap_m: float = 0.004,
) -> Array:
    """(P, 3) Where the welded points come to rest.

    `bend` (0 to 1) is how much of a fold is taken out a step; `shrink` (C,) scales the cloth at each corner, as
    ribbing does.
    """
    pairs, rests = list_threads(pattern, shrink)
    wings, spans = list_wings(pattern, shrink)
    start = pattern.start_m.copy()
    least, most = np.full(start.shape, -np.inf), np.full(start.shape, np.inf)
    least[pattern.held, 2] = start[pattern.held, 2] - SAG_M
    least[pattern.pinned], most[pattern.pinned] = start[pattern.pinned] - SAG_M, start[pattern.pinned] + SAG_M
    apart = start[pattern.ties]
    reach = np.linalg.norm(apart[:, 0] - apart[:, 1], axis=1) + SWING_M
    return np.asarray(
        _settle(
            start, pairs, rests, wings, spans, pattern.ties, reach, least, most, bend,
            figure.distance_m.astype(np.float64),
            figure.origin_m, figure.cell_m, gap_m, steps, STEP_SECS,
        )
    )  # fmt: skip


def list_threads(pattern: Pattern, shrink: Array | None) -> tuple[NDArray[np.int32], Array]:
    """(E, 2) welded ends of every edge, and (E,) its length in the flat cloth, the mean of both sides of a seam."""
    corner = np.concatenate([pattern.faces[:, [0, 1]], pattern.faces[:, [1, 2]], pattern.faces[:, [2, 0]]])
    size = np.linalg.norm(pattern.cloth_m[corner[:, 0]] - pattern.cloth_m[corner[:, 1]], axis=1)
    if shrink is not None:
        size = size * shrink[corner].mean(1)
    ends = np.sort(pattern.weld[corner], 1)
    unique, back = np.unique(ends, axis=0, return_inverse=True)
    back = back.ravel()
    return unique.astype(np.int32), np.bincount(back, size) / np.bincount(back)


def list_wings(pattern: Pattern, shrink: Array | None) -> tuple[NDArray[np.int32], Array]:
    """(W, 2) the far points of two triangles that share an edge, and (W,) how far apart they are when flat."""
    faces = pattern.faces
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    far = np.concatenate([faces[:, 2], faces[:, 0], faces[:, 1]])
    order = np.lexsort(np.sort(edges, 1).T)
    key = np.sort(edges, 1)[order]
    twin = np.flatnonzero((key[1:] == key[:-1]).all(1))
    a, b = far[order][twin], far[order][twin + 1]
    span = np.linalg.norm(pattern.cloth_m[a] - pattern.cloth_m[b], axis=1)
    if shrink is not None:
        span = span * (shrink[a] + shrink[b]) / 2
    return np.stack([pattern.weld[a], pattern.weld[b]], 1).astype(np.int32), span


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator,unused-ignore]
def _settle(x, pairs, rests, wings, spans, ties, reach, least, most, bend, field, origin, cell, gap, steps, h):  # type: ignore[no-untyped-def]
    n = len(x)
    v = np.zeros_like(x)
    old = x.copy()
    nx, ny, nz = field.shape
    for step in range(steps):
        calm = 0.985 if step < steps * 0.7 else 0.96
        for i in range(n):
            v[i, 2] -= GRAVITY * h
            for k in range(3):
                v[i, k] *= calm
                old[i, k] = x[i, k]
                x[i, k] += v[i, k] * h
        for _ in range(2):
            _pull(x, pairs, rests, 1.0, 1.0)
        _pull(x, wings, spans, bend, bend * 0.3)
        _pull(x, ties, reach, 0.0, 1.0)
        for i in range(n):
            for k in range(3):
                x[i, k] = min(max(x[i, k], least[i, k]), most[i, k])
            a = (x[i, 0] - origin[0]) / cell
            b = (x[i, 1] - origin[1]) / cell
            c = (x[i, 2] - origin[2]) / cell
            ia, ib, ic = int(a), int(b), int(c)
            if a < 0 or b < 0 or c < 0 or ia > nx - 2 or ib > ny - 2 or ic > nz - 2:
                continue
            fa, fb, fc = a - ia, b - ib, c - ic
            d000, d100 = field[ia, ib, ic], field[ia + 1, ib, ic]
            d010, d110 = field[ia, ib + 1, ic], field[ia + 1, ib + 1, ic]
            d001, d101 = field[ia, ib, ic + 1], field[ia + 1, ib, ic + 1]
            d011, d111 = field[ia, ib + 1, ic + 1], field[ia + 1, ib + 1, ic + 1]
            e00, e10 = d000 + (d100 - d000) * fa, d010 + (d110 - d010) * fa
            e01, e11 = d001 + (d101 - d001) * fa, d011 + (d111 - d011) * fa
            low, high = e00 + (e10 - e00) * fb, e01 + (e11 - e01) * fb
            d = low + (high - low) * fc
            if d < gap:
                gz = high - low
                gy = (e10 - e00) * (1 - fc) + (e11 - e01) * fc
                gx = ((d100 - d000) * (1 - fb) + (d110 - d010) * fb) * (1 - fc) + (
                    (d101 - d001) * (1 - fb) + (d111 - d011) * fb
                ) * fc
                g = np.sqrt(gx * gx + gy * gy + gz * gz) + 1e-9
                push = min(gap - d, 0.004)
                x[i, 0] += push * gx / g
                x[i, 1] += push * gy / g
                x[i, 2] += push * gz / g
                for k in range(3):
                    x[i, k] -= (x[i, k] - old[i, k]) * 0.25
        for i in range(n):
            for k in range(3):
                v[i, k] = (x[i, k] - old[i, k]) / h
            speed = np.sqrt(v[i, 0] ** 2 + v[i, 1] ** 2 + v[i, 2] ** 2)
            if speed > 2.0:
                for k in range(3):
                    v[i, k] *= 2.0 / speed
    return x


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator,unused-ignore]
def _pull(x, pairs, rests, apart, together):  # type: ignore[no-untyped-def]
    for e in range(len(pairs)):
        i, j = pairs[e, 0], pairs[e, 1]
        dx, dy, dz = x[j, 0] - x[i, 0], x[j, 1] - x[i, 1], x[j, 2] - x[i, 2]
        d = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
        miss = d - rests[e]
        s = 0.5 * miss / d * (together if miss > 0 else apart)
        x[i, 0] += dx * s
        x[i, 1] += dy * s
        x[i, 2] += dz * s
        x[j, 0] -= dx * s
        x[j, 1] -= dy * s
        x[j, 2] -= dz * s
