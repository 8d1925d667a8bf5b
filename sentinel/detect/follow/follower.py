"""Follows the files of one log from round to round: what is new in them, what waits, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sentinel.detect.follow.content import Content, File, opened
from sentinel.detect.follow.matching import Key, Matched, Matcher
from sentinel.detect.follow.pieces import WHOLE, Piece, Rest, format_of
from sentinel.detect.follow.whole import Whole
from sentinel.detect.readers.unpack import files_below
from sentinel.detect.streams import name_of
from sentinel.errors import InputError, Location
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally
from sentinel.model.text import counted

SETTLED = timedelta(seconds=2)
"""A file that can only be read whole is read once it stayed the same for so long."""
FORGOTTEN = timedelta(days=35)
"""What is known of a content that no file holds is kept for so long: somebody may put it back."""
RECENT = timedelta(minutes=10)
_NO_INODE = "0"
_BY_PATH = "path "


@dataclass(slots=True)
class Pause:
    """Since when a file is as it is (`at`: its size and the time of its last change), and since when it is restless."""

    at: tuple[int, int]
    since: datetime
    changing: datetime


@dataclass(slots=True)
class Follower:
    """The files of one log. `paths` gives the files and folders of now.

    After a round: `troubles` says by name why files could not be read, `behind` how many bytes of each wait for the
    end of their record, `notes` what a person should hear once, `known` what is known of each content. `waiting`: the
    next round may read more though nothing changes.
    """

    target: str
    paths: Callable[[], Sequence[Path]]
    matcher: Matcher
    patience: timedelta = timedelta(minutes=1)
    known: dict[str, Followed] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    behind: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    waiting: bool = False
    _pauses: dict[Key, Pause] = field(default_factory=dict)
    _strange: dict[Key, tuple[tuple[int, int], str]] = field(default_factory=dict)
    _marks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def round(self, known: Iterable[Followed], now: datetime, *, at_once: bool = False) -> Iterator[Piece | Whole]:
        """Yield what is new, as it is read; `known` is what was kept.

        `at_once`: a file that can only be read whole is read even where it may still be written.
        """
        self.troubles, self.behind, self._marks = {}, {}, {}
        matched = self.matcher.match(self.target, list(self._files()), list(known), now)
        self.troubles |= matched.troubles
        self.waiting = matched.waiting
        self.known = {one.id: one for one in (*(one for _, one in matched.pairs), *matched.left)}
        self._note_gone(matched, now)
        self._pauses = {file.key: self._pause(file, now) for file, _ in matched.pairs}
        for file, one in matched.pairs:
            try:
                yield from self._read(file, one, now, at_once=at_once)
            except InputError as error:
                self.fail(file, error)

    def fail(self, file: File, error: InputError) -> None:
        """Note why a file could not be read; one that could be opened is tried again when it has changed."""
        if isinstance(error.__cause__, FileNotFoundError):
            return  # it was renamed or removed just now
        self.troubles[file.name] = error.fault.what
        for one in self.known.values():
            if (one.device, one.inode) == file.key:
                self._marks.pop(one.id, None)
        if not isinstance(error.__cause__, OSError):
            self._strange[file.key] = (file.size, file.changed), error.fault.what

    def finished(self) -> dict[str, Followed]:
        """Return what is known once all that the round gave was judged and kept: how far files were read to their ends.

        Call it last.
        """
        for key, (size, changed) in self._marks.items():
            self.known[key] = replace(self.known[key], size=size, changed=changed)
        return self.known

    def forgotten(self, now: datetime) -> list[str]:
        """Return contents that were not seen for so long that they are not known any more."""
        return [one.id for one in self.known.values() if one.gone is not None and now - one.gone > FORGOTTEN]

    def _files(self) -> Iterator[File]:
        keys = set[Key]()
        for path in self.paths():
            try:
                for file in self._below(path):
                    if file.key not in keys:
                        keys.add(file.key)
                        yield file
            except OSError as error:
                self.troubles[name_of(path)] = f"cannot be looked into: {error.strerror or error}"
        self._strange = {key: found for key, found in self._strange.items() if key in keys}

    def _below(self, path: Path) -> Iterator[File]:
        if not path.exists():
            self.troubles[name_of(path)] = "is not there"
            return
        tally = Tally(self.target)
        for found, below in files_below(path, tally):
            with suppress(FileNotFoundError):  # it went away just now
                file = File.of(found, f"{name_of(path)}{below}", found.stat())
                yield replace(file, inode=f"{_BY_PATH}{found}") if file.inode == _NO_INODE else file
        for skipped in tally.examples.values():
            if skipped.reason == "unreadable":
                self.troubles[skipped.place] = f"cannot be looked into: {skipped.detail}"

    def _read(self, file: File, known: Followed, now: datetime, *, at_once: bool) -> Iterator[Piece | Whole]:
        at, quiet = (file.size, file.changed), self._quiet(file, now)
        final = quiet >= self.patience
        strange = self._strange.get(file.key)
        if strange is not None and strange[0] == at:
            self.troubles[file.name] = strange[1]
            return
        if (known.size, known.changed) == at and not (self._has_rest(file, known) and final):
            self._note_behind(file, known)
            return
        self._strange.pop(file.key, None)
        with opened(file.path, file.name) as content:
            if not file.inode.startswith(_BY_PATH) and content.inode != file.inode:
                return  # another file has its name now
            kind = WHOLE if known.whole else known.format or format_of(content, final=final)
            if kind and kind != WHOLE:
                yield from self._pieces(file, content, replace(known, format=kind, packed=content.packed), final=final)
                return
        if kind == WHOLE:
            yield from self._whole(file, known, quiet, now, at_once=at_once)
        elif file.size and not final:
            self.behind[file.name] = file.size

    def _pieces(self, file: File, content: Content, known: Followed, *, final: bool) -> Iterator[Piece]:
        rest = Rest(file, content, known)
        for piece in rest.pieces(final=final):
            yield piece
            if final and not content.packed and piece.known.open_at is not None:
                self.notes.append(f"{file.name}: its last record has no end; it is judged so, and again if one comes")
        if rest.changed:
            return  # it was written anew just now: the next round looks at it as at another
        if rest.broken:
            raise InputError(Location(file.name), f"the packed stream is {rest.broken}; what came before was read")
        self._marks[known.id] = (file.size, file.changed)
        if rest.behind:
            self.behind[file.name] = rest.behind

    def _whole(self, file: File, known: Followed, quiet: timedelta, now: datetime, *, at_once: bool) -> Iterator[Whole]:
        restless = now - self._pauses[file.key].changing
        if not at_once and quiet < SETTLED and restless < self.patience:
            self.waiting = True
            return
        self._pauses[file.key].changing = now
        self._marks[known.id] = (file.size, file.changed)
        yield Whole(file, known)

    def _pause(self, file: File, now: datetime) -> Pause:
        at, before = (file.size, file.changed), self._pauses.get(file.key)
        if before is None:
            return Pause(at, now, now)
        return before if before.at == at else Pause(at, now, before.changing)

    def _quiet(self, file: File, now: datetime) -> timedelta:
        """Return for how long a file has not changed: as it was seen here, or as it says itself."""
        changed = datetime.fromtimestamp(file.changed / 1e9, UTC)
        return max(now - self._pauses[file.key].since, now - changed if changed <= now else timedelta(0))

    def _has_rest(self, file: File, known: Followed) -> bool:
        return not (known.whole or known.packed) and known.position < file.size

    def _note_behind(self, file: File, known: Followed) -> None:
        if self._has_rest(file, known):
            self.behind[file.name] = file.size - known.position

    def _note_gone(self, matched: Matched, now: datetime) -> None:
        """Tell of a file that was written a moment ago and is nowhere any more."""
        for one in matched.left:
            written = datetime.fromtimestamp(one.changed / 1e9, UTC)
            if one.gone is not None and one.gone < now and one.size == -1 and one.gone - written < RECENT:
                self.notes.append(
                    f"{one.name}: gone; {counted(one.position, 'byte')} of it were read, and nobody knows of more"
                )
                self.known[one.id] = replace(one, size=-2)
