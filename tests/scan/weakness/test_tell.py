from __future__ import annotations

from datetime import date

from sentinel.content import root
from sentinel.model.assets import Finding
from sentinel.model.knowledge import Weakness
from sentinel.scan.checks import load_checks
from sentinel.scan.weakness.tell import Teller
from tests.scan.weakness.bundle import AS_OF, Small, advisory, feed, judged, row

CHECKS = load_checks(root())


def teller(*weaknesses: Weakness, **dated: date) -> Teller:
    feeds = [feed(name, day) for name, day in dated.items()]
    return Teller(CHECKS, Small(weaknesses=weaknesses, feeds=feeds), AS_OF)


def told(*stated: str, **more: object) -> Finding:
    found = judged(
        Small([advisory("Dräger", "Infinity Delta", *stated, every=True, **more)]),
        row("10.0.0.1", "Dräger", "Infinity Delta"),
    )
    (one,) = [one for one in found.findings if one.check.startswith("weakness-")]
    return one


def test_the_day_is_that_of_the_oldest_feed_that_had_a_say() -> None:
    one = teller(csaf=date(2024, 1, 1), kev=date(2023, 1, 1), nvd=date(2020, 1, 1))
    assert one.current(["csaf"]) == date(2023, 1, 1)
    assert one.current(["nvd"]) == date(2020, 1, 1)
    assert teller(other=date(2019, 1, 1)).current(["csaf"]) == date(2019, 1, 1)


def test_what_no_source_tells_stays_unknown() -> None:
    (one,) = teller(csaf=AS_OF).worst(["CVE-1", "CVE-1"])
    assert one == Weakness("CVE-1")


def test_foreign_text_is_quoted_and_cannot_become_ours() -> None:
    one = told("CVE-1", remedies=(("vendor_fix", "{name} \x1b[31m" + "x" * 1000),), title="{id}")
    assert "{name}" in one.advice.nb
    assert "\x1b" not in one.advice.nb
    assert len(one.advice.nb) < 900


def test_a_single_weakness_is_told_in_the_singular() -> None:
    assert told("CVE-1").title.nb.endswith("har én kjent sårbarhet")
    assert told("CVE-1").title.en.endswith("has one known vulnerability")


def test_ids_stay_when_knowledge_grows() -> None:
    assert told("CVE-1").id == told("CVE-1", "CVE-2", advisory="another").id


def test_every_text_of_both_checks_can_be_filled() -> None:
    assert {check.id for check in CHECKS.all if check.kind == "weakness"} == {"weakness-told", "weakness-possible"}
    assert set(CHECKS.phrases)
