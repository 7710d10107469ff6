"""`geoul bench`: speed and steadiness, measured on this machine."""

import json

from bench import frame, steady
from garments.errors import RefusedError

NAMES = {"frame": frame.measure_frame, "steady": steady.measure_steady}


def run(name: str, *, as_json: bool) -> None:
    """Run one benchmark and print what it found.

    Raises:
        RefusedError: `no-such-bench`.
    """
    if name not in NAMES:
        raise RefusedError("no-such-bench", f"no benchmark '{name}'; there are: {', '.join(NAMES)}")
    figures = NAMES[name]()
    if as_json:
        print(json.dumps(figures))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")
