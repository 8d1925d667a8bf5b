from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.zeek import read_zeek
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, read_bytes

LOG = rb"""#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	http
#open	2026-10-14-01-45-00
#fields	ts	uid	id.orig_h	id.resp_p	host	user_agent	tags	resp_fuids	local	request_body_len
#types	time	string	addr	port	string	string	set[enum]	vector[string]	bool	count
1791942300.123456	CX1	192.0.2.7	8080	bl\xc3\xa5b\xc3\xa6r.example	(empty)	A,B	(empty)	T	0
1791942301.000000	CX2	192.0.2.8	80	a\x09b \xff	-	-	F1	F	x
#close	2026-10-14-02-00-00
"""


def test_values_are_as_their_types_say(tmp_path: Path) -> None:
    events, tally = read_bytes(LOG, tmp_path)
    assert dict(events[0].fields) == {
        "_path": "http",
        "ts": 1791942300.123456,
        "uid": "CX1",
        "id.orig_h": "192.0.2.7",
        "id.resp_p": 8080,
        "host": "blåbær.example",
        "user_agent": "",
        "tags": ["A", "B"],
        "resp_fuids": [],
        "local": True,
        "request_body_len": 0,
    }
    assert str(events[0].time) == "2026-10-14 01:45:00.123456+00:00"
    assert [event.record for event in events] == ["9", "10"]
    assert tally.skipped == {}


def test_unset_is_absent_and_what_does_not_fit_stays_text(tmp_path: Path) -> None:
    second = read_bytes(LOG, tmp_path)[0][1].fields
    assert not second.keys() & {"user_agent", "tags"}
    assert (second["host"], second["request_body_len"], second["local"]) == (r"a\x09b \xff", "x", False)


def test_a_file_put_together_of_two_keeps_both_headers(tmp_path: Path) -> None:
    dns = b"#separator \\x7c\n#path|dns\n#fields|ts|query\n1791942300.5|x.example\n"
    events, _ = read_bytes(LOG + dns, tmp_path)
    assert [event.fields["_path"] for event in events] == ["http", "http", "dns"]
    assert events[2].fields["query"] == "x.example"


def test_rows_that_fit_no_header_are_told(tmp_path: Path) -> None:
    _, tally = read_bytes(b"#separator \\x09\nearly\n#fields\ta\tb\n1\n1\t2\t3\n\n1\t2\n", tmp_path)
    assert (tally.handled, tally.skipped) == (1, {"no-header": 1, "wrong-width": 2})


@given(
    st.lists(st.sampled_from([*LOG.split(b"\n"), b"#", b"#fields", b"#types\tset[", b"\xff\t", b"#separator "])),
    st.integers(1, 50),
)
def test_any_order_of_lines_is_rows_or_skips(parts: list[bytes], size: int) -> None:
    tally = Tally("log")
    count = len(list(read_zeek(chunks(b"\n".join(parts), size), "log", tally)))
    assert count + tally.skipped.total() == sum(bool(part.strip()) and not part.startswith(b"#") for part in parts)
