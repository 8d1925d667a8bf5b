from __future__ import annotations

import gzip
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.follow.following import Following, at_once, records

JSONL = "\n".join(f'{{"n": {number}, "t": "blåbær"}}' for number in range(9)) + "\n\n" + '{"last": 1}\n'
ACCESS = "".join(
    f'10.0.0.{n} - - [22/Nov/2026:10:00:0{n} +0100] "GET /blåbær/{n} HTTP/1.1" 200 {n}\n' for n in range(9)
)
SYSLOG = "".join(f"<34>1 2026-11-22T10:00:0{n}Z vert sshd {n} - - melding {n}\n" for n in range(9))
W3C = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time cs-uri-stem sc-status\n"
    + "".join(f"2026-11-22 10:00:0{n} /a{n} 200\n" for n in range(5))
    + "#Fields: date time sc-status\n2026-11-22 11:00:00 404\r\n2026-11-22 11:00:01 405\r\n"
)
ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tport\n"
    "#types\ttime\tstring\tport\n1.5\tA\t1\n2.5\tB\t2\n#close\t2026\n#path\tdns\n#fields\tts\tquery\n#types\ttime\tstring\n3.5\tx\n4.5\ty\n"
)
CSV = 'tid;bruker;tekst\n1;kari;"to\nlinjer; her"\n2;ola;én\n3;"a ""b""";x\n4;per;"\n"\n5;k;l\n'
TWO_COLUMNS = "tid;tekst og mer\n1;a, b\n2;c, d\n"
WEBERROR = (
    "[Sun Nov 22 10:00:00.000001 2026] [core:error] [pid 1] [client 10.0.0.1:1] første\n  mer av den\n og mer\n"
    "2026/11/22 10:00:01 [error] 7#7: *1 andre, client: 10.0.0.2\nStack trace:\n"
)
AUDIT = "".join(
    line + "\n"
    for line in (
        'type=SYSCALL msg=audit(1700000000.100:1): arch=c000003e syscall=59 success=yes exe="/bin/a"',
        'type=SYSCALL msg=audit(1700000000.200:2): arch=c000003e syscall=59 success=yes exe="/bin/b"',
        'type=EXECVE msg=audit(1700000000.100:1): argc=1 a0="a"',
        'type=PROCTITLE msg=audit(1700000000.100:1): proctitle="a"',
        "type=EOE msg=audit(1700000000.200:2): ",
        "----",
        'type=USER_LOGIN msg=audit(1700000001.000:3): pid=1 acct="kari"',
        "type=SYSCALL msg=audit(1700000002.000:4): arch=c000003e syscall=42",
        'type=USER_LOGIN msg=audit(1700000009.000:5): pid=1 acct="ola"',
    )
)
LOGS = {
    "jsonl": JSONL,
    "access": ACCESS,
    "syslog": SYSLOG,
    "w3c": W3C,
    "zeek": ZEEK,
    "csv": CSV,
    "two columns": TWO_COLUMNS,
    "weberror": WEBERROR,
    "auditd": AUDIT,
}
SPLITS = st.lists(st.integers(0, 2_000), max_size=8)


def follow(folder: Path, pieces: Sequence[bytes]) -> Following:
    """Write a log piece by piece, and read it after each."""
    folder.mkdir(exist_ok=True)
    path = folder / "log"
    path.unlink(missing_ok=True)
    following = Following(folder)
    for piece in pieces:
        with path.open("ab") as file:
            file.write(piece)
        following.round()
    following.round(final=True)
    return following


def split(data: bytes, at: Sequence[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    return [data[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize("name", LOGS)
@given(at=SPLITS)
def test_however_a_log_is_cut_its_records_are_those_of_the_whole(name: str, at: list[int], tmp_path: Path) -> None:
    data = LOGS[name].encode()

    following = follow(tmp_path / "x", split(data, at))

    assert records(following.events) == at_once(data)
    assert list(following.kept.values()) == [data]


@pytest.mark.parametrize("name", LOGS)
def test_byte_by_byte(name: str, tmp_path: Path) -> None:
    data = LOGS[name].encode()

    following = follow(tmp_path / "x", [data[at : at + 1] for at in range(len(data))])

    assert records(following.events) == at_once(data)


@given(
    lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30), min_size=1, max_size=9),
    at=SPLITS,
)
def test_any_text_behind_a_line_of_json(lines: list[str], at: list[int], tmp_path: Path) -> None:
    data = b'{"a": 1}\n{"a": 2}\n' + "\n".join(lines).encode() + b"\n"
    data = b"".join(split(data, at))

    following = follow(tmp_path / "x", [data[:18], *split(data[18:], at)])

    assert records(following.events) == at_once(data)
    assert following.tally.total == len(at_once(data)) + following.tally.skipped.total()
    assert b"".join(following.kept.values()) == data


@given(at=SPLITS)
def test_a_packed_log_that_is_still_being_copied(at: list[int], tmp_path: Path) -> None:
    data = gzip.compress(ACCESS.encode(), mtime=0)

    following = follow(tmp_path / "x", split(data, at))

    assert records(following.events) == at_once(ACCESS.encode())


def test_a_last_line_without_end_is_taken_late_and_again_when_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "x" / "log"
    path.parent.mkdir()
    path.write_bytes(b'{"a": 1}\n{"a": 2}')
    following = Following(path.parent)

    assert following.round() == 8
    assert [event.fields for event in following.events] == [{"a": 1}]
    assert following.round(final=True) == 0
    assert [event.fields for event in following.events] == [{"a": 1}, {"a": 2}]
    path.write_bytes(b'{"a": 1}\n{"a": 2}\n{"a": 3}\n{"b')
    following.round(final=True)
    assert [event.fields for event in following.events] == [{"a": 1}, {"a": 2}, {"a": 3}]
    path.write_bytes(b'{"a": 1}\n{"a": 2}\n{"a": 3}\n{"b": 4}\n')
    following.round()

    assert [(event.record, event.fields) for event in following.events[2:]] == [("3", {"a": 3}), ("4", {"b": 4})]
    assert list(following.kept.values()) == [path.read_bytes()]
    assert following.tally.skipped == {"not-json": 1}  # the half of the last line, told; then it was whole
