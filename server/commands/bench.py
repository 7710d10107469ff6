"""`geoul bench`: speed and steadiness, measured on this machine."""

import json
from importlib import import_module

from garments.errors import RefusedError

NAMES = ("frame", "garments", "layers", "steady")
"""Each is a module in `bench/` with a function `measure_<name>`."""


def run(name: str, *, as_json: bool) -> None:
    """Run one benchmark and print what it found.

    Raises:
        RefusedError: `no-such-bench`.
    """
    if name not in NAMES:
        raise RefusedError("no-such-bench", f"no benchmark '{name}'; there are: {', '.join(NAMES)}")
    figures = getattr(import_module(f"bench.{name}"), f"measure_{name}")()
    if as_json:
        print(json.dumps(figures))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")
