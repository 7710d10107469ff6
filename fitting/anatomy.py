"""What is where on a garment, known before anybody wears it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from body_model.load import load_template
from fitting.per_garment import PerGarment
from garments.garment import Garment
from garments.kinds import get_kind

RIDGE_Y_M = -0.01
"""Where the resting body's shoulders are highest."""
COLLAR_Z_M, LINED_Z_M, COLLAR_HALF_M = 1.32, 1.1, 0.16
"""Height of the neck's foot, of the deepest neckline, and half the width of the widest, on the resting body."""
WAIST_Y_M, WAISTBAND_M = -0.04, 0.12
"""Middle of the resting body's waist, and how deep the inside of a waistband's back may be seen."""
OPAQUE = 200
"""Alpha from which on cloth has no hole."""
ASKED = np.array([(i, j, 4 - i - j) for i in range(5) for j in range(5 - i)], np.float32) / 4
"""(15, 3) Where on a triangle the texture is asked for holes: weights of its corners."""
NEARLY_ALL = 0.8
"""Share of a piece's faces from which on all of it is lining, whichever way a few of them lean."""
INSIDE = 0.62
"""Shade of a garment's inside."""


@dataclass(frozen=True)
class Anatomy:
    """What is where on a garment."""

    face_segments: NDArray[np.int32]
    """(M,) The body segment that each face hangs on most."""
    face_is_back: NDArray[np.bool_]
    """(M,) Whether it lies behind the ridge of the shoulders."""
    face_is_lining: NDArray[np.bool_]
    """(M,) Whether it is turned towards the wearer, as the inside of a collar is."""
    vertex_shade: NDArray[np.float32]
    """(N,) `INSIDE` for the lining, 1 elsewhere."""
    vertex_is_lining: NDArray[np.bool_]
    """(N,) Whether a vertex belongs to the lining."""
    forearm: NDArray[np.float32]
    """(N,) How much of each vertex a forearm or hand carries."""
    face_is_thin: NDArray[np.bool_]
    """(M,) Whether the texture has a hole, or an edge, on the face."""


def study(garment: Garment) -> Anatomy:
    """Tell back from front and lining from cloth, on the resting body."""
    main = garment.segments[np.arange(len(garment.segments)), garment.weights.argmax(axis=1)]
    a, b, c = (garment.vertices_rest_m[garment.faces[:, k]] for k in range(3))
    across, middle = np.cross(b - a, c - a), (a + b + c) / 3
    # Away from the spine, and above the neck's foot also upwards; below the deepest neckline nothing is lined.
    out = np.maximum(middle - [0, RIDGE_Y_M, COLLAR_Z_M], [-np.inf, -np.inf, 0])
    lining = ((across * out).sum(axis=1) < 0) & (middle[:, 2] > LINED_Z_M) & (np.abs(out[:, 0]) < COLLAR_HALF_M)
    if get_kind(garment.kind).hangs_from == "waist":
        out = middle - [0, WAIST_Y_M, 0]
        lining = ((across * out)[:, :2].sum(axis=1) < 0) & (middle[:, 2] > middle[:, 2].max() - WAISTBAND_M)
    lining |= in_lining_pieces(garment.faces, lining)
    lined = np.zeros(len(garment.vertices_rest_m), np.bool_)
    lined[garment.faces[lining]] = True
    back = (across[:, 1] > 0) | (middle[:, 1] > RIDGE_Y_M)
    is_fore = np.array([name.startswith(("forearm", "hand")) for name in load_template().segment_names])
    forearm = (is_fore[garment.segments] * garment.weights).sum(axis=1)
    shade = np.where(lined, INSIDE, 1).astype(np.float32)
    segments = np.asarray(main[garment.faces[:, 0]], np.int32)
    return Anatomy(segments, back, lining, shade, lined, forearm.astype(np.float32), find_thin(garment))


def in_lining_pieces(faces: NDArray[np.int32], lining: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(M,) Whether a face belongs to a piece that is nearly all lining, such as a sheet sewn in behind a neckline."""
    count = int(faces.max()) + 1
    links = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    graph = coo_matrix((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    piece = connected_components(graph, directed=False)[1][faces[:, 0]]
    share = np.bincount(piece, lining) / np.maximum(np.bincount(piece), 1)
    return np.asarray((share > NEARLY_ALL)[piece], np.bool_)


def find_thin(garment: Garment) -> NDArray[np.bool_]:
    """(M,) Whether any of 15 points of a face lies on a texel that is not wholly opaque."""
    alpha = garment.texture_rgba[..., 3]
    height, width = alpha.shape
    at = np.einsum("sk,mkd->msd", ASKED, garment.uv[garment.faces])
    x = np.clip(at[..., 0] * width, 0, width - 1).astype(np.int64)
    y = np.clip(at[..., 1] * height, 0, height - 1).astype(np.int64)
    return np.asarray((alpha[y, x] < OPAQUE).any(axis=1), np.bool_)


ANATOMY: PerGarment[Garment, Anatomy] = PerGarment(study)
"""Each garment's."""
