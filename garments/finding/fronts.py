"""Where a garment opens in front, closed or open in its photo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.finding.best_path import best_path
from garments.finding.corners import Points
from garments.kinds import Kind

SEEN_OPEN = 0.5
"""Share of `open` from which the front is taken for open."""
SURELY_OPEN = 0.9
"""The same for a kind that does not open."""
LEAST_GAP = 0.08
"""How far apart the edges of an open front are at the hem, in shares of its width."""
STATIONS = 25
"""Points on each front edge."""
LOOK_ASIDE = 0.05
"""How far an edge may lie beside the straight line between its ends, in shares of its length."""


def choose_front(fronts: dict[str, float], at: dict[str, Points], kind: Kind) -> str:
    """One of `FRONTS`, of those the kind can have; a front whose edges meet at the hem is closed."""
    if not kind.opens:
        return "open" if fronts["open"] >= SURELY_OPEN else "whole"
    apart = float(at["opening_left"][0] - at["opening_right"][0])
    if fronts["open"] >= SEEN_OPEN and apart > LEAST_GAP * float(at["hem_left"][0] - at["hem_right"][0]):
        return "open"
    return "closed" if fronts["closed"] >= fronts["whole"] else "whole"


def close_front(at: dict[str, Points], sure: dict[str, float]) -> tuple[dict[str, Points], dict[str, float]]:
    """Points and confidence with both openings at the middle of the hem."""
    middle = ((at["hem_left"] + at["hem_right"]) / 2).astype(np.float32)
    likely = min(sure["hem_left"], sure["hem_right"])
    names = ("opening_left", "opening_right")
    return at | dict.fromkeys(names, middle), sure | dict.fromkeys(names, likely)


def trace_open_front(cutout_rgba: NDArray[np.uint8], at: dict[str, Points]) -> Points:
    """(K, 2) The edge of an open front: down the photo's left side to the hem, over, and up again.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        at: Photo pixels by name, with rims, `neck_front` and openings.
    """
    edges = _edge_strength(cutout_rgba)
    sides = []
    for hand in ("right", "left"):
        start, middle, end = at[f"rim_{hand}"], at["neck_front"], at[f"opening_{hand}"]
        # The edge leaves the rim towards the place where the fronts come nearest, and falls from there.
        turn = np.array([(middle[0] + end[0]) / 2 if abs(end[0] - middle[0]) > 4 else end[0], middle[1]], np.float32)
        upper = np.linspace(start, turn, STATIONS // 3, endpoint=False)
        lower = np.linspace(turn, end, STATIONS - STATIONS // 3)
        sides.append(_pull(np.vstack([upper, lower]).astype(np.float32), edges))
    return np.vstack([sides[0], sides[1][::-1]]).astype(np.float32)


def _edge_strength(cutout_rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = cv2.cvtColor(np.ascontiguousarray(cutout_rgba[..., :3]), cv2.COLOR_RGB2LAB)
    soft = cv2.GaussianBlur(lab.astype(np.float32), (0, 0), 1.5)
    across = np.sqrt((cv2.Sobel(soft, cv2.CV_32F, 1, 0) ** 2).sum(axis=2))
    usual = cv2.GaussianBlur(across, (0, 0), 15) + 4.0
    return np.asarray(np.clip(across / (2 * usual), 0, 1), np.float32)


def _pull(line: Points, edges: NDArray[np.float32]) -> Points:
    """The line moved sideways, smoothly, on to the strongest upright edge near it; its ends stay."""
    reach = LOOK_ASIDE * float(np.linalg.norm(line[-1] - line[0]))
    offsets = np.linspace(-reach, reach, 21).astype(np.float32)
    rows = np.clip(np.round(line[:, 1]).astype(int), 0, edges.shape[0] - 1)
    columns = np.clip(np.round(line[:, :1] + offsets).astype(int), 0, edges.shape[1] - 1)
    gain = edges[rows[:, None], columns] - 0.15 * (offsets / max(reach, 1e-3)) ** 2
    gain[[0, -1], :] -= 9.0 * (offsets != 0)
    bend = 0.15 * (10 * (offsets[:, None] - offsets[None, :]) / max(reach, 1e-3)) ** 2 / 4
    moved = line.copy()
    moved[:, 0] += offsets[best_path(gain, bend)]
    return moved
