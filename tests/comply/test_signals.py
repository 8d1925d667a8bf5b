from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

from sentinel.comply.signals import from_alerts, from_findings, from_inventory, from_logs
from sentinel.model.alerts import Alert, LogSource, RuleRef
from sentinel.model.assets import Asset, Finding, Impact
from sentinel.model.knowledge import Weakness
from sentinel.model.result import ScanSource
from sentinel.model.severity import Severity
from sentinel.model.text import Text

WORDS = Text("nå", "now")
LATE = datetime(2026, 10, 13, 23, 30, tzinfo=UTC)  # already the 14th in Norway


def finding(claim: Literal["sure", "possible"]) -> Finding:
    return Finding("i", "a", "LV", "c", claim, Severity.LOW, Impact(), WORDS, WORDS, WORDS, date(2026, 1, 1), LATE)


def alert(number: int, rule: str, time: datetime | None) -> Alert:
    return Alert(f"a{number}", RuleRef(rule, "Title", Severity.LOW, "h", "a"), f"e{number}", time, "s", "1", (), {})


def asset(device_class: str) -> Asset:
    return Asset(device_class, ("10.0.0.1",), (), (), device_class, "", "", "", (), (), LATE, LATE)


def log(*, handled: int, gaps: tuple[tuple[datetime, datetime], ...] = ()) -> LogSource:
    time = LATE if handled else None
    return LogSource("epj", "jsonl", ("epj.access",), handled, {}, time, time, gaps)


def test_a_finding_is_keyed_by_its_check_and_dated_in_norway() -> None:
    (signal,) = from_findings([finding("sure")])

    assert (signal.kind, signal.key, signal.first) == ("finding", "c", date(2026, 10, 14))


def test_a_merely_possible_finding_cannot_pass_for_a_sure_one() -> None:
    (signal,) = from_findings([finding("possible")])

    assert signal.key == "c.possible"


def test_alerts_of_a_rule_become_one_signal_with_count_and_days() -> None:
    earlier = datetime(2026, 10, 3, tzinfo=UTC)
    found = [alert(1, "r1", LATE), alert(2, "r2", None), alert(3, "r1", earlier)]

    first, second = from_alerts(found, {"r1": "remote_x"}, {"r1": WORDS})

    assert (first.key, first.count, first.first, first.last) == (
        "remote_x",
        2,
        date(2026, 10, 3),
        date(2026, 10, 14),
    )
    assert (first.what, second.what) == (WORDS, Text("Title", "Title"))
    assert (second.key, second.first) == ("r2", None)


def test_a_log_that_came_one_that_did_not_and_one_with_a_gap_are_three_things() -> None:
    gap = (datetime(2026, 10, 12, 18, tzinfo=UTC), datetime(2026, 10, 14, 1, tzinfo=UTC))

    (came,) = from_logs({"epj": WORDS}, [log(handled=3)])
    (absent,) = from_logs({}, [log(handled=0)])
    _, missing = from_logs({"epj": WORDS}, [log(handled=3, gaps=(gap,))])

    assert (came.present, absent.present, missing.present) == (True, False, False)
    assert (absent.first, missing.first) == (None, date(2026, 10, 12))
    assert missing.what == Text("nå mangler i 31 timer", "now is missing for 31 hours")


def test_the_inventory_tells_machines_devices_and_silence() -> None:
    source = ScanSource("x", "import", 1, {}, 1, ("10.0.0.9",), None, None)

    signals = list(from_inventory([asset("server"), asset("imaging_archive")], [source]))

    assert [(s.key, s.count, s.present) for s in signals] == [
        ("assets", 2, True),
        ("medical-devices", 1, True),
        ("silent", 1, False),
    ]


def test_nothing_seen_says_nothing() -> None:
    assert list(from_inventory([], [])) == []


def test_a_weakness_that_attackers_use_is_a_signal_of_its_own() -> None:
    used = replace(finding("sure"), weaknesses=(Weakness("CVE-1", exploited=date(2026, 1, 1)), Weakness("CVE-2")))

    assert [signal.key for signal in from_findings([used])] == ["c", "known-exploited"]
    assert [signal.key for signal in from_findings([replace(used, claim="possible")])] == [
        "c.possible",
        "known-exploited.possible",
    ]
    assert [signal.key for signal in from_findings([replace(used, weaknesses=(Weakness("CVE-2"),))])] == ["c"]
