"""Which files a rule set is read from, in which order and under which names, and a hash of all that they hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file, and its name as people see it: relative to the base where it lies below it, else as it was given."""

    path: str
    name: str


def rule_files(folders: Iterable[Path], base: Path) -> Iterator[RuleFile]:
    """Yield every YAML file below `folders` once, in the order of folders and names; a file may stand for a folder.

    Folders whose name begins with `_` hold other content and are passed over, and links to folders are not followed.
    There are thousands of files and all are looked for at every start, so that no `Path` is made of them.
    """
    root = os.path.realpath(base).rstrip(os.sep) + os.sep
    seen: set[str] = set()
    for folder in folders:
        top, real_top = str(folder), os.path.realpath(folder)
        for inner, is_link in [("", False)] if folder.is_file() else _below(top):
            path = _joined(top, inner)
            real = os.path.realpath(path) if is_link else _joined(real_top, inner)
            if real not in seen:
                seen.add(real)
                name = real.removeprefix(root) if real.startswith(root) else path
                yield RuleFile(path, name.replace(os.sep, "/"))


def hash_files(files: Iterable[RuleFile]) -> str:
    """Return a hash of names and contents; OSError where a file cannot be read."""
    digest = hashlib.blake2b(digest_size=32)
    for file in files:
        with open(file.path, "rb", buffering=0) as opened:  # noqa: PTH123 -- `Path.open` takes as long as reading does
            content = opened.readall()
        own = file.path.rpartition(os.sep)[2]
        digest.update(f"{own}\0{file.name}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _below(top: str) -> list[tuple[str, bool]]:
    """Return the paths of YAML files relative to `top`, sorted folder by folder, and whether each is a link."""
    found: list[tuple[str, bool]] = []
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            entries = list(os.scandir(_joined(top, inside)))
        except OSError:  # a folder that may not be looked into holds nothing, as in `Path.rglob`
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting += [] if entry.name.startswith("_") else [_joined(inside, entry.name)]
            elif entry.name.endswith(SUFFIXES) and entry.name not in SUFFIXES and entry.is_file():
                found.append((_joined(inside, entry.name), entry.is_symlink()))
    return sorted(found, key=lambda one: os.path.normcase(one[0]).replace(os.sep, "\0"))


def _joined(folder: str, name: str) -> str:
    if folder in {"", os.curdir} or not name:
        return name or folder
    return f"{folder}{name}" if folder.endswith(os.sep) else f"{folder}{os.sep}{name}"
