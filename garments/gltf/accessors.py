"""Numbers out of a glTF file: every bound is checked by arithmetic before anything is allocated."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from garments.errors import RefusedError
from garments.gltf.container import Container
from garments.gltf.document import Accessor, Sparse, item

COMPONENTS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
MOST_ELEMENTS = 8_000_000


def read_numbers(container: Container, index: int, what: str, *, widths: tuple[int, ...]) -> NDArray[Any]:
    """(count, width) An accessor's numbers; normalized ones as float32, others in their own type.

    Raises:
        RefusedError: `mesh-broken` where the file contradicts itself, `mesh-too-large` beyond bearable counts.
    """
    accessor = check_accessor(container, index, what, widths)
    width = WIDTHS[accessor.type]
    dtype = np.dtype(COMPONENTS[accessor.component_type])
    if accessor.buffer_view is None:
        values = np.zeros((accessor.count, width), dtype)
    else:
        values = _read_view(container, accessor.buffer_view, accessor.byte_offset, accessor.count, width, dtype, what)
    if accessor.sparse is not None:
        values = _replace(container, values.copy(), accessor.sparse, what)
    if accessor.normalized and dtype.kind in "iu":
        largest = float(2 ** (8 * dtype.itemsize - (dtype.kind == "i")) - 1)
        return np.asarray(np.maximum(values.astype(np.float32) / np.float32(largest), -1.0), np.float32)
    return values


def check_accessor(container: Container, index: int, what: str, widths: tuple[int, ...]) -> Accessor:
    """What the file says of an accessor, once that is possible."""
    accessor = item(container.document.accessors, index, "accessor")
    if accessor.component_type not in COMPONENTS or WIDTHS.get(accessor.type) not in widths:
        raise RefusedError(
            "mesh-broken",
            f"The {what} cannot be of type {accessor.type[:10]} {accessor.component_type} (accessor {index}).",
        )
    if accessor.count > MOST_ELEMENTS:
        raise RefusedError(
            "mesh-too-large", f"The {what} claim {accessor.count:,} elements: at most {MOST_ELEMENTS:,} are read."
        )
    if accessor.buffer_view is None and accessor.sparse is None:
        raise RefusedError(
            "mesh-broken", f"The {what} claim {accessor.count:,} elements, of which the file holds none."
        )
    return accessor


def _read_view(
    container: Container, view_index: int, offset: int, count: int, width: int, dtype: np.dtype[Any], what: str
) -> NDArray[Any]:
    content, view = container.view(view_index)
    size = width * dtype.itemsize
    stride = view.byte_stride or size
    if stride < size:
        raise RefusedError("mesh-broken", f"The {what} overlap: {stride} bytes from one to the next, {size} needed.")
    if count and offset + stride * (count - 1) + size > len(content):
        raise RefusedError(
            "mesh-broken", f"The {what} claim {count:,} elements, more than buffer view {view_index} holds."
        )
    if not count:
        return np.zeros((0, width), dtype)
    little = dtype.newbyteorder("<")
    return np.ndarray((count, width), little, content, offset, (stride, dtype.itemsize)).astype(dtype)


def _replace(container: Container, values: NDArray[Any], sparse: Sparse, what: str) -> NDArray[Any]:
    if sparse.count > len(values):
        raise RefusedError("mesh-broken", f"The {what} replace {sparse.count:,} of {len(values):,} elements.")
    if sparse.indices.component_type not in (5121, 5123, 5125):
        raise RefusedError("mesh-broken", f"The {what} replace elements that are not numbered by whole numbers.")
    index_type = np.dtype(COMPONENTS[sparse.indices.component_type])
    indices, where = sparse.indices, sparse.values
    rows = _read_view(container, indices.buffer_view, indices.byte_offset, sparse.count, 1, index_type, what).ravel()
    if len(rows) and int(rows.max()) >= len(values):
        raise RefusedError("mesh-broken", f"The {what} replace element {int(rows.max())} of {len(values):,}.")
    width, dtype = values.shape[1], values.dtype
    values[rows] = _read_view(container, where.buffer_view, where.byte_offset, sparse.count, width, dtype, what)
    return values
