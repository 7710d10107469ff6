"""Brings what is known on cells of a few pixels to single pixels, with the picture's own colours as the guide."""

import cv2
import numba as nb
import numpy as np
from numpy.typing import NDArray


def sharpen(
    frame_rgb: NDArray[np.uint8], box_px: tuple[int, int, int, int], front: NDArray[np.float32], *, cell_px: int
) -> NDArray[np.uint8]:
    """(h, w) What stands in front, each pixel near a border given to the side whose mean colour is like its own."""
    x0, y0, x1, y1 = box_px
    crop = frame_rgb[y0:y1, x0:x1]
    out = np.empty(crop.shape[:2], np.uint8)
    small = np.asarray(cv2.resize(crop, front.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    mixed, model = np.empty((*front.shape, 8), np.float32), np.empty((*front.shape, 5), np.float32)
    # Twice: first with the sides as they were judged, then as the cells' own colours would have them.
    side = front.copy()
    for _ in range(2):
        stack_moments(small, side, mixed)
        fit_colours(np.asarray(cv2.blur(mixed, (5, 5)), np.float32), front, small, model, side)
    divide(crop, model, cell_px, out)
    return out


@nb.njit(cache=True, nogil=True, fastmath=True)
def stack_moments(small: NDArray[np.uint8], front: NDArray[np.float32], mixed: NDArray[np.float32]) -> None:
    """Share, colour of the front, colour, squared colour: what sums over a window into a model of its two sides."""
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            p, square = front[i, j], np.float32(0)
            mixed[i, j, 0] = p
            for k in range(3):
                c = np.float32(small[i, j, k])
                mixed[i, j, 1 + k] = p * c
                mixed[i, j, 4 + k] = c
                square += c * c
            mixed[i, j, 7] = square


@nb.njit(cache=True, nogil=True, fastmath=True)
def fit_colours(
    means: NDArray[np.float32],
    front: NDArray[np.float32],
    small: NDArray[np.uint8],
    model: NDArray[np.float32],
    side: NDArray[np.float32],
) -> None:
    """Per cell the linear function of colour that is 1 in front: r, g, b, constant, and 0 or 1 where it is known.

    `side` gets what it says of each cell's own colour.
    """
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            share = means[i, j, 0]
            model[i, j, 0] = model[i, j, 1] = model[i, j, 2] = 0
            model[i, j, 3] = front[i, j]
            model[i, j, 4] = 0 if share < 0.03 else (1 if share > 0.97 else 0.5)
            if model[i, j, 4] != 0.5:
                model[i, j, 3] = side[i, j] = model[i, j, 4]
                continue
            apart, spread_, at = np.float32(0), means[i, j, 7], np.float32(0)
            for k in range(3):
                near = means[i, j, 1 + k] / share
                far = (means[i, j, 4 + k] - means[i, j, 1 + k]) / (1 - share)
                d = near - far
                model[i, j, k] = d
                apart += d * d
                spread_ -= means[i, j, 4 + k] ** 2
                at += d * (near + far) / 2
            # How much of the window's variance the two sides explain, and whether that is more than noise.
            trust = min(share * (1 - share) * apart / max(spread_, np.float32(30)), np.float32(1))
            trust *= apart / (apart + np.float32(400))
            gain = 2.6 * trust / max(apart, np.float32(1))
            model[i, j, 3] = value = 0.5 + (1.6 - 0.9 * trust) * (front[i, j] - 0.5) - gain * at
            for k in range(3):
                model[i, j, k] *= gain
                value += model[i, j, k] * small[i, j, k]
            side[i, j] = min(max(value, np.float32(0)), np.float32(1))


@nb.njit(cache=True, nogil=True, fastmath=True)
def divide(crop: NDArray[np.uint8], model: NDArray[np.float32], cell_px: int, out: NDArray[np.uint8]) -> None:
    """Ask the model of the four cells round each pixel."""
    height, width = out.shape
    last_i, last_j = model.shape[0] - 1, model.shape[1] - 1
    for i in range(model.shape[0]):
        for j in range(model.shape[1]):
            known = model[i, j, 4]
            for y in range(i * cell_px, min((i + 1) * cell_px, height)):
                for x in range(j * cell_px, min((j + 1) * cell_px, width)):
                    if known != 0.5:
                        out[y, x] = np.uint8(255 * known)
                        continue
                    fy, fx = (y + 0.5) / cell_px - 0.5, (x + 0.5) / cell_px - 0.5
                    top, left = max(int(np.floor(fy)), 0), max(int(np.floor(fx)), 0)
                    low, right = min(top + 1, last_i), min(left + 1, last_j)
                    ty, tx = max(fy - top, 0.0), max(fx - left, 0.0)
                    value = np.float32(0)
                    for k in range(4):
                        above = model[top, left, k] * (1 - tx) + model[top, right, k] * tx
                        below = model[low, left, k] * (1 - tx) + model[low, right, k] * tx
                        channel = np.float32(crop[y, x, k]) if k < 3 else np.float32(1)
                        value += (above * (1 - ty) + below * ty) * channel
                    out[y, x] = np.uint8(255 * min(max(value, np.float32(0)), np.float32(1)))


def spread(plane: NDArray[np.uint8], cell_px: int, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Cells brought to pixels, softly."""
    soft = cv2.resize(cv2.blur(plane, (3, 3)), (plane.shape[1] * cell_px, plane.shape[0] * cell_px))
    return np.asarray(soft[: size_px[1], : size_px[0]], np.uint8)


@nb.njit(cache=True, nogil=True, inline="always")
def blend_cells(plane: NDArray[np.float32], y: int, x: int, cell_px: int) -> float:
    """What the four cells round a pixel say, by their nearness."""
    fy, fx = (y + 0.5) / cell_px - 0.5, (x + 0.5) / cell_px - 0.5
    top, left = max(int(np.floor(fy)), 0), max(int(np.floor(fx)), 0)
    low, right = min(top + 1, plane.shape[0] - 1), min(left + 1, plane.shape[1] - 1)
    ty, tx = max(fy - top, 0.0), max(fx - left, 0.0)
    above = plane[top, left] * (1 - tx) + plane[top, right] * tx
    below = plane[low, left] * (1 - tx) + plane[low, right] * tx
    return float(above * (1 - ty) + below * ty)
