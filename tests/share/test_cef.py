from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sentinel.share.cef import cef_line, cef_lines

RUN = {
    "kind": "run",
    "time": "2026-11-21T22:00:00.000+00:00",
    "hash": "aa",
    "facts": {"operator": "kari", "scope": "lyngvik/1", "source": "10.0.0.1"},
}
PROBE = {
    "kind": "probe", "time": "2026-11-21T22:00:01.500+00:00", "hash": "bb",
    "facts": {"address": "10.0.0.7", "port": 104, "transport": "tcp", "probe": "dicom", "result": "answered",
              "sent": ["00ff", "01"], "packets": 8},
}  # fmt: skip


def test_a_probe_is_one_line_that_says_who_sent_what_where() -> None:
    _, line = cef_lines([RUN, PROBE])

    assert line.startswith("CEF:0|Sentinel|sentinel scan|")
    assert (
        "|scan.probe|probe sent|1|rt=1795298401500 src=10.0.0.1 dst=10.0.0.7 dpt=104 proto=TCP app=dicom suser=kari"
        in line
    )
    assert "cs1=lyngvik/1" in line
    assert "cs3=00ff 01" in line
    assert line.endswith("\n")


def test_a_stop_is_graver() -> None:
    stop = {**PROBE, "kind": "stop", "facts": {"level": "run", "what": "", "why": "3 devices suffered"}}

    assert "|left alone|8|" in cef_line(stop, {})
    assert "reason=3 devices suffered" in cef_line(stop, {})


@given(st.text(), st.text())
def test_no_text_can_begin_another_field_or_line(note: str, operator: str) -> None:
    line = cef_line({**PROBE, "facts": {**PROBE["facts"], "note": note}}, {"operator": operator})  # type: ignore[dict-item]  # a sample

    assert len(line.splitlines()) == 1
    extension = line.split("|", 7)[7]
    keys = re.findall(r"(?:^| )([a-zA-Z0-9]+)(?<!\\)=", extension)
    assert set(keys) <= {
        "rt",
        "dst",
        "dpt",
        "proto",
        "app",
        "suser",
        "outcome",
        "reason",
        "cs1Label",
        "cs2Label",
        "cs3Label",
        "cs3",
        "cs4Label",
        "cs4",
        "cn1Label",
        "cn1",
    }
