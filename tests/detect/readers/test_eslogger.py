from __future__ import annotations

import orjson
import pytest

from sentinel.detect.readers.eslogger import looks_like_eslogger, read_eslogger
from sentinel.detect.readers.head import head_of
from sentinel.model.events import Fields
from sentinel.model.skipped import Tally

PROCESS = {"executable": {"path": "/bin/zsh"}}


def fields(event: dict[str, object]) -> Fields:
    line = orjson.dumps({"schema_version": 1, "global_seq_num": 1, "process": PROCESS, "event": event})
    assert looks_like_eslogger(head_of(line))
    (found,) = read_eslogger(iter([line]), "log", Tally("log"))
    return found.fields


@pytest.mark.parametrize(("arguments", "command"), [(["ls", "-l"], "ls -l"), ([], ""), ("ls", "ls"), (None, None)])
def test_a_program_that_was_started(arguments: object, command: str | None) -> None:
    found = fields({"exec": {"target": {"executable": {"path": "/bin/ls"}}, "args": arguments}})
    assert (found["Image"], found["ParentImage"], found["event.category"]) == ("/bin/ls", "/bin/zsh", "process")
    assert found.get("CommandLine") == command


@pytest.mark.parametrize(
    ("destination", "path"),
    [
        ({"new_path": {"dir": {"path": "/"}, "filename": "x"}}, "/x"),
        ({"new_path": {"dir": {"path": "/a"}, "filename": "x"}}, "/a/x"),
        ({"existing_file": {"path": "/b"}}, "/b"),
    ],
)
def test_a_file_that_was_made(destination: object, path: str) -> None:
    found = fields({"create": {"destination": destination}})
    assert (found["TargetFilename"], found["Image"], found["event.category"]) == (path, "/bin/zsh", "file")


def test_other_events_keep_their_own_names_only() -> None:
    assert "event.category" not in fields({"fork": {"child": {}}})
    assert not looks_like_eslogger(head_of(b'{"schema_version": 1}'))
