"""Lays what a person wears out flat: each part of the body is carried back to a pose with straight arms and legs."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.skin import skin
from body_model.template import BodyTemplate
from fitting.frame import Body

Array = NDArray[Any]
CELL_M = 0.004
"""Grid on which the flat pose is known."""
LEFT_M, TOP_M = -0.8, 1.8
CELLS = (400, 460)
"""Columns and rows of that grid: 1.6 m by 1.84 m."""
BLEND_CELLS = 5.0
"""How softly one segment goes over into the next."""
ARMPIT_M = 0.17
"""How far armpits lie below the shoulder joints."""
PARTS = {
    "trunk": ("pelvis", "waist", "chest", "neck", "head", "clavicle_left", "clavicle_right"),
    "arm_left": ("upper_arm_left", "forearm_left", "hand_left"),
    "arm_right": ("upper_arm_right", "forearm_right", "hand_right"),
    "leg_left": ("thigh_left", "shin_left", "foot_left"),
    "leg_right": ("thigh_right", "shin_right", "foot_right"),
}
"""What is kept apart: an arm that lies before the trunk must not be laid out with it."""
ARMS, LEGS = (1, 2), (3, 4)


@dataclass(frozen=True)
class FlatPose:
    """The template laid flat, on a grid of `CELL_M`: x to the right (the wearer's left), y down."""

    flat_from_rest: Array
    """(S, 3, 4) How each segment comes there: metres, x, depth and height as in rest space."""
    weights: Array
    """(rows, columns, S) How much each segment carries the cloth there; they sum to one."""
    depth_m: Array
    """(rows, columns) Rest y of the body's front there."""
    bodies: Array
    """(rows, columns) Whether the body is there."""


@dataclass(frozen=True)
class Laid:
    """Where each pixel of the flat picture lies in the photo."""

    photo_px: NDArray[np.float32]
    """(h, w, 2)"""
    parts: NDArray[np.bool_]
    """(P, h, w) Whether a pixel may show each of `PARTS`."""
    px_per_m: float
    """Scale of the flat picture."""

    def row(self, height_m: float) -> int:
        """Row of the flat picture at a height above the floor."""
        return round((TOP_M - height_m) * self.px_per_m)

    def column(self, x_m: float) -> int:
        """Column of the flat picture at a distance from the middle, to the wearer's left."""
        return round((x_m - LEFT_M) * self.px_per_m)


def flat_pose(template: BodyTemplate) -> FlatPose:
    """Rest pose with the forearms turned into the picture's plane."""
    affines = np.tile(np.eye(3, 4), (len(template.segment_names), 1, 1))
    for hand in ("left", "right"):
        upper, fore = (template.segment_index[f"{name}_{hand}"] for name in ("upper_arm", "forearm"))
        elbow = template.bones_rest_m[fore, 0].astype(float)
        turn = _turn_between(
            np.diff(template.bones_rest_m[fore], axis=0)[0], np.diff(template.bones_rest_m[upper], axis=0)[0]
        )
        for name in ("forearm", "hand"):
            affines[template.segment_index[f"{name}_{hand}"]] = np.column_stack([turn, elbow - turn @ elbow])
    vertices = skin(template.vertices_rest_m, template.segments, template.weights, affines.astype(np.float32))
    columns = np.clip(((vertices[:, 0] - LEFT_M) / CELL_M).astype(int), 0, CELLS[0] - 1)
    rows = np.clip(((TOP_M - vertices[:, 2]) / CELL_M).astype(int), 0, CELLS[1] - 1)
    # The frontmost vertex of each cell: later ones win, so the front comes last.
    order = np.argsort(-vertices[:, 1])
    owner = np.full((CELLS[1], CELLS[0]), -1)
    owner[rows[order], columns[order]] = order
    free = (owner < 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(labels.max() + 1, int)
    of_label[labels[owner >= 0]] = owner[owner >= 0]
    nearest = of_label[labels]
    share = np.zeros((len(vertices), len(affines)), np.float32)
    np.add.at(share, (np.arange(len(vertices))[:, None], template.segments), template.weights)
    weights = np.stack([cv2.GaussianBlur(share[nearest, k], (0, 0), BLEND_CELLS) for k in range(len(affines))], axis=2)
    weights /= weights.sum(axis=2, keepdims=True)
    depth = cv2.GaussianBlur(vertices[nearest, 1].astype(np.float32), (0, 0), BLEND_CELLS)
    body = cv2.morphologyEx((1 - free).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) > 0
    return FlatPose(affines, weights, depth, body)


def lay_flat(body: Body, template: BodyTemplate, *, one_tube: bool, sleeved: dict[int, bool], px_per_m: float) -> Laid:
    """The way from a flat picture of 1.6 m by 1.84 m to the photo.

    Args:
        body: The person.
        template: The body at rest.
        one_tube: Whether the cloth below the hips is one piece, as a skirt's is.
        sleeved: For each of `ARMS` whether it has a sleeve; what has none is laid out with the trunk.
        px_per_m: Scale of the flat picture.
    """
    pose = flat_pose(template)
    rest_from_flat = _inverse(pose.flat_from_rest)
    image_from_flat = _chain(body.image_from_rest.astype(float), rest_from_flat)[:, :2]
    with_trunk = [0, *(number for number, sleeve in sleeved.items() if not sleeve)]
    for name in (name for number in with_trunk for name in tuple(PARTS.values())[number]):
        image_from_flat[template.segment_index[name]] = trunk_affine(body, template)[0]
    if one_tube:
        legs = [template.segment_index[name] for name in (*PARTS["leg_left"], *PARTS["leg_right"])]
        image_from_flat[legs] = _skirt_affine(body, template)
    x = LEFT_M + (np.arange(CELLS[0]) + 0.5) * CELL_M
    z = TOP_M - (np.arange(CELLS[1]) + 0.5) * CELL_M
    at = np.stack([*np.broadcast_arrays(x[None, :], pose.depth_m, z[:, None]), np.ones_like(pose.depth_m)], axis=2)
    blended = (pose.weights.reshape(-1, len(image_from_flat)) @ image_from_flat.reshape(-1, 8)).reshape(
        *at.shape[:2], 2, 4
    )
    way = (blended * at[:, :, None]).sum(axis=3).astype(np.float32)
    size = (round(CELLS[0] * CELL_M * px_per_m), round(CELLS[1] * CELL_M * px_per_m))
    photo_px = np.asarray(cv2.resize(way, size, interpolation=cv2.INTER_LINEAR), np.float32)
    shares = np.stack(part_shares(pose, template, [*with_trunk, *(LEGS if one_tube else ())]))
    # Above the armpits sleeve and trunk go over into each other; below them the cloth between is neither's.
    arm = template.segment_index["upper_arm_left"]
    least = np.where(z > template.bones_rest_m[arm, 0, 2] - ARMPIT_M, 0.2, 0.85)[:, None]
    between = shares[ARMS[0]] + shares[ARMS[1]]
    allowed = np.where((between > 0.02) & (between < 0.98), shares > least, shares > 0.2).astype(np.uint8)
    return Laid(photo_px, np.stack([cv2.resize(plane, size) > 0 for plane in allowed]), px_per_m)


def part_shares(pose: FlatPose, template: BodyTemplate, with_trunk: list[int]) -> list[Array]:
    """How much of each of `PARTS` carries the cloth in each cell of the flat pose; some count as the trunk."""
    shares = []
    for names in PARTS.values():
        rows = [template.segment_index[name] for name in names]
        shares.append(np.ascontiguousarray(pose.weights[..., rows].sum(axis=2), np.float32))
    trunk = np.sum([shares[number] for number in with_trunk], axis=0)
    return [trunk if number == 0 else share * (number not in with_trunk) for number, share in enumerate(shares)]


def photo_parts(
    vertices_px: Array, template: BodyTemplate, shape: tuple[int, ...], *, one_tube: bool, arms: bool
) -> NDArray[np.int32]:
    """(H, W) Which of `PARTS` is nearest to the camera, or nearest in the picture, at each pixel of the photo.

    Without `arms` it is as if there were none.
    """
    share = np.zeros((len(template.vertices_rest_m), len(template.segment_names)), np.float32)
    np.add.at(share, (np.arange(len(share))[:, None], template.segments), template.weights)
    rows = [[template.segment_index[name] for name in names] for names in PARTS.values()]
    part = np.stack([share[:, row].sum(axis=1) for row in rows], axis=1).argmax(axis=1)
    if one_tube:
        part[np.isin(part, LEGS)] = 0
    plane = np.zeros(shape, np.uint8)
    faces = template.faces if arms else template.faces[~np.isin(part[template.faces[:, 0]], ARMS)]
    corners = vertices_px[faces]
    order = np.argsort(-corners[..., 2].mean(axis=1))
    fixed = np.rint(np.clip(corners[order][..., :2], -8192, 8192)).astype(np.int32)
    for triangle, number in zip(fixed, part[faces[order, 0]] + 1, strict=True):
        cv2.fillConvexPoly(plane, triangle, int(number))
    _, labels = cv2.distanceTransformWithLabels(
        (plane == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros(labels.max() + 1, np.int32)
    of_label[labels[plane > 0]] = plane[plane > 0]
    return np.asarray(of_label[labels] - 1, np.int32)


def trunk_affine(body: Body, template: BodyTemplate) -> tuple[Array, float]:
    """(2, 4) From flat metres to the photo for the trunk as one plane, and how badly that fits, in metres.

    The segments' own affines follow the waist's girth: stripes would waver.
    """
    names = [f"{name}_{hand}" for name in ("upper_arm", "thigh") for hand in ("left", "right")]
    rows = [template.segment_index[name] for name in names]
    rest = np.column_stack([template.bones_rest_m[rows, 0], np.ones(4)]).astype(float)
    seen = np.einsum("nij,nj->ni", body.image_from_rest[rows, :2].astype(float), rest)
    plane = rest[:, [0, 2, 3]]
    solved = np.linalg.lstsq(plane, seen, rcond=None)[0]
    miss = float(np.linalg.norm(plane @ solved - seen, axis=1).max()) / body.px_per_m
    affine = np.zeros((2, 4))
    affine[:, [0, 2, 3]] = solved.T
    return affine, miss


def _skirt_affine(body: Body, template: BodyTemplate) -> Array:
    """(2, 4) From flat metres to the photo for what hangs from the hips as one tube, along the mean of both legs."""
    ends = []
    for name, end in (("thigh", 0), ("shin", 1)):
        rows = [template.segment_index[f"{name}_{hand}"] for hand in ("left", "right")]
        rest = np.column_stack([template.bones_rest_m[rows, end], np.ones(2)])
        ends.append(
            (rest[:, :3].mean(axis=0), np.einsum("nij,nj->ni", body.image_from_rest[rows, :2], rest).mean(axis=0))
        )
    (hip_m, hip_px), (ankle_m, ankle_px) = ends
    down = (ankle_px - hip_px) / max(hip_m[2] - ankle_m[2], 0.1)
    across = np.array([-down[1], down[0]]) / max(float(np.linalg.norm(down)), 1e-6) * -body.px_per_m
    affine = np.zeros((2, 4))
    affine[:, 0], affine[:, 2] = across, -down
    affine[:, 3] = hip_px - affine[:, :3] @ [0.0, 0.0, hip_m[2]]
    return affine


def _turn_between(start: Array, end: Array) -> Array:
    """(3, 3) The least rotation from one direction to another."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    v = np.cross(a, b)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1 + float(a @ b)))


def _inverse(affines: Array) -> Array:
    turned = np.linalg.inv(affines[:, :, :3])
    return np.concatenate([turned, -turned @ affines[:, :, 3:]], axis=2)


def _chain(outer: Array, inner: Array) -> Array:
    product = outer[:, :, :3] @ inner
    product[:, :, 3] += outer[:, :, 3]
    return np.asarray(product)
