"""Time as a session sees it: how often things may come, how often they do, and when a frame was taken."""

import math
from collections import deque

GAP_SECS = 10.0
"""A frame that claims to come later than this after the last one has a clock that cannot be believed."""
BLINK_SECS = 0.001


class Allowance:
    """Lets `per_sec` things through in a second, and a second's worth at once."""

    def __init__(self, per_sec: float, now_secs: float) -> None:
        self.per_sec = per_sec
        self.left = per_sec
        self.then_secs = now_secs

    def take(self, now_secs: float) -> bool:
        """Whether one more may pass now."""
        self.left = min(self.per_sec, self.left + (now_secs - self.then_secs) * self.per_sec)
        self.then_secs = now_secs
        if self.left < 1:
            return False
        self.left -= 1
        return True


class FrameClock:
    """Gives each frame a time that only goes forward, by its own stamp where that can be believed."""

    def __init__(self, now_secs: float) -> None:
        self.time_secs = 0.0
        self.capture_secs = math.nan
        self.now_secs = now_secs

    def read(self, capture_secs: float, now_secs: float) -> float:
        """The time of the frame; stamps that stand still, go backwards, leap or are no numbers yield to our clock."""
        step = capture_secs - self.capture_secs
        if not 0 < step <= GAP_SECS:
            step = min(max(now_secs - self.now_secs, BLINK_SECS), GAP_SECS)
        self.time_secs += step
        self.capture_secs, self.now_secs = capture_secs, now_secs
        return self.time_secs


class FrameCounter:
    """How many frames went out in the last second."""

    def __init__(self) -> None:
        self.times_secs: deque[float] = deque()

    def add(self, now_secs: float) -> None:
        """One more went out."""
        self.times_secs.append(now_secs)
        self.count(now_secs)

    def count(self, now_secs: float) -> int:
        """Frames of the last second."""
        while self.times_secs and self.times_secs[0] <= now_secs - 1:
            self.times_secs.popleft()
        return len(self.times_secs)
