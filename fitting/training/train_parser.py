"""Trains the human parser. Needs torch; the running product does not.

    python -m fitting.training.list_poses   --photos CCP/photos --out poses.npz     (in the product's environment)
    python -m fitting.training.train_parser train  --data CCP --poses poses.npz --imagenet LITE0.pth --out DIR
    python -m fitting.training.render_people --out rendered.npz                    (in the product's environment)
    python -m fitting.training.train_parser train  ... --start DIR/last.pt --rendered rendered.npz --steps 360
        --rate 4e-4 --out DIR2
    python -m fitting.training.train_parser export --checkpoint DIR2/last.pt --out parser32.onnx
    python -m fitting.training.quantize     --source parser32.onnx ... --out assets/models/parser.onnx

The encoder is EfficientNet-Lite0 (Tan and Le, ICML 2019) with its ImageNet weights; the decoder adds five lateral
64-channel maps top-down (Lin et al., CVPR 2017). The loss is cross-entropy plus a soft Jaccard index a class.
Everything random follows `--seed`.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from fitting.frame import PARSE_LABELS, PoseFrame
from fitting.parse import INPUT_PX, draw_pose, person_box
from garments.photo import read_photo

GROUPS = {
    "hair": "hair",
    "skin": "skin",
    "upper": "blazer blouse bodysuit bra cape cardigan coat hoodie intimate jacket jumper shirt suit sweater "
    "sweatshirt t-shirt top vest tie",
    "lower": "jeans leggings pants shorts skirt panties",
    "dress": "dress romper swimwear",
    "shoes": "boots clogs flats heels loafers pumps sandals shoes sneakers wedges",
    "bag": "bag purse wallet",
}
"""Clothing Co-Parsing's words for each of our labels; every other word is `other`."""
HELD_OUT = 80
MEAN, STD = (123.7, 116.3, 103.5), (58.4, 57.1, 57.4)
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel, stride, channels and repeats of the encoder's stages."""


class Same(nn.Module):
    """Pads as the weights' origin did: more at the end than at the start."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        total = kernel - stride if stride > 1 else kernel - 1
        self.pads = (total // 2, total - total // 2) * 2

    def forward(self, x: Tensor) -> Tensor:
        """The padded map."""
        return F.pad(x, self.pads)


def conv(
    inside: int, outside: int, kernel: int, stride: int = 1, groups: int = 1, *, act: bool = True
) -> nn.Sequential:
    """Padding, convolution, normalisation and, mostly, ReLU6."""
    layers: list[nn.Module] = [
        Same(kernel, stride),
        nn.Conv2d(inside, outside, kernel, stride, groups=groups, bias=False),
        nn.BatchNorm2d(outside, eps=1e-3),
    ]
    return nn.Sequential(*layers, nn.ReLU6()) if act else nn.Sequential(*layers)


class Block(nn.Module):
    """An inverted residual."""

    def __init__(self, inside: int, outside: int, expand: int, kernel: int, stride: int) -> None:
        super().__init__()
        middle = inside * expand
        steps = [conv(inside, middle, 1)] if expand > 1 else []
        steps += [conv(middle, middle, kernel, stride, middle), conv(middle, outside, 1, act=False)]
        self.steps = nn.Sequential(*steps)
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        y = self.steps(x)
        return x + y if self.residual else y


class ParserNet(nn.Module):
    """(n, 288, 192, 6) uint8 picture and pose -> (n, 144, 96, 9) logits."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.stem = conv(6, 32, 3, 2)
        blocks, self.taps, inside = [], [], 32
        for expand, kernel, stride, outside, repeats in STAGES:
            for repeat in range(repeats):
                blocks.append(Block(inside, outside, expand, kernel, stride if repeat == 0 else 1))
                inside = outside
        self.blocks = nn.ModuleList(blocks)
        self.taps = [0, 2, 4, 10, 15]
        channels = [16, 24, 40, 112, 320]
        self.lateral = nn.ModuleList([nn.Conv2d(c, width, 1) for c in channels])
        self.context = nn.Sequential(nn.Linear(320, width), nn.ReLU(), nn.Linear(width, width))
        self.refine = nn.ModuleList(
            [nn.Sequential(conv(width, width, 3, groups=width), conv(width, width, 1)) for _ in channels]
        )
        self.head = nn.Conv2d(width, len(PARSE_LABELS), 1)
        self.register_buffer("mean", torch.tensor([*MEAN, 0.0, 0.0, 0.0]).view(1, 6, 1, 1))
        self.register_buffer("std", torch.tensor([*STD, 255.0, 255.0, 255.0]).view(1, 6, 1, 1))

    def forward(self, picture: Tensor) -> Tensor:
        """Logits at half resolution, channels first."""
        x = (picture.permute(0, 3, 1, 2).float() - self.mean) / self.std
        x = self.stem(x)
        maps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.taps:
                maps.append(x)
        top = self.lateral[-1](maps[-1]) + self.context(maps[-1].mean(dim=(2, 3)))[:, :, None, None]
        top = self.refine[-1](top)
        for level in range(3, -1, -1):
            side = self.lateral[level](maps[level])
            top = self.refine[level](
                side + F.interpolate(top, size=side.shape[2:], mode="bilinear", align_corners=False)
            )
        return self.head(top)

    def load_imagenet(self, path: str) -> None:
        """Take over the encoder's weights; the three pose channels start at nothing."""
        source = torch.load(path, map_location="cpu")
        kept = [
            v for k, v in source.items() if "num_batches" not in k and not k.startswith(("_conv_head", "_bn1", "_fc"))
        ]
        own = [
            (k, v) for k, v in self.state_dict().items() if k.startswith(("stem", "blocks")) and "num_batches" not in k
        ]
        assert len(kept) == len(own)
        loaded = {}
        for (name, target), values in zip(own, kept, strict=True):
            if target.ndim == 4 and target.shape[1] == 6:
                values = torch.cat([values, torch.zeros_like(values)], dim=1)
            assert values.shape == target.shape, name
            loaded[name] = values
        self.load_state_dict(loaded, strict=False)


class Photos:
    """Clothing Co-Parsing with poses, in memory, and the crops drawn from it."""

    def __init__(self, data: Path, poses: Path) -> None:
        table = self._table(json.loads((data / "labels.json").read_text()))
        stored = np.load(poses)
        self.ids = [str(name) for name in stored["ids"]]
        self.points, self.visibility = stored["points"], stored["visibility"]
        with ThreadPoolExecutor(2) as pool:
            self.photos = list(pool.map(lambda i: read_photo(data / f"photos/{i}.jpg")[..., :3], self.ids))
            self.labels = list(pool.map(lambda i: table[cv2.imread(str(data / f"masks/{i}.png"), 0)], self.ids))
        self.rendered: list[int] = []

    def add_rendered(self, path: Path) -> None:
        """Take in what `render_people` wrote."""
        with np.load(path) as stored:
            count = len(self.photos)
            self.photos += list(stored["pictures"])
            self.labels += list(stored["labels"])
            self.points = np.concatenate([self.points, stored["points"]])
            self.visibility = np.concatenate([self.visibility, stored["visibility"]])
        self.rendered = list(range(count, len(self.photos)))

    @staticmethod
    def _table(names: list[str]) -> NDArray[np.uint8]:
        group = {word: PARSE_LABELS.index(label) for label, words in GROUPS.items() for word in words.split()}
        other = PARSE_LABELS.index("other")
        return np.array([0 if name == "null" else group.get(name, other) for name in names], np.uint8)

    def pose(self, index: int) -> PoseFrame:
        """The stored keypoints of a photo."""
        return PoseFrame(self.points[index], np.zeros((33, 3), np.float32), self.visibility[index], 0.0)

    def plain(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """A photo as the product would crop it."""
        box = person_box(self.pose(index), self.photos[index].shape)
        return self._crop(index, _affine(box, 0.0, False), self.points[index], None)

    def varied(self, index: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """A photo cropped, turned, mirrored and coloured at random."""
        points = self.points[index]
        shape = self.photos[index].shape
        if rng.random() < 0.4:  # a mirror that sees its shopper down to hips or knees
            shape = (
                int(
                    np.clip(points[23:25, 1].mean() + rng.uniform(-0.05, 0.8) * np.ptp(points[23:29, 1]), 120, shape[0])
                ),
                *shape[1:],
            )
        box = person_box(self.pose(index), shape)
        size = box[2:] - box[:2]
        middle = (box[:2] + box[2:]) / 2 + rng.uniform(-0.09, 0.09, 2) * size
        size = size * rng.uniform(0.78, 1.25) * np.array([rng.uniform(0.93, 1.07), 1.0])
        box = np.array([*(middle - size / 2), *(middle + size / 2)])
        flip = rng.random() < 0.5
        affine = _affine(box, rng.normal(0, 9), flip)
        return self._crop(index, affine, points + rng.normal(0, 1.5, points.shape), rng, shape[0])

    def _crop(
        self,
        index: int,
        affine: NDArray[np.float64],
        points: NDArray[np.float32],
        rng: np.random.Generator | None,
        bottom: int | None = None,
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        photo, labels = self.photos[index][:bottom], self.labels[index][:bottom]
        picture = cv2.warpAffine(
            photo,
            affine,
            INPUT_PX,
            flags=cv2.INTER_AREA if rng is None else cv2.INTER_LINEAR,
            borderValue=(127, 127, 127),
        )
        half = affine.copy()
        half[:, :2] *= 0.5
        half[:, 2] = (half[:, 2] + 0.5) * 0.5 - 0.5
        target = cv2.warpAffine(
            labels, half, (INPUT_PX[0] // 2, INPUT_PX[1] // 2), flags=cv2.INTER_NEAREST, borderValue=0
        )
        drawn = draw_pose((points @ affine[:, :2].T + affine[:, 2]).astype(np.float32))
        if rng is not None:
            picture = _coloured(np.asarray(picture, np.uint8), rng)
            if rng.random() < 0.08:
                drawn = np.zeros_like(drawn)
        return np.dstack([picture, drawn]), np.asarray(target, np.uint8)


def _affine(box: NDArray[Any], degrees: float, flip: bool) -> NDArray[np.float64]:
    """(2, 3) Crop from photo pixels."""
    x0, y0, x1, y1 = (float(v) for v in box)
    sx, sy = INPUT_PX[0] / (x1 - x0), INPUT_PX[1] / (y1 - y0)
    scale = np.array([[sx, 0, (0.5 - x0) * sx - 0.5], [0, sy, (0.5 - y0) * sy - 0.5], [0, 0, 1]])
    middle = ((INPUT_PX[0] - 1) / 2, (INPUT_PX[1] - 1) / 2)
    turn = np.vstack([cv2.getRotationMatrix2D(middle, degrees, 1.0), [0, 0, 1]])
    mirror = np.array([[-1.0 if flip else 1.0, 0, INPUT_PX[0] - 1 if flip else 0], [0, 1, 0], [0, 0, 1]])
    return (mirror @ turn @ scale)[:2]


def _coloured(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    x = picture.astype(np.float32) / 255
    x = np.clip(x, 0, 1) ** np.exp(rng.normal(0, 0.25))
    grey = x.mean(axis=2, keepdims=True)
    x = grey + (x - grey) * np.clip(rng.normal(1, 0.25), 0, 2)
    x = (x - 0.5) * np.exp(rng.normal(0, 0.2)) + 0.5 + rng.normal(0, 0.07)
    x = x * np.exp(rng.normal(0, 0.08, 3))
    if rng.random() < 0.25:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.35:
        x = x + rng.normal(0, rng.uniform(0, 0.05), x.shape)
    if rng.random() < 0.2:
        down = cv2.resize(x.astype(np.float32), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        x = cv2.resize(down, INPUT_PX, interpolation=cv2.INTER_LINEAR)
    return (np.clip(x, 0, 1) * 255).astype(np.uint8)


def loss_of(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy plus one minus the soft Jaccard index, over the labels present."""
    cross = F.cross_entropy(logits, target, weight=weight)
    probability = logits.softmax(dim=1)
    truth = F.one_hot(target, len(PARSE_LABELS)).permute(0, 3, 1, 2).float()
    both = (probability * truth).sum(dim=(0, 2, 3))
    either = (probability + truth - probability * truth).sum(dim=(0, 2, 3))
    present = truth.sum(dim=(0, 2, 3)) > 50
    jaccard = 1 - ((both + 1) / (either + 1))[present].mean()
    return cross + jaccard


def figures(model: nn.Module, photos: Photos, indices: list[int]) -> dict[str, float]:
    """Pooled intersection over union on the grid, a label and for clothes and person together."""
    hit, union = np.zeros(11), np.zeros(11)
    sets = [(k,) for k in range(9)] + [(3, 4, 5), tuple(range(1, 9))]
    model.eval()
    with torch.no_grad():
        for start in range(0, len(indices), 16):
            pairs = [photos.plain(i) for i in indices[start : start + 16]]
            logits = model(torch.from_numpy(np.stack([p for p, _ in pairs]))).float()
            found, truth = logits.argmax(dim=1).numpy(), np.stack([t for _, t in pairs])
            for k, chosen in enumerate(sets):
                a, b = np.isin(found, chosen), np.isin(truth, chosen)
                hit[k] += (a & b).sum()
                union[k] += (a | b).sum()
    names = [*PARSE_LABELS, "clothes", "person"]
    return {name: round(float(h / max(u, 1)), 4) for name, h, u in zip(names, hit, union, strict=True)}


def train(
    data: Path,
    poses: Path,
    out: Path,
    *,
    steps: int,
    batch: int,
    seed: int,
    imagenet: str,
    rate: float,
    threads: int,
    start: Path | None,
    rendered: Path | None,
) -> None:
    """Train, keeping a running mean of the weights; writes `last.pt` and `log.jsonl` as it goes."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    photos = Photos(data, poses)
    order = np.random.default_rng(seed).permutation(len(photos.ids))
    held, used = order[:HELD_OUT].tolist(), order[HELD_OUT:]
    (out / "held_out.json").write_text(json.dumps(sorted(photos.ids[i] for i in held)))
    model = ParserNet()
    model.load_imagenet(imagenet)
    if rendered is not None:
        photos.add_rendered(rendered)
    if start is not None:
        model.load_state_dict(torch.load(start, map_location="cpu")["weights"])
    mean = ParserNet()
    mean.load_state_dict(model.state_dict())
    decay = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=rate
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.12)
    weight = torch.tensor([0.7, 1.3, 1.2, 1.0, 1.0, 1.3, 1.4, 1.3, 1.2])

    def draw(step: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([seed, step])
        of_ours = batch // 6 if photos.rendered else 0
        chosen = [*rng.choice(used, batch - of_ours, replace=False), *rng.choice(photos.rendered or [0], of_ours)]
        pairs = [photos.varied(int(i), rng) for i in chosen]
        return torch.from_numpy(np.stack([p for p, _ in pairs])), torch.from_numpy(
            np.stack([t for _, t in pairs])
        ).long()

    started, total = time.time(), 0.0
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(draw, 0), pool.submit(draw, 1)]
        for step in range(steps):
            picture, target = waiting.pop(0).result()
            waiting.append(pool.submit(draw, step + 2))
            model.train()
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(picture)
            loss = loss_of(logits.float(), target, weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            keep = min(0.998, (step + 1) / (step + 10))
            with torch.no_grad():
                for target_value, value in zip(mean.state_dict().values(), model.state_dict().values(), strict=True):
                    if target_value.dtype.is_floating_point:
                        target_value.mul_(keep).add_(value, alpha=1 - keep)
            total += float(loss.detach())
            if (step + 1) % 25 == 0:
                print(
                    f"{step + 1}/{steps} loss {total / 25:.3f} {(time.time() - started) / (step + 1):.2f} s a step",
                    flush=True,
                )
                total = 0.0
            if (step + 1) % 250 == 0 or step + 1 == steps:
                scores = figures(mean, photos, held)
                torch.save(
                    {"weights": mean.state_dict(), "figures": scores, "step": step + 1, "steps": steps, "seed": seed},
                    out / "last.pt",
                )
                with (out / "log.jsonl").open("a") as log:
                    log.write(json.dumps({"step": step + 1, "secs": round(time.time() - started), **scores}) + "\n")
                print(scores, flush=True)


class Exported(nn.Module):
    """Probabilities with the label last, as the product reads them."""

    def __init__(self, net: ParserNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        """(n, 144, 96, 9)."""
        return self.net(picture).softmax(dim=1).permute(0, 2, 3, 1)


def export(checkpoint: Path, out: Path) -> None:
    """Write the ONNX with its weights in 32 bits."""
    stored = torch.load(checkpoint, map_location="cpu")
    net = ParserNet()
    net.load_state_dict(stored["weights"])
    with torch.no_grad():
        torch.onnx.export(
            Exported(net.eval()),
            (torch.zeros(1, INPUT_PX[1], INPUT_PX[0], 6, dtype=torch.uint8),),
            str(out),
            input_names=["picture"],
            output_names=["probabilities"],
            opset_version=17,
            dynamo=False,
        )
    print(out, out.stat().st_size, stored["figures"])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    learn = commands.add_parser("train")
    learn.add_argument("--data", type=Path, required=True)
    learn.add_argument("--poses", type=Path, required=True)
    learn.add_argument("--out", type=Path, required=True)
    learn.add_argument("--imagenet", required=True, help="the file of EfficientNet-Lite0's weights")
    learn.add_argument("--steps", type=int, default=2400)
    learn.add_argument("--batch", type=int, default=12)
    learn.add_argument("--seed", type=int, default=7)
    learn.add_argument("--rate", type=float, default=1.5e-3)
    learn.add_argument("--threads", type=int, default=2)
    learn.add_argument("--start", type=Path, help="a checkpoint to go on from")
    learn.add_argument("--rendered", type=Path, help="rendered people to mix in, one crop in six")
    write = commands.add_parser("export")
    write.add_argument("--checkpoint", type=Path, required=True)
    write.add_argument("--out", type=Path, required=True)
    chosen = vars(parser.parse_args())
    command = train if chosen.pop("command") == "train" else export
    command(**chosen)


if __name__ == "__main__":
    main()
