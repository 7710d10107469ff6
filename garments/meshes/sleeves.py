"""Tells sleeves from the trunk of a mesh on the body."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from body_model.template import BodyTemplate
from garments.construct.settle import neighbour_mean

Array = NDArray[Any]
MIDDLE_M = 0.09
"""What is nearer to the middle than this belongs to the trunk."""
STEPS_M = np.arange(-0.04, 0.3, 0.015)
"""How far below the armpit to look for the place where sleeve and trunk part."""
STATION_M = 0.04
"""Distance of the places along an arm where its sleeve is looked at."""
ARM_RADIUS_M, SLACK = 0.045, 0.1
"""Half the thickness of an arm, and the share of a wide sleeve's room that it may hang to one side."""
LEAST_SHARE = 0.02
"""Share of the vertices that a sleeve has at least."""


def find_sleeves(laid_m: Array, faces: Array, template: BodyTemplate) -> NDArray[np.float64]:
    """(N,) 0 on the trunk, +1 on the wearer's left sleeve and -1 on the right one, going over at the shoulder.

    Below the armpit, seen along the line midway between arm and trunk, a sleeve is a piece of its own.

    Args:
        laid_m: (N, 3) The mesh on the body.
        faces: (M, 3) Triangles.
        template: The body, in the mesh's pose.
    """
    mean = neighbour_mean(faces, np.zeros((0, 2), np.int64), len(laid_m))
    share = np.zeros(len(laid_m))
    known = np.abs(laid_m[:, 0]) < MIDDLE_M
    for sign, hand in ((1, "left"), (-1, "right")):
        sleeve, below = _below_armpit(laid_m, mean, template, sign, hand)
        if sleeve is not None:
            share[sleeve] = sign
            known |= below
        else:
            known |= sign * laid_m[:, 0] > 0
    return _spread(share, known, mean)


def _below_armpit(
    laid_m: Array, mean: csr_matrix, template: BodyTemplate, sign: int, hand: str
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_]]:
    """(N,) Which vertices are a sleeve's for certain, and (N,) which lie below the armpit where it parts."""
    index, bones = template.segment_index, template.bones_rest_m.astype(np.float64)
    joint, elbow = bones[index[f"upper_arm_{hand}"]]
    wrist = bones[index[f"forearm_{hand}"], 1]
    arm = (elbow - joint) / np.linalg.norm(elbow - joint)
    between = arm - np.array([0.0, 0.0, 1.0])
    between /= np.linalg.norm(between)
    armpit = joint + 0.07 * between
    offset = (laid_m - armpit) @ between
    to_arm = np.minimum(_from_line(laid_m, joint, elbow), _from_line(laid_m, elbow, wrist))
    to_trunk = _from_line(laid_m, bones[index["chest"], 1], bones[index["pelvis"], 0])
    side = sign * laid_m[:, 0] > 0
    for step in STEPS_M:
        below = offset > step
        if not below.any():
            break
        rows = np.flatnonzero(below)
        label = np.zeros(len(laid_m), np.int64)
        label[rows] = connected_components(mean[rows][:, rows], directed=False)[1]
        count = np.bincount(label[rows])
        mine, nearer, aside = (
            np.bincount(label[rows], values[rows]) / count for values in (to_arm, to_trunk, side.astype(float))
        )
        is_sleeve = (mine < 0.8 * nearer) & (aside > 0.97)
        if count[is_sleeve].sum() > LEAST_SHARE * len(laid_m):
            return below & is_sleeve[label], below & (side | ~is_sleeve[label])
    return None, np.zeros(len(laid_m), np.bool_)


def _from_line(points: Array, start: Array, end: Array) -> NDArray[np.float64]:
    """(N,) Distances from the stretch between two points."""
    along = np.clip((points - start) @ (end - start) / max(float((end - start) @ (end - start)), 1e-9), 0, 1)
    return np.asarray(np.linalg.norm(points - start - along[:, None] * (end - start), axis=1))


def _spread(share: Array, known: Array, mean: csr_matrix) -> NDArray[np.float64]:
    """(N,) The share, in between as even as can be."""
    free = np.flatnonzero(~known)
    if not len(free) or not share.any():
        return share
    # Cloth that hangs together with nothing known stays near zero.
    system = diags(np.full(len(free), 1.0001)) - mean[free][:, free]
    spread = share.copy()
    spread[free] = spsolve(system.tocsc(), mean[free][:, np.flatnonzero(known)] @ share[known])
    return spread


def centre_sleeves(laid_m: Array, share: Array, template: BodyTemplate) -> NDArray[np.float32]:
    """(N, 3) The mesh with each sleeve moved sideways until the arm is in it.

    Args:
        laid_m: (N, 3) The mesh on the body.
        share: (N,) What `find_sleeves` says of it.
        template: The body, in the mesh's pose.
    """
    index, bones = template.segment_index, template.bones_rest_m.astype(np.float64)
    moved = laid_m.astype(np.float64)
    for sign, hand in ((1, "left"), (-1, "right")):
        joint, wrist = bones[index[f"upper_arm_{hand}"], 0], bones[index[f"forearm_{hand}"], 1]
        axis = (wrist - joint) / np.linalg.norm(wrist - joint)
        along = (laid_m - joint) @ axis
        off = laid_m - joint - along[:, None] * axis
        on = sign * share > 0.7
        stations = np.arange(0.06, float(along[on].max(initial=0.0)), STATION_M)
        if len(stations) < 2:
            continue
        pulls = np.zeros((len(stations), 3))
        for row, station in enumerate(stations):
            ring = off[on & (np.abs(along - station) < STATION_M)]
            if len(ring) > 8:
                low, high = np.percentile(ring, [3, 97], axis=0)
                centre, radius = (low + high) / 2, float(np.ptp(np.percentile(ring @ _across(axis), [3, 97]))) / 2
                far, room = float(np.linalg.norm(centre)), SLACK * max(radius - ARM_RADIUS_M, 0.0)
                pulls[row] = -centre * max(1 - room / max(far, 1e-6), 0.0)
        pulls = gaussian_filter1d(pulls, 2.0, axis=0, mode="nearest")
        pull = np.stack([np.interp(along, stations, pulls[:, k]) for k in range(3)], axis=1)
        moved += np.clip(sign * share, 0, 1)[:, None] * pull
    return moved.astype(np.float32)


def _across(axis: Array) -> Array:
    """The direction across an arm that lies in the frontal plane."""
    return np.array([-axis[2], 0.0, axis[0]])
