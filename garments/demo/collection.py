"""What the demo shop hangs, in the order of the rail."""

from garments.demo.bottoms import list_bottoms
from garments.demo.dresses import list_dresses
from garments.demo.outerwear import list_outerwear
from garments.demo.piece import Piece
from garments.demo.tops import list_tops


def list_pieces() -> tuple[Piece, ...]:
    """Every piece that is photographed."""
    return (*list_tops(), *list_bottoms(), *list_dresses(), *list_outerwear())


def find_piece(name: str) -> Piece:
    """The piece with an id."""
    for piece in list_pieces():
        if piece.id == name:
            return piece
    raise KeyError(f"no piece '{name}'; there are: {', '.join(piece.id for piece in list_pieces())}")
