"""Stores an ONNX network's weights in 16 bits; they are widened again when it is loaded, so running is as before.

python -m fitting.training.halve IN.onnx OUT.onnx      (needs the `onnx` package, for training only)
"""

import sys
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found,unused-ignore]
from onnx import helper, numpy_helper

SMALL = 64
"""Weights of fewer numbers stay as they are."""


def halve(source: Path, target: Path) -> None:
    """Write the network with its larger weights in 16 bits, each behind a cast that the runtime folds away."""
    model = onnx.load(str(source))
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != onnx.TensorProto.FLOAT or np.prod(weight.dims) < SMALL:
            continue
        name = weight.name
        narrow = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), name + "_16")
        weight.CopyFrom(narrow)
        casts.append(helper.make_node("Cast", [name + "_16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


if __name__ == "__main__":
    halve(Path(sys.argv[1]), Path(sys.argv[2]))
