"""Lays the rendered garments into the frame."""

import numba as nb
import numpy as np
from numpy.typing import NDArray

from fitting.frame import Body, ParseFrame
from fitting.light import Light, LightMeter
from fitting.occlude import Occlusion, make_occluder
from fitting.render import RenderedLayer


class Compositor:
    """Puts layers into frame after frame, in a light that follows the scene's."""

    def __init__(self) -> None:
        self.occluder = make_occluder()
        self.light_meter = LightMeter()

    def composite(
        self,
        frame_rgb: NDArray[np.uint8],
        layer: RenderedLayer | None,
        parse: ParseFrame | None,
        body: Body,
        *,
        mask: bool = False,
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """The frame with the layer in it, and if asked for the (h, w) visible area of the garments, 0 to 255."""
        light = self.light_meter.measure(frame_rgb, parse, body.time_secs)
        occlusion = None if layer is None else self.occluder.occlude(frame_rgb, layer, body, parse)
        picture = lay_in(frame_rgb, layer, occlusion, light)
        return picture, visible_mask(layer, occlusion, frame_rgb.shape) if mask else None


def lay_in(
    frame_rgb: NDArray[np.uint8], layer: RenderedLayer | None, occlusion: Occlusion | None, light: Light
) -> NDArray[np.uint8]:
    """A copy of the frame with the layer in it, in the scene's light, behind what stands before it."""
    picture = frame_rgb.copy()
    if layer is None:
        return picture
    x0, y0, x1, y1 = layer.box_px
    occlusion = occlusion or _nothing_before(layer)
    blend(picture[y0:y1, x0:x1], layer.colour_rgba, occlusion.front, occlusion.contact, light.curves, layer.rows)
    return picture


def visible_mask(layer: RenderedLayer | None, occlusion: Occlusion | None, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """(h, w) How much of each pixel of a frame of this shape shows the garments."""
    mask = np.zeros(shape[:2], np.uint8)
    if layer is not None:
        x0, y0, x1, y1 = layer.box_px
        clear = 255 - (occlusion or _nothing_before(layer)).front.astype(np.uint16)
        mask[y0:y1, x0:x1] = (layer.colour_rgba[..., 3] * clear + 127) // 255
    return mask


def _nothing_before(layer: RenderedLayer) -> Occlusion:
    shape = layer.depth_px.shape
    return Occlusion(np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8))


@nb.njit(cache=True, nogil=True)
def blend(
    picture: NDArray[np.uint8],
    colour: NDArray[np.uint8],
    front: NDArray[np.uint8],
    contact: NDArray[np.uint8],
    curves: NDArray[np.uint8],
    rows: NDArray[np.int32],
) -> None:
    """Blend into `picture` in place; a pixel that the garment does not reach is not written."""
    for y in range(picture.shape[0]):
        for x in range(max(rows[y, 0] - 1, 0), min(rows[y, 1] + 2, picture.shape[1])):
            alpha = np.uint32(colour[y, x, 3])
            if alpha == 0:
                continue
            clear = np.uint32(255) - np.uint32(front[y, x])
            if clear == 0:
                continue
            share = alpha * clear
            dim = clear * np.uint32(contact[y, x])
            for k in range(3):
                cloth = np.uint32(curves[k, colour[y, x, k]]) * dim
                under = np.uint32(picture[y, x, k]) * (np.uint32(65025) - share)
                picture[y, x, k] = min((cloth + under + np.uint32(32512)) // np.uint32(65025), np.uint32(255))
