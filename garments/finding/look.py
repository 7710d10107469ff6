"""What the landmark network sees on a cut-out, before anybody says what kind of garment it is."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.finding.landmark_input import (
    CELL_PX,
    FRONTS,
    GROUPS,
    INPUT_PX,
    MIRRORED,
    NECKS,
    POINTS,
    frame_garment,
    network_input,
)

WEIGHTS = Path(__file__).parents[2] / "assets" / "models" / "landmarks.onnx"
VIEWS = ((False, 1.0, (0.0, 0.0)), (True, 1.0, (0.0, 0.0)), (False, 0.94, (1.5, -1.0)), (True, 0.97, (-1.0, 1.5)))
"""Mirrored, size and shift (in what the network sees) of the looks that are compared."""
WINDOW_CELLS = 3

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """One cut-out as the network sees it: it serves every kind."""

    cutout_rgba: NDArray[np.uint8]
    """(H, W, 4) Straight alpha."""
    mask: NDArray[np.uint8]
    """(H, W) 255 on the garment's main piece."""
    points_photo_px: Points
    """(27, 2) In the order of `POINTS`; NaN for what the network was not taught."""
    confidence: Points
    """(27,) Between 0 (a guess, or not taught) and 1."""
    groups: dict[str, float]
    """Shares of `GROUPS`; they sum to one."""
    necks: dict[str, float]
    """Shares of `NECKS`."""
    fronts: dict[str, float]
    """Shares of `FRONTS`."""

    def pick(self, names: tuple[str, ...]) -> tuple[dict[str, Points], dict[str, float]]:
        """Points and confidence of some names."""
        places = {name: POINTS.index(name) for name in names}
        at = {name: self.points_photo_px[place].copy() for name, place in places.items()}
        return at, {name: float(self.confidence[place]) for name, place in places.items()}


def look(cutout_rgba: NDArray[np.uint8]) -> Look:
    """What the network sees on a cut-out, (H, W, 4) with straight alpha: the median of several looks.

    Raises:
        RefusedError: `empty-cutout`.
    """
    mask = main_piece(cutout_rgba[..., 3])
    brightness = cv2.cvtColor(np.ascontiguousarray(cutout_rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    middle = (np.array(INPUT_PX, np.float32) - 1) / 2
    base = frame_garment(mask)
    affines, inputs = [], []
    for mirrored, size, shift in VIEWS:
        affine = base * size
        affine[:, 2] = size * (base[:, 2] - middle) + middle + np.array(shift)
        picture = network_input(mask, np.asarray(brightness, np.uint8), affine)
        affines.append(affine)
        inputs.append(picture[:, :, ::-1] if mirrored else picture)
    maps, *shares = _network().run(None, {"garment": np.ascontiguousarray(np.stack(inputs))})
    points, confidence = _points_of(maps, affines, float(base[0, 0]))
    groups, necks, fronts = (
        _named(names, shares[k].mean(axis=0) if k < len(shares) else None)
        for k, names in enumerate((GROUPS, NECKS, FRONTS))
    )
    return Look(cutout_rgba, mask, points, confidence, groups, necks, fronts)


def main_piece(alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) 255 on the largest connected piece of a cut-out.

    Raises:
        RefusedError: `empty-cutout`.
    """
    solid = (alpha > 127).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    if count < 2 or stats[1:, cv2.CC_STAT_AREA].max() < 400:
        raise RefusedError("empty-cutout", "the cut-out holds no garment.")
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.where(labels == largest, np.uint8(255), np.uint8(0))


def read_maps(maps: Points) -> tuple[Points, Points]:
    """The mean position round each map's peak, in cells, (N, 2), and the share that lies there, (N,)."""
    count, rows, columns = maps.shape
    peak = maps.reshape(count, -1).argmax(axis=1)
    y, x = np.arange(rows), np.arange(columns)
    near_y = np.abs(y - (peak // columns)[:, None]) <= WINDOW_CELLS
    near_x = np.abs(x - (peak % columns)[:, None]) <= WINDOW_CELLS
    near = maps * near_y[:, :, None] * near_x[:, None, :]
    share = near.sum(axis=(1, 2))
    middle = np.stack([(near.sum(axis=1) * x).sum(axis=1), (near.sum(axis=2) * y).sum(axis=1)], axis=1)
    return (middle / share[:, None]).astype(np.float32), share.astype(np.float32)


@cache
def _network() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])


def _points_of(maps: Points, affines: list[Points], input_from_photo: float) -> tuple[Points, Points]:
    """(27, 2) photo pixels and (27,) confidence: the median of the looks, and how far they agree."""
    points, shares = [], []
    for (mirrored, _, _), affine, view in zip(VIEWS, affines, maps, strict=True):
        if mirrored:
            view = view[list(MIRRORED[: len(view)])][:, :, ::-1]
        cells, share = read_maps(view)
        seen = cells * CELL_PX + (CELL_PX - 1) / 2
        points.append((seen - affine[:, 2]) / affine[0, 0])
        shares.append(share)
    looks = np.stack(points)
    middle = np.median(looks, axis=0)
    spread = np.linalg.norm(looks - middle, axis=2).mean(axis=0) * input_from_photo
    found, confidence = np.full((len(POINTS), 2), np.nan, np.float32), np.zeros(len(POINTS), np.float32)
    found[: len(middle)] = middle
    confidence[: len(middle)] = np.mean(shares, axis=0) * np.exp(-((spread / 5.0) ** 2))
    return found, confidence


def _named(names: tuple[str, ...], shares: Points | None) -> dict[str, float]:
    if shares is None:
        return dict.fromkeys(names, 1 / len(names))
    return {name: float(share) for name, share in zip(names, [*shares, *[0.0] * len(names)], strict=False)}
