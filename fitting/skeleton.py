"""Where a pose puts the bones: joints, turns and lengths of every body segment, before the silhouette is looked at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.frame import PoseFrame

Array = NDArray[Any]

IMAGE_AXES_FROM_REST = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
"""A facing person: the wearer's left (+x) to the right of the picture, up (+z) to its top, the back (+y) away."""

LANDMARKS_REST_M = {
    0: (0.0, -0.169, 1.557),
    2: (0.026, -0.137, 1.587),
    7: (0.050, -0.072, 1.572),
    9: (0.019, -0.152, 1.521),
    11: (0.170, -0.036, 1.363),
    13: (0.341, -0.040, 1.168),
    15: (0.474, -0.199, 1.021),
    17: (0.519, -0.242, 0.964),
    19: (0.504, -0.267, 0.969),
    23: (0.099, -0.034, 0.892),
    25: (0.136, -0.041, 0.501),
    27: (0.188, -0.009, 0.116),
    29: (0.185, 0.032, 0.061),
    31: (0.181, -0.176, 0.014),
}
"""Where MediaPipe sees its landmarks (of the left side) on our resting body: triangulated from 35 renderings of five
bodies from seven sides, agreeing within 1 cm (`docs/body.md`)."""
OPPOSITE = {2: 5, 7: 8, 9: 10} | {row: row + 1 for row in range(11, 33, 2)}
FACE = np.array([0, 2, 5, 7, 8, 9, 10])
FACE_WEIGHTS = np.array([1, 1, 1, 1, 1, 1, 1], np.float32) / 7
FACE_DEPTH = np.float32(0.6)
"""The depths of face landmarks come out too large by about this."""
LIMBS = ("upper_arm_left", "upper_arm_right", "thigh_left", "thigh_right")
LOWER = ("forearm_left", "forearm_right", "shin_left", "shin_right")
ENDS = ("hand_left", "hand_right", "foot_left", "foot_right")
ROOTS = np.array([11, 12, 23, 24])
MIDDLES = np.array([13, 14, 25, 26])
TIPS = np.array([15, 16, 27, 28])


@dataclass(frozen=True)
class Skeleton:
    """The posed segments: everything a segment does but its girth.

    Places and lengths are pixels in image space with depth as its third axis.
    """

    joints_image_px: NDArray[np.float32]
    """(S, 3) Where each segment's head joint lies."""
    frames: NDArray[np.float32]
    """(S, 3, 3) From rest metres to image pixels round the head joint, girths as the template's."""
    px_per_m: float
    """Pixels of the picture for a metre of the template."""


def normalize(vectors: Array) -> Array:
    """Unit vectors along the last axis; null vectors stay null."""
    lengths = np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, 1e-9))


def cross(a: Array, b: Array) -> Array:
    """The cross product along the last axis; numpy's own takes ten times as long on a few vectors."""
    x, y, z = (a[..., i] for i in range(3))
    u, v, w = (b[..., i] for i in range(3))
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)


def turn_least(source: Array, target: Array) -> Array:
    """(N, 3, 3) The smallest rotations that carry unit vectors `source` onto unit vectors `target`."""
    half = normalize(source + target)
    opposed = (np.abs(half).sum(-1) < 0.5)[..., None]
    half = np.where(
        opposed, normalize(cross(source, np.roll(source, 1, -1) + np.array([0.1, 0.2, 0.3], np.float32))), half
    )
    identity = np.eye(3, dtype=np.float32)
    flip_half = 2 * half[..., :, None] * half[..., None, :] - identity
    flip_source = 2 * source[..., :, None] * source[..., None, :] - identity
    return np.asarray(flip_half @ flip_source)


def make_frame(lateral: Array, up: Array) -> Array:
    """(3, 3) Rotation from rest axes whose lateral axis is exact and whose upward axis is as near as it can be."""
    x = normalize(lateral)
    y = normalize(cross(up, x))
    return np.stack([x, y, cross(x, y)], axis=-1)


class SkeletonFitter:
    """Lays the template's bones on a pose."""

    def __init__(self, template: BodyTemplate) -> None:
        self.template = template
        rows = template.segment_index
        bones = template.bones_rest_m
        at = np.zeros((33, 3), np.float32)
        for row, place in LANDMARKS_REST_M.items():
            at[row] = place
            if row in OPPOSITE:
                at[OPPOSITE[row]] = np.array(place) * (-1, 1, 1)
        self.landmarks = at
        self.rows = rows
        self.limbs, self.lower, self.ends = (np.array([rows[n] for n in names]) for names in (LIMBS, LOWER, ENDS))
        self.clavicles = np.array([rows["clavicle_left"], rows["clavicle_right"]])
        self.heads, self.tails = bones[:, 0], bones[:, 1]
        self.along = normalize(self.tails - self.heads)
        self.lengths = np.sqrt(((self.tails - self.heads) ** 2).sum(-1))
        self.upper_along = normalize(at[MIDDLES] - at[ROOTS])
        self.lower_along = normalize(at[TIPS] - at[MIDDLES])
        self.end_landmarks = self.measure_ends(at)
        self.ends_along = normalize(self.end_landmarks)
        self.ends_lengths = np.sqrt((self.end_landmarks**2).sum(-1))
        self.root_offsets = self.heads[self.limbs] - at[ROOTS]
        self.middle_offsets = self.heads[self.lower] - at[MIDDLES]
        self.tip_offsets = self.heads[self.ends] - at[TIPS]
        self.face = at[FACE]
        self.face_middle = FACE_WEIGHTS @ self.face
        self.hips_middle = self.heads[self.limbs[2:]].mean(0)
        self.shoulders_middle = self.heads[self.limbs[:2]].mean(0)
        self.spine = self.shoulders_middle - self.hips_middle
        self.pairs = np.array(
            [(11, 12), (11, 23), (12, 24), (11, 24), (12, 23), (11, 13), (12, 14), (23, 25), (24, 26)]
        )
        self.pair_weights = np.array([1, 1, 1, 1, 1, 0.7, 0.7, 0.7, 0.7], np.float32)
        self.pair_lengths = np.sqrt(((at[self.pairs[:, 0]] - at[self.pairs[:, 1]]) ** 2).sum(-1))

    @staticmethod
    def measure_ends(points: Array) -> Array:
        """(4, 3) From wrist to the knuckles, from heel to toe."""
        hands = (points[[17, 18]] + points[[19, 20]]) / 2 - points[[15, 16]]
        return np.concatenate([hands, points[[31, 32]] - points[[29, 30]]])

    def lift(self, pose: PoseFrame) -> tuple[Array, float]:
        """(33, 3) landmarks with depth in pixels, and pixels for a metre of the template."""
        flat, hips = pose.points_image_px, pose.points_hips_m
        i, j = self.pairs.T
        image = flat[i] - flat[j]
        world = hips[i] - hips[j]
        seen = self.pair_weights * np.clip(pose.visibility[i] * pose.visibility[j], 0.05, 1)
        image_lengths = np.sqrt((image**2).sum(-1))
        world_lengths = np.sqrt((world[:, :2] ** 2).sum(-1))
        px_per_hips_m = float((seen @ image_lengths) / max(float(seen @ world_lengths), 1e-3))
        points = np.concatenate([flat, hips[:, 2:] * px_per_hips_m], axis=1)
        deep = points[i] - points[j]
        px_per_m = float((seen @ np.sqrt((deep**2).sum(-1))) / (seen @ self.pair_lengths))
        return points, max(px_per_m, 1.0)

    def fit(self, pose: PoseFrame) -> Skeleton:
        """The skeleton of one pose."""
        points, scale = self.lift(pose)
        count = len(self.rows)
        joints = np.zeros((count, 3), np.float32)
        frames = np.zeros((count, 3, 3), np.float32)
        turns = self.fit_torso(points, scale, joints, frames)
        self.fit_limbs(points, scale, turns, joints, frames)
        self.fit_head(points, scale, turns[0], joints, frames)
        return Skeleton(joints, frames, scale)

    def fit_torso(self, points: Array, scale: float, joints: Array, frames: Array) -> Array:
        """Place pelvis, waist and chest; (4, 3, 3) rotations that the limbs start from."""
        shoulders, hips = points[[11, 12]], points[[23, 24]]
        spine = shoulders.mean(0) - hips.mean(0)
        up = normalize(spine)
        wide, deep = shoulders[0] - shoulders[1], hips[0] - hips[1]
        chest, pelvis = make_frame(wide, up), make_frame(deep, up)
        turns = np.stack([chest, chest, pelvis, pelvis])
        at = points[ROOTS] + scale * np.einsum("nij,nj->ni", turns, self.root_offsets)
        joints[self.limbs] = at
        top, bottom = at[:2].mean(0), at[2:].mean(0)
        spine = top - bottom
        stretch = np.clip(np.sqrt((spine**2).sum()) / np.sqrt((self.spine**2).sum()) / scale, 0.5, 1.6)
        ratios = [
            np.sqrt(((at[k] - at[k + 1]) ** 2).sum())
            / np.sqrt(((self.heads[self.limbs[k]] - self.heads[self.limbs[k + 1]]) ** 2).sum())
            for k in (0, 2)
        ]
        wide_chest, wide_pelvis = np.clip(np.array(ratios) / scale, 0.8, 1.25)
        rows = [self.rows[n] for n in ("pelvis", "waist", "chest")]
        for row, turn, width, middle, anchor in (
            (rows[0], pelvis, wide_pelvis, self.hips_middle, bottom),
            (rows[2], chest, wide_chest, self.shoulders_middle, top),
        ):
            lean = normalize(turn[:, 2] + up)
            frame = scale * np.stack([turn[:, 0] * width, turn[:, 1], lean * stretch], axis=-1)
            frames[row] = frame
            joints[row] = anchor + frame @ (self.heads[row] - middle)
        low, high = joints[rows[0]] + frames[rows[0]] @ (self.tails[rows[0]] - self.heads[rows[0]]), joints[rows[2]]
        frame = (frames[rows[0]] + frames[rows[2]]) / 2
        rise = self.tails[rows[1]] - self.heads[rows[1]]
        frame[:, 2] = (high - low - frame[:, 0] * rise[0] - frame[:, 1] * rise[1]) / rise[2]
        frames[rows[1]], joints[rows[1]] = frame, low
        return turns

    def fit_limbs(self, points: Array, scale: float, turns: Array, joints: Array, frames: Array) -> None:
        """Place collar bones, arms, legs, hands and feet."""
        upper = self.turn(turns, self.upper_along, points[MIDDLES] - points[ROOTS])
        lower = self.turn(upper, self.lower_along, points[TIPS] - points[MIDDLES])
        joints[self.lower] = points[MIDDLES] + scale * np.einsum("nij,nj->ni", upper, self.middle_offsets)
        joints[self.ends] = points[TIPS] + scale * np.einsum("nij,nj->ni", lower, self.tip_offsets)
        chest = self.rows["chest"]
        joints[self.clavicles] = joints[chest] + (self.heads[self.clavicles] - self.heads[chest]) @ frames[chest].T
        self.stretch(self.clavicles, turns[:2], joints[self.limbs[:2]] - joints[self.clavicles], scale, frames)
        self.stretch(self.limbs, upper, joints[self.lower] - joints[self.limbs], scale, frames)
        self.stretch(self.lower, lower, joints[self.ends] - joints[self.lower], scale, frames)
        toward = self.measure_ends(points)
        ends = self.turn(lower, self.ends_along, toward)
        ratio = np.sqrt((toward**2).sum(-1)) / (scale * self.ends_lengths)
        along = self.ends_along
        grow = (np.clip(ratio, 0.6, 1.25) - 1)[:, None, None]
        frames[self.ends] = scale * ends @ (np.eye(3) + grow * along[:, :, None] * along[:, None, :])

    def turn(self, parents: Array, rest: Array, observed: Array) -> Array:
        """(N, 3, 3) Rotations that carry `rest` directions to the observed ones, twisted least against the parents."""
        before = np.einsum("nij,nj->ni", parents, rest)
        return np.asarray(turn_least(before, normalize(observed)) @ parents)

    def stretch(self, rows: Array, turns: Array, bones: Array, scale: float, frames: Array) -> None:
        """Frames whose bones reach exactly as far as the observed ones, within reason."""
        along = self.along[rows]
        exact = self.turn(turns, along, bones)
        ratio = np.sqrt((bones**2).sum(-1)) / (scale * self.lengths[rows])
        grow = (np.clip(ratio, 0.2, 2.0) - 1)[:, None, None]
        frames[rows] = scale * exact @ (np.eye(3) + grow * along[:, :, None] * along[:, None, :])

    def fit_head(self, points: Array, scale: float, chest_turn: Array, joints: Array, frames: Array) -> None:
        """Place the head by the landmarks of the face, and the neck between it and the chest."""
        face = points[FACE]
        middle = FACE_WEIGHTS @ face
        seen = (face - middle) * np.array([1, 1, FACE_DEPTH], np.float32)
        rest = self.face - self.face_middle
        u, sizes, vt = np.linalg.svd(seen.T @ rest)
        signs = np.array([1, 1, np.sign(np.linalg.det(u @ vt))], np.float32)
        turn = (u * signs) @ vt
        size = np.clip((sizes * signs).sum() / (rest * rest).sum() / scale, 0.85, 1.15) * scale
        head, neck, chest = self.rows["head"], self.rows["neck"], self.rows["chest"]
        frames[head] = size * turn
        middle = middle.copy()
        joints[neck] = joints[chest] + frames[chest] @ (self.heads[neck] - self.heads[chest])
        joints[head] = middle + frames[head] @ (self.heads[head] - self.face_middle)
        frames_neck = np.array([neck])
        self.stretch(frames_neck, chest_turn[None], (joints[head] - joints[neck])[None], scale, frames)
