"""A contact sheet: persons down, garments across."""

import cv2
import numpy as np
from numpy.typing import NDArray

TILE_PX = (300, 400)
"""Width and height of a picture on the sheet."""
GAP_PX = 6
HEAD_PX = 22
"""Room for a name above each picture."""


class Sheet:
    """Rows are added as they are made, so that only small pictures are kept."""

    def __init__(self, garments: list[tuple[str, NDArray[np.uint8]]]) -> None:
        blank = np.full((TILE_PX[1], TILE_PX[0], 3), 255, np.uint8)
        self.names = [name for name, _ in garments]
        self.rows = [[label(blank, "person"), *(label(fit_in(picture), name) for name, picture in garments)]]

    def add_row(self, person: str, pictures: list[NDArray[np.uint8]]) -> None:
        """The person as they came, then in each garment."""
        names = [person, *self.names]
        self.rows.append([label(fit_in(picture), name) for name, picture in zip(names, pictures, strict=True)])

    def draw(self) -> NDArray[np.uint8]:
        """The whole sheet."""
        return np.vstack([np.hstack(row) for row in self.rows])


def fit_in(picture_rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as large as it fits on a white tile."""
    height, width = picture_rgb.shape[:2]
    scale = min(TILE_PX[0] / width, TILE_PX[1] / height)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(picture_rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    tile = np.full((TILE_PX[1], TILE_PX[0], 3), 255, np.uint8)
    top, left = (TILE_PX[1] - size[1]) // 2, (TILE_PX[0] - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    return tile


def label(tile_rgb: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """The tile with its name above and a gap round it."""
    framed = cv2.copyMakeBorder(
        tile_rgb, HEAD_PX, GAP_PX, GAP_PX // 2, GAP_PX // 2, cv2.BORDER_CONSTANT, value=(255, 255, 255)
    )
    plain = name.encode("ascii", "replace").decode()[-38:]
    cv2.putText(framed, plain, (GAP_PX, HEAD_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
    return np.asarray(framed, np.uint8)
