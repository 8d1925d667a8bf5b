"""Brings the rules of others into a folder: what is added, changed and removed by meaning, and what is left alone."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from sentinel.content import parse_documents
from sentinel.detect.archive import Archive
from sentinel.detect.meaning import hash_meaning
from sentinel.errors import InputError, Location
from sentinel.model.imports import RuleChange

MANIFEST = "imported.json"
SCHEMA = "sentinel.imported/1"
MAKING, BEFORE = "_importing", "_before-import"  # rules below folders with `_` in front are not loaded


@dataclass(frozen=True, slots=True)
class Known:
    """What the manifest says of a file as it was imported: the hash of its bytes, of its meaning, and its title."""

    sha256: str
    meaning: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that can be carried out: the files as they will be, and what that changes."""

    into: Path
    files: Mapping[str, bytes]
    known: Mapping[str, Known]
    removed: frozenset[str]
    changes: tuple[RuleChange, ...]
    source: Mapping[str, Any]


def plan_import(archive: Archive, into: Path) -> Plan:
    """Compare a source with what was imported into a folder before, and with what the site has made of it.

    InputError where the source holds no rule: the wrong archive, or an empty one, would remove all that are there.
    """
    recover(into)
    before = read_manifest(into)
    new = {name: _known(content, before.get(name)) for name, content in archive.files.items()}
    if not any(known.title for known in new.values()):
        raise InputError(Location(archive.source), "is refused: no file in it is a rule")
    changes = sorted(_changes(archive.files, new, before, into))
    kept = {change.path for change in changes if change.how == "kept"}
    removed = frozenset(change.path for change in changes if change.how == "removed")
    return Plan(
        into=into,
        files={name: content for name, content in archive.files.items() if name not in kept},
        known={**{name: before[name] for name in kept if name in before}, **_without(new, kept)},
        removed=removed,
        changes=tuple(changes),
        source={"name": archive.source, "sha256": archive.sha256, "skipped": dict(archive.skipped)},
    )


def carry_out(plan: Plan) -> None:
    """Put the new folder in the place of the old one, whole or not at all.

    The new folder is made beside the old one, with everything of the site's own in it, and takes its name when it is
    complete. Killed before that, nothing has changed; killed between the two renames, `recover` gives the old back.
    """
    into = plan.into
    into.parent.mkdir(parents=True, exist_ok=True)
    made = into.with_name(f"{MAKING}-{into.name}-{os.getpid()}")
    made.mkdir()
    try:
        if into.exists():
            shutil.copytree(into, made, symlinks=True, dirs_exist_ok=True)
        for name in plan.removed:
            (made / name).unlink()
        for name, content in plan.files.items():
            _write(made / name, content)
        _write(made / MANIFEST, _manifest(plan))
        _exchange(into, made)
    except BaseException:  # an interrupt too: nothing half-made is left behind
        shutil.rmtree(made, ignore_errors=True)
        raise


def recover(into: Path) -> bool:
    """Give back the folder that an import was killed in the middle of replacing; return whether there was one.

    What other killed imports left half-made beside it is taken away.
    """
    for left in into.parent.glob(f"{MAKING}-{glob.escape(into.name)}-*"):
        if not _is_alive(left.name.rpartition("-")[2]):
            shutil.rmtree(left, ignore_errors=True)
    before = _before(into)
    if into.exists() or not before.exists():
        return False
    before.rename(into)
    return True


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def read_manifest(into: Path) -> dict[str, Known]:
    """Return what was imported into a folder before; InputError where its manifest cannot be read."""
    path = into / MANIFEST
    if not path.exists():
        return {}
    try:
        files = orjson.loads(path.read_bytes())["files"]
        return {name: Known(known["sha256"], known["meaning"], known["title"]) for name, known in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = "is no manifest of an import; put it right, or import into another folder"
        raise InputError(Location(str(path)), what) from error


def _changes(
    files: Mapping[str, bytes], new: Mapping[str, Known], before: Mapping[str, Known], into: Path
) -> Iterator[RuleChange]:
    for name in sorted({*files, *before}):
        here = _content(into, name)
        edited = here is not None and (name not in before or _sha(here) != before[name].sha256)
        now, then = new.get(name), before.get(name)
        if here is None and now is None:
            continue  # gone on both sides
        yield _change(name, now, then, here, edited=edited)


def _change(name: str, now: Known | None, then: Known | None, here: bytes | None, *, edited: bool) -> RuleChange:
    title = (now or then or Known("", "", "")).title
    old, new = (then.meaning if then else ""), (now.meaning if now else "")
    if here is None:
        deleted = "it was deleted here; the source still has it" if then else ""
        return RuleChange(name, "kept" if then else "added", title, old, new, deleted)
    if edited and (now is None or _sha(here) != now.sha256):
        theirs = "no longer has it" if now is None else "has the same as before" if now == then else "has another"
        return RuleChange(name, "kept", title, old, new, f"it was edited here; the source {theirs}")
    if now is None:
        return RuleChange(name, "removed", title, old, new)
    if _sha(here) == now.sha256:
        return RuleChange(name, "same", title, old, new)
    return RuleChange(name, "reworded" if old == new else "changed", title, old, new)


def _known(content: bytes, before: Known | None) -> Known:
    sha = _sha(content)
    if before is not None and before.sha256 == sha:
        return before
    meaning, title = meaning_of(content)
    return Known(sha, meaning, title)


def meaning_of(content: bytes) -> tuple[str, str]:
    """Return a hash of what all documents of a file mean, and the title of the first; of what is no rule, its bytes."""
    documents, faults = parse_documents(content.decode("utf-8", "replace"), "")
    meant, titles = [], []
    for document in documents:
        data = document.data if isinstance(document.data, dict) else {}
        titles.append(str(data.get("title") or ""))
        meant.append([str(data.get("id") or ""), _meaning(data)])
    if faults or not all(meaning for _, meaning in meant):
        return _sha(content), titles[0] if titles else ""
    return _sha(orjson.dumps(meant)), titles[0] if titles else ""


def _meaning(data: Mapping[str, Any]) -> str:
    try:
        return hash_meaning(data)
    except (KeyError, TypeError, AttributeError, ValueError):
        body = {key: data[key] for key in ("correlation", "filter", "logsource") if key in data}
    try:
        return _sha(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)) if body else ""
    except TypeError:  # orjson's error for what JSON has no words for
        return ""


def _manifest(plan: Plan) -> bytes:
    files = {
        name: {"sha256": known.sha256, "meaning": known.meaning, "title": known.title}
        for name, known in sorted(plan.known.items())
    }
    whole = {"schema": SCHEMA, "source": plan.source, "files": files}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _exchange(into: Path, made: Path) -> None:
    before = _before(into)
    shutil.rmtree(before, ignore_errors=True)
    if into.exists():
        into.rename(before)
    made.rename(into)
    shutil.rmtree(before, ignore_errors=True)


def _before(into: Path) -> Path:
    return into.with_name(f"{BEFORE}-{into.name}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _content(into: Path, name: str) -> bytes | None:
    """Return what a file holds here, None where there is none; nothing is read or written through a link."""
    for folder in (into / above for above in PurePosixPath(name).parents[:-1]):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(Location(str(folder)), "is a link or a file where a folder of imported files should be")
    path = into / name
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise InputError(Location(str(path)), "is a link or a folder where an imported file should be")
    return path.read_bytes() if path.exists() else None


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _without(known: Mapping[str, Known], names: set[str]) -> dict[str, Known]:
    return {name: one for name, one in known.items() if name not in names}
