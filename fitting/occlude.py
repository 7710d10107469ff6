"""Decides what stands before the garment: arms, hands, face, hair and bags.

The fitted body tells depth but is off by a centimetre or three; the parse tells hair from skin from cloth but not which
is nearer, on a grid of some nine pixels. So the two are brought together on cells of four pixels, and where their
answer changes, each pixel goes to the side whose colours are like its own.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numba as nb
import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from body_model.skin import make_skinner
from body_model.template import BodyTemplate
from fitting import raster
from fitting.frame import PARSE_LABELS, Body, ParseFrame
from fitting.render import RenderedLayer

CELL_PX = 4
TRUNK, UPPER_LEFT, LOWER_LEFT, UPPER_RIGHT, LOWER_RIGHT, HEAD, NECK = range(7)
LIMBS = {
    "upper_arm_left": UPPER_LEFT,
    "forearm_left": LOWER_LEFT,
    "hand_left": LOWER_LEFT,
    "upper_arm_right": UPPER_RIGHT,
    "forearm_right": LOWER_RIGHT,
    "hand_right": LOWER_RIGHT,
    "head": HEAD,
    "neck": NECK,
}
LEGS = ("thigh", "shin", "foot")
HAIR, SKIN, BAG, CLOTH = range(4)
PLANES = (("hair",), ("skin",), ("bag",), ("upper", "lower", "dress", "other"))
ARM_ERROR_M = 0.045
"""How far beside its fitted place a bare arm is still taken for that arm."""
HEAD_ERROR_M = 0.015
MARGIN_M = 0.015
"""How much nearer than cloth a limb must be to stand before it."""
CONTACT_M = 0.035
"""How far a limb darkens the cloth behind it."""
DARKEST_CONTACT = 0.42


@dataclass(frozen=True)
class Occlusion:
    """What lies between the camera and a rendered layer, over the layer's box."""

    front: NDArray[np.uint8]
    """(h, w) 255 where something stands before the garment, 0 where the garment is in plain sight."""
    contact: NDArray[np.uint8]
    """(h, w) How bright the cloth is for what is close before it: 255 where nothing is."""


class Occluder:
    """Knows the body's shape; looks at frame after frame."""

    def __init__(self, template: BodyTemplate) -> None:
        self._body = simplify(template)
        groups = [LIMBS.get(name, TRUNK) for name in template.segment_names]
        self._groups = np.array(groups, np.int8)
        self._face_groups = self._groups[self._body.main[self._body.faces[:, 0]]]
        self._carry = make_skinner(
            self._body.vertices_rest_m, self._body.segments, self._body.weights, segment_count=len(groups)
        )

    def occlude(
        self, frame_rgb: NDArray[np.uint8], layer: RenderedLayer, body: Body, parse: ParseFrame | None
    ) -> Occlusion:
        """What stands before the layer; without a parse the body alone decides."""
        height, width = layer.depth_px.shape
        cells = (-(-height // CELL_PX), -(-width // CELL_PX))
        body_depth, body_group = self._look_at_body(layer, body, cells)
        cloth_depth, cloth_group = np.empty(cells, np.float32), np.empty(cells, np.int8)
        look_at_cloth(
            layer.depth_px,
            layer.faces,
            self._groups[layer.face_segments],
            layer.face_is_inside,
            cloth_depth,
            cloth_group,
        )
        metre = body.px_per_m
        contact = darken(cloth_depth, cloth_group, body_depth, body_group, CONTACT_M * metre)
        labels = None if parse is None else labels_on_cells(parse, layer.box_px, cells)
        if labels is None:
            front = np.empty(cells, np.float32)
            judge_by_depth(cloth_depth, cloth_group, body_depth, body_group, MARGIN_M * metre, front)
        else:
            front = self._judge(labels, cloth_depth, cloth_group, body_depth, body_group, metre)
        return Occlusion(sharpen(frame_rgb, layer.box_px, front), spread(contact, (width, height)))

    def _look_at_body(
        self, layer: RenderedLayer, body: Body, cells: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Depth and part of the body on the cells, part -1 where it is not."""
        corner = np.array([*layer.box_px[:2], 0], np.float32)
        scale = np.array([1 / CELL_PX, 1 / CELL_PX, 1], np.float32)
        points = (self._carry(body.image_from_rest) - corner) * scale - np.array([0.5, 0.5, 0], np.float32)
        depth = np.full(cells, raster.FAR, np.float32)
        ids = np.full(cells, raster.NOTHING, np.int32)
        rows = np.zeros((cells[0], 2), np.int32)
        raster.fill(points, self._body.faces, 0, True, depth, ids, rows)
        return depth, np.where(ids >= 0, self._face_groups[ids], -1).astype(np.int8)

    def _judge(
        self,
        labels: NDArray[np.float32],
        cloth_depth: NDArray[np.float32],
        cloth_group: NDArray[np.int8],
        body_depth: NDArray[np.float32],
        body_group: NDArray[np.int8],
        metre: float,
    ) -> NDArray[np.float32]:
        """(gh, gw) Probability that something stands before the cloth of each cell."""
        lower = ((body_group == LOWER_LEFT) | (body_group == LOWER_RIGHT)).astype(np.uint8)
        head = (body_group == HEAD).astype(np.uint8)
        near_lower = _grow(lower, ARM_ERROR_M * metre / CELL_PX)
        near_head = _grow(head, HEAD_ERROR_M * metre / CELL_PX)
        bare = np.array([bareness(labels, body_group == side) for side in (LOWER_LEFT, LOWER_RIGHT)], np.float32)
        front = np.empty(cloth_depth.shape, np.float32)
        judge(
            labels,
            cloth_depth,
            cloth_group,
            body_depth,
            body_group,
            near_lower,
            near_head,
            bare,
            MARGIN_M * metre,
            front,
        )
        return front


@cache
def make_occluder() -> Occluder:
    """The occluder for the project's own body, made once: it remembers nothing of the frames."""
    return Occluder(load_template())


@dataclass(frozen=True)
class SimpleBody:
    """The body above the hips with fewer vertices: what a cell of four pixels can tell apart."""

    vertices_rest_m: NDArray[np.float32]
    faces: NDArray[np.int32]
    segments: NDArray[np.int32]
    weights: NDArray[np.float32]
    main: NDArray[np.int32]
    """(N,) The segment that moves each vertex most."""


def simplify(template: BodyTemplate, spacing_m: float = 0.013) -> SimpleBody:
    """One vertex for all that share a segment and a cube of `spacing_m`."""
    main = template.segments[np.arange(len(template.segments)), template.weights.argmax(axis=1)]
    cubes = np.floor(template.vertices_rest_m / spacing_m).astype(np.int64)
    _, first, cluster = np.unique(np.column_stack([cubes, main]), axis=0, return_index=True, return_inverse=True)
    vertices = np.zeros((len(first), 3), np.float64)
    np.add.at(vertices, cluster, template.vertices_rest_m)
    vertices /= np.bincount(cluster)[:, None]
    legs = [row for row, name in enumerate(template.segment_names) if name.startswith(LEGS)]
    faces = template.faces[~np.isin(main[template.faces], legs).any(axis=1)]
    faces = cluster[faces].astype(np.int32)
    whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    faces = faces[whole]
    used, corners = np.unique(faces, return_inverse=True)
    kept = first[used]
    return SimpleBody(
        vertices[used].astype(np.float32),
        corners.reshape(-1, 3).astype(np.int32),
        template.segments[kept],
        template.weights[kept],
        main[kept].astype(np.int32),
    )


def labels_on_cells(
    parse: ParseFrame, box_px: tuple[int, int, int, int], cells: tuple[int, int]
) -> NDArray[np.float32]:
    """(gh, gw, 4) Probabilities of hair, skin, bag and cloth on the cells of the box."""
    chosen = [parse.probabilities[..., [PARSE_LABELS.index(name) for name in names]].sum(axis=-1) for names in PLANES]
    grid = np.ascontiguousarray(np.stack(chosen, axis=-1), np.float32)
    x0, y0, x1, y1 = (float(v) for v in parse.box_image_px)
    across, down = (x1 - x0) / grid.shape[1], (y1 - y0) / grid.shape[0]
    grid_from_cell = np.array(
        [
            [CELL_PX / across, 0, (box_px[0] + CELL_PX / 2 - x0) / across - 0.5],
            [0, CELL_PX / down, (box_px[1] + CELL_PX / 2 - y0) / down - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(grid, grid_from_cell, cells[::-1], flags=flags), np.float32)


def bareness(labels: NDArray[np.float32], arm: NDArray[np.bool_]) -> float:
    """How surely a forearm is bare, 0 to 1; one that is not in sight counts as bare."""
    seen = labels[arm]
    skin, cloth = float(seen[:, SKIN].sum()), float(seen[:, CLOTH].sum())
    return float(np.clip((skin + 1) / (skin + cloth + 1) * 3 - 0.6, 0, 1))


@nb.njit(cache=True, nogil=True)
def look_at_cloth(
    depth: NDArray[np.float32],
    faces: NDArray[np.int32],
    groups: NDArray[np.int8],
    is_inside: NDArray[np.bool_],
    cell_depth: NDArray[np.float32],
    cell_group: NDArray[np.int8],
) -> None:
    """Depth and part of the cloth in the middle of each cell: -1 where there is none, -2 where its inside is seen."""
    for i in range(cell_depth.shape[0]):
        y = min(i * CELL_PX + 2, depth.shape[0] - 1)
        for j in range(cell_depth.shape[1]):
            x = min(j * CELL_PX + 2, depth.shape[1] - 1)
            face = faces[y, x]
            cell_depth[i, j] = depth[y, x]
            cell_group[i, j] = -1 if face < 0 else (-2 if is_inside[face] else groups[face])


@nb.njit(cache=True, nogil=True)
def judge_by_depth(
    cloth_depth: NDArray[np.float32],
    cloth_group: NDArray[np.int8],
    body_depth: NDArray[np.float32],
    body_group: NDArray[np.int8],
    margin: float,
    front: NDArray[np.float32],
) -> None:
    """Arms and head that are nearer than the cloth stand before it; before its inside the whole body does."""
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            limb, part = body_group[i, j], cloth_group[i, j]
            nearer = limb >= 0 and body_depth[i, j] < cloth_depth[i, j] - margin
            if part == -2:
                front[i, j] = 1 if limb >= 0 and body_depth[i, j] < cloth_depth[i, j] else 0
            else:
                front[i, j] = 1 if nearer and (limb != TRUNK and limb != NECK) else 0


@nb.njit(cache=True, nogil=True, fastmath=True)
def judge(
    labels: NDArray[np.float32],
    cloth_depth: NDArray[np.float32],
    cloth_group: NDArray[np.int8],
    body_depth: NDArray[np.float32],
    body_group: NDArray[np.int8],
    near_lower: NDArray[np.uint8],
    near_head: NDArray[np.uint8],
    bare: NDArray[np.float32],
    margin: float,
    front: NDArray[np.float32],
) -> None:
    """Hair and bags always stand before the cloth, skin and worn sleeves where the body says that they are an arm's."""
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            limb, part = body_group[i, j], cloth_group[i, j]
            hair, skin, bag, cloth = labels[i, j, HAIR], labels[i, j, SKIN], labels[i, j, BAG], labels[i, j, CLOTH]
            nearer = limb >= 0 and body_depth[i, j] < cloth_depth[i, j] - margin
            is_arm = limb in (UPPER_LEFT, LOWER_LEFT, UPPER_RIGHT, LOWER_RIGHT)
            worn = np.float32(0)
            if part == -2:
                # The garment's inside is behind everything that the body holds up.
                worn = cloth if limb >= 0 and body_depth[i, j] < cloth_depth[i, j] else np.float32(0)
            elif part in (TRUNK, NECK, HEAD):
                if not (near_lower[i, j] or near_head[i, j] or (nearer and is_arm)):
                    skin = np.float32(0)
            elif part >= 0 and not (nearer and (is_arm or limb == HEAD)):
                skin = np.float32(0)
            if part >= 0 and nearer and is_arm:
                worn = cloth * (1 - bare[0 if limb in (UPPER_LEFT, LOWER_LEFT) else 1])
            front[i, j] = min(hair + skin + bag + worn, np.float32(1))


@nb.njit(cache=True, nogil=True, fastmath=True)
def darken(
    cloth_depth: NDArray[np.float32],
    cloth_group: NDArray[np.int8],
    body_depth: NDArray[np.float32],
    body_group: NDArray[np.int8],
    reach: float,
) -> NDArray[np.uint8]:
    """(gh, gw) Brightness of each cell's cloth, less where sleeves, arms or head are close before it."""
    height, width = cloth_depth.shape
    bright = np.full((height, width), 255, np.uint8)
    step = max(round(reach / CELL_PX), 1)
    for i in range(height):
        for j in range(width):
            if cloth_group[i, j] == -1:
                continue
            here, sum_ = cloth_depth[i, j], np.float32(0)
            for k in range(12):
                far = step if k < 8 else max(step // 2, 1)
                # The light comes from above, so what is above counts, not what is below.
                y = i + far * (-1, -1, -1, 0, 0, 1, -1, 0, -1, 0, 0, -1)[k] - (far // 2 if k == 6 else 0)
                x = j + far * (0, -1, 1, -1, 1, 0, 0, 0, 0, -1, 1, 1)[k]
                if y < 0 or x < 0 or y >= height or x >= width:
                    continue
                before = here - cloth_depth[y, x]
                limb = body_group[y, x]
                if limb > TRUNK and limb != NECK:
                    before = max(before, here - body_depth[y, x])
                # Neither the cloth's own slope nor what hangs far before it.
                sum_ += min(max(before / reach - np.float32(0.8), np.float32(0)), np.float32(1))
            bright[i, j] = np.uint8(255 * (1 - DARKEST_CONTACT * sum_ / 12 * 1.6)) if sum_ < 7.5 else np.uint8(148)
    return bright


def spread(plane: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Cells brought to pixels, softly."""
    soft = cv2.resize(cv2.blur(plane, (3, 3)), (plane.shape[1] * CELL_PX, plane.shape[0] * CELL_PX))
    return np.asarray(soft[: size_px[1], : size_px[0]], np.uint8)


def sharpen(
    frame_rgb: NDArray[np.uint8], box_px: tuple[int, int, int, int], front: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """(h, w) What stands in front, each pixel near a border given to the side whose mean colour is like its own."""
    x0, y0, x1, y1 = box_px
    crop = frame_rgb[y0:y1, x0:x1]
    out = np.empty(crop.shape[:2], np.uint8)
    small = np.asarray(cv2.resize(crop, front.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    mixed, model = np.empty((*front.shape, 8), np.float32), np.empty((*front.shape, 5), np.float32)
    # Twice: first with the sides as they were judged, then as the cells' own colours would have them.
    side = front.copy()
    for _ in range(2):
        stack_moments(small, side, mixed)
        fit_colours(np.asarray(cv2.blur(mixed, (5, 5)), np.float32), front, small, model, side)
    divide(crop, model, out)
    return out


@nb.njit(cache=True, nogil=True, fastmath=True)
def stack_moments(small: NDArray[np.uint8], front: NDArray[np.float32], mixed: NDArray[np.float32]) -> None:
    """Share, colour of the front, colour, squared colour: what sums over a window into a model of its two sides."""
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            p, square = front[i, j], np.float32(0)
            mixed[i, j, 0] = p
            for k in range(3):
                c = np.float32(small[i, j, k])
                mixed[i, j, 1 + k] = p * c
                mixed[i, j, 4 + k] = c
                square += c * c
            mixed[i, j, 7] = square


@nb.njit(cache=True, nogil=True, fastmath=True)
def fit_colours(
    means: NDArray[np.float32],
    front: NDArray[np.float32],
    small: NDArray[np.uint8],
    model: NDArray[np.float32],
    side: NDArray[np.float32],
) -> None:
    """Per cell the linear function of colour that is 1 in front: r, g, b, constant, and 0 or 1 where it is known.

    `side` gets what it says of each cell's own colour.
    """
    for i in range(front.shape[0]):
        for j in range(front.shape[1]):
            share = means[i, j, 0]
            model[i, j, 0] = model[i, j, 1] = model[i, j, 2] = 0
            model[i, j, 3] = front[i, j]
            model[i, j, 4] = 0 if share < 0.03 else (1 if share > 0.97 else 0.5)
            if model[i, j, 4] != 0.5:
                model[i, j, 3] = side[i, j] = model[i, j, 4]
                continue
            apart, spread_, at = np.float32(0), means[i, j, 7], np.float32(0)
            for k in range(3):
                near = means[i, j, 1 + k] / share
                far = (means[i, j, 4 + k] - means[i, j, 1 + k]) / (1 - share)
                d = near - far
                model[i, j, k] = d
                apart += d * d
                spread_ -= means[i, j, 4 + k] ** 2
                at += d * (near + far) / 2
            # How much of the window's variance the two sides explain, and whether that is more than noise.
            trust = min(share * (1 - share) * apart / max(spread_, np.float32(30)), np.float32(1))
            trust *= apart / (apart + np.float32(400))
            gain = 2.6 * trust / max(apart, np.float32(1))
            model[i, j, 3] = value = 0.5 + (1.6 - 0.9 * trust) * (front[i, j] - 0.5) - gain * at
            for k in range(3):
                model[i, j, k] *= gain
                value += model[i, j, k] * small[i, j, k]
            side[i, j] = min(max(value, np.float32(0)), np.float32(1))


@nb.njit(cache=True, nogil=True, fastmath=True)
def divide(crop: NDArray[np.uint8], model: NDArray[np.float32], out: NDArray[np.uint8]) -> None:
    """Ask the model of the four cells round each pixel."""
    height, width = out.shape
    last_i, last_j = model.shape[0] - 1, model.shape[1] - 1
    for i in range(model.shape[0]):
        for j in range(model.shape[1]):
            known = model[i, j, 4]
            for y in range(i * CELL_PX, min((i + 1) * CELL_PX, height)):
                for x in range(j * CELL_PX, min((j + 1) * CELL_PX, width)):
                    if known != 0.5:
                        out[y, x] = np.uint8(255 * known)
                        continue
                    fy, fx = (y + 0.5) / CELL_PX - 0.5, (x + 0.5) / CELL_PX - 0.5
                    top, left = max(int(np.floor(fy)), 0), max(int(np.floor(fx)), 0)
                    low, right = min(top + 1, last_i), min(left + 1, last_j)
                    ty, tx = max(fy - top, 0.0), max(fx - left, 0.0)
                    value = np.float32(0)
                    for k in range(4):
                        above = model[top, left, k] * (1 - tx) + model[top, right, k] * tx
                        below = model[low, left, k] * (1 - tx) + model[low, right, k] * tx
                        channel = np.float32(crop[y, x, k]) if k < 3 else np.float32(1)
                        value += (above * (1 - ty) + below * ty) * channel
                    out[y, x] = np.uint8(255 * min(max(value, np.float32(0)), np.float32(1)))


def _grow(mask: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    size = 2 * min(max(round(radius), 1), 40) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask, disc), np.uint8)
