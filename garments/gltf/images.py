"""The pictures in a glTF file: judged by their headers first, decoded only when they are needed."""

import io
import warnings

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garments.errors import RefusedError
from garments.gltf.container import Container, read_data_uri
from garments.gltf.document import item

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE_PX = 8192
MAX_PIXELS = 34_000_000
TEXTURE_PX = 4096
"""Longest side of what is handed out: larger ones are made smaller."""


def check_images(container: Container) -> None:
    """Look at the header of every picture in the file.

    Raises:
        RefusedError: `mesh-texture` when one is too large or no picture, `mesh-outside-file` when it is elsewhere.
    """
    for index in range(len(container.document.images)):
        content = _content(container, index)
        if content[:12] != b"\xabKTX 20\xbb\r\n\x1a\n":  # such a picture is named where it is needed
            with _opened(content, index):
                pass


def read_image(container: Container, index: int) -> NDArray[np.uint8]:
    """(h, w, 4) Straight alpha, at most `TEXTURE_PX` a side.

    Raises:
        RefusedError: `mesh-texture` when it is damaged.
    """
    content = _content(container, index)
    if content[:12] == b"\xabKTX 20\xbb\r\n\x1a\n":
        raise RefusedError("mesh-unsupported", "The textures are in KTX2: export them as PNG or JPEG.")
    try:
        with warnings.catch_warnings(), _opened(content, index) as picture:
            warnings.simplefilter("ignore")
            picture.draft("RGB", (TEXTURE_PX, TEXTURE_PX))
            pixels = np.asarray(picture.convert("RGBA"), np.uint8)
    except RefusedError:
        raise
    except Exception:  # a damaged file makes Pillow's decoders fail in every way there is
        raise RefusedError("mesh-texture", f"Texture {index} is damaged or incomplete.") from None
    scale = TEXTURE_PX / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _content(container: Container, index: int) -> bytes:
    image = item(container.document.images, index, "image")
    if image.uri is not None:
        return read_data_uri(image.uri, f"texture {index}")
    if image.buffer_view is None:
        raise RefusedError("mesh-broken", f"Texture {index} has no bytes in the file.")
    return bytes(container.view(image.buffer_view)[0])


def _opened(content: bytes, index: int) -> Image.Image:
    """The picture with its header read and judged, nothing decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise RefusedError("mesh-texture", _too_large(index, "far too large")) from None
    except Exception:
        raise RefusedError("mesh-texture", f"Texture {index} is not a PNG, JPEG or WebP picture.") from None
    width, height = picture.size
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise RefusedError("mesh-texture", _too_large(index, f"{width} x {height} pixels"))
    return picture


def _too_large(index: int, how_large: str) -> str:
    return (
        f"Texture {index} is {how_large}: at most {MAX_SIDE_PX} a side and {MAX_PIXELS // 10**6} megapixels are read."
    )
