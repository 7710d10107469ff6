"""What one dressed frame costs on one core with three layers on: trousers, a shirt and a jacket over it."""

import json
from dataclasses import replace
from typing import Any

from bench.frame import SHOP, measure_alone, measure_views, open_alone
from bench.machine import name_machine
from bench.material import shell_top, shell_trousers
from body_model.template import BodyTemplate
from garments.garment import Garment, load_garment
from garments.kinds import get_kind
from garments.outfits.outfit import Worn, arrange
from garments.outfits.outfit_rules import is_outer


def measure_layers() -> dict[str, Any]:
    """Floor, whole frame, their ratio and the time of each stage, of a whole person and of a close-up."""
    return measure_alone("bench.layers")


def measure_here() -> dict[str, Any]:
    """Three layers, in this process."""
    engine = open_alone()
    garments = choose_layers(engine.template)
    names = [garment.name for garment in garments]
    return {"machine": name_machine(), "garments": names, **measure_views(engine, garments)}


def choose_layers(template: BodyTemplate) -> tuple[Garment, ...]:
    """Trousers, shirt and jacket of the demo shop; what it does not have, or has not built, is made from the body."""
    shop = [load_garment(path.parent) for path in sorted(SHOP.glob("*/garment.glb"))]
    trousers = next((one for one in shop if one.kind == "trousers"), shell_trousers(template))
    tops = [one for one in shop if get_kind(one.kind).shape == "top" and not is_outer(one.kind)]
    inner = next((one for one in tops if one.kind == "shirt"), shell_top(template))
    knits = [one for one in tops if one is not inner and one.kind in ("shirt", "knit")]
    stand_in = replace(knits[0] if knits else shell_top(template, push_m=0.03, sleeve=1.0), kind="jacket")
    outer = next((one for one in shop if one.kind == "jacket"), stand_in)
    return arrange([Worn(trousers), Worn(inner), Worn(outer)], template)


if __name__ == "__main__":
    print(json.dumps(measure_here()))
