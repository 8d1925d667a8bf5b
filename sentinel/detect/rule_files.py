"""Which files a rule set is read from, in which order and under which names, and a hash of all that they hold."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.errors import ContentError, Fault, Location

SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file, and its name as people see it: relative to the base where it lies below it, else as it was given."""

    path: str
    name: str


def rule_files(folders: Iterable[Path], base: Path) -> list[RuleFile]:
    """Return every YAML file below `folders` once, in the order of folders and names; a file may stand for a folder.

    Folders whose name begins with `_` hold other content and are passed over, and links to folders are not followed.
    There are thousands of files and all are looked for at every start, so that no `Path` is made of them.

    Raises:
        ContentError: something cannot be looked into, holds no rule file, or links to rules that nobody else looks at.
    """
    root = os.path.realpath(base).rstrip(os.sep) + os.sep
    tops = [(str(folder), os.path.realpath(folder)) for folder in folders]
    look, seen, files = _Look(root, [real for _, real in tops]), set[str](), list[RuleFile]()
    for top, real_top in tops:
        for inner, is_link in [("", False)] if _is_file(top) else look.below(top):
            path = _joined(top, inner)
            real = os.path.realpath(path) if is_link else _joined(real_top, inner)
            if real not in seen:
                seen.add(real)
                files.append(RuleFile(path, _name(path, real, root)))
    if look.faults:
        raise ContentError(look.faults)
    return files


def hash_files(files: Iterable[RuleFile]) -> str:
    """Return a hash of names and contents; OSError where a file cannot be read."""
    digest = hashlib.blake2b(digest_size=32)
    for file in files:
        with open(file.path, "rb", buffering=0) as opened:  # noqa: PTH123 -- `Path.open` takes as long as reading does
            content = opened.readall()
        own = file.path.rpartition(os.sep)[2]
        digest.update(f"{own}\0{file.name}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks through folders, and notes what it could not look at: that must not pass for a folder without rules."""

    root: str
    tops: Sequence[str]
    faults: list[Fault] = field(default_factory=list)

    def below(self, top: str) -> list[tuple[str, bool]]:
        """Return the paths of YAML files relative to `top`, sorted folder by folder, and whether each is a link."""
        found: list[tuple[str, bool]] = []
        waiting, before = [""], len(self.faults)
        while waiting:
            inside = waiting.pop()
            for entry in self._entries(_joined(top, inside)):
                if entry.is_dir(follow_symlinks=False):
                    waiting += [] if entry.name.startswith("_") else [_joined(inside, entry.name)]
                elif self._is_rule_file(entry):
                    found.append((_joined(inside, entry.name), entry.is_symlink()))
        if not found and before == len(self.faults):
            self._note(top, f"holds no rule file ({', '.join(SUFFIXES)})")
        return sorted(found, key=lambda one: os.path.normcase(one[0]).replace(os.sep, "\0"))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            self._note(folder, f"cannot be looked into: {error.strerror}")
            return []

    def _is_rule_file(self, entry: os.DirEntry[str]) -> bool:
        """Say whether an entry that is no folder is a rule file; note it where that cannot be known."""
        wanted = entry.name.endswith(SUFFIXES) and entry.name not in SUFFIXES
        if entry.is_symlink():
            return self._is_link_to_rule(entry, wanted=wanted)
        if wanted and not entry.is_file():
            self._note(entry.path, "is neither a file nor a folder")
        return wanted

    def _is_link_to_rule(self, entry: os.DirEntry[str], *, wanted: bool) -> bool:
        """Do the same for a link; one to a folder whose rules nobody else looks at would lose them in silence."""
        if entry.name.startswith((".#", "_")):  # the lock of an editor; other content
            return wanted and entry.is_file()
        try:
            mode = entry.stat().st_mode
        except OSError as error:
            if wanted or "." not in entry.name:  # it may have led to a folder
                self._note(entry.path, f"is a link that leads nowhere: {error.strerror}")
            return False
        if stat.S_ISDIR(mode):
            self._note_folder(entry.path)
        return wanted and stat.S_ISREG(mode)

    def _note_folder(self, path: str) -> None:
        target = os.path.realpath(path)
        if not any(target == top or target.startswith(top + os.sep) for top in self.tops):
            self._note(path, f"is a link to a folder, which is not followed; name that folder too: {target}")

    def _note(self, path: str, what: str) -> None:
        self.faults.append(Fault(Location(_name(path, str(Path(path).absolute()), self.root)), what))


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # what is wrong is told where it is looked into
        return False


def _name(path: str, real: str, root: str) -> str:
    return (real.removeprefix(root) if real.startswith(root) else path).replace(os.sep, "/")


def _joined(folder: str, name: str) -> str:
    if folder in {"", os.curdir} or not name:
        return name or folder
    return f"{folder}{name}" if folder.endswith(os.sep) else f"{folder}{os.sep}{name}"
