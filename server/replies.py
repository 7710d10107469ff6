"""Answers that every part of the server gives alike: problems in words, and the headers of safety."""

from aiohttp import web

from server.errors import Sentence, say

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SAFE_HEADERS = {
    "Server": "geoul",
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def problem(status: int, code: str, words: Sentence | None = None) -> web.Response:
    """A refusal: a code for programs, one sentence for people."""
    words = words or say(code)
    return web.json_response({"code": code, "sentence": {"en": words.en, "ko": words.ko}}, status=status)


async def add_safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers of safety on every answer."""
    for name, value in SAFE_HEADERS.items():
        response.headers[name] = value
