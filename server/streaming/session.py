"""One shopper at the mirror: messages in, messages out. Knows nothing of sockets."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar

from fitting.frame import Preview
from garments.errors import RefusedError
from server.config import Config
from server.errors import BadInputError, Sentence
from server.streaming.dresser import Dresser, DresserClosedError
from server.streaming.mailbox import Mailbox
from server.streaming.pace import Allowance, FrameCounter
from server.streaming.protocol import CloseCode, FrameMessage, NoticeMessage, PreviewMessage, StatusMessage, Wish
from server.streaming.protocol import parse_client as parse

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Send = Callable[[bytes], Awaitable[None]]


class SessionEnd(Exception):
    """The session is over; without a code nobody is left to hear why."""

    def __init__(self, code: CloseCode | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Session:
    """Takes messages as they come, dresses the newest frame, and says how it goes."""

    def __init__(self, dresser: Dresser, config: Config, workers: Executor, send: Send) -> None:
        self.dresser, self.config, self.workers, self.send = dresser, config, workers, send
        now = time.monotonic()
        self.frames: Mailbox[FrameMessage] = Mailbox()
        self.frames_allowed = Allowance(config.frames_per_sec_most, now)
        self.messages_allowed = Allowance(config.messages_per_sec_most, now)
        self.wanted: tuple[Wish, ...] = ()
        self.sent = FrameCounter()
        self.too_many = 0
        self.warned_secs = float("-inf")
        self.bad_in_a_row = 0
        self.pose_found = False
        self.stage_ms: dict[str, float] = {}
        self.changed = asyncio.Event()

    async def receive(self, data: bytes | str) -> None:
        """Take one message in; what is wrong with it is said, and the session goes on.

        Raises:
            SessionEnd: when there have been too many messages, or too many bad ones.
        """
        if not self.messages_allowed.take(time.monotonic()):
            most = self.config.messages_per_sec_most
            raise SessionEnd(CloseCode.POLICY, f"more than {most:g} messages a second")
        try:
            if isinstance(data, str):
                raise BadInputError("not-binary")
            message = parse(data)
            if isinstance(message, FrameMessage):
                await self._take_frame(message)
            else:
                for wish in message.garments:
                    self.dresser.catalog.find(wish.id)
                self.wanted = message.garments
        except BadInputError as error:
            await self._complain(error)

    async def _take_frame(self, frame: FrameMessage) -> None:
        now = time.monotonic()
        if self.frames_allowed.take(now):
            self.frames.put(frame)
            return
        self.too_many += 1
        if now - self.warned_secs > 1:
            self.warned_secs = now
            await self._notify(BadInputError("too-many-frames", most=self.config.frames_per_sec_most))

    async def dress_frames(self) -> None:
        """Answer the newest frame, over and over."""
        while True:
            frame = await self.frames.take()
            try:
                await self._change_clothes()
                jpeg, preview = await self._compute(self.dresser.dress, frame)
            except RefusedError as error:
                await self._complain(error)
            except (SessionEnd, DresserClosedError):
                raise
            except Exception:
                # The traceback shows lines of code, never values: nothing of the frame gets into the log.
                log.exception("a frame could not be dressed")
                await self._compute(self.dresser.renew)
                await self._complain(BadInputError("failed"), CloseCode.INTERNAL)
            else:
                await self.send(bytes(PreviewMessage(frame.sequence, frame.capture_secs, jpeg)))
                self._note(preview)

    async def _change_clothes(self) -> None:
        wish = self.wanted
        if wish == self.dresser.wishes:
            return
        try:
            await self._compute(self.dresser.wear, wish)
        except RefusedError as error:
            if self.wanted == wish:
                self.wanted = self.dresser.wishes
            await self._complain(error)
        self.changed.set()

    def _note(self, preview: Preview) -> None:
        self.sent.add(time.monotonic())
        self.bad_in_a_row = 0
        self.stage_ms = preview.stage_ms
        if preview.pose_found != self.pose_found:
            self.pose_found = preview.pose_found
            self.changed.set()

    async def report(self) -> None:
        """Send the status on every change and once a second."""
        while True:
            await self.send(bytes(self.status()))
            try:
                async with asyncio.timeout(self.config.status_secs):
                    await self.changed.wait()
            except TimeoutError:
                pass
            self.changed.clear()

    def status(self) -> StatusMessage:
        """How the session goes."""
        return StatusMessage(
            pose_found=self.pose_found,
            worn=self.dresser.worn,
            stage_ms={stage: round(ms, 2) for stage, ms in self.stage_ms.items()},
            fps=float(self.sent.count(time.monotonic())),
            dropped=self.frames.dropped + self.too_many,
        )

    def close(self) -> None:
        """Give back what the session holds, as soon as no worker uses it. Never waits, so it cannot be interrupted."""
        self.workers.submit(self.dresser.close)

    async def _compute(self, work: Callable[..., Result], *values: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.workers, work, *values)

    async def _notify(self, error: RefusedError) -> None:
        words = error.words if isinstance(error, BadInputError) else Sentence(error.sentence, error.sentence)
        await self.send(bytes(NoticeMessage(error.code, words)))

    async def _complain(self, error: RefusedError, code: CloseCode = CloseCode.UNSUPPORTED) -> None:
        await self._notify(error)
        self.bad_in_a_row += 1
        if self.bad_in_a_row >= self.config.bad_messages_most:
            raise SessionEnd(code, f"{self.bad_in_a_row} messages in a row could not be used ({error.code})")
