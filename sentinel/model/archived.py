"""A file of the archive by day: the records of one log file that were read on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """`sentinel.archivedfile/1`: `name` is its path below the `archive`, `log` and `source` say what was read.

    Of its bytes the first `bytes` hold `records` records, `unpacked` bytes; `first` and `last` are the earliest and
    the latest of their times. `sha256` is that of the file once it is `sealed`: nothing is added to it any more.
    """

    name: str
    day: date
    log: str
    source: str
    content: str = ""
    archive: str = ""
    bytes: int = 0
    unpacked: int = 0
    records: int = 0
    first: datetime | None = None
    last: datetime | None = None
    sha256: str = ""
    sealed: bool = False

    @property
    def key(self) -> str:
        """What tells it from all others, also of other archives."""
        return f"{self.archive}/{self.name}"
