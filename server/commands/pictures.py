"""Reading and writing pictures and tables of results for the commands."""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from garments.errors import RefusedError
from garments.photo import over_white, read_photo

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
VIDEOS = {".mp4", ".mov", ".avi", ".webm", ".mkv", ".m4v"}


def read_person(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) RGB; what is transparent becomes white."""
    return over_white(read_photo(path))


def list_pictures(folder: Path) -> list[Path]:
    """The pictures of a folder, by name.

    Raises:
        RefusedError: `no-pictures`.
    """
    if not folder.is_dir():
        raise RefusedError("no-pictures", f"{folder} is not a folder")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    if not found:
        raise RefusedError("no-pictures", f"{folder} holds no pictures; they end in {', '.join(sorted(PICTURES))}")
    return found


def check_picture_name(path: Path) -> None:
    """Make sure that a picture can be written under this name.

    Raises:
        RefusedError: `bad-output` when the ending is not a picture's.
    """
    if path.suffix.lower() not in PICTURES:
        raise RefusedError(
            "bad-output", f"{path.name} is not a picture's name; use one of {', '.join(sorted(PICTURES))}"
        )


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write RGB, RGBA or one channel, by the file's ending.

    Raises:
        RefusedError: `bad-output` when the ending is not a picture's.
    """
    check_picture_name(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    swapped = picture
    if picture.ndim == 3:
        swapped = picture[..., ::-1] if picture.shape[2] == 3 else picture[..., [2, 1, 0, 3]]
    quality = [cv2.IMWRITE_JPEG_QUALITY, 93] if path.suffix.lower() in (".jpg", ".jpeg") else []
    good, content = cv2.imencode(path.suffix, np.ascontiguousarray(swapped), quality)
    assert good
    path.write_bytes(content.tobytes())


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write an object, readable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def explain(refusal: RefusedError) -> dict[str, str]:
    """A refusal as JSON."""
    return {"code": refusal.code, "sentence": refusal.sentence}


def name_file(path: Path) -> str:
    """A file's or folder's name without its ending, fit for use in another name."""
    return re.sub(r"[\s/\\]+", "-", path.stem if path.suffix.lower() in PICTURES else path.name)


def open_progress() -> Progress:
    """A progress bar with the time that is left, on stderr."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
