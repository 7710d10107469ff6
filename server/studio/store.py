"""The studio's garments on disk: a folder each, with `studio.json` beside what was built."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.studio.work import Work

NAME = "studio.json"
INCOMING, BUILDING, TRASH = ".incoming", ".building", ".trash"
"""Folders beside the garments': uploads that still come, garments that are being built, and what was thrown away."""
TRASH_SECS = 24 * 3600.0
"""How long a thrown away garment can be had back."""


class Store:
    """Keeps what the studio knows in memory and, for the next start, on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (INCOMING, BUILDING, TRASH):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in (INCOMING, BUILDING):  # what a stop in the middle has left
            for place in (folder / name).iterdir():
                shutil.rmtree(place, ignore_errors=True)
        self.works = {work.id: work for work in self._read()}
        self._papers: dict[str, tuple[int, dict[str, Any] | None]] = {}
        self.empty_trash()

    def _read(self) -> Iterator[Work]:
        found = [read_work(place) for place in self.folder.iterdir() if not place.name.startswith(".")]
        yield from sorted((work for work in found if work is not None), key=lambda work: work.created_secs)

    def place(self, name: str) -> Path:
        """The folder of a garment."""
        return self.folder / name

    def make_incoming(self) -> Path:
        """An empty folder for an upload; its name becomes the garment's id."""
        place = self.folder / INCOMING / f"g{secrets.token_hex(6)}"
        place.mkdir()
        return place

    def admit(self, work: Work, incoming: Path) -> None:
        """Take an upload in, whole or not at all."""
        write_whole(incoming / NAME, work.to_json())
        incoming.rename(self.place(work.id))
        self.works[work.id] = work

    def keep(self, work: Work) -> None:
        """Remember what has changed."""
        write_whole(self.place(work.id) / NAME, work.to_json())
        self.works[work.id] = work

    def throw_away(self, name: str) -> None:
        """Put a garment where it can still be had back for a day."""
        self.empty_trash()
        shutil.rmtree(self.folder / TRASH / name, ignore_errors=True)
        self.place(name).rename(self.folder / TRASH / name)
        os.utime(self.folder / TRASH / name)
        del self.works[name]
        self._papers.pop(name, None)

    def take_back(self, name: str) -> Work | None:
        """A garment out of the trash, or None when it is not there."""
        kept = self.folder / TRASH / name
        work = read_work(kept)
        if work is None or self.place(name).exists():
            return None
        kept.rename(self.place(name))
        self.works[name] = work
        return work

    def empty_trash(self) -> None:
        """Forget what was thrown away long ago."""
        for place in (self.folder / TRASH).iterdir():
            if place.stat().st_mtime < time.time() - TRASH_SECS:
                shutil.rmtree(place, ignore_errors=True)

    def passport(self, work: Work) -> dict[str, Any] | None:
        """What the garment's passport says; read again after each build."""
        known = self._papers.get(work.id)
        if known is None or known[0] != work.version:
            known = self._papers[work.id] = (work.version, read_json(self.place(work.id) / "passport.json"))
        return known[1]

    def forget_passport(self, name: str) -> None:
        """The passport has been written anew."""
        self._papers.pop(name, None)


def read_work(place: Path) -> Work | None:
    """What the studio knew of the garment in a folder, or None where the studio did not make it."""
    try:
        work = Work.from_json((place / NAME).read_text(encoding="utf-8"))
        return work if work.id == place.name else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file, or None."""
    try:
        paper = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return paper if isinstance(paper, dict) else None


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a stop in the middle leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
