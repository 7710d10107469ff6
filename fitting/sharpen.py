"""Brings what is known on cells of a few pixels to single pixels, with the picture's own colours as the guide."""

import cv2
import numba as nb
import numpy as np
from numpy.typing import NDArray

WINDOW = 5
"""Cells across the window that a border's two colours are taken from."""


def sharpen(
    frame_rgb: NDArray[np.uint8],
    box_px: tuple[int, int, int, int],
    front: NDArray[np.float32],
    wanted: NDArray[np.uint8],
    *,
    cell_px: int,
) -> NDArray[np.uint8]:
    """(h, w) What stands in front, each pixel near a border given to the side whose mean colour is like its own.

    Args:
        frame_rgb: The picture.
        box_px: The part of it that the cells lie over.
        front: (gh, gw) Probability that something stands in front in each cell.
        wanted: (gh, gw) Cells where it matters, not 0.
        cell_px: Side of a cell.
    """
    x0, y0, x1, y1 = box_px
    crop = frame_rgb[y0:y1, x0:x1]
    out = np.empty(crop.shape[:2], np.uint8)
    small, model = shrink(crop, cell_px), np.empty((*front.shape, 5), np.float32)
    # Twice: first with the sides as they were judged, then as the cells' own colours would have them.
    side = front
    for _ in range(2):
        share, last = np.asarray(cv2.blur(side, (WINDOW, WINDOW)), np.float32), side
        side = np.empty_like(front)
        fit_colours(share, last, front, small, wanted, model, side)
    divide(crop, model, cell_px, out)
    return out


def shrink(crop: NDArray[np.uint8], cell_px: int) -> NDArray[np.uint8]:
    """(gh, gw, 3) Mean colour of each cell; one that reaches beyond the crop has its neighbour's."""
    height, width = crop.shape[0] // cell_px, crop.shape[1] // cell_px
    missing = (crop.shape[0] > height * cell_px, crop.shape[1] > width * cell_px)
    if height == 0 or width == 0:
        size = (width + missing[1], height + missing[0])
        return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    # Whole cells alone: averaging by a whole number is five times as fast as by a fraction.
    whole = crop[: height * cell_px, : width * cell_px]
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    bordered = cv2.copyMakeBorder(small, 0, int(missing[0]), 0, int(missing[1]), cv2.BORDER_REPLICATE)
    return np.asarray(bordered, np.uint8)


@nb.njit(cache=True, nogil=True, fastmath=True)
def fit_colours(
    share: NDArray[np.float32],
    last: NDArray[np.float32],
    front: NDArray[np.float32],
    small: NDArray[np.uint8],
    wanted: NDArray[np.uint8],
    model: NDArray[np.float32],
    side: NDArray[np.float32],
) -> None:
    """Per cell the linear function of colour that is 1 in front: r, g, b, constant, and 0 or 1 where it is known.

    `share` is the mean of `last`, the sides as they were, over a window; `side` gets what each cell's own colour says.
    """
    height, width = front.shape
    near, both = np.zeros(3, np.float32), np.zeros(3, np.float32)
    for i in range(height):
        for j in range(width):
            model[i, j, 0] = model[i, j, 1] = model[i, j, 2] = 0
            if share[i, j] < 0.03 or share[i, j] > 0.97 or wanted[i, j] == 0:
                known = np.float32(1) if front[i, j] > 0.5 else np.float32(0)
                model[i, j, 3] = model[i, j, 4] = side[i, j] = known
                continue
            near[:], both[:] = 0, 0
            weight, count, square = np.float32(0), np.float32(0), np.float32(0)
            for y in range(max(i - WINDOW // 2, 0), min(i + WINDOW // 2 + 1, height)):
                for x in range(max(j - WINDOW // 2, 0), min(j + WINDOW // 2 + 1, width)):
                    weight += last[y, x]
                    count += 1
                    for k in range(3):
                        c = np.float32(small[y, x, k])
                        near[k] += last[y, x] * c
                        both[k] += c
                        square += c * c
            part = min(max(weight / count, np.float32(0.01)), np.float32(0.99))
            apart, spread_, at = np.float32(0), square / count, np.float32(0)
            for k in range(3):
                here, mean = near[k] / (part * count), both[k] / count
                there = (mean - part * here) / (1 - part)
                model[i, j, k] = here - there
                apart += (here - there) ** 2
                spread_ -= mean * mean
                at += (here - there) * (here + there) / 2
            # How much of the window's variance the two sides explain, and whether that is more than noise.
            trust = min(part * (1 - part) * apart / max(spread_, np.float32(30)), np.float32(1))
            trust *= apart / (apart + np.float32(400))
            gain = 2.6 * trust / max(apart, np.float32(1))
            value = 0.5 + (1.6 - 0.9 * trust) * (front[i, j] - 0.5) - gain * at
            model[i, j, 3], model[i, j, 4] = value, 0.5
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
