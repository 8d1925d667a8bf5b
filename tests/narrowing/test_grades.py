from __future__ import annotations

from pathlib import Path

from sentinel.content import root
from sentinel.detect.narrow.plan import Plan, make_plan
from sentinel.detect.routes import load_routes
from sentinel.elastic.mappings import Mapped, Mappings
from sentinel.narrowing.grades import grades
from tests.detect.rules import rule, rules

FOUND = Mappings(("x",), {"CommandLine": (Mapped("x", "keyword", indexed=True, longest=64, normalizer=False),)})


def plan_of(folder: Path) -> Plan:
    loaded = rules(
        folder,
        rule(1, "selection: {CommandLine|contains: mimikatz, Image|endswith: '\\a.exe'}\ncondition: selection"),
        rule(2, "selection: {CommandLine: null}\ncondition: selection"),
        rule(3, "selection: {a: b}\ncondition: selection", "product: unheard-of"),
    )
    found = make_plan(loaded, load_routes(root()))
    assert found is not None
    return found


def test_each_rule_says_how_it_is_asked_and_what_is_hidden(tmp_path: Path) -> None:
    one, two, three = grades(plan_of(tmp_path), FOUND, 0)

    assert (one.how, one.words, one.why) == ("by words", 1, "")
    assert one.hidden == (
        "no more than 64 letters: CommandLine",
        "the same case only: CommandLine",
        "nothing, as it is not indexed: Image",
    )
    assert (two.how, two.words, two.why) == ("in full", 0, "it may be true with no word there")
    assert (three.how, three.words, three.why) == ("no log source", 0, "no record is of its log source")


def test_records_without_words_have_all_rules_read_in_full(tmp_path: Path) -> None:
    one, two, three = grades(plan_of(tmp_path), FOUND, 1_204)

    assert (one.how, one.why) == ("in full", "1,204 records have no words that it could be asked by")
    assert (two.how, three.how) == ("in full", "no log source")
