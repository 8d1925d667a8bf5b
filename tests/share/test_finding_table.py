from __future__ import annotations

import csv

from sentinel.share.finding_table import HEADER, write_finding_table
from tests.share.tracked import ALL, MADE


def test_a_line_each_under_its_heading_and_no_formula() -> None:
    rows = list(csv.DictReader(write_finding_table(ALL, MADE)))

    assert tuple(rows[0]) == HEADER
    assert [row["alvorlighet"] for row in rows] == ["høy", "kritisk", "høy"]
    assert [row["tilstand"] for row in rows] == ["open", "accepted", "fixed"]
    assert rows[0]["eier"] == "'=cmd"
    assert (rows[1]["godtatt til"], rows[1]["CVE"]) == ("2027-01-01", "CVE-2019-0708, CVE-2020-1")
    assert (rows[0]["adresse"], rows[0]["tjeneste"], rows[2]["rettet"]) == ("10.20.30.21", "tcp/23", "2026-11-30")
