"""A process that computes for the studio: off the event loop, with a time limit, replaced when it dies."""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from garments.errors import RefusedError

log = logging.getLogger(__name__)
Result = TypeVar("Result")
GOODBYE_SECS = 2.0
NICE = 5
"""Shoppers before the mirror go before photos that nobody waits for."""


class WorkerLostError(Exception):
    """The process died, or was ended because it took too long."""


class WorkFailedError(Exception):
    """The task raised something that is no refusal; the text is its traceback."""


class Worker:
    """One process, started when it is first needed, that does one task at a time."""

    def __init__(self, limit_secs: float, *, nice: int = 0) -> None:
        self.limit_secs, self.nice = limit_secs, nice
        self._context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._hands_off = threading.Lock()
        self._closed = False

    async def run(self, task: Callable[..., Result], *values: object) -> Result:
        """What the task returns.

        Raises:
            RefusedError: When the task refuses its input.
            WorkerLostError: When the process died or took too long; the next task gets a new one.
            WorkFailedError: When the task is at fault.
        """
        async with self._one_at_a_time:
            return await asyncio.shield(asyncio.to_thread(self._call, task, values))

    def _call(self, task: Callable[..., Result], values: tuple[object, ...]) -> Result:
        with self._hands_off:
            if self._closed:
                raise WorkerLostError("closing")
            pipe = self._start()
            try:
                pipe.send((task, values))
                if not pipe.poll(self.limit_secs):
                    raise TimeoutError
                outcome, value = pipe.recv()
            except TimeoutError:
                self._end()
                raise WorkerLostError(f"took longer than {self.limit_secs:g} seconds") from None
            except (EOFError, OSError):
                self._end()
                raise WorkerLostError("the process died") from None
        if outcome == "refused":
            raise RefusedError(*value)
        if outcome == "failed":
            raise WorkFailedError(value)
        result: Result = value
        return result

    def _start(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._pipe is not None:
            return self._pipe
        self._end()
        self._pipe, far_end = self._context.Pipe()
        self._process = self._context.Process(target=attend, args=(far_end, self.nice), daemon=True, name="studio")
        self._process.start()
        far_end.close()
        return self._pipe

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(GOODBYE_SECS)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def close(self) -> None:
        """End the process, whatever it does."""
        self._closed = True
        if self._process is not None:
            self._process.kill()  # wakes whoever waits for an answer
        with self._hands_off:
            self._end()


def attend(pipe: Connection, nice: int) -> None:
    """Do one task after the other until the server has gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server says when it is over
    os.nice(nice)
    import cv2  # late: only the process computes
    from threadpoolctl import threadpool_limits

    cv2.setNumThreads(1)
    with threadpool_limits(limits=1):
        while True:
            try:
                task, values = pipe.recv()
            except EOFError:
                return
            pipe.send(answer(task, values))


def answer(task: Callable[..., Any], values: tuple[object, ...]) -> tuple[str, Any]:
    """What came of a task: `done` and its result, `refused` and why, or `failed` and where."""
    try:
        return "done", task(*values)
    except RefusedError as error:
        return "refused", (error.code, error.sentence)
    except Exception:
        return "failed", traceback.format_exc()
