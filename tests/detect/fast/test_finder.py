from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Step
from sentinel.detect.fast.finder import Finder, names_read
from sentinel.detect.routes import Route
from sentinel.detect.rule import LogSourceKey
from tests.detect.rules import rule, rules

NAMES = st.sampled_from(["A", "a", "AB", "Åse", 'q"', "b.c", "x\\"])
RECORDS = st.lists(st.dictionaries(NAMES, st.sampled_from(["A", '"A":', 1, None])), max_size=5)


def found(finder: Finder, names: set[str], lines: list[bytes]) -> set[tuple[int, str]]:
    whole = [line + b"\n" for line in lines]
    return set(finder.find(names, b"".join(whole), [*accumulate(map(len, whole))]))


@given(st.lists(st.tuples(st.sets(NAMES), RECORDS), max_size=3))
def test_names_are_found_in_the_lines_that_have_them_and_nowhere_else(
    several: list[tuple[set[str], list[dict[str, object]]]],
) -> None:
    finder = Finder()
    for names, records in several:
        wanted = {(number, name) for number, record in enumerate(records) for name in names & record.keys()}
        assert found(finder, names, [orjson.dumps(record) for record in records]) == wanted


def test_names_read_are_those_of_the_rules_and_what_stands_for_them(tmp_path: Path) -> None:
    ruleset = rules(
        tmp_path,
        rule(1, "a: {Image: x, User|fieldref: Owner}\ncondition: a"),
        rule(2, "a: {Hashes|exists: true}\ncondition: not a"),
    )
    aliases = (("Image", "NewProcessName"), ("Image", "exe"), ("Unread", "Other"))
    step = Step(Route("x", LogSourceKey(None, None, None), (), aliases), dict(enumerate(ruleset.rules)))

    assert names_read([step]) == {"Image", "User", "Owner", "Hashes", "NewProcessName", "exe"}
    assert names_read([]) == frozenset()
