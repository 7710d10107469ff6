"""The mailbox and the clocks of a session: newest first, never too often, always forward."""

import asyncio
import math

import pytest

from server.streaming.mailbox import Mailbox
from server.streaming.pace import Allowance, FrameClock, FrameCounter


async def test_the_newest_item_wins_and_the_mailbox_counts_what_it_drops():
    box = Mailbox()
    for number in range(5):
        box.put(number)
    assert await box.take() == 4
    assert box.dropped == 4
    box.put(5)
    assert await box.take() == 5
    assert box.dropped == 4


async def test_an_empty_mailbox_waits():
    box = Mailbox()
    taking = asyncio.create_task(box.take())
    await asyncio.sleep(0.01)
    assert not taking.done()
    box.put("here")
    assert await taking == "here"


def test_an_allowance_lets_its_rate_through_and_no_more():
    allowance = Allowance(10, 0.0)
    assert sum(allowance.take(0.0) for _ in range(50)) == 10
    assert sum(allowance.take(0.5) for _ in range(50)) == 5
    assert sum(allowance.take(100.0) for _ in range(50)) == 10


def test_a_frame_counter_forgets_what_is_older_than_a_second():
    counter = FrameCounter()
    for tick in range(30):
        counter.add(tick / 10)
    assert counter.count(2.9) == 10
    assert counter.count(10.0) == 0


def test_frame_times_follow_good_stamps_exactly():
    clock = FrameClock(0.0)
    first = clock.read(100.0, 0.0)
    assert clock.read(100.04, 9.0) - first == pytest.approx(0.04)


@pytest.mark.parametrize("stamp", [99.0, 100.0, 1e300, -math.inf, math.inf, math.nan])
def test_frame_times_go_forward_by_our_clock_when_the_stamp_cannot_be_believed(stamp):
    clock = FrameClock(0.0)
    first = clock.read(100.0, 1.0)
    assert clock.read(stamp, 1.05) - first == pytest.approx(0.05)
    third = clock.read(stamp, 1.05)
    assert 0 < third - first < 1
    assert 0 < clock.read(5.0, 1.1) - third < 1
