"""Tops drawn by hand, point by point, for the tests of landmarks and of building."""

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE_PX = (600, 800)
RIGHT = {
    "neck": (-78, 130),
    "shoulder": (-150, 165),
    "cuff_outer": (-245, 320),
    "cuff_inner": (-168, 355),
    "armpit": (-140, 300),
    "waist": (-132, 480),
    "hem": (-140, 660),
}
NECK_DEPTH_PX = 62


def t_shirt_points() -> dict[str, tuple[float, float]]:
    """Photo pixels by name; the wearer's left is on the photo's right."""
    points = {}
    for name, (x, y) in RIGHT.items():
        points[f"{name}_right"] = (300.0 + x, float(y))
        points[f"{name}_left"] = (300.0 - x, float(y))
    return points


def neckline() -> NDArray[np.float64]:
    """(41, 2) The front neckline from the photo's left to its right end."""
    t = np.linspace(-1, 1, 41)
    return np.stack([300 + 78 * t, 130 + NECK_DEPTH_PX * (1 - t**2)], axis=1)


def t_shirt_photo(
    colour: tuple[int, int, int] = (176, 48, 60), inside: tuple[int, int, int] = (120, 30, 40)
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(800, 600, 3) photo on white and (800, 600) mask."""
    points = t_shirt_points()
    way = [*(f"{name}_left" for name in RIGHT), *(f"{name}_right" for name in reversed(RIGHT))]
    back = np.stack([np.linspace(222, 378, 21), 130 + 16 * (1 - np.linspace(-1, 1, 21) ** 2)], axis=1)
    outline = np.vstack([np.array([points[name] for name in way]), back])
    mask = np.zeros(SIZE_PX[::-1], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
    photo = np.full((*SIZE_PX[::-1], 3), 255, np.uint8)
    rng = np.random.default_rng(1)
    photo[mask > 0] = np.clip(np.array(colour) + rng.normal(0, 4, (int((mask > 0).sum()), 3)), 0, 255)
    opening = np.vstack([neckline(), back[::-1]])
    cv2.fillPoly(photo, [np.round(opening).astype(np.int32)], inside)
    photo[mask == 0] = 255
    return photo, mask


def cut(photo: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) Straight alpha."""
    return np.dstack([photo, mask])


def vest_photo() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(800, 600, 3) photo of a sleeveless top and (800, 600) mask."""
    half = np.array([(70, 120), (112, 126), (104, 190), (112, 240), (146, 290), (138, 460), (150, 660)])
    scoop = np.stack([np.linspace(-70, 70, 31), 120 + 110 * (1 - np.linspace(-1, 1, 31) ** 2)], axis=1)
    outline = np.vstack([half, half[::-1] * [-1, 1], scoop]) + np.array([300, 0])
    mask = np.zeros(SIZE_PX[::-1], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
    photo = np.full((*SIZE_PX[::-1], 3), 255, np.uint8)
    photo[mask > 0] = (40, 70, 120)
    return photo, mask


def trousers_photo() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(800, 600, 3) photo of trousers and (800, 600) mask."""
    half = np.array([(80, 60), (105, 200), (112, 740), (30, 740), (4, 260)])
    outline = np.vstack([half, half[::-1] * [-1, 1]]) + np.array([300, 0])
    mask = np.zeros(SIZE_PX[::-1], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
    photo = np.full((*SIZE_PX[::-1], 3), 255, np.uint8)
    photo[mask > 0] = (90, 80, 60)
    return photo, mask
