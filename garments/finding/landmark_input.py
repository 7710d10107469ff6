"""What the landmark network sees and what it says: the same for drawings and for photos."""

import cv2
import numpy as np
from numpy.typing import NDArray

TOP_POINTS = (
    *("neck_left", "neck_right", "rim_left", "rim_right", "neck_front", "shoulder_left", "shoulder_right"),
    *("cuff_outer_left", "cuff_outer_right", "cuff_inner_left", "cuff_inner_right", "armpit_left", "armpit_right"),
    *("waist_left", "waist_right", "hem_left", "hem_right"),
)
"""`neck` is where the shoulder seam meets the neck or the collar; `rim` the ends of the front neckline (the upper
corners of a collar, the widest places of a hood); `neck_front` its middle: of an open front where its edges come
nearest to each other or, when they never meet, the middle between them a third of the way down. `left` is the
wearer's, on the right of the photo."""
OPENING_POINTS = ("opening_left", "opening_right")
"""Where the front edges of a garment that opens in front reach the hem; closed, both are the middle of the hem."""
WAISTBAND_POINTS = ("waistband_left", "waistband_right", "waistband_front")
"""The upper corners of what hangs from the waist, and the middle of its upper front edge."""
LEG_POINTS = ("crotch", "leg_outer_left", "leg_outer_right", "leg_inner_left", "leg_inner_right")
"""Where the legs part, and the corners of each leg's hem."""
POINTS = (*TOP_POINTS, *OPENING_POINTS, *WAISTBAND_POINTS, *LEG_POINTS)
"""All that the network looks for; each kind has some of them."""
MIRRORED = tuple(
    POINTS.index(name.replace("left", "right") if "left" in name else name.replace("right", "left")) for name in POINTS
)
"""Which point each one becomes in a mirror."""
GROUPS = ("sleeved", "sleeveless", "dress", "trousers", "skirt", "other", "jumpsuit")
NECKS = ("open", "collar", "high", "hood")
FRONTS = ("whole", "closed", "open")
"""`closed` opens from the neck to the hem and is closed in the photo; `open` shows the inside between its edges."""
INPUT_PX = (112, 128)
"""Width and height of what the network sees."""
CELL_PX = 4
"""Pixels of that in one cell of its maps."""
AROUND_PX = 7.0
"""How far contrast is compared, in pixels of that."""
FILLED = 0.86
"""Share of the frame that a garment's box fills."""


def frame_garment(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(2, 3) The affine that lays a silhouette's box in the middle of what the network sees.

    Args:
        mask: (H, W) Above 127 on the garment; not empty.
    """
    rows, columns = np.flatnonzero((mask > 127).any(axis=1)), np.flatnonzero((mask > 127).any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    scale = FILLED * min(INPUT_PX[0] / (right - left), INPUT_PX[1] / (bottom - top))
    x, y = (left + right - 1) / 2, (top + bottom - 1) / 2
    return np.array(
        [[scale, 0, (INPUT_PX[0] - 1) / 2 - scale * x], [0, scale, (INPUT_PX[1] - 1) / 2 - scale * y]], np.float32
    )


def network_input(
    mask: NDArray[np.uint8], brightness: NDArray[np.uint8], input_from_photo: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(3, 128, 112) Silhouette, brightness against the garment's own, and inner edges, each about -1 to 1."""
    alpha = shrink(mask, input_from_photo).astype(np.float32) / 255
    known = np.where(mask > 127, brightness, np.uint8(0))
    weighted = shrink(known, input_from_photo).astype(np.float32)
    light = weighted / np.maximum(alpha, 0.05)
    inside = alpha > 0.6
    if not inside.any():
        return np.stack([alpha, alpha * 0, alpha * 0])
    light = np.where(inside, light, float(np.median(light[inside])))
    # Against what is around: a black seam on black cloth counts as much as the white print below it.
    around = cv2.GaussianBlur(light, (0, 0), AROUND_PX)
    spread = np.sqrt(cv2.GaussianBlur((light - around) ** 2, (0, 0), AROUND_PX))
    flat = np.clip((light - around) / (2 * np.maximum(spread, 2.0)), -1, 1) * inside
    soft = cv2.GaussianBlur(light, (0, 0), 0.7)
    edges = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1))
    # Beside the contour the ground shines through: those edges say nothing that the mask does not.
    edges *= cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8))
    usual = np.sqrt(cv2.GaussianBlur(edges**2, (0, 0), AROUND_PX))
    edges = np.clip(edges / (2 * np.maximum(usual, 2.5)), 0, 1.5)
    return np.stack([alpha * 2 - 1, flat, edges]).astype(np.float32)


def shrink(plane: NDArray[np.uint8], input_from_photo: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A plane as the network sees it, averaged rather than sampled."""
    factor = max(int(1 / input_from_photo[0, 0] / 1.5), 1)
    affine = input_from_photo.copy()
    if factor > 1:
        height, width = plane.shape[0] // factor, plane.shape[1] // factor
        trimmed = plane[: height * factor, : width * factor]
        plane = np.asarray(cv2.resize(trimmed, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        affine[:, 2] += affine[:, :2].sum(axis=1) * (factor - 1) / 2
        affine[:, :2] *= factor
    return np.asarray(cv2.warpAffine(plane, affine, INPUT_PX, flags=cv2.INTER_LINEAR), np.uint8)
