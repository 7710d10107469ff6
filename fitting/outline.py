"""Bends the fitted body to the silhouette where whole segments cannot follow it: trouser legs, calves, waists."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from body_model.template import BodyTemplate

Array = NDArray[Any]

CHAINS = {
    "torso": ("pelvis", "waist", "chest"),
    "arm_left": ("upper_arm_left", "forearm_left"),
    "arm_right": ("upper_arm_right", "forearm_right"),
    "leg_left": ("thigh_left", "shin_left"),
    "leg_right": ("thigh_right", "shin_right"),
    "foot_left": ("foot_left",),
    "foot_right": ("foot_right",),
}
"""Segments along which the outline bends smoothly."""
DOUBT = 0.2
"""How much evidence it takes to believe half of a deviation; one plain edge in one frame is 1."""
EVEN = 0.3
"""How strongly neighbouring places along a chain hold together."""
LIMIT_M = 0.08


@dataclass(frozen=True)
class Places:
    """Where the outline is compared, and in which frame of the picture."""

    segments: NDArray[np.int64]
    """(T,) The segment of each place."""
    rings_rest_m: NDArray[np.float32]
    """(T, R, 3) The ring of template vertices round it."""


class Outline:
    """What is known of how far the silhouette deviates from the fitted segments, place by place."""

    def __init__(self, template: BodyTemplate, places: Places) -> None:
        self.places = places
        self.at = np.concatenate([template.vertices_rest_m, np.ones((len(template.vertices_rest_m), 1), np.float32)], 1)
        self.blend, self.ties = link_places(template, places)
        self.reset()

    def reset(self) -> None:
        """Forget the person."""
        count = len(self.places.segments)
        self.evidence = np.zeros((count, 2), np.float32)
        self.sums_m = np.zeros((count, 2), np.float32)
        self.found_m = np.zeros((count, 2), np.float32)

    def learn(self, deviations_m: Array, trust: Array, keep: float) -> None:
        """Add (T, 2) deviations outward to the left and to the right of each bone, while older ones fade."""
        self.evidence = keep * self.evidence + trust
        self.sums_m = keep * self.sums_m + trust * np.clip(deviations_m, -LIMIT_M, LIMIT_M)
        self.found_m = (self.ties @ self.sums_m) / (self.ties @ self.evidence + DOUBT)

    def shift(self, sides_image: Array, frames: Array, px_per_m: float) -> Callable[[], Array]:
        """A call that gives (V, 2) pixels by which each vertex moves; `sides_image` (T, 2) points left of each bone."""
        inward = np.einsum("tk,tkj->tj", sides_image, frames[self.places.segments][:, :2])
        inward /= np.maximum(np.sqrt((inward * inward).sum(-1, keepdims=True)), 1e-6)
        out = np.einsum("trj,tj->tr", self.places.rings_rest_m, inward)
        high, low = out.max(1), out.min(1)
        left, right = self.found_m[:, 0], self.found_m[:, 1]
        half = np.maximum((high - low) / 2, 0.02)
        wider, beside = (left + right) / 2 / half, (left - right) / 2
        along = np.concatenate([inward * wider[:, None], (beside - wider * (high + low) / 2)[:, None]], 1)
        table = (px_per_m * sides_image[:, :, None] * along[:, None]).reshape(len(along), 8).astype(np.float32)

        def move() -> Array:
            return np.asarray(np.einsum("vij,vj->vi", (self.blend @ table).reshape(-1, 2, 4), self.at))

        return move


def link_places(template: BodyTemplate, places: Places) -> tuple[Any, Array]:
    """(V, T) sparse shares of the places in each vertex, and (T, T) ties between neighbours along a chain."""
    rows, count = template.segment_index, len(places.segments)
    total = len(template.vertices_rest_m)
    heads, bones = template.bones_rest_m[:, 0], template.bones_rest_m[:, 1] - template.bones_rest_m[:, 0]
    lengths = np.sqrt((bones * bones).sum(-1))
    shares = np.zeros((total, count), np.float32)
    ties = np.eye(count, dtype=np.float32)
    dense = np.zeros((total, len(rows)), np.float32)
    np.add.at(dense, (np.arange(total)[:, None], template.segments), template.weights)
    for chain, names in CHAINS.items():
        members = np.array([rows[n] for n in names])
        own = np.flatnonzero(np.isin(places.segments, members))
        if len(own) == 0:
            continue

        def reach(points: Array, weights: Array, chain: str = chain, members: Array = members) -> Array:
            if chain == "torso":
                return np.asarray(points[:, 2])
            start = np.r_[0, np.cumsum(lengths[members])[:-1]]
            part = np.einsum("nsj,sj->ns", points[:, None] - heads[members], bones[members] / lengths[members, None])
            part = np.clip(part, 0, lengths[members]) + start
            return np.asarray((part * weights).sum(1) / np.maximum(weights.sum(1), 1e-6))

        hot = (places.segments[own][:, None] == members).astype(np.float32)
        stops = reach(places.rings_rest_m[own].mean(1), hot)
        own, stops = own[np.argsort(stops)], np.sort(stops)
        weights = dense[:, members]
        place = np.interp(reach(template.vertices_rest_m, weights), stops, np.arange(len(own)))
        low = np.minimum(place.astype(int), max(len(own) - 2, 0))
        part = (place - low).astype(np.float32)
        total_weight = weights.sum(1)
        np.add.at(shares, (np.arange(total), own[low]), total_weight * (1 - part))
        np.add.at(shares, (np.arange(total), own[np.minimum(low + 1, len(own) - 1)]), total_weight * part)
        for a, b in pairwise(own):
            ties[[a, b], [b, a]] = EVEN
    return csr_array(shares), ties
