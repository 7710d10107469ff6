"""The resting body as a dressmaker sees it: shoulder ridge, rows of the torso, arms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from body_model.template import BodyTemplate

ROW_M = 0.01


@dataclass(frozen=True)
class Arm:
    """One arm's tube, along its bones from the shoulder joint."""

    joints_m: NDArray[np.float32]
    """(3, 3) Shoulder, elbow and wrist."""
    stations_m: NDArray[np.float32]
    """(K,) Distances from the shoulder joint along the bones."""
    radius_m: NDArray[np.float32]
    """(K,) Radius of the arm at each station."""


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
    ridge_x_m: NDArray[np.float32]
    """(C,) Distances from the middle, from the neck to the deltoid."""
    ridge_m: NDArray[np.float32]
    """(C, 2) y and z of the top of the shoulder there."""
    neck_half_width_m: float
    """Half the width of the neck where it meets the shoulders."""
    shoulder_tip_m: float
    """Distance from the middle to where a shoulder seam ends."""
    armpit_z_m: float
    """Height of the armpit."""
    crotch_z_m: float
    """Height of the crotch."""
    arms: dict[str, Arm]
    """`left` and `right`."""

    def row(self, values: NDArray[np.float32], z_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """A row quantity at any heights, the last row's beyond the ends."""
        rows = (z_m - self.bottom_m) / ROW_M
        return np.interp(rows, np.arange(len(values)), values).astype(np.float32)

    def ridge(self, x_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 2) y and z of the shoulder's top at distances from the middle."""
        distance = np.abs(x_m)
        return np.stack([np.interp(distance, self.ridge_x_m, self.ridge_m[:, axis]) for axis in (0, 1)], axis=-1)


TORSO = ("pelvis", "waist", "chest", "clavicle_left", "clavicle_right")




def measure_form(template: BodyTemplate) -> Form:
    """Read the dressmaker's numbers off a resting body."""
    vertices = template.vertices_rest_m
    main = _main_segment(template)
    torso = _of(template, main, TORSO)
    legs = _of(template, main, ("thigh_left", "thigh_right"))
    arms = {hand: _of(template, main, (f"upper_arm_{hand}", f"forearm_{hand}")) for hand in ("left", "right")}
    crotch = float(vertices[_of(template, main, ("pelvis",)), 2].min())
    neck = _of(template, main, ("neck",))
    index = template.segment_index
    shoulder = template.bones_rest_m[index["upper_arm_left"], 0]
    neck_base = template.bones_rest_m[index["neck"], 0]

    bottom = crotch - 0.02
    rows = int((neck_base[2] + 0.12 - bottom) / ROW_M)
    rim = np.flatnonzero(torso | legs | neck)
    half, front, back = (np.full(rows, np.nan, np.float32) for _ in range(3))
    level = ((vertices[rim, 2] - bottom) / ROW_M).astype(int)
    for row in range(rows):
        ring = vertices[rim[np.abs(level - row) <= 1]]
        if len(ring):
            half[row], front[row], back[row] = np.abs(ring[:, 0]).max(), ring[:, 1].min(), ring[:, 1].max()
    half, front, back = (gaussian_filter1d(_filled(values), 1.5).astype(np.float32) for values in (half, front, back))

    top = np.flatnonzero(torso | arms["left"] | arms["right"])
    across = np.arange(0.05, abs(shoulder[0]) + 0.10, 0.01, dtype=np.float32)
    ridge = np.full((len(across), 2), np.nan, np.float32)
    for column, x in enumerate(across):
        near = vertices[top[np.abs(np.abs(vertices[top, 0]) - x) < 0.01]]
        if len(near):
            ridge[column] = near[np.argmax(near[:, 2]), 1:]
    ridge = np.stack([gaussian_filter1d(_filled(ridge[:, axis]), 1.5) for axis in (0, 1)], axis=1).astype(np.float32)

    collar = vertices[neck & (np.abs(vertices[:, 2] - neck_base[2] - 0.03) < 0.015)]
    tubes = {hand: _arm(template, hand, vertices[arms[hand]]) for hand in arms}
    return Form(
        bottom_m=bottom,
        half_width_m=half,
        front_m=front,
        back_m=back,
        ridge_x_m=across,
        ridge_m=ridge,
        neck_half_width_m=float(np.abs(collar[:, 0]).max()) if len(collar) else 0.06,
        shoulder_tip_m=float(abs(shoulder[0])) + 0.02,
        armpit_z_m=_armpit(vertices, torso, arms["left"]),
        crotch_z_m=crotch,
        arms=tubes,
    )


def _main_segment(template: BodyTemplate) -> NDArray[np.int32]:
    """(V,) The segment with most say over each vertex."""
    strongest = np.argmax(template.weights, axis=1)
    return template.segments[np.arange(len(strongest)), strongest]


def _of(template: BodyTemplate, main: NDArray[np.int32], names: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = [template.segment_index[name] for name in names if name in template.segment_index]
    return np.isin(main, wanted)


def _filled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.flatnonzero(~np.isnan(values))
    return np.interp(np.arange(len(values)), known, values[known]).astype(np.float32)


def _arm(template: BodyTemplate, hand: str, vertices: NDArray[np.float32]) -> Arm:
    index = template.segment_index
    upper, fore = (template.bones_rest_m[index[f"{name}_{hand}"]] for name in ("upper_arm", "forearm"))
    joints = np.stack([upper[0], fore[0], fore[1]]).astype(np.float32)
    lengths = np.linalg.norm(np.diff(joints, axis=0), axis=1)
    stations = np.arange(0.0, lengths.sum() + 1e-6, 0.02, dtype=np.float32)
    along, away = np.zeros(len(vertices)), np.full(len(vertices), np.inf)
    for bone, offset in ((0, 0.0), (1, float(lengths[0]))):
        direction = (joints[bone + 1] - joints[bone]) / lengths[bone]
        local = vertices - joints[bone]
        t = np.clip(local @ direction, 0, lengths[bone])
        distance = np.linalg.norm(local - t[:, None] * direction, axis=1)
        closer = distance < away
        along[closer], away[closer] = offset + t[closer], distance[closer]
    radius = np.full(len(stations), np.nan, np.float32)
    for station, at in enumerate(stations):
        near = away[np.abs(along - at) < 0.015]
        if len(near):
            radius[station] = np.percentile(near, 75)
    return Arm(joints, stations, gaussian_filter1d(_filled(radius), 1.0).astype(np.float32))


def _armpit(vertices: NDArray[np.float32], torso: NDArray[np.bool_], arm: NDArray[np.bool_]) -> float:
    """Height where the arm's underside meets the torso's side."""
    side = vertices[torso, 0].max()
    inner = vertices[arm & (vertices[:, 0] < side + 0.01)]
    return float(inner[:, 2].min()) if len(inner) else float(vertices[arm, 2].max() - 0.15)
