"""`geoul tryon`: garments on pictures, folders of pictures and videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from fitting.pipeline import Engine, Stopwatch
from garments.errors import RefusedError
from garments.garment import Garment
from garments.kinds import get_kind
from garments.outfits.outfit import Worn, arrange, put_in_order
from garments.outfits.outfit_rules import can_be_tucked
from server.commands import video
from server.commands.pictures import (
    PICTURES,
    VIDEOS,
    check_picture_name,
    explain,
    list_pictures,
    name_file,
    open_progress,
    read_person,
    write_json,
    write_picture,
)
from server.commands.sheet import Sheet
from server.commands.wardrobe import find_garment

NOBODY = RefusedError("no-person", "nobody was found in the picture: at least the shoulders must be in view")


@dataclass(frozen=True)
class Manner:
    """How what is put on is worn."""

    is_open: bool | None = None
    """With its front open or closed, for all that opens; None as each photo shows it."""
    tucked: bool = False
    """The innermost top into the trousers or the skirt."""


@dataclass(frozen=True)
class Outputs:
    """What to write, and where."""

    picture: Path
    mask: Path | None = None
    body_mask: Path | None = None
    json: Path | None = None


def try_on(
    person: Path,
    garments: list[str],
    outputs: Outputs,
    *,
    category: str | None,
    size: str | None,
    height_cm: float | None,
    manner: Manner = Manner(),
) -> None:
    """Dress one picture or video.

    Raises:
        RefusedError: What was given cannot be used; the JSON, if asked for, says the same.
    """
    if size is not None or height_cm is not None:
        print("geoul: sizes are not told apart yet; --size and --height change nothing")
    try:
        if person.suffix.lower() in VIDEOS:
            worn = wear(garments, category, manner)
            report = video.dress_video(person, arrange(worn, load_template()), outputs.picture)
        else:
            check_picture_name(outputs.picture)
            picture = read_person(person)
            worn = wear(garments, category, manner)
            report = dress_picture(picture, arrange(worn, load_template()), outputs)
        report["worn"] = [describe(one) for one in worn]
    except RefusedError as refusal:
        if outputs.json is not None:
            write_json(outputs.json, refusal_report(refusal))
        raise
    if outputs.json is not None:
        write_json(outputs.json, report)


def wear(words: list[str], category: str | None, manner: Manner) -> tuple[Worn, ...]:
    """What is meant, from the skin outwards.

    Raises:
        RefusedError: What there is no such garment for, and `cannot-wear-together`.
    """
    garments = [find_garment(word, category=category) for word in words]
    tops = [garment for garment in garments if can_be_tucked(garment.kind)] or garments
    innermost = min(tops, key=lambda garment: get_kind(garment.kind).layer)
    return put_in_order([Worn(garment, manner.is_open, manner.tucked and garment is innermost) for garment in garments])


def describe(one: Worn) -> dict[str, Any]:
    """One piece of an outfit for the JSON."""
    kind = get_kind(one.garment.kind)
    return {
        "garment": one.garment.name,
        "kind": kind.name,
        "layer": kind.layer,
        "open": one.shows_open,
        "tucked": one.tucked,
    }


def dress_picture(picture: NDArray[np.uint8], worn: Sequence[Garment], outputs: Outputs) -> dict[str, Any]:
    """Dress one picture; what to write in the JSON."""
    engine, watch = Engine(), Stopwatch()
    sight = engine.see_picture(picture, watch)
    if sight is None:
        raise NOBODY
    preview = engine.dress_picture(picture, sight, worn, watch)
    assert preview.mask is not None
    write_picture(outputs.picture, preview.picture_rgb)
    if outputs.mask is not None:
        write_picture(outputs.mask, preview.mask)
    if outputs.body_mask is not None:
        write_picture(outputs.body_mask, engine.draw_body(picture, sight))
    engine.close()
    return report_of(pose_found=True, stage_ms=preview.stage_ms)


def report_of(*, pose_found: bool, stage_ms: dict[str, float]) -> dict[str, Any]:
    """The JSON of a result that was accepted, or of a picture with nobody in it."""
    rounded = {stage: round(ms, 2) for stage, ms in stage_ms.items()}
    reason = None if pose_found else explain(NOBODY)
    return {"accepted": pose_found, "reason": reason, "pose_found": pose_found, "stage_ms": rounded}


def refusal_report(refusal: RefusedError) -> dict[str, Any]:
    """The JSON of a refusal; whether there was a person is known only when that is what was refused."""
    pose_found = False if refusal.code == NOBODY.code else None
    return {"accepted": False, "reason": explain(refusal), "pose_found": pose_found, "stage_ms": {}}


def try_on_folders(persons: Path, garments: Path, out: Path, *, category: str | None, sheet: Path | None) -> None:
    """Every person by every garment; one bad file never stops the rest."""
    people = list_pictures(persons)
    wardrobe, refused = open_wardrobe(garments, category)
    out.mkdir(parents=True, exist_ok=True)
    engine = Engine()
    contact = Sheet([(name, picture) for name, picture, _ in wardrobe]) if sheet is not None else None
    with open_progress() as progress:
        for path in progress.track(people, description="try on"):
            row = dress_by_all(engine, path, wardrobe, refused, out)
            if contact is not None and row is not None:
                contact.add_row(name_file(path), row)
    engine.close()
    if sheet is not None and contact is not None:
        write_picture(sheet, contact.draw())


def open_wardrobe(
    folder: Path, category: str | None
) -> tuple[list[tuple[str, NDArray[np.uint8], Garment]], dict[str, RefusedError]]:
    """Name, picture and garment of everything in a folder, and why the others were refused."""
    if not folder.is_dir():
        raise RefusedError("no-garments", f"{folder} is not a folder")
    items = sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES or (p / "garment.glb").exists())
    if not items:
        raise RefusedError("no-garments", f"{folder} holds neither product photos nor garment folders")
    wardrobe, refused = [], {}
    with open_progress() as progress:
        for item in progress.track(items, description="garments"):
            try:
                (garment,) = arrange([Worn(find_garment(str(item), category=category))], load_template())
                picture = read_person(item if item.is_file() else item / "cutout.png")
                wardrobe.append((name_file(item), picture, garment))
            except RefusedError as refusal:
                refused[name_file(item)] = refusal
    return wardrobe, refused


def dress_by_all(
    engine: Engine,
    path: Path,
    wardrobe: list[tuple[str, NDArray[np.uint8], Garment]],
    refused: dict[str, RefusedError],
    out: Path,
) -> list[NDArray[np.uint8]] | None:
    """One person by every garment; the pictures of the row, None when the person's picture was refused."""
    name = name_file(path)
    for garment_name, refusal in refused.items():
        write_json(out / f"{name}__{garment_name}.json", refusal_report(refusal))
    try:
        picture = read_person(path)
    except RefusedError as refusal:
        write_json(out / f"{name}.json", refusal_report(refusal))
        return None
    watch = Stopwatch()
    sight = engine.see_picture(picture, watch)
    nothing = np.zeros(picture.shape[:2], np.uint8)
    write_picture(out / f"{name}.body.png", nothing if sight is None else engine.draw_body(picture, sight))
    row = [picture]
    for garment_name, _, garment in wardrobe:
        stem = f"{name}__{garment_name}"
        shown, mask, stage_ms = picture, nothing, watch.stage_ms
        if sight is not None:
            own = Stopwatch()
            own.stage_ms.update(watch.stage_ms)
            preview = engine.dress_picture(picture, sight, [garment], own)
            assert preview.mask is not None
            shown, mask, stage_ms = preview.picture_rgb, preview.mask, own.stage_ms
        write_picture(out / f"{stem}.png", shown)
        write_picture(out / f"{stem}.mask.png", mask)
        write_json(out / f"{stem}.json", report_of(pose_found=sight is not None, stage_ms=stage_ms))
        row.append(shown)
    return row
