from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Statement
from sentinel.scan.knowledge import foreign

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.fuzz
@given(JSON)
def test_whatever_stands_there_comes_back_as_what_was_asked_for(value: object) -> None:
    assert isinstance(foreign.table(value), dict)
    assert isinstance(foreign.items(value), list)
    assert all(isinstance(one, dict) for one in foreign.tables(value))
    assert "\n" not in foreign.text(value)
    assert len(foreign.text(value)) <= foreign.NAME
    assert all(foreign.texts(value))
    assert foreign.cve(value) == "" or foreign.cve(value).startswith("CVE-")
    assert 0 <= (foreign.score(value) or 0) <= 10


def test_numbers_of_cves() -> None:
    assert foreign.cve(" cve-2024-12345 ") == "CVE-2024-12345"
    assert [foreign.cve(text) for text in ("CVE-24-1", "CVE-2024-123", "CVE-2024-1234 and", None, 7)] == [""] * 5
    assert foreign.cves(["CVE-2024-2222", "x", "CVE-2024-1111", "cve-2024-2222"]) == ("CVE-2024-1111", "CVE-2024-2222")


def test_scores_are_numbers_from_0_to_10() -> None:
    assert [foreign.score(value) for value in (0, 9.8, 10, 10.1, -1, True, "9.8", float("nan"))] == [
        0.0,
        9.8,
        10.0,
        None,
        None,
        None,
        None,
        None,
    ]


def test_links_are_of_the_web_or_none() -> None:
    assert foreign.web("https://a.example/x?y=1") == "https://a.example/x?y=1"
    told = ("javascript:alert(1)", "https://a b", "https://a/'x", "https://a/<b>", "https://" + "a" * 900, None)
    assert [foreign.web(one) for one in told] == [""] * 6


def test_a_statement_names_a_product_by_more_than_signs() -> None:
    assert foreign.named(Statement("csaf", "A", "v", "Pump", "affected", ()))
    assert not foreign.named(Statement("csaf", "A", "v", "--", "affected", ()))
