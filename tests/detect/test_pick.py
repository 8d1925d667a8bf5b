from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.pick import pick_from_json, pick_from_log
from sentinel.errors import InputError


def test_json_may_stand_on_one_line_or_many() -> None:
    assert pick_from_json(b'{"a": {"b": "\xc3\xa5"}}', "event").fields == {"a.b": "å"}
    assert pick_from_json(b'{\n  "a": 1\n}\n', "event").fields == {"a": 1}
    assert pick_from_json(b'{"a": 1}\n{"a": 2}\n', "stdin", "2").fields == {"a": 2}


@pytest.mark.parametrize(
    ("text", "record", "told"),
    [
        (b"", None, "event: holds no event: it is empty"),
        (b'{"a": ', None, "event: holds no event: not-json (column 7)"),
        (b"[1, 2]", None, "event: holds no event: not-an-object (it is list)"),
        (b'{"a": 1}\n{"a": 2}\n', None, "event: holds several events; choose one by the number of its record"),
        (b'{"a": 1}\n', "7", "event: has no record 7"),
        (b'{"a": \xff}', None, "event: holds no event: not-utf8"),
    ],
)
def test_what_is_not_one_event_is_told(text: bytes, record: str | None, told: str) -> None:
    with pytest.raises(InputError) as raised:
        pick_from_json(text, "event", record)

    assert str(raised.value).startswith(told)


def test_a_log_gives_the_record_that_is_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_text('{"a": 1}\n{"a": 2}\n')

    assert pick_from_log(log, "2").fields == {"a": 2}
    with pytest.raises(InputError, match="several"):
        pick_from_log(log)
