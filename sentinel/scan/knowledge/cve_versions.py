"""Versions of a CVE record's product (CVE JSON 5, `affected[].versions`): ranges, changes within them, and the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sentinel.model.knowledge import Span, Status
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.ranges import OPEN, Versions, bounded, is_token, read_range, together
from sentinel.scan.knowledge.spans import outside

_STATES: Mapping[str, Status] = {
    "affected": "affected",
    "unaffected": "not_affected",
    "unknown": "under_investigation",
}
_SCHEMES = {"semver": "semver", "maven": "maven", "rpm": "rpm", "deb": "deb", "dpkg": "deb", "python": "pypi"}
_NO_END = frozenset({"*", "unspecified"})
_SHOWN = 5
_ALL_OTHERS = "all other versions, says the record's default"


def said_of(entry: Mapping[str, Any]) -> dict[Status, Versions]:
    """Return what an entry says of versions by status; `defaultStatus` speaks for those that are not listed."""
    default = foreign.text(entry.get("defaultStatus")) or "unknown"
    found: dict[Status, list[Versions]] = defaultdict(list)
    listed = list(foreign.tables(entry.get("versions")))
    for version in listed:
        if foreign.text(version.get("versionType")) != "git":  # hashes of commits: no order, and no banner tells them
            for state, versions in _segments(version):
                found[_STATES.get(state, "under_investigation")].append(versions)
    said = {status: together(many) for status, many in found.items()}
    if default == "affected" and (found or not listed):
        said["affected"] = _all_but(said)
    elif default == "unaffected" and not listed:
        said["not_affected"] = Versions(every=True)
    return said


def _all_but(said: Mapping[Status, Versions]) -> Versions:
    """Return all versions but those that are listed as something else.

    Where only affected ones are listed, why they are is unclear: they are, and of all others it is not sure.
    """
    others = together(versions for status, versions in said.items() if status != "affected")
    if others == Versions():
        listed = said.get("affected", Versions(every=True))
        return listed if listed.every else listed.plus(Versions(unread=(_ALL_OTHERS,)))
    words = tuple(f"all versions but {text}" for text in others.unread)
    if others.every:
        return Versions(unread=words or ("contradicts itself: all versions are listed as something else",))
    scheme = others.spans[0].scheme if others.spans else "generic"
    left = outside(others.spans, scheme) if not words else None
    if left is None:
        names = [span.last or span.before or span.first for span in others.spans[:_SHOWN]]
        return Versions(unread=words or (f"all versions but some around {', '.join(names)}",))
    return Versions(left)


def _segments(version: Mapping[str, Any]) -> Iterator[tuple[str, Versions]]:
    """Yield status and versions: one piece, or several where the status changes within."""
    begin, status = foreign.text(version.get("version")), foreign.text(version.get("status"))
    before, last = foreign.text(version.get("lessThan")), foreign.text(version.get("lessThanOrEqual"))
    scheme = _SCHEMES.get(foreign.text(version.get("versionType")).casefold(), "generic")
    changes = [
        (foreign.text(one.get("at")), foreign.text(one.get("status"))) for one in foreign.tables(version.get("changes"))
    ]
    if not (before or last):
        yield status, _alone(begin, scheme) if not changes else Versions(unread=(f"from {begin}, with changes",))
        return
    ends = (before, last, *(at for at, _ in changes))
    sure = (begin.casefold() in OPEN or is_token(begin)) and all(not end or _is_end(end) for end in ends)
    if not sure:
        yield status, Versions(unread=(_told(begin, before, last),))
        return
    for at, then in changes:
        yield status, _whole(bounded(begin, "", at, scheme))
        begin, status = at, then
    yield status, _whole(bounded(begin, _end(last), _end(before), scheme))


def _is_end(bound: str) -> bool:
    return bound.casefold() in _NO_END or (is_token(bound) and bound != "0")


def _end(bound: str) -> str:
    return "" if bound.casefold() in _NO_END else bound


def _whole(span: Span) -> Versions:
    """Return a span as versions: one without any bound is all of them."""
    return Versions((span,)) if span.first or span.last or span.before else Versions(every=True)


def _alone(text: str, scheme: str) -> Versions:
    """Return what a version says that has no end: itself, all of them, or words (`>= 2.0, < 2.3`, «before 4.3»)."""
    if text.casefold() in OPEN and text != "*":
        return Versions(unread=(text or "no version told",))
    return read_range(text, scheme)


def _told(begin: str, before: str, last: str) -> str:
    return " ".join(part for part in (begin, f"< {before}" if before else "", f"<= {last}" if last else "") if part)
