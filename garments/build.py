"""From a product photo to a garment folder: the stages in order."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from body_model.load import load_template
from garments.annotate import annotate
from garments.construct.back import lay_back
from garments.construct.mesh import construct
from garments.cutting.cutout import cut_out
from garments.dyeing.tones import find_swatches
from garments.errors import RefusedError
from garments.finding.landmark_file import save_landmarks
from garments.finding.landmarks import Landmarks, LandmarksRefusedError, find_landmarks, find_likeliest
from garments.garment import Garment, save_garment
from garments.kinds import Kind, get_kind
from garments.meshes.import_mesh import is_mesh, make_from_mesh
from garments.passport import Made, Said, identify, make_passport, save_passport
from garments.photo import over_white, read_photo
from garments.preview import preview
from garments.quality import predict_quality
from garments.size_table import read_size_table

FILES = ("garment.glb", "passport.json", "preview.png", "cutout.png", "landmarks.png", "landmarks.json")
SOMEBODY = ("worn-by-person", "busy-background")
"""Refusals of a photo in which somebody may wear the garment."""
NOBODY = "worn-nobody"
"""What `worn` says when nobody is there."""
Laid = tuple[NDArray[np.uint8], Landmarks]
"""A cut-out laid flat and its landmarks."""
TakeOff = Callable[[NDArray[np.uint8], str], Laid]
"""Takes a garment of a kind off whoever wears it in an RGB photo: `fitting/unwear.py`."""
BACK = "back.png"
"""The back as it is laid over the front, where a photo of it was given."""


def build_garment(
    photo: Path,
    kind: str | None,
    out: Path,
    *,
    back: Path | None = None,
    sizes: Path | None = None,
    said: Said | None = None,
    worn: TakeOff | None = None,
) -> Garment:
    """Make `garment.glb`, `passport.json`, `preview.png`, `cutout.png`, `landmarks.png` and `.json` in a folder.

    Without a kind it is the likeliest one that the photo can be. A refused photo leaves `cutout.png`, `landmarks.png`
    and `.json`, as far as they are known, and no garment. Where somebody wears the garment, `worn` takes it off.

    Raises:
        RefusedError: Whatever is wrong with the photo, the kind, the folder or the size table.
    """
    table = {} if sizes is None or kind is None else read_size_table(sizes, get_kind(kind))
    if kind is not None:
        get_kind(kind)
    if is_mesh(photo):
        return _build_from_mesh(photo, kind, out, back=back, sizes_cm=table, said=said)
    picture = read_photo(photo)
    back_cutout = None if back is None else cut_out(read_photo(back))
    _clear(out)
    picture, cutout, laid = _lay_flat(picture, kind, worn)
    _save(cutout, out / "cutout.png")
    wanted, found = _find(picture, cutout, kind, laid, out)
    if kind is None and sizes is not None:
        table = read_size_table(sizes, wanted)
    back_rgba = None if back_cutout is None else lay_back(back_cutout, cutout)
    if back_rgba is not None:
        _save(back_rgba, out / BACK)
    return finish(
        photo,
        picture,
        wanted,
        out,
        cutout,
        found,
        back_rgba=back_rgba,
        back=back,
        sizes_cm=table,
        said=said,
        kind_proposed=kind is None,
        made_from="photo" if laid is None else "model photo",
    )


def _lay_flat(
    picture: NDArray[np.uint8], kind: str | None, worn: TakeOff | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Landmarks | None]:
    """The photo, its cut-out and, where somebody wears the garment, the landmarks that it was taken off with."""
    try:
        return picture, cut_out(picture), None
    except RefusedError as refusal:
        if worn is None or kind is None or refusal.code not in SOMEBODY:
            raise
        cutout, found = take_off(picture, kind, worn, refusal)
        return cutout, cutout, found


def _find(
    picture: NDArray[np.uint8], cutout: NDArray[np.uint8], kind: str | None, laid: Landmarks | None, out: Path
) -> tuple[Kind, Landmarks]:
    """The kind and the landmarks, which are written as far as they are known, also when they are refused."""
    plain = over_white(picture)
    try:
        if laid is not None and kind is not None:
            name, found = kind, laid
        else:
            name, found = find_likeliest(cutout) if kind is None else (kind, find_landmarks(cutout, kind))
    except LandmarksRefusedError as refusal:
        keep(plain, cutout, refusal.found, out)
        raise
    except RefusedError:
        _save(annotate(plain, cutout, None), out / "landmarks.png")
        raise
    keep(plain, cutout, found, out)
    return get_kind(name), found


def take_off(picture: NDArray[np.uint8], kind: str, worn: TakeOff, refusal: RefusedError) -> Laid:
    """What somebody wears, laid flat; the first refusal stands where nobody is in the photo.

    Raises:
        RefusedError: Why it cannot be laid flat.
    """
    try:
        return worn(over_white(picture), kind)
    except RefusedError as why:
        raise (refusal if why.code == NOBODY else why) from None


def _build_from_mesh(
    mesh: Path,
    kind: str | None,
    out: Path,
    *,
    back: Path | None,
    sizes_cm: dict[str, dict[str, float]],
    said: Said | None,
) -> Garment:
    """The same files from a mesh; nothing is found on its picture, so `landmarks.png` shows the garment alone."""
    if back is not None:
        raise RefusedError("bad-use", "a mesh has its own back: leave the photo of the back out")
    _clear(out)
    garment, passport, cutout = make_from_mesh(mesh, kind, out.name, sizes_cm=sizes_cm, said=said)
    _save(cutout, out / "cutout.png")
    _save(over_white(cutout), out / "landmarks.png")
    _save(preview(garment, load_template()), out / "preview.png")
    save_passport(passport, out)
    save_garment(garment, out)
    return garment


def keep(plain_rgb: NDArray[np.uint8], cutout_rgba: NDArray[np.uint8], found: Landmarks, out: Path) -> None:
    """Write what was found, as a picture and as numbers."""
    _save(annotate(plain_rgb, cutout_rgba, found), out / "landmarks.png")
    save_landmarks(found, out)


def finish(
    photo: Path,
    picture: NDArray[np.uint8],
    kind: Kind,
    out: Path,
    cutout_rgba: NDArray[np.uint8],
    found: Landmarks,
    *,
    back_rgba: NDArray[np.uint8] | None,
    back: Path | None,
    sizes_cm: dict[str, dict[str, float]],
    said: Said | None = None,
    kind_proposed: bool = False,
    made_from: Made = "photo",
) -> Garment:
    """From trusted landmarks to the garment, its preview and its passport."""
    template = load_template()
    garment = construct(cutout_rgba, found, kind.name, template, out.name, ease=kind.ease, back_rgba=back_rgba)
    _save(preview(garment, template), out / "preview.png")
    passport = make_passport(
        kind.name,
        identify(photo, made_from),
        found,
        predict_quality(garment, picture, cutout_rgba, found.score, back=back is not None),
        colours=find_swatches(cutout_rgba),
        photo_size_px=(cutout_rgba.shape[1], cutout_rgba.shape[0]),
        back=back,
        sizes_cm=sizes_cm,
        said=said,
        kind_proposed=kind_proposed,
    )
    save_passport(passport, out)
    save_garment(garment, out)
    return garment


def _clear(out: Path) -> None:
    """An empty place for the files: an old garment must not stand beside a new refusal."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (*FILES, BACK):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise RefusedError("no-output", f"cannot write to the folder {out}: {error.strerror}.") from None


def _save(picture: NDArray[np.uint8], path: Path) -> None:
    # Level 1 writes four times as fast as the default and costs a tenth in size.
    Image.fromarray(picture).save(path, compress_level=1)
