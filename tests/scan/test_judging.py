from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Finding
from sentinel.model.judged import Judged
from sentinel.model.knowledge import Knowledge, Line, Span, Statement, Weakness
from sentinel.scan.judging import judge_assets, load_grounds, looked_for
from tests.scan.weakness.bundle import (
    AS_OF,
    Small,
    advisory,
    assets_of,
    by_version,
    debian,
    feed,
    judged,
    row,
    ssh,
    web,
)

PUMP = row("10.0.0.1", "Draeger", "Infinity Delta", "VF8.2")
DELTA = advisory("Dräger", "Infinity Delta", "CVE-2018-19010", "CVE-2018-19012", every=True)
HIGH = Weakness("CVE-2018-19010", 6.5, "AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")


def weak(found: Judged) -> list[Finding]:
    return [one for one in found.findings if one.check.startswith("weakness-")]


def states(found: Judged) -> list[tuple[str, str]]:
    return [(one.product, one.state) for one in found.outcomes]


def test_without_a_bundle_nobody_looked_and_nothing_is_said_to_be_fine() -> None:
    found = judged(None, PUMP)
    assert (found.feeds, found.outcomes, weak(found)) == (None, (), [])


def test_an_advisory_that_names_the_product_is_likely_and_told_whole() -> None:
    knowledge: Knowledge = Small([DELTA], [HIGH])
    found = judge_assets(assets_of(PUMP), load_grounds(root(), knowledge), AS_OF)
    (one,) = weak(found)
    assert (one.check, one.claim, one.severity.value) == ("weakness-told", "likely", "medium")
    assert one.title.nb == "10.0.0.1 (Infinity Delta VF8.2) har 2 kjente sårbarheter"
    assert one.title.en == "10.0.0.1 (Infinity Delta VF8.2) has 2 known vulnerabilities"
    assert "Ifølge ICSMA-19-022-01 (CISA): CVE-2018-19010 (CVSS 6.5), CVE-2018-19012." in one.evidence.nb
    assert "Kunnskap per 1. november 2026; det som er nyere, er ikke med." in one.evidence.nb
    assert (one.impact.availability, one.impact.confidentiality, one.impact.patient_safety) == (3, 0, 2)
    assert one.knowledge_date == date(2026, 11, 1)
    assert one.facts["vendor"] == "Draeger"
    assert one.facts["advisories"] == "ICSMA-19-022-01"


def test_medical_equipment_is_never_told_to_update_whatever_its_class_is() -> None:
    (one,) = weak(judged(Small([DELTA]), PUMP))
    assert "Ikke oppdater selv" in one.advice.nb
    assert f"sentinel findings letter {one.id[:8]}" in one.advice.nb
    assert "Do not update it yourself" in one.advice.en


def test_versions_told_in_words_are_only_possible_and_quoted() -> None:
    unread = advisory("Dräger", "Infinity Delta", "CVE-1", unread=("before the summer",))
    (one,) = weak(judged(Small([unread]), PUMP))
    assert (one.check, one.claim) == ("weakness-possible", "possible")
    assert "«before the summer»" in one.evidence.nb


def test_a_product_without_a_version_may_be_concerned_and_says_so() -> None:
    bounded = advisory("Dräger", "Infinity Delta", "CVE-1", spans=(Span(before="VF10.1"),))
    (one,) = weak(judged(Small([bounded]), row("10.0.0.1", "Dräger", "Infinity Delta")))
    assert one.claim == "possible"
    assert "(versjon ikke sett)" in one.title.nb
    assert "ikke sett hvilken versjon" in one.evidence.nb
    listed = by_version("f5", "nginx", "CVE-2", "1.23.0")
    assert states(judged(Small([listed]), web("10.0.0.2", "nginx"))) == [("nginx", "no_version")]


def test_medical_versions_are_compared_and_none_is_not_the_same_as_unknown() -> None:
    bounded = advisory("Dräger", "Infinity Delta", "CVE-1", spans=(Span(before="VF10.1"),))
    newer, other = row("10.0.0.1", "Dräger", "Infinity Delta", "VF10.2"), row("10.0.0.2", "Dräger", "Babylog", "1")
    found = judged(Small([bounded]), newer, other, PUMP)
    assert sorted(states(judged(Small([bounded]), newer, other))) == [
        ("Babylog", "unknown"),
        ("Infinity Delta", "none"),
    ]
    assert weak(judged(Small([bounded]), newer, other)) == []
    assert found.feeds is not None


def test_cves_by_version_are_possible_and_one_finding_the_worst_first() -> None:
    stated = [by_version("openbsd", "openssh", f"CVE-2026-{number:04}", "9.3") for number in range(400)]
    known = [Weakness("CVE-2026-0007", 9.8, epss=0.9), Weakness("CVE-2026-0300", 5.0, exploited=date(2026, 1, 1))]
    (one,) = weak(judged(Small(stated, known), ssh("10.0.0.1", "OpenSSH_9.2p1")))
    assert (one.check, one.claim, len(one.cves), len(one.weaknesses)) == ("weakness-possible", "possible", 400, 20)
    assert one.cves[:2] == ("CVE-2026-0300", "CVE-2026-0007")
    assert "400 kjente sårbarheter" in one.title.nb
    assert "Utnyttes av angripere ifølge CISA: CVE-2026-0300." in one.evidence.nb
    assert "og 397 til" in one.evidence.nb


def test_the_cves_of_a_product_out_of_support_belong_to_that_finding() -> None:
    stated = [by_version("mortbay", "jetty", f"CVE-2009-{number:04}", "6.1.27") for number in range(40)]
    known = [Weakness("CVE-2009-0003", 9.8, exploited=date(2022, 1, 1))]
    found = judged(Small(stated, known), web("10.0.0.1", "Jetty(6.1.26)"))
    (one,) = [one for one in found.findings if one.check != "login-over-plain-http"]
    assert (one.check, len(one.cves), one.cves[0]) == ("product-unsupported", 40, "CVE-2009-0003")
    assert "40 kjente sårbarheter, verst CVE-2009-0003 (CVSS 9.8)" in one.evidence.nb
    assert one.severity.rank >= 3
    assert one.rank is not None
    assert "known exploited" in one.rank.parts[0].told
    assert [(o.state, o.with_support) for o in found.outcomes] == [("found", True)]


def test_a_distributor_that_says_mended_takes_cves_away_and_is_told() -> None:
    stated = [
        by_version("openbsd", "openssh", "CVE-2023-1", "9.3p2"),
        by_version("openbsd", "openssh", "CVE-2023-2", "9.6"),
        by_version("openbsd", "openssh", "CVE-2023-3", "9.6"),
        debian("openssh", "CVE-2023-1", "1:9.2p1-2+deb12u2"),
        debian("openssh", "CVE-2023-2", "1:9.2p1-2+deb12u12"),
        debian("openssh", "CVE-2023-4", ""),
    ]
    found = judged(Small(stated), ssh("10.0.0.1", "OpenSSH_9.2p1", "Debian-2+deb12u10"))
    told = {one.check: one for one in weak(found)}
    assert told["weakness-told"].cves == ("CVE-2023-2", "CVE-2023-4")
    assert "Debian 12" in told["weakness-told"].evidence.nb
    assert told["weakness-possible"].cves == ("CVE-2023-3",)
    assert "1 andre er rettet i denne pakken, ifølge Debian 12" in told["weakness-possible"].evidence.nb
    assert next(one.mended for one in found.outcomes if one.product == "OpenSSH") == ("CVE-2023-1",)


def test_when_all_is_mended_nothing_is_found_and_that_is_told() -> None:
    stated = [
        by_version("openbsd", "openssh", "CVE-2023-1", "9.3p2"),
        debian("openssh", "CVE-2023-1", "1:9.2p1-2+deb12u2"),
    ]
    found = judged(Small(stated), ssh("10.0.0.1", "OpenSSH_9.2p1", "Debian-2+deb12u10"))
    assert weak(found) == []
    assert ("OpenSSH", "none") in states(found)


def test_a_hidden_revision_is_possible_and_says_why() -> None:
    stated = [by_version("openbsd", "openssh", "CVE-1", "9.3"), debian("openssh", "CVE-1", "1:9.2p1-2+deb12u2")]
    (one,) = weak(judged(Small(stated), ssh("10.0.0.1", "OpenSSH_9.2p1", "Debian")))
    assert one.claim == "possible"
    assert "pakkens nummer vises ikke" in one.evidence.nb


def test_a_statement_with_owner_and_end_takes_a_finding_away_in_plain_sight() -> None:
    last = AS_OF + timedelta(days=30)
    vex = advisory(
        "Dräger", "Infinity Delta", "CVE-2018-19010", "CVE-2018-19012", source="vex", status="not_affected", every=True,
        by="Medisinsk teknikk", until=last, reason="Skilt nett.", advisory="vex-1",
    )  # fmt: skip
    found = judged(Small([DELTA, vex]), PUMP)
    (one,) = weak(found)
    before, after = judged(Small([DELTA]), PUMP), judged(Small([DELTA, vex]), PUMP, as_of=last + timedelta(days=1))
    assert one.id == weak(before)[0].id == weak(after)[0].id
    assert one.cleared is not None
    assert (one.cleared.by, one.cleared.until, one.cleared.source) == ("Medisinsk teknikk", last, "vex-1")
    assert one.title.nb.endswith("gjelder ikke, ifølge Medisinsk teknikk (til 22. desember 2026)")
    assert states(found) == [("Infinity Delta", "cleared")]
    (again,) = weak(after)
    assert again.cleared is None
    assert "gikk ut 22. desember 2026 og teller ikke" in again.evidence.nb


def test_a_statement_that_nobody_answers_for_or_of_other_versions_takes_nothing_away() -> None:
    for more in (
        {"by": "", "every": True},
        {"by": "X", "spans": (Span("VF10", "VF10"),)},
        {"by": "X", "unread": ("?",)},
    ):
        vex = advisory("Dräger", "Infinity Delta", "CVE-2018-19010", source="vex", status="not_affected", **more)
        (one,) = weak(judged(Small([DELTA, vex]), PUMP))
        assert (one.cleared, len(one.cves)) == (None, 2)


def test_part_of_a_finding_may_be_taken_away_and_the_rest_stands() -> None:
    vex = advisory("Dräger", "Infinity Delta", "CVE-2018-19010", source="vex", status="not_affected", every=True)
    (one,) = weak(judged(Small([DELTA, vex]), PUMP))
    assert (one.cleared, one.cves) == (None, ("CVE-2018-19012",))
    assert "Gjelder ikke, ifølge CISA (ICSMA-19-022-01, uten sluttdato): CVE-2018-19010." in one.evidence.nb


def test_a_maker_s_remedy_is_quoted_with_its_source() -> None:
    told = advisory("Dräger", "Infinity Delta", "CVE-1", every=True, remedies=(("vendor_fix", "Install VF10.1."),))
    (one,) = weak(judged(Small([told]), PUMP))
    assert one.advice.nb.endswith("ICSMA-19-022-01 (CISA) sier, på engelsk: «Install VF10.1.»")
    without = advisory("Dräger", "Infinity Delta", "CVE-1", every=True, remedies=(("no_fix_planned", ""),))
    (one,) = weak(judged(Small([without]), PUMP))
    assert "ikke finnes noen rettelse" in one.advice.nb


def test_the_order_of_what_was_seen_and_stated_changes_nothing() -> None:
    seen = [PUMP, ssh("10.0.0.2", "OpenSSH_9.2p1"), web("10.0.0.2", "nginx/1.22.1")]
    stated = [DELTA, by_version("openbsd", "openssh", "CVE-1", "9.3"), by_version("f5", "nginx", "CVE-2", "1.23.0")]
    first = judged(Small(stated), *seen)
    for order in permutations(range(3)):
        again = judged(Small([stated[place] for place in order]), *(seen[place] for place in order))
        assert again == first


def test_only_what_was_judged_can_be_seen_to_be_mended() -> None:
    before = judged(Small([DELTA]), PUMP)
    gone = judged(Small([advisory("Dräger", "Infinity Delta", "CVE-1", spans=(Span(before="VF1"),))]), PUMP)
    assert looked_for(weak(before), gone.outcomes) == weak(before)
    assert looked_for(weak(before), judged(Small([], feeds=[feed("kev")]), PUMP).outcomes) == []
    assert looked_for(weak(before), judged(None, PUMP).outcomes) == []


def test_every_finding_has_a_rank() -> None:
    found = judged(Small([DELTA]), PUMP, web("10.0.0.2", "Jetty(6.1.26)"))
    assert len(found.findings) > 1
    assert all(one.rank is not None for one in found.findings)


def test_a_release_line_of_the_bundle_ends_support() -> None:
    lines = [Line("openssl", "1.0.2", date(2019, 12, 31), over=True, source="https://endoflife.date/openssl")]
    grounds = load_grounds(root(), Small([], lines=lines, feeds=[feed("endoflife")]))
    support = grounds.lifecycle.lookup("OpenSSL", "1.0.2k")
    assert support is not None
    assert (support.ends, support.source) == (date(2019, 12, 31), "https://endoflife.date/openssl")


_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_SPANS = st.builds(Span, _TEXT, _TEXT, _TEXT, st.sampled_from(["generic", "deb", "semver", "?"]), _TEXT)
_STATED = st.builds(
    Statement,
    st.sampled_from(["csaf", "nvd", "osv", "vex", "cve"]),
    _TEXT,
    st.just("Dräger"),
    st.just("Infinity Delta"),
    st.sampled_from(["affected", "not_affected", "fixed", "under_investigation"]),
    st.lists(st.sampled_from(["CVE-1", "CVE-2", "{0}", ""]), max_size=3).map(tuple),
    st.lists(_SPANS, max_size=2).map(tuple),
    st.booleans(),
    st.lists(_TEXT, max_size=2).map(tuple),
    _TEXT,
    _TEXT,
    st.none(),
    st.sampled_from(["", "Debian:12", "{x}"]),
    st.lists(st.tuples(st.just("vendor_fix"), _TEXT), max_size=2).map(tuple),
    _TEXT,
    st.none() | st.dates(),
    _TEXT,
)


@settings(max_examples=60)
@given(st.lists(_STATED, max_size=5), _TEXT)
def test_whatever_a_bundle_states_gives_findings_that_can_be_read(stated: list[Statement], version: str) -> None:
    found = judged(Small(stated), row("10.0.0.1", "Dräger", "Infinity Delta", version))
    assert len(found.outcomes) == 1
    for one in weak(found):
        assert one.title.nb.strip()
        assert one.title.en.strip()
        assert one.cves
        assert (one.cleared is None) or one.cleared.by
