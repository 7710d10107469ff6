"""`geoul garment`: garments from product photos."""

import json
from pathlib import Path

from garments.build import build_garment
from garments.kinds import all_kinds


def build(photo: Path, category: str, out: Path, *, back: Path | None, sizes: Path | None, as_json: bool) -> None:
    """Make a garment folder, and say so."""
    build_garment(photo, category, out, back=back, sizes=sizes)
    passport = json.loads((out / "passport.json").read_text())
    print(
        json.dumps(passport, ensure_ascii=False) if as_json else f"{out}: {passport['kind']}, grade {passport['grade']}"
    )


def list_kinds(*, as_json: bool) -> None:
    """Print every kind with its landmarks and size dimensions."""
    found = {
        name: {"landmarks": list(kind.landmarks), "size_dimensions": list(kind.sizes)}
        for name, kind in all_kinds().items()
    }
    if as_json:
        print(json.dumps({"kinds": found}))
        return
    for name, kind in found.items():
        print(f"{name}: sized by {', '.join(kind['size_dimensions'])}")
