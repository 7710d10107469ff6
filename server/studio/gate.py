"""Who may use the studio."""

import hashlib
import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from server.config import Config
from server.replies import problem

COOKIE = "geoul_studio"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
READING = ("GET", "HEAD")


def refusal_of(request: web.Request, config: Config) -> web.Response | None:
    """Why this request may not come in, or None when it may."""
    if not config.studio_open:
        return problem(404, "not-found")
    if request.method not in READING and not is_of_our_page(request):
        return problem(403, "studio-foreign")
    if config.studio_token:
        return None if has_key(request, config.studio_token) else problem(401, "studio-key")
    return None if is_local(request) else problem(403, "studio-closed")


def is_of_our_page(request: web.Request) -> bool:
    """Whether a request that changes something comes from our own page, or from a program, which names no origin."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.host


def is_local(request: web.Request) -> bool:
    """Whether it comes from this computer and was meant for it: a foreign name that leads here is a trick."""
    name = request.host if request.host.endswith("]") else request.host.rsplit(":", 1)[0]
    try:
        return ip_address(request.remote or "").is_loopback and name in LOOPBACK_NAMES
    except ValueError:
        return False


def has_key(request: web.Request, token: str) -> bool:
    """Whether it carries the token, or the cookie that our page got for it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE, "")
    is_bearer = scheme.lower() == "bearer" and is_same(given.strip(), token)
    return is_bearer or is_same(cookie, make_cookie(token))


def is_same(given: str, secret: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def make_cookie(token: str) -> str:
    """What the browser keeps in place of the token."""
    return hashlib.sha256(b"geoul studio " + token.encode()).hexdigest()


def set_cookie(request: web.Request, response: web.Response, token: str) -> None:
    """Let the browser in from now on."""
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(
        COOKIE, make_cookie(token), httponly=True, samesite="Strict", secure=secure, path="/api/studio", max_age=86400
    )
