"""Material for benchmarks and tests that the project makes itself: a top, and the demo shopper from afar and near."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from body_model.template import BodyTemplate
from garments.garment import Garment

CLIP = Path(__file__).parent.parent / "assets" / "shop" / "shopper.webm"
FRAME_PX = (720, 1280)
"""Width and height of the frames."""
NOISE = 4.0
"""Standard deviation of the sensor's noise, of 255."""
CROPS = {"full": (-0.05, -0.05, 1.05, 1.05), "close": (0.31, 0.13, 0.68, 0.50)}
"""x0, y0, x1, y1 of each view in the clip, in shares of its size: a top's box takes 10 % of one, 63 % of the other."""


def shell_top(template: BodyTemplate, *, push_m: float = 0.012, sleeve: float = 0.5) -> Garment:
    """A short-sleeved top: the body's own skin pushed out, with a checked texture laid on from the front."""
    return _shell(template, _covered(template, sleeve), push_m, "shell-top", "t-shirt")


def shell_trousers(template: BodyTemplate, *, push_m: float = 0.012) -> Garment:
    """Trousers to the ankles, made in the same way."""
    names = ("pelvis", "thigh_left", "thigh_right", "shin_left", "shin_right")
    keep = np.isin(_main(template), [template.segment_index[name] for name in names])
    heights = template.vertices_rest_m[:, 2]
    return _shell(template, keep & (heights > 0.1) & (heights < 1.0), push_m, "shell-trousers", "trousers")


def _shell(template: BodyTemplate, keep: NDArray[np.bool_], push_m: float, name: str, kind: str) -> Garment:
    faces = template.faces[keep[template.faces].all(axis=1)]
    used, flat = np.unique(faces, return_inverse=True)
    vertices = (template.vertices_rest_m + push_m * _normals(template))[used]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    u = (vertices[:, 0] - low[0]) / (high[0] - low[0])
    v = (high[2] - vertices[:, 2]) / (high[2] - low[2])
    return Garment(
        name=name,
        kind=kind,
        vertices_rest_m=vertices.astype(np.float32),
        faces=flat.reshape(-1, 3).astype(np.int32),
        uv=np.stack([u, v], axis=1).astype(np.float32),
        segments=template.segments[used],
        weights=template.weights[used],
        texture_rgba=checked((1024, round(1024 * float((high[2] - low[2]) / (high[0] - low[0]))))),
    )


def checked(size_px: tuple[int, int], *, square_px: int = 24) -> NDArray[np.uint8]:
    """(height, width, 4) Two colours in squares."""
    y, x = np.mgrid[: size_px[1], : size_px[0]] // square_px
    first, second = np.array([40, 40, 60, 255], np.uint8), np.array([225, 200, 205, 255], np.uint8)
    return np.where(((x + y) % 2)[..., None] == 0, first, second)


def _covered(template: BodyTemplate, sleeve: float) -> NDArray[np.bool_]:
    """(V,) The vertices under the top."""
    rows, at = template.segment_index, template.vertices_rest_m
    main = _main(template)
    trunk = np.isin(main, [rows[n] for n in ("pelvis", "waist", "chest", "clavicle_left", "clavicle_right")])
    keep: NDArray[np.bool_] = trunk & (at[:, 2] > 0.86) & (at[:, 2] < 1.42)
    for side in ("left", "right"):
        row = rows[f"upper_arm_{side}"]
        head, tail = template.bones_rest_m[row]
        along = (at - head) @ (tail - head) / ((tail - head) @ (tail - head))
        keep = keep | ((main == row) & (along < 2 * sleeve))
    return keep


def _main(template: BodyTemplate) -> NDArray[np.int32]:
    """(V,) The segment that moves each vertex most."""
    return np.asarray(template.segments[np.arange(len(template.segments)), template.weights.argmax(axis=1)])


def _normals(template: BodyTemplate) -> NDArray[np.float32]:
    """(V, 3) Outward unit normals of the resting body."""
    corners = template.vertices_rest_m[template.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(template.vertices_rest_m)
    for k in range(3):
        np.add.at(normals, template.faces[:, k], across)
    return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9), np.float32)


def shopper_frames(count: int, view: str) -> list[NDArray[np.uint8]]:
    """The first frames of the demo shopper's clip with a sensor's noise, from afar (`full`) or `close`, RGB."""
    clip = cv2.VideoCapture(str(CLIP))
    rng = np.random.default_rng(5)
    frames: list[NDArray[np.uint8]] = []
    while len(frames) < count:
        read, frame_bgr = clip.read()
        if not read:
            break
        height, width = frame_bgr.shape[:2]
        x0, y0, x1, _ = CROPS[view]
        scale = 1 / (x1 - x0)
        crop = np.array([[scale, 0, -x0 * width * scale], [0, scale, -y0 * height * scale]]) * FRAME_PX[0] / width
        flags, border = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR, cv2.BORDER_REFLECT
        picture = cv2.warpAffine(frame_bgr, crop, FRAME_PX, flags=flags, borderMode=border)[..., ::-1]
        noisy = picture + rng.normal(0, NOISE, picture.shape).astype(np.float32)
        frames.append(noisy.round().clip(0, 255).astype(np.uint8))
    clip.release()
    if not frames:
        raise FileNotFoundError(f"{CLIP.name} is not in assets/shop: run `make setup`")
    return frames
