"""What the demo shop hangs, in the order of the rail, and what it shows together."""

from dataclasses import dataclass

from garments.demo.bottoms import list_bottoms
from garments.demo.dresses import list_dresses
from garments.demo.models import list_models
from garments.demo.outerwear import list_outerwear
from garments.demo.piece import Piece
from garments.demo.tops import list_tops


@dataclass(frozen=True)
class Outfit:
    """Pieces that are worn together."""

    id: str
    title_en: str
    title_ko: str
    pieces: tuple[str, ...]


def list_pieces() -> tuple[Piece, ...]:
    """Every piece: those that are photographed, and those that are sold as glTF."""
    return (*list_tops(), *list_bottoms(), *list_dresses(), *list_outerwear(), *list_models())


def list_outfits() -> tuple[Outfit, ...]:
    """What the shop shows together, one of them in four layers."""
    return (
        Outfit(
            "autumn-layers",
            "Autumn in four layers",
            "네 겹의 가을",
            ("straight-jeans", "breton-tee", "open-cardigan", "camel-coat"),
        ),
        Outfit(
            "office-waistcoat",
            "Shirt, waistcoat, wide trousers",
            "셔츠, 조끼, 와이드 슬랙스",
            ("tailored-trousers", "chambray-shirt", "wool-waistcoat"),
        ),
        Outfit(
            "weekend-bomber", "Joggers and bomber", "조거와 보머", ("jersey-joggers", "graphic-tee", "bomber-jacket")
        ),
        Outfit("tee-and-pleats", "Tee and pleats", "티셔츠와 플리츠", ("pleated-skirt", "cropped-tee")),
    )


def find_piece(name: str) -> Piece:
    """The piece with an id."""
    for piece in list_pieces():
        if piece.id == name:
            return piece
    raise KeyError(f"no piece '{name}'; there are: {', '.join(piece.id for piece in list_pieces())}")
