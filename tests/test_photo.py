import contextlib
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from garments.errors import RefusedError
from garments.photo import over_white, read_photo

CORNERS = np.zeros((96, 80, 3), np.uint8)
CORNERS[:48, :40] = (250, 10, 20)
CORNERS[:48, 40:] = (20, 240, 10)
CORNERS[48:, :40] = (10, 20, 230)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def refusal(source: Path | bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read_photo(source)
    assert refused.value.sentence.endswith(".")
    assert "\n" not in refused.value.sentence
    return refused.value.code


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_lossless_picture_comes_back_exactly(kind: str) -> None:
    np.testing.assert_array_equal(read_photo(saved(Image.fromarray(CORNERS), kind, lossless=True)), CORNERS)


def test_a_jpeg_comes_back_nearly_exactly() -> None:
    read = read_photo(saved(Image.fromarray(CORNERS), "JPEG", quality=95))
    assert np.abs(read.astype(int) - CORNERS).mean() < 2


def test_a_path_and_its_bytes_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "사진.png"
    path.write_bytes(saved(Image.fromarray(CORNERS), "PNG"))
    np.testing.assert_array_equal(read_photo(path), read_photo(path.read_bytes()))
    np.testing.assert_array_equal(read_photo(str(path)), read_photo(path))


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.transpose(1, 0, 2)),
        (6, lambda a: np.rot90(a, -1)),
        (7, lambda a: a[::-1, ::-1].transpose(1, 0, 2)),
        (8, lambda a: np.rot90(a)),
    ],
)
def test_a_turned_camera_gives_an_upright_picture(
    orientation: int, turn: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    np.testing.assert_array_equal(read_photo(saved(Image.fromarray(CORNERS), "PNG", exif=exif)), turn(CORNERS))


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    deep = np.full((70, 70), 0x8080, np.uint16)
    assert np.unique(read_photo(saved(Image.fromarray(deep), "PNG"))).tolist() == [0x80]


def test_cmyk_becomes_rgb() -> None:
    read = read_photo(saved(Image.fromarray(CORNERS).convert("CMYK"), "JPEG", quality=95))
    assert read.shape == CORNERS.shape
    assert np.abs(read.astype(int) - CORNERS).mean() < 3


def test_grey_and_palette_become_rgb() -> None:
    grey = Image.fromarray(CORNERS).convert("L")
    np.testing.assert_array_equal(read_photo(saved(grey, "PNG"))[..., 1], np.asarray(grey))
    palette = Image.fromarray(CORNERS).quantize(4)
    np.testing.assert_array_equal(read_photo(saved(palette, "PNG")), np.asarray(palette.convert("RGB")))


def test_transparency_is_kept_whatever_form_it_has() -> None:
    alpha = np.zeros((96, 80), np.uint8)
    alpha[20:70, 10:60] = 200
    straight = np.dstack([CORNERS, alpha])
    np.testing.assert_array_equal(read_photo(saved(Image.fromarray(straight), "PNG")), straight)
    palette = Image.fromarray(CORNERS).quantize(4)
    one_clear = read_photo(saved(palette, "PNG", transparency=0))
    np.testing.assert_array_equal(one_clear[..., 3] == 0, np.asarray(palette) == 0)


def test_an_animation_gives_its_first_picture() -> None:
    other = Image.fromarray(255 - CORNERS)
    moving = saved(Image.fromarray(CORNERS), "WEBP", save_all=True, append_images=[other], lossless=True)
    np.testing.assert_array_equal(read_photo(moving), CORNERS)


def test_what_is_clear_lies_over_white() -> None:
    clear = np.dstack([CORNERS, np.zeros((96, 80), np.uint8)])
    assert (over_white(clear) == 255).all()
    solid = np.dstack([CORNERS, np.full((96, 80), 255, np.uint8)])
    np.testing.assert_array_equal(over_white(solid), CORNERS)
    assert over_white(CORNERS) is CORNERS


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    assert refusal(b"") == "not-an-image"
    assert refusal(b"\x00" * 500) == "not-an-image"
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "not-an-image"
    assert refusal(saved(Image.fromarray(CORNERS), "TIFF")) == "not-an-image"
    assert refusal(saved(Image.fromarray(CORNERS), "GIF")) == "not-an-image"
    path = tmp_path / "shirt.jpg"
    path.write_text("a shirt")
    with pytest.raises(RefusedError, match=r"'shirt.jpg' .* JPEG, PNG or WebP"):
        read_photo(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_off_anywhere_is_refused(kind: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 120, 3), np.uint8))
    whole = saved(noise, kind)
    assert refusal(whole[: int(len(whole) * share)]) in {"broken-image", "not-an-image"}


def test_damaged_bytes_never_get_past_as_an_error_of_another_kind() -> None:
    rng = np.random.default_rng(1)
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = saved(Image.fromarray(CORNERS), kind)
        for _ in range(30):
            damaged = bytearray(whole)
            for place in rng.integers(0, len(whole), 8):
                damaged[place] = rng.integers(256)
            with contextlib.suppress(RefusedError):
                assert read_photo(bytes(damaged)).dtype == np.uint8


def test_sizes_are_judged_before_any_pixel_is_decoded() -> None:
    assert refusal(saved(Image.new("RGB", (1, 1)), "PNG")) == "too-small"
    assert refusal(saved(Image.new("RGB", (2000, 10)), "PNG")) == "too-small"
    for size in [(30_000, 30_000), (12_001, 100), (8_000, 8_000), (100_000, 100_000)]:
        assert refusal(png_claiming(*size)) == "too-large"
    assert refusal(png_claiming(7_000, 7_000)) == "broken-image"


def test_places_that_hold_no_file_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.jpg") == "missing-file"
    assert refusal(tmp_path) == "is-a-folder"
    assert refusal(Path("/dev/null")) == "unreadable-file"
    assert refusal(tmp_path / "a\0b.jpg") == "unreadable-file"
    assert refusal(tmp_path / ("long" * 100)) == "unreadable-file"
