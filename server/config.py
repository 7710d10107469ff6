"""Every setting of the server, read from the environment once."""

import math
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Self

from garments.errors import RefusedError

PREFIX = "GEOUL_"


TOKEN_LETTERS = 12
"""Least length of a secret."""


def count_cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def between(least: float, most: float, default: Any) -> Any:
    """A field with a default and the values that make sense."""
    return field(default=default, metadata={"least": least, "most": most})


def at_least(least: float, default: Any) -> Any:
    """A field with a default and the least value that makes sense."""
    return between(least, math.inf, default)


@dataclass(frozen=True)
class Config:
    """The settings; `docs/configuration.md` explains each. `GEOUL_` and a field's name in capitals sets it."""

    allowed_origins: tuple[str, ...] = ()
    workers: int = field(default_factory=count_cores, metadata={"least": 1})
    sessions_most: int = field(default_factory=lambda: 4 * count_cores(), metadata={"least": 1})
    message_bytes_most: int = at_least(1024, 2 * 1024 * 1024)
    picture_px_most: int = at_least(1, 2_500_000)
    picture_side_px_least: int = at_least(1, 64)
    frames_per_sec_most: float = at_least(1, 60.0)
    messages_per_sec_most: float = at_least(1, 300.0)
    bad_messages_most: int = at_least(1, 20)
    idle_secs: float = at_least(0.1, 60.0)
    send_secs: float = at_least(0.1, 1.0)
    ping_secs: float = at_least(0.1, 10.0)
    status_secs: float = at_least(0.05, 1.0)
    preview_quality: int = between(1, 100, 85)
    studio_open: int = between(0, 1, 1)
    studio_token: str = field(default="", metadata={"least": TOKEN_LETTERS})
    studio_photo_bytes_most: int = at_least(1024, 20 * 1024 * 1024)
    studio_mesh_bytes_most: int = at_least(1024, 64 * 1024 * 1024)
    studio_uploads_per_min_most: float = at_least(0.1, 120.0)
    studio_changes_per_sec_most: float = at_least(0.1, 10.0)
    studio_queue_most: int = at_least(1, 500)
    studio_pieces_most: int = at_least(1, 5000)
    studio_upload_secs: float = at_least(0.1, 120.0)
    studio_build_secs: float = at_least(0.1, 60.0)
    studio_builders: int = at_least(1, 1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The defaults, with what the environment says in their place.

        Raises:
            RefusedError: `bad-setting` for a value that is not of the setting's kind, or is too small.
        """
        given = {one: environment.get(PREFIX + one.name.upper()) for one in fields(cls)}
        return cls(**{one.name: _read(one, text) for one, text in given.items() if text is not None})


def _read(setting: Field[Any], text: str) -> Any:
    if setting.type is str:
        return _read_secret(setting, text.strip())
    if setting.type not in (int, float):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    least, most = setting.metadata["least"], setting.metadata.get("most", math.inf)
    kind = int if setting.type is int else float
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if least <= value <= most and value < math.inf:
        return value
    what = "a whole number" if kind is int else "a number"
    rule = f"at least {least}" if most == math.inf else f"from {least} to {most}"
    name = PREFIX + setting.name.upper()
    raise RefusedError("bad-setting", f"{name} is '{text[:40]}' but must be {what}, {rule}")


def _read_secret(setting: Field[Any], text: str) -> str:
    least = setting.metadata["least"]
    if text and len(text) < least:  # the sentence does not repeat it
        name = PREFIX + setting.name.upper()
        raise RefusedError("bad-setting", f"{name} is too short: a secret has at least {least} letters")
    return text
