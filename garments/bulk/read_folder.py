"""Finds what can be built in a folder of photos and meshes."""

import re
from collections.abc import Iterator
from pathlib import Path

from garments.bulk.order import Order, kind_of, name_folder, tell_apart
from garments.errors import RefusedError
from garments.meshes.import_mesh import MESHES

PHOTOS = (".jpg", ".jpeg", ".png", ".webp")
UNREADABLE = (".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff", ".jfif")
"""Pictures that we cannot read are refused with words and not passed over in silence."""
MOST_FILES = 20_000
BACK = re.compile(r"(?P<front>.+)[_\- ]back", re.IGNORECASE)


def read_folder(folder: Path, *, leave_out: Path) -> tuple[Order, ...]:
    """An order for each photo and mesh in a folder and its subfolders, by name.

    `shirt_back.jpg` beside `shirt.jpg` is its back, `shirt.csv` its size table. A subfolder that is called like a kind
    gives the kind.

    Args:
        folder: Where to look.
        leave_out: The folder that is written to, which may lie inside.

    Raises:
        RefusedError: `no-photos`.
    """
    files = sorted(_list_files(folder, leave_out.resolve()), key=lambda path: path.relative_to(folder).as_posix())
    by_stem = {(path.parent, path.stem.lower()): path for path in files}
    backs = {}
    for path in files:
        match = BACK.fullmatch(path.stem)
        front = by_stem.get((path.parent, match["front"].lower())) if match else None
        if front is not None and path.suffix.lower() in PHOTOS:
            backs[front] = path
    orders = []
    for path in files:
        if path in backs.values():
            continue
        place = path.relative_to(folder)
        orders.append(
            Order(
                id=name_folder(path.stem),
                file=place.as_posix(),
                source=path,
                kind=next((kind for part in reversed(place.parent.parts) if (kind := kind_of(part))), None),
                back=backs.get(path),
                sizes=_size_table_of(path),
            )
        )
    if not orders:
        raise RefusedError("no-photos", f"{folder} holds no photos: they end in {', '.join((*PHOTOS, *MESHES))}.")
    return tell_apart(orders)


def _list_files(folder: Path, leave_out: Path) -> Iterator[Path]:
    count = 0
    for path in folder.rglob("*"):
        hidden = any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
        if hidden or path.suffix.lower() not in (*PHOTOS, *UNREADABLE, *MESHES) or not path.is_file():
            continue
        if path.resolve().is_relative_to(leave_out):
            continue
        count += 1
        if count > MOST_FILES:
            raise RefusedError("too-many-photos", f"{folder} holds more than {MOST_FILES:,} photos: split it.")
        yield path


def _size_table_of(photo: Path) -> Path | None:
    table = photo.with_suffix(".csv")
    return table if table.is_file() else None
