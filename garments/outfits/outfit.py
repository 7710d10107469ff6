"""Several garments worn at once: in the right order, none through another."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from body_model.template import BodyTemplate
from garments.garment import Garment
from garments.kinds import get_kind
from garments.outfits.layering import TUCK_M, cut_below, drop_hidden, lay_layers, open_cloth, waist_z_m
from garments.outfits.outfit_rules import can_be_tucked, check_outfit

KEPT_MOST = 24
"""Outfits that are remembered, so that who changes back wears the same objects."""


@dataclass(frozen=True, eq=False)
class Worn:
    """A garment and how it is worn."""

    garment: Garment
    is_open: bool | None = None
    """With its front open; None as its photo shows it. What does not open is worn closed in any case."""
    tucked: bool = False
    """Into the trousers or the skirt."""

    @property
    def opens(self) -> bool:
        """Whether it can be worn open and closed; what cannot be closed has a front that does not move."""
        return self.garment.open_offsets_m is not None and bool(self.garment.open_offsets_m.any())

    @property
    def shows_open(self) -> bool:
        """Whether it is worn open."""
        return self.garment.is_open if self.is_open is None or not self.opens else self.is_open


Key = tuple[tuple[int, bool, bool], ...]
_known: dict[Key, tuple[tuple[Worn, ...], tuple[Garment, ...]]] = {}
_lock = Lock()


def put_in_order(worn: Sequence[Worn]) -> tuple[Worn, ...]:
    """The same from the skin outwards, whatever order they come in; a tucked top goes under the waistband.

    Raises:
        CannotWearTogetherError: `cannot-wear-together`.
    """
    check_outfit(worn)
    outermost_tucked = max((get_kind(one.garment.kind).layer for one in worn if one.tucked), default=-1)
    # What is under a tucked shirt does not hang out either.
    ready = [
        Worn(one.garment, one.is_open, True)
        if can_be_tucked(one.garment.kind) and get_kind(one.garment.kind).layer <= outermost_tucked
        else one
        for one in worn
    ]
    return tuple(sorted(ready, key=lambda one: (not one.tucked, get_kind(one.garment.kind).layer)))


def arrange(worn: Sequence[Worn], template: BodyTemplate) -> tuple[Garment, ...]:
    """What to drape, innermost first: each layer outside of the ones before it, hidden triangles left away.

    The same outfit gives the same objects again. 0.1 s for three layers, so never where others wait.

    Raises:
        CannotWearTogetherError: `cannot-wear-together`.
    """
    ordered = put_in_order(worn)
    key = tuple((id(one.garment), one.shows_open, one.tucked) for one in ordered)
    with _lock:
        if key not in _known:
            # The key's numbers mean these garments for as long as they are kept beside it.
            _known[key] = (ordered, _arrange(ordered, template))
            while len(_known) > KEPT_MOST:
                del _known[next(iter(_known))]
        _known[key] = _known.pop(key)
        return _known[key][1]


def _arrange(ordered: tuple[Worn, ...], template: BodyTemplate) -> tuple[Garment, ...]:
    if len(ordered) == 1 and not ordered[0].shows_open and not ordered[0].garment.is_open:
        return (ordered[0].garment,)
    cloths = [open_cloth(one.garment, is_open=one.shows_open) for one in ordered]
    lower = next((c for c in cloths if get_kind(c.garment.kind).hangs_from == "waist"), None)
    if lower is not None:
        cut_z_m = waist_z_m(lower) - TUCK_M
        cloths = [cut_below(c, cut_z_m) if one.tucked else c for c, one in zip(cloths, ordered, strict=True)]
    return tuple(drop_hidden(lay_layers(cloths, template)))
