from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, Node
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, build_alarms, measure
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.witness import ways
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at


def alarm_of(*nodes: Node) -> Alarm:
    return build_alarms([(ways(node), False) for node in nodes]).values


def woken(alarm: Alarm, *lines: bytes) -> dict[int, set[int]]:
    whole = [line + b"\n" for line in lines]
    return alarm.woken(b"".join(whole), [*accumulate(map(len, whole))])


@given(st.lists(looked_at(), min_size=1, max_size=4))
def test_a_rule_that_is_true_of_a_line_is_woken_by_it_or_has_no_needle(cases: list[tuple[Node, Fields]]) -> None:
    alarm = alarm_of(*(node for node, _ in cases))
    texts = [search_text(fields) for _, fields in cases]
    found = woken(alarm, *(text or b"" for text in texts))
    missed = [
        (number, index)
        for number, (node, _) in enumerate(cases)
        for index, (_, fields) in enumerate(cases)
        if texts[index] is not None and holds(node, Look(fields))
        if number not in alarm.wakeless and number not in found.get(index, ())
    ]

    assert missed == []


def test_each_line_wakes_its_own_rules() -> None:
    alarm = alarm_of(*(compile_item("A", value, {}) for value in ("mimikatz", "kiwi", 5, "mimikatz")))

    assert woken(alarm, b'{"A":"KIWI"}', b"", b'{"A":"Mimikatz"}', b'{"A":"kiwis"}') == {0: {1}, 2: {0, 3}}
    assert alarm.wakeless == {2}
    assert woken(alarm) == {}


def test_rules_of_which_nothing_needs_to_be_there_are_woken_by_none() -> None:
    alarm = alarm_of(compile_item("A", 5, {}), compile_item("A", None, {}))

    assert alarm.wakeless == {0, 1}
    assert woken(alarm, b'{"A":5}') == {}


def test_a_witness_that_is_there_too_often_wakes_nothing() -> None:
    rules = [ways(compile_item("A|contains", value, {})) for value in ("mimikatz", "kiwi")]
    log = b'{"A":"mimikatz"}\n' * 50 + b'{"A":"x"}\n' * 950
    alarm = build_alarms([(one, False) for one in rules], measure(rules, log)).values

    assert alarm.wakeless == {0}
    assert woken(alarm, b'{"A":"mimikatz kiwi"}') == {0: {1}}


@pytest.mark.parametrize(("lines", "kept"), [(50, {0}), (450, {0}), (550, set())])
def test_a_witness_of_keywords_is_no_help_where_most_lines_hold_it(lines: int, kept: set[int]) -> None:
    rules = [ways(compile_item(key, "mimikatz", {})) for key in ("", "A|contains")]
    log = b'{"A":"mimikatz"}\n' * lines + b'{"A":"x"}\n' * (1000 - lines)
    known = [(rules[0], True), (rules[1], False)]

    assert build_alarms(known, measure(rules, log)).wakeless == {0, 1} - kept
    assert build_alarms(known).rebuilt(dict(enumerate(rules)), log).wakeless == {0, 1} - kept


def test_rules_of_keywords_are_to_be_woken_by_lines_and_all_others_by_values() -> None:
    rules = [ways(compile_item(key, value, {})) for key, value in (("A", "mimikatz"), ("", "kiwi"), ("A", 5))]
    alarms = build_alarms([(one, at == 1) for at, one in enumerate(rules)])

    assert (set(alarms.values.chosen), set(alarms.lines)) == ({0}, {1})
    assert alarms.wakeless == {2}


def test_rules_get_other_witnesses_by_a_sample_and_all_others_keep_theirs() -> None:
    both = And((compile_item("A|contains", "mimikatz", {}), compile_item("A|contains", "kiwi", {})))
    rules = [(ways(both), False), (ways(compile_item("A|contains", "other", {})), False), (None, False)]
    alarms = build_alarms(rules)
    (first,) = alarms.values.chosen[0]
    rebuilt = alarms.rebuilt({0: rules[0][0], 2: None}, b"x" + first + b"\n")

    assert rebuilt.values.chosen[0] == {b"mimikatz", b"kiwi"} - {first}
    assert rebuilt.values.chosen[1] == alarms.values.chosen[1]
    assert rebuilt.lines == alarms.lines
    assert rebuilt.wakeless == alarms.wakeless == {2}
    assert alarms.rebuilt({0: rules[0][0]}, b'":"mimikatz kiwi"\n' * 9).wakeless == {0, 2}


def test_a_rule_that_was_given_other_needles_is_woken_by_these_alone_also_after_a_second_time() -> None:
    pairs = [("mimikatz", "artichoke"), ("cucumber", "kohlrabi"), ("aubergine", "celeriac")]
    nodes = [And(tuple(compile_item("A|contains", word, {}) for word in pair)) for pair in pairs]
    rules = [ways(node) for node in nodes]
    alarms = build_alarms([(one, False) for one in rules])
    old = [next(iter(alarms.values.chosen[number])) for number in range(3)]
    for number in range(2):
        alarms = alarms.rebuilt({number: rules[number]}, b"x" + old[number] + b"\n")
    new = [next(iter(alarms.values.chosen[number])) for number in range(3)]

    assert [new[at] != old[at] for at in range(3)] == [True, True, False]
    assert woken(alarms.values, *old) == {2: {2}}
    assert woken(alarms.values, *new) == {0: {0}, 1: {1}, 2: {2}}
    assert alarms.wakeless == frozenset()


def test_needles_are_counted_in_a_sample() -> None:
    cost = measure([ways(compile_item("A|contains", "mimikatz", {}))], b"Mimikatz\nx\nmimikatz\ny\n")

    assert 0.5 <= cost(b"mimikatz") < 0.51
    assert cost(b"kiwi") < 0.01
    assert measure([None], b"x\n")(b"kiwi") < 0.01
