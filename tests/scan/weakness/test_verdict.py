from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Observation
from sentinel.model.knowledge import Span, Statement
from sentinel.scan.weakness.aliases import load_aliases
from sentinel.scan.weakness.software import software
from sentinel.scan.weakness.verdict import Verdict, judge
from tests.scan.weakness.bundle import AS_OF, Small, advisory, assets_of, by_version, debian, row, ssh, web

ALIASES = load_aliases(root())
SSH = ssh("10.0.0.1", "OpenSSH_9.2p1", "Debian-2+deb12u10")


def judged(seen: Observation, *stated: Statement, as_of: date = AS_OF, product: str = "") -> Verdict:
    (asset,) = assets_of(seen)
    found = [one for one in software(asset, ALIASES) if not product or one.id == product]
    return judge(found[0], Small(stated), as_of)


def test_a_line_s_member_is_only_possible() -> None:
    stated = advisory("General Electric (GE)", "B650", "CVE-1", every=True)
    found = judged(row("10.0.0.1", "GE HealthCare", "CARESCAPE"), stated)
    assert (found.state, [hit.reason for hit in found.possible]) == ("found", ["line"])


def test_windows_updates_do_not_show_so_nothing_is_said_of_them() -> None:
    seen = Observation("http.server", "10.0.0.1", {"server": "Microsoft-IIS/10.0"}, None, "a", "passive", "tcp", 80)
    stated = by_version("microsoft", "internet_information_services", "CVE-1", "10.0.17763.1")
    found = judged(seen, stated, product="iis")
    assert (found.state, found.unsettled, found.possible) == ("not_comparable", 1, ())


def test_what_a_maker_still_looks_into_is_possible() -> None:
    stated = advisory("Dräger", "Infinity Delta", "CVE-1", status="under_investigation", every=True)
    found = judged(row("10.0.0.1", "Dräger", "Infinity Delta", "VF8"), stated)
    assert [hit.reason for hit in found.possible] == ["investigated"]


def test_a_statement_about_another_system_is_only_possible() -> None:
    stated = advisory("Dräger", "Infinity Delta", "CVE-1", every=True, distribution="Windows 8.1")
    found = judged(row("10.0.0.1", "Dräger", "Infinity Delta", "VF8"), stated)
    assert [hit.reason for hit in found.possible] == ["within"]


def test_what_the_distributor_says_of_its_build_is_likely() -> None:
    found = judged(SSH, debian("openssh", "CVE-1", "1:9.2p1-2+deb12u99"), product="openssh")
    assert ([hit.names for hit in found.likely], found.possible) == ([("CVE-1",)], ())


def test_a_distributor_s_silence_is_no_answer() -> None:
    stated = by_version("openbsd", "openssh", "CVE-1", "9.3"), debian("openssh", "CVE-2", "1:9.2p1-1")
    found = judged(SSH, *stated, product="openssh")
    assert [hit.reason for hit in found.possible] == ["silent"]
    alone = judged(SSH, stated[0], product="openssh")
    assert [hit.reason for hit in alone.possible] == ["hidden"]


def test_a_product_that_distributors_mend_may_be_mended() -> None:
    found = judged(web("10.0.0.1", "nginx/1.22.1"), by_version("f5", "nginx", "CVE-1", "1.23.0"))
    assert [hit.reason for hit in found.possible] == ["mended"]


def test_an_advisory_without_numbers_is_known_by_its_own() -> None:
    found = judged(row("10.0.0.1", "Dräger", "Infinity Delta", "1"), advisory("Dräger", "Infinity Delta", every=True))
    assert found.likely[0].names == ("ICSMA-19-022-01",)


_KINDS = st.sampled_from(["affected", "not_affected", "fixed", "under_investigation"])
_STATED = st.builds(
    lambda cves, status, source, every, by, until, spans: advisory(
        "Dräger", "Infinity Delta", *cves, status=status, source=source, every=every, by=by, until=until, spans=spans
    ),
    st.lists(st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]), max_size=3, unique=True),
    _KINDS,
    st.sampled_from(["csaf", "vex", "nvd", "cve"]),
    st.booleans(),
    st.sampled_from(["", "Kari"]),
    st.sampled_from([None, date(2026, 1, 1), date(2027, 1, 1)]),
    st.lists(st.sampled_from([Span(before="VF9"), Span("VF9"), Span("?"), Span(last="U61")]), max_size=2).map(tuple),
)


@given(st.lists(_STATED, max_size=6))
def test_no_name_is_told_twice_or_lost(stated: list[Statement]) -> None:
    found = judged(row("10.0.0.1", "Dräger", "Infinity Delta", "VF8.2"), *stated)
    likely = {name for hit in found.likely for name in hit.names}
    possible = {name for hit in found.possible for name in hit.names}
    cleared = {name for hit in found.cleared for name in hit.names}
    assert not likely & possible
    assert not cleared & (likely | possible)
    assert {name for gone in found.gone for name in gone} == cleared
    assert (found.state == "found") == bool(likely or possible)
    for hit in found.cleared:
        assert hit.statement.by
        assert hit.statement.until is None or hit.statement.until >= AS_OF


@given(st.lists(_STATED, max_size=6), st.integers(0, 5))
def test_the_order_of_statements_does_not_matter_to_what_is_told(stated: list[Statement], first: int) -> None:
    seen = row("10.0.0.1", "Dräger", "Infinity Delta", "VF8.2")
    turned = [*stated[first:], *stated[:first]][::-1]
    one, other = judged(seen, *stated), judged(seen, *turned)
    assert (one.state, one.mended, one.unsettled) == (other.state, other.mended, other.unsettled)
    assert {n for hit in one.likely for n in hit.names} == {n for hit in other.likely for n in hit.names}
    assert {n for hit in one.cleared for n in hit.names} == {n for hit in other.cleared for n in hit.names}
