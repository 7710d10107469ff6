"""Reads a size table: one row a size, columns in centimetres."""

import csv
import io
from pathlib import Path

from garments.errors import RefusedError
from garments.kinds import Kind

MAX_BYTES = 200_000
MAX_CM = 300.0


def read_size_table(path: Path, kind: Kind) -> dict[str, dict[str, float]]:
    """Centimetres by column by size, in the file's order.

    Raises:
        RefusedError: `no-size-table` or `bad-size-table`, naming the row, the value and the rule.
    """
    rows = [row for row in csv.reader(io.StringIO(_text(path))) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise _bad(path, "needs a line of column names and a line for each size")
    header = [cell.strip().lower() for cell in rows[0]]
    if header[0] != "size":
        raise _bad(path, f"must begin with the column 'size', not '{header[0]}'")
    for column in header[1:]:
        if column not in kind.sizes:
            raise _bad(path, f"has an unknown column '{column}': a {kind.title_en.lower()} has {', '.join(kind.sizes)}")
    if len(set(header)) != len(header) or len(header) < 2:
        raise _bad(path, "needs at least one measure, and each column once")
    table: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows[1:], start=2):
        size = row[0].strip()
        if len(row) != len(header):
            raise _bad(path, f"row {number} has {len(row)} cells, the header has {len(header)}")
        if not size or size in table:
            raise _bad(path, f"row {number}: each size needs a name of its own, not '{size}'")
        table[size] = {
            column: _centimetres(path, number, column, cell) for column, cell in zip(header[1:], row[1:], strict=True)
        }
    return table


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RefusedError("no-size-table", f"the size table {path} cannot be read: {error.strerror}.") from None
    if len(content) > MAX_BYTES:
        raise _bad(path, f"is larger than {MAX_BYTES:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad(path, "is not UTF-8 text") from None


def _centimetres(path: Path, number: int, column: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise _bad(path, f"row {number}, {column}: '{cell}' is not a number") from None
    if not 0 < value <= MAX_CM:
        raise _bad(path, f"row {number}, {column}: {cell} is not between 0 and {MAX_CM:.0f} cm")
    return value


def _bad(path: Path, why: str) -> RefusedError:
    return RefusedError("bad-size-table", f"the size table {path.name} {why}.")
