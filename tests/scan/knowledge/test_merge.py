from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Weakness
from sentinel.scan.knowledge.merge import TRUSTED, Fragment, merged

CVE = "CVE-2026-10001"
V31, V30, V40 = "CVSS:3.1/AV:N", "CVSS:3.0/AV:N", "CVSS:4.0/AV:N"
FRAGMENTS = st.builds(
    Fragment,
    st.sampled_from(TRUSTED),
    st.sampled_from(["", "2026-01-01", "2026-02-01"]),
    st.builds(
        Weakness,
        st.just(CVE),
        st.none() | st.sampled_from([0.0, 5.0, 9.8]),
        st.sampled_from(["", V31, V30, V40]),
        st.none() | st.sampled_from([date(2026, 1, 1), date(2025, 1, 1)]),
        st.booleans(),
        st.none() | st.sampled_from([0.0, 0.5]),
        st.sampled_from(["", "one", "two"]),
        st.sampled_from(["", "none", "poc", "active"]),
    ),
)


@given(st.lists(FRAGMENTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_reading_changes_nothing(fragments: list[Fragment], chance: st.DataObject) -> None:
    shuffled = list(fragments)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random, which hypothesis types otherwise

    assert merged(CVE, shuffled) == merged(CVE, fragments)


@given(st.lists(FRAGMENTS, min_size=1, max_size=6))
def test_nothing_is_made_up_and_nothing_is_lost(fragments: list[Fragment]) -> None:
    found = merged(CVE, fragments)
    said = [one.said for one in fragments]

    assert (found.score, found.vector) in {(one.score, one.vector) for one in said} | {(None, "")}
    assert (found.score is None) == all(one.score is None for one in said)
    assert found.exploited == min((one.exploited for one in said if one.exploited), default=None)
    assert found.ransomware == any(one.ransomware for one in said)
    assert (found.epss is None) == all(one.epss is None for one in said)
    assert bool(found.summary) == any(one.summary for one in said)


def test_the_newest_version_of_cvss_then_the_most_trusted_source() -> None:
    found = merged(
        CVE,
        [
            Fragment("csaf", "2026-03-01", Weakness(CVE, 9.9, V31, summary="csaf")),
            Fragment("nvd", "2026-01-01", Weakness(CVE, 7.0, V31, summary="nvd")),
            Fragment("nvd", "2026-01-01", Weakness(CVE, 10.0, V30)),
            Fragment("cve", "2026-01-01", Weakness(CVE, None, V40)),
            Fragment("epss", "2026-02-01", Weakness(CVE, epss=0.2)),
            Fragment("epss", "2026-01-01", Weakness(CVE, epss=0.9)),
            Fragment("cve", "2026-01-01", Weakness(CVE, exploitation="poc")),
            Fragment("cve", "2025-01-01", Weakness(CVE, exploitation="active")),
        ],
    )

    assert found == Weakness(CVE, 7.0, V31, epss=0.2, summary="nvd", exploitation="active")
