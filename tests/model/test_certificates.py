from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.certificates import Certificate, Certified, QueryCheck, by_rule

MADE = datetime(2026, 11, 22, 9, tzinfo=UTC)
ONE = Certificate("r", "Rule", "h", "1.0", "m", "Elasticsearch 8.19.21", MADE, "d", 40, 3)
QUERY = QueryCheck("lucene", events=40)


def standing(*found: Certificate, engine: str = "1.0", mapping: str = "m", meaning: str = "h") -> tuple[str, str]:
    told = Certified(engine, mapping, by_rule(found)).standing("r", meaning)
    return told.state, told.told


def test_the_states_are_told_apart() -> None:
    assert standing() == ("none", "not certified")
    assert standing(ONE) == ("agrees", "agrees on 40 events, 3 hits, Elasticsearch 8.19.21 2026-11-22")
    assert standing(replace(ONE, differ=2)) == (
        "differs",
        "differs in 2 of 40 events, Elasticsearch 8.19.21 2026-11-22",
    )


def test_what_changed_makes_it_outdated_and_never_valid() -> None:
    assert standing(ONE, meaning="x")[1].startswith("outdated: the rule changed since")
    assert standing(ONE, engine="2")[1].startswith("outdated: the engine changed since")
    assert standing(ONE, mapping="x", meaning="y")[1].startswith(
        "outdated: the rule and the mapping of log sources changed since"
    )


def test_without_hits_it_says_that_it_proves_little() -> None:
    assert "0 hits among 40 events prove little" in standing(replace(ONE, hits=0))[1]


def test_a_difference_is_not_outshone_by_more_events_that_agree() -> None:
    worse = replace(ONE, differ=1, events=2, data="e")
    assert standing(worse, replace(ONE, events=9_000, made=MADE.replace(day=23)))[0] == "differs"


def test_the_converted_query_is_told_by_itself() -> None:
    for query, words in (
        (QUERY, "the query converted to lucene finds the same"),
        (replace(QUERY, missing=1, extra=2), "misses 1 hit and finds 2 more"),
        (replace(QUERY, unheld=3), "finds the same (3 events could not be put to it)"),
        (replace(QUERY, failure="not converted: no"), "has no answer: not converted: no"),
    ):
        state, told = standing(replace(ONE, query=query))
        assert (state, words in told) == ("agrees", True)


def test_a_store_that_cannot_be_read_is_not_taken_for_none() -> None:
    assert Certified("1.0", "m", trouble="locked").standing("r", "h").told == "not known: locked"


CERTIFICATES = st.builds(
    replace,
    st.just(ONE),
    hash=st.sampled_from("hx"),
    engine=st.sampled_from(["1.0", "2.0"]),
    mapping=st.sampled_from("mn"),
    differ=st.integers(0, 3),
    hits=st.integers(0, 3),
    query=st.none() | st.builds(replace, st.just(QUERY), missing=st.integers(0, 2)),
)


@given(st.lists(CERTIFICATES, max_size=6))
def test_agrees_is_said_only_where_a_valid_one_is_there_and_none_of_them_differs(found: list[Certificate]) -> None:
    valid = [one for one in found if (one.hash, one.engine, one.mapping) == ("h", "1.0", "m")]
    state, told = standing(*found)

    expected = "none" if not found else "outdated" if not valid else "agrees"
    assert state == ("differs" if any(one.differ for one in valid) else expected)
    if state == "agrees":
        assert ("misses" in told) == any(one.query and one.query.missing for one in valid)
