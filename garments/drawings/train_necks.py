"""Teaches the neck network from drawings alone: `python -m garments.drawings.train_necks` (needs torch)."""

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

from garments.drawings.draw_neck_photos import NeckDrawing, draw_neck
from garments.drawings.train_landmarks import block, draw_on, middles
from garments.finding.neck_input import CELL_PX, CHANNELS, INPUT_PX, STATIONS, frame_neck, neck_input, spread_stations

SEED = 40
BATCH = 32
AHEAD = 8
"""Batches drawn in advance."""
RATE = 3e-3
"""Highest learning rate."""
OUT = Path(__file__).parents[2] / "assets" / "models" / "necks.onnx"


class NeckNetwork(nn.Module):  # type: ignore[misc,unused-ignore]
    """A heat map a station on a grid of 24 by 28 cells."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(block(CHANNELS, 12, stride=2), block(12, 24, stride=2))
        self.quarter = block(24, 24)
        self.eighth = nn.Sequential(block(24, 40, stride=2), block(40, 40))
        self.sixteenth = nn.Sequential(block(40, 64, stride=2), block(64, 64), block(64, 64))
        self.whole = nn.Linear(64, 64)
        self.narrow = nn.Conv2d(64, 40, 1)
        self.up = block(40, 40)
        self.narrower = nn.Conv2d(40, 32, 1)
        self.widen = nn.Conv2d(24, 32, 1)
        self.finish = block(32, 32)
        self.maps = nn.Conv2d(32, STATIONS, 1)

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 4, 112, 96) to (B, 9, 28, 24) log-odds."""
        quarter = self.quarter(self.stem(picture))
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        deep = deep + torch.relu(self.whole(deep.mean(dim=(2, 3))))[:, :, None, None]
        up = self.up(eighth + functional.interpolate(self.narrow(deep), scale_factor=2.0, mode="nearest"))
        fine = self.widen(quarter) + functional.interpolate(self.narrower(up), scale_factor=2.0, mode="nearest")
        maps: Tensor = self.maps(self.finish(fine))
        return maps


@dataclass(frozen=True)
class Batch:
    """Drawings as the network sees them, and what it should say."""

    inputs: NDArray[np.float32]
    """(B, 4, 112, 96)"""
    stations: NDArray[np.float32]
    """(B, 9, 2) In cells."""


def draw_batch(rng: np.random.Generator, size: int) -> Batch:
    """Random drawings, each twice, the second time in the mirror: drawing takes as long as learning."""
    inputs: list[NDArray[np.float32]] = []
    stations: list[NDArray[np.float32]] = []
    while len(inputs) < size:
        drawing = draw_neck(rng)
        for mirrored in (False, True):
            picture, places = see(rng, drawing)
            if mirrored:
                picture, places = picture[:, :, ::-1], places[::-1].copy()
                places[:, 0] = INPUT_PX[0] - 1 - places[:, 0]
            inputs.append(picture)
            stations.append(((places - (CELL_PX - 1) / 2) / CELL_PX).astype(np.float32))
    return Batch(np.stack(inputs), np.stack(stations))


def see(rng: np.random.Generator, drawing: NeckDrawing) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the network sees of a drawing, framed by points as wrong as a first look's, and the stations there."""
    stations = spread_stations(drawing.line_px)
    rims, shoulders = drawing.line_px[[0, -1]], drawing.shoulders_px
    wide = float(np.linalg.norm(rims[1] - rims[0]))
    front = rims.mean(axis=0) + (stations[STATIONS // 2] - rims.mean(axis=0)) * float(np.exp(rng.normal(0, 0.25)))
    seen = [points + rng.normal(0, 0.05 * wide, (2, 2)) for points in (rims, shoulders)]
    affine = frame_neck(seen[0].astype(np.float32), seen[1].astype(np.float32), front)
    middle = (np.array(INPUT_PX) - 1) / 2
    turn, grow = np.radians(rng.normal(0, 2.5)), rng.uniform(0.88, 1.12)
    spin = grow * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    shift = spin @ (affine[:, 2] - middle) + middle + rng.normal(0, 1.5, 2)
    moved = np.column_stack([spin @ affine[:, :2], shift]).astype(np.float32)
    picture = neck_input(drawing.mask, drawing.colour_rgb, moved)
    return picture, (stations @ moved[:, :2].T + moved[:, 2]).astype(np.float32)


def loss_of(maps: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss, and each station's distance from where it should be, in cells, (B, 9)."""
    stations = torch.from_numpy(batch.stations)
    log_shares = functional.log_softmax(maps.flatten(2), dim=2)
    map_losses = -(bells(stations).flatten(2) * log_shares).sum(dim=2)
    distances = (middles(log_shares.exp().view_as(maps)) - stations).norm(dim=2)
    return (map_losses + 0.6 * distances).mean(), distances.detach()


def bells(stations: Tensor) -> Tensor:
    """(B, 9, 28, 24) A small bell round each station, of sum one."""
    columns, rows = torch.arange(INPUT_PX[0] // CELL_PX), torch.arange(INPUT_PX[1] // CELL_PX)
    x = torch.exp(-((columns - stations[..., :1]) ** 2) / 1.5)
    y = torch.exp(-((rows - stations[..., 1:]) ** 2) / 1.5)
    maps = y[..., :, None] * x[..., None, :]
    return maps / maps.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)


def train(minutes: float, seed: int) -> tuple[NeckNetwork, int]:
    """Learn until the time is over, while two processes draw."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    network = NeckNetwork().train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    batches: multiprocessing.Queue[Batch] = multiprocessing.Queue(maxsize=AHEAD)
    artists = [multiprocessing.Process(target=draw_on, args=(seed + 100 * k, batches), daemon=True) for k in range(2)]
    for artist in artists:
        artist.start()
    began, steps, shown = time.monotonic(), 0, 0.0
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        # One cycle by the clock: a busy core makes fewer steps, never an unfinished cycle.
        rate = RATE * min(share / 0.05 + 0.05, 1.0) * max(0.5 * (1 + np.cos(np.pi * share)), 0.004)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = batches.get()
        loss, distances = loss_of(network(torch.from_numpy(batch.inputs)), batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        optimizer.step()
        steps += 1
        shown = 0.98 * shown + 0.02 * float(distances.mean())
        if steps % 100 == 0:
            print(f"{share:5.2f} step {steps} loss {float(loss.detach()):.3f} mean error {shown:.3f} cells", flush=True)
    for artist in artists:
        artist.terminate()
    return network.eval(), steps


def judge(network: NeckNetwork, seed: int) -> dict[str, object]:
    """Errors on drawings it never saw, in shares of the neck's width."""
    rng = np.random.default_rng(seed + 1)
    errors, middle = [], STATIONS // 2
    with torch.no_grad():
        for _ in range(20):
            batch = draw_batch(rng, BATCH)
            distances = loss_of(network(torch.from_numpy(batch.inputs)), batch)[1].numpy()
            wide = np.linalg.norm(batch.stations[:, -1] - batch.stations[:, 0], axis=1, keepdims=True)
            errors.append(distances / wide)
    share = np.concatenate(errors)
    return {
        "mean_error": round(float(share.mean()), 4),
        "front_median_error": round(float(np.median(share[:, middle])), 4),
        "front_mean_error": round(float(share[:, middle].mean()), 4),
        "front_p95_error": round(float(np.percentile(share[:, middle], 95)), 4),
    }


def export(network: NeckNetwork, path: Path) -> None:
    """Write the ONNX file: input `neck`, output `maps`, each of sum one."""

    class Shares(nn.Module):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, picture: Tensor) -> Tensor:
            maps = self.network(picture)
            return functional.softmax(maps.flatten(2), dim=2).view_as(maps)

    torch.onnx.export(
        Shares().eval(),
        (torch.zeros(2, CHANNELS, INPUT_PX[1], INPUT_PX[0]),),
        str(path),
        input_names=["neck"],
        output_names=["maps"],
        dynamic_axes={name: {0: "batch"} for name in ("neck", "maps")},
        dynamo=False,
    )


def main() -> None:
    """Train, judge, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=14)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    network, steps = train(given.minutes, given.seed)
    export(network, given.out)
    figures = {"seed": given.seed, "minutes": given.minutes, "steps": steps, "drawings": steps * BATCH // 2}
    figures |= judge(network, given.seed)
    given.out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
