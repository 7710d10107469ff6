"""Teaches the landmark network from drawings alone: `python -m garments.drawings.train_landmarks` (needs torch)."""

import argparse
import json
import multiprocessing
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray
from torch import Tensor, nn  # type: ignore[import-not-found,unused-ignore]
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]

from garments.drawings.draw_silhouettes import draw
from garments.drawings.drawing import Drawing
from garments.finding.landmark_input import (
    CELL_PX,
    FRONTS,
    GROUPS,
    INPUT_PX,
    MIRRORED,
    NECKS,
    POINTS,
    TOP_POINTS,
    frame_garment,
    network_input,
)

SEED = 20
BATCH = 32
AHEAD = 8
"""Batches drawn in advance."""
HEADS = (len(GROUPS), len(NECKS), len(FRONTS))
"""Lengths of the judgements on the whole."""
FRESH_RATE, WARM_RATE = 3e-3, 1.5e-3
"""Highest learning rates, from nothing and from a trained network."""
OUT = Path(__file__).parents[2] / "assets" / "models"


class LandmarkNetwork(nn.Module):  # type: ignore[misc,unused-ignore]
    """A heat map a point on a grid of 28 by 32 cells, and three judgements on the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(block(3, 16, stride=2), block(16, 32, stride=2))
        self.quarter = block(32, 32)
        self.eighth = nn.Sequential(block(32, 64, stride=2), block(64, 64))
        self.sixteenth = nn.Sequential(block(64, 128, stride=2), block(128, 128), block(128, 128))
        self.whole = nn.Linear(128, 128)
        self.narrow = nn.Conv2d(128, 64, 1)
        self.up = block(64, 64)
        self.narrower = nn.Conv2d(64, 48, 1)
        self.widen = nn.Conv2d(32, 48, 1)
        self.finish = block(48, 48)
        self.maps = nn.Conv2d(48, len(POINTS), 1)
        self.judge = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, sum(HEADS)))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, 128, 112) to (B, 27, 32, 28) log-odds of the maps and (B, 14) of groups, necks and fronts."""
        quarter = self.quarter(self.stem(picture))
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        overall = torch.relu(self.whole(deep.mean(dim=(2, 3))))
        deep = deep + overall[:, :, None, None]
        up = self.up(eighth + functional.interpolate(self.narrow(deep), scale_factor=2.0, mode="nearest"))
        fine = self.widen(quarter) + functional.interpolate(self.narrower(up), scale_factor=2.0, mode="nearest")
        return self.maps(self.finish(fine)), self.judge(overall)


def block(inputs: int, outputs: int, *, stride: int = 1) -> nn.Sequential:
    """Convolution, normalization, and no negative values."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


@dataclass(frozen=True)
class Batch:
    """Drawings as the network sees them, and what it should say."""

    inputs: NDArray[np.float32]
    """(B, 3, 128, 112)"""
    points: NDArray[np.float32]
    """(B, 27, 2) In cells; NaN for what a garment has none of."""
    judged: NDArray[np.int64]
    """(B, 3) Index into `GROUPS`, `NECKS` and `FRONTS`, -1 for none."""


def draw_batch(rng: np.random.Generator, size: int) -> Batch:
    """Random drawings, each twice, the second time in the mirror: drawing takes as long as learning."""
    inputs: list[NDArray[np.float32]] = []
    points: list[NDArray[np.float32]] = []
    judged: list[tuple[int, int, int]] = []
    while len(inputs) < size:
        drawing = draw(rng)
        if (drawing.mask > 127).sum() < 500:
            continue
        for mirrored in (False, True):
            picture, points_px = see(rng, drawing)
            if mirrored:
                picture = picture[:, :, ::-1]
                points_px = points_px[list(MIRRORED)]
                points_px[:, 0] = INPUT_PX[0] - 1 - points_px[:, 0]
            inputs.append(picture)
            points.append(((points_px - (CELL_PX - 1) / 2) / CELL_PX).astype(np.float32))
            judged.append((drawing.group, drawing.neck, drawing.front))
    return Batch(np.stack(inputs), np.stack(points), np.array(judged, np.int64))


def draw_on(seed: int, batches: "multiprocessing.Queue[Batch]") -> None:
    """Put batches into a queue until the process is ended."""
    rng = np.random.default_rng(seed)
    while True:
        batches.put(draw_batch(rng, BATCH))


def see(rng: np.random.Generator, drawing: Drawing) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the network sees of a drawing, a little turned, moved and scaled, and the points in its pixels."""
    affine = frame_garment(drawing.mask)
    turn, grow = np.radians(rng.normal(0, 2.5)), rng.uniform(0.92, 1.05)
    spin = grow * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    middle = (np.array(INPUT_PX) - 1) / 2
    shift = spin @ (affine[:, 2] - middle) + middle + rng.normal(0, 1.5, 2)
    moved = np.column_stack([spin @ affine[:, :2], shift]).astype(np.float32)
    picture = network_input(drawing.mask, drawing.brightness, moved)
    if rng.random() < 0.06:
        picture[1:] = 0
    points = drawing.points_px @ moved[:, :2].T + moved[:, 2]
    return picture, points.astype(np.float32)


def loss_of(maps: Tensor, judged: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss, and each point's distance from where it should be, in cells, (B, 27), NaN where there is none."""
    points = torch.from_numpy(batch.points)
    known = ~torch.isnan(points[..., 0])
    wanted = bells(torch.nan_to_num(points))
    log_shares = functional.log_softmax(maps.flatten(2), dim=2)
    map_losses = -(wanted.flatten(2) * log_shares).sum(dim=2)
    found = middles(log_shares.exp().view_as(maps))
    distances = (found - torch.nan_to_num(points)).norm(dim=2)
    # Points that few garments have count more, or they would be learnt last; the front neckline is judged by the
    # picture, the rest by the outline: it is harder and matters more.
    weights = torch.ones(len(POINTS))
    weights[len(TOP_POINTS) :] = 1.5
    weights[POINTS.index("neck_front")] = 2.0
    weights = weights * known
    point_loss = ((map_losses + 0.6 * distances) * weights).sum() / weights.sum().clamp(min=1)
    loss = point_loss
    for head, weight, truth in zip(torch.split(judged, HEADS, dim=1), (0.5, 0.4, 0.4), batch.judged.T, strict=True):
        loss = loss + weight * functional.cross_entropy(head, torch.from_numpy(truth), ignore_index=-1)
    return loss, torch.where(known, distances, torch.nan).detach()


def bells(points: Tensor) -> Tensor:
    """(B, 27, 32, 28) A small bell round each point, of sum one."""
    columns = torch.arange(INPUT_PX[0] // CELL_PX)
    rows = torch.arange(INPUT_PX[1] // CELL_PX)
    x = torch.exp(-((columns - points[..., :1]) ** 2) / 2)
    y = torch.exp(-((rows - points[..., 1:]) ** 2) / 2)
    maps = y[..., :, None] * x[..., None, :]
    return maps / maps.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)


def middles(shares: Tensor) -> Tensor:
    """(B, N, 2) The mean x and y of each map, in cells."""
    rows, columns = torch.arange(shares.shape[2]), torch.arange(shares.shape[3])
    return torch.stack([(shares.sum(dim=2) * columns).sum(dim=2), (shares.sum(dim=3) * rows).sum(dim=2)], dim=2)


def train(minutes: float, seed: int, start: Path | None) -> tuple[LandmarkNetwork, int]:
    """Learn until the time is over, while a second process draws."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    network = LandmarkNetwork().train()
    if start is not None:
        warm_start(network, start, seed)
    highest = FRESH_RATE if start is None else WARM_RATE
    optimizer = torch.optim.AdamW(network.parameters(), lr=highest, weight_decay=1e-3)
    batches: multiprocessing.Queue[Batch] = multiprocessing.Queue(maxsize=AHEAD)
    artist = multiprocessing.Process(target=draw_on, args=(seed, batches), daemon=True)
    artist.start()
    began, steps, shown = time.monotonic(), 0, 0.0
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        # One cycle by the clock: a busy core makes fewer steps, never an unfinished cycle.
        rate = highest * min(share / 0.05 + 0.05, 1.0) * max(0.5 * (1 + np.cos(np.pi * share)), 0.004)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = batches.get()
        maps, judged = network(torch.from_numpy(batch.inputs))
        loss, distances = loss_of(maps, judged, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        optimizer.step()
        steps += 1
        shown = 0.98 * shown + 0.02 * float(distances.nanmean())
        if steps % 100 == 0:
            print(f"{share:5.2f} step {steps} loss {float(loss.detach()):.3f} mean error {shown:.3f} cells", flush=True)
    artist.terminate()
    return network.eval(), steps


def warm_start(network: LandmarkNetwork, path: Path, seed: int) -> None:
    """Begin from a network that was trained before: its file holds convolutions with the normalization folded in.

    Each normalization is set so that, on a batch of drawings, it changes nothing but adds what was folded.
    """
    import onnx  # type: ignore[import-not-found,unused-ignore]

    stored = [node for node in onnx.load(str(path)).graph.node if node.op_type in ("Conv", "Gemm")]
    held = {t.name: onnx.numpy_helper.to_array(t).copy() for t in onnx.load(str(path)).graph.initializer}
    layers = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    order: list[nn.Module] = []
    hooks = [layer.register_forward_hook(lambda module, _, __: order.append(module)) for layer in layers]
    inputs = torch.from_numpy(draw_batch(np.random.default_rng(seed), 64).inputs)
    with torch.no_grad():
        network(inputs)
        for hook in hooks:
            hook.remove()
        normalizations = {}
        for part in network.modules():
            if isinstance(part, nn.Sequential) and len(part) == 3 and isinstance(part[1], nn.BatchNorm2d):
                normalizations[part[0]] = part[1]
        for layer, node in zip(order, stored, strict=True):
            weight, bias = (torch.from_numpy(held[node.input[k]]) for k in (1, 2))
            if layer.weight.shape != weight.shape:
                # Fewer points or judgements than today: those that are new begin with nothing.
                if layer is network.maps:
                    layer.weight[: len(weight)], layer.bias[: len(bias)] = weight, bias
                continue
            layer.weight.copy_(weight)
            if layer not in normalizations:
                layer.bias.copy_(bias)
                continue
            seen: list[Tensor] = []
            hook = layer.register_forward_hook(lambda _, __, output, seen=seen: seen.append(output))
            network(inputs)
            hook.remove()
            variance, mean = torch.var_mean(seen[0], dim=(0, 2, 3), unbiased=False)
            after = normalizations[layer]
            after.weight.copy_((variance + after.eps).sqrt())
            after.bias.copy_(mean + bias)
            after.running_mean.copy_(mean)
            after.running_var.copy_(variance)


def judge(network: LandmarkNetwork, seed: int) -> dict[str, object]:
    """Errors on drawings it never saw, in shares of the garment's longer side."""
    rng = np.random.default_rng(seed + 1)
    distances, wanted, said = [], [], []
    with torch.no_grad():
        for _ in range(30):
            batch = draw_batch(rng, BATCH)
            maps, judged = network(torch.from_numpy(batch.inputs))
            distances.append(loss_of(maps, judged, batch)[1].numpy())
            wanted.append(batch.judged)
            said.append(np.stack([head.argmax(dim=1).numpy() for head in torch.split(judged, HEADS, dim=1)], axis=1))
    # A garment's box fills 0.86 of the frame, mostly by its height.
    share = np.concatenate(distances) * CELL_PX / (0.86 * INPUT_PX[1])
    truth, found = np.concatenate(wanted), np.concatenate(said)
    right = {
        f"{name}_right": round(float((found[:, k] == truth[:, k])[truth[:, k] >= 0].mean()), 3)
        for k, name in enumerate(("group", "neck", "front"))
    }
    confusion = np.zeros((len(GROUPS), len(GROUPS)), int)
    np.add.at(confusion, (truth[:, 0], found[:, 0]), 1)
    return {
        "mean_error": round(float(np.nanmean(share)), 4),
        "p95_error": round(float(np.nanpercentile(share, 95)), 4),
        "by_point": {name: round(float(np.nanmean(share[:, k])), 4) for k, name in enumerate(POINTS)},
        "by_group": {
            name: round(float(np.nanmean(share[truth[:, 0] == k])), 4)
            for k, name in enumerate(GROUPS)
            if name != "other" and (truth[:, 0] == k).any()
        },
        **right,
        "confusion": confusion.tolist(),
    }


def export(network: LandmarkNetwork, path: Path) -> None:
    """Write the ONNX file: input `garment`, outputs `maps`, `groups`, `necks` and `fronts`, each shares of one."""

    class Shares(nn.Module):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
            maps, judged = self.network(picture)
            shares = functional.softmax(maps.flatten(2), dim=2).view_as(maps)
            return shares, *(functional.softmax(head, 1) for head in torch.split(judged, HEADS, dim=1))

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        Shares().eval(),
        (torch.zeros(2, 3, INPUT_PX[1], INPUT_PX[0]),),
        str(path),
        input_names=["garment"],
        output_names=["maps", "groups", "necks", "fronts"],
        dynamic_axes={name: {0: "batch"} for name in ("garment", "maps", "groups", "necks", "fronts")},
        dynamo=False,
    )


def main() -> None:
    """Train, judge, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=18)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=OUT / "landmarks.onnx")
    parser.add_argument("--start", type=Path, help="an ONNX file of an earlier run to go on from")
    given = parser.parse_args()
    network, steps = train(given.minutes, given.seed, given.start)
    export(network, given.out)
    figures = {"seed": given.seed, "minutes": given.minutes, "steps": steps, "drawings": steps * BATCH // 2}
    figures |= judge(network, given.seed)
    given.out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
