"""Brings the parser's network to 8-bit whole numbers: half the time a look, a third of the size.

    python -m fitting.training.quantize --source parser32.onnx --photos CCP/photos --poses poses.npz
        --leave-out DIR/held_out.json --out assets/models/parser.onnx

Needs the `onnx` package. Ranges are read off crops of training photos. Weights keep to 7 bits, since processors without
8-bit dot products would overflow on more.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from fitting.frame import PoseFrame
from fitting.parse import network_input, person_box
from garments.photo import read_photo

CROPS = 80
SEED = 7


class Crops(CalibrationDataReader):
    """Crops of training photos as the product makes them, whole people and half people in turn."""

    def __init__(self, photos: Path, poses: Path, leave_out: set[str]) -> None:
        self.crops = draw_crops(photos, poses, leave_out)

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        """The next input, None after the last."""
        crop = next(self.crops, None)
        return None if crop is None else {"picture": crop[None]}


def draw_crops(photos: Path, poses: Path, leave_out: set[str]) -> Iterator[NDArray[np.uint8]]:
    """(288, 192, 6) each."""
    stored = np.load(poses)
    order = np.random.default_rng(SEED).permutation(len(stored["ids"]))
    chosen = [row for row in order if str(stored["ids"][row]) not in leave_out][:CROPS]
    for turn, row in enumerate(chosen):
        photo = read_photo(photos / f"{stored['ids'][row]}.jpg")[..., :3]
        points = stored["points"][row]
        if turn % 2:
            knees = points[23:25, 1].mean() + 0.4 * np.ptp(points[23:29, 1])
            photo = photo[: int(np.clip(knees, 120, len(photo)))]
        pose = PoseFrame(points, np.zeros((33, 3), np.float32), stored["visibility"][row], 0.0)
        yield network_input(photo, pose, person_box(pose, photo.shape))


def fold_pads(source: Path, target: Path) -> None:
    """Move each padding into the convolution after it, so that whole numbers stay whole in between."""
    model = onnx.load(str(source))
    graph = model.graph
    values = {weight.name: onnx.numpy_helper.to_array(weight) for weight in graph.initializer}
    values |= {n.output[0]: onnx.numpy_helper.to_array(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
    pads = {node.output[0]: node for node in graph.node if node.op_type == "Pad"}
    for node in graph.node:
        if node.op_type != "Conv" or node.input[0] not in pads:
            continue
        pad = pads[node.input[0]]
        sides = values[pad.input[1]]  # starts of n, c, y, x, then their ends
        own = next(attribute for attribute in node.attribute if attribute.name == "pads")
        total = np.array(own.ints) + sides[[2, 3, 6, 7]]
        node.attribute.remove(own)
        node.attribute.append(onnx.helper.make_attribute("pads", total.tolist()))
        node.input[0] = pad.input[0]
    kept = [node for node in graph.node if node.op_type != "Pad"]
    del graph.node[:]
    graph.node.extend(kept)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def quantize(source: Path, photos: Path, poses: Path, leave_out: Path, out: Path) -> None:
    """Write the network in whole numbers."""
    with tempfile.TemporaryDirectory() as folder:
        ready, folded = Path(folder) / "ready.onnx", Path(folder) / "folded.onnx"
        quant_pre_process(str(source), str(ready))
        fold_pads(ready, folded)
        quantize_static(
            str(folded),
            str(out),
            Crops(photos, poses, set(json.loads(leave_out.read_text()))),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Add", "Clip", "Relu"],
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "photos", "poses", "leave-out", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    quantize(**vars(parser.parse_args()))
