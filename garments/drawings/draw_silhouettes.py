"""Draws random garments with known landmarks, as a product photo would show them once cut out.

A drawing is a silhouette and the picture's brightness inside it: seams, necklines, folds, stripes, prints and the
inside of the back. Nothing of a real photo goes in. Units while drawing: half the shoulder seam's span is 1 (below the
waist, half the hip's width), x to the right, y down, the neck at the origin. `right` is the wearer's, on the left of
the picture.
"""

from collections.abc import Callable

import numpy as np

from garments.drawings.draw_bottoms import draw_skirt, draw_trousers
from garments.drawings.draw_others import draw_other
from garments.drawings.draw_tops import draw_coat, draw_dress, draw_jumpsuit, draw_top
from garments.drawings.drawing import Drawing

SHARES: dict[Callable[[np.random.Generator], Drawing], float] = {
    draw_top: 0.48,
    draw_coat: 0.05,
    draw_dress: 0.13,
    draw_jumpsuit: 0.05,
    draw_trousers: 0.13,
    draw_skirt: 0.08,
    draw_other: 0.08,
}
"""How often each is drawn: about as shops show them."""


def draw(rng: np.random.Generator) -> Drawing:
    """A random garment: a top or a coat every second time."""
    ways = tuple(SHARES)
    return ways[int(rng.choice(len(ways), p=tuple(SHARES.values())))](rng)
