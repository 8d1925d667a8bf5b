from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, Observation
from sentinel.scan.checks import load_checks
from sentinel.scan.domain_assets import Seen, domains_seen, is_of_domain
from sentinel.scan.findings import find, looked
from sentinel.scan.lifecycle import Lifecycle, load_lifecycle
from sentinel.scan.probes.dns import questions
from sentinel.scan.probes.domain import Answer, State, judge
from sentinel.scan.scope import Domain, Grant
from sentinel.scan.verify import verified
from tests.scan.scopes import OPEN

NAME = "lyngvik.example"
WWW = f"www.{NAME}"
CHECKS = load_checks(root())
STATES: tuple[State, ...] = ("data", "none", "no-name", "unknown")


def domain(*, selectors: tuple[str, ...] = ("s1",), names: tuple[str, ...] = (WWW,)) -> Domain:
    return Domain(NAME, Grant("10.0.0.53", 53, "tcp", "dns", "it", NAME), selectors, names)


def observed(answers: dict[tuple[str, str], Answer], of: Domain) -> list[Observation]:
    every = {(one.name, one.record): Answer("unknown") for one in questions(NAME, of.selectors, of.names)}
    facts = judge(NAME, every | answers)
    return [Observation(fact.kind, "10.0.0.53", fact.facts, OPEN, "lyngvik/1", "active") for fact in facts]


def seen(answers: dict[tuple[str, str], Answer], of: Domain | None = None) -> Seen:
    of = of or domain()
    (one,) = domains_seen([of], observed(answers, of), "lyngvik")
    return one


def wrong(asset: Asset) -> list[Finding]:
    return list(find([asset], CHECKS, _lifecycle(), date(2026, 11, 22)))


def _lifecycle() -> Lifecycle:
    return load_lifecycle(root())


def text(record: str) -> Answer:
    return Answer("data", (record.encode(),))


def test_what_is_unknown_is_no_claim_no_finding_and_is_told() -> None:
    one = seen({})

    assert [claim.attribute for claim in one.asset.claims] == ["domain", "name"]
    assert one.unseen == ("spf", "dmarc", "dnssec", "mta_sts", "tls_reports", "dkim", "name")
    assert wrong(one.asset) == []
    counted = {count.check: count for count in looked([one.asset], CHECKS, _lifecycle())}
    for check in CHECKS.all:
        if check.id.startswith("domain-"):
            assert (counted[check.id].evaluated, counted[check.id].no_input) == (0, 1), check.id


@pytest.mark.parametrize(
    ("name", "answer", "check"),
    [
        (NAME, Answer("none"), "domain-spf-missing"),
        (NAME, text("v=spf1 ?all"), "domain-spf-open"),
        (NAME, text("v=spf1 mx"), "domain-spf-open"),
        (NAME, Answer("data", (b"v=spf1 -all", b"v=spf1 mx -all")), "domain-spf-broken"),
        (NAME, text("v=spf1 " + "mx " * 11 + "-all"), "domain-spf-broken"),
        (f"_dmarc.{NAME}", Answer("no-name"), "domain-dmarc-missing"),
        (f"_dmarc.{NAME}", text("v=DMARC1; p=none"), "domain-dmarc-not-enforced"),
        (f"_dmarc.{NAME}", text("v=DMARC1; p=reject; pct=10"), "domain-dmarc-not-enforced"),
        (f"_dmarc.{NAME}", text("v=DMARC1; p=nei"), "domain-dmarc-broken"),
        (f"s1._domainkey.{NAME}", text("v=DKIM1; p="), "domain-dkim-weak"),
        (f"s1._domainkey.{NAME}", Answer("no-name"), "domain-dkim-weak"),
    ],
)
def test_each_weakness_is_one_finding(name: str, answer: Answer, check: str) -> None:
    found = wrong(seen({(name, "TXT"): answer}).asset)

    assert [one.check for one in found] == [check]
    assert (found[0].asset_name, found[0].claim) == (NAME, "sure")
    assert found[0].title.nb != found[0].title.en


def test_mail_that_is_not_taken_needs_no_transport_policy() -> None:
    nothing = {(f"{name}.{NAME}", "TXT"): Answer("no-name") for name in ("_mta-sts", "_smtp._tls")}
    takes, refuses = Answer("data", (b"10 mx.lyngvik.example.",)), Answer("data", (b"0 .",))

    told = {one.check for one in wrong(seen({**nothing, (NAME, "MX"): takes}).asset)}
    assert told == {"domain-mta-sts-missing", "domain-tls-reports-missing"}
    assert wrong(seen({**nothing, (NAME, "MX"): refuses}).asset) == []


def test_a_name_that_leads_nowhere_is_named_with_where_it_leads() -> None:
    gone = Answer("no-name", aliases=("borte.sky.example",))
    (found,) = wrong(seen({(WWW, "A"): gone, (WWW, "AAAA"): gone}).asset)

    assert found.check == "domain-name-dangling"
    assert "www.lyngvik.example → borte.sky.example" in found.evidence.en


def test_the_ids_are_those_of_the_domain_and_outlive_its_resolver() -> None:
    first, second = (seen({(NAME, "TXT"): Answer("none")}).asset for _ in range(2))
    (other,) = domains_seen([domain()], [], "annet sted")

    assert first.id == second.id != other.asset.id
    assert first.addresses == ()
    assert wrong(first)[0].id == wrong(second)[0].id


def test_what_is_sound_now_is_mended_and_what_is_not_known_now_is_not() -> None:
    before = wrong(seen({(NAME, "TXT"): Answer("none")}).asset)
    sound, unknown = seen({(NAME, "TXT"): text("v=spf1 -all")}).asset, seen({}).asset

    assert verified(before, [], [sound], CHECKS, date(2026, 11, 22)) == {before[0].id}
    assert verified(before, [], [unknown], CHECKS, date(2026, 11, 22)) == frozenset()


def test_without_selectors_dkim_is_not_asked_and_that_is_told() -> None:
    one = seen({}, domain(selectors=(), names=()))

    assert one.unasked == ("dkim",)
    assert "dkim" not in one.unseen


@given(st.lists(st.sampled_from(STATES), min_size=10, max_size=10), st.binary(max_size=60))
def test_any_answers_make_an_asset_and_unknown_never_a_finding(states: list[State], record: bytes) -> None:
    asked = questions(NAME, ("s1",), (WWW,))
    answers: dict[tuple[str, str], Answer] = {
        (one.name, one.record): Answer(state, (record,) if state == "data" else ())
        for one, state in zip(asked, states, strict=True)
    }
    one = seen(answers)
    found = {finding.check.split("-")[1] for finding in wrong(one.asset)}

    assert all(is_of_domain(each) for each in observed(answers, domain()))
    if answers[NAME, "TXT"].state == "unknown":
        assert "spf" not in found
        assert "spf" in one.unseen
    assert {name.partition("_")[0] for name in one.unseen}.isdisjoint(found)
