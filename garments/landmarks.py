"""Finds the named points of a top on its cut-out, and says how far they can be trusted."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.landmark_input import (
    CELL_PX,
    GROUPS,
    INPUT_PX,
    MIRRORED,
    NECKS,
    TOP_POINTS,
    frame_garment,
    network_input,
)
from garments.neckline import find_neckline
from garments.snap import snap_points
from garments.trust import Trust, has_sleeves, judge

WEIGHTS = Path(__file__).parent.parent / "assets" / "models" / "landmarks.onnx"
VIEWS = ((False, 1.0, (0.0, 0.0)), (True, 1.0, (0.0, 0.0)), (False, 0.94, (1.5, -1.0)), (True, 0.97, (-1.0, 1.5)))
"""Mirrored, size and shift (in what the network sees) of the looks that are compared."""
WINDOW_CELLS = 3


@dataclass(frozen=True)
class Landmarks:
    """The named points of one product photo."""

    names: tuple[str, ...]
    """`left` is the wearer's left, which has the larger x in the photo."""
    points_photo_px: NDArray[np.float32]
    """(N, 2) Pixels of the photo, origin at the top-left corner, x right, y down."""
    confidence: NDArray[np.float32]
    """(N,) Between 0 (a guess) and 1."""
    neck_opening_photo_px: NDArray[np.float32] | None
    """(K, 2) The front neckline from the photo's left to its right end; None where the front closes the neck."""
    kind_scores: dict[str, float]
    """What the outline looks like, by group (`GROUPS`); they sum to one."""
    neck: str = "open"
    """One of `NECKS`."""
    score: float = 1.0
    """Trust in the whole, between 0 and 1."""
    doubts: tuple[str, ...] = ()
    """Why it is not more, in words."""

    def point(self, name: str) -> NDArray[np.float32]:
        """(2,) Photo pixels of one point."""
        return np.asarray(self.points_photo_px[self.names.index(name)])


class LandmarksRefusedError(RefusedError):
    """Landmarks that must not be used, with what was found, so that it can be shown."""

    def __init__(self, code: str, sentence: str, found: Landmarks) -> None:
        super().__init__(code, sentence)
        self.found = found


def find_landmarks(cutout_rgba: NDArray[np.uint8], kind: str) -> Landmarks:
    """The landmarks of a top.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        kind: One of the kinds in `garments/kinds`.

    Raises:
        LandmarksRefusedError: `not-this-kind` or `landmarks-not-trusted`.
        RefusedError: `empty-cutout`.
    """
    mask = main_piece(cutout_rgba[..., 3])
    brightness = cv2.cvtColor(np.ascontiguousarray(cutout_rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    points, confidence, groups, necks = _look(mask, np.asarray(brightness, np.uint8))
    kind_scores = _doubt_sleeves(dict(zip(GROUPS, (float(share) for share in groups), strict=False)), confidence)
    neck = NECKS[int(necks.argmax())]
    points = _meet_rims(points, confidence, neck)
    points, confidence = snap_points(mask, points, confidence, sleeved=has_sleeves(kind_scores, kind))
    opening, points, confidence = find_neckline(cutout_rgba, mask, points, confidence, neck)
    trust: Trust = judge(mask, points, confidence, kind_scores, neck, kind)
    found = Landmarks(TOP_POINTS, points, confidence, opening, kind_scores, neck, trust.score, trust.doubts)
    if trust.refusal is not None:
        raise LandmarksRefusedError(*trust.refusal, found)
    return found


def _doubt_sleeves(kind_scores: dict[str, float], confidence: NDArray[np.float32]) -> dict[str, float]:
    """Sleeves whose cuffs are nowhere to be seen are worth no more than a guess."""
    cuffs = [confidence[index] for index, name in enumerate(TOP_POINTS) if name.startswith("cuff")]
    if float(np.mean(cuffs)) > 0.3:
        return kind_scores
    even = (kind_scores["sleeved"] + kind_scores["sleeveless"]) / 2
    return kind_scores | {"sleeved": even, "sleeveless": even}


def _meet_rims(points: NDArray[np.float32], confidence: NDArray[np.float32], neck: str) -> NDArray[np.float32]:
    """Where an open neck's rims are unsure, they are the neck points."""
    met = points.copy()
    for hand in ("left", "right"):
        rim, foot = TOP_POINTS.index(f"rim_{hand}"), TOP_POINTS.index(f"neck_{hand}")
        if neck == "open" and confidence[rim] < 0.3:
            met[rim] = points[foot]
    return met


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


@cache
def _network() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])


def _look(
    mask: NDArray[np.uint8], brightness: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Points in photo pixels, their confidence, group and neck shares: the mean of several looks."""
    middle = (np.array(INPUT_PX, np.float32) - 1) / 2
    base = frame_garment(mask)
    affines, inputs = [], []
    for mirrored, size, shift in VIEWS:
        affine = base * size
        affine[:, 2] = size * (base[:, 2] - middle) + middle + np.array(shift)
        picture = network_input(mask, brightness, affine)
        affines.append(affine)
        inputs.append(picture[:, :, ::-1] if mirrored else picture)
    maps, groups, necks = _network().run(None, {"garment": np.ascontiguousarray(np.stack(inputs))})
    points, shares = [], []
    for (mirrored, _, _), affine, view in zip(VIEWS, affines, maps, strict=True):
        if mirrored:
            view = view[list(MIRRORED[: len(view)])][:, :, ::-1]
        cells, share = read_maps(view)
        seen = cells * CELL_PX + (CELL_PX - 1) / 2
        points.append((seen - affine[:, 2]) / affine[0, 0])
        shares.append(share)
    looks = np.stack(points)
    found = np.median(looks, axis=0)
    spread = np.linalg.norm(looks - found, axis=2).mean(axis=0) * base[0, 0]
    confidence = np.mean(shares, axis=0) * np.exp(-((spread / 5.0) ** 2))
    return found.astype(np.float32), confidence.astype(np.float32), groups.mean(axis=0), necks.mean(axis=0)


def read_maps(maps: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
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
