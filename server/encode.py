"""JPEG to pixels and back."""

import numpy as np
import simplejpeg  # type: ignore[import-untyped]
from numpy.typing import NDArray

from server.errors import BadInputError

START, SCAN = b"\xff\xd8\xff", b"\xff\xda"
MOST_SCANS = 64
"""A progressive picture of 2 MB could hold 100,000 scans, each as dear to decode as a whole picture; usual are 10."""


def decode_jpeg(jpeg: bytes, *, most_px: int | None = None, least_side_px: int = 1) -> NDArray[np.uint8]:
    """(h, w, 3) RGB, as the pixels lie in the file: an orientation in EXIF is not followed.

    Size and colours are judged by the header, before anything is decoded or allocated.

    Raises:
        BadInputError: `not-a-jpeg`, `broken-jpeg`, `unusual-jpeg`, `picture-too-large` or `picture-too-small`.
    """
    check_jpeg(jpeg, most_px=most_px, least_side_px=least_side_px)
    try:
        picture_rgb: NDArray[np.uint8] = simplejpeg.decode_jpeg(jpeg, colorspace="RGB")
        return picture_rgb
    except ValueError as error:
        if "precision" in str(error):
            raise BadInputError("unusual-jpeg", colours="more than 8 bits") from None
        raise BadInputError("broken-jpeg") from None


def check_jpeg(jpeg: bytes, *, most_px: int | None, least_side_px: int) -> None:
    """Look at the header, which takes 2 microseconds, and refuse what must not be decoded."""
    if not jpeg.startswith(START):
        raise BadInputError("not-a-jpeg")
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(jpeg)
    except ValueError:
        raise BadInputError("broken-jpeg") from None
    if most_px is not None and width * height > most_px:
        raise BadInputError("picture-too-large", width=width, height=height, most=most_px)
    if min(width, height) < least_side_px:
        raise BadInputError("picture-too-small", width=width, height=height, least=least_side_px)
    if colours not in ("YCbCr", "RGB", "Gray"):
        raise BadInputError("unusual-jpeg", colours=colours)
    if jpeg.count(SCAN) > MOST_SCANS:
        raise BadInputError("unusual-jpeg", colours=f"one of more than {MOST_SCANS} scans")


def encode_jpeg(picture_rgb: NDArray[np.uint8], *, quality: int = 85) -> bytes:
    """The picture (h, w, 3) as JPEG, with colour at half the resolution as cameras send it."""
    encoded: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(picture_rgb), quality=quality, colorspace="RGB", colorsubsampling="420"
    )
    return encoded
