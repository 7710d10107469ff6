"""Where trousers and skirts end: side seams and inside seams, along which front and back meet, and free edges."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from garments.construct.edges import SLIT_PX, Edges, between, largest_piece
from garments.construct.sheet import Sheet

Array = NDArray[Any]
SIGNS = {"left": 1, "right": -1}
TOUCH_PX = 2.0
"""How far below the crotch cloth still belongs to both legs."""
STRAIGHT_ON = 0.12
"""Share of a seam's height that says where it goes on beyond its ends."""


@dataclass(frozen=True)
class Sides:
    """How far cloth reaches in each row of a photo."""

    outer_px: dict[int, NDArray[np.float64]]
    """(H,) x of the outer edge, by side: +1 the wearer's left, -1 the right. Straight on beyond the corners."""
    inner_px: dict[int, NDArray[np.float64]]
    """(H,) x of the garment's middle and, below the crotch, of the inside seam."""
    crotch_y_px: float
    """Row of the crotch; endless for a skirt."""

    def across(self, points_px: Array) -> tuple[Array, Array]:
        """(N,) side of each point, and (N,) its share of the way from the middle (0) to the outer edge (1)."""
        x, y = points_px[:, 0], points_px[:, 1]
        rows = np.arange(len(self.outer_px[1]))
        outer, inner = (
            {sign: np.interp(y, rows, line[sign]) for sign in (1, -1)} for line in (self.outer_px, self.inner_px)
        )
        side = np.where(x >= (inner[1] + inner[-1]) / 2, 1, -1)
        shares = {sign: (x - inner[sign]) / _least(outer[sign] - inner[sign], sign) for sign in (1, -1)}
        return side, np.clip(np.where(side > 0, shares[1], shares[-1]), 0, 1)

    def half_px(self, points_px: Array, side: Array) -> Array:
        """(N,) Half the garment's width in each point's row; below the crotch, the width of its leg."""
        rows = np.arange(len(self.outer_px[1]))
        wide = {
            sign: np.abs(np.interp(points_px[:, 1], rows, self.outer_px[sign] - self.inner_px[sign]))
            for sign in (1, -1)
        }
        return np.asarray(np.where(side > 0, wide[1], wide[-1]))


def _least(wide: Array, sign: int) -> Array:
    return np.asarray(sign * np.maximum(sign * wide, 1.0))


def find_lower_edges(alpha: NDArray[np.uint8], points: dict[str, Array], margin_px: float) -> tuple[Edges, Sides]:
    """Tell sewn from free edges by the landmarks at their ends; legs that touch are slit up to the crotch."""
    mask = largest_piece(alpha > 127)
    contour = _outline(mask)
    legs = "crotch" in points
    hem = "leg_outer" if legs else "hem"
    outer = {hand: between(contour, points[f"waistband_{hand}"], points[f"{hem}_{hand}"]) for hand in SIGNS}
    inner, slits = _inside_seams(contour, points) if legs else ({}, {})
    sewn, cuts = _sew_up(mask.shape, _short(outer, margin_px, both=True) + _short(inner, margin_px), slits, margin_px)
    grown = cv2.dilate(mask.astype(np.uint8), _disc(margin_px)) > 0
    domain = largest_piece((mask | (grown & ~sewn)) & ~cuts)
    return Edges(mask, domain, sewn, slits), _sides(mask.shape, points, outer, inner)


def find_legs(edges: Edges, points: dict[str, Array], margin_px: float) -> tuple[Edges, Sides]:
    """The same edges with inside seams, for a garment from the shoulders that has legs."""
    contour = _outline(edges.mask)
    outer = {hand: between(contour, points[f"waist_{hand}"], points[f"leg_outer_{hand}"]) for hand in SIGNS}
    inner, slits = _inside_seams(contour, points)
    sewn, cuts = _sew_up(edges.mask.shape, _short(inner, margin_px), slits, margin_px)
    domain = largest_piece(edges.domain & ~(sewn & ~edges.mask) & ~cuts)
    sides = _sides(edges.mask.shape, points, outer, inner)
    return Edges(edges.mask, domain, edges.sewn | sewn, edges.slits | slits), sides


def part_legs(sheet: Sheet, sides: Sides) -> Sheet:
    """The sheet without triangles that join one leg to the other, sewn all the way round the crotch."""
    at = sheet.points_photo_px
    side, _ = sides.across(at)
    side[at[:, 1] < sides.crotch_y_px + TOUCH_PX] = 0
    corners = side[sheet.faces]
    kept = corners.max(axis=1) - corners.min(axis=1) < 2
    faces = sheet.faces[kept]
    crotch = np.array([sides.inner_px[1][int(sides.crotch_y_px)], sides.crotch_y_px])
    size = float(np.median(np.linalg.norm(at[faces[:, 0]] - at[faces[:, 1]], axis=1)))
    seam = sheet.seam.copy()
    rim = _rim(faces)
    seam[rim[np.linalg.norm(at[rim] - crotch, axis=1) < 1.5 * size]] = True
    return replace(sheet, faces=faces, above=sheet.above[kept], seam=seam)


def _rim(faces: Array) -> Array:
    """(K,) Vertices of edges that only one triangle has."""
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    alone, count = np.unique(edges, axis=0, return_counts=True)
    return np.unique(alone[count == 1])


def _outline(mask: NDArray[np.bool_]) -> Array:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len).reshape(-1, 2))


def _sew_up(
    shape: tuple[int, ...], lines: list[Array], slits: dict[str, Array], margin_px: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(H, W) each: the band over seams, and the slits."""
    seams, cuts = (np.zeros(shape, np.uint8) for _ in range(2))
    for line in lines:
        cv2.polylines(seams, [np.round(line).astype(np.int32)], False, 1, 1)
    for slit in slits.values():
        cv2.polylines(seams, [np.round(slit).astype(np.int32)], False, 1, SLIT_PX + 2)
        cv2.polylines(cuts, [np.round(slit).astype(np.int32)], False, 1, SLIT_PX)
    return cv2.dilate(seams, _disc(margin_px)) > 0, cuts > 0


def _short(lines: dict[str, Array], margin_px: float, *, both: bool = False) -> list[Array]:
    """Seams that end short of the free edges at their ends, which would grow corners otherwise.

    Inside seams run from the hem to the crotch, and all the way there.
    """
    trim = round(margin_px)
    short = [line[trim : len(line) - trim if both else len(line)] for line in lines.values()]
    return [line for line in short if len(line)]


def _disc(radius_px: float) -> NDArray[np.uint8]:
    size = 2 * max(round(radius_px), 1) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _inside_seams(contour: Array, points: dict[str, Array]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Both inside seams from the hem to the crotch, and the slit where legs touch below it."""
    crotch = points["crotch"].astype(np.float64)
    way = between(contour, points["leg_inner_left"], points["leg_inner_right"])
    top = int(np.argmin(way[:, 1]))
    notch = way[top].astype(np.float32)
    slit = np.stack([crotch, notch]).astype(np.float32)
    slits = {"legs": slit} if notch[1] - crotch[1] > SLIT_PX else {}
    down = np.linspace(notch, crotch, max(int(notch[1] - crotch[1]), 2)) if slits else notch[None]
    return {"left": np.vstack([way[: top + 1], down]), "right": np.vstack([way[top:][::-1], down])}, slits


def _sides(shape: tuple[int, ...], points: dict[str, Array], outer: dict[str, Array], inner: dict[str, Array]) -> Sides:
    rows = np.arange(shape[0], dtype=float)
    top = "waistband" if "waistband_left" in points else "waist"
    band = (points[f"{top}_left"] + points[f"{top}_right"]) / 2
    outers = {SIGNS[hand]: _by_row(line, rows, SIGNS[hand]) for hand, line in outer.items()}
    if not inner:
        middle = (outers[1] + outers[-1]) / 2
        return Sides(outers, {1: middle, -1: middle}, float("inf"))
    crotch = min(points["crotch"], inner["left"][-1], key=lambda point: float(point[1]))
    middle = np.interp(rows, [band[1], crotch[1]], [band[0], crotch[0]])
    inners = {
        SIGNS[hand]: np.where(rows < crotch[1], middle, _by_row(line, rows, -SIGNS[hand]))
        for hand, line in inner.items()
    }
    return Sides(outers, inners, float(crotch[1]))


def _by_row(line: Array, rows: Array, sign: int) -> Array:
    """(H,) x of a seam in every row, the outermost where it turns back; straight on beyond its ends."""
    level = np.clip(np.round(line[:, 1]).astype(int), 0, len(rows) - 1)
    furthest = np.full(len(rows), -np.inf)
    np.maximum.at(furthest, level, sign * line[:, 0])
    known = np.flatnonzero(np.isfinite(furthest))
    x = gaussian_filter1d(np.interp(rows, known, sign * furthest[known]), 2.0)
    first, last = known[0], known[-1]
    step = max(int((last - first) * STRAIGHT_ON), 1)
    x[:first] = x[first] + (x[first + step] - x[first]) / step * (rows[:first] - first)
    x[last:] = x[last] + (x[last] - x[last - step]) / step * (rows[last:] - last)
    return np.asarray(x)
