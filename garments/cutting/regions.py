"""Grow, shrink, follow and split regions of a picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Field = NDArray[np.float32]


@dataclass(frozen=True)
class Pieces:
    """The connected pieces of a mask, numbered from 1; 0 is what lies outside them."""

    labels: NDArray[np.int32]
    """(H, W) Number of the piece at each pixel."""
    areas_px: NDArray[np.int64]
    """(N + 1,) Pixels of each; 0 for what lies outside."""
    boxes_px: NDArray[np.int64]
    """(N + 1, 4) Left, top, width and height of each."""

    def around(self, number: int, margin_px: int) -> tuple[slice, slice]:
        """Give the window that holds a piece and a margin."""
        left, top, width, height = self.boxes_px[number]
        rows = slice(max(0, top - margin_px), top + height + margin_px)
        return rows, slice(max(0, left - margin_px), left + width + margin_px)


def split(mask: Mask, *, diagonal: bool = True) -> Pieces:
    """Give the connected pieces of a mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8 if diagonal else 4)
    stats[0] = 0
    table = np.asarray(stats, np.int64)
    return Pieces(np.asarray(labels, np.int32), table[:, cv2.CC_STAT_AREA], table[:, :4])


def widen(mask: Mask, radius_px: int) -> Mask:
    """Give the mask grown by a disk."""
    return cv2.dilate(mask.astype(np.uint8), _disk(radius_px)) > 0


def narrow(mask: Mask, radius_px: int) -> Mask:
    """Give the mask shrunk by a disk; the picture's edge does not eat into it."""
    return cv2.erode(mask.astype(np.uint8), _disk(radius_px)) > 0


def close(mask: Mask, radius_px: int) -> Mask:
    """Give the mask with bays and holes narrower than a disk filled."""
    margin = radius_px + 2
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disk(radius_px))
    return closed[margin:-margin, margin:-margin] > 0


def open_up(mask: Mask, radius_px: int) -> Mask:
    """Give the mask without what is thinner than a disk."""
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _disk(radius_px)) > 0


def reach_from_rim(free: Mask) -> Mask:
    """Give the free pixels that a path of free pixels joins to the picture's edge."""
    count, labels = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)
    reached = np.zeros(count, bool)
    reached[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    reached[0] = False
    return np.asarray(reached[labels], np.bool_)


def grow_within(seed: Mask, free: Mask, steps: int) -> Mask:
    """Give the seed grown by some pixels, through free pixels only."""
    grown, allowed = seed.astype(np.uint8), (free | seed).astype(np.uint8)
    for _ in range(steps):
        grown = np.asarray(cv2.dilate(grown, np.ones((3, 3), np.uint8)), np.uint8) & allowed
    return grown > 0


def local_max(values: Field, radius_px: int) -> Field:
    """Give the largest value in the square around each pixel."""
    side = 2 * radius_px + 1
    return np.asarray(cv2.dilate(values, np.ones((side, side), np.uint8)), np.float32)


def local_range(picture: Field, radius_px: int) -> Field:
    """Give how much the most lively channel varies in the square around each pixel."""
    square = np.ones((2 * radius_px + 1, 2 * radius_px + 1), np.uint8)
    return brightest(np.asarray(cv2.dilate(picture, square) - cv2.erode(picture, square), np.float32))


def mean_within(picture: Field, where: Mask, sigma_px: float) -> tuple[Field, Field]:
    """Give the picture averaged over the asked pixels near each pixel, and how many of those are near (0 to 1)."""
    weight = where.astype(np.float32)
    near = cv2.GaussianBlur(weight, (0, 0), sigma_px)
    total = cv2.GaussianBlur(picture * (weight[..., None] if picture.ndim == 3 else weight), (0, 0), sigma_px)
    divisor = np.maximum(near, 1e-6)
    return np.asarray(total / (divisor[..., None] if picture.ndim == 3 else divisor), np.float32), np.asarray(
        near, np.float32
    )


def brightest(picture: Field) -> Field:
    """Give the largest of the three channels of each pixel."""
    # numpy reduces over a last axis of three at 30 ms a megapixel, OpenCV at 3.
    first, second, third = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(first, second), third), np.float32)


def darkest(picture: Field) -> Field:
    """Give the smallest of the three channels of each pixel."""
    first, second, third = cv2.split(picture)
    return np.asarray(cv2.min(cv2.min(first, second), third), np.float32)


def over_channels(picture: Field, weight: float = 1 / 3) -> Field:
    """Give the sum of the three channels of each pixel times a weight: their mean, unless told otherwise."""
    return np.asarray(cv2.transform(picture, np.full((1, 3), weight, np.float32)), np.float32)


def slope(picture: Field, sigma_px: float) -> Field:
    """Give the steepness of the most lively channel, levels a pixel."""
    smooth = cv2.GaussianBlur(picture, (0, 0), sigma_px)
    across = cv2.Scharr(smooth, cv2.CV_32F, 1, 0) / 32
    down = cv2.Scharr(smooth, cv2.CV_32F, 0, 1) / 32
    return np.asarray(np.sqrt(brightest(np.asarray(across * across + down * down, np.float32))), np.float32)


def _disk(radius_px: int) -> NDArray[np.uint8]:
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
    return np.asarray(disk, np.uint8)
