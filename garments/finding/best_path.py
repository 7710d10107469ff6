"""The way across a table that gains most while it turns little."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def best_path(gain: NDArray[Any], bend: NDArray[Any]) -> NDArray[np.intp]:
    """(K,) The column to take in each row of (K, N) gains, less (N, N) what each step from column to column costs."""
    best, back = gain[0].copy(), []
    for row in range(1, len(gain)):
        through = best[None, :] - bend
        back.append(through.argmax(axis=1))
        best = gain[row] + through.max(axis=1)
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return np.array(path[::-1], np.intp)
