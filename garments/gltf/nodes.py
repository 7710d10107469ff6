"""Where the meshes of a glTF scene stand."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.gltf.accessors import read_numbers
from garments.gltf.container import Container
from garments.gltf.document import Document, Node, item

DEEPEST = 64
FARTHEST = 1e12
Array = NDArray[Any]


@dataclass(frozen=True)
class Placed:
    """A mesh and where it stands."""

    mesh: int
    """Its number."""
    scene_from_mesh: NDArray[np.float64]
    """(4, 4) Of the skeleton's bind pose, where the mesh has one."""
    name: str
    """Its node's name."""


def place_meshes(container: Container) -> list[Placed]:
    """Every mesh of the scene, as often as it stands there.

    Raises:
        RefusedError: `mesh-broken` when nodes are no tree, `mesh-too-complex` when they are nested too deeply.
    """
    document = container.document
    _check_tree(document)
    worlds: dict[int, Array] = {}
    todo = [(root, np.eye(4), 0) for root in _roots(document)]
    while todo:
        index, above, depth = todo.pop()
        if depth > DEEPEST:
            raise RefusedError("mesh-too-complex", f"The nodes are nested more than {DEEPEST} deep.")
        node = document.nodes[index]
        with np.errstate(all="ignore"):  # what overflows is refused below
            worlds[index] = above @ _local(node, index)
        todo += [(child, worlds[index], depth + 1) for child in node.children]
    placed = []
    for index, world in sorted(worlds.items()):
        node = document.nodes[index]
        if node.mesh is not None:
            stands = world if node.skin is None else _bind_pose(container, node.skin, worlds, world)
            if not (np.abs(stands) < FARTHEST).all() or abs(np.linalg.det(stands[:3, :3])) < 1e-30:
                raise RefusedError("mesh-broken", f"Node {index} is scaled to nothing, or beyond numbers.")
            placed.append(Placed(node.mesh, stands, node.name))
    return placed


def _roots(document: Document) -> list[int]:
    if document.scenes:
        roots = item(document.scenes, document.scene or 0, "scene").nodes
    else:
        below = {child for node in document.nodes for child in node.children}
        roots = [index for index in range(len(document.nodes)) if index not in below]
    for root in roots:
        item(document.nodes, root, "node")
    if len(set(roots)) < len(roots):
        raise RefusedError("mesh-broken", "A node stands in the scene twice.")
    return roots


def _check_tree(document: Document) -> None:
    """One parent a node at most, and none above itself: instances by the million hang on shared children."""
    parents = np.full(len(document.nodes), -1, np.int64)
    for index, node in enumerate(document.nodes):
        for child in node.children:
            item(document.nodes, child, "node")
            if parents[child] >= 0 or child == index:
                raise RefusedError(
                    "mesh-broken", f"Node {child} hangs on more than one node, or on itself: nodes are a tree."
                )
            parents[child] = index
    above = parents.copy()
    # Pointer jumping: after log2(count) steps every node looks beyond the root, unless it is on a ring.
    for _ in range(len(parents).bit_length() + 1):
        above = np.where(above >= 0, np.append(above, -1)[above], -1)
    if (above >= 0).any():
        raise RefusedError("mesh-broken", f"Node {int(np.argmax(above >= 0))} hangs below itself: nodes are a tree.")


def _local(node: Node, index: int) -> Array:
    if node.matrix is not None:
        matrix = np.array(node.matrix, np.float64).reshape(4, 4).T
        if not np.allclose(matrix[3], [0, 0, 0, 1], atol=1e-6):
            raise RefusedError("mesh-broken", f"The matrix of node {index} is no affine one.")
        return matrix
    x, y, z, w = node.rotation or (0.0, 0.0, 0.0, 1.0)
    norm = max(float(np.sqrt(x * x + y * y + z * z + w * w)), 1e-9)
    x, y, z, w = x / norm, y / norm, z / norm, w / norm
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = turn * np.array(node.scale or (1.0, 1.0, 1.0))
    matrix[:3, 3] = node.translation or (0.0, 0.0, 0.0)
    return matrix


def _bind_pose(container: Container, skin_index: int, worlds: dict[int, Array], world: Array) -> Array:
    """Where a skinned mesh stands in its bind pose: its first joint as the scene has it, the others as bound."""
    skin = item(container.document.skins, skin_index, "skin")
    if not skin.joints:
        raise RefusedError("mesh-broken", f"Skin {skin_index} has no joints.")
    for joint in skin.joints:
        item(container.document.nodes, joint, "node")
    if skin.inverse_bind_matrices is None:
        return world
    binds = read_numbers(container, skin.inverse_bind_matrices, "bind matrices", widths=(16,))
    if len(binds) < len(skin.joints):
        raise RefusedError("mesh-broken", f"Skin {skin_index} has fewer bind matrices than joints.")
    first = worlds.get(skin.joints[0])
    return world if first is None else np.asarray(first @ binds[0].astype(np.float64).reshape(4, 4).T)
