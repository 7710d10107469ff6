"""The benchmark of making garments measures what it says."""

from pathlib import Path

import pytest

from bench import garments
from garments.bulk.order import Order
from garments.bulk.pool import Pool


def test_a_photo_costs_time_and_memory_and_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garments, "PHOTOS", 1)
    (order,) = garments.make_orders(tmp_path / "photos")
    secs, memory_mb, ended = garments.build_and_measure(order, out=tmp_path / "out")
    assert 0.2 < secs < 30 and 50 < memory_mb < 3000 and ended in "ABCD"


def test_figures_name_the_budget_and_the_speed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(_: Pool[Order, garments.Cost], jobs: list[Order]) -> object:
        return ((job, (0.5, 100.0, "A")) for job in jobs)

    monkeypatch.setattr(Pool, "run", quick)
    monkeypatch.setattr(garments, "PHOTOS", 3)
    figures = garments.measure_garments()
    assert figures["core_secs"] == 0.5 and figures["budget_secs"] == 1.5 and figures["built"] == figures["photos"] == 3
    assert figures["memory_growth_mb"] == 0 and figures["speed_up"] > 0
