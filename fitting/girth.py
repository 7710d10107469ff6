"""How much wider or narrower each segment is than the template's: read off the silhouette, steadied over time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.skin import make_skinner
from body_model.template import BodyTemplate
from fitting.frame import PARSE_LABELS, ParseFrame
from fitting.outline import Outline, Places
from fitting.skeleton import Skeleton, normalize
from fitting.stations import RING, list_stations

Array = NDArray[Any]

SAMPLES = 26
REACH = 2.5
"""How far out the edge is looked for, in half-widths of the template."""
MEMORY_SECS = 0.8
MEMORY_RAD = 0.25
"""By how far somebody turns until what was seen of their outline counts for a third."""
IDLE_RAD = 0.03
"""Turns between two frames below this are the keypoints' noise."""
FORGET_SECS = 1.5
"""After a longer time without a picture of the silhouette the girths start afresh."""
GAIN_LIMITS = (-0.25, 0.4)
SHIFT_LIMIT_M = 0.05
ERROR_M = 0.01
"""How exactly an edge is known."""
DOUBT_M = 0.03
"""An edge off by more than this counts less and less: bags, folds and wrong labels."""
OUTLINE_DOUBT_M = 0.05
"""The same for what the outline may still deviate after the girths are found."""
SKIN = PARSE_LABELS.index("skin")
BARE_FROM = 0.75
"""From this many half-widths of the template on, skin beside cloth is an arm's, not the trunk's."""
UNKNOWN = [PARSE_LABELS.index(name) for name in ("hair", "bag", "other")]
END_BIAS_M = 0.015
"""A toe is round: the line through its middle leaves it short of its farthest point."""


@dataclass(frozen=True)
class Girths:
    """What the silhouette adds to a skeleton."""

    gains: NDArray[np.float32]
    """(S,) Each segment's growth across its bone, 0 where it is as the template."""
    shifts_m: NDArray[np.float32]
    """(S,) How far each segment lies beside its bone in the picture, in metres of the template."""
    stretches: NDArray[np.float32]
    """(S,) Each segment's growth along its bone, 0 for all but hands and feet."""


@dataclass(frozen=True)
class Edges:
    """Where lines that look outwards from the bones find an edge."""

    far: NDArray[np.float32]
    """(L,) How far out."""
    trust: NDArray[np.float32]
    """(L,) 0 (nothing found) to 1."""


class GirthFitter:
    """Measures girths where it can, remembers them where it cannot."""

    def __init__(self, template: BodyTemplate) -> None:
        self.template = template
        self.stations = list_stations(template)
        count = len(template.segment_names)
        self.count = count
        trunk = [template.segment_index[name] for name in ("pelvis", "waist", "chest")]
        self.trunk = np.isin(self.stations.segments, trunk)
        self.heads = template.bones_rest_m[:, 0]
        self.bones = template.bones_rest_m[:, 1] - self.heads
        self.along = normalize(self.bones)
        for name in ("pelvis", "waist", "chest"):
            self.along[template.segment_index[name]] = (0, 0, 1)
        flat = self.stations.rings.ravel()
        at = template.vertices_rest_m[flat]
        self.carry = make_skinner(at, template.segments[flat], template.weights[flat], segment_count=count)
        share = np.zeros((len(flat), count), np.float32)
        np.add.at(share, (np.arange(len(flat))[:, None], template.segments[flat]), template.weights[flat])
        arms = (at[:, None] - self.heads) * share[:, :, None]
        beside = (arms * self.along).sum(-1, keepdims=True) * self.along
        stretched = np.unique(self.stations.segments[self.stations.ends])
        self.stretched = stretched
        self.levers = np.concatenate([arms - beside, beside[:, stretched]], axis=1).astype(np.float32)
        self.share = share
        self.size = 2 * count + len(stretched)
        self.chest = template.segment_index["chest"]
        self.outline = Outline(template, Places(self.stations.segments, template.vertices_rest_m[self.stations.rings]))
        self.groups, self.links = self.list_groups()
        self.prior = self.build_prior()
        self.reset()

    def reset(self) -> None:
        """Forget the person."""
        self.normal = np.zeros((self.size, self.size))
        self.right = np.zeros(self.size)
        self.seen_secs = -np.inf
        self.facing = np.zeros(3, np.float32)
        self.outline.reset()
        self.girths = self.solve()

    def list_groups(self) -> tuple[Array, list[Array]]:
        """(S,) the body part of each segment, and for each part the segments whose bones are drawn for it."""
        parts = {"torso": 0, "arm_left": 1, "arm_right": 2, "leg_left": 3, "leg_right": 4}
        group = np.zeros(self.count, int)
        drawn: list[Array] = [np.array([], int) for _ in parts]
        for name, row in self.template.segment_index.items():
            stem, _, side = name.rpartition("_")
            if stem in ("upper_arm", "forearm", "hand"):
                group[row] = parts[f"arm_{side}"]
            elif stem in ("thigh", "shin", "foot"):
                group[row] = parts[f"leg_{side}"]
        for part in range(1, 5):
            drawn[part] = np.flatnonzero(group == part)
        return group, drawn

    def build_prior(self) -> Array:
        """(2S + E, ..) How strongly girths hold to the template's, to their other side's and to their neighbours'."""
        rows, size, ends = self.template.segment_index, self.count, len(self.stretched)
        prior = np.diag(np.repeat([1 / 0.3**2, 1 / 0.03**2, 1 / 0.3**2], [size, size, ends]))

        def tie(a: int, b: int, sigma: float, sign: float = 1.0) -> None:
            prior[a, a] += 1 / sigma**2
            prior[b, b] += 1 / sigma**2
            prior[a, b] -= sign / sigma**2
            prior[b, a] -= sign / sigma**2

        for name, row in rows.items():
            if name.endswith("_left"):
                tie(row, rows[name.replace("_left", "_right")], 0.1)
            parent = int(self.template.parents[row])
            if parent >= 0 and (name in ("waist", "chest") or not name.startswith(("neck", "head", "clav", "thigh"))):
                tie(row, parent, 0.15)
            if name in ("waist", "chest") or name.startswith(("forearm", "shin", "hand", "foot")):
                tie(size + row, size + parent, 0.03)
        return prior

    def fit(self, skeleton: Skeleton, affines: Array, parse: ParseFrame | None, time_secs: float) -> Girths:
        """The girths of this frame; without a parse those of the frames before."""
        if not 0 <= time_secs - self.seen_secs <= FORGET_SECS:
            self.reset()
        if parse is not None:
            self.measure(skeleton, affines, parse, time_secs)
        return self.girths

    def solve(self) -> Girths:
        """The girths that what is known speaks for, within reason."""
        found = np.linalg.solve(self.normal + self.prior, self.right).astype(np.float32)
        stretches = np.zeros(self.count, np.float32)
        stretches[self.stretched] = np.clip(found[2 * self.count :], *GAIN_LIMITS)
        shifts = np.clip(found[self.count : 2 * self.count], -SHIFT_LIMIT_M, SHIFT_LIMIT_M)
        return Girths(np.clip(found[: self.count], *GAIN_LIMITS), shifts, stretches)

    def point_sides(self, frames: Array) -> tuple[Array, Array, Array]:
        """(S, 2) Directions across and along each bone in the picture; (S,) how much of the bone lies in it."""
        bones = np.einsum("sij,sj->si", frames, self.along)
        flat = np.sqrt((bones[:, :2] ** 2).sum(-1))
        onward = bones[:, :2] / np.maximum(flat, 1e-6)[:, None]
        across = np.stack([-onward[:, 1], onward[:, 0]], -1)
        return across, onward, flat / np.maximum(np.sqrt((bones**2).sum(-1)), 1e-6)

    def bend(self, skeleton: Skeleton) -> Callable[[], Array]:
        """A call that gives (V, 2) pixels by which the silhouette moves each vertex beside its bone."""
        across, _, _ = self.point_sides(skeleton.frames)
        return self.outline.shift(across[self.stations.segments], skeleton.frames, skeleton.px_per_m)

    def measure(self, skeleton: Skeleton, affines: Array, parse: ParseFrame, time_secs: float) -> None:
        """Add one silhouette to what is known."""
        scale, rows = skeleton.px_per_m, self.stations.segments
        count = len(rows)
        ring = self.carry(affines).reshape(count, RING, 3)[:, :, :2]
        across, onward, upright = self.point_sides(skeleton.frames)
        sides = np.where(self.stations.ends[:, None], onward[rows], across[rows])
        middles = skeleton.joints_image_px + 0.3 * np.einsum("sij,sj->si", skeleton.frames, self.bones)
        centre = np.where(self.stations.ends[:, None], middles[rows, :2], ring.mean(1))
        out = np.einsum("trk,tk->tr", ring - centre[:, None], sides)
        last = np.stack([out.argmax(1), out.argmin(1)], 1)
        width = np.stack([out.max(1), -out.min(1)], 1)
        reach = np.maximum(width, 0.03 * scale) * REACH + 2.0
        reach = np.where(self.stations.ends[:, None], np.maximum(reach, 0.15 * scale), reach)
        steps = reach[:, :, None] / SAMPLES * (np.arange(SAMPLES, dtype=np.float32) + 0.5)
        signs = np.array([1, -1], np.float32)
        places = centre[:, None, None] + (steps * signs[:, None])[..., None] * sides[:, None, None]
        beyond = self.trunk[:, None, None] & (steps > BARE_FROM * width[:, :, None])
        places, beyond = places.reshape(2 * count, SAMPLES, 2), beyond.reshape(2 * count, SAMPLES)
        own, outer = self.find_edges(skeleton, places, reach.ravel(), beyond, parse)
        plain = np.clip(upright[rows] * 2 - 0.8, 0, 1).repeat(2)
        bias = np.float32(END_BIAS_M) * self.stations.ends.repeat(2)
        own, outer = (
            Edges((edges.far - width.ravel()) / np.float32(scale) + bias, (edges.trust * plain).astype(np.float32))
            for edges in (own, outer)
        )

        picked = (np.arange(count)[:, None] * RING + last).ravel()
        pull = np.einsum("tk,skj->tsj", sides, skeleton.frames[:, :2]) / scale
        pull = np.concatenate([pull, pull[:, self.stretched]], axis=1)
        levers = self.levers[picked].reshape(count, 2, -1, 3)
        levers = np.einsum("tesj,tsj->tes", levers, pull).reshape(2 * count, -1)
        beside = np.where(self.stations.ends.repeat(2)[:, None], 0, self.share[picked])
        both = np.tile(signs, count)[:, None]
        system = np.concatenate([levers[:, : self.count], beside, levers[:, self.count :]], axis=1) * both
        keep = self.fade(skeleton.frames, time_secs)
        self.accumulate(system.astype(float), own, outer, keep)

    def fade(self, frames: Array, time_secs: float) -> float:
        """How much what is known still counts: less with time, and less when the chest has turned."""
        facing = normalize(frames[self.chest, :, 0])
        turn = max(float(np.arccos(np.clip(facing @ self.facing, -1, 1))) - IDLE_RAD, 0.0)
        keep = np.exp(-(time_secs - self.seen_secs) / MEMORY_SECS - turn / MEMORY_RAD)
        self.facing, self.seen_secs = facing, time_secs
        return float(keep)

    def accumulate(self, system: Array, own: Edges, outer: Edges, keep: float) -> None:
        """Weigh each edge (metres off the template's) by how well it agrees, and add it to what older frames said."""
        error, trust = own.far, own.trust
        weighted = system * (trust / ERROR_M**2)[:, None]
        alone = np.linalg.solve(weighted.T @ system + self.prior, weighted.T @ error)
        weight = trust * DOUBT_M / np.maximum(np.abs(error - system @ alone), DOUBT_M)
        weighted = system * (weight / ERROR_M**2)[:, None]
        self.normal = keep * self.normal + weighted.T @ system
        self.right = keep * self.right + weighted.T @ error
        self.girths = self.solve()
        girths = np.concatenate([self.girths.gains, self.girths.shifts_m, self.girths.stretches[self.stretched]])
        left = (outer.far - system @ girths).reshape(-1, 2)
        across = ~self.stations.ends[:, None]
        doubted = outer.trust.reshape(-1, 2) ** 2 * across * OUTLINE_DOUBT_M / np.maximum(np.abs(left), OUTLINE_DOUBT_M)
        self.outline.learn(left, doubted, keep)

    def find_edges(
        self, skeleton: Skeleton, places: Array, reach: Array, beyond: Array, parse: ParseFrame
    ) -> tuple[Edges, Edges]:
        """Where each line leaves its segment, and where it leaves the person.

        Where `beyond` says so, skin after cloth is a bare arm beside the trunk, and the cloth's edge the trunk's.
        """
        probabilities = parse.probabilities
        height, width = probabilities.shape[:2]
        x0, y0, x1, y1 = (float(v) for v in parse.box_image_px)
        stretch = np.array([width / (x1 - x0), height / (y1 - y0)], np.float32)
        origin = np.array([x0, y0], np.float32)
        grid = ((places - origin) * stretch - 0.5).astype(np.float32)
        unknown = probabilities[..., UNKNOWN].sum(-1)
        planes = np.stack([probabilities[..., 0], unknown, probabilities[..., SKIN]], -1).astype(np.float32)
        x, y = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
        seen = cv2.remap(planes, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1, 0, 0))
        bare = np.where(beyond, seen[..., 2], 0)
        empty, doubtful = seen[..., 0] + bare, seen[..., 1]
        inside = np.minimum.accumulate(np.clip(1 - empty - doubtful, 0, 1), axis=1)
        drop = np.concatenate([inside[:, :-1] - inside[:, 1:], np.zeros_like(inside[:, :1])], 1)
        others = self.draw_others(skeleton, (width, height), origin, stretch)
        group = self.groups[self.stations.segments].repeat(2)
        column = np.clip(np.rint(grid), 0, (width - 1, height - 1)).astype(np.int64)
        hidden = (others[column[..., 1], column[..., 0]] & ~(1 << group)[:, None]) != 0
        sure = (inside[:, 0] > 0.5) * (inside[:, -1] < 0.3)
        far = (np.arange(SAMPLES, dtype=np.float32) + 1)[None] * reach[:, None] / SAMPLES

        def edges(hidden: Array) -> Edges:
            clear = np.where(hidden & (bare < 0.5), 0, empty / np.maximum(empty + doubtful, 1e-3))
            seen = drop * np.concatenate([clear[:, 1:], clear[:, -1:]], 1)
            share = seen.sum(1)
            return Edges((seen * far).sum(1) / np.maximum(share, 1e-3), share * sure)

        # Beyond an arm that hangs beside the trunk, cloth is the sleeve's.
        past_arm = hidden | np.maximum.accumulate(hidden & beyond, axis=1)
        return edges(past_arm), edges(hidden)

    def draw_others(self, skeleton: Skeleton, size: tuple[int, int], origin: Array, stretch: Array) -> Array:
        """(h, w) Bits of the limbs that lie at each cell of the grid."""
        tails = skeleton.joints_image_px + np.einsum("sij,sj->si", skeleton.frames, self.bones)
        ends = np.stack([skeleton.joints_image_px[:, :2], tails[:, :2]], 1)
        ends = np.clip((ends - origin) * stretch - 0.5, -1000, 1000).round().astype(np.int32)
        image = np.zeros((size[1], size[0]), np.uint8)
        metre = skeleton.px_per_m * float(stretch.mean())
        for part in range(1, 5):
            plane = np.zeros_like(image)
            thick = max(1, round(metre * (0.07 if part < 3 else 0.10)))
            for row in self.links[part]:
                cv2.line(plane, ends[row, 0].tolist(), ends[row, 1].tolist(), 1 << part, thick)
            image |= plane
        return image
