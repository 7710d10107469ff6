"""Makes a garment again from its stored cut-out and landmarks that a person has moved: nothing is searched for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garments.build import BACK, finish, keep
from garments.errors import RefusedError
from garments.finding.landmark_file import load_landmarks
from garments.finding.landmarks import Landmarks, LandmarksRefusedError
from garments.finding.look import main_piece
from garments.finding.move_landmarks import move_landmarks
from garments.finding.trust import judge
from garments.garment import Garment
from garments.kinds import Kind, get_kind
from garments.passport import Said
from garments.photo import over_white, read_photo
from garments.size_table import read_size_table

MADE = ("garment.glb", "passport.json", "preview.png")
"""What is no longer true of landmarks that are refused."""


def rebuild_garment(
    photo: Path,
    kind: str,
    out: Path,
    moved: Mapping[str, tuple[float, float]],
    *,
    back: Path | None = None,
    sizes: Path | None = None,
    said: Said | None = None,
) -> Garment:
    """The garment of a folder that `build_garment` made or refused, with some of its landmarks moved.

    Args:
        photo: The front, named in the passport; only how clearly the cloth stands out from it is measured.
        kind: One of the kinds in `garments/kinds`.
        out: The folder, which holds `cutout.png` and `landmarks.json`.
        moved: Photo pixels by landmark.
        back: The photo of the back, named in the passport.
        sizes: The size table.
        said: What the merchandiser says of it.

    Raises:
        RefusedError: `no-landmarks`, `unknown-landmark`, `landmark-outside`, or what such landmarks are refused for.
    """
    wanted = get_kind(kind)
    table = {} if sizes is None else read_size_table(sizes, wanted)
    found = load_landmarks(out)
    cutout = _read(out / "cutout.png")
    found = move_landmarks(found, moved, (cutout.shape[1], cutout.shape[0]))
    try:
        found = judge_again(cutout, found, wanted, by_hand=bool(moved))
    except LandmarksRefusedError as refusal:
        keep(over_white(cutout), cutout, refusal.found, out)
        for name in MADE:
            (out / name).unlink(missing_ok=True)
        raise
    keep(over_white(cutout), cutout, found, out)
    back_rgba = _read(out / BACK) if back is not None and (out / BACK).exists() else None
    picture = read_photo(photo)
    if picture.shape[:2] != cutout.shape[:2]:  # it was taken off somebody: what is known of it is the cut-out
        picture = cutout
    return finish(photo, picture, wanted, out, cutout, found, back_rgba=back_rgba, back=back, sizes_cm=table, said=said)


def judge_again(cutout_rgba: NDArray[np.uint8], found: Landmarks, kind: Kind, *, by_hand: bool) -> Landmarks:
    """The landmarks with the trust that they deserve now.

    Whoever has moved points has looked at the photo: what the outline alone looks like counts no longer.

    Raises:
        LandmarksRefusedError: When they are still not to be trusted.
    """
    scores, neck, front = dict(found.kind_scores), found.neck, found.front
    if by_hand:
        own = max(kind.groups, key=lambda group: scores.get(group, 0.0))
        scores = {group: float(group == own) for group in scores}
        neck = neck if neck in kind.necks or not kind.necks else kind.necks[0]
    trust = judge(
        main_piece(cutout_rgba[..., 3]),
        dict(zip(found.names, found.points_photo_px, strict=True)),
        dict(zip(found.names, (float(sure) for sure in found.confidence), strict=True)),
        kind,
        kind_scores=scores,
        neck=neck,
        front=front,
    )
    judged = replace(found, kind_scores=scores, neck=neck, score=trust.score, doubts=trust.doubts)
    if trust.refusal is not None:
        raise LandmarksRefusedError(*trust.refusal, judged)
    return judged


def _read(path: Path) -> NDArray[np.uint8]:
    """(H, W, 4) Straight alpha."""
    try:
        return np.asarray(Image.open(path).convert("RGBA"))
    except OSError:
        raise RefusedError("no-landmarks", f"{path.parent.name} has no {path.name}: build it again.") from None
