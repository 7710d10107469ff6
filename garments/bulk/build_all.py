"""A season's photos into garment folders and a report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from garments.build import TakeOff
from garments.bulk.build_order import build_order
from garments.bulk.makers import hash_makers
from garments.bulk.order import Order, Outcome
from garments.bulk.pool import LostError, Pool
from garments.bulk.read_feed import read_feed
from garments.bulk.read_folder import read_folder
from garments.bulk.report import write_csv, write_page
from garments.errors import RefusedError

FEED = ".csv"


@dataclass(frozen=True)
class Season:
    """What came of a folder or a feed."""

    outcomes: tuple[Outcome, ...]
    """In the order of the files."""
    waiting: tuple[Order, ...]
    """What was not built before somebody stopped it."""
    seconds: float
    workers: int


def read_orders(source: Path, out: Path) -> tuple[Order, ...]:
    """What a folder or a feed asks for.

    Raises:
        RefusedError: `no-photos`, `bad-feed` or `no-source`.
    """
    if source.is_dir():
        return read_folder(source, leave_out=out)
    if source.suffix.lower() == FEED:
        return read_feed(source)
    raise RefusedError("no-source", f"{source} is neither a folder of photos nor a feed (.csv).")


def build_all(
    orders: Sequence[Order],
    out: Path,
    *,
    workers: int,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
    limit_secs: float = 120.0,
    worn: TakeOff | None = None,
) -> Season:
    """Make a folder a garment, `report.csv` and `report.html`; a garment that is up to date stays.

    Interrupted, it writes the report of what there is, and goes on from there when it is called again.

    Raises:
        RefusedError: `no-output`.
        KeyboardInterrupt: After the report has been written.
    """
    start, done = time.perf_counter(), {}
    task = partial(build_order, out=out, makers=hash_makers(), worn=worn)
    pool: Pool[Order, Outcome] = Pool(task, workers=min(workers, len(orders)), limit_secs=limit_secs)
    try:
        _make_room(out)
        for order, result in pool.run(orders):
            outcome = _lost(order, result) if isinstance(result, LostError) else result
            done[order.id] = outcome
            on_outcome(outcome)
    finally:
        outcomes = tuple(done[order.id] for order in orders if order.id in done)
        waiting = tuple(order for order in orders if order.id not in done)
        if out.is_dir():
            write_csv(outcomes, out / "report.csv")
            write_page(outcomes, waiting, out)
    return Season(outcomes, waiting, time.perf_counter() - start, workers)


def _make_room(out: Path) -> None:
    try:
        (out / "report").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError("no-output", f"cannot write to the folder {out}: {error.strerror}.") from None


def _lost(order: Order, lost: LostError) -> Outcome:
    reason = f"this file could not be built ({lost}): try it alone, or save the picture again."
    return Outcome(order.id, order.file, "failed", order.kind or "", False, "", 0.0, (reason,), "lost")
