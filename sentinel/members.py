"""Members of a zip archive that holds nothing of the moment or the machine it was made on, each told by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_READABLE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One member as a manifest tells it: the SHA-256 and the number of its unpacked bytes."""

    sha256: str
    bytes: int


def write_member(archive: ZipFile, name: str, data: bytes) -> Member:
    """Write one member, with nothing of the moment or the machine in it."""
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = _READABLE
    archive.writestr(entry, data, compresslevel=_LEVEL)
    return member_of(data)


def member_of(data: bytes) -> Member:
    """Return what a manifest tells of these bytes."""
    return Member(hashlib.sha256(data).hexdigest(), len(data))
