"""Reads events of macOS's Endpoint Security as `eslogger` writes them: JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Tally

_CREATED = "event.create.destination"


def looks_like_eslogger(head: Head) -> bool:
    """Say whether the first line is an object with what only Endpoint Security has."""
    first = head.text.lstrip()[:16384].partition("\n")[0]
    return first.startswith("{") and '"schema_version"' in first and '"global_seq_num"' in first


def read_eslogger(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a line, with the names that rules for macOS use beside its own. Skipped: as JSON lines.

    `ParentImage` of a started program is the program that the process ran before: a shell that starts a command
    forks first, so that it is the shell.
    """
    for event in read_jsonl(chunks, name, tally):
        yield replace(event, fields={"event.dataset": "macos.esf", **event.fields, **_named(event.fields)})


def _named(fields: Fields) -> dict[str, Value]:
    own = fields.get("process.executable.path")
    if "event.exec.target.executable.path" in fields:
        arguments = fields.get("event.exec.args")
        command = " ".join(map(str, arguments)) if isinstance(arguments, list) else arguments
        return _known(
            {
                "event.category": "process",
                "Image": fields["event.exec.target.executable.path"],
                "CommandLine": command,
                "ParentImage": own,
                "CurrentDirectory": fields.get("event.exec.cwd.path"),
                "ProcessId": fields.get("event.exec.target.audit_token.pid"),
            }
        )
    folder, file = fields.get(f"{_CREATED}.new_path.dir.path"), fields.get(f"{_CREATED}.new_path.filename")
    made = f"{str(folder).rstrip('/')}/{file}" if folder and file else fields.get(f"{_CREATED}.existing_file.path")
    return _known({"event.category": "file", "TargetFilename": made, "Image": own}) if made else {}


def _known(fields: dict[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in fields.items() if value is not None}
