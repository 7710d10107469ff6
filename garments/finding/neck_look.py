"""What the neck network sees on a cut-out's neck: the front neckline, from nearer than the first look."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from garments.finding.look import read_maps
from garments.finding.neck_input import CELL_PX, INPUT_PX, STATIONS, frame_neck, neck_input

WEIGHTS = Path(__file__).parents[2] / "assets" / "models" / "necks.onnx"
SIZES = (1.0, 0.92)
"""Sizes of the looks that are compared; each is taken twice, the second time in the mirror."""
SPREAD = 0.12
"""Looks that differ so much, in neck widths, are no more sure of anything."""

Points = NDArray[np.float32]


def look_at_neck(
    cutout_rgba: NDArray[np.uint8], mask: NDArray[np.uint8], at: dict[str, Points]
) -> tuple[Points, float]:
    """(9, 2) The front neckline from the photo's left to its right end, in its pixels, and how sure that is, 0 to 1.

    Args:
        cutout_rgba: (H, W, 4) Straight alpha.
        mask: (H, W) 255 on the garment.
        at: The first look's points.
    """
    rims, shoulders = (np.stack([at[f"{name}_right"], at[f"{name}_left"]]) for name in ("rim", "shoulder"))
    base = frame_neck(rims, shoulders, at["neck_front"])
    middle = (np.array(INPUT_PX, np.float32) - 1) / 2
    affines, inputs = [], []
    for size in SIZES:
        affine = np.column_stack([base[:, :2] * size, size * (base[:, 2] - middle) + middle]).astype(np.float32)
        picture = neck_input(mask, np.ascontiguousarray(cutout_rgba[..., :3]), affine)
        affines += [affine, affine]
        inputs += [picture, picture[:, :, ::-1]]
    maps = _network().run(None, {"neck": np.ascontiguousarray(np.stack(inputs))})[0]
    looks, shares = [], []
    for k, (affine, view) in enumerate(zip(affines, maps, strict=True)):
        if k % 2:
            view = view[::-1, :, ::-1]
        cells, share = read_maps(view)
        looks.append((cells * CELL_PX + (CELL_PX - 1) / 2 - affine[:, 2]) / affine[0, 0])
        shares.append(share[STATIONS // 2])
    line = np.mean(looks, axis=0)
    wide = float(np.linalg.norm(rims[1] - rims[0]))
    spread = float(np.linalg.norm(np.stack(looks) - line, axis=2)[:, 1:-1].mean()) / wide
    return line.astype(np.float32), float(np.mean(shares)) * float(np.exp(-((spread / SPREAD) ** 2)))


@cache
def _network() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])
