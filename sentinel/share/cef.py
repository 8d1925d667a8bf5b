"""CEF (Common Event Format, version 0): the probe log as lines that a SOC reads, so that it can see that it was us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sentinel import __version__

_SEVERITY = {"stop": 8, "torn": 6, "refused": 5, "resume": 5}
_NAMES = {
    "run": "active inventory began",
    "begun": "probe about to be sent",
    "probe": "probe sent",
    "nmap": "nmap about to be started",
    "nmap-end": "nmap ended",
    "stop": "left alone",
    "resume": "let go on by a person",
    "torn": "a line of the log was torn by a crash",
    "end": "active inventory ended",
}


def cef_lines(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each entry of a probe log; each run's operator and scope stand in all of its lines."""
    run: Mapping[str, Any] = {}
    for entry in entries:
        run = entry["facts"] if entry["kind"] == "run" else run
        yield cef_line(entry, run) + "\n"


def cef_line(entry: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Return one entry as CEF; `run` holds the facts of the run that it belongs to."""
    kind, facts = entry["kind"], entry["facts"]
    head = ("CEF:0", "Sentinel", "sentinel scan", __version__, f"scan.{kind}", _NAMES.get(kind, kind))
    told = {
        "rt": int(datetime.fromisoformat(entry["time"]).timestamp() * 1000),
        "src": run.get("source", ""),
        "dst": facts.get("address", ""),
        "dpt": facts.get("port", ""),
        "proto": str(facts.get("transport", "")).upper(),
        "app": facts.get("probe", ""),
        "suser": run.get("operator", ""),
        "outcome": facts.get("result", ""),
        "reason": facts.get("why", "") or facts.get("note", ""),
        "cs1Label": "scope",
        "cs1": run.get("scope", ""),
        "cs2Label": "scopeSha256",
        "cs2": run.get("scope_sha256", ""),
        "cs3Label": "sentHex",
        "cs3": " ".join(facts.get("sent", ())),
        "cs4Label": "logHash",
        "cs4": entry["hash"],
        "cn1Label": "packets",
        "cn1": facts.get("packets", ""),
    }
    extension = " ".join(f"{key}={_value(value)}" for key, value in told.items() if value != "")
    return "|".join([*map(_field, head), str(_SEVERITY.get(kind, 1)), extension])


def _field(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace("|", "\\|")


def _value(value: object) -> str:
    return _one_line(str(value)).replace("\\", "\\\\").replace("=", "\\=")


def _one_line(text: str) -> str:
    """Return text without line ends and other signs that would begin another record."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
