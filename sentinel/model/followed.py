"""A log file that is read while it is written: what it is known by, and how far it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """What was read of one content, whatever file holds it now.

    `device` and `inode` are of the file that holds it, `size` and `changed` (ns since 1970) how it was last seen;
    `inode` is 0 where no file does, and `gone` then says since when. Packed files count unpacked.

    The first `position` bytes were judged. They are known again by the SHA-256 of the first `head_length`, of the last
    `tail_length`, and the CRC-32 of all. `lines` of them ended. `context` (as Latin-1) is what a reader must see before
    the rest, such as the names of columns. `open_at`: the last record had no end, and began there.

    `whole`: of this format nothing but the whole can be read; `seen` are then the fingerprints (16 bytes each) of the
    records of the last time, and `lost` what was skipped then.
    """

    id: str
    target: str
    name: str
    device: str = ""
    inode: str = ""
    size: int = -1
    changed: int = 0
    format: str = ""
    position: int = 0
    lines: int = 0
    head: str = ""
    head_length: int = 0
    tail: str = ""
    tail_length: int = 0
    crc: int = 0
    context: str = ""
    open_at: int | None = None
    packed: bool = False
    whole: bool = False
    seen: bytes = b""
    lost: dict[str, int] = field(default_factory=dict)
    newest: datetime | None = None
    gone: datetime | None = None
