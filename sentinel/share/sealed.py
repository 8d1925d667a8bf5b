"""One signed file for a whole assessment: a zip of a few members, a manifest with their hashes, and its signature."""

from __future__ import annotations

import io
import re
import stat
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import orjson

from sentinel.errors import InputError, Location
from sentinel.members import MANIFEST, SIGNATURE, member_of, write_member

SCHEMA = "sentinel.dossier/1"
MOST_BYTES = 64_000_000
MOST_MEMBER = 16_000_000
MOST_MEMBERS = 40
NAME = re.compile(r"(?=.{1,80}$)[\w-]+(?:\.[\w-]+)*")
"""What a member may be called: the name of a file, never a path."""
_ENCRYPTED = 1
_BROKEN = (BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError, KeyError)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What such a file holds. `raw` are the bytes that `signature` is over; whose it is, somebody else checks."""

    manifest: Mapping[str, Any]
    raw: bytes
    signature: bytes
    files: Mapping[str, bytes]


def seal(files: Mapping[str, bytes], about: Mapping[str, Any], sign: Callable[[bytes], str]) -> bytes:
    """Return the file; the same files, words and key give the same bytes."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        members = {name: asdict(write_member(archive, name, files[name])) for name in sorted(files)}
        told = {"schema": SCHEMA, **about, "members": members}
        raw = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        write_member(archive, MANIFEST, raw)
        write_member(archive, SIGNATURE, sign(raw).encode())
    return packed.getvalue()


def open_sealed(raw: bytes, name: str) -> Sealed:
    """Return what a sealed file holds, each member checked against the manifest; InputError for what does not hold.

    Nothing of it is written anywhere, no path in it is followed, and it unpacks to a bounded size.
    """
    if len(raw) > MOST_BYTES:
        raise InputError(Location(name), f"is larger than {MOST_BYTES:,} bytes")
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            parts = _parts(archive, name)
    except _BROKEN as error:
        raise InputError(Location(name), "is no sealed assessment, or is cut off") from error
    if MANIFEST not in parts or SIGNATURE not in parts:
        raise InputError(Location(name), "is no sealed assessment: it has no signed manifest")
    manifest, signature = parts.pop(MANIFEST), parts.pop(SIGNATURE)
    told = _manifest(manifest, name)
    if {key: asdict(member_of(data)) for key, data in parts.items()} != told["members"]:
        raise InputError(Location(name), "was changed since it was signed: its members are not those of its manifest")
    return Sealed(told, manifest, signature, parts)


def _parts(archive: ZipFile, name: str) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise InputError(Location(name), f"holds more than {MOST_MEMBERS} members")
    parts: dict[str, bytes] = {}
    for member in members:
        if wrong := _wrong(member, parts):
            raise InputError(Location(name), f"member '{member.filename[:80]}' {wrong}")
        with archive.open(member) as file:
            data = file.read(MOST_MEMBER + 1)
        if len(data) > MOST_MEMBER:
            raise InputError(Location(name), f"member '{member.filename[:80]}' unpacks to more than {MOST_MEMBER:,}")
        parts[member.filename] = data
    return parts


def _wrong(member: ZipInfo, before: Mapping[str, bytes]) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not NAME.fullmatch(member.filename):
        return "has a name that is none of a plain file"
    if kind not in {0, stat.S_IFREG}:
        return "is a link, or something else that is no file"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    return "is there twice" if member.filename in before else ""


def _manifest(raw: bytes, name: str) -> dict[str, Any]:
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InputError(Location(name), "has a manifest that cannot be read") from error
    schema = told.get("schema") if isinstance(told, dict) else None
    if isinstance(told, dict) and schema == SCHEMA and isinstance(told.get("members"), dict):
        return told
    if isinstance(schema, str) and schema.startswith(SCHEMA.rpartition("/")[0] + "/") and schema != SCHEMA:
        raise InputError(Location(name), f"is of the newer kind {schema[:40]}: this version of Sentinel reads {SCHEMA}")
    raise InputError(Location(name), "is no sealed assessment: its manifest is of another kind")
