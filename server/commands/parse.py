"""`geoul parse`: what every pixel of a person shows."""

from pathlib import Path

import numpy as np

from fitting.frame import PARSE_LABELS
from fitting.parse import label_map
from fitting.pipeline import Engine
from garments.errors import RefusedError
from server.commands.pictures import list_pictures, open_progress, read_person, write_picture


def parse_folder(persons: Path, out: Path) -> None:
    """Write `<person>.parse.png` for every picture, and `labels.json`; a picture without a person is all background."""
    pictures = list_pictures(persons)
    out.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f'"{name}"' for name in PARSE_LABELS)
    (out / "labels.json").write_text(f"[{names}]\n")
    engine = Engine()
    refused = []
    with open_progress() as progress:
        for path in progress.track(pictures, description="parse"):
            try:
                picture = read_person(path)
            except RefusedError as refusal:
                refused.append(f"{path.name}: {refusal}")
                continue
            sight = engine.see_picture(picture)
            labels = np.zeros(picture.shape[:2], np.uint8) if sight is None else label_map(sight.parse, picture.shape)
            write_picture(out / f"{path.stem}.parse.png", labels)
    engine.close()
    if refused:
        raise RefusedError("some-refused", "; ".join(refused))
