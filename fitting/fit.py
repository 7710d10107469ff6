"""Puts the template body on the pose of a frame."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.skin import make_skinner
from body_model.template import BodyTemplate
from fitting.frame import Body, ParseFrame, PoseFrame
from fitting.girth import GirthFitter, Girths
from fitting.skeleton import Skeleton, SkeletonFitter, normalize

Array = NDArray[Any]


class Fitter:
    """Fits the body frame after frame, and remembers its girths."""

    def __init__(self, template: BodyTemplate) -> None:
        self.template = template
        self.skeletons = SkeletonFitter(template)
        self.girths = GirthFitter(template)
        self.carry = make_skinner(
            template.vertices_rest_m, template.segments, template.weights, segment_count=len(template.segment_names)
        )

    def fit(self, pose: PoseFrame, parse: ParseFrame | None) -> Body:
        """The body of one frame."""
        skeleton = self.skeletons.fit(pose)
        affines = self.bind(skeleton.frames, skeleton.joints_image_px)
        girths = self.girths.fit(skeleton, affines, parse, pose.time_secs)
        affines = self.bind(*widen(skeleton, girths, self.girths.along))
        bend = self.girths.bend(skeleton)

        def carry(image_from_rest: NDArray[np.float32]) -> NDArray[np.float32]:
            vertices = self.carry(image_from_rest)
            vertices[:, :2] += bend()
            return vertices

        return Body(affines, skeleton.px_per_m, pose.time_secs, carry)

    def bind(self, frames: Array, joints: Array) -> NDArray[np.float32]:
        """(S, 3, 4) Affines from rest space to the picture, from frames round the head joints."""
        shift = joints - np.einsum("nij,nj->ni", frames, self.template.bones_rest_m[:, 0])
        return np.concatenate([frames, shift[:, :, None]], axis=2).astype(np.float32)


def widen(skeleton: Skeleton, girths: Girths, along: Array) -> tuple[Array, Array]:
    """Frames and joints with the girths put in: wider across the bone, and shifted beside it."""
    bones = np.einsum("nij,nj->ni", skeleton.frames, along)
    grown = skeleton.frames * (1 + girths.gains[:, None, None])
    grown = grown + ((girths.stretches - girths.gains)[:, None] * bones)[:, :, None] * along[:, None, :]
    across = np.stack([-bones[:, 1], bones[:, 0], 0 * bones[:, 0]], -1)
    return grown, skeleton.joints_image_px + normalize(across) * (girths.shifts_m * skeleton.px_per_m)[:, None]
