"""One piece of the demo shop: how it is cut, of what cloth, how finished."""

from collections.abc import Callable
from dataclasses import dataclass

from garments.demo.cloth import Cloth
from garments.demo.lower import Jumpsuit, Skirt, Trousers
from garments.demo.pattern import Cut
from garments.demo.trim import Trim


@dataclass(frozen=True)
class Piece:
    """One piece of the shop."""

    id: str
    kind: str
    title_en: str
    title_ko: str
    price_won: int
    cut: Cut | Skirt | Trousers | Jumpsuit
    make_cloth: Callable[[], Cloth]
    trim: Trim
    collar: bool = False
    hood: bool = False
    bend: float = 0.03
    """How stiff the cloth is."""
    arms_rad: float = 0.54
    """Angle between the mannequin's arms and the vertical."""
    colours: tuple[str, ...] = ()
    """Further colours that it is dyed in."""
