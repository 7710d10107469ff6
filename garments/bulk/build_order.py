"""Makes one garment folder of an order, unless it is up to date."""

import hashlib
import json
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from garments.build import TakeOff, build_garment
from garments.bulk.order import Order, Outcome
from garments.bulk.thumbnails import save_thumbnails
from garments.dyeing.dye import check_colours, drop_variants, dye_garment
from garments.errors import RefusedError
from garments.passport import load_passport

STAMP = "built.json"
"""Beside the garment: what it was made from, as a hash, and what came of it."""
OUR_FAULT = "the program has a fault with this file ({}): please report it; other files are not touched by it."


def build_order(
    order: Order, out: Path, makers: str, *, thumbnails: bool = True, worn: TakeOff | None = None
) -> Outcome:
    """Make `out/<id>/`, and say what came of it; raises nothing.

    Args:
        order: What to make.
        out: Folder of all garments.
        makers: A hash of the code that makes garments.
        thumbnails: Whether to make the report's small pictures too.
        worn: Takes a garment off somebody who wears it in the photo.
    """
    start = time.perf_counter()
    try:
        if order.refusal is not None or order.source is None:
            raise RefusedError(*(order.refusal or ("no-photo-named", "the row names no photo.")))
        folder = _own_folder(out, order.id)
        stamp = stamp_of(order, makers)
        known = _read_stamp(folder, stamp, order)
        if known is not None:
            return known
        (folder / STAMP).unlink(missing_ok=True)
        outcome = _build(order, folder, worn)
        if thumbnails and folder.is_dir():
            save_thumbnails(order.source, folder, out / "report" / order.id)
        outcome = replace(outcome, seconds=round(time.perf_counter() - start, 3))
        if folder.is_dir():
            _write_stamp(folder, stamp, outcome)
        return outcome
    except RefusedError as refusal:
        return _refused(order, refusal)
    except Exception as fault:  # one file must never stop the others
        reason = OUR_FAULT.format(f"{type(fault).__name__}: {str(fault)[:120]}")
        return Outcome(order.id, order.file, "failed", order.kind or "", False, "", 0.0, (reason,), "fault")


def stamp_of(order: Order, makers: str) -> str:
    """A hash of all that the garment depends on: its files, what is said of it, and the code.

    Raises:
        RefusedError: `unreadable-file`.
    """
    digest = hashlib.sha256(makers.encode())
    said = (order.id, order.kind, asdict(order.said), order.colours)
    digest.update(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogateescape"))
    for path in (order.source, order.back, order.sizes):
        digest.update(b"\0none" if path is None else path.name.encode("utf-8", "surrogateescape"))
        if path is not None:
            try:
                with path.open("rb") as file:
                    for block in iter(partial(file.read, 1 << 20), b""):
                        digest.update(block)
            except OSError as error:
                why = f"'{path.name[:80]}' cannot be read: {error.strerror}."
                raise RefusedError("unreadable-file", why) from None
    return digest.hexdigest()


def _build(order: Order, folder: Path, worn: TakeOff | None) -> Outcome:
    assert order.source is not None
    try:
        check_colours(order.colours)
        drop_variants(folder)
        build_garment(order.source, order.kind, folder, back=order.back, sizes=order.sizes, said=order.said, worn=worn)
        if order.colours:
            dye_garment(folder, order.colours)
    except RefusedError as refusal:
        return _refused(order, refusal)
    passport = load_passport(folder)
    return Outcome(
        id=order.id,
        file=order.file,
        state="built",
        kind=passport.kind,
        kind_proposed=order.kind is None,
        grade=passport.grade,
        quality=float(passport.quality["value"]),
        reasons=passport.reasons,
        colours=tuple(colour.name_en for colour in passport.colours),
        hexes=tuple(colour.hex for colour in passport.colours),
    )


def _refused(order: Order, refusal: RefusedError) -> Outcome:
    return Outcome(order.id, order.file, "refused", order.kind or "", False, "", 0.0, (refusal.sentence,), refusal.code)


def _own_folder(out: Path, name: str) -> Path:
    """The garment's folder.

    Raises:
        RefusedError: `no-output` when a link leads elsewhere.
    """
    folder = out / name
    if folder.is_symlink() or folder.resolve().parent != out.resolve():
        raise RefusedError("no-output", f"{name} in the output folder leads somewhere else: remove that link.")
    return folder


def _read_stamp(folder: Path, stamp: str, order: Order) -> Outcome | None:
    """What came of the same order earlier, if its files are still there."""
    try:
        paper = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        if paper["stamp"] != stamp:
            return None
        lists = {name: tuple(paper["outcome"][name]) for name in ("reasons", "colours", "hexes")}
        known = Outcome(**(paper["outcome"] | lists))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if known.state == "built" and not (folder / "garment.glb").exists():
        return None
    return replace(known, file=order.file, state="refused" if known.state == "refused" else "up to date")


def _write_stamp(folder: Path, stamp: str, outcome: Outcome) -> None:
    text = json.dumps({"stamp": stamp, "outcome": asdict(outcome)}, ensure_ascii=False)
    fresh = folder / f"{STAMP}.new"
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(folder / STAMP)  # only a whole garment ever has a stamp
