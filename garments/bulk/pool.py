"""Processes that do one job after the other: replaced when they die, hang or have grown old."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeVar

import cv2
from threadpoolctl import threadpool_limits

Job = TypeVar("Job")
Result = TypeVar("Result")
START_SECS, GOODBYE_SECS = 180.0, 5.0
READY = "ready"
"""The first word of a process: from then on its time counts."""


class LostError(Exception):
    """The process died or hung over a job; the text says which."""


class Pool(Generic[Job, Result]):
    """A number of processes that share the jobs of one task."""

    def __init__(
        self, task: Callable[[Job], Result], *, workers: int, limit_secs: float = 120.0, jobs_each: int = 100
    ) -> None:
        """Start nothing yet.

        Args:
            task: Importable; must not raise.
            workers: How many processes.
            limit_secs: Longest time for one job.
            jobs_each: Jobs after which a process is replaced, whatever memory it has kept.
        """
        self._task = task
        self._slots: list[_Slot[Job, Result]] = [_Slot(task, limit_secs, jobs_each) for _ in range(workers)]

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | LostError]]:
        """Each job with what came of it, as soon as it is known, in no order."""
        waiting = iter(jobs)
        try:
            while True:
                for slot in self._slots:
                    if slot.job is None and (job := next(waiting, None)) is not None:
                        slot.give(job)
                busy = [slot for slot in self._slots if slot.job is not None]
                if not busy:
                    return
                wait([slot.pipe for slot in busy if slot.pipe is not None], min(slot.left_secs for slot in busy))
                for slot in busy:
                    yield from slot.take()
        finally:
            for slot in self._slots:
                slot.end()


class _Slot(Generic[Job, Result]):
    """The place of one process."""

    def __init__(self, task: Callable[[Job], Result], limit_secs: float, jobs_each: int) -> None:
        self._task, self._limit_secs, self._jobs_each = task, limit_secs, jobs_each
        self._process: SpawnProcess | None = None
        self._done, self._ready = 0, False
        self._since = 0.0
        self.pipe: Connection | None = None
        self.job: Job | None = None

    @property
    def left_secs(self) -> float:
        """Time until the job has taken too long."""
        limit = self._limit_secs if self._ready else START_SECS
        return max(self._since + limit - time.monotonic(), 0.0)

    def give(self, job: Job) -> None:
        """Let the process do a job; start one where there is none."""
        self.job, self._since = job, time.monotonic()
        if self.pipe is None:
            context = multiprocessing.get_context("spawn")
            self.pipe, far_end = context.Pipe()
            process = context.Process(target=attend, args=(far_end, self._task), daemon=True)
            process.start()
            self._process = process  # only now: what has not been started cannot be ended
            far_end.close()
        with suppress(OSError):  # a process that has died meanwhile is noticed by `take`
            self.pipe.send(job)

    def take(self) -> Iterator[tuple[Job, Result | LostError]]:
        """What came of the job, if that is known."""
        assert self.job is not None and self.pipe is not None
        job, result = self.job, None
        if self.pipe.poll():
            try:
                result = self.pipe.recv()
            except (EOFError, OSError):
                result = LostError("the process died")
            if result == READY and not self._ready:
                self._ready, self._since, result = True, time.monotonic(), None
        elif self.left_secs == 0:
            result = LostError(f"it took longer than {self._limit_secs:g} seconds")
        if result is None:
            return
        self.job = None
        self._done += 1
        if isinstance(result, LostError) or self._done >= self._jobs_each:
            self.end()
        yield job, result

    def end(self) -> None:
        """Let the process go; kill it when it is busy."""
        if self.pipe is not None:
            self.pipe.close()
        if self._process is not None:
            if self.job is not None or self._done < self._jobs_each:
                self._process.kill()
            self._process.join(GOODBYE_SECS)
            self._process.kill()
        self.pipe = self._process = self.job = None
        self._done, self._ready = 0, False


def attend(pipe: Connection, task: Callable[[Job], Result]) -> None:
    """Do one job after the other until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the starting process hears it as well and ends this one
    cv2.setNumThreads(1)
    with threadpool_limits(limits=1), suppress(EOFError, OSError):
        pipe.send(READY)
        while True:
            pipe.send(task(pipe.recv()))
