"""`geoul garment`: garments from product photos, one by one or a season at once."""

import json
import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import Progress, TaskID

from body_model.load import load_template
from garments.build import build_garment
from garments.bulk.build_all import Season, build_all, read_orders
from garments.bulk.order import Outcome
from garments.bulk.report import standing
from garments.dyeing.dye import check_colours, drop_variants, dye_garment
from garments.errors import RefusedError
from garments.export import export_dressed
from garments.kinds import all_kinds
from garments.passport import Said
from server.commands.pictures import open_progress
from server.commands.wardrobe import find_garment
from server.take_off import take_off

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def build(
    photo: Path,
    category: str | None,
    out: Path,
    *,
    back: Path | None,
    sizes: Path | None,
    said: Said,
    colours: str | None,
    as_json: bool,
) -> None:
    """Make a garment folder, and say so."""
    words = [word.strip() for word in (colours or "").split(",") if word.strip()]
    check_colours(words)
    build_garment(photo, category, out, back=back, sizes=sizes, said=said, worn=take_off)
    drop_variants(out)
    if words:
        dye_garment(out, words)
    passport = json.loads((out / "passport.json").read_text(encoding="utf-8"))
    if as_json:
        print(json.dumps(passport, ensure_ascii=False))
        return
    print(f"{out}: {passport['kind']}, grade {passport['grade']}: {'; '.join(passport['reasons'])}")
    for variant in passport["variants"]:
        print(f"{out / variant['folder']}: {variant['name_en']} {variant['hex']}")


def build_folder(source: Path, out: Path, *, workers: int | None, as_json: bool) -> int:
    """Make a folder a garment and the report; the exit code."""
    orders = read_orders(source, out)
    count = workers or _cores()
    with open_progress() as progress:
        bar = progress.add_task("garments", total=len(orders))
        grades: Counter[str] = Counter()

        def show(outcome: Outcome) -> None:
            grades[standing(outcome)] += 1
            _advance(progress, bar, grades)

        try:
            season = build_all(orders, out, workers=count, on_outcome=show, worn=take_off)
        except KeyboardInterrupt:
            progress.stop()
            done = sum(grades.values())
            print(f"geoul: stopped with {done} of {len(orders)} done; the same command goes on from there")
            return INTERRUPTED
    if as_json:
        print(json.dumps(summary_of(season, out), ensure_ascii=False))
        return 0
    told = ", ".join(f"{count} {name}" for name, count in sorted(grades.items()))
    print(f"{out / 'report.html'}: {len(orders)} files in {season.seconds:.1f} s: {told}")
    return 0


def summary_of(season: Season, out: Path) -> dict[str, Any]:
    """What came of a season as one JSON object."""
    states = Counter(outcome.state for outcome in season.outcomes)
    return {
        "out": str(out),
        "files": len(season.outcomes),
        "built": states["built"],
        "up_to_date": states["up to date"],
        "refused": states["refused"],
        "failed": states["failed"],
        "grades": {grade: sum(outcome.grade == grade for outcome in season.outcomes) for grade in "ABCD"},
        "seconds": round(season.seconds, 2),
        "workers": season.workers,
        "garments": [asdict(outcome) | {"publishable": outcome.publishable} for outcome in season.outcomes],
    }


def _advance(progress: Progress, bar: TaskID, grades: Counter[str]) -> None:
    told = " ".join(f"{name}:{count}" for name, count in sorted(grades.items()))
    progress.update(bar, advance=1, description=f"garments {told}")


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write_dressed(words: list[str], out: Path, *, category: str | None) -> None:
    """Write a body in its clothes as one GLB, and say so."""
    if out.suffix.lower() != ".glb":
        raise RefusedError("bad-use", f"'{out.name}' is no .glb file")
    worn = [find_garment(word, category=category) for word in words]
    export_dressed(worn, load_template(), out)
    print(f"{out}: {', '.join(garment.name for garment in worn)}, {out.stat().st_size / 1e6:.1f} MB")


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
