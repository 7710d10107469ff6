"""JPEG to pixels and back, and nothing decoded that should not be."""

import numpy as np
import pytest

from server.encode import decode_jpeg, encode_jpeg
from server.errors import BadInputError
from tests.bad_pictures import BAD_PICTURES, as_jpeg


def test_pixels_come_back_through_jpeg_nearly_as_they_were():
    rows, columns = np.mgrid[0:96, 0:128]
    picture = np.stack([rows * 2, columns * 2, rows + columns], -1).astype(np.uint8)
    back = decode_jpeg(encode_jpeg(picture, quality=95))
    assert back.shape == picture.shape
    assert np.abs(back.astype(int) - picture).mean() < 3


@pytest.mark.parametrize("jpeg", [as_jpeg("L"), as_jpeg("RGB", progressive=True)])
def test_grey_and_progressive_pictures_are_as_good_as_any(jpeg):
    assert decode_jpeg(jpeg).shape == (96, 128, 3)


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_bad_picture_is_refused_with_its_own_code(name):
    jpeg, code = BAD_PICTURES[name]
    with pytest.raises(BadInputError) as refusal:
        decode_jpeg(jpeg, most_px=1_000_000, least_side_px=64)
    assert refusal.value.code == code
