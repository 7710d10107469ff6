"""One garment in the making: what the studio knows of it, and how that is kept in its folder."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, Self

from server.errors import Sentence

State = Literal["queued", "building", "built", "refused"]
TITLE_MOST = 80
UNTITLED = Sentence("Untitled", "이름 없음")


@dataclass(frozen=True)
class Reason:
    """Why a garment could not be built."""

    code: str
    words: Sentence


@dataclass(frozen=True)
class Work:
    """One garment in the making."""

    id: str
    title: Sentence
    source: str
    """File in its folder that it is made from: a photo or a mesh."""
    created_secs: float
    """When it came, in seconds since 1970."""
    kind: str | None = None
    """What it is; None until it is proposed."""
    kind_is_given: bool = False
    """Whether a person said so."""
    back: str | None = None
    """File in its folder that shows its back."""
    has_sizes: bool = False
    """Whether `sizes.csv` lies in its folder."""
    materials: str | None = None
    """As the merchandiser gives them."""
    state: State = "queued"
    reason: Reason | None = None
    """Why it was refused."""
    published: bool = False
    """Whether shoppers are offered it."""
    version: int = 0
    """How often it was built."""
    is_laid: bool = False
    """Whether it was taken off somebody who wears it: its landmarks lie on the cut-out, not on the photo."""

    @property
    def is_mesh(self) -> bool:
        """Whether it comes from a 3D file."""
        return self.source.endswith(".glb")

    def to_json(self) -> str:
        """The work as its file holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote.

        Raises:
            ValueError, TypeError, KeyError: When it is something else.
        """
        paper: dict[str, Any] = json.loads(text)
        reason = paper.pop("reason")
        title = Sentence(**paper.pop("title"))
        if reason is not None:
            reason = Reason(reason["code"], Sentence(**reason["words"]))
        return cls(title=title, reason=reason, **paper)


def title_of(file_name: str) -> Sentence:
    """A file's name as a title: without folders, ending and what cannot be seen; Hangul from a Mac put together."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    stem = name.rsplit(".", 1)[0] if "." in name.strip(".") else name
    return tidy_title(re.sub(r"[_\s]+", " ", stem)) or UNTITLED


def tidy_title(text: str, *, most: int = TITLE_MOST) -> Sentence | None:
    """A title that can be shown anywhere; None when nothing is left of it."""
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    spaced = re.sub(r"\s+", " ", composed)
    plain = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip(" .")[:most].strip()
    return Sentence(plain, plain) if plain else None
