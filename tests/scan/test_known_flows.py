from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ContentError, InputError
from sentinel.model.records import record_of
from sentinel.model.talks import Flow
from sentinel.scan import known_flows
from sentinel.scan.known_flows import read_flows
from tests.scan.test_talks import NOON, flow

KNOWN = (flow("10.1.1.5", "10.2.2.2"), Flow("2001:db8::7", "2001:db8::8", "udp", 53, "", 1, None, NOON))
WHOLE = [orjson.dumps(record_of(one), default=str) for one in KNOWN]


def written(folder: Path, *lines: bytes) -> Path:
    path = folder / "known.jsonl"
    path.write_bytes(b"\n".join(lines))
    return path


def test_flows_as_they_are_printed_come_back(tmp_path: Path) -> None:
    assert read_flows(written(tmp_path, *WHOLE, b"", b""), "known.jsonl") == KNOWN


def test_every_line_that_is_no_flow_is_named(tmp_path: Path) -> None:
    wrong = [
        b"{",
        b"[]",
        b'{"schema": "sentinel.asset/1"}',
        WHOLE[0].replace(b"10.1.1.5", b"localhost"),
        WHOLE[0].replace(b'"tcp"', b'"sctp"'),
        WHOLE[0].replace(b"443", b"70000"),
        WHOLE[0].replace(b"2026-11-21", b"yesterday"),
    ]
    with pytest.raises(ContentError) as caught:
        read_flows(written(tmp_path, WHOLE[0], *wrong), "known.jsonl")

    assert [str(fault).split(": ", 1)[0] for fault in caught.value.faults] == [
        f"known.jsonl:{number}" for number in range(2, 9)
    ]


def test_a_file_without_flows_is_no_silence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no flow"):
        read_flows(written(tmp_path), "known.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        read_flows(tmp_path / "nowhere.jsonl", "nowhere.jsonl")


def test_what_is_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_flows, "MAX_KNOWN", 3)
    monkeypatch.setattr(known_flows, "MAX_LINE", 400)

    with pytest.raises(ContentError, match=r"known.jsonl:4: has more than 3 lines"):
        read_flows(written(tmp_path, *WHOLE * 2), "known.jsonl")
    with pytest.raises(ContentError, match=r"known.jsonl:1: is longer than 400 bytes"):
        read_flows(written(tmp_path, b" " * 401), "known.jsonl")


@given(st.binary(max_size=300))
def test_any_bytes_give_flows_or_our_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("known") / "known.jsonl"
    path.write_bytes(data)
    with pytest.raises((ContentError, InputError)):
        read_flows(path, "known.jsonl")
