"""What colours a garment's picture is made of: the cloth's own in light and in folds, and those of prints and trims."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from garments.dyeing.colours import Colour, hex_from_lab, lab_from_rgb, name_colour

SAMPLES = 12_000
CLUSTERS = 10
SAME_HUE, HUE_DRIFT = 7.0, 0.24
"""How far from the shaded colour a cloth's own shades lie: so much, and this share of the colour's chroma."""
STEP_L = 14.0
"""Lightness jumps less than this from fold to fold."""
GREY_RANGE, COLOUR_RANGE = (-26.0, 22.0), (-36.0, 30.0)
"""How much darker and lighter than its main colour a cloth's folds are; what is dark and grey is sooner a print."""
COLOURED = 10.0
"""Chroma from which cloth is coloured."""
DEEP_L = 18.0
"""Darker than this a camera hardly sees colours."""
LEAST_SHARE = 0.04
MIXED_LEVELS = 24
"""Brightness varies less within three pixels of one cloth."""
MOST_SWATCHES = 5


@dataclass(frozen=True)
class Tones:
    """The colours of one picture, sorted into cloths."""

    labs: NDArray[np.float32]
    """(K, 3) CIE Lab of each tone."""
    shares: NDArray[np.float32]
    """(K,) Of the garment's pixels; they sum to one."""
    cloth: NDArray[np.int32]
    """(K,) Which cloth each tone is a shade of; 0 is the one there is most of."""


@dataclass(frozen=True)
class Swatch:
    """One colour of a garment."""

    name_en: str
    name_ko: str
    hex: str
    share: float
    """Of the garment's pixels."""


def find_tones(picture_rgba: NDArray[np.uint8]) -> Tones:
    """The tones of a (H, W, 4) cut-out or texture, measured within its solid parts."""
    lab = lab_from_rgb(_sample(picture_rgba))
    count = min(CLUSTERS, len(lab))
    # Lightness counts half, so that clusters follow dyes more than folds.
    points = (lab * np.array([0.5, 1, 1], np.float32)).astype(np.float32)
    order = np.argsort(points @ np.array([0.9, 0.31, 0.43], np.float32), kind="stable")
    start = np.empty(len(lab), np.int32)
    start[order] = np.arange(len(lab)) * count // len(lab)
    criteria = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 40, 0.1)
    _, labels, centres = cv2.kmeans(points, count, start[:, None], criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    shares = np.bincount(labels.ravel(), minlength=count) / len(lab)
    labs = (centres / np.array([0.5, 1, 1], np.float32)).astype(np.float32)
    return Tones(labs, shares.astype(np.float32), _sort_into_cloths(labs, shares.astype(np.float32)))


def find_swatches(picture_rgba: NDArray[np.uint8]) -> tuple[Swatch, ...]:
    """The colours of a (H, W, 4) cut-out as a shop names them, the largest share first."""
    tones = find_tones(picture_rgba)
    found: dict[str, tuple[Colour, float, NDArray[np.float32]]] = {}
    for cloth in np.unique(tones.cloth):
        rows = np.flatnonzero(tones.cloth == cloth)
        share = float(tones.shares[rows].sum())
        lab = _in_the_light(tones.labs[rows], tones.shares[rows])
        colour = name_colour(lab)
        before = found.get(colour.name_en)
        if before is None or before[1] < share:
            found[colour.name_en] = (colour, share + (before[1] if before else 0.0), lab)
        else:
            found[colour.name_en] = (colour, share + before[1], before[2])
    swatches = [
        Swatch(colour.name_en, colour.name_ko, hex_from_lab(lab), round(share, 3))
        for colour, share, lab in sorted(found.values(), key=lambda one: -one[1])
    ]
    return tuple(one for one in swatches if one.share >= LEAST_SHARE or one is swatches[0])[:MOST_SWATCHES]


def _sample(picture_rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 3) Colours of solid pixels away from the edge, evenly taken."""
    solid = (picture_rgba[..., 3] > 250).astype(np.uint8)
    kernel = np.ones((5, 5), np.uint8)
    inner = cv2.erode(solid, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    grey = cv2.cvtColor(np.ascontiguousarray(picture_rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    # Where two colours meet, pixels are mixtures of both and a colour of neither.
    even = inner & (cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) < MIXED_LEVELS)
    masks = (even, inner, solid > 0, np.ones_like(inner))
    least = 0.3 * float(inner.sum())
    rows, columns = np.nonzero(next(mask for mask in masks if mask.any() and mask.sum() >= least))
    step = max(len(rows) // SAMPLES, 1)
    return np.asarray(picture_rgba[rows[::step], columns[::step], :3])


def _sort_into_cloths(labs: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.int32]:
    """(K,) Tones that are shades of one dye get one number, the largest cloth the lowest."""
    cloth = np.full(len(labs), -1, np.int32)
    while (cloth < 0).any():
        free = np.flatnonzero(cloth < 0)
        main = free[np.argmax(shares[free])]
        members = [int(main)]
        for row in free[np.argsort(np.abs(labs[free, 0] - labs[main, 0]))]:
            near = np.abs(labs[members, 0] - labs[row, 0]).min() < STEP_L
            if row != main and near and is_shade(labs[row], labs[main]):
                members.append(int(row))
        cloth[members] = cloth.max() + 1
    order = np.argsort(-np.bincount(cloth, weights=shares), kind="stable")
    return np.argsort(order).astype(np.int32)[cloth]


def is_shade(lab: NDArray[np.float32], main_lab: NDArray[np.float32]) -> bool:
    """Whether a colour may be the main one in more or less light."""
    chroma = float(np.linalg.norm(main_lab[1:]))
    darkest, lightest = COLOUR_RANGE if chroma > COLOURED else GREY_RANGE
    if not darkest < float(lab[0] - main_lab[0]) < lightest:
        return False
    expected = shade(main_lab, lab[0])[1:]
    # Highlights pale, folds glow in the cloth's own light, and in deep shade a camera sees less and less colour.
    least = 0.1 if lab[0] < DEEP_L else 0.6 if lab[0] > main_lab[0] else 0.9
    most = 1.2 if lab[0] > main_lab[0] else 1.6
    along = float(lab[1:] @ expected) / max(float(expected @ expected), 1e-6)
    off = float(np.linalg.norm(lab[1:] - expected * np.clip(along, least, most)))
    return off < SAME_HUE + HUE_DRIFT * chroma


def shade(main_lab: NDArray[np.float32], lightness: NDArray[np.float32] | float) -> NDArray[np.float32]:
    """(..., 3) The main colour in as much light as gives that lightness.

    Light scales X, Y and Z alike, and L + 16, a and b are proportional to differences of their cube roots: they scale
    alike as well.
    """
    lightness = np.asarray(lightness, np.float32)
    factor = (lightness + 16) / (main_lab[0] + 16)
    return np.stack([lightness, main_lab[1] * factor, main_lab[2] * factor], axis=-1).astype(np.float32)


def _in_the_light(labs: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """(3,) The mean of a cloth's lighter half: folds and shade are not its colour."""
    order = np.argsort(-labs[:, 0])
    below = np.cumsum(shares[order]) - shares[order]
    weights = np.clip(0.6 * shares.sum() - below, 0, shares[order])
    return np.asarray((labs[order] * weights[:, None]).sum(axis=0) / weights.sum(), np.float32)
