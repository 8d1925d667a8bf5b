from __future__ import annotations

from dataclasses import replace
from datetime import date

from sentinel.model.history import Tracked
from sentinel.model.severity import Severity
from sentinel.report.inventory.ground import ground
from tests.report.inventory.hospital import finding, hospital

MADE = hospital(200, 4)


def test_what_leaves_care_comes_first_then_the_gravest() -> None:
    whole = ground(hospital(900, 6))
    crossing = [asset.id in whole.worst.crossing for asset in whole.assets]
    ranks = [severity.rank if (severity := whole.worst.severity([asset])) else -1 for asset in whole.assets]
    rest = ranks[sum(crossing) :]

    assert any(crossing)
    assert crossing == sorted(crossing, reverse=True)
    assert rest == sorted(rest, reverse=True)


def test_mended_findings_are_not_told_and_accepted_ones_do_not_alarm() -> None:
    one = MADE.assets[0]
    findings = tuple(finding(one, Severity.CRITICAL, check) for check in ("aaaa", "bbbb", "cccc"))
    day = date(2026, 11, 1)
    lives = {
        findings[0].id: Tracked("s", findings[0], "fixed", day, day, fixed=day),
        findings[1].id: Tracked("s", findings[1], "accepted", day, day, accepted_until=day, accepted_by="Kari"),
    }
    whole = ground(replace(MADE, findings=findings, lives=lives))

    assert [told.check for told in whole.findings[one.id]] == ["bbbb", "cccc"]
    assert [told.check for told in whole.open(one)] == ["cccc"]


def test_a_mere_possibility_is_not_counted_as_out_of_support() -> None:
    one = MADE.assets[0]
    old = finding(one, Severity.HIGH, "product-unsupported")

    assert ground(replace(MADE, findings=(old,))).unsupported(one)
    assert not ground(replace(MADE, findings=(replace(old, claim="possible"),))).unsupported(one)
    assert not ground(replace(MADE, findings=())).unsupported(one)


def test_listed_devices_are_found() -> None:
    whole = ground(MADE)

    assert 0 < len(whole.listed()) < len(whole.assets)
    assert all("inventory.row" in asset.claims[0].evidence for asset in whole.listed())
