"""The studio's processes: what they do, and what becomes of them."""

import os
import time

import pytest

from garments.errors import RefusedError
from server.studio.worker import Worker, WorkerLostError, WorkFailedError


async def test_a_process_does_what_it_is_told_and_is_replaced_when_it_dies_or_dawdles():
    worker = Worker(limit_secs=60)
    try:
        assert await worker.run(pow, 2, 10) == 1024
        with pytest.raises(WorkFailedError, match="ZeroDivisionError"):
            await worker.run(divmod, 1, 0)
        with pytest.raises(WorkerLostError, match="died"):
            await worker.run(exit_hard, 3)
        worker.limit_secs = 0.2
        with pytest.raises(WorkerLostError, match="took longer"):
            await worker.run(time.sleep, 30)
        worker.limit_secs = 60
        with pytest.raises(RefusedError, match="no thanks"):
            await worker.run(say_no)
    finally:
        worker.close()
    with pytest.raises(WorkerLostError, match="closing"):
        await worker.run(pow, 2, 2)


def exit_hard(code):
    os._exit(code)


def say_no():
    raise RefusedError("no", "no thanks")
