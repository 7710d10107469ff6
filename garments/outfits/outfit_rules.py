"""What cannot be worn together, and why, in words."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from garments.errors import RefusedError
from garments.kinds import get_kind

if TYPE_CHECKING:
    from garments.outfits.outfit import Worn

Rule = Literal["same-piece", "same-kind", "same-place", "nothing-to-tuck-into", "not-tucked"]
OUTER_LAYER = 50
"""From this layer on a piece is worn over everything else, and never tucked in."""
SAME_PLACE = (
    {"trousers"},
    {"skirt"},
    {"dress"},
    {"jumpsuit"},
    {"trousers", "skirt"},
    {"dress", "skirt"},
    {"dress", "jumpsuit"},
    {"jumpsuit", "trousers"},
    {"jumpsuit", "skirt"},
)
"""Shapes of which a wearer has room for one. A dress over trousers is worn; so is a coat over anything."""
WORDS: dict[Rule, str] = {
    "same-piece": "{first} is worn already: it cannot be put on twice",
    "same-kind": "{first} and {second} are both of the kind {first_kind}: take one of them off",
    "same-place": (
        "{first} ({first_kind}) and {second} ({second_kind}) are worn in the same place: take one of them off"
    ),
    "nothing-to-tuck-into": (
        "{first} ({first_kind}) is to be tucked in, but neither trousers nor a skirt is worn: "
        "put one on, or let it hang out"
    ),
    "not-tucked": "{first} is of the kind {first_kind}, which is not tucked in: let it hang out",
}


class CannotWearTogetherError(RefusedError):
    """An outfit that nobody can wear: the rule that it breaks, and the pieces that break it."""

    def __init__(self, rule: Rule, first: "Worn", second: "Worn | None" = None) -> None:
        second = second or first
        self.rule, self.first, self.second = rule, first.garment, second.garment
        words = WORDS[rule].format(
            first=self.first.name, second=self.second.name, first_kind=self.first.kind, second_kind=self.second.kind
        )
        super().__init__("cannot-wear-together", words)


def is_outer(kind: str) -> bool:
    """Whether the kind is worn over everything else."""
    return get_kind(kind).layer >= OUTER_LAYER


def can_be_tucked(kind: str) -> bool:
    """Whether the kind can be tucked into trousers or a skirt."""
    return get_kind(kind).shape == "top" and not is_outer(kind)


def check_outfit(worn: Sequence["Worn"]) -> None:
    """Make sure that these can be worn at once.

    Raises:
        CannotWearTogetherError: `cannot-wear-together`.
    """
    for first, second in combinations(worn, 2):
        if first.garment is second.garment:
            raise CannotWearTogetherError("same-piece", first)
        if first.garment.kind == second.garment.kind:
            raise CannotWearTogetherError("same-kind", first, second)
        outer = is_outer(first.garment.kind) or is_outer(second.garment.kind)
        if not outer and {_shape(first), _shape(second)} in SAME_PLACE:
            raise CannotWearTogetherError("same-place", first, second)
    for one in worn:
        if one.tucked and not can_be_tucked(one.garment.kind):
            raise CannotWearTogetherError("not-tucked", one)
        if one.tucked and not any(get_kind(other.garment.kind).hangs_from == "waist" for other in worn):
            raise CannotWearTogetherError("nothing-to-tuck-into", one)


def _shape(worn: "Worn") -> str:
    return get_kind(worn.garment.kind).shape
