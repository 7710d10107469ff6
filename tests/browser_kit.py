"""What the browser tests share: the real server, a real Chromium, films for its camera, and eyes for the canvas."""

import base64
import io
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage.data import astronaut

GEOUL = Path(sys.executable).with_name("geoul")
PAGES = Path(__file__).parents[1] / "web_client" / "dist"
START_SECS = 120
"""The first start compiles and loads models on a machine that may be busy."""

FILM_WIDTH_PX, FILM_HEIGHT_PX = 960, 540
WALL_RGB = (128, 136, 140)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """The command `geoul serve` as a process that can be stopped and started again on the same port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Run until the address is printed."""
        assert (PAGES / "index.html").is_file(), "the pages are not built: run `make setup` first"
        command = [GEOUL, "serve", "--host", "127.0.0.1", "--port", str(self.port), "--data", self.data]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(
            target=lambda pipe: [lines.put(line) for line in pipe], args=[self.process.stdout]
        )
        self.reader.start()
        self.port = int(self._wait_for(re.compile(r"http://\S+?:(\d+)"), lines))

    def _wait_for(self, pattern, lines):
        said = ""
        end = time.monotonic() + START_SECS
        while time.monotonic() < end and (self.process.poll() is None or not lines.empty()):
            try:
                said += lines.get(timeout=0.2)
            except queue.Empty:
                continue
            if found := pattern.search(said):
                return found[1]
        self.stop()
        raise AssertionError(f"the server did not start:\n{said}")

    def stop(self) -> None:
        """End the process and wait for it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> bytes:
        """What the server answers."""
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read()


def find_chromium() -> str:
    """The browser of this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise AssertionError("no Chromium: run `make browser`, or install the package chromium")


@contextmanager
def browser_with_camera(playwright, film: Path | None):
    """Chromium with a camera that plays the film; without a film, without a camera."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    flags = FLAGS if film is None else [*FLAGS, *camera, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def visitor(browser, address: str, **options):
    """A visitor's own window on the mirror page; fails when the page had an error."""
    options = {"locale": "en-GB", "viewport": {"width": FILM_WIDTH_PX, "height": FILM_HEIGHT_PX}} | options
    context = browser.new_context(**options)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(address)
        yield page
        assert errors == []
    finally:
        context.close()


def astronaut_picture():
    """(540, 960, 3) A real person, in front of the middle of a plain wall."""
    picture = np.full((FILM_HEIGHT_PX, FILM_WIDTH_PX, 3), WALL_RGB, np.uint8)
    side = FILM_HEIGHT_PX
    left = (FILM_WIDTH_PX - side) // 2
    picture[:, left : left + side] = cv2.resize(astronaut(), (side, side), interpolation=cv2.INTER_CUBIC)
    return picture


def wall_picture():
    """(540, 960, 3) Nobody: a wall with a little structure."""
    picture = np.full((FILM_HEIGHT_PX, FILM_WIDTH_PX, 3), WALL_RGB, np.uint8)
    picture[400:] = (110, 96, 84)
    return picture


def write_film(path: Path, picture_rgb) -> Path:
    """A film of one standing picture, as Chromium's fake camera reads it."""
    buffer = io.BytesIO()
    Image.fromarray(picture_rgb).save(buffer, "JPEG", quality=92)
    path.write_bytes(buffer.getvalue() * 10)
    return path


def look_at(page):
    """(H, W, 3) What the canvas shows now."""
    address = page.locator("canvas").evaluate("canvas => canvas.toDataURL('image/png')")
    png = base64.b64decode(address.split(",", 1)[1])
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int16)


def changed(before, after, by=40):
    """(H, W) Where two looks differ by more than noise and JPEG do."""
    return np.abs(after - before).max(axis=2) > by


def wait_until(page, say, within_secs=30.0):
    """The first true answer of `say`, asked again and again; the last answer when time is over."""
    end = time.monotonic() + within_secs
    while not (answer := say()) and time.monotonic() < end:
        page.wait_for_timeout(100)
    return answer
