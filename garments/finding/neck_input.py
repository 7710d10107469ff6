"""What the neck network sees and what it says: the same for drawings and for photos."""

import cv2
import numpy as np
from numpy.typing import NDArray

STATIONS = 9
"""Points of the front neckline from the photo's left to its right end; the middle one is its deepest place, and those
on each side of it are evenly spaced."""
INPUT_PX = (96, 112)
"""Width and height of what the network sees."""
CELL_PX = 4
"""Pixels of that in one cell of its maps."""
CHANNELS = 4
RIMS_AT = 0.17
"""How far down the frame the rims lie, in its height."""
AROUND_PX = 8.0
"""How far contrast is compared, in pixels of the frame."""
USUAL_DIFFERENCE = 30.0
"""Of two colours that are plainly two, in Lab."""

Points = NDArray[np.float32]


def frame_neck(rims: Points, shoulders: Points, front: Points) -> NDArray[np.float32]:
    """(2, 3) The affine that lays the neck in the frame, about as wide as the shoulders.

    Args:
        rims: (2, 2) Ends of the front neckline, of the photo's left and right, in its pixels.
        shoulders: (2, 2) Shoulder points, likewise.
        front: (2,) Where the first look sees the neckline's middle.
    """
    wide = max(float(np.linalg.norm(rims[1] - rims[0])), 4.0)
    span = float(np.linalg.norm(shoulders[1] - shoulders[0]))
    middle = rims.mean(axis=0)
    side = max(1.5 * wide, min(span, 2.6 * wide), 1.25 * float(front[1] - middle[1]))
    scale = INPUT_PX[0] / side
    x, y = (INPUT_PX[0] - 1) / 2 - scale * middle[0], RIMS_AT * INPUT_PX[1] - scale * middle[1]
    return np.array([[scale, 0, x], [0, scale, y]], np.float32)


def neck_input(
    mask: NDArray[np.uint8], colour_rgb: NDArray[np.uint8], input_from_photo: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(4, 112, 96) Silhouette, brightness against what is around, edges of colour, and difference from the chest."""
    alpha = _shrink(mask, input_from_photo).astype(np.float32) / 255
    known = np.where(mask[..., None] > 127, colour_rgb, np.uint8(0))
    weighted = _shrink(known, input_from_photo).astype(np.float32)
    inside = alpha > 0.6
    if not inside.any():
        return np.stack([alpha * 2 - 1, *[alpha * 0] * (CHANNELS - 1)])
    plain = np.clip(weighted / np.maximum(alpha, 0.05)[..., None], 0, 255) / 255
    lab = cv2.cvtColor(plain.astype(np.float32), cv2.COLOR_RGB2LAB)
    lab = np.where(inside[..., None], lab, np.median(lab[inside], axis=0)).astype(np.float32)
    light = lab[..., 0]
    around = cv2.GaussianBlur(light, (0, 0), AROUND_PX)
    spread = np.sqrt(cv2.GaussianBlur((light - around) ** 2, (0, 0), AROUND_PX))
    flat = np.clip((light - around) / (2 * np.maximum(spread, 0.8)), -1, 1) * inside
    soft = cv2.GaussianBlur(lab, (0, 0), 0.7)
    edges = np.sqrt(sum((cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx) ** 2).sum(axis=2) for dx in (0, 1)))
    edges *= cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8))
    usual = np.sqrt(cv2.GaussianBlur(edges**2, (0, 0), AROUND_PX))
    edges = np.clip(edges / (2 * np.maximum(usual, 1.0)), 0, 1.5)
    chest = inside.copy()
    chest[: INPUT_PX[1] * 3 // 5] = False
    cloth = np.median(lab[chest if chest.any() else inside], axis=0)
    other = np.clip(np.linalg.norm(lab - cloth, axis=2) / USUAL_DIFFERENCE, 0, 1.5) * inside
    return np.stack([alpha * 2 - 1, flat, edges, other]).astype(np.float32)


def _shrink(plane: NDArray[np.uint8], input_from_photo: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A plane as the network sees it, averaged rather than sampled."""
    corners = np.array([[-4, -4], [INPUT_PX[0] + 4, INPUT_PX[1] + 4]], np.float32)
    low, high = (corners - input_from_photo[:, 2]) / input_from_photo[0, 0]
    left, top = np.maximum(np.floor(low), 0).astype(int)
    right, bottom = np.maximum(np.ceil(high), 1).astype(int)
    plane = plane[top:bottom, left:right]
    affine = input_from_photo.copy()
    affine[:, 2] += affine[:, :2] @ np.array([left, top], np.float32)
    scale = float(affine[0, 0])
    if scale < 0.8:
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.4 / scale), np.uint8)
    return np.asarray(cv2.warpAffine(plane, affine, INPUT_PX, flags=cv2.INTER_LINEAR), np.uint8)


def spread_stations(line: Points) -> Points:
    """(9, 2) A neckline's stations.

    Args:
        line: (K, 2) From the photo's left to its right end.
    """
    deepest = int(np.argmax(line[:, 1]))
    deepest = min(max(deepest, 1), len(line) - 2)
    half = STATIONS // 2
    halves = []
    for part in (line[: deepest + 1], line[deepest:]):
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(part, axis=0), axis=1))])
        at = np.linspace(0, along[-1], half + 1)
        halves.append(np.stack([np.interp(at, along, part[:, k]) for k in (0, 1)], axis=1))
    return np.vstack([halves[0], halves[1][1:]]).astype(np.float32)
