from __future__ import annotations

import random
from pathlib import Path

import pytest

from sentinel.detect.follow import cuts
from sentinel.detect.follow.cuts import can_be_cut, context_events, cut
from sentinel.detect.readers.head import head_of
from sentinel.detect.readers.recognise import recognise
from tests.detect.follow.following import at_once, records
from tests.detect.follow.test_pieces import follow, split
from tests.detect.readers.test_text_formats import NAMES, sample


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_of_a_text_log_can_be_cut_anywhere_behind_its_first_lines(name: str, tmp_path: Path) -> None:
    """The first lines tell the format; with half of them a log may be another."""
    data = sample(name)
    if not data.endswith(b"\n") or not can_be_cut(recognise(head_of(data), name).name, data):
        pytest.skip("is read whole")
    chance = random.Random(name)
    begin = min(len(data), data.find(b"\n", len(data) // 3) + 1 or len(data))

    for number in range(5):
        pieces = split(data[begin:], [chance.randrange(10**6) for _ in range(6)])
        following = follow(tmp_path / str(number), [data[:begin], *pieces])

        assert records(following.events) == [(place, fields) for place, fields in at_once(data)]
        assert b"".join(following.kept.values()) == data


@pytest.mark.parametrize(
    ("kind", "head", "expected"),
    [
        ("jsonl", b"{}", True),
        ("syslog", b"<13>Oct 1", True),
        ("syslog", b"12 <13>Oct 1", False),
        ("jsonl", b"\xff\xfe{", False),
        ("evtx", b"ElfFile", False),
        ("json", b"[", False),
        ("winxml", b"<Events>", False),
        ("parquet", b"PAR1", False),
    ],
)
def test_which_logs_can_be_read_in_pieces(kind: str, head: bytes, expected: bool) -> None:
    assert can_be_cut(kind, head) is expected


def test_the_context_of_a_table_says_its_delimiter_and_names() -> None:
    made = cut("csv", b"", b"a;b\n1;2\n3;")

    assert (made.end, made.lead, made.context) == (8, b"sep=;\n", b"sep=;\na;b\n")


def test_of_directives_only_the_last_of_each_is_kept_in_their_order() -> None:
    data = b"#Version: 1.0\n#Fields: a\nx\n#Software: y\n#Fields: b\n" + b"#Date: z\n" * 100

    assert cut("w3c", b"#Fields: 0\n", data).context == b"#Software: y\n#Fields: b\n"


def test_of_an_error_log_the_last_line_with_a_head_is_kept() -> None:
    line = b"[Sun Nov 22 10:00:00 2026] [core:error] [pid 1] a\n"

    assert cut("weberror", b"", line + b"more\n").context == line
    assert cut("weberror", line, b"more\n").context == line
    assert (context_events("weberror", line), context_events("weberror", b""), context_events("csv", b"a\n")) == (
        1,
        0,
        0,
    )


def test_what_never_ends_is_cut_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "MOST_HELD", 100)
    row = b"type=SYSCALL msg=audit(1700000000.100:1): a=1\n"

    assert cut("auditd", b"", row).end == 0
    assert cut("auditd", b"", row * 3 + b"ty").end == len(row * 3)
    assert cut("auditd", b"", row + b"ty", last=True).end == len(row) + 2
