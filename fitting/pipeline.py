"""The path of one frame: detect, smooth, parse, fit, drape, render, composite."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from body_model.load import load_template
from fitting.composite import Compositor
from fitting.detect import Detector, LandmarkerPool, detect_picture
from fitting.drape import drape
from fitting.fit import Fitter
from fitting.frame import Body, ParseFrame, PoseFrame, Preview
from fitting.parse import Parser, carry_parse
from fitting.render import Renderer
from fitting.silhouette import body_mask
from fitting.smooth import Smoother
from fitting.warm_up import warm_up
from garments.garment import Garment

PARSE_EVERY = 2
"""The parser looks at every second frame; in between its labels move along with the body."""


@dataclass(frozen=True)
class Sight:
    """What is known of a frame before anything is put on."""

    pose: PoseFrame
    parse: ParseFrame
    body: Body


class Stopwatch:
    """How long the stages of one frame take."""

    def __init__(self) -> None:
        self.stage_ms: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Count what happens inside as this stage's."""
        start = time.perf_counter()
        yield
        self.stage_ms[stage] = self.stage_ms.get(stage, 0.0) + (time.perf_counter() - start) * 1000


class Engine:
    """What all shoppers share: the models, read once."""

    def __init__(self) -> None:
        # Our matrices are small: with threads of its own, numpy's BLAS takes 5 ms to drape where one thread takes 0.1.
        threadpool_limits(limits=1, user_api="blas")
        self.template = load_template()
        self.pool = LandmarkerPool()
        self.parser = Parser()
        warm_up()

    def open(self) -> "TryOn":
        """A mirror for one more shopper."""
        return TryOn(self)

    def close(self) -> None:
        """Free the models."""
        self.pool.close()

    def see_picture(self, picture_rgb: NDArray[np.uint8], watch: Stopwatch | None = None) -> Sight | None:
        """Look at a still with all the time there is; None when nobody is in it."""
        watch = watch or Stopwatch()
        with watch.time("detect"):
            pose = detect_picture(self.pool, picture_rgb)
        if pose is None:
            return None
        with watch.time("parse"):
            parse = self.parser.parse_picture(picture_rgb, pose)
        with watch.time("fit"):
            body = Fitter(self.template).fit(pose, parse)
        return Sight(pose, parse, body)

    def dress_picture(
        self,
        picture_rgb: NDArray[np.uint8],
        sight: Sight,
        garments: Sequence[Garment],
        watch: Stopwatch | None = None,
    ) -> Preview:
        """A still with the garments on, and their mask."""
        return dress(picture_rgb, sight, garments, Renderer(), Compositor(), watch or Stopwatch(), masks=True)

    def draw_body(self, picture_rgb: NDArray[np.uint8], sight: Sight) -> NDArray[np.uint8]:
        """(h, w) Silhouette of the body in a still, 0 or 255."""
        height, width = picture_rgb.shape[:2]
        return body_mask(sight.body, self.template, (width, height))


class TryOn:
    """One shopper before the mirror."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.garments: tuple[Garment, ...] = ()
        self.detector = Detector(engine.pool)
        self.smoother = Smoother()
        self.fitter = Fitter(engine.template)
        self.renderer = Renderer()
        self.compositor = Compositor()
        self.parsed: tuple[PoseFrame, ParseFrame] | None = None
        self.since_parse = 0

    def wear(self, garments: Sequence[Garment]) -> None:
        """Put these on from the next frame, in this order from the skin outwards."""
        self.garments = tuple(garments)

    def step(self, frame_rgb: NDArray[np.uint8], time_secs: float, *, masks: bool = False) -> Preview:
        """The next frame of the camera, dressed; the plain frame when nobody is in view or nothing is worn."""
        watch = Stopwatch()
        sight = self.see(frame_rgb, time_secs, watch)
        if sight is None:
            return Preview(frame_rgb, pose_found=False, stage_ms=watch.stage_ms)
        return dress(frame_rgb, sight, self.garments, self.renderer, self.compositor, watch, masks=masks)

    def see(self, frame_rgb: NDArray[np.uint8], time_secs: float, watch: Stopwatch) -> Sight | None:
        """The shopper's pose, labels and body in this frame."""
        with watch.time("detect"):
            found = self.detector.detect(frame_rgb, time_secs)
        if found is None:
            self.parsed = None
            return None
        with watch.time("smooth"):
            pose = self.smoother.smooth(found)
        with watch.time("parse"):
            parse, fresh = self.parse(frame_rgb, pose)
        with watch.time("fit"):
            body = self.fitter.fit(pose, parse if fresh else None)
        return Sight(pose, parse, body)

    def parse(self, frame_rgb: NDArray[np.uint8], pose: PoseFrame) -> tuple[ParseFrame, bool]:
        """The labels of this frame, and whether they are new or carried along from the last one."""
        if self.parsed is not None and self.since_parse + 1 < PARSE_EVERY:
            self.since_parse += 1
            return carry_parse(self.parsed[1], self.parsed[0], pose), False
        parse = self.engine.parser.parse(frame_rgb, pose)
        self.parsed, self.since_parse = (pose, parse), 0
        return parse, True

    def close(self) -> None:
        """Hand the landmarker back to the pool."""
        self.detector.close()


def dress(
    frame_rgb: NDArray[np.uint8],
    sight: Sight,
    garments: Sequence[Garment],
    renderer: Renderer,
    compositor: Compositor,
    watch: Stopwatch,
    *,
    masks: bool = False,
) -> Preview:
    """Put garments on somebody who has been seen."""
    if not garments:
        return Preview(frame_rgb, pose_found=True, stage_ms=watch.stage_ms)
    with watch.time("drape"):
        draped = [drape(garment, sight.body) for garment in garments]
    with watch.time("render"):
        layer = renderer.render(draped, frame_rgb.shape)
    with watch.time("composite"):
        picture, mask = compositor.composite(frame_rgb, layer, sight.parse, sight.body, mask=masks)
    return Preview(picture, pose_found=True, mask=mask, stage_ms=watch.stage_ms)
