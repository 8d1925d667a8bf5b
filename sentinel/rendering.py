"""Makes the report of an earlier result once more: the same bytes where nothing it stands on has changed since.

again  result.json → the result it tells of, and what of its ground is another today
render that result → the management report, with the file attached as it is
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import ValidationError

from sentinel import __version__
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.results import MAX_BYTES
from sentinel.errors import InputError, Location
from sentinel.model.reread import reread
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.files import write_fronted
from sentinel.report.placing import Place

KEPT_SINCE = ("previous", "chapters", "meanings", "rule_titles", "log_titles", "packs")
"""Keys that a report needs and that the first results did not have."""


@dataclass(frozen=True, slots=True)
class Again:
    """An earlier result and its bytes; `differs` says in words what it stands on that is another now."""

    result: Result
    data: bytes
    differs: tuple[str, ...]


def again(path: Path, name: str, content: Path) -> Again:
    """Read an earlier result; InputError where it cannot be read or is none."""
    data = _read(path, name)
    checklist = load_checklist(content)
    known = {requirement.id: requirement for requirement in checklist.requirements}
    try:
        found = reread(data, known)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(Location(name), f"is not a result of Sentinel: {where}: {first['msg']}") from error
    return Again(found, data, tuple(_differs(found, data, checklist)))


def render(found: Again, folder: Path, languages: Iterable[Language], content: Path) -> list[Path]:
    """Write the management report of an earlier result as HTML and PDF; return what was written."""
    return write_fronted("management", found.result, found.data, Place(folder, tuple(languages), content))


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise InputError(Location(name), f"is larger than {MAX_BYTES:,} bytes")
    return data


def _differs(found: Result, data: bytes, checklist: Checklist) -> Iterator[str]:
    made = found.versions
    if made.engine != __version__:
        yield f"made by Sentinel {made.engine}, and this is {__version__}: words and layout may differ, no number does"
    if made.checklist_hash != checklist.hash:
        theirs, ours = f"{made.checklist} ({made.checklist_hash[:8]})", f"{checklist.version} ({checklist.hash[:8]})"
        yield f"made by checklist {theirs}, and the one here is {ours}: nothing is judged anew"
    kept = orjson.loads(data)
    if kept.get("risks") and not kept.get("ros"):
        yield "an earlier kind of result, with the figures of risk alone: their part is left out"
    missing = sorted(set(KEPT_SINCE) - kept.keys())
    if missing:
        yield f"an earlier kind of result, without {', '.join(missing)}: those are left out"
