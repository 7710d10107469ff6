"""Finds the pixels of one worn piece of clothing, and of what lies in front of it."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fitting.frame import PARSE_LABELS, ParseFrame
from fitting.parse import spread
from garments.cutting.regions import split
from garments.kinds import Kind

Array = NDArray[Any]
WORK_PX = 360
"""Long side at which the piece's edge is looked for."""
SURE, UNSURE = 0.85, 0.1
"""Shares of the parser from which a pixel is surely, and possibly, the piece."""
SMALLEST = 0.04
"""Pieces smaller than this share of the largest are crumbs."""
BEFORE = ("hair", "bag")
"""What may hang before a piece, besides arms and hands."""


@dataclass(frozen=True)
class WornPiece:
    """One piece as somebody wears it."""

    mask: NDArray[np.bool_]
    """(H, W) Its visible cloth."""
    before: NDArray[np.bool_]
    """(H, W) Hair, skin and bags, which may lie before it."""
    rivals: dict[str, float]
    """Share of all clothing that each of upper, lower and dress has, before the piece was chosen."""


def wanted_labels(kind: Kind) -> tuple[str, ...]:
    """The parser's labels that a kind's cloth may have."""
    if kind.covers == frozenset({"upper"}):
        return ("upper", "dress") if kind.opens else ("upper",)
    return ("lower",) if kind.covers == frozenset({"lower"}) else ("dress", "upper", "lower")


def find_piece(photo_rgb: NDArray[np.uint8], parse: ParseFrame, kind: Kind, waist_y: float) -> WornPiece:
    """The worn piece of that kind: the parser's labels, brought to the photo's edges.

    Below the waist, `waist_y` in the photo, a skirt is often taken for a dress.
    """
    shape = (photo_rgb.shape[0], photo_rgb.shape[1])
    shares = {name: spread(parse, index, shape) for index, name in enumerate(PARSE_LABELS)}
    areas = {name: float(shares[name].sum()) for name in ("upper", "lower", "dress")}
    total = max(sum(areas.values()), 1.0)
    wanted = np.sum([shares[name] for name in wanted_labels(kind)], axis=0)
    if kind.shape == "skirt" and areas["upper"] > areas["dress"] / 4:
        wanted[max(0, round(waist_y)) :] += shares["dress"][max(0, round(waist_y)) :]
        areas["lower"] += float(shares["dress"][max(0, round(waist_y)) :].sum())
    before = sum((shares[name] for name in (*BEFORE, "skin")), np.zeros(shape, np.float32))
    mask = _keep_large(_meet_edges(photo_rgb, wanted))
    return WornPiece(mask, (before > 0.5) & ~mask, {name: area / total for name, area in areas.items()})


def _meet_edges(photo_rgb: NDArray[np.uint8], share: Array) -> NDArray[np.bool_]:
    """GrabCut between the pixels that are surely and surely not the piece, in the box that holds it."""
    likely = share > UNSURE
    if not likely.any():
        return np.asarray(likely, np.bool_)
    rows, columns = np.flatnonzero(likely.any(axis=1)), np.flatnonzero(likely.any(axis=0))
    margin = 8 + max(len(rows), len(columns)) // 12
    window = tuple(slice(max(0, ends[0] - margin), ends[-1] + margin) for ends in (rows, columns))
    part, near = np.ascontiguousarray(photo_rgb[window]), np.ascontiguousarray(share[window])
    scale = min(1.0, WORK_PX / max(near.shape))
    size = round(near.shape[1] * scale), round(near.shape[0] * scale)
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    near_small = np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_AREA), np.float32)
    marks = np.where(near_small > 0.5, np.uint8(cv2.GC_PR_FGD), np.uint8(cv2.GC_PR_BGD))
    marks[near_small > SURE] = cv2.GC_FGD
    marks[near_small < UNSURE] = cv2.GC_BGD
    mask = share > 0.5
    if (marks == cv2.GC_FGD).any() and (marks == cv2.GC_BGD).any():
        cv2.setRNGSeed(1)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(small, marks, (0, 0, 1, 1), *models, 2, cv2.GC_INIT_WITH_MASK)
        cut = ((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.float32)
        soft = cv2.GaussianBlur(cut, (0, 0), 1.0)
        mask[window] = cv2.resize(soft, near.shape[::-1], interpolation=cv2.INTER_CUBIC) > 0.5
    return np.asarray(mask, np.bool_)


def _keep_large(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pieces = split(mask)
    areas = pieces.areas_px.astype(float)
    if areas.max() == 0:
        return mask
    return np.asarray((areas > SMALLEST * areas.max())[pieces.labels] & mask, np.bool_)
