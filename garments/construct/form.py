"""The resting body as a dressmaker sees it: shoulder ridge, rows of the torso, its front and back, arms."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import distance_transform_edt, gaussian_filter, gaussian_filter1d, map_coordinates

from body_model.template import BodyTemplate

Array = NDArray[Any]
ROW_M = 0.01
"""Distance of the rows, and size of a cell of the relief."""
THROAT_HALF_M = 0.03
"""Half the width of the throat."""
MOST_LEAN = 0.6
"""How far a throat comes forward for each metre up; what comes forward more is a chin."""
TORSO = ("pelvis", "waist", "chest", "clavicle_left", "clavicle_right")
RELIEF = (*TORSO, "neck", "upper_arm_left", "upper_arm_right")


@dataclass(frozen=True)
class Arm:
    """One arm's tube, along its bones from the shoulder joint."""

    joints_m: NDArray[np.float32]
    """(3, 3) Shoulder, elbow and wrist."""
    stations_m: NDArray[np.float32]
    """(K,) Distances from the shoulder joint along the bones."""
    up_m: NDArray[np.float32]
    """(K,) How far skin is from the bone on the outer side (up, where the arm is held out)."""
    low_m: NDArray[np.float32]
    """(K,) On the inner side."""
    deep_m: NDArray[np.float32]
    """(K,) To the front and back, their mean."""


@dataclass(frozen=True)
class Form:
    """Rest space: metres, z up, facing -y, the wearer's left at +x. Rows are `ROW_M` apart from `bottom_m` up."""

    bottom_m: float
    """Height of the lowest row."""
    half_width_m: NDArray[np.float32]
    """(R,) Half the width of the torso (below the crotch: of the hips) in each row."""
    front_m: NDArray[np.float32]
    """(R,) y of the foremost point of each row."""
    back_m: NDArray[np.float32]
    """(R,) y of the rearmost point of each row."""
    relief_m: NDArray[np.float32]
    """(2, R, C) y of the body's front and back seen from there, columns `ROW_M` apart, the middle one at x = 0."""
    ridge_x_m: NDArray[np.float32]
    """(C,) Distances from the middle, from the neck to the deltoid."""
    ridge_m: NDArray[np.float32]
    """(C, 2) y and z of the top of the shoulder there."""
    neck_m: NDArray[np.float32]
    """(2, 3) The neck's bone."""
    neck_half_width_m: float
    """Half the width of the neck where it meets the shoulders."""
    throat_m: NDArray[np.float32]
    """(R,) y of the throat in each row, going on under the chin."""
    shoulder_tip_m: float
    """Distance from the middle to where a shoulder seam ends."""
    armpit_z_m: float
    """Height of the armpit."""
    arms: dict[str, Arm]
    """`left` and `right`."""

    def row(self, values: Array, z_m: Array) -> Array:
        """A row quantity at any heights, the last row's beyond the ends."""
        return np.interp((z_m - self.bottom_m) / ROW_M, np.arange(len(values)), values)

    def ridge(self, x_m: Array) -> Array:
        """(..., 2) y and z of the shoulder's top at distances from the middle."""
        distance = np.abs(x_m)
        return np.stack([np.interp(distance, self.ridge_x_m, self.ridge_m[:, axis]) for axis in (0, 1)], axis=-1)

    def surface(self, x_m: Array, z_m: Array, *, back: bool) -> Array:
        """y of the body's front or back at places of the frontal plane."""
        relief = self.relief_m[int(back)]
        at = np.stack([(z_m - self.bottom_m) / ROW_M, x_m / ROW_M + relief.shape[1] // 2])
        return np.asarray(map_coordinates(relief, at, order=1, mode="nearest"))


@lru_cache(maxsize=4)
def measure_form(template: BodyTemplate) -> Form:
    """Read the dressmaker's numbers off a resting body."""
    vertices = template.vertices_rest_m
    main = _main_segment(template)
    torso = _of(template, main, TORSO)
    arms = {hand: _of(template, main, (f"upper_arm_{hand}", f"forearm_{hand}")) for hand in ("left", "right")}
    crotch = float(vertices[_of(template, main, ("pelvis",)), 2].min())
    neck = _of(template, main, ("neck",))
    index = template.segment_index
    neck_bone = template.bones_rest_m[index["neck"]]
    tip = abs(float(template.bones_rest_m[index["upper_arm_left"], 0, 0])) + 0.02
    bottom = crotch - 0.02
    rows = int((neck_bone[0, 2] + 0.12 - bottom) / ROW_M)
    rim = torso | neck | _of(template, main, ("thigh_left", "thigh_right"))
    half, front, back = _rows(vertices[rim], bottom, rows)
    across, ridge = _ridge(vertices[torso | arms["left"] | arms["right"]], tip + 0.08)
    collar = vertices[neck & (np.abs(vertices[:, 2] - neck_bone[0, 2] - 0.03) < 0.015)]
    shown = _of(template, main, RELIEF)
    return Form(
        bottom_m=bottom,
        half_width_m=half,
        front_m=front,
        back_m=back,
        relief_m=_relief(vertices[shown], vertex_normals(vertices, template.faces)[shown], bottom, rows),
        ridge_x_m=across,
        ridge_m=ridge,
        neck_m=neck_bone.astype(np.float32),
        neck_half_width_m=float(np.abs(collar[:, 0]).max()) if len(collar) else 0.06,
        throat_m=_throat(vertices, bottom, rows),
        shoulder_tip_m=tip,
        armpit_z_m=_armpit(vertices, torso, arms["left"]),
        arms={hand: _arm(template, hand, vertices[arms[hand]]) for hand in arms},
    )


def _throat(vertices: Array, bottom: float, rows: int) -> NDArray[np.float32]:
    """(R,) y of the foremost point near the middle in each row, nowhere leaning forward more than a neck does."""
    near = vertices[np.abs(vertices[:, 0]) < THROAT_HALF_M]
    throat = np.zeros(rows, np.float32)
    for row in range(rows):
        here = near[np.abs(near[:, 2] - bottom - row * ROW_M) < ROW_M, 1]
        throat[row] = here.min() if len(here) else throat[max(row - 1, 0)]
        if row:
            throat[row] = max(throat[row], throat[row - 1] - MOST_LEAN * ROW_M)
    return throat


def _main_segment(template: BodyTemplate) -> NDArray[np.int32]:
    """(V,) The segment with most say over each vertex."""
    strongest = np.argmax(template.weights, axis=1)
    return np.asarray(template.segments[np.arange(len(strongest)), strongest])


def _of(template: BodyTemplate, main: NDArray[np.int32], names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(main, [template.segment_index[name] for name in names])


def _filled(values: Array) -> Array:
    known = np.flatnonzero(~np.isnan(values))
    return np.interp(np.arange(len(values)), known, values[known])


def _rows(vertices: Array, bottom_m: float, rows: int) -> tuple[Array, Array, Array]:
    """(R,) each: half the width, y of the front and y of the back of every row."""
    half, front, back = (np.full(rows, np.nan) for _ in range(3))
    level = ((vertices[:, 2] - bottom_m) / ROW_M).astype(int)
    for row in range(rows):
        ring = vertices[np.abs(level - row) <= 1]
        if len(ring):
            half[row], front[row], back[row] = np.abs(ring[:, 0]).max(), ring[:, 1].min(), ring[:, 1].max()
    smooth = [gaussian_filter1d(_filled(values), 1.5).astype(np.float32) for values in (half, front, back)]
    return smooth[0], smooth[1], smooth[2]


def _ridge(vertices: Array, reach_m: float) -> tuple[Array, Array]:
    """Distances from the middle and (C, 2) y and z of the top of the shoulder there."""
    across = np.arange(0.05, reach_m, 0.01, dtype=np.float32)
    ridge = np.full((len(across), 2), np.nan)
    for column, x in enumerate(across):
        near = vertices[np.abs(np.abs(vertices[:, 0]) - x) < 0.01]
        if len(near):
            ridge[column] = near[np.argmax(near[:, 2]), 1:]
    return across, np.stack([gaussian_filter1d(_filled(ridge[:, k]), 1.5) for k in (0, 1)], axis=1).astype(np.float32)


def _relief(vertices: Array, normals: Array, bottom_m: float, rows: int) -> NDArray[np.float32]:
    """(2, R, C) y of the front and of the back; cells without body take the nearest one's."""
    columns = 81
    z, x = np.meshgrid(bottom_m + ROW_M * np.arange(rows), ROW_M * (np.arange(columns) - columns // 2), indexing="ij")
    reliefs = []
    for sign in (-1.0, 1.0):
        seen = vertices[sign * normals[:, 1] > 0.05]
        y = LinearNDInterpolator(seen[:, [0, 2]], seen[:, 1])(x, z)
        nearest = distance_transform_edt(np.isnan(y), return_distances=False, return_indices=True)
        reliefs.append(gaussian_filter(y[tuple(nearest)], 1.0))
    return np.stack(reliefs).astype(np.float32)


def vertex_normals(vertices: Array, faces: Array) -> Array:
    """(V, 3) Unit normals, area weighted."""
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.stack(
        [np.bincount(faces.ravel(), np.repeat(across[:, axis], 3), len(vertices)) for axis in range(3)], axis=1
    )
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _arm(template: BodyTemplate, hand: str, vertices: Array) -> Arm:
    index = template.segment_index
    upper, fore = (template.bones_rest_m[index[f"{name}_{hand}"]] for name in ("upper_arm", "forearm"))
    joints = np.stack([upper[0], fore[0], fore[1]]).astype(np.float32)
    lengths = np.linalg.norm(np.diff(joints, axis=0), axis=1)
    stations = np.arange(0.0, lengths.sum() + 1e-6, 0.02, dtype=np.float32)
    along, away = np.zeros(len(vertices)), np.full(len(vertices), np.inf)
    local = np.zeros((len(vertices), 3))
    up = np.array([joints[0, 2] - joints[1, 2], 0.0, joints[1, 0] - joints[0, 0]]) * np.sign(joints[0, 0])
    for bone, offset in ((0, 0.0), (1, float(lengths[0]))):
        direction = (joints[bone + 1] - joints[bone]) / lengths[bone]
        outward = up - (up @ direction) * direction
        outward /= np.linalg.norm(outward)
        apart = vertices - joints[bone]
        t = np.clip(apart @ direction, 0, lengths[bone])
        apart = apart - t[:, None] * direction
        closer = np.linalg.norm(apart, axis=1) < away
        across = np.stack([t + offset, apart @ outward, apart @ np.cross(direction, outward)], axis=1)
        local[closer], away[closer] = across[closer], np.linalg.norm(apart, axis=1)[closer]
        along[closer] = t[closer] + offset
    sizes = np.full((3, len(stations)), np.nan)
    for station, at in enumerate(stations):
        near = local[np.abs(along - at) < 0.015]
        if len(near):
            sizes[:, station] = near[:, 1].max(), -near[:, 1].min(), np.ptp(near[:, 2]) / 2
    # Near the joint the inner side is the torso's.
    sizes[1, stations < 0.08] = np.nan
    up_m, low_m, deep_m = (gaussian_filter1d(_filled(size), 1.0).astype(np.float32) for size in sizes)
    return Arm(joints, stations, up_m, low_m, deep_m)


def _armpit(vertices: Array, torso: NDArray[np.bool_], arm: NDArray[np.bool_]) -> float:
    """Height where the arm's underside meets the torso's side."""
    side = vertices[torso, 0].max()
    inner = vertices[arm & (vertices[:, 0] < side + 0.01)]
    return float(inner[:, 2].min()) if len(inner) else float(vertices[arm, 2].max() - 0.15)
