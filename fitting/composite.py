"""Lays the rendered garments into the frame."""

import cv2
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
    part = picture[y0:y1, x0:x1]
    words = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2RGBA), np.uint8).reshape(-1).view(np.uint32)
    gains = np.rint(light.gains * 256).clip(0, 256).astype(np.uint32)
    colour = layer.colour_rgba.reshape(-1).view(np.uint32)
    blend(words, colour, occlusion.front.reshape(-1), occlusion.contact.reshape(-1), gains)
    part[:] = cv2.cvtColor(words.view(np.uint8).reshape(*part.shape[:2], 4), cv2.COLOR_RGBA2RGB)
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
    shape = layer.words.shape
    return Occlusion(np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8))


@nb.njit(cache=True, nogil=True)
def blend(
    picture: NDArray[np.uint32],
    colour: NDArray[np.uint32],
    front: NDArray[np.uint8],
    contact: NDArray[np.uint8],
    gains: NDArray[np.uint32],
) -> None:
    """Blend RGBA words into `picture` in place; where nothing is to be seen of the garment nothing changes.

    Without branches, and with whole words read and written, so that the compiler can do sixteen pixels at a time: with
    a loop over three channels and a test for what is clear it took 2.3 ms for 547,000 pixels, now 0.5.
    """
    byte, full = np.uint32(255), np.uint32(256)
    red, green, blue = gains[0], gains[1], gains[2]
    for n in range(picture.size):
        cloth, under = colour[n], picture[n]
        # From 0..255 to 0..256, so that nothing and everything are exact.
        alpha = np.uint32((cloth >> np.uint32(24)) + (cloth >> np.uint32(31)))
        clear = np.uint32(byte - np.uint32(front[n]))
        clear = np.uint32(clear + (clear >> np.uint32(7)))
        near = np.uint32(np.uint32(contact[n]) + (np.uint32(contact[n]) >> np.uint32(7)))
        left = np.uint32(full - np.uint32(np.uint32(alpha * clear) >> np.uint32(8)))
        lit = np.uint32(np.uint32(clear * near) >> np.uint32(8))
        r = np.uint32((under & byte) * left + np.uint32((cloth & byte) * np.uint32((lit * red) >> np.uint32(8))))
        under, cloth = np.uint32(under >> np.uint32(8)), np.uint32(cloth >> np.uint32(8))
        g = np.uint32((under & byte) * left + np.uint32((cloth & byte) * np.uint32((lit * green) >> np.uint32(8))))
        under, cloth = np.uint32(under >> np.uint32(8)), np.uint32(cloth >> np.uint32(8))
        b = np.uint32((under & byte) * left + np.uint32((cloth & byte) * np.uint32((lit * blue) >> np.uint32(8))))
        r, g, b = min(r >> np.uint32(8), byte), min(g >> np.uint32(8), byte), min(b >> np.uint32(8), byte)
        picture[n] = np.uint32(r | (g << np.uint32(8)) | (b << np.uint32(16)))
