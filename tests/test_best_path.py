"""The way across a table that gains most while it turns little."""

import itertools

import numpy as np

from garments.finding.best_path import best_path


def test_no_other_way_gains_more():
    rng = np.random.default_rng(3)
    gain = rng.normal(size=(5, 4))
    bend = 0.4 * (np.arange(4)[:, None] - np.arange(4)) ** 2

    def worth(path):
        return sum(gain[row, column] for row, column in enumerate(path)) - sum(
            bend[a, b] for a, b in itertools.pairwise(path)
        )

    best = max(itertools.product(range(4), repeat=5), key=worth)
    assert best_path(gain, bend).tolist() == list(best)
