"""Reads a merchandiser's feed: a CSV file with a garment a row."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from garments.bulk.order import Order, kind_of, name_folder, tell_apart
from garments.errors import RefusedError
from garments.kinds import all_kinds
from garments.passport import Said

COLUMNS = {
    "file": ("file", "image_link", "photo"),
    "id": ("id",),
    "kind": ("kind", "category"),
    "title": ("title",),
    "colour": ("colour", "color"),
    "material": ("material", "materials"),
    "sizes": ("sizes", "size_table"),
    "back": ("back", "back_image_link"),
    "group": ("group", "item_group_id"),
    "colours": ("colours", "colors"),
}
"""What a feed may say, and the names that its columns may have."""
REMOTE = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)
MAX_BYTES, MOST_ROWS, LONGEST_TEXT = 20_000_000, 20_000, 300


def read_feed(feed: Path) -> tuple[Order, ...]:
    """An order a row; a row that cannot be used carries its refusal.

    Raises:
        RefusedError: `bad-feed` when the file as a whole cannot be read.
    """
    table = csv.reader(io.StringIO(_text(feed)), strict=True)
    try:
        rows = [[cell.strip() for cell in row] for row in table]
    except csv.Error as error:
        raise _bad(feed, f"is no proper CSV in line {table.line_num}: {error}") from None
    rows = [row for row in rows if any(row)]
    if not rows:
        raise _bad(feed, "is empty")
    header = [_field(name) for name in rows[0]]
    if "file" not in header:
        raise _bad(feed, f"needs a column '{COLUMNS['file'][0]}' or '{COLUMNS['file'][1]}' that names the photos")
    if len(rows) == 1:
        raise _bad(feed, "lists no garments")
    if len(rows) > MOST_ROWS:
        raise _bad(feed, f"has more than {MOST_ROWS:,} rows: split it")
    orders = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
        orders.append(_read_row(cells, number, feed.resolve().parent))
    return tell_apart(orders)


def _read_row(row: Mapping[str, str], number: int, folder: Path) -> Order:
    """The order of one row, with the refusal where it cannot be used."""
    file = row.get("file", "")
    said = Said(*(row.get(name, "")[:LONGEST_TEXT] or None for name in ("title", "material", "colour", "group")))
    name = row.get("id") or (Path(file).stem if file and not REMOTE.match(file) else f"row-{number}")
    order = Order(name_folder(name), file or f"row {number}", None, said=said)
    try:
        return Order(
            id=order.id,
            file=order.file,
            source=_find(file, folder, "photo"),
            kind=_kind(row.get("kind")),
            back=_find(row["back"], folder, "photo of the back") if "back" in row else None,
            sizes=_find(row["sizes"], folder, "size table") if "sizes" in row else None,
            said=said,
            colours=tuple(word.strip() for word in re.split(r"[;,|]", row.get("colours", "")) if word.strip()),
        )
    except RefusedError as refusal:
        return Order(order.id, order.file, None, said=said, refusal=(refusal.code, refusal.sentence))


def _kind(word: str | None) -> str | None:
    """The kind of a cell; a shop's path of categories is searched from its end."""
    if word is None:
        return None
    found = next((kind for part in reversed(word.split(">")) if (kind := kind_of(part.strip()))), None)
    if found is None:
        raise RefusedError("unknown-kind", f"there is no kind '{word[:60]}': the kinds are {', '.join(all_kinds())}.")
    return found


def _find(word: str, folder: Path, what: str) -> Path:
    """A file beside the feed or below."""
    if not word:
        raise RefusedError("no-photo-named", "the row names no photo.")
    if REMOTE.match(word):
        raise RefusedError(
            "remote-address", f"the {what} '{word[:80]}' is not on this machine: save it beside the feed and name that."
        )
    path = (folder / word).resolve()
    if Path(word).is_absolute() or not path.is_relative_to(folder):
        raise RefusedError("outside-the-feed", f"the {what} '{word[:80]}' does not lie beside the feed or below it.")
    if not path.is_file():
        raise RefusedError("missing-file", f"the {what} '{word[:80]}' does not exist beside the feed.")
    return path


def _field(name: str) -> str | None:
    plain = name.strip().lower().replace(" ", "_")
    return next((field for field, names in COLUMNS.items() if plain in names), None)


def _text(feed: Path) -> str:
    try:
        if feed.stat().st_size > MAX_BYTES:
            raise _bad(feed, f"is larger than {MAX_BYTES // 1_000_000} MB")
        return feed.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RefusedError("bad-feed", f"the feed {feed} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _bad(feed, "is not UTF-8 text: save it as 'CSV UTF-8'") from None


def _bad(feed: Path, why: str) -> RefusedError:
    return RefusedError("bad-feed", f"the feed {feed.name} {why}.")
