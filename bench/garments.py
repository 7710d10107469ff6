"""What making a garment of one photo costs on one core, and how well two processes share a season.

The photos are the demo shop's, which the project drew itself, at the size that shops use most.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Any

from PIL import Image

from bench.machine import name_machine
from garments.build_shop import read_shop
from garments.bulk.build_order import build_order
from garments.bulk.order import Order
from garments.bulk.pool import LostError, Pool

SIZE_PX = (768, 1024)
PHOTOS = 20
BUDGET_SECS = 1.5

Cost = tuple[float, float, str]
"""Seconds of the processor, peak memory in MB, and the grade or refusal."""


def measure_garments() -> dict[str, Any]:
    """Seconds a photo of one core, the speed-up of two processes over one, and the memory of a process."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        orders = list(make_orders(folder / "photos"))
        one, one_secs = run(orders, folder / "one", workers=1)
        two, two_secs = run(orders, folder / "two", workers=2)
    core_secs = [cost[0] for cost in one]
    memory = [cost[1] for cost in one]
    return {
        "machine": name_machine(),
        "photos": len(orders),
        "size_px": list(SIZE_PX),
        "core_secs": round(fmean(core_secs), 3),
        "core_secs_median": round(median(core_secs), 3),
        "core_secs_most": round(max(core_secs), 3),
        "budget_secs": BUDGET_SECS,
        "core_secs_two_workers": round(fmean(cost[0] for cost in two), 3),
        "clock_secs_one_worker": round(one_secs / len(orders), 3),
        "clock_secs_two_workers": round(two_secs / len(orders), 3),
        "speed_up": round(one_secs / two_secs, 2),
        "memory_mb": round(memory[-1], 1),
        "memory_growth_mb": round(memory[-1] - memory[len(memory) // 2], 1),
        "built": sum(len(cost[2]) == 1 for cost in one),
    }


def make_orders(folder: Path) -> Iterator[Order]:
    """The demo shop's photos, made as large as shops' are, again from the start when there are too few."""
    folder.mkdir()
    articles = [article for article in read_shop() if article.photo is not None and article.photo == article.source]
    for number in range(PHOTOS):
        article = articles[number % len(articles)]
        photo = folder / f"{number:03d}-{article.id}.jpg"
        with Image.open(article.source) as picture:
            picture.resize(SIZE_PX, Image.Resampling.LANCZOS).save(photo, quality=92)
        yield Order(photo.stem, photo.name, photo, article.kind)


def run(orders: list[Order], out: Path, *, workers: int) -> tuple[list[Cost], float]:
    """The cost of each photo, and the seconds on the clock of all, once the processes are warm."""
    task = partial(build_and_measure, out=out)
    warm = [replace(orders[number % len(orders)], id=f"warm-{number}") for number in range(2 * workers)]
    pool: Pool[Order, Cost] = Pool(task, workers=workers)
    costs, begin = [], 0.0
    for number, (_, cost) in enumerate(pool.run([*warm, *orders])):
        assert not isinstance(cost, LostError), str(cost)
        if number == len(warm) - 1:
            begin = time.perf_counter()
        if number >= len(warm):
            costs.append(cost)
    return costs, time.perf_counter() - begin


def build_and_measure(order: Order, *, out: Path) -> Cost:
    """Build one garment, and say what it cost."""
    processor = time.process_time()
    outcome = build_order(order, out, "bench")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ended = outcome.grade or outcome.code
    return time.process_time() - processor, peak_mb, ended
