"""Read a picture that somebody sent us, whatever it is."""

import io
import stat
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from garments.errors import RefusedError

FORMATS = ("JPEG", "PNG", "WEBP")
MIN_SIDE_PX = 64
MAX_SIDE_PX = 12_000
MAX_PIXELS = 50_000_000
MAX_BYTES = 64 * 1024 * 1024


def read_photo(source: Path | str | bytes) -> NDArray[np.uint8]:
    """Give the picture's pixels, upright: (H, W, 3) RGB or, where it has transparency, (H, W, 4) straight alpha."""
    name = "the picture" if isinstance(source, bytes) else f"'{Path(source).name[:80]}'"
    content = source if isinstance(source, bytes) else _read_bytes(Path(source), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd EXIF and of sizes, both of which we judge ourselves
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_size(picture.size, name)
                picture.load()  # the first frame of an animation
                upright = ImageOps.exif_transpose(picture)
                return _to_eight_bits(upright)
        except RefusedError:
            raise
        except UnidentifiedImageError:
            raise RefusedError(
                "not-an-image", f"{name} is not a picture we can read: send a JPEG, PNG or WebP file."
            ) from None
        except Image.DecompressionBombError:
            raise RefusedError("too-large", _too_large(name, "far too large")) from None
        except Exception:  # a damaged file makes Pillow's decoders fail in every way there is
            raise RefusedError("broken-image", f"{name} is damaged or incomplete: send the file again.") from None


def over_white(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give (H, W, 3) RGB, with whatever was transparent laid over white."""
    if photo.shape[2] == 3:
        return photo
    alpha = photo[..., 3:].astype(np.uint16)
    blended = (photo[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return blended.astype(np.uint8)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise RefusedError("is-a-folder", f"{name} is a folder: name one picture in it.")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError("unreadable-file", f"{name} cannot be read: it is no ordinary file.")
        if status.st_size > MAX_BYTES:
            raise RefusedError("too-large", _too_large(name, f"over {MAX_BYTES // 2**20} MiB"))
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedError("missing-file", f"{name} does not exist.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is no file name"
        raise RefusedError("unreadable-file", f"{name} cannot be read: {why}.") from None


def _check_size(size_px: tuple[int, int], name: str) -> None:
    width, height = size_px
    if min(size_px) < MIN_SIDE_PX:
        raise RefusedError(
            "too-small", f"{name} has {width} x {height} pixels: at least {MIN_SIDE_PX} a side are needed."
        )
    if max(size_px) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise RefusedError("too-large", _too_large(name, f"{width} x {height} pixels"))


def _too_large(name: str, how_large: str) -> str:
    most = f"{MAX_SIDE_PX:,} pixels a side and {MAX_PIXELS // 1_000_000} megapixels"
    return f"{name} is {how_large}: at most {most} are read."


def _to_eight_bits(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        # Pillow clips 16-bit grey to white when asked for 8 bits, so it is divided here.
        grey = np.clip(np.asarray(picture).astype(np.float32) / 257, 0, 255).round().astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    transparent = "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info
    return np.array(picture.convert("RGBA" if transparent else "RGB"), dtype=np.uint8)
