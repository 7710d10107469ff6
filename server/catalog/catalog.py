"""What the shop has to try on: read at the start, changed while shoppers look, each garment loaded when first worn."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from garments.dyeing.colours import Colour
from garments.errors import RefusedError
from garments.garment import Garment, load_garment
from garments.kinds import all_kinds
from server.catalog.colours import list_dyed, read_colour
from server.errors import BadInputError, Sentence, shorten

SHOP = Path(__file__).parents[2] / "assets" / "shop"
GOOD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
LOADED_MOST = 64
"""Garments kept in memory, at some 5 MB each."""
PHOTO_NAMES = ("thumb.jpg", "photo.jpg", "photo.jpeg", "photo.png", "photo.webp", "preview.png", "cutout.png")
"""What may stand for the product photo in a garment's folder, the best first."""
DYED_PHOTO_NAMES = ("cutout.png", "preview.png")
"""The same in the folder of a further colour."""
REPORT = "report"
"""A folder of pictures that `geoul garment build-all` leaves beside the garments."""


@dataclass(frozen=True)
class Piece:
    """One garment of the shop."""

    id: str
    kind: str
    title: Sentence
    folder: Path
    """Where `garments/build.py` put it."""
    photo: Path
    """The product photo as the shop shows it."""
    version: int = 0
    """Changes when the garment is built again."""
    group: str | None = None
    """Garments of one group are one piece in several colours."""
    colour: Colour | None = None
    dyed_from: str | None = None
    """The id of the garment that this one is a further colour of."""

    @property
    def cutout(self) -> Path:
        """The product photo without its background."""
        return self.folder / "cutout.png"


@dataclass(frozen=True)
class Outfit:
    """Garments that the shop shows together."""

    id: str
    title: Sentence
    garments: tuple[str, ...]
    """Their ids."""


class Catalog:
    """The garments of a shop, in the order in which it shows them. Any thread may read and change it."""

    def __init__(
        self, pieces: Iterable[Piece] = (), skipped: Iterable[str] = (), outfits: Iterable[Outfit] = ()
    ) -> None:
        self.pieces = {piece.id: piece for piece in pieces}
        """Replaced as a whole, so that whoever looks through it is not disturbed."""
        self.skipped = tuple(skipped)
        """A sentence for each garment that had to be left out."""
        self._outfits = tuple(outfits)
        self._load = lru_cache(LOADED_MOST)(_load_version)
        self._loading, self._changing = Lock(), Lock()

    def put(self, piece: Piece, dyed: Iterable[Piece] = ()) -> None:
        """Offer a garment from now on, or what it has become, and of its further colours these alone."""
        with self._changing:
            kept = {other.id: other for other in self if other.dyed_from != piece.id}
            self.pieces = {**kept, piece.id: piece, **{one.id: one for one in dyed}}

    def remove(self, name: str) -> None:
        """Offer a garment and its further colours no longer; whoever wears one keeps it on."""
        with self._changing:
            self.pieces = {other.id: other for other in self if name not in (other.id, other.dyed_from)}

    def outfits(self) -> tuple[Outfit, ...]:
        """What the shop shows together, as long as it has all of it."""
        pieces = self.pieces
        return tuple(outfit for outfit in self._outfits if pieces.keys() >= set(outfit.garments))

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.pieces.values())

    def __len__(self) -> int:
        return len(self.pieces)

    def folders(self) -> dict[str, Path]:
        """Where each garment lies, by id."""
        return {piece.id: piece.folder for piece in self}

    def find(self, name: str) -> Piece:
        """The garment of this id.

        Raises:
            BadInputError: `unknown-garment`, with the ids that there are.
        """
        pieces = self.pieces
        if name not in pieces:
            known = ", ".join(list(pieces)[:12]) + (", ..." if len(pieces) > 12 else "")
            raise BadInputError("unknown-garment", name=shorten(name), known=known or "-")
        return pieces[name]

    def load(self, name: str) -> Garment:
        """The garment to wear; slow (50 to 100 ms) at the first call, so never on the event loop.

        Raises:
            BadInputError: `unknown-garment`, or `garment-unusable` when its files are broken.
        """
        piece = self.find(name)
        try:
            with self._loading:  # two shoppers who want the same new garment load it once
                return self._load(piece.folder, piece.version, piece.id)
        except RefusedError as error:
            raise BadInputError("garment-unusable", name=name) from error


def _load_version(folder: Path, version: int, name: str) -> Garment:
    """The garment of a folder; the version is there to tell what was loaded before from what is there now."""
    return replace(load_garment(folder), name=name)


def read_catalog(shop: Path = SHOP, data: Path | None = None) -> Catalog:
    """The demo shop, and whatever garments lie in `data/garments`; of two with one id the latter is shown."""
    pieces: dict[str, Piece] = {}
    skipped: list[str] = []
    for found in [*_read_shop(shop), *(_read_folders(data / "garments") if data else ())]:
        if isinstance(found, Piece):
            pieces[found.id] = found
        else:
            skipped.append(found)
    return Catalog(pieces.values(), skipped, _read_outfits(shop))


def _read_shop(shop: Path) -> Iterator[Piece | str]:
    """Each garment of `shop.json`, or the reason why it cannot be shown."""
    path = shop / "shop.json"
    if not path.exists():
        return
    listed = _read_json(path)
    entries = listed.get("garments") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        yield f"{path.name} is not a list of garments."
        return
    for entry in entries:
        try:
            name, kind, title = entry["id"], entry["kind"], entry["title"]
            place = shop / "garments" / name
            # What was made of a mesh has a picture of the mesh for a photo.
            photo = place / "cutout.png" if "mesh" in entry and "photo" not in entry else shop / entry["photo"]
            piece = Piece(name, kind, Sentence(title["en"], title["ko"]), place, photo)
        except (KeyError, TypeError) as error:
            yield f"An entry of {path.name} lacks {error}."
            continue
        checked = _check(piece)
        yield from _in_all_colours(checked) if isinstance(checked, Piece) else (checked,)


def _read_outfits(shop: Path) -> Iterator[Outfit]:
    """Each outfit of `shop.json` that says its id, title and garments."""
    listed = _read_json(shop / "shop.json")
    entries = listed.get("outfits") if isinstance(listed, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        try:
            title = Sentence(str(entry["title"]["en"]), str(entry["title"]["ko"]))
            yield Outfit(str(entry["id"]), title, tuple(str(name) for name in entry["garments"]))
        except (KeyError, TypeError):
            continue


def _read_folders(folder: Path) -> Iterator[Piece | str]:
    """Each garment folder, as `geoul garment build` writes it."""
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not place.is_dir() or place.name.startswith("."):
            continue
        if place.name == REPORT and not (place / "garment.glb").exists():
            continue
        if not is_held_back(place):
            yield from read_pieces(place)


def is_held_back(place: Path) -> bool:
    """Whether the studio made the garment in a folder and has not published it."""
    told = _read_json(place / "studio.json")
    return isinstance(told, dict) and told.get("published") is not True


def read_pieces(place: Path) -> list[Piece | str]:
    """The garment in a folder and then its further colours; or the reasons why they cannot be shown."""
    piece = _read_piece(place)
    return list(_in_all_colours(piece)) if isinstance(piece, Piece) else [piece]


def _in_all_colours(piece: Piece) -> Iterator[Piece | str]:
    """The garment with its group and colour as its passport says, and each colour that it is dyed in."""
    passport = _read_json(piece.folder / "passport.json")
    if not isinstance(passport, dict):
        yield piece
        return
    dyed = list(list_dyed(passport, piece.folder))
    group = passport.get("group")
    group = group if isinstance(group, str) and group else piece.id if dyed else None
    yield replace(piece, group=group, colour=read_colour(passport))
    for name, colour, place in dyed:
        title = Sentence(f"{piece.title.en}, {colour.name_en}", f"{piece.title.ko}, {colour.name_ko}")
        photo = next((place / file for file in DYED_PHOTO_NAMES if (place / file).exists()), place / "cutout.png")
        own = f"{piece.id}--{name}"
        yield _check(Piece(own, piece.kind, title, place, photo, _version_of(place), group, colour, piece.id))


def _read_piece(place: Path) -> Piece | str:
    """The garment in a folder in its own colour, or the reason why it cannot be shown."""
    passport = _read_json(place / "passport.json")
    if not isinstance(passport, dict) or not isinstance(passport.get("kind"), str):
        return f"{place.name} is left out: it has no passport.json that says its kind."
    if passport.get("publishable") is False:
        return f"{place.name} is left out: its grade is D; put its points right in the studio or send another photo."
    photo = next((place / name for name in PHOTO_NAMES if (place / name).exists()), place / PHOTO_NAMES[0])
    told = _read_json(place / "studio.json")
    title = _read_title(told if isinstance(told, dict) else passport, place.name)
    return _check(Piece(place.name, passport["kind"], title, place, photo, _version_of(place)))


def _version_of(place: Path) -> int:
    try:
        return (place / "garment.glb").stat().st_mtime_ns
    except OSError:
        return 0


def _read_title(passport: dict[str, Any], name: str) -> Sentence:
    """The passport's title, or the id made readable."""
    plain = re.sub(r"[-_]+", " ", name).strip().capitalize()
    title = passport.get("title")
    if isinstance(title, str) and title:
        return Sentence(title, title)
    if not isinstance(title, dict):
        return Sentence(plain, plain)
    english, korean = title.get("en"), title.get("ko")
    return Sentence(str(english or korean or plain), str(korean or english or plain))


def _check(piece: Piece) -> Piece | str:
    """The piece, or the reason why it cannot be shown."""
    if not isinstance(piece.id, str) or not GOOD_ID.fullmatch(piece.id):
        return f"'{shorten(str(piece.id))}' is left out: an id has letters, digits, - and _ only, 64 at most."
    if not isinstance(piece.kind, str) or piece.kind not in all_kinds():
        return f"{piece.id} is left out: there is no kind '{shorten(str(piece.kind))}'."
    if not (piece.folder / "garment.glb").exists():
        return f"{piece.id} is left out: its garment has not been built; run `make setup`."
    if not piece.photo.exists():
        return f"{piece.id} is left out: it has no picture."
    return piece


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
