"""How often each client may do something."""

import math
from collections import OrderedDict
from dataclasses import dataclass

CLIENTS_MOST = 10_000


@dataclass
class Bucket:
    """What one client may still do."""

    left: float
    then_secs: float


class Rates:
    """A bucket of tokens for each client: `burst` at once, `per_sec` again in a second."""

    def __init__(self, per_sec: float, burst: float) -> None:
        self.per_sec, self.burst = per_sec, burst
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, client: str, now_secs: float) -> int:
        """0 when the client may go on, else the whole seconds to wait."""
        bucket = self._buckets.pop(client, None) or Bucket(self.burst, now_secs)
        bucket.left = min(self.burst, bucket.left + (now_secs - bucket.then_secs) * self.per_sec)
        bucket.then_secs = now_secs
        self._buckets[client] = bucket
        if len(self._buckets) > CLIENTS_MOST:
            self._buckets.popitem(last=False)
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return max(1, math.ceil((1 - bucket.left) / self.per_sec))
