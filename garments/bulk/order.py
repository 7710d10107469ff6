"""What is to be made of one file, and what came of it."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from garments.kinds import all_kinds
from garments.passport import Said

LONGEST_ID = 48
RESERVED = {"report", "con", "nul", "prn", "aux"}
"""Names that a garment's folder cannot have: the report's own, and what some systems keep for themselves."""

NOTHING_SAID = Said()
State = Literal["built", "up to date", "refused", "failed"]


@dataclass(frozen=True)
class Order:
    """One garment that is to be made."""

    id: str
    """Name of its folder: letters, digits, - and _ only."""
    file: str
    """What the report calls it: the path as the merchandiser gave it."""
    source: Path | None
    """The photo or mesh; None where the row of the feed cannot be used."""
    kind: str | None = None
    """None: to be proposed from the photo."""
    back: Path | None = None
    sizes: Path | None = None
    said: Said = NOTHING_SAID
    colours: tuple[str, ...] = ()
    """Further colours that it is to be dyed in."""
    refusal: tuple[str, str] | None = None
    """Code and sentence, where it cannot be made at all."""


@dataclass(frozen=True)
class Outcome:
    """What came of one order."""

    id: str
    file: str
    state: State
    kind: str
    """Empty where it is not known."""
    kind_proposed: bool
    grade: str
    """A to D; empty where there is no garment."""
    quality: float
    """Predicted, 0 to 1."""
    reasons: tuple[str, ...]
    """In words, for the merchandiser."""
    code: str = ""
    """Of a refusal."""
    colours: tuple[str, ...] = ()
    """Names of the cloth's colours."""
    hexes: tuple[str, ...] = ()
    """The same as `#rrggbb`."""
    seconds: float = 0.0

    @property
    def publishable(self) -> bool:
        """Whether a shop may show it."""
        return self.grade in ("A", "B", "C")


def kind_of(word: str) -> str | None:
    """The kind that a word names in English, in the plural too, or in Korean; None where it names none."""
    plain = "-".join(word.lower().replace("_", " ").replace("-", " ").split())
    for name, kind in all_kinds().items():
        names = {name, *("-".join(title.lower().split()) for title in (kind.title_en, kind.title_ko))}
        if names & {plain, plain.removesuffix("s"), plain.removesuffix("es")}:
            return name
    return None


def name_folder(word: str) -> str:
    """The word as a folder's name; what cannot be written in plain letters is told apart by its hash."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", word).strip("-_")[:LONGEST_ID].rstrip("-_")
    whole = all(letter.isascii() for letter in word) and len(word) <= LONGEST_ID
    if plain and whole and plain.lower() not in RESERVED:
        return plain
    return f"{plain or 'garment'}-{_short_hash(word)}"


def tell_apart(orders: Sequence[Order]) -> tuple[Order, ...]:
    """The same orders, those of one id renamed by their files."""
    count = Counter(order.id.lower() for order in orders)
    apart = [
        order if count[order.id.lower()] == 1 else replace(order, id=f"{order.id}-{_short_hash(order.file)}")
        for order in orders
    ]
    taken: Counter[str] = Counter()
    result = []
    for order in apart:  # a feed may even list one file twice
        taken[order.id.lower()] += 1
        again = taken[order.id.lower()]
        result.append(order if again == 1 else replace(order, id=f"{order.id}-{again}"))
    return tuple(result)


def _short_hash(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogateescape")).hexdigest()[:8]
