"""Cloth and body side by side, on cells of a few pixels: what is nearer where, and what part of the body it is."""

from dataclasses import dataclass

import cv2
import numba as nb
import numpy as np
from numpy.typing import NDArray

from body_model.skin import make_skinner
from body_model.template import BodyTemplate
from fitting import raster
from fitting.frame import PARSE_LABELS, Body, ParseFrame
from fitting.raster import FAR, NOTHING
from fitting.render import RenderedLayer

CELLS_PX = (4, 6)
LARGE_BOX_PX = 300_000
"""Boxes of more pixels than this are looked at in the larger cells: 2.2 times fewer."""
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
BELOW = ("pelvis", *LEGS)
SLEEVE_CELLS = 8
"""Fewer cells of a sleeve say nothing of where it ends."""
CUFF_SHARE = 0.04
"""How far before a sleeve's end an arm counts as out of it, as a share of the forearm."""
NO_TEXTURE = np.zeros((1, 1, 4), np.uint8)
HAIR, SKIN, BAG, CLOTH = range(4)
PLANES = (("hair",), ("skin",), ("bag",), ("upper", "lower", "dress", "other"))


def choose_cell(size_px: tuple[int, int]) -> int:
    """Side of a cell for a box of this width and height."""
    return CELLS_PX[size_px[0] * size_px[1] > LARGE_BOX_PX]


@dataclass(frozen=True)
class Sight:
    """Cloth and body as they are seen, on cells of a few pixels over the layer's box."""

    cloth_depth: NDArray[np.float32]
    """(gh, gw) Depth in pixels, `raster.FAR` where there is none."""
    cloth_part: NDArray[np.int8]
    """(gh, gw) Part of the body that the cloth hangs on, `NO_PART` where there is none, `BEHIND` where
    its inside is seen, `NAPE` on the outside of a collar's back half."""
    body_depth: NDArray[np.float32]
    """(gh, gw) As the cloth's."""
    body_part: NDArray[np.int8]
    """(gh, gw) As the cloth's."""
    cloth_is_low: NDArray[np.bool_]
    """(gh, gw) Whether the cloth belongs to what hangs from the waist."""
    cloth_is_below: NDArray[np.bool_]
    """(gh, gw) Whether the cloth hangs on hips and legs."""
    cloth_is_on_leg: NDArray[np.bool_]
    """(gh, gw) Whether it hangs on a leg."""
    arm_is_sleeved: NDArray[np.bool_]
    """(gh, gw) Whether the body's arm is there and a sleeve goes round it, hidden though it may be by other cloth."""
    face_is_behind: NDArray[np.bool_]
    """(M,) Whether a face of the layer shows its inside, and so is behind all that the body holds up."""
    px_per_m: float
    """Scale of the picture."""
    cell_px: int
    """Side of a cell."""

    def cells(self, length_m: float) -> float:
        """How many cells a length takes."""
        return length_m * self.px_per_m / self.cell_px

    def nearer(self, margin_m: float) -> NDArray[np.bool_]:
        """(gh, gw) Where the body is nearer than the cloth."""
        is_nearer = self.body_depth < self.cloth_depth - np.float32(margin_m * self.px_per_m)
        return np.asarray(is_nearer & (self.body_part != NO_PART), np.bool_)


class Looker:
    """Knows the body's shape; looks at layer after layer."""

    def __init__(self, template: BodyTemplate) -> None:
        self._body = simplify(template)
        groups = [LIMBS.get(name, TRUNK) for name in template.segment_names]
        self._groups = np.array(groups, np.int8)
        self._chest = template.segment_index["chest"]
        count = len(self._body.faces)
        self._solid, self._planes = np.zeros(count, np.bool_), np.zeros((count, raster.PLANE), np.float32)
        self._is_below = np.array([name.startswith(BELOW) for name in template.segment_names])
        self._is_leg = np.array([name.startswith(LEGS) for name in template.segment_names])
        self._face_groups = self._groups[self._body.main[self._body.faces[:, 0]]]
        rows = [template.segment_index[f"forearm_{side}"] for side in ("left", "right")]
        pairs = ((UPPER_LEFT, LOWER_LEFT), (UPPER_RIGHT, LOWER_RIGHT))
        self._arms = [(pair, row, template.bones_rest_m[row]) for pair, row in zip(pairs, rows, strict=True)]
        self._carry = make_skinner(
            self._body.vertices_rest_m, self._body.segments, self._body.weights, segment_count=len(groups)
        )

    def look(self, layer: RenderedLayer, body: Body) -> Sight:
        """Cloth and body on cells."""
        height, width = layer.words.shape
        cell_px = choose_cell((width, height))
        cells = (-(-height // cell_px), -(-width // cell_px))
        body_depth, body_part = self._look_at_body(layer, body, cells, cell_px)
        cloth_depth, cloth_face = np.empty(cells, np.float32), np.empty(cells, np.int32)
        parts = self._groups[layer.face_segments].copy()
        if body.image_from_rest[self._chest, 2, 1] > 0:
            # Who faces the camera and seems to lean forward shows the outside of the collar's back half too.
            parts[layer.face_is_back & ((parts == TRUNK) | (parts == NECK))] = NAPE
        parts[layer.face_is_inside] = BEHIND
        look_at_cloth(layer.words, *layer.code.numbers, cell_px, cloth_depth, cloth_face)
        is_cloth, segments = cloth_face >= 0, layer.face_segments[cloth_face]
        # Inner layers were drawn further away than they are, outer ones nearer.
        cloth_depth -= np.where(is_cloth, layer.face_shift_px[cloth_face], np.float32(0))
        cloth_part = np.where(is_cloth, parts[cloth_face], np.int8(NO_PART))
        return Sight(
            cloth_depth,
            cloth_part,
            body_depth,
            body_part,
            is_cloth & layer.face_hangs_low[cloth_face],
            is_cloth & self._is_below[segments],
            is_cloth & self._is_leg[segments],
            find_sleeved(cloth_part, body_part, self._forearms(layer, body, cell_px), 0.06 * body.px_per_m / cell_px),
            parts == BEHIND,
            body.px_per_m,
            cell_px,
        )

    def _forearms(self, layer: RenderedLayer, body: Body, cell_px: int) -> dict[tuple[int, int], NDArray[np.float32]]:
        """(2, 2) Elbow and wrist in cells, by the parts of the arm."""
        corner, arms = np.array(layer.box_px[:2], np.float32), {}
        for parts, row, bone in self._arms:
            affine = body.image_from_rest[row, :2]
            arms[parts] = ((bone @ affine[:, :3].T + affine[:, 3] - corner) / cell_px - 0.5).astype(np.float32)
        return arms

    def _look_at_body(
        self, layer: RenderedLayer, body: Body, cells: tuple[int, int], cell_px: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Depth and part of the body on the cells, part -1 where it is not."""
        corner = np.array([*layer.box_px[:2], 0], np.float32)
        scale = np.array([1 / cell_px, 1 / cell_px, 1], np.float32)
        points = (self._carry(body.image_from_rest) - corner) * scale - np.array([0.5, 0.5, 0], np.float32)
        words = np.full(cells, raster.NOTHING, np.uint32)
        rows = np.zeros((cells[0], 2), np.int32)
        faces = self._body.faces
        code = raster.make_code(len(faces), float(points[:, 2].min()), float(points[:, 2].max()))
        raster.fill(points, faces, 0, True, *code.numbers, self._solid, self._planes, (0, 0), NO_TEXTURE, words, rows)
        seen = code.faces(words)
        part = np.where(seen >= 0, self._face_groups[seen], NO_PART).astype(np.int8)
        return code.depths_px(words), part


def find_sleeved(
    cloth_part: NDArray[np.int8],
    body_part: NDArray[np.int8],
    forearms: dict[tuple[int, int], NDArray[np.float32]],
    least_cells: float,
) -> NDArray[np.bool_]:
    """(gh, gw) Where the body's arm is up to where its sleeve is seen to end.

    A wide trunk may lie before a part of the sleeve; the arm in there is no bare arm.

    Args:
        cloth_part: (gh, gw) As in `Sight`.
        body_part: (gh, gw) As in `Sight`.
        forearms: (2, 2) Elbow and wrist in cells, by upper and lower part of each arm.
        least_cells: Forearms that seem shorter point at the camera, where ends cannot be told.
    """
    sleeved = np.zeros(body_part.shape, np.bool_)
    for (upper, lower), (elbow, wrist) in forearms.items():
        axis = wrist - elbow
        size = float(np.linalg.norm(axis))
        sleeve = np.argwhere(cloth_part == lower)[:, ::-1]
        if size < least_cells or len(sleeve) < SLEEVE_CELLS:
            continue
        reach = float(np.quantile((sleeve - elbow) @ axis / size**2, 0.95))
        arm = np.argwhere(body_part == lower)
        inside = arm[(arm[:, ::-1] - elbow) @ axis / size**2 < reach - CUFF_SHARE]
        sleeved[inside[:, 0], inside[:, 1]] = True
        sleeved |= body_part == upper
    return sleeved


@dataclass(frozen=True)
class SimpleBody:
    """The body above the hips with fewer vertices: what a cell of four pixels can tell apart."""

    vertices_rest_m: NDArray[np.float32]
    faces: NDArray[np.int32]
    segments: NDArray[np.int32]
    weights: NDArray[np.float32]
    main: NDArray[np.int32]
    """(N,) The segment that moves each vertex most."""


def simplify(template: BodyTemplate, spacing_m: float = 0.018) -> SimpleBody:
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
    parse: ParseFrame, box_px: tuple[int, int, int, int], cells: tuple[int, int], cell_px: int
) -> NDArray[np.float32]:
    """(gh, gw, 4) Probabilities of hair, skin, bag and cloth on the cells of the box."""
    chosen = [parse.probabilities[..., [PARSE_LABELS.index(name) for name in names]].sum(axis=-1) for names in PLANES]
    return bring_to_cells(np.stack(chosen, axis=-1), parse, box_px, cells, cell_px)


def top_on_cells(
    parse: ParseFrame, box_px: tuple[int, int, int, int], cells: tuple[int, int], cell_px: int
) -> NDArray[np.float32]:
    """(gh, gw) Probability of the shopper's own top on the cells of the box."""
    return bring_to_cells(parse.probabilities[..., PARSE_LABELS.index("upper")], parse, box_px, cells, cell_px)


def bring_to_cells(
    grid: NDArray[np.float32],
    parse: ParseFrame,
    box_px: tuple[int, int, int, int],
    cells: tuple[int, int],
    cell_px: int,
) -> NDArray[np.float32]:
    """(gh, gw, ...) What lies on the parse's grid, on the cells of the box."""
    x0, y0, x1, y1 = (float(v) for v in parse.box_image_px)
    across, down = (x1 - x0) / grid.shape[1], (y1 - y0) / grid.shape[0]
    grid_from_cell = np.array(
        [
            [cell_px / across, 0, (box_px[0] + cell_px / 2 - x0) / across - 0.5],
            [0, cell_px / down, (box_px[1] + cell_px / 2 - y0) / down - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    plain = np.ascontiguousarray(grid, np.float32)
    return np.asarray(cv2.warpAffine(plain, grid_from_cell, cells[::-1], flags=flags), np.float32)


@nb.njit(cache=True, nogil=True)
def look_at_cloth(
    words: NDArray[np.uint32],
    face_bits: int,
    near_px: np.float32,
    steps_a_px: np.float32,
    cell_px: int,
    cell_depth: NDArray[np.float32],
    cell_face: NDArray[np.int32],
) -> None:
    """Depth and face of the cloth in the middle of each cell, `FAR` and -1 where there is none."""
    mask = np.uint32((1 << face_bits) - 1)
    for i in range(cell_depth.shape[0]):
        y = min(i * cell_px + cell_px // 2, words.shape[0] - 1)
        for j in range(cell_depth.shape[1]):
            x = min(j * cell_px + cell_px // 2, words.shape[1] - 1)
            word = words[y, x]
            if word == NOTHING:
                cell_depth[i, j], cell_face[i, j] = FAR, -1
            else:
                cell_depth[i, j] = near_px + np.float32(word >> np.uint32(face_bits)) / steps_a_px
                cell_face[i, j] = np.int32(word & mask)
