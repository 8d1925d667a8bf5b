from __future__ import annotations

import numpy as np
import pytest

from sentinel.detect.fast.shapes import Columns, make_trie, shape_of
from sentinel.detect.fast.tokens import BAD, RESPELLED
from sentinel.detect.fast.trie import CLOSE, LIST, OBJECT, PLAIN, UNKNOWN, Trie, closed, step
from sentinel.detect.fields import flatten


@pytest.fixture(scope="module")
def trie() -> Trie:
    shapes = [shape_of(line, flatten) for line in (b'{"a":1,"b":{"c":"x"}}', b'{"ab":[1]}', b'{"a":{"c":1}}')]
    return make_trie([shape for shape in shapes if shape is not None], Columns({}, {}, {}))


def follow(trie: Trie, node: int, text: bytes) -> tuple[int, int, int]:
    """Follow a name, which is written with the quote behind it and its value."""
    return step(trie, node, np.frombuffer(text, np.uint8), 0, len(text))


def test_a_name_leads_to_the_step_of_what_follows_it(trie: Trie) -> None:
    plain, place, met = follow(trie, 0, b'a":1')
    inside, _, _ = follow(trie, 0, b'a":{')
    listed, _, _ = follow(trie, 0, b'ab":[')

    assert (place, met) == (3, 0)
    assert [int(trie.kinds[node]) for node in (plain, inside, listed)] == [PLAIN, OBJECT, LIST]
    assert follow(trie, plain, b'b":{')[0] >= 0
    assert follow(trie, 0, b'a" :\t1')[1:] == (5, RESPELLED)


def test_another_name_or_kind_is_unknown_and_what_is_cut_off_is_bad(trie: Trie) -> None:
    assert [follow(trie, 0, text)[0] for text in (b'b":1', b'a":[', b'A":1', b'ab"', b"a")] == [UNKNOWN] * 3 + [
        BAD,
        UNKNOWN,
    ]
    assert [follow(trie, 0, text)[0] for text in (b'a"', b'a"1', b'a":', b'a": ')] == [BAD] * 4


def test_an_object_is_closed_where_a_shape_closes_it(trie: Trie) -> None:
    plain, _, _ = follow(trie, 0, b'a":1')
    opened, _, _ = follow(trie, plain, b'b":{')
    inner, _, _ = follow(trie, opened, b'c":"x"')

    assert closed(trie, opened) < 0
    assert trie.kinds[closed(trie, inner)] == CLOSE
