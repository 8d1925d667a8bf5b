from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.weakness.order import SCHEMES, order

_DIGITS = st.integers(0, 40).map(str)
_WILD = st.text(st.characters(codec="utf-8"), max_size=12)
_LIKELY = st.one_of(
    st.lists(_DIGITS, min_size=1, max_size=4).map(".".join),
    st.from_regex(r"[A-Z]{0,2}[0-9]{1,2}[A-Z]?(?:\.[0-9]{1,2}){0,2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}(?:\.[0-9]){1,2}[a-z]?(?:-[0-9](?:\+deb1[0-3]u[0-9])?)?", fullmatch=True),
    st.from_regex(r"[A-D]\.[0-9]{1,2}(?:\.[0-9]{1,2})?", fullmatch=True),
)
_VERSIONS = st.one_of(_LIKELY, _WILD)
_SCHEME = st.sampled_from([*SCHEMES, "unheard-of"])


@pytest.mark.parametrize(
    ("scheme", "lower", "higher"),
    [
        ("generic", "VB15A", "VE11C"),
        ("generic", "VF8.2", "VF10.1"),
        ("generic", "R7.4", "R8.0.3"),
        ("generic", "v20D29", "v20D32"),
        ("generic", "v17D19", "20D29"),
        ("generic", "16D38", "17"),
        ("generic", "A.01", "C.00.04"),
        ("generic", "B.02", "B.06.18"),
        ("generic", "M.00.45", "N"),
        ("generic", "2.4A", "2.4C"),
        ("generic", "7.4", "7.10"),
        ("generic", "4.17.9", "4.17.12"),
        ("generic", "Version 2.0", "v2.0.1"),
        ("generic", "9.2p1", "9.3p2"),
        ("generic", "2018-1", "2021-1"),
        ("deb", "9.2p1-2+deb12u2", "9.2p1-2+deb12u10"),
        ("deb", "2~bpo11+1", "2"),
        ("rpm", "8.0p1-19.el8_9", "8.0p1-19.el8_10"),
        ("semver", "1.9.0-rc.1", "1.9.0"),
        ("maven", "9.4.44.v20210927", "9.4.45"),
        ("openssl", "1.0.2k", "1.0.2zg"),
        ("openssl", "1.0.2zg", "1.1.1a"),
        ("windows", "10.0.14393.1", "10.0.14393.7259"),
        ("windows", "6.3.9600", "10.0.14393"),
    ],
)
def test_versions_are_ordered_as_their_makers_count(scheme: str, lower: str, higher: str) -> None:
    assert (order(scheme, lower, higher), order(scheme, higher, lower)) == (-1, 1)


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        ("generic", "U61", "L81"),
        ("generic", "012U000040", "053L000091"),
        ("generic", "VB15A", "MR53"),
        ("generic", "8.x model 35700BAX2", "8.1"),
        ("generic", "17", "17D19"),
        ("generic", "7.4", "7.4rc1"),
        ("generic", "8/30/2024", "2"),
        ("generic", "2nd Edition", "3rd Edition"),
        ("generic", "", "1"),
        ("generic", "latest", "1"),
        ("windows", "10.0.14393", "10.0.14393.7259"),
        ("windows", "2012 R2", "6.3"),
        ("deb", "VB15A", "1"),
        ("openssl", "1.0", "1.0.2k"),
        ("unheard-of", "1", "2"),
    ],
)
def test_what_cannot_be_ordered_is_not_comparable(scheme: str, one: str, other: str) -> None:
    assert (order(scheme, one, other), order(scheme, other, one)) == (None, None)


def test_the_same_in_other_words_is_the_same() -> None:
    assert order("generic", "VE11C", "ve11c") == 0
    assert order("generic", "7.4", "7.4.0") == 0
    assert order("generic", "v2.0", "2.0") == 0


@given(_SCHEME, _VERSIONS, _VERSIONS)
def test_an_order_has_two_sides(scheme: str, one: str, other: str) -> None:
    there, back = order(scheme, one, other), order(scheme, other, one)
    assert (there is None) == (back is None)
    assert there is None or back is None or there == -back


@given(_SCHEME, _VERSIONS)
def test_a_version_is_as_new_as_itself_or_no_version(scheme: str, one: str) -> None:
    assert order(scheme, one, one) in {0, None}


@given(st.sampled_from(sorted(SCHEMES)), _LIKELY, _LIKELY, _LIKELY)
def test_no_three_versions_go_round_in_a_ring(scheme: str, one: str, two: str, three: str) -> None:
    first, second, across = order(scheme, one, two), order(scheme, two, three), order(scheme, one, three)
    if first in {-1, 0} and second in {-1, 0} and across is not None:
        assert across == (-1 if -1 in {first, second} else 0)


@given(st.sampled_from(["deb", "rpm", "maven"]), _LIKELY.filter(lambda text: text[0].isdigit()), _LIKELY)
def test_packages_of_distributors_are_all_ordered(scheme: str, one: str, other: str) -> None:
    assert other[0].isdigit() is False or order(scheme, one, other) is not None
