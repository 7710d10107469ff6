"""What must be true of a photo so that a garment can be taken off whoever wears it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.flatten import trunk_affine
from fitting.frame import Body, PoseFrame
from fitting.worn_piece import WornPiece
from garments.errors import RefusedError
from garments.kinds import Kind

Array = NDArray[Any]
SHOULDERS, HIPS, KNEES, ANKLES = (11, 12), (23, 24), (25, 26), (27, 28)
WIDEST_TURN_RAD = np.radians(38)
"""A person turned further than this shows one side of the garment only."""
LEAST_THIGH = 0.62
"""Thighs that look shorter than this share of the shins are bent towards the camera."""
MOST_BENT_M = 0.09
"""How far shoulders and hips may be from one plane."""
LEAST_SHARE = 0.25
"""Share of all clothing that a piece must have to be taken for the one that was meant."""
LEGS_APART_M, ONE_TUBE = 0.14, 0.45
"""Legs further apart than this have ground between them near the hem of trousers, in most rows."""


def check_pose(pose: PoseFrame, body: Body, template: BodyTemplate, kind: Kind) -> None:
    """Refuse a person whose garment cannot be laid flat.

    Raises:
        RefusedError: `worn-turned`, `worn-sitting` or `worn-bent`.
    """
    across = pose.points_hips_m[SHOULDERS[0]] - pose.points_hips_m[SHOULDERS[1]]
    turn = abs(float(np.arctan2(across[2], across[0])))
    if turn > np.pi / 2:
        raise RefusedError("worn-turned", "the person shows their back: the front of the garment is not in the photo.")
    if turn > WIDEST_TURN_RAD:
        raise RefusedError(
            "worn-turned", f"the person is turned by {np.degrees(turn):.0f}\N{DEGREE SIGN}: use a photo from the front."
        )
    if "lower" in kind.covers:
        at = pose.points_image_px
        thigh, shin = (
            float(np.linalg.norm(at[list(a)].mean(axis=0) - at[list(b)].mean(axis=0)))
            for a, b in ((HIPS, KNEES), (KNEES, ANKLES))
        )
        if thigh < LEAST_THIGH * shin and pose.visibility[list(ANKLES)].min() > 0.5:
            raise RefusedError("worn-sitting", "the person sits or has bent legs: use a photo of somebody standing.")
    if trunk_affine(body, template)[1] > MOST_BENT_M:
        raise RefusedError("worn-bent", "the person leans or bends: use a photo of somebody standing upright.")


def check_piece(piece: WornPiece, kind: Kind) -> None:
    """Refuse what is not there, is something else, or is cut off.

    Raises:
        RefusedError: `worn-other` or `worn-cropped`.
    """
    title = kind.title_en.lower()
    one = title if title.endswith("s") and kind.shape == "trousers" else f"a {title}"
    if not piece.mask.any():
        raise RefusedError("worn-other", f"the person wears nothing that looks like {one}.")
    both = kind.covers == frozenset({"upper", "lower"})
    share = piece.rivals["dress"] if both and kind.shape == "dress" and not kind.opens else 1.0
    if not both:
        share = piece.rivals["upper" if "upper" in kind.covers else "lower"] / max(1 - min(piece.rivals.values()), 0.3)
    if share < LEAST_SHARE:
        likeliest = max(piece.rivals, key=lambda name: piece.rivals[name])
        words = {"upper": "something worn above the waist", "lower": "something worn below it", "dress": "a dress"}
        raise RefusedError("worn-other", f"the person does not seem to wear {one}, but {words[likeliest]}.")
    rows, columns = piece.mask.any(axis=1).sum(), piece.mask.any(axis=0).sum()
    cut = {"bottom": piece.mask[-1].sum() / columns, "left": piece.mask[:, 0].sum() / rows}
    cut |= {"top": piece.mask[0].sum() / columns, "right": piece.mask[:, -1].sum() / rows}
    edge = max(cut, key=lambda name: cut[name])
    if cut[edge] > 0.08:
        raise RefusedError("worn-cropped", f"the {title} is cut off at the photo's {edge} edge.")


def check_legs(mask: NDArray[np.bool_], body: Body, template: BodyTemplate, kind: Kind) -> None:
    """Refuse trousers whose cloth goes on between the legs near the hem: it is a skirt, or it cannot be told.

    Raises:
        RefusedError: `worn-other`.
    """
    if kind.shape not in ("trousers", "jumpsuit"):
        return
    rows = np.flatnonzero(mask.any(axis=1))
    near_hem = rows[-max(len(rows) // 4, 1) :]
    middles = []
    for hand in ("right", "left"):
        names = [template.segment_index[f"{name}_{hand}"] for name in ("thigh", "shin", "foot")]
        rest = np.column_stack([template.bones_rest_m[names, 0], np.ones(3)])
        joints = np.einsum("nij,nj->ni", body.image_from_rest[names, :2], rest)
        middles.append(np.interp(near_hem, joints[:, 1], joints[:, 0]))
    steps = np.linspace(middles[0], middles[1], 15, axis=1).round().astype(int)
    between = mask[near_hem[:, None], np.clip(steps, 0, mask.shape[1] - 1)]
    apart = float(np.median(middles[1] - middles[0])) > LEGS_APART_M * body.px_per_m
    if apart and between.all(axis=1).mean() > ONE_TUBE:
        raise RefusedError(
            "worn-other", f"the cloth goes on between the legs: a skirt or a dress, not {kind.title_en.lower()}?"
        )
