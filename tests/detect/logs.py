"""Events of the same kind in the shapes that logs have, for the tests of this room."""

from __future__ import annotations

import tarfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sentinel.detect.readers import read_log
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Tally
from tests.shared import shared_data

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
SEPARATE = {"#attributes", "EventData"}
SYSMON = "Microsoft-Windows-Sysmon/Operational"


def event(fields: Fields | None = None, **more: Value) -> Event:
    return Event("test.jsonl", "1", None, {**(fields or {}), **more})


def system(number: int | str = 4688, channel: str = "Security", **more: object) -> dict[str, Any]:
    """The System part as EVTX dumps nest it."""
    return {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
        "EventID": number,
        "TimeCreated": {"#attributes": {"SystemTime": "2026-10-14T01:45:00.123456Z"}},
        "EventRecordID": 77,
        "Correlation": None,
        "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}},
        "Channel": channel,
        "Computer": "LV-EPJ.lyngvik.example",
        **more,
    }


def as_xml(event_tree: Mapping[str, Any]) -> str:
    """Write an EVTX dump's `Event` as Windows exports it."""
    parts = "".join(_element(name, value) for name, value in event_tree.items() if name not in SEPARATE)
    data = event_tree.get("EventData")
    return f'<Event xmlns="{NAMESPACE}">{parts}{_event_data(data)}</Event>'


def _event_data(data: Mapping[str, Any] | None) -> str:
    if data is None:
        return ""
    inner = ""
    for name, value in data.items():
        if name == "#attributes":
            continue
        if name == "Data":
            texts = value["#text"] if isinstance(value, dict) else value
            inner += "".join(f"<Data>{_text(one)}</Data>" for one in (texts if isinstance(texts, list) else [texts]))
        elif name == "Binary":
            inner += _element(name, value)
        else:
            inner += f"<Data Name={quoteattr(name)}>{_text(value)}</Data>"
    return f"<EventData>{inner}</EventData>"


def _element(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if not isinstance(value, Mapping):
        return f"<{name}>{_text(value)}</{name}>"
    attributes = "".join(f" {key}={quoteattr(_plain(text))}" for key, text in value.get("#attributes", {}).items())
    children = ((key, item) for key, item in value.items() if key != "#attributes")
    inner = "".join(_text(item) if key == "#text" else _element(key, item) for key, item in children)
    return f"<{name}{attributes}>{inner}</{name}>"


def _text(value: object) -> str:
    return escape(_plain(value), {"\r": "&#13;"})


def _plain(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def read_bytes(data: bytes, folder: Path, format: str | None = None) -> tuple[list[Event], Tally]:  # noqa: A002 - as in read_log
    """Write a log, read it, and check that nothing was lost from the count."""
    path = folder / "log.bin"
    path.write_bytes(data)
    tally = Tally("log.bin")
    events = list(read_log(path, "log.bin", tally, format))
    assert tally.handled == len(events)
    return events, tally


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def evtx_files(folder: Path) -> Iterable[Path]:
    """Unpack the shared Windows logs and return them in a stable order."""
    with tarfile.open(shared_data() / "evtx" / "evtx-to-mitre-sample.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return sorted(folder.rglob("*.evtx"))


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """Give a function that returns the most memory (bytes) that was held inside."""
    peak = 0
    tracemalloc.start()
    try:
        yield lambda: peak
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def sigmahq(folder: Path) -> list[Path]:
    """Unpack the shared rules and return their folders."""
    with tarfile.open(next((shared_data() / "rules").glob("sigmahq-*.tar.xz"))) as archive:
        archive.extractall(folder, filter="data")
    return sorted(path for path in folder.iterdir() if path.name.startswith("rules"))
