"""Turns a size table as people paste it from a spreadsheet into the form that `garments/size_table.py` reads."""

import csv
import io
import re

NAMES = {
    "size": ("size", "사이즈", "치수", "호칭"),
    "chest_cm": ("chest", "bust", "가슴", "가슴둘레"),
    "length_cm": ("length", "total length", "총장", "총기장", "기장"),
    "shoulder_cm": ("shoulder", "shoulders", "어깨", "어깨너비"),
    "waist_cm": ("waist", "허리", "허리둘레"),
    "hip_cm": ("hip", "hips", "엉덩이", "엉덩이둘레", "힙"),
    "hem_cm": ("hem", "밑단", "밑단둘레"),
    "sleeve_cm": ("sleeve", "sleeve length", "소매", "소매길이", "소매기장"),
    "cuff_cm": ("cuff", "소매단", "소매부리"),
    "rise_cm": ("rise", "밑위", "밑위길이"),
    "inseam_cm": ("inseam", "안기장", "인심"),
    "thigh_cm": ("thigh", "허벅지", "허벅지둘레"),
}
"""Columns, and what spreadsheets call them."""
COLUMNS = {said: column for column, names in NAMES.items() for said in (column, *names)}
HALF = re.compile(r"\s*(단면|반둘레|\(?flat\)?|\(?half\)?)$")
"""Girths measured on the flat garment, from edge to edge: half of what the table means."""
GIRTHS = ("chest_cm", "waist_cm", "hip_cm", "hem_cm", "cuff_cm", "thigh_cm")
UNIT = re.compile(r"\s*[(\[]?\s*(cm|㎝|센치|센티)\s*[)\]]?\s*$", re.IGNORECASE)


def tidy_table(text: str) -> str:
    """The table as CSV: tabs, semicolons or commas between cells, units and decimal commas taken away."""
    text = text.lstrip("\ufeff").strip("\r\n")
    first = text.split("\n", 1)[0]
    between = next((mark for mark in ("\t", ";") if mark in first), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=between)]
    rows = [row for row in rows if any(row)]
    # A selection in a spreadsheet often takes empty columns along.
    width = max((len(row) - next((k for k, cell in enumerate(reversed(row)) if cell), 0) for row in rows), default=0)
    if not rows or not width:
        return ""
    header = [column_of(cell) for cell in rows[0][:width]]
    tidy = [[name for name, _ in header]]
    tidy[0][0] = tidy[0][0] or "size"
    for row in rows[1:]:
        cells = [
            number_of(cell, scale, decimal_comma=between != ",") for cell, (_, scale) in zip(row, header, strict=False)
        ]
        tidy.append([row[0], *cells[1:]])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(tidy)
    return out.getvalue()


def column_of(cell: str) -> tuple[str, float]:
    """The column that a heading means, and what its cells are to be multiplied by."""
    plain = UNIT.sub("", cell).strip().lower().replace("_cm", "").replace("_", " ")
    column = COLUMNS.get(plain)
    if column is not None:
        return column, 1.0
    column = COLUMNS.get(HALF.sub("", plain))
    if column in GIRTHS and HALF.search(plain):
        return str(column), 2.0
    return cell, 1.0


def number_of(cell: str, scale: float, *, decimal_comma: bool) -> str:
    """A measure as the table wants it; what is no number is left as it is, to be complained of."""
    plain = UNIT.sub("", cell).strip()
    if decimal_comma:
        plain = plain.replace(",", ".")
    try:
        return f"{float(plain) * scale:g}"
    except ValueError:
        return cell
