from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import condition, correlation
from sentinel.detect.packed import CORRUPT, NOUNS, pack, unpack
from tests.detect.documents import load, rule

ITEMS = """s:
  A|contains|all: [x, 'æ*ø?']
  B|windash|contains: ' -c '
  C|re|i: '(?s)a.{2,3}[[x]b+'
  D|cidr: [10.0.0.0/8, 'fe80::/10']
  E|gte: 12345678901234567890123456789
  F: 1.5
  G: null
  H|exists: false
  I|fieldref|startswith: J
  K|cased: Ab
  L|hour|lt: 5
  M: ['', 4, true]
k: [word, 'two words']
condition: s and not 1 of k*
timezone: Europe/Oslo"""


def test_every_kind_of_test_and_node_comes_back_as_it_was(tmp_path: Path) -> None:
    text = ITEMS.replace("\ntimezone: Europe/Oslo", "")
    (loaded,) = load(tmp_path, rule("all", 1, text) + "timezone: Europe/Oslo\n").rules
    kinds = {type(test) for leaf in condition.leaves(loaded.condition) for test in leaf.tests}

    assert kinds == set(get_args(condition.Test))
    assert unpack(pack(loaded.condition)) == loaded.condition


def test_a_regular_expression_keeps_its_way_in_linear_time(tmp_path: Path) -> None:
    (loaded,) = load(tmp_path, rule("r", 1, "s: {A|re: '(a+)+b'}\ncondition: s")).rules
    ((found,),) = [leaf.tests for leaf in condition.leaves(unpack(pack(loaded.condition)))]

    assert isinstance(found, condition.Regex)
    assert not found.tame
    assert found.linear is not None
    assert found.linear.finds("a" * 50_000 + "b")
    assert not found.linear.finds("a" * 50_000)


def test_every_noun_that_rules_are_made_of_can_be_packed() -> None:
    nouns = {*get_args(condition.Node), *get_args(condition.Test), *get_args(correlation.Happening)}

    assert nouns - set(NOUNS) == set()


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 2**63, -(2**64), 10**40, 1.5, "", "æ", b"\xff", (), ((),), frozenset(),
        frozenset({"a", "b"}), {"a": {"b": "c"}}, timedelta(days=400, microseconds=1), ip_network("10.0.0.0/8"),
        ip_network("fe80::/10"), re.compile("(?i)a.b", re.DOTALL), condition.Wild.DASH,
    ],
)  # fmt: skip
def test_plain_values_keep_their_kind(value: object) -> None:
    found = unpack(pack(value))

    assert (type(found), found) == (type(value), value)


def test_half_a_character_cannot_be_packed() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        pack(("\ud800",))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        unpack(data)
    except CORRUPT:
        return


PLAIN = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.integers(-2, 60),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=20,
)


@given(PLAIN)
def test_any_data_is_read_or_refused(data: Any) -> None:  # noqa: ANN401 -- whatever MessagePack can hold
    import msgspec

    try:
        unpack(msgspec.msgpack.encode(data))
    except CORRUPT:
        return
