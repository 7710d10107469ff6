"""Processes that share jobs: replaced when they die, hang or have grown old."""

import os
import signal
import time

from garments.bulk.pool import LostError, Pool


def misbehave(job: str) -> str:
    if job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "hang":
        time.sleep(60)
    return f"{job} by {os.getpid()}"


def test_a_process_that_dies_or_hangs_is_replaced_and_the_others_work_on() -> None:
    pool: Pool[str, str] = Pool(misbehave, workers=2, limit_secs=4)
    done = dict(pool.run(["a", "die", "b", "hang", "c", "d"]))
    assert set(done) == {"a", "die", "b", "hang", "c", "d"}
    assert {job for job, result in done.items() if isinstance(result, LostError)} == {"die", "hang"}
    assert str(done["die"]) == "the process died" and "longer than 4 seconds" in str(done["hang"])


def test_processes_are_replaced_before_they_grow_old() -> None:
    pool: Pool[str, str] = Pool(misbehave, workers=1, jobs_each=2)
    makers = [result.split()[-1] for _, result in pool.run("abcd") if isinstance(result, str)]
    assert makers[0] == makers[1] != makers[2] == makers[3]
