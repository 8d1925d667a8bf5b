"""Holds alerts on disk until all are there, and gives them in the order of time as often as asked."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from sentinel.model.alerts import Alert

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNDATED = 2**63 - 1


class Spool:
    """A collection of alerts in a file that goes with it; in memory are only 16 bytes an alert.

    Alerts come out by time, those without one last, and those of one moment in the order they came in.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sentinel-")  # noqa: SIM115 -- closed by __exit__
        self._times = array("q")
        self._places = array("q")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._times)

    def __contains__(self, item: object) -> bool:
        return any(alert == item for alert in self)

    def __iter__(self) -> Iterator[Alert]:
        for number in sorted(range(len(self)), key=self._times.__getitem__):
            self._file.seek(self._places[number])
            yield _ALERT.validate_json(self._file.readline())

    def add(self, alert: Alert) -> None:
        """Put an alert in."""
        self._places.append(self._file.seek(0, 2))
        self._times.append(_UNDATED if alert.time is None else (alert.time - _EPOCH) // timedelta(microseconds=1))
        self._file.write(_ALERT.dump_json(alert) + b"\n")
