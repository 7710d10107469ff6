"""What a camera might send that is no usable picture, each with the code that it is refused with."""

import io

import numpy as np
from PIL import Image

from server.encode import MOST_SCANS
from tests.mirror_kit import make_jpeg


def as_jpeg(mode, **options):
    buffer = io.BytesIO()
    Image.new(mode, (128, 96)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def with_size(jpeg, width, height):
    """The JPEG with another size written into its header."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[at + 4 :]


BAD_PICTURES = {
    "nothing": (b"", "not-a-jpeg"),
    "words": (b"hello" * 100, "not-a-jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not-a-jpeg"),
    "start alone": (b"\xff\xd8\xff", "broken-jpeg"),
    "header alone": (make_jpeg()[:100], "broken-jpeg"),
    "half": (make_jpeg()[: len(make_jpeg()) * 3 // 4], "broken-jpeg"),
    "noise": (b"\xff\xd8\xff" + np.random.default_rng(1).bytes(3000), "broken-jpeg"),
    "no size": (with_size(make_jpeg(), 0, 0), "broken-jpeg"),
    "bomb": (with_size(make_jpeg(), 65500, 65500)[:739], "picture-too-large"),
    "line": (make_jpeg(1, 5000), "picture-too-small"),
    "dot": (make_jpeg(1, 1), "picture-too-small"),
    "cmyk": (as_jpeg("CMYK"), "unusual-jpeg"),
    "twelve bits": (make_jpeg().replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"), "unusual-jpeg"),
    "scans": (make_jpeg()[:-2] + b"\xff\xda\x00\x02" * (MOST_SCANS + 1) + b"\xff\xd9", "unusual-jpeg"),
}
