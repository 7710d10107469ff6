"""Cuts a top from cloth: flat panels, triangulated, with the seams that join them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

Array = NDArray[np.float64]

FRONT, BACK, SLEEVE_LEFT, SLEEVE_RIGHT, LEG_LEFT, LEG_RIGHT = 0, 1, 2, 4, 6, 8
"""Panels; the back half of a sleeve or a leg is its number plus one."""
EDGE_KINDS = ("neck", "hem", "cuff", "armhole", "shoulder", "side", "waist", "rise", "inseam", "front")
"""What a panel can end in."""
STRAP_M = 0.04
"""Shoulder seams shorter than this slip off, and are pinned."""


@dataclass(frozen=True)
class Cut:
    """The measures of a top in metres, as worn: heights over the floor, halves from the middle."""

    neck_half: float = 0.088
    neck_height: float = 1.425
    front_drop: float = 0.085
    back_drop: float = 0.012
    neck_power: float = 2.0
    """2 is round, 1 a V."""
    shoulder_half: float = 0.198
    shoulder_height: float = 1.375
    armpit_half: float = 0.262
    armpit_height: float = 1.165
    waist_half: float = 0.25
    waist_height: float = 1.0
    hem_half: float = 0.262
    hem_height: float = 0.80
    hem_curve: float = 0.0
    """How much higher the hem is at the sides than in the middle."""
    sleeve: float = 0.21
    """Length of the sleeve along its outer edge; 0 leaves the armholes open."""
    cuff_half: float = 0.165
    """Half the girth of the sleeve's end."""
    elbow_half: float = 0.0
    """Half the girth halfway down a long sleeve; 0 tapers straight."""
    cap: float = 0.125
    stand: float = 0.0
    """Height of a neck that stands up, such as a mock neck."""
    front_gap: float = 0.0
    """Half the gap between two front panels that are not sewn together; 0 for one front."""

    @property
    def label_height(self) -> float:
        """Where the label is sewn in."""
        return self.neck_height - self.back_drop + self.stand


@dataclass(frozen=True)
class Pattern:
    """Sewn panels as one mesh of welded points, and as separate corners that keep their panel's cloth coordinates."""

    faces: NDArray[np.int32]
    """(F, 3) Triangles over corners, counter-clockwise from outside."""
    weld: NDArray[np.int32]
    """(C,) The welded point of each corner."""
    cloth_m: Array
    """(C, 2) Where each corner lies in its panel: across and along the grain."""
    panel: NDArray[np.int32]
    """(C,) The panel of each corner."""
    start_m: Array
    """(P, 3) Where the welded points are before the cloth falls."""
    neckline: NDArray[np.int32]
    """(K,) Welded points round the neck: along the front from the wearer's right to the left, and back behind."""
    edge_m: dict[str, Array]
    """(C,) Distance of each corner to its panel's edges of each of `EDGE_KINDS`, 9 where it has none."""
    neck_along_m: Array
    """(C,) How far along the neck edge the corner's nearest place on it is."""
    held: NDArray[np.int32]
    """(H,) Welded points of a waistband, which a clip behind the figure keeps at their height."""
    pinned: NDArray[np.int32]
    """(N,) Welded points of straps and of open fronts' shoulders, which pins keep where they are."""
    ties: NDArray[np.int32]
    """(T, 2) Welded points of two free fronts that are kept from swinging apart."""


def curve(start: Array, end: Array, bulge: Array, count: int) -> Array:
    """(count, 2) From start to end, pulled towards `bulge` as by one control point."""
    t = np.linspace(0, 1, count)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * bulge + t**2 * end)


def outline_torso(cut: Cut, front: bool) -> dict[str, Array]:
    """Edges of a torso panel on the wearer's left, from neck to hem; the right side is the mirror image."""
    neck = np.array([cut.neck_half, cut.neck_height])
    tip = np.array([cut.shoulder_half, cut.shoulder_height])
    armpit = np.array([cut.armpit_half, cut.armpit_height])
    waist = np.array([cut.waist_half, cut.waist_height])
    hem = np.array([cut.hem_half, cut.hem_height + cut.hem_curve])
    drop = cut.front_drop if front else cut.back_drop
    deep = np.array([cut.shoulder_half - (0.020 if front else 0.008), cut.armpit_height + 0.06])
    around = np.linspace(0, np.pi / 2, 40)
    power = 2 / cut.neck_power if front else 1.0
    neckline = np.stack([neck[0] * np.sin(around) ** power, neck[1] - drop * np.cos(around) ** power], 1)
    t = np.linspace(0, 1, 30)[:, None]
    low = np.concatenate([hem[:1] * (1 - t), cut.hem_height + cut.hem_curve * (1 - t) ** 2], 1)
    side = np.concatenate(
        [
            curve(armpit, waist, (armpit + waist) / 2 - [0.006, 0], 20),
            curve(waist, hem, (waist + hem) / 2 - [0.004, 0], 20)[1:],
        ]
    )
    edges = {"neck": neckline, "shoulder": curve(neck, tip, (neck + tip) / 2 + [0, 0.003], 20)}
    if cut.stand:
        top = neck + np.array([-0.012, cut.stand])
        up = np.stack([np.full(12, neck[0]), np.linspace(neck[1], top[1], 12)], 1) - np.linspace(0, 1, 12)[:, None] * [
            0.012,
            0,
        ]
        edges["shoulder"] = np.concatenate([up[::-1], edges["shoulder"][1:]])
        edges["neck"] = (
            np.stack([np.linspace(0, top[0], 12), np.full(12, top[1])], 1)
            - np.array([0, 0.012 if front else 0.0]) * np.linspace(1, 0, 12)[:, None] ** 2
        )
    return edges | {"armhole": curve(tip, armpit, deep, 30), "side": side, "hem": low}


def outline_sleeve(cut: Cut) -> dict[str, Array]:
    """Edges of half a sleeve: across from its outer fold, and down from the shoulder (negative)."""
    half = max(cut.cuff_half + 0.012, 0.172) if cut.elbow_half == 0 else max(cut.elbow_half + 0.03, 0.165)
    armpit = np.array([half, -cut.cap])
    fold_end, cuff = np.array([0.0, -cut.sleeve]), np.array([cut.cuff_half, -cut.sleeve])
    t = np.linspace(0, 1, 30)
    cap = np.stack([half * t, -cut.cap * (3 * t**2 - 2 * t**3) * 0.8 - cut.cap * 0.2 * t], 1)
    middle = np.array([cut.elbow_half or (half + cut.cuff_half) / 2, -(cut.cap + cut.sleeve) / 2])
    return {
        "armhole": cap,
        "fold": np.linspace([0.0, 0.0], fold_end, 20),
        "cuff": np.linspace(fold_end, cuff, 10),
        "under": curve(armpit, cuff, 2 * middle - (armpit + cuff) / 2, 30),
    }


def resample(line: Array, count: int) -> Array:
    """(count, 2) Points evenly spaced along a line."""
    step = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    at = np.linspace(0, step[-1], count)
    return np.stack([np.interp(at, step, line[:, k]) for k in range(2)], 1)


def length(line: Array) -> float:
    """Length of a line."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


@dataclass(frozen=True)
class Edge:
    """One edge of a panel; a seam's name says which edges are sewn together, both running the same way."""

    kind: str
    seam: str
    ends: tuple[str, str]
    line: Array
    backwards: bool = False
    """Whether the panel's outline runs along it from its end to its start."""


class Sewing:
    """Collects panels and remembers which points are sewn together."""

    def __init__(self, spacing_m: float, seed: int) -> None:
        self.spacing = spacing_m
        self.rng = np.random.default_rng(seed)
        self.number: dict[tuple[str, int], int] = {}
        self.count: dict[str, int] = {}
        self.points = 0
        self.faces: list[NDArray[np.int64]] = []
        self.weld: list[NDArray[np.int64]] = []
        self.cloth: list[Array] = []
        self.panel: list[NDArray[np.int64]] = []
        self.start: dict[int, list[Array]] = {}
        self.edges: dict[str, list[Array]] = {name: [] for name in EDGE_KINDS}
        self.along: list[Array] = []
        self.slips = False

    def name_points(self, seam: str, ends: tuple[str, str], count: int) -> list[int]:
        """Numbers of the points along a seam, the same whenever the seam is named again."""
        keys = [(ends[0], 0), *((seam, i) for i in range(1, count - 1)), (ends[1], 0)]
        for key in keys:
            if key not in self.number:
                self.number[key] = self.points
                self.points += 1
        return [self.number[key] for key in keys]

    def add(self, panel: int, outline: list["Edge"], lift: "Lift", flip: bool) -> None:
        """Triangulate one panel; its outline is a list of edges that closes."""
        rim: list[Array] = []
        numbers: list[int] = []
        lines: dict[str, list[Array]] = {n: [] for n in self.edges}
        for edge in outline:
            count = self.count.setdefault(edge.seam, max(3, round(length(edge.line) / self.spacing) + 1))
            sampled = resample(edge.line, count)
            named = self.name_points(edge.seam, edge.ends, count)
            step = -1 if edge.backwards else 1
            numbers += named[::step][:-1]
            rim.append(sampled[::step][:-1])
            if edge.kind in lines:
                lines[edge.kind].append(sampled)
        border = np.concatenate(rim)
        inner = fill(border, self.spacing, self.rng)
        flat = np.concatenate([border, inner])
        fresh = np.arange(self.points, self.points + len(inner))
        self.points += len(inner)
        own = np.concatenate([np.array(numbers, np.int64), fresh])
        triangles = triangulate(flat, border)
        base = sum(len(c) for c in self.cloth)
        self.faces.append((triangles[:, ::-1] if flip else triangles) + base)
        self.weld.append(own)
        self.cloth.append(flat)
        self.panel.append(np.full(len(flat), panel))
        for point, place in zip(own, lift(flat), strict=True):
            self.start.setdefault(int(point), []).append(place)
        self.along.append(measure_to_line(flat, lines["neck"][0])[1] if lines["neck"] else np.zeros(len(flat)))
        for kind, found in lines.items():
            self.edges[kind].append(
                np.min([distance_to_line(flat, line) for line in found], 0) if found else np.full(len(flat), 9.0)
            )

    def _neckline(self) -> NDArray[np.int32]:
        """Round a closed neck, nothing for what has none."""
        if "neck_front" not in self.count:
            return np.zeros(0, np.int32)
        ends = ("neck_right", "neck_left")
        front, back = (self.name_points(seam, ends, self.count[seam]) for seam in ("neck_front", "neck_back"))
        return np.array(front + back[::-1][1:-1], np.int32)

    def _waistband(self) -> NDArray[np.int32]:
        """The upper edge of what hangs from the waist; a jumpsuit hangs from its shoulders."""
        if "shoulder_left" in self.count:
            return np.zeros(0, np.int32)
        return self._on("waist")

    def _on(self, kind: str) -> NDArray[np.int32]:
        """Welded points on edges of a kind."""
        on = np.concatenate(self.edges[kind]) < 1e-6
        return np.unique(np.concatenate(self.weld)[on]).astype(np.int32)

    def _ties(self) -> NDArray[np.int32]:
        if "edge_left" not in self.count:
            return np.zeros((0, 2), np.int32)
        sides = [
            self.name_points(f"edge_{side}", (f"front_top_{side}", f"front_low_{side}"), self.count[f"edge_{side}"])
            for side in ("left", "right")
        ]
        return np.array(sides, np.int32).T

    def finish(self) -> Pattern:
        """The sewn top."""
        start = np.array([np.mean(self.start[i], 0) for i in range(self.points)])
        return Pattern(
            np.concatenate(self.faces).astype(np.int32),
            np.concatenate(self.weld).astype(np.int32),
            np.concatenate(self.cloth),
            np.concatenate(self.panel).astype(np.int32),
            start,
            self._neckline(),
            {kind: np.concatenate(parts) for kind, parts in self.edges.items()},
            np.concatenate(self.along),
            self._waistband(),
            self._on("shoulder") if self.slips else np.zeros(0, np.int32),
            self._ties(),
        )


def measure_to_line(points: Array, line: Array) -> tuple[Array, Array]:
    """(N,) distance of points to a polyline, and (N,) how far along it their nearest place is."""
    a, b = line[:-1], line[1:]
    size = np.maximum(np.linalg.norm(b - a, axis=1), 1e-9)
    share = np.clip(((points[:, None] - a) * (b - a)).sum(2) / size**2, 0, 1)
    far = np.linalg.norm(points[:, None] - a - share[..., None] * (b - a), axis=2)
    best = far.argmin(1)
    row = np.arange(len(points))
    return far[row, best], np.r_[0, np.cumsum(size)][best] + share[row, best] * size[best]


def distance_to_line(points: Array, line: Array) -> Array:
    """(N,) Distance of points to a polyline."""
    return measure_to_line(points, line)[0]


def fill(border: Array, spacing: float, rng: np.random.Generator) -> Array:
    """(N, 2) Points inside a border in a shaken hexagonal grid, not too near to it."""
    low, high = border.min(0), border.max(0)
    rows = np.arange(low[1], high[1], spacing * 0.866)
    columns = np.arange(low[0], high[0], spacing)
    grid = np.array([[x + spacing / 2 * (j % 2), y] for j, y in enumerate(rows) for x in columns])
    grid += rng.uniform(-0.03, 0.03, grid.shape) * spacing
    near = distance_to_line(grid, np.r_[border, border[:1]]) > 0.55 * spacing
    return grid[near & contains(border, grid)]


def contains(border: Array, points: Array) -> NDArray[np.bool_]:
    """(N,) Whether each point lies inside a closed border."""
    a, b = border, np.roll(border, -1, 0)
    x, y = points[:, :1], points[:, 1:]
    crosses = (a[:, 1] > y) != (b[:, 1] > y)
    rise = np.where(b[:, 1] == a[:, 1], 1e-12, b[:, 1] - a[:, 1])
    return np.asarray((crosses & (x < a[:, 0] + (y - a[:, 1]) / rise * (b[:, 0] - a[:, 0]))).sum(1) % 2 == 1)


def triangulate(flat: Array, border: Array) -> NDArray[np.int64]:
    """(F, 3) Counter-clockwise triangles of points inside a border."""
    triangles = Delaunay(flat).simplices.astype(np.int64)
    triangles = triangles[contains(border, flat[triangles].mean(1))]
    a, b, c = flat[triangles.T]
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    triangles[area < 0] = triangles[area < 0][:, ::-1]
    return np.asarray(triangles[np.abs(area) > 1e-9])


class Lift:
    """Puts flat panel points where they start in space."""

    def __init__(self, origin: Array, across: Array, up: Array) -> None:
        self.origin, self.across, self.up = origin, across, up

    def __call__(self, flat: Array) -> Array:
        """(N, 3) The points in space."""
        return np.asarray(self.origin + flat[:, :1] * self.across + flat[:, 1:] * self.up)


def mirror(line: Array) -> Array:
    """The line on the wearer's other side."""
    return line * [-1, 1]


def sew(cut: Cut, arm_angle_rad: float, *, spacing_m: float = 0.010, seed: int = 1) -> Pattern:
    """The top of a cut, its panels held before and behind a figure whose arms hang at an angle from the vertical."""
    sewing = Sewing(spacing_m, seed)
    sew_torso(sewing, cut)
    if cut.sleeve:
        sew_sleeves(sewing, cut, arm_angle_rad)
    return sewing.finish()


def sew_torso(sewing: Sewing, cut: Cut, *, joined: bool = False) -> None:
    """Front and back, or two fronts and a back; `joined` leaves the hem as the two waist seams of a jumpsuit."""
    if cut.front_gap or cut.shoulder_half - cut.neck_half < STRAP_M:
        sewing.slips = True
    for panel, front in ((FRONT, True), (BACK, False)):
        left = outline_torso(cut, front)
        face, low = "front" if front else "back", "waist" if joined else "hem"
        runs = {}
        for sign, side in ((1, "left"), (-1, "right")):
            edge = {k: v * [sign, 1] for k, v in left.items()}
            tip, armpit = f"tip_{side}", f"armpit_{side}"
            runs[side] = [
                Edge("shoulder", f"shoulder_{side}", (f"neck_{side}", tip), edge["shoulder"], sign < 0),
                Edge("armhole", f"armhole_{face}_{side}", (tip, armpit), edge["armhole"], sign < 0),
                Edge("side", f"side_{side}", (armpit, f"{low}_{side}"), edge["side"], sign < 0),
            ]
        lift = Lift(np.array([0, -0.175 if front else 0.15, 0]), np.array([1.0, 0, 0]), np.array([0, 0, 1.0]))
        if front and cut.front_gap:
            for sign, side in ((1, "left"), (-1, "right")):
                sewing.add(panel, _half_front(cut, left, runs[side], sign, side), lift, False)
            continue
        neck = np.concatenate([mirror(left["neck"])[::-1], left["neck"][1:]])
        outline = [
            *runs["left"],
            *_low_edges(left["hem"], face, joined=joined),
            *runs["right"][::-1],
            Edge("neck", f"neck_{face}", ("neck_right", "neck_left"), neck),
        ]
        sewing.add(panel, outline, lift, not front)


def _low_edges(hem: Array, face: str, *, joined: bool) -> list[Edge]:
    """The hem from the wearer's left to the right, or the two halves of a waist seam."""
    if not joined:
        whole = np.concatenate([hem, mirror(hem)[::-1][1:]])
        return [Edge("hem", f"hem_{face}", ("hem_left", "hem_right"), whole)]
    ends = [(f"top_{face}", f"waist_{side}") for side in ("left", "right")]
    return [
        Edge("waist", f"waist_{face}_left", ends[0], hem[::-1], True),
        Edge("waist", f"waist_{face}_right", ends[1], mirror(hem[::-1])),
    ]


def _half_front(cut: Cut, left: dict[str, Array], run: list[Edge], sign: int, side: str) -> list[Edge]:
    """Outline of one of two fronts, whose edges hang free of each other."""
    neck = left["neck"][left["neck"][:, 0] > cut.front_gap + 0.004]
    top = np.array([[cut.front_gap, float(np.interp(cut.front_gap, left["neck"][:, 0], left["neck"][:, 1]))]])
    hem = left["hem"][left["hem"][:, 0] > cut.front_gap + 0.004]
    low = np.array([[cut.front_gap, float(hem[-1, 1])]])
    # Named from the middle outwards, as the neckline of a whole front runs.
    edges = [
        Edge("neck", f"neck_front_{side}", (f"front_top_{side}", f"neck_{side}"), np.vstack([top, neck])),
        Edge("hem", f"hem_front_{side}", (f"hem_{side}", f"front_low_{side}"), np.vstack([hem, low])),
        Edge("front", f"edge_{side}", (f"front_top_{side}", f"front_low_{side}"), np.linspace(top[0], low[0], 40)),
    ]
    neck_edge, hem_edge, front_edge = (
        Edge(e.kind, e.seam, e.ends, e.line * [sign, 1], (sign < 0) != (e.kind == "front")) for e in edges
    )
    if sign > 0:
        return [*run, hem_edge, front_edge, neck_edge]
    return [*run[::-1], neck_edge, front_edge, hem_edge]


def sew_sleeves(sewing: Sewing, cut: Cut, angle: float) -> None:
    """Both sleeves, a front and a back half each."""
    half = outline_sleeve(cut)
    for first, sign, side in ((SLEEVE_LEFT, 1, "left"), (SLEEVE_RIGHT, -1, "right")):
        for half_number, face in enumerate(("front", "back")):
            along = np.array([sign * np.sin(angle), 0, -np.cos(angle)])
            across = np.array([-sign * np.cos(angle), 0, -np.sin(angle)])
            tip = np.array(
                [sign * (cut.shoulder_half + 0.012), -0.085 if face == "front" else 0.06, cut.shoulder_height + 0.015]
            )
            outline = [
                Edge("armhole", f"armhole_{face}_{side}", (f"tip_{side}", f"armpit_{side}"), half["armhole"]),
                Edge("", f"under_{side}", (f"armpit_{side}", f"cuff_{side}"), half["under"]),
                Edge("cuff", f"cuff_{face}_{side}", (f"end_{side}", f"cuff_{side}"), half["cuff"], True),
                Edge("", f"fold_{side}", (f"tip_{side}", f"end_{side}"), half["fold"], True),
            ]
            outside = (sign > 0) == (face == "front")
            sewing.add(first + half_number, outline, Lift(tip, across, -along), outside)
