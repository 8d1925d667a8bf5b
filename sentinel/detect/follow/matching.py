"""Which file holds what was read before: the same one, one it was renamed, copied or packed to, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sentinel.detect.follow.content import SAMPLE, Content, File, digest, opened
from sentinel.errors import InputError
from sentinel.model.followed import Followed

Key = tuple[str, str]
Pair = tuple[File, Followed]


@dataclass(slots=True)
class Matched:
    """The files of one log, each with what is known of its content; `left` is what no file holds any more.

    `troubles` says why files could not be looked at; `waiting`: some are copies that may not be whole yet.
    """

    pairs: list[Pair] = field(default_factory=list)
    left: list[Followed] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    waiting: bool = False


@dataclass(slots=True)
class Matcher:
    """Matches again and again; of files that hold nothing new it knows how they were, and what they are copies of."""

    new_id: Callable[[], str]
    _copies: dict[Key, tuple[int, int, str]] = field(default_factory=dict)
    _longer: dict[Key, tuple[int, int]] = field(default_factory=dict)

    def match(self, target: str, files: Sequence[File], known: Sequence[Followed], now: datetime) -> Matched:
        """Pair files with what was read of them.

        Files that are known are looked at first: who copies a log and then cuts it off has written all of the copy
        before a cut can be seen.
        """
        matched, held = Matched(), set[str]()
        known = [one for one in known if is_begun(one)]  # the others may be copies that were empty when they were seen
        by_key = {(one.device, one.inode): one for one in known if one.inode}
        fresh = [file for file in files if not self._is_still(file, by_key.get(file.key), matched, held)]
        keys = {file.key for file in fresh}
        lost = [_left(one, keys, now) for one in known if one.id not in held]
        here = {one.id for _, one in matched.pairs}
        self._copies = {key: at for key, at in self._copies.items() if key in keys}
        self._longer = {key: at for key, at in self._longer.items() if key in keys}
        for file in fresh:
            *at, original = self._copies.get(file.key, (-1, -1, ""))
            if at != [file.size, file.changed] or original not in here:
                self._place(target, file, matched, lost)
        matched.left = lost
        return matched

    def _is_still(self, file: File, known: Followed | None, matched: Matched, held: set[str]) -> bool:
        """Say whether a file still holds what it held, or cannot be asked."""
        if known is None:
            return False
        try:
            still = _is_unchanged(file, known) or _holds(file, known)
        except InputError as error:
            _note(error, file, matched)
            if _is_missing(error):
                return True  # it went away just now: what is known of it is not held
            held.add(known.id)
            return True
        if still:
            held.add(known.id)
            matched.pairs.append((file, now_in(file, known)))
        return still

    def _place(self, target: str, file: File, matched: Matched, lost: list[Followed]) -> None:
        """Pair a file that is new here with what it holds, which leaves `lost`, or with nothing yet."""
        try:
            with opened(file.path, file.name) as content:
                found = self._find(file, content, matched, lost)
        except InputError as error:
            _note(error, file, matched)
            return
        if found is None:
            return
        if found.id in {one.id for one in lost}:
            lost[:] = [one for one in lost if one.id != found.id]
        known = found if found.id else replace(found, id=self.new_id(), target=target)
        matched.pairs.append((file, now_in(file, known)))

    def _find(self, file: File, content: Content, matched: Matched, lost: Iterable[Followed]) -> Followed | None:
        """Return what is known of a content, something new for one that nothing is known of, or None: to be left."""
        head = content.first(SAMPLE)
        here = [one for _, one in matched.pairs if one.position and not one.whole]
        alike = [one for one in (*lost, *here) if _begins_alike(head, one)]
        sums = content.sums({one.position for one in alike}) if alike else {}
        fits = [one for one in alike if sums.get(one.position) == one.crc]
        best = max(fits, key=lambda one: (one.position, bool(one.gone)), default=None)
        if best is not None and best.gone:
            return best
        if best is not None:
            return self._copy(file, content, best, matched)
        whole = next(
            (one for pair in matched.pairs if (one := pair[1]) in here and _is_part(content, head, *pair)), None
        )
        if whole is not None:
            self._copies[file.key] = (file.size, file.changed, whole.id)
            matched.waiting = True
            return None
        return Followed("", "", file.name)

    def _copy(self, file: File, content: Content, original: Followed, matched: Matched) -> Followed | None:
        """Leave a copy alone as long as what it holds may still be read from its original."""
        length, at = content.length(), (file.size, file.changed)
        if length <= original.position:
            self._copies[file.key] = (*at, original.id)
            return None
        if self._longer.pop(file.key, None) != at:  # the next round reads the original first
            self._longer[file.key] = at
            matched.waiting = True
            return None
        return replace(original, id="", size=-1, changed=0)


def is_begun(known: Followed) -> bool:
    """Say whether anything was read of a content, by which it can be known again."""
    return bool(known.position) or known.whole


def now_in(file: File, known: Followed) -> Followed:
    """Return what is known of a content, held by this file now."""
    return replace(known, name=file.name, device=file.device, inode=file.inode, gone=None)


def _left(known: Followed, keys: set[Key], now: datetime) -> Followed:
    """Return what no file holds; where another content has its file, it may not be found there again."""
    inode = "" if (known.device, known.inode) in keys else known.inode
    return replace(known, gone=known.gone or now, inode=inode, size=min(known.size, -1))


def _is_unchanged(file: File, known: Followed) -> bool:
    return (known.size, known.changed) == (file.size, file.changed)


def _holds(file: File, known: Followed) -> bool:
    with opened(file.path, file.name) as content:
        return known.whole or content.still_holds(known)


def _begins_alike(head: bytes, known: Followed) -> bool:
    if not known.position or known.whole or len(head) < known.head_length:
        return False
    return digest(head[: known.head_length]) == known.head


def _is_part(content: Content, head: bytes, file: File, known: Followed) -> bool:
    """Say whether a content is the beginning of what another file holds, and all of that was read."""
    length = content.length()
    if not 0 < length <= known.position:
        return False
    with opened(file.path, file.name) as other:
        if other.first(len(head)) != head:
            return False
        return other.sums({length}) == content.sums({length})


def _note(error: InputError, file: File, matched: Matched) -> None:
    if not _is_missing(error):
        matched.troubles[file.name] = error.fault.what


def _is_missing(error: InputError) -> bool:
    return isinstance(error.__cause__, FileNotFoundError)
