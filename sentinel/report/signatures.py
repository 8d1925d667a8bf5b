"""A detached signature beside each file of a report: who stands for these bytes under this name, and of which day.

sign_files   files that were written → NAME.sig beside each
check_files  files and folders → one answer a file; whatever lies there, it is an answer and no exception
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BufferedReader
from pathlib import Path, PurePosixPath

import orjson
from cryptography.exceptions import InvalidSignature

from sentinel.errors import RenderError, SignatureError
from sentinel.model.signed import SignedFile
from sentinel.report.placing import write_file
from sentinel.signing import Private, Trusted

SCHEMA = "sentinel.reportsignature/1"
SUFFIX = ".sig"
MOST_SIGNATURE = 10_000
MOST_FILE = 2_000_000_000
MOST_NAME = 80
_KEY = re.compile("[0-9a-f]{32}")
_PIECE = 1_000_000
_NO_PIPE_NO_LINK = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class FileSignature:
    """What a signer states of one file, and the signature over that. `file` is its name below where it was written."""

    signer: str
    key: str
    as_of: date
    file: str
    sha256: str
    value: bytes = b""

    def text(self) -> bytes:
        """Return the file; there is one way only to write a signature, so that any other byte is a change."""
        body = {**self._stated(), "signature": b64encode(self.value).decode()}
        return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def message(self) -> bytes:
        """Return what is signed: a statement that begins with its kind, which nothing else that is signed does."""
        return orjson.dumps(self._stated())

    def _stated(self) -> dict[str, str]:
        return {
            "schema": SCHEMA,
            "algorithm": "ed25519",
            "signer": self.signer,
            "key": self.key,
            "as_of": self.as_of.isoformat(),
            "file": self.file,
            "sha256": self.sha256,
        }


def sign_files(paths: Iterable[Path], folder: Path, private: Private, as_of: date) -> list[Path]:
    """Write the signature of each file in a folder, and of the pages below it; return the signatures.

    The same files, key and day give the same bytes.
    """
    try:
        return [_sign(path, folder, private, as_of) for path in _with_pages(paths)]
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be signed: {error.strerror or error}") from error


def check_files(paths: Iterable[Path], trusted: Mapping[str, Trusted]) -> Iterator[SignedFile]:
    """Yield one answer for each file that is named, lies in a folder that is named, or has a signature that is."""
    for path in dict.fromkeys(_signed_by(path) for given in paths for path in _below(given)):
        yield check_file(path, trusted)


def check_file(path: Path, trusted: Mapping[str, Trusted]) -> SignedFile:
    """Say who signed a file, and whether it is still what they signed."""
    name = os.fsencode(path).decode("utf-8", "replace")
    try:
        found = _hash(path)
    except OSError as error:
        return SignedFile(name, "unread", f"cannot be looked at: {error.strerror or error}")
    try:
        signature = parse_signature(_read(_beside(path)))
    except FileNotFoundError:
        return SignedFile(name, "unsigned", "not signed")
    except OSError as error:
        return SignedFile(name, "broken", f"its signature cannot be read: {error.strerror or error}")
    except SignatureError as error:
        return SignedFile(name, "broken", str(error))
    return _judge(path, name, found, signature, trusted)


def parse_signature(raw: bytes) -> FileSignature:
    """Return the signature that a file holds; SignatureError for anything else than just that."""
    try:
        body = orjson.loads(raw)
        value = b64decode(body["signature"], validate=True)
        parts = (body["signer"], body["key"], date.fromisoformat(body["as_of"]), body["file"], body["sha256"], value)
        found = FileSignature(*parts)
        plain = all(isinstance(part, str) for part in body.values()) and _KEY.fullmatch(found.key)
        if plain and raw == found.text() and len(found.signer) <= MOST_NAME:
            return found
    except (ValueError, KeyError, TypeError, NotBase64) as error:
        raise SignatureError("what lies beside it is no signature of a report") from error
    raise SignatureError("its signature was changed, or is of a kind that is not known here")


def _judge(path: Path, name: str, found: str, signature: FileSignature, trusted: Mapping[str, Trusted]) -> SignedFile:
    known = trusted.get(signature.key)
    if known is None:
        why = f"signed with key {signature.key} of a stranger, who says to be '{signature.signer}'"
        return SignedFile(name, "stranger", why, signature.signer, signature.key, signature.as_of)
    who = f"{known.name} ({signature.key})"
    about = (known.name, signature.key, signature.as_of)
    try:
        known.key.verify(signature.value, signature.message())
    except InvalidSignature:
        return SignedFile(name, "broken", f"its signature names {who}, and is not theirs: it was changed, or made up")
    if not _is_named(path, signature.file):
        return SignedFile(name, "renamed", f"its signature is by {who}, and of {signature.file}", *about)
    if found != signature.sha256:
        return SignedFile(name, "changed", f"changed since {who} signed it", *about)
    return SignedFile(name, "signed", f"signed by {who}, as of {signature.as_of}", *about)


def _sign(path: Path, folder: Path, private: Private, as_of: date) -> Path:
    name = "".join(sign if sign.isprintable() else "�" for sign in private.name)[:MOST_NAME]
    below = path.relative_to(folder).as_posix()
    stated = FileSignature(name, private.id, as_of, below, _hash(path))
    value = private.key.sign(stated.message())
    whole = FileSignature(name, private.id, as_of, below, stated.sha256, value)
    return write_file(_beside(path), whole.text())


def _with_pages(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each file, and after a page those that it leads to, which lie in a folder of its name."""
    for path in paths:
        yield path
        if path.suffix == ".html":
            yield from sorted(path.with_suffix("").glob("*.html"))


def _below(given: Path) -> Iterator[Path]:
    """Yield a file, or all in a folder, by name; a folder that gives nothing is yielded itself, and told."""
    waiting = [given]
    while waiting:
        path = waiting.pop()
        inside = _inside(path) if path == given or not path.is_symlink() else []
        if inside:
            waiting += reversed(inside)
        else:
            yield path


def _inside(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except OSError:  # no folder, or one that cannot be looked into: looking at it as a file says why
        return []


def _signed_by(path: Path) -> Path:
    return path.with_suffix("") if path.suffix == SUFFIX else path


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _is_named(path: Path, file: str) -> bool:
    parts = PurePosixPath(file).parts
    return bool(parts) and (*path.parent.resolve().parts, path.name)[-len(parts) :] == parts


def _hash(path: Path) -> str:
    digest, read = hashlib.sha256(), 0
    with _open(path) as file:
        while part := file.read(_PIECE):
            digest.update(part)
            read += len(part)
            if max(read, os.fstat(file.fileno()).st_size) > MOST_FILE:
                raise OSError(f"larger than {MOST_FILE:,} bytes, which no report is")
    return digest.hexdigest()


def _read(path: Path) -> bytes:
    with _open(path) as file:
        raw = file.read(MOST_SIGNATURE + 1)
    if len(raw) > MOST_SIGNATURE:
        raise OSError(f"larger than {MOST_SIGNATURE:,} bytes, which none is")
    return raw


def _open(path: Path) -> BufferedReader:
    """Open a plain file and nothing else: no link, no device, no pipe to wait for; OSError where it is not one."""
    if path.is_symlink():
        raise OSError("it is a link")
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NO_PIPE_NO_LINK))  # noqa: SIM115 -- Path.open takes no opener; the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("it is no plain file")
    return file
