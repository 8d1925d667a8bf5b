from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span, Statement, Weakness
from tests.scan.knowledge.samples import counts, read

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def record(*affected: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {
        "schema_version": "1.7.0",
        "id": "DSA-6000-1",
        "modified": "2026-10-01T10:00:00Z",
        "upstream": ["CVE-2026-10001"],
        "related": ["CVE-2026-19999"],
        "summary": "openssl - security update",
        "severity": [{"type": "CVSS_V3", "score": V31}],
        "affected": list(affected),
        **more,
    }


def affected(ecosystem: str, *events: dict[str, str], kind: str = "ECOSYSTEM", **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    ranges = [{"type": kind, "events": list(events)}] if events else []
    return {"package": {"ecosystem": ecosystem, "name": "openssl"}, "ranges": ranges, **more}


def spans(*events: dict[str, str], ecosystem: str = "npm") -> tuple[tuple[Span, ...], bool, tuple[str, ...]]:
    told, _ = read(record(affected(ecosystem, *events)))
    found = next(thing for thing in told[0].things if isinstance(thing, Statement))
    return found.spans, found.every, found.unread


def test_a_distributors_record() -> None:
    told, intakes = read(record(affected("Debian:12", {"introduced": "0"}, {"fixed": "3.0.11-1~deb12u2"})))

    assert told[0].things == (
        Statement(
            "osv",
            "DSA-6000-1",
            "Debian",
            "openssl",
            "affected",
            ("CVE-2026-10001",),
            (Span("", "", "3.0.11-1~deb12u2", "deb"),),
            title="openssl - security update",
            url="https://osv.dev/vulnerability/DSA-6000-1",
            updated=date(2026, 10, 1),
            distribution="Debian:12",
        ),
        Weakness("CVE-2026-10001", 9.8, V31, summary="openssl - security update"),
    )
    assert counts(intakes.of("osv").tally) == (1, {}, {})


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([{"introduced": "1.0"}, {"fixed": "1.5"}], (Span("1.0", "", "1.5", "semver"),)),
        ([{"introduced": "1.0"}, {"last_affected": "1.5"}], (Span("1.0", "1.5", "", "semver"),)),
        (
            [{"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "2.0"}],
            (Span("1.0", "", "1.5", "semver"), Span("2.0", "", "", "semver")),
        ),
        ([{"introduced": "1.0"}, {"limit": "*"}], (Span("1.0", "", "", "semver"),)),
        ([{"introduced": "1.0"}, {"limit": "2.0"}], (Span("1.0", "", "2.0", "semver"),)),
    ],
)
def test_events_open_and_close_ranges(events: list[dict[str, str]], found: tuple[Span, ...]) -> None:
    assert spans(*events) == (found, False, ())


def test_from_the_beginning_without_end_is_all_of_them() -> None:
    assert spans({"introduced": "0"}) == ((), True, ())


def test_events_that_do_not_follow_each_other_stay_unread() -> None:
    assert spans({"fixed": "1.5"}, {"introduced": "1.0"}) == ((), False, ("fixed 1.5, introduced 1.0",))
    assert spans({"introduced": "1"}, {"introduced": "2"}) == ((), False, ("introduced 1, introduced 2",))


def test_listed_versions_count_where_no_range_tells_them() -> None:
    told, intakes = read(
        record(
            affected("PyPI", {"introduced": "a1"}, {"fixed": "b2"}, kind="GIT", versions=["1.0", "1.1"]),
            affected("PyPI", {"introduced": "a1"}, kind="GIT"),
            affected(""),
        )
    )
    found = [thing for thing in told[0].things if isinstance(thing, Statement)]

    assert [(one.vendor, one.distribution, one.spans) for one in found] == [
        ("PyPI", "", (Span("1.0", "1.0", "", "pypi"), Span("1.1", "1.1", "", "pypi")))
    ]
    assert counts(intakes.of("osv").tally) == (1, {}, {"no-versions": 1, "no-product": 1})


def test_of_several_cves_nobody_says_whose_the_score_is() -> None:
    told, _ = read(record(affected("npm", {"introduced": "0"}), aliases=["CVE-2026-10002"]))

    assert [type(thing) for thing in told[0].things] == [Statement]


def test_what_was_withdrawn_takes_the_place_of_what_was_said() -> None:
    told, intakes = read(record(affected("npm", {"introduced": "0"}), withdrawn="2026-09-01T00:00:00Z"))

    assert [(one.document, one.things) for one in told] == [("DSA-6000-1", ())]
    assert counts(intakes.of("osv").tally) == (0, {"withdrawn": 1}, {})


@pytest.mark.fuzz
@given(st.text(max_size=20), st.integers(0, 1000), st.integers(0, 60))
def test_any_change_of_a_record_is_survived(noise: str, place: int, gone: int) -> None:
    whole = json.dumps(record(affected("Debian:12", {"introduced": "0"}, {"fixed": "3.0.11-1~deb12u2"})))
    at = place % len(whole)
    _, intakes = read((whole[:at] + noise + whole[at + gone :]).encode("utf-8", errors="replace"))

    assert intakes.of("osv").tally.total + intakes.other.total == 1
