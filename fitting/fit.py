"""Puts the template body on the pose of a frame."""

import numpy as np

from body_model.skin import make_skinner
from body_model.template import BodyTemplate
from fitting.frame import Body, ParseFrame, PoseFrame
from fitting.skeleton import SkeletonFitter


class Fitter:
    """Fits the body frame after frame, and remembers its girths."""

    def __init__(self, template: BodyTemplate) -> None:
        self.template = template
        self.skeletons = SkeletonFitter(template)
        self.carry = make_skinner(
            template.vertices_rest_m, template.segments, template.weights, segment_count=len(template.segment_names)
        )

    def fit(self, pose: PoseFrame, parse: ParseFrame | None) -> Body:
        """The body of one frame."""
        skeleton = self.skeletons.fit(pose)
        heads = self.template.bones_rest_m[:, 0]
        shift = skeleton.joints_image_px - np.einsum("nij,nj->ni", skeleton.frames, heads)
        affines = np.concatenate([skeleton.frames, shift[:, :, None]], axis=2).astype(np.float32)
        return Body(affines, skeleton.px_per_m, pose.time_secs, self.carry)
