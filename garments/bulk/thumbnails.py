"""The report's small pictures."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from garments.meshes.import_mesh import is_mesh
from garments.photo import over_white

HEIGHT_PX = 320
QUALITY = 80
PICTURES = ("photo", "cutout", "landmarks", "preview")
"""In the order in which the report shows them."""


def save_thumbnails(source: Path, folder: Path, place: Path) -> None:
    """Write `<place>-photo.jpg` and so on, as far as there are pictures, from a garment's folder."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        thumbnail = place.with_name(f"{place.name}-{name}.jpg")
        thumbnail.unlink(missing_ok=True)
        picture = source if name == "photo" else folder / f"{name}.png"
        if not picture.exists() or is_mesh(picture):
            continue
        with Image.open(picture) as opened:
            opened.draft("RGB", (2 * HEIGHT_PX, 2 * HEIGHT_PX))  # a JPEG is then decoded at a fraction of its size
            opened.thumbnail((HEIGHT_PX, HEIGHT_PX), Image.Resampling.BOX)
            small = np.asarray(ImageOps.exif_transpose(opened).convert("RGBA"))
        Image.fromarray(over_white(small)).save(thumbnail, "JPEG", quality=QUALITY)
