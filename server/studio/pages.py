"""The studio over HTTP; `docs/studio.md` describes each address."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from garments.errors import RefusedError
from garments.finding.landmark_file import NAME as LANDMARKS
from garments.kinds import all_kinds
from server.config import Config
from server.errors import BadInputError, say
from server.replies import problem
from server.studio.gate import is_of_our_page, is_same, refusal_of, set_cookie
from server.studio.rate import Rates
from server.studio.receive import CHUNK_BYTES, TABLE_BYTES, receive, save
from server.studio.store import read_json
from server.studio.studio import Studio, Watch, is_publishable
from server.studio.tasks import SIZES
from server.studio.words import in_both_languages, reason_in_both_languages
from server.studio.work import Work, tidy_title

STUDIO = web.AppKey("studio", Studio)
HERE = "/api/studio"
FILES = ("thumb.jpg", "preview.png", "cutout.png", "landmarks.png", "passport.json", "garment.glb")
JSON_BYTES = 100_000
QUIET_SECS = 15.0
"""After this long without news a watcher hears that we are still there."""
STATUSES = {
    "upload-too-large": 413,
    "upload-too-slow": 408,
    "upload-unknown": 415,
    "upload-not-a-photo": 415,
    "unknown-work": 404,
    "unknown-build": 404,
    "not-built": 409,
    "no-kind-yet": 409,
    "no-landmarks-yet": 409,
    "grade-too-low": 409,
    "mesh-has-back": 409,
    "queue-full": 429,
    "studio-full": 507,
    "build-lost": 503,
    "build-failed": 500,
}
"""By code; 422 for the rest, 400 for what cannot be read."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def describe(work: Work, studio: Studio) -> dict[str, Any]:
    """A garment in the making as lists show it."""
    here = f"{HERE}/pieces/{work.id}"
    paper = studio.store.passport(work) if work.state == "built" else None
    paper = paper or {}
    return {
        "id": work.id,
        "state": "published" if work.published and work.state == "built" else work.state,
        "title": {"en": work.title.en, "ko": work.title.ko},
        "kind": work.kind,
        "kind_is_given": work.kind_is_given,
        "materials": work.materials,
        "reason": None
        if work.reason is None
        else {"code": work.reason.code, "sentence": {"en": work.reason.words.en, "ko": work.reason.words.ko}},
        "grade": paper.get("grade"),
        "reasons": [
            {"en": words.en, "ko": words.ko}
            for words in (reason_in_both_languages(str(reason)) for reason in paper.get("reasons", []))
        ],
        "publishable": work.state == "built" and is_publishable(paper),
        "is_mesh": work.is_mesh,
        "has_back": work.back is not None,
        "version": work.version,
        "created_secs": work.created_secs,
        "photo": f"{here}/photo",
        "easel": f"{here}/cutout.png?v={work.version}" if work.is_laid else f"{here}/photo",
        "thumb": f"{here}/thumb.jpg?v={work.version}",
        "preview": f"{here}/preview.png?v={work.version}",
    }


def describe_whole(work: Work, studio: Studio) -> dict[str, Any]:
    """The same with landmarks, sizes and passport."""
    place = studio.store.place(work.id)
    sizes = place / SIZES
    return describe(work, studio) | {
        "landmarks": read_json(place / LANDMARKS),
        "sizes": sizes.read_text(encoding="utf-8") if work.has_sizes and sizes.is_file() else "",
        "passport": studio.store.passport(work) if work.state == "built" else None,
    }


class Pages:
    """The handlers of one studio."""

    def __init__(self, studio: Studio, config: Config) -> None:
        self.studio, self.config = studio, config
        per_sec = config.studio_uploads_per_min_most / 60
        self.uploads = Rates(per_sec, max(1.0, config.studio_uploads_per_min_most / 4))
        self.changes = Rates(config.studio_changes_per_sec_most, max(1.0, 3 * config.studio_changes_per_sec_most))
        self.keys = Rates(0.2, 5)

    def add_to(self, app: web.Application) -> None:
        """Hang the addresses into the application."""
        one = HERE + "/pieces/{id}"
        add = app.router.add_route
        add("POST", HERE + "/key", self._open(self.take_key, self.keys))
        add("GET", HERE, self._guarded(self.show_studio))
        add("GET", HERE + "/events", self._guarded(self.send_events))
        add("POST", HERE + "/pieces", self._guarded(self.upload, self.uploads))
        add("GET", one, self._guarded(self.show_work))
        add("PATCH", one, self._guarded(self.change, self.changes))
        add("DELETE", one, self._guarded(self.throw_away, self.changes))
        add("POST", one + "/restore", self._guarded(self.take_back, self.changes))
        add("PUT", one + "/landmarks", self._guarded(self.move, self.changes))
        add("DELETE", one + "/landmarks", self._guarded(self.find_again, self.changes))
        add("PUT", one + "/sizes", self._guarded(self.set_sizes, self.changes))
        add("PUT", one + "/back", self._guarded(self.set_back, self.uploads))
        add("DELETE", one + "/back", self._guarded(self.remove_back, self.changes))
        add("PUT", one + "/published", self._guarded(self.publish, self.changes))
        add("DELETE", one + "/published", self._guarded(self.withdraw, self.changes))
        add("GET", one + "/turntable/{build}.jpg", self._guarded(self.show_turn))
        add("GET", one + "/photo", self._guarded(self.show_photo))
        add("GET", one + "/{file}", self._guarded(self.show_file))

    # ---- Who may come in, and how often ----

    def _guarded(self, handler: Handler, rates: Rates | None = None) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            refusal = refusal_of(request, self.config)
            return refusal if refusal is not None else await self._open(handler, rates)(request)

        return guarded

    def _open(self, handler: Handler, rates: Rates | None) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            wait_secs = 0 if rates is None else rates.take(request.remote or "", time.monotonic())
            if wait_secs:
                return too_many(wait_secs)
            try:
                return await handler(request)
            except RefusedError as error:
                return refuse(error)

        return answered

    async def take_key(self, request: web.Request) -> web.StreamResponse:
        """POST /api/studio/key: a browser that knows the token gets a cookie."""
        given = str((await read_object(request)).get("token", ""))
        token = self.config.studio_token
        if not token or not is_of_our_page(request) or not is_same(given, token):
            return problem(401, "studio-key")
        answer = web.json_response({})
        set_cookie(request, answer, token)
        return answer

    # ---- What there is ----

    async def show_studio(self, request: web.Request) -> web.StreamResponse:
        """GET /api/studio: every garment, the kinds, and the limits."""
        self.studio.warm_up()
        pieces = [describe(work, self.studio) for work in self.studio.store.works.values()]
        config = self.config
        limits = {
            "photo_bytes": config.studio_photo_bytes_most,
            "mesh_bytes": config.studio_mesh_bytes_most,
            "uploads_per_min": config.studio_uploads_per_min_most,
            "queue": config.studio_queue_most,
        }
        return fresh_json({"pieces": pieces, "kinds": describe_kinds(), "limits": limits})

    async def show_work(self, request: web.Request) -> web.StreamResponse:
        """GET /api/studio/pieces/<id>."""
        return await self._whole(self.studio.find(request.match_info["id"]))

    async def send_events(self, request: web.Request) -> web.StreamResponse:
        """GET /api/studio/events: server-sent events, `piece` with a garment that changed, `gone` with an id."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        watch = Watch()
        self.studio.watches.add(watch)
        try:
            await answer.write(b"retry: 2000\n\n")
            async for text in self._news(watch):
                await answer.write(text.encode())
        except ConnectionError:
            pass
        finally:
            self.studio.watches.discard(watch)
        return answer

    async def _news(self, watch: Watch) -> AsyncIterator[str]:
        while True:
            try:
                async with asyncio.timeout(QUIET_SECS):
                    changed = await watch.next()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            for name in changed:
                if not name:  # the server closes
                    return
                work = self.studio.store.works.get(name)
                event, told = ("gone", {"id": name}) if work is None else ("piece", describe(work, self.studio))
                yield f"event: {event}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"

    async def show_photo(self, request: web.Request) -> web.StreamResponse:
        """GET .../photo: what was uploaded."""
        work = self.studio.find(request.match_info["id"])
        return serve_file(self.studio.store.place(work.id) / work.source)

    async def show_file(self, request: web.Request) -> web.StreamResponse:
        """GET .../<file>: one of `FILES`."""
        work = self.studio.find(request.match_info["id"])
        name = request.match_info["file"]
        return serve_file(self.studio.store.place(work.id) / name) if name in FILES else problem(404, "not-found")

    async def show_turn(self, request: web.Request) -> web.StreamResponse:
        """GET .../turntable/<build>.jpg: a strip of views, made when it is first asked for."""
        return serve_file(await self.studio.turn(request.match_info["id"], request.match_info["build"]))

    # ---- What changes something ----

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """POST /api/studio/pieces."""
        self.studio.check_room()
        folder = await asyncio.to_thread(self.studio.store.make_incoming)
        try:
            upload = await receive(request, folder, self.config)
            work = await self.studio.admit(await asyncio.to_thread(upload.make_work), folder)
        finally:
            with suppress(FileNotFoundError):  # admitted: it lies elsewhere now
                await asyncio.to_thread(shutil.rmtree, folder)
        return web.json_response(describe(work, self.studio), status=201)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """PATCH .../<id>: another kind, title or materials."""
        wish = await read_object(request)
        kind, title, materials = (wish.get(name) for name in ("kind", "title", "materials"))
        if not all(value is None or isinstance(value, str) for value in (kind, title, materials)):
            raise BadInputError("bad-request", why="kind, title and materials are texts")
        words = tidy_title(title) if title else None
        name = request.match_info["id"]
        return await self._whole(await self.studio.change(name, kind=kind, title=words, materials=materials))

    async def throw_away(self, request: web.Request) -> web.StreamResponse:
        """DELETE .../<id>."""
        await self.studio.throw_away(request.match_info["id"])
        return web.Response(status=204)

    async def take_back(self, request: web.Request) -> web.StreamResponse:
        """POST .../<id>/restore."""
        return await self._whole(await self.studio.take_back(request.match_info["id"]))

    async def move(self, request: web.Request) -> web.StreamResponse:
        """PUT .../<id>/landmarks: `{"points": {"hem_left": [x, y]}}` in photo pixels."""
        points = (await read_object(request)).get("points")
        return await self._whole(await self.studio.move(request.match_info["id"], read_points(points)))

    async def find_again(self, request: web.Request) -> web.StreamResponse:
        """DELETE .../<id>/landmarks: forget what was moved."""
        return await self._whole(await self.studio.find_again(request.match_info["id"]))

    async def set_sizes(self, request: web.Request) -> web.StreamResponse:
        """PUT .../<id>/sizes: a table as text."""
        text = await read_text(request, TABLE_BYTES)
        return await self._whole(await self.studio.set_sizes(request.match_info["id"], text))

    async def set_back(self, request: web.Request) -> web.StreamResponse:
        """PUT .../<id>/back: the photo of the back as it is."""
        work = self.studio.find(request.match_info["id"])
        folder = await asyncio.to_thread(self.studio.store.make_incoming)
        try:
            async with asyncio.timeout(self.config.studio_upload_secs):
                chunks = request.content.iter_chunked(CHUNK_BYTES)
                said = request.query.get("name", "")
                name = await save(chunks, folder, "back-photo", said, self.config, mesh=False)
            (folder / name).replace(self.studio.store.place(work.id) / name)
        except TimeoutError:
            raise BadInputError("upload-too-slow", secs=self.config.studio_upload_secs) from None
        finally:
            await asyncio.to_thread(shutil.rmtree, folder)
        return await self._whole(await self.studio.set_back(work.id, name))

    async def remove_back(self, request: web.Request) -> web.StreamResponse:
        """DELETE .../<id>/back."""
        return await self._whole(await self.studio.set_back(request.match_info["id"], None))

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """PUT .../<id>/published."""
        return await self._whole(await self.studio.publish(request.match_info["id"], True))

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """DELETE .../<id>/published."""
        return await self._whole(await self.studio.publish(request.match_info["id"], False))

    async def _whole(self, work: Work) -> web.Response:
        return fresh_json(await asyncio.to_thread(describe_whole, work, self.studio))


def describe_kinds() -> list[dict[str, Any]]:
    """The kinds of garment there are, as the studio's page needs them."""
    return [
        {
            "name": kind.name,
            "title": {"en": kind.title_en, "ko": kind.title_ko},
            "sizes": kind.sizes,
            "landmarks": kind.landmarks,
        }
        for kind in all_kinds().values()
    ]


def read_points(given: Any) -> dict[str, tuple[float, float]]:
    """Points by name.

    Raises:
        BadInputError: `bad-request`.
    """
    try:
        points = {str(name): (float(x), float(y)) for name, (x, y) in given.items()}
    except (AttributeError, TypeError, ValueError, OverflowError):
        points = {}
    if not points:
        raise BadInputError("bad-request", why='points are said as {"points": {"name": [x, y], ...}}')
    return points


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        BadInputError: `bad-request`.
    """
    try:
        given = json.loads(await read_text(request, JSON_BYTES))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadInputError("bad-request", why="it is no JSON object")
    return given


async def read_text(request: web.Request, most: int) -> str:
    """The text of a request.

    Raises:
        BadInputError: `upload-too-large` or `bad-request`.
    """
    content = bytearray()
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        content += chunk
        if len(content) > most:
            raise BadInputError("upload-too-large", name="-", most=f"{most / 2**20:.1f}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError("bad-request", why="it is no UTF-8 text") from None


def refuse(error: RefusedError) -> web.Response:
    """A refusal as the project says it."""
    status = STATUSES.get(error.code, 400 if error.code in ("bad-request", "upload-empty") else 422)
    answer = problem(status, error.code, in_both_languages(error))
    if status == 429:
        answer.headers["Retry-After"] = "10"
    return answer


def too_many(wait_secs: int) -> web.Response:
    """The refusal of a client that goes too fast."""
    answer = problem(429, "too-many-requests", say("too-many-requests", secs=wait_secs))
    answer.headers["Retry-After"] = str(wait_secs)
    return answer


def fresh_json(value: Any) -> web.Response:
    """An answer that nobody keeps."""
    return web.json_response(value, headers={"Cache-Control": "no-store"})


def serve_file(path: Path) -> web.StreamResponse:
    """A file of a garment, or the sentence that there is none."""
    return (
        web.FileResponse(path, headers={"Cache-Control": "no-cache"}) if path.is_file() else problem(404, "no-picture")
    )


def add_studio(app: web.Application, studio: Studio, config: Config) -> None:
    """Hang the studio into the application; it lives as long as the application."""

    async def live(app: web.Application) -> AsyncIterator[None]:
        studio.start()
        yield
        await studio.close()

    async def say_goodbye(app: web.Application) -> None:
        for watch in list(studio.watches):
            watch.note("")

    app[STUDIO] = studio
    app.cleanup_ctx.append(live)
    app.on_shutdown.append(say_goodbye)
    Pages(studio, config).add_to(app)
