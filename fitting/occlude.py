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
from fitting.raster import FAR
from fitting.render import RenderedLayer

CELL_PX = 4
TRUNK, UPPER_LEFT, LOWER_LEFT, UPPER_RIGHT, LOWER_RIGHT, HEAD, NECK = range(7)
NO_PART, BEHIND, NAPE = -1, -2, -3
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
RIM_M = 0.012
HAIR_REACH_M = 0.06
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


@dataclass(frozen=True)
class Sight:
    """Cloth and body as they are seen, on cells of four pixels over the layer's box."""

    cloth_depth: NDArray[np.float32]
    """(gh, gw) Depth in pixels, `raster.FAR` where there is none."""
    cloth_part: NDArray[np.int8]
    """(gh, gw) Part of the body that the cloth hangs on, `NO_PART` where there is none, `BEHIND` where
    its inside is seen, `NAPE` on the outside of a collar's back half."""
    body_depth: NDArray[np.float32]
    """(gh, gw) As the cloth's."""
    body_part: NDArray[np.int8]
    """(gh, gw) As the cloth's."""
    face_is_behind: NDArray[np.bool_]
    """(M,) Whether a face of the layer shows its inside, and so is behind all that the body holds up."""
    px_per_m: float
    """Scale of the picture."""

    def nearer(self, margin_m: float) -> NDArray[np.bool_]:
        """(gh, gw) Where the body is nearer than the cloth."""
        is_nearer = self.body_depth < self.cloth_depth - np.float32(margin_m * self.px_per_m)
        return np.asarray(is_nearer & (self.body_part != NO_PART), np.bool_)


class Occluder:
    """Knows the body's shape; looks at frame after frame."""

    def __init__(self, template: BodyTemplate) -> None:
        self._body = simplify(template)
        groups = [LIMBS.get(name, TRUNK) for name in template.segment_names]
        self._groups = np.array(groups, np.int8)
        self._chest = template.segment_index["chest"]
        self._face_groups = self._groups[self._body.main[self._body.faces[:, 0]]]
        self._carry = make_skinner(
            self._body.vertices_rest_m, self._body.segments, self._body.weights, segment_count=len(groups)
        )

    def occlude(
        self, frame_rgb: NDArray[np.uint8], layer: RenderedLayer, body: Body, parse: ParseFrame | None
    ) -> Occlusion:
        """What stands before the layer; without a parse the body alone decides."""
        height, width = layer.depth_px.shape
        sight = self._look(layer, body)
        labels = None if parse is None else labels_on_cells(parse, layer.box_px, sight.cloth_depth.shape)
        if labels is None:
            front, before_back = front_by_depth(sight)
        else:
            front, before_back = front_by_labels(sight, labels)
        mask = sharpen(frame_rgb, layer.box_px, front)
        put_before_back(layer.faces, sight.face_is_behind, sight.cloth_part, before_back, mask)
        return Occlusion(mask, spread(darken(sight), (width, height)))

    def _look(self, layer: RenderedLayer, body: Body) -> Sight:
        """Cloth and body on cells."""
        height, width = layer.depth_px.shape
        cells = (-(-height // CELL_PX), -(-width // CELL_PX))
        body_depth, body_part = self._look_at_body(layer, body, cells)
        cloth_depth, cloth_part = np.empty(cells, np.float32), np.empty(cells, np.int8)
        parts = self._groups[layer.face_segments].copy()
        if body.image_from_rest[self._chest, 2, 1] > 0:
            # Who faces the camera and seems to lean forward shows the outside of the collar's back half too.
            parts[layer.face_is_back & ((parts == TRUNK) | (parts == NECK))] = NAPE
        parts[layer.face_is_inside] = BEHIND
        look_at_cloth(layer.depth_px, layer.faces, parts, cloth_depth, cloth_part)
        return Sight(cloth_depth, cloth_part, body_depth, body_part, parts == BEHIND, body.px_per_m)

    def _look_at_body(
        self, layer: RenderedLayer, body: Body, cells: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Depth and part of the body on the cells, part -1 where it is not."""
        corner = np.array([*layer.box_px[:2], 0], np.float32)
        scale = np.array([1 / CELL_PX, 1 / CELL_PX, 1], np.float32)
        points = (self._carry(body.image_from_rest) - corner) * scale - np.array([0.5, 0.5, 0], np.float32)
        depth = np.full(cells, FAR, np.float32)
        ids = np.full(cells, raster.NOTHING, np.int32)
        rows = np.zeros((cells[0], 2), np.int32)
        raster.fill(points, self._body.faces, 0, True, depth, ids, rows)
        return depth, np.where(ids >= 0, self._face_groups[ids], -1).astype(np.int8)


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
    face_parts: NDArray[np.int8],
    cell_depth: NDArray[np.float32],
    cell_part: NDArray[np.int8],
) -> None:
    """Depth and part of the cloth in the middle of each cell."""
    for i in range(cell_depth.shape[0]):
        y = min(i * CELL_PX + 2, depth.shape[0] - 1)
        for j in range(cell_depth.shape[1]):
            x = min(j * CELL_PX + 2, depth.shape[1] - 1)
            face = faces[y, x]
            cell_depth[i, j] = depth[y, x]
            cell_part[i, j] = NO_PART if face < 0 else face_parts[face]


def front_by_depth(sight: Sight) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Arms and head that are nearer than the cloth stand before it; before its back half the whole body does."""
    front = sight.nearer(MARGIN_M) & _is_arm_or_head(sight.body_part)
    return front.astype(np.float32), sight.nearer(0.0).astype(np.float32)


def front_by_labels(sight: Sight, labels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(gh, gw) Probabilities that something stands before the cloth, and before the back half of a collar.

    Hair and bags always do. Skin does where the body has a bare arm or the face there: skin of neck and chest is what
    the garment covers. A worn sleeve does where the body's arm is nearer.
    """
    nearer = sight.nearer(MARGIN_M)
    over_trunk = (sight.cloth_part != NO_PART) & ~_is_arm(sight.cloth_part)
    near = grow(bare_arms(sight), ARM_ERROR_M * sight.px_per_m / CELL_PX)
    near |= grow((sight.body_part == HEAD).astype(np.uint8), HEAD_ERROR_M * sight.px_per_m / CELL_PX)
    lets_skin = (nearer & _is_arm_or_head(sight.body_part)) | (near > 0) & (over_trunk | (sight.cloth_part == NO_PART))
    lets_skin |= (sight.cloth_part == NAPE) & ((sight.body_part >= HEAD) | (sight.body_part == NO_PART))
    covered = np.zeros(nearer.shape, np.float32)
    for sides in ((UPPER_LEFT, LOWER_LEFT), (UPPER_RIGHT, LOWER_RIGHT)):
        here = np.isin(sight.body_part, sides)
        covered[here & nearer] = 1 - bareness(labels, sight.body_part == sides[1])
    lets = np.stack([lets_skin, covered], axis=-1).astype(np.float32)
    lets = np.asarray(cv2.blur(lets, (3, 3)), np.float32)
    before = own_hair(sight, labels) + labels[..., BAG]
    front = before + labels[..., SKIN] * lets[..., 0] + labels[..., CLOTH] * lets[..., 1]
    before_back = before + labels[..., SKIN] + labels[..., CLOTH] * sight.nearer(0.0)
    return np.minimum(front, 1), np.minimum(before_back, 1)


def _is_arm(part: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray((part >= UPPER_LEFT) & (part <= LOWER_RIGHT), np.bool_)


def _is_arm_or_head(part: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray((part >= UPPER_LEFT) & (part <= HEAD), np.bool_)


def bare_arms(sight: Sight) -> NDArray[np.uint8]:
    """(gh, gw) Forearms and hands as far as no sleeve of the garment covers them."""
    lower = (sight.body_part == LOWER_LEFT) | (sight.body_part == LOWER_RIGHT)
    bare = (lower & ~_is_arm(sight.cloth_part)).astype(np.uint8)
    # The rim of an arm that shows beside a narrow sleeve is no bare arm.
    return np.asarray(cv2.morphologyEx(bare, cv2.MORPH_OPEN, _disc(RIM_M * sight.px_per_m / CELL_PX)), np.uint8)


def own_hair(sight: Sight, labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(gh, gw) Probability of hair that hangs together with the head; lace and fur on a chest do not."""
    hair = np.ascontiguousarray(labels[..., HAIR])
    count, pieces = cv2.connectedComponents((hair > 0.25).astype(np.uint8))
    if count < 2:
        return hair
    head = grow((sight.body_part == HEAD).astype(np.uint8), HAIR_REACH_M * sight.px_per_m / CELL_PX) > 0
    # What touches the upper edge of the box goes on above it.
    kept = np.zeros(count, np.bool_)
    kept[pieces[head]] = True
    kept[pieces[0]] = True
    kept[0] = True
    return np.where(kept[pieces], hair, np.float32(0))


def darken(sight: Sight) -> NDArray[np.uint8]:
    """(gh, gw) Brightness of each cell's cloth, less where sleeves, arms or head are close before it."""
    limb = np.where(_is_arm_or_head(sight.body_part), sight.body_depth, FAR)
    reach = CONTACT_M * sight.px_per_m
    nearest = np.minimum(limb, sight.cloth_depth)
    return np.asarray(_darken(sight.cloth_depth, nearest, reach, max(round(reach / CELL_PX), 1)), np.uint8)


@nb.njit(cache=True, nogil=True, fastmath=True)
def _darken(cloth: NDArray[np.float32], nearest: NDArray[np.float32], reach: float, step: int) -> NDArray[np.uint8]:
    height, width = cloth.shape
    bright = np.full((height, width), 255, np.uint8)
    for i in range(height):
        for j in range(width):
            here, hidden = cloth[i, j], 0.0
            if here == FAR:
                continue
            for k in range(12):
                far = step if k < 8 else (step + 1) // 2
                # The light comes from above, so what is above counts, not what is below.
                lift = step // 2 if k == 6 else 0
                y = i + far * (-1, -1, -1, 0, 0, 1, -1, 0, -1, 0, 0, -1)[k] - lift
                x = j + far * (0, -1, 1, -1, 1, 0, 0, 0, 0, -1, 1, 1)[k]
                if y < 0 or x < 0 or y >= height or x >= width:
                    continue
                # Not the cloth's own slope.
                hidden += min(max((here - nearest[y, x]) / reach - 0.8, 0.0), 1.0)
            bright[i, j] = np.uint8(255 * (1 - min(DARKEST_CONTACT * hidden / 7.5, DARKEST_CONTACT)))
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


@nb.njit(cache=True, nogil=True, fastmath=True)
def put_before_back(
    faces: NDArray[np.int32],
    is_behind: NDArray[np.bool_],
    cloth_part: NDArray[np.int8],
    before_back: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None:
    """Pixels that show the back half of a collar have more in front of them than their neighbours on the front half."""
    height, width = out.shape
    last_i, last_j = before_back.shape[0] - 1, before_back.shape[1] - 1
    for i in range(last_i + 1):
        for j in range(last_j + 1):
            found = False
            for k in range(9):
                ni, nj = min(max(i + k // 3 - 1, 0), last_i), min(max(j + k % 3 - 1, 0), last_j)
                found = found or cloth_part[ni, nj] == BEHIND
            if not found:
                continue
            for y in range(i * CELL_PX, min((i + 1) * CELL_PX, height)):
                for x in range(j * CELL_PX, min((j + 1) * CELL_PX, width)):
                    if faces[y, x] < 0 or not is_behind[faces[y, x]]:
                        continue
                    fy, fx = (y + 0.5) / CELL_PX - 0.5, (x + 0.5) / CELL_PX - 0.5
                    top, left = max(int(np.floor(fy)), 0), max(int(np.floor(fx)), 0)
                    low, right = min(top + 1, last_i), min(left + 1, last_j)
                    ty, tx = max(fy - top, 0.0), max(fx - left, 0.0)
                    above = before_back[top, left] * (1 - tx) + before_back[top, right] * tx
                    below = before_back[low, left] * (1 - tx) + before_back[low, right] * tx
                    value = ((above * (1 - ty) + below * ty) - 0.5) * 3 + 0.5
                    out[y, x] = max(out[y, x], np.uint8(255 * min(max(value, 0.0), 1.0)))


def _disc(radius: float) -> NDArray[np.uint8]:
    size = 2 * min(max(round(radius), 1), 40) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def grow(mask: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """The mask, `radius` cells wider all round."""
    return np.asarray(cv2.dilate(mask, _disc(radius)), np.uint8)
