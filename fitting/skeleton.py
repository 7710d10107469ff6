"""Where a pose puts the bones: joints, turns and lengths of every body segment, before the silhouette is looked at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.frame import PoseFrame

Array = NDArray[Any]

AFTER, BEFORE = np.array([1, 2, 0]), np.array([2, 0, 1])
IDENTITY = np.eye(3, dtype=np.float32)

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
FACE_TRUST = np.array([1, 1, 0.6], np.float32)
"""The depths of face landmarks come out too large."""
BONE_LIMITS = (0.2, 2.0)
"""How much shorter or longer than the template's a bone may be: shorter mostly by what depth is misjudged."""
END_LIMITS = (0.6, 1.25)
"""The same for hands and feet, whose landmarks are less sure."""
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


def measure(vectors: Array) -> Array:
    """Lengths along the last axis."""
    return np.asarray(np.sqrt((vectors * vectors).sum(-1)))


def normalize(vectors: Array) -> Array:
    """Unit vectors along the last axis; null vectors stay null."""
    lengths = np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, 1e-9))


def cross(a: Array, b: Array) -> Array:
    """The cross product along the last axis; numpy's own takes ten times as long on a few vectors."""
    return np.asarray(a[..., AFTER] * b[..., BEFORE] - a[..., BEFORE] * b[..., AFTER])


def turn_least(source: Array, target: Array) -> Array:
    """(N, 3, 3) The smallest rotations that carry unit vectors `source` onto unit vectors `target`."""
    axis = cross(source, target)
    cosine = (source * target).sum(-1)[..., None, None]
    # Opposite vectors have no smallest rotation; near them this goes on smoothly and stays bounded.
    turn = axis[..., :, None] * axis[..., None, :] / np.maximum(1 + cosine, 1e-4)
    turn += cosine * IDENTITY
    x, y, z = (axis[..., i] for i in range(3))
    turn[..., 1, 0] += z
    turn[..., 0, 1] -= z
    turn[..., 0, 2] += y
    turn[..., 2, 0] -= y
    turn[..., 2, 1] += x
    turn[..., 1, 2] -= x
    return np.asarray(turn)


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
        self.lengths = measure(self.tails - self.heads)
        self.upper_along = normalize(at[MIDDLES] - at[ROOTS])
        self.lower_along = normalize(at[TIPS] - at[MIDDLES])
        self.end_landmarks = self.measure_ends(at)
        self.ends_along = normalize(self.end_landmarks)
        self.ends_lengths = measure(self.end_landmarks)
        self.root_offsets = self.heads[self.limbs] - at[ROOTS]
        self.middle_offsets = self.heads[self.lower] - at[MIDDLES]
        self.tip_offsets = self.heads[self.ends] - at[TIPS]
        self.face = at[FACE]
        self.face_middle = FACE_WEIGHTS @ self.face
        roots = self.heads[self.limbs]
        self.middles = (roots[[0, 2]] + roots[[1, 3]]) / 2
        self.widths = measure(roots[[0, 2]] - roots[[1, 3]])
        self.spine = float(measure(self.middles[0] - self.middles[1]))
        self.trunk = np.array([rows["chest"], rows["pelvis"]])
        self.bones = np.concatenate([self.clavicles, self.limbs, self.lower, [rows["neck"]]])
        along = self.along[self.bones]
        self.outer = along[:, :, None] * along[:, None, :]
        self.ends_outer = self.ends_along[:, :, None] * self.ends_along[:, None, :]
        self.pairs = np.array(
            [(11, 12), (11, 23), (12, 24), (11, 24), (12, 23), (11, 13), (12, 14), (23, 25), (24, 26)]
        )
        self.pair_weights = np.array([1, 1, 1, 1, 1, 0.7, 0.7, 0.7, 0.7], np.float32)
        self.pair_lengths = measure(at[self.pairs[:, 0]] - at[self.pairs[:, 1]])

    @staticmethod
    def measure_ends(points: Array) -> Array:
        """(4, 3) From wrist to the knuckles, from heel to toe."""
        hands = (points[[17, 18]] + points[[19, 20]]) / 2 - points[[15, 16]]
        return np.concatenate([hands, points[[31, 32]] - points[[29, 30]]])

    def lift(self, pose: PoseFrame) -> tuple[Array, float]:
        """(33, 3) landmarks with depth in pixels, and pixels for a metre of the template."""
        flat, hips = pose.points_image_px, pose.points_hips_m
        i, j = self.pairs.T
        seen = self.pair_weights * np.clip(pose.visibility[i] * pose.visibility[j], 0.05, 1)
        world = measure((hips[i] - hips[j])[:, :2])
        px_per_hips_m = float(seen @ measure(flat[i] - flat[j])) / max(float(seen @ world), 1e-3)
        points = np.concatenate([flat, hips[:, 2:] * px_per_hips_m], axis=1)
        px_per_m = float(seen @ measure(points[i] - points[j])) / float(seen @ self.pair_lengths)
        return points, max(px_per_m, 1.0)

    def fit(self, pose: PoseFrame) -> Skeleton:
        """The skeleton of one pose."""
        points, scale = self.lift(pose)
        joints = np.zeros((len(self.rows), 3), np.float32)
        frames = np.zeros((len(self.rows), 3, 3), np.float32)
        turns = self.fit_torso(points, scale, joints, frames)
        self.fit_head(points, scale, joints, frames)
        self.fit_limbs(points, scale, turns, joints, frames)
        return Skeleton(joints, frames, scale)

    def fit_torso(self, points: Array, scale: float, joints: Array, frames: Array) -> Array:
        """Place chest, pelvis and the waist between them; (2, 3, 3) rotations of chest and pelvis."""
        lateral = points[[11, 23]] - points[[12, 24]]
        middles = points[[11, 23]] - lateral / 2
        up = normalize(middles[0] - middles[1])
        x = normalize(lateral)
        y = normalize(cross(np.stack([up, up]), x))
        turns = np.stack([x, y, cross(x, y)], axis=-1)
        roots = points[ROOTS] + scale * carry(turns[[0, 0, 1, 1]], self.root_offsets)
        joints[self.limbs] = roots
        anchors = (roots[[0, 2]] + roots[[1, 3]]) / 2
        widths = np.clip(measure(roots[[0, 2]] - roots[[1, 3]]) / (self.widths * scale), 0.8, 1.25)[:, None]
        stretch = np.clip(measure(anchors[0] - anchors[1]) / (self.spine * scale), 0.5, 1.6)
        pair = scale * np.stack([x * widths, y, normalize(turns[:, :, 2] + up) * stretch], axis=-1)
        frames[self.trunk] = pair
        joints[self.trunk] = anchors + carry(pair, self.heads[self.trunk] - self.middles)
        pelvis, waist, chest = self.rows["pelvis"], self.rows["waist"], self.rows["chest"]
        rise = self.tails[waist] - self.heads[waist]
        low = joints[pelvis] + frames[pelvis] @ (self.tails[pelvis] - self.heads[pelvis])
        frame = (pair[0] + pair[1]) / 2
        frame[:, 2] = (joints[chest] - low - frame[:, 0] * rise[0] - frame[:, 1] * rise[1]) / rise[2]
        frames[waist], joints[waist] = frame, low
        return turns

    def fit_head(self, points: Array, scale: float, joints: Array, frames: Array) -> None:
        """Place the head by the landmarks of the face, and the neck's lower end on the chest."""
        face = points[FACE]
        middle = FACE_WEIGHTS @ face
        seen = (face - middle) * FACE_TRUST
        rest = self.face - self.face_middle
        u, sizes, vt = np.linalg.svd(seen.T @ rest)
        signs = np.array([1, 1, 1 if np.linalg.det(u @ vt) > 0 else -1], np.float32)
        size = np.clip((sizes * signs).sum() / (rest * rest).sum() / scale, 0.85, 1.15) * scale
        head, neck, chest = self.rows["head"], self.rows["neck"], self.rows["chest"]
        frames[head] = size * ((u * signs) @ vt)
        joints[neck] = joints[chest] + frames[chest] @ (self.heads[neck] - self.heads[chest])
        joints[head] = middle + frames[head] @ (self.heads[head] - self.face_middle)

    def fit_limbs(self, points: Array, scale: float, trunk: Array, joints: Array, frames: Array) -> None:
        """Place collar bones, arms, legs, hands, feet and neck."""
        chest, head = self.rows["chest"], self.rows["head"]
        upper = turn_bones(trunk[[0, 0, 1, 1]], self.upper_along, points[MIDDLES] - points[ROOTS])
        lower = turn_bones(upper, self.lower_along, points[TIPS] - points[MIDDLES])
        joints[self.lower] = points[MIDDLES] + scale * carry(upper, self.middle_offsets)
        joints[self.ends] = points[TIPS] + scale * carry(lower, self.tip_offsets)
        joints[self.clavicles] = joints[chest] + (self.heads[self.clavicles] - self.heads[chest]) @ frames[chest].T
        tails = np.concatenate([joints[self.limbs[:2]], joints[self.lower], joints[self.ends], joints[head][None]])
        reach = tails - joints[self.bones]
        turns = turn_bones(np.concatenate([trunk[[0, 0]], upper, lower, trunk[:1]]), self.along[self.bones], reach)
        growth = np.clip(measure(reach) / (scale * self.lengths[self.bones]), *BONE_LIMITS) - 1
        frames[self.bones] = scale * turns @ (IDENTITY + growth[:, None, None] * self.outer)
        toward = self.measure_ends(points)
        growth = np.clip(measure(toward) / (scale * self.ends_lengths), *END_LIMITS) - 1
        ends = turn_bones(lower, self.ends_along, toward)
        frames[self.ends] = scale * ends @ (IDENTITY + growth[:, None, None] * self.ends_outer)


def carry(turns: Array, vectors: Array) -> Array:
    """(N, 3) Each vector by its own (3, 3) matrix."""
    return np.asarray((turns @ vectors[:, :, None])[:, :, 0])


def turn_bones(parents: Array, rest: Array, observed: Array) -> Array:
    """(N, 3, 3) Rotations that carry `rest` directions to the observed ones, twisted least against the parents."""
    before = carry(parents, rest)
    seen = normalize(observed)
    return np.asarray(turn_least(before, np.where(measure(observed)[:, None] > 1e-3, seen, before)) @ parents)
