"""Takes a garment off the person who wears it in a photo, and lays it flat as a product photo would show it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from fitting.flatten import ARMS, Laid, lay_flat, photo_parts
from fitting.frame import Body
from fitting.mend import mend
from fitting.worn_checks import check_legs, check_piece, check_pose
from fitting.worn_piece import WornPiece, find_piece
from garments.cutting.regions import widen
from garments.cutting.soft_edge import soften_edge
from garments.errors import RefusedError
from garments.finding.landmarks import Landmarks, LandmarksRefusedError, find_landmarks
from garments.kinds import Kind, get_kind

if TYPE_CHECKING:
    from fitting.pipeline import Engine

Array = NDArray[Any]
MOST_HIDDEN = 0.11
"""Share of a piece that may be filled in."""
SLEEVE_M, SHORT_SLEEVE_M = 0.025, 0.035
"""How far a sleeve reaches over the trunk beside its arm; short ones stand off."""
SHORT_SLEEVE = 1.15
"""Sleeves that end above this are short: 1 is the elbow."""
COVERED = 0.55
"""Share of cloth round an arm's middle from which it has a sleeve."""
LEAST_EVEN = 0.83
"""A piece laid out less even than this is turned away or hidden on one side."""
SCALE_PX = (220.0, 620.0)
"""Least and greatest pixels a metre of what comes out."""
PARTS_PX = 480
"""Long side at which the parts of the body are told apart."""
SMOOTH_M = 0.02
"""What sticks out from a cut between two parts and is thinner than this is a shred."""
SHOULDER_M, ABOVE_SHOULDER_M = (0.05, 0.17), 0.03
"""Where shoulder seams and straps lie beside the neck, and how far above the joint they reach at least."""
ROOM_PX = 24
"""Margin round what comes out."""
BEST_SCORE = 0.84
"""Nothing made from a worn garment is better than grade B."""
LEAST_SCORE = 0.6
"""Below this it was not done well."""
EVEN, UNEVEN = 0.9, 0.55
"""Evenness from which nothing is taken off that, and at which nothing would be left."""
WHY = "it was made from a photo of somebody wearing it"


@dataclass(frozen=True)
class Flat:
    """A piece laid flat."""

    rgba: NDArray[np.uint8]
    """(h, w, 4) Straight alpha."""
    hidden: float
    """Share of it that was filled in."""
    even: float
    """How much of it and of its mirror image is the same: intersection over union."""
    shoulders: bool
    """Whether it reaches up to both shoulders."""


def unwear(photo_rgb: NDArray[np.uint8], kind: str, engine: "Engine") -> tuple[NDArray[np.uint8], Landmarks]:
    """The cut-out of a worn garment, (h, w, 4) with straight alpha, laid flat, and its landmarks there.

    Raises:
        RefusedError: `worn-nobody`, `worn-turned`, `worn-sitting`, `worn-bent`, `worn-cropped`, `worn-other`,
            `worn-hidden`, `worn-straps`, `worn-uneven`, `worn-not-flat`.
    """
    wanted = get_kind(kind)
    sight = engine.see_picture(photo_rgb)
    if sight is None:
        raise RefusedError("worn-nobody", "nobody can be made out in the photo.")
    check_pose(sight.pose, sight.body, engine.template, wanted)
    piece = find_piece(photo_rgb, sight.parse, wanted, waist_height(sight.body, engine.template))
    check_piece(piece, wanted)
    check_legs(piece.mask, sight.body, engine.template, wanted)
    flat = lay_out(photo_rgb, piece, sight.body, engine.template, wanted)
    if flat.hidden > MOST_HIDDEN:
        raise RefusedError(
            "worn-hidden", f"arms, hair or a bag hide {flat.hidden:.0%} of the {wanted.title_en.lower()}."
        )
    if not flat.shoulders and wanted.hangs_from == "shoulders":
        raise RefusedError(
            "worn-straps", f"the {wanted.title_en.lower()}'s shoulders or straps could not be made out in the photo."
        )
    if flat.even < LEAST_EVEN:
        raise RefusedError(
            "worn-uneven", f"one side of the {wanted.title_en.lower()} is out of sight: use a photo from the front."
        )
    try:
        found = find_landmarks(flat.rgba, kind)
    except LandmarksRefusedError as refusal:
        why = f"the {wanted.title_en.lower()} could not be laid flat well: {refusal.sentence}"
        raise LandmarksRefusedError("worn-not-flat", why, refusal.found) from None
    trust = BEST_SCORE * min(1.0, (flat.even - UNEVEN) / (EVEN - UNEVEN)) * (1 - flat.hidden)
    found = replace(found, score=min(found.score, trust), doubts=(*found.doubts, WHY))
    if found.score < LEAST_SCORE:
        why = f"the {wanted.title_en.lower()} could not be laid flat well: {found.doubts[0]}."
        raise LandmarksRefusedError("worn-not-flat", why, found)
    return flat.rgba, found


def waist_height(body: Body, template: BodyTemplate) -> float:
    """y of the waist's lower joint in the photo."""
    row = template.segment_index["waist"]
    return float(body.image_from_rest[row, 1] @ [*template.bones_rest_m[row, 0], 1.0])


def lay_out(photo_rgb: NDArray[np.uint8], piece: WornPiece, body: Body, template: BodyTemplate, kind: Kind) -> Flat:
    """The piece part by part in the flat pose; what hides some of it is filled in from its other half."""
    one_tube = kind.shape in ("skirt", "dress") or "dress" in kind.groups
    parts, sleeved = find_parts(piece.mask, body, template, one_tube=one_tube, arms=kind.hangs_from == "shoulders")
    px_per_m = float(np.clip(body.px_per_m, *SCALE_PX))
    laid = lay_flat(body, template, one_tube=one_tube, sleeved=sleeved, px_per_m=px_per_m)
    flat = _remap(soften_edge(photo_rgb, piece.mask), laid, cv2.INTER_LINEAR)
    seen_part = _remap(parts, laid, cv2.INTER_NEAREST)
    own = np.zeros(seen_part.shape, bool)
    for number, allowed in enumerate(laid.parts):
        own |= (seen_part == number + 1) & allowed
    covered = _remap(piece.mask.astype(np.uint8), laid, cv2.INTER_NEAREST) > 0
    before = _remap(piece.before.astype(np.uint8), laid, cv2.INTER_NEAREST) > 0
    # An arm that lies before the trunk hides it, whatever it is dressed in.
    beneath = laid.parts[0] & ~own & covered
    flat[..., 3][~own] = 0
    filled, share = mend(flat, before, beneath, round(SMOOTH_M * laid.px_per_m))
    solid = filled[..., 3] > 127
    even = float((solid & solid[:, ::-1]).sum() / max((solid | solid[:, ::-1]).sum(), 1))
    return Flat(_with_room(filled), share, even, _reaches_shoulders(solid, laid, template))


def _reaches_shoulders(solid: NDArray[np.bool_], laid: Laid, template: BodyTemplate) -> bool:
    """Whether cloth lies on both shoulders, between the neck and the arm."""
    joint = template.bones_rest_m[template.segment_index["upper_arm_left"], 0]
    row = laid.row(float(joint[2]) + ABOVE_SHOULDER_M)
    spans = [(SHOULDER_M[0], SHOULDER_M[1]), (-SHOULDER_M[1], -SHOULDER_M[0])]
    return all(solid[:row, laid.column(start) : laid.column(end)].any() for start, end in spans)


def find_parts(
    mask: NDArray[np.bool_], body: Body, template: BodyTemplate, *, one_tube: bool, arms: bool
) -> tuple[NDArray[np.uint8], dict[int, bool]]:
    """(H, W) Number of the part of `PARTS` that wears the cloth there, from 1, and which arms have sleeves."""
    factor = max(1.0, max(mask.shape) / PARTS_PX)
    size = round(mask.shape[1] / factor), round(mask.shape[0] / factor)
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    vertices = body.vertices_image_px / factor
    parts = photo_parts(vertices, template, small.shape, one_tube=one_tube, arms=arms)
    sleeved = dict.fromkeys(ARMS, False)
    if arms:
        bare = photo_parts(vertices, template, small.shape, one_tube=one_tube, arms=False)
        sleeves, beyond, sleeved = split_arms(
            small, parts, _arm_joints(body, template) / factor, body.px_per_m / factor
        )
        parts = np.where(sleeves > 0, sleeves, np.where(beyond & small, bare, parts))
    whole = cv2.resize((parts + 1).astype(np.uint8), mask.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, np.uint8), sleeved


def _arm_joints(body: Body, template: BodyTemplate) -> Array:
    """(2, 3, 2) Shoulder, elbow and wrist of the left and the right arm in the photo."""
    names = [f"{name}_{hand}" for hand in ("left", "right") for name in ("upper_arm", "forearm", "hand")]
    rows = [template.segment_index[name] for name in names]
    rest = np.column_stack([template.bones_rest_m[rows, 0], np.ones(len(rows))])
    return np.asarray(np.einsum("nij,nj->ni", body.image_from_rest[rows, :2], rest).reshape(2, 3, 2))


def split_arms(
    mask: NDArray[np.bool_], parts: Array, joints_px: Array, px_per_m: float
) -> tuple[Array, NDArray[np.bool_], dict[int, bool]]:
    """(H, W) The arm whose sleeve is there (0: none), what is further down an arm than its sleeve, and who has one.

    Sleeves are wider than arms: they reach a little over the trunk. Cloth beside a bare arm belongs to the trunk.
    """
    sleeves, beyond, sleeved = np.zeros(parts.shape, np.int32), np.zeros(mask.shape, bool), {}
    ys, xs = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    for number, (shoulder, elbow, wrist) in zip(ARMS, joints_px, strict=True):
        end = _sleeve_end(mask, shoulder, elbow, wrist, max(1, round(0.6 * SLEEVE_M * px_per_m)))
        sleeved[number] = end > 0
        below = _share(xs, ys, elbow, wrist)
        along = np.where(below > 0, 1 + below, np.minimum(_share(xs, ys, shoulder, elbow), 1))
        arm = parts == number
        beyond |= arm & (along > end + 0.3 if end > 0 else arm)
        if end > 0:
            wide_m = SLEEVE_M if end > SHORT_SLEEVE else SHORT_SLEEVE_M
            near = widen(arm, max(1, round(wide_m * px_per_m)))
            sleeves[near & (along > 0.3) & (along < end + 0.1) & ~(parts == sum(ARMS) - number)] = number
    return sleeves, beyond, sleeved


def _sleeve_end(mask: NDArray[np.bool_], shoulder: Array, elbow: Array, wrist: Array, reach: int) -> float:
    """How far down the arm its middle is covered: 1 at the elbow, 2 at the wrist, 0 for a bare arm."""
    steps = np.linspace(0.1, 2.0, 77)
    upper = shoulder + (elbow - shoulder) * np.minimum(steps, 1)[:, None]
    points = upper + (wrist - elbow) * np.maximum(steps - 1, 0)[:, None]
    x = np.clip(points[:, 0].round().astype(int), 0, mask.shape[1] - 1)
    y = np.clip(points[:, 1].round().astype(int), 0, mask.shape[0] - 1)
    near = cv2.blur(mask.astype(np.float32), (2 * reach + 1, 2 * reach + 1))[y, x]
    covered = cv2.medianBlur((near > COVERED).astype(np.uint8)[:, None], 5)[:, 0] > 0
    return 0.0 if not covered[8:14].any() else float(steps[8 + np.argmin(np.append(covered[8:], False)) - 1])


def _share(xs: Array, ys: Array, start: Array, end: Array) -> Array:
    along = end - start
    return np.asarray(((xs - start[0]) * along[0] + (ys - start[1]) * along[1]) / max(float(along @ along), 1.0))


def _remap(plane: NDArray[np.uint8], laid: Laid, how: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.remap(plane, laid.photo_px[..., 0], laid.photo_px[..., 1], how, borderValue=0), np.uint8)


def _with_room(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture cut to what is in it and a margin."""
    there = rgba[..., 3] > 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return rgba
    tight = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    edge = (ROOM_PX, ROOM_PX)
    return np.pad(tight, (edge, edge, (0, 0)))
