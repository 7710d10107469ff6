"""Finds out a mesh's unit, axes and pose, and puts it on the body."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from body_model.load import load_template
from body_model.template import BodyTemplate
from garments.construct.form import vertex_normals
from garments.construct.lower_form import measure_lower_form
from garments.errors import RefusedError
from garments.kinds.kind import Kind
from garments.meshes.pose_body import Posed, pose_body

Array = NDArray[Any]
UNITS_M = {
    "metres": 1.0,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
    "decimetres": 0.1,
    "feet": 0.3048,
}
"""Likelier ones first."""
ARMS_RAD = (0.09, 0.28, 0.47, 0.73, 1.0, 1.3, 1.57)
LEGS_RAD = (0.0, 0.05, 0.095, 0.16, 0.25)
SAMPLES = 2500
WIDE_M, DEEP_M = (0.2, 2.0), (0.1, 1.0)
"""Least and greatest extent from side to side and from front to back that a garment can have."""
FLAT = 0.12
"""Depth over width below which a mesh is a picture of a garment laid flat."""
SHOULDER_M = (0.085, 0.165)
"""Distance from the middle at which cloth rests on the shoulders."""
TOUCH_M = 0.004
NECK_Y_M = -0.025
"""Middle of the resting body's neck."""
DEEP_COST = 4.0
"""How much worse cloth inside the body is than cloth as far outside."""
FITS_M = 0.025
"""Cost of what fits so well that it cannot be turned."""
TURNED_MARGIN = 0.7
"""A mesh is taken to be turned otherwise than glTF says only if it then fits this much better."""


@dataclass(frozen=True)
class Placement:
    """How a mesh lies on the body."""

    turn: NDArray[np.float64]
    """(3, 3) Rest axes from the file's."""
    scale: float
    """Metres a unit."""
    unit: str
    """The unit's name."""
    shift_m: NDArray[np.float64]
    """(3,) Added after turning and scaling."""
    posed: Posed
    """The body in the pose that the mesh was made for."""
    skin: "Skin"
    """That body's skin."""
    arm_rad: float | None
    """How far its arms are held from the body."""
    cost: float
    """How badly it fits: about the mean distance from the skin, in metres."""
    was_turned: bool
    """Whether up or front were not where glTF has them."""

    def apply(self, points: Array) -> NDArray[np.float32]:
        """(N, 3) Rest metres, in the mesh's own pose."""
        return np.asarray(points @ (self.turn.T * self.scale) + self.shift_m, np.float32)


def place(points: Array, faces: Array, kind: Kind) -> Placement:
    """Put a mesh on the body, whatever its unit, axes and pose.

    Args:
        points: (N, 3) In the file's axes and unit.
        faces: (M, 3) Triangles.
        kind: What it is said to be.

    Raises:
        RefusedError: `mesh-scale` when no unit makes a garment of it, `mesh-flat` when it has no depth.
    """
    samples = spread_samples(points, faces, SAMPLES)
    tries = [option for turn in turns() for option in _scales(samples @ turn.T, kind, turn)]
    if not tries:
        _explain_size(samples, kind)
    upright = [option for option in tries if np.array_equal(option[0], turns()[0])]
    others = [option for option in tries if not np.array_equal(option[0], turns()[0])]
    rough = ARMS_RAD[1::2]
    best = min((_fit(samples, *option, kind, rough) for option in upright), key=lambda fit: fit.cost, default=None)
    if best is None or best.cost > FITS_M:
        few = samples[::3]
        turned = min((_fit(few, *option, kind, rough) for option in others), key=lambda fit: fit.cost, default=None)
        if best is None or (turned is not None and turned.cost < TURNED_MARGIN * best.cost):
            best = turned
    assert best is not None
    best = _facing(best, samples, kind)
    return _fit(samples, best.turn, best.scale, best.unit, kind, ARMS_RAD)


def spread_samples(points: Array, faces: Array, count: int) -> NDArray[np.float64]:
    """(count, 3) Points spread evenly over the triangles, the same ones every time."""
    corners = points[faces].astype(np.float64)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    sums = np.cumsum(areas)
    chosen = np.searchsorted(sums, (np.arange(count) + 0.5) / count * sums[-1]).clip(0, len(faces) - 1)
    a, b = np.random.default_rng(7).random((2, count))
    over = a + b > 1
    a[over], b[over] = 1 - a[over], 1 - b[over]
    first, second, third = np.moveaxis(corners[chosen], 1, 0)
    return np.asarray(first + a[:, None] * (second - first) + b[:, None] * (third - first))


@cache
def turns() -> tuple[NDArray[np.float64], ...]:
    """(3, 3) rotations to rest axes, the one that glTF asks for first."""
    from_gltf = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    axes = [np.eye(3)[k] * sign for k, sign in product(range(3), (1, -1))]
    found = [np.stack([x, y, np.cross(x, y)]) for x, y in product(axes, axes) if abs(x @ y) < 0.5]
    return (from_gltf, *(turn for turn in found if not np.array_equal(turn, from_gltf)))


def _scales(samples: Array, kind: Kind, turn: Array) -> list[tuple[Array, float, str]]:
    """The units in which the mesh, turned like this, has the size of such a garment."""
    width, depth, height = np.ptp(samples, axis=0)
    if depth < FLAT * width:
        return []
    low, high = kind.length_m
    hood = 0.25 if "hood" in kind.necks else 0.06
    found = []
    for unit, scale in UNITS_M.items():
        fits = 0.72 * low <= height * scale <= 1.15 * high + hood
        if fits and WIDE_M[0] <= width * scale <= WIDE_M[1] and DEEP_M[0] <= depth * scale <= DEEP_M[1]:
            found.append((turn, scale, unit))
    return found[:1]


def _explain_size(samples: Array, kind: Kind) -> None:
    """Say why no unit and no turn makes a garment of the mesh."""
    extent = np.sort(np.ptp(samples, axis=0))
    if extent[0] < FLAT * extent[1]:
        raise RefusedError("mesh-flat", "The mesh is flat: a garment that lies on a table cannot be put on a body.")
    size = " x ".join(f"{value:.3g}" for value in np.ptp(samples, axis=0))
    low, high = kind.length_m
    raise RefusedError(
        "mesh-scale",
        f"The mesh measures {size}: in no unit is that a {kind.title_en.lower()} of {low:.2f} to {high:.2f} m.",
    )


def _fit(samples: Array, turn: Array, scale: float, unit: str, kind: Kind, arms_rad: tuple[float, ...]) -> Placement:
    """The pose of the body in which the mesh lies best."""
    turned = samples @ (turn.T * scale)
    legs = LEGS_RAD if kind.shape in ("trousers", "jumpsuit") else (None,)
    arms = arms_rad if kind.hangs_from == "shoulders" else (None,)
    best: Placement | None = None
    arm: float | None
    leg: float | None = LEGS_RAD[2] if len(legs) > 1 else None
    for arm in arms:
        found = _lay(turned, turn, scale, unit, kind, arm, leg)
        best = found if best is None or found.cost < best.cost else best
    assert best is not None
    for leg in legs if len(legs) > 1 else ():
        found = _lay(turned, turn, scale, unit, kind, best.arm_rad, leg)
        best = found if found.cost < best.cost else best
    return best


@cache
def _body(arm_rad: float | None, leg_rad: float | None) -> tuple[Posed, "Skin"]:
    posed = pose_body(load_template(), arm_rad=arm_rad, leg_rad=leg_rad)
    return posed, Skin(posed.template)


class Skin:
    """A body to lie on: distances from it, and the top of its shoulders."""

    def __init__(self, template: BodyTemplate) -> None:
        names = np.array(template.segment_names)
        main = names[template.segments[np.arange(len(template.weights)), template.weights.argmax(axis=1)]]
        worn = ~np.isin(main, ("head", "hand_left", "hand_right"))
        self.points = template.vertices_rest_m[worn]
        self.normals = vertex_normals(template.vertices_rest_m, template.faces)[worn]
        self.tree = cKDTree(self.points)
        self.main = main[worn]
        self.lower = measure_lower_form(load_template())

    def measure(self, points: Array) -> tuple[Array, Array]:
        """(N,) Distances from the skin, negative inside, and (N, 3) the skin's normals there."""
        distance, near = self.tree.query(points)
        normals = self.normals[near]
        return np.where(np.einsum("nd,nd->n", points - self.points[near], normals) < 0, -distance, distance), normals


def _lay(
    turned: Array, turn: Array, scale: float, unit: str, kind: Kind, arm_rad: float | None, leg_rad: float | None
) -> Placement:
    """The mesh on the body in one pose."""
    posed, skin = _body(arm_rad, leg_rad)
    shift = np.array([-_middle_x(turned), 0.0, 0.0])
    laid = turned + shift
    for _ in range(2):
        step = np.array([0.0, 0.0, _lift(laid, skin, kind)])
        step[1] = _centre_y(laid + step, skin)
        laid, shift = laid + step, shift + step
    for _ in range(6):
        distance, normals = skin.measure(laid)
        deep = distance < 0
        step = np.zeros(3)
        if deep.any():
            step[1] = 0.7 * float(
                (-distance[deep] * normals[deep, 1]).sum() / max(np.abs(normals[deep, 1]).sum(), 1e-6)
            )
        laid, shift = laid + step, shift + step
    step = np.array([0.0, 0.0, _lift(laid, skin, kind)])
    distance, _ = skin.measure(laid + step)
    cost = float(np.minimum(np.where(distance < 0, -DEEP_COST * distance, distance), 0.25).mean())
    return Placement(turn, scale, unit, shift + step, posed, skin, arm_rad, cost, not np.array_equal(turn, turns()[0]))


def _middle_x(laid: Array) -> float:
    """Middle between left and right, whatever hangs down one side."""
    level = ((laid[:, 2] - laid[:, 2].min()) / max(np.ptp(laid[:, 2]), 1e-6) * 19.99).astype(int)
    low, high = np.full(20, np.inf), np.full(20, -np.inf)
    np.minimum.at(low, level, laid[:, 0])
    np.maximum.at(high, level, laid[:, 0])
    filled = low < high
    return float(np.median((low[filled] + high[filled]) / 2))


def _centre_y(laid: Array, skin: Skin) -> float:
    """How far to move so that the trunk is in the middle of the cloth round it."""
    trunk = np.isin(skin.main, ("pelvis", "waist", "chest"))
    inner = np.abs(laid[:, 0]) < 0.12
    body = skin.points[trunk & (np.abs(skin.points[:, 0]) < 0.12)]
    level = np.round(laid[inner, 2] / 0.05).astype(int)
    moves = []
    for row in np.unique(level):
        cloth, flesh = laid[inner][level == row], body[np.abs(body[:, 2] - row * 0.05) < 0.03]
        if len(cloth) > 10 and len(flesh) > 10:
            cloth_y, flesh_y = (np.percentile(part[:, 1], [4, 96]).mean() for part in (cloth, flesh))
            moves.append(flesh_y - cloth_y)
    return float(np.median(moves)) if moves else -float(np.median(laid[:, 1]))


def _lift(laid: Array, skin: Skin, kind: Kind) -> float:
    """How far to raise the cloth until it rests where such a garment does."""
    if kind.hangs_from == "shoulders":
        return _on_shoulders(laid, skin)
    if kind.shape == "trousers":
        middle = laid[np.abs(laid[:, 0]) < 0.02]
        rise = middle[:, 2].min() if len(middle) > 5 else laid[:, 2].max() - 0.28
        return float(skin.lower.crotch_m - 0.02 - rise)
    top = float(laid[:, 2].max())
    rim = laid[laid[:, 2] > top - 0.04]
    half = (np.ptp(rim[:, 0]) + np.ptp(rim[:, 1])) / 4
    heights = np.arange(skin.lower.waist_m + 0.02, skin.lower.hips_m + 0.05, -0.01)
    body = skin.lower.row(skin.lower.half_width_m, heights)
    deep = skin.lower.row(skin.lower.back_m, heights) - skin.lower.row(skin.lower.front_m, heights)
    # A skirt slides down until the body is as wide as its waistband.
    tight = np.flatnonzero((body + deep / 2) / 2 + 0.004 >= half)
    return float(heights[tight[0] if len(tight) else 0] - top)


def _on_shoulders(laid: Array, skin: Skin) -> float:
    across = np.abs(laid[:, 0])
    near = (across > SHOULDER_M[0]) & (across < SHOULDER_M[1])
    body = np.abs(skin.points[:, 0])
    ridge = (body > SHOULDER_M[0] - 0.01) & (body < SHOULDER_M[1] + 0.01) & (skin.points[:, 2] > 1.2)
    gaps = []
    for low in np.arange(*SHOULDER_M, 0.016):
        cloth = laid[near & (across >= low) & (across < low + 0.016), 2]
        flesh = skin.points[ridge & (body >= low - 0.006) & (body < low + 0.022), 2]
        if len(cloth) > 2:
            gaps.append((float(cloth.max()), float(flesh.max())))
    if not gaps:
        return float(skin.points[:, 2].max() - laid[:, 2].max())
    top = np.median([cloth for cloth, _ in gaps])
    # Straps are narrow: beside them the cloth's top is at the armpit.
    clear = [cloth - flesh for cloth, flesh in gaps if cloth > top - 0.05]
    return TOUCH_M - float(np.percentile(clear, 30))


def _facing(best: Placement, samples: Array, kind: Kind) -> Placement:
    """The same turned round when its neck is lower behind than in front."""
    if kind.hangs_from != "shoulders":
        return best
    laid = best.apply(samples)
    neck = np.abs(laid[:, 0]) < 0.035
    front, back = (laid[neck & (side * (laid[:, 1] - NECK_Y_M) > 0), 2] for side in (-1, 1))
    if len(front) < 5 or len(back) < 5 or front.max() < back.max() + 0.025:
        return best
    about = np.diag([-1.0, -1.0, 1.0]) @ best.turn
    return _fit(samples, about, best.scale, best.unit, kind, ARMS_RAD[1::2])
