"""The part of a session that computes: JPEG in, dressed JPEG out."""

import time
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from body_model.load import load_template
from fitting.frame import Preview
from garments.garment import Garment
from garments.outfits.outfit import Worn, arrange, put_in_order
from garments.outfits.outfit_rules import CannotWearTogetherError
from server.catalog.catalog import Catalog
from server.config import Config
from server.encode import decode_jpeg, encode_jpeg
from server.streaming.outfit_words import BadOutfitError, explain
from server.streaming.pace import FrameClock
from server.streaming.protocol import FrameMessage, Wish, WornGarment


class TryOn(Protocol):
    """What a session needs of `fitting.pipeline.TryOn`; tests bring a quick stand-in."""

    def wear(self, garments: Sequence[Garment]) -> None: ...  # noqa: D102
    def step(self, frame_rgb: NDArray[np.uint8], time_secs: float) -> Preview: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Engine(Protocol):
    """What a session needs of `fitting.pipeline.Engine`."""

    def open(self) -> TryOn: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class DresserClosedError(Exception):
    """A frame came after the end."""


class Dresser:
    """Dresses one shopper. Runs in worker threads, one call at a time."""

    def __init__(self, engine: Engine, catalog: Catalog, config: Config) -> None:
        self.engine, self.catalog, self.config = engine, catalog, config
        self.wishes: tuple[Wish, ...] = ()
        self.worn: tuple[WornGarment, ...] = ()
        self._garments: tuple[Garment, ...] = ()
        self._shape: tuple[int, ...] = ()
        self._try_on: TryOn | None = None
        self._closed = False
        self._lock = Lock()
        self._clock = FrameClock(time.monotonic())

    def wear(self, wishes: tuple[Wish, ...]) -> None:
        """Change clothes; when a garment cannot be had, or not with the others, the old ones stay on.

        Raises:
            BadInputError: `unknown-garment`, `garment-unusable` or `cannot-wear-together`.
        """
        with self._lock:
            wanted = [Worn(self.catalog.load(wish.id), wish.is_open, wish.tucked) for wish in wishes]
            try:
                worn = put_in_order(wanted)
                garments = arrange(worn, load_template())
            except CannotWearTogetherError as error:
                titles = {piece.id: piece.title for piece in self.catalog}
                raise BadOutfitError(explain(error, titles)) from error
            if self._try_on is not None:
                self._try_on.wear(garments)
            self.wishes, self._garments = wishes, garments
            self.worn = tuple(
                WornGarment(one.garment.name, one.shows_open if one.opens else None, one.tucked) for one in worn
            )

    def dress(self, frame: FrameMessage) -> tuple[bytes, Preview]:
        """The JPEG to show and what was learnt; the camera's own bytes when nothing was drawn on them."""
        with self._lock:
            begun = time.perf_counter()
            picture_rgb = decode_jpeg(
                frame.jpeg,
                most_px=self.config.picture_px_most,
                least_side_px=self.config.picture_side_px_least,
            )
            decoded = time.perf_counter()
            if picture_rgb.shape != self._shape:  # the camera has turned: where the shopper stood means nothing now
                self._shape = picture_rgb.shape
                self._let_go()
            preview = self._open().step(picture_rgb, self._clock.read(frame.capture_secs, time.monotonic()))
            stepped = time.perf_counter()
            jpeg = frame.jpeg
            if preview.pose_found and self.worn:
                jpeg = encode_jpeg(preview.picture_rgb, quality=self.config.preview_quality)
            preview.stage_ms["decode"] = (decoded - begun) * 1000
            preview.stage_ms["encode"] = (time.perf_counter() - stepped) * 1000
            return jpeg, preview

    def renew(self) -> None:
        """Start afresh after a failure: what remembers the last frames may be at fault."""
        with self._lock:
            self._let_go()

    def close(self) -> None:
        """Give everything back, after the call that may still be running."""
        with self._lock:
            self._closed = True
            self._let_go()

    def _open(self) -> TryOn:
        if self._closed:
            raise DresserClosedError
        if self._try_on is None:
            self._try_on = self.engine.open()
            self._try_on.wear(self._garments)
        return self._try_on

    def _let_go(self) -> None:
        old, self._try_on = self._try_on, None
        if old is not None:
            old.close()
