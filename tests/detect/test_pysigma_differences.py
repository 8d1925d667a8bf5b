"""Where pySigma 1.5 is not what Sigma means: each case with the reason, our answer, and pySigma's own beside it.

When pySigma is mended a test here fails, and the case can go. What pySigma is trusted with is judged by `checks.py`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sigma.collection import SigmaCollection
from sigma.conditions import ConditionAND
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaConditionError, SigmaError
from sigma.rule import SigmaRule
from sigma.types import SigmaNull, SigmaNumber, SigmaRegularExpression

from sentinel.detect.evaluate import matches
from sentinel.detect.modifiers import compile_item
from sentinel.detect.values import UnusableError
from tests.detect.documents import correlation, filter_, load, refusals, rule, uuid

BASE: dict[str, Any] = {
    "title": "Base",
    "id": uuid(1),
    "name": "base",
    "logsource": {"product": "windows"},
    "detection": {"s": {"A": 1}, "condition": "s"},
}
COUNT = {"type": "event_count", "rules": ["base"], "timespan": "5m", "condition": {"gte": 2}}


def theirs(key: str, value: object) -> list[Any]:
    """Return the values that pySigma makes of one item, with expansions written out."""
    data = {**BASE, "detection": {"s": {key: value}, "condition": "s"}}
    found = SigmaRule.from_dict(data).detection.detections["s"].detection_items[0].value  # type: ignore[union-attr]  # one item
    return [one for value in found for one in getattr(value, "values", [value])]


def ours(key: str, value: object, given: object) -> bool:
    return matches(compile_item(key, value, {}), {"F": given}) is not None  # type: ignore[dict-item]  # plain values


def together(*documents: dict[str, Any]) -> SigmaCollection:
    """Return pySigma's reading of documents that refer to each other, with filters applied."""
    found = SigmaCollection.from_dicts([BASE, *documents])
    found.resolve_rule_references()
    return found


def counted(**changed: object) -> dict[str, Any]:
    return {"title": "C", "correlation": {**COUNT, **changed}}


def first(found: SigmaCollection) -> SigmaCorrelationRule:
    return next(one for one in found.rules if isinstance(one, SigmaCorrelationRule))


def test_base64offset_counts_characters_where_it_should_count_bytes() -> None:
    """So one of its texts ends in padding, and what stands inside another text is missed."""
    inside = [base64.b64encode(b"x" * shift + "ås".encode() + b"yz").decode() for shift in range(3)]
    texts = [str(value).strip("*") for value in theirs("F|base64offset|contains", "ås")]

    assert texts == ["w6", "Olcw==", "Dp"]
    assert [any(text in found for text in texts) for found in inside] == [True, False, True]
    assert all(ours("F|base64offset|contains", "ås", found) for found in inside)


def test_base64offset_of_one_byte_is_an_empty_text_which_is_in_every_event() -> None:
    assert "" in map(str, theirs("F|base64offset", "x"))
    with pytest.raises(UnusableError, match="too short"):
        compile_item("F|base64offset|contains", "x", {})


def test_utf16_puts_its_mark_in_as_the_three_bytes_that_it_has_in_utf8() -> None:
    assert [base64.b64decode(str(value)) for value in theirs("F|utf16|base64", "a")] == [b"\xef\xbb\xbfa\x00"]
    assert ours("F|utf16|base64", "a", base64.b64encode(b"\xff\xfea\x00").decode())


@pytest.mark.parametrize(
    ("modifier", "codec", "why"),
    [
        ("utf16le", "utf-16-le", "does not know it, though the specification has it"),
        ("wide", "utf-16-le", "takes ASCII only"),
        ("utf16be", "utf-16-be", "takes ASCII only, though it says Unicode"),
    ],
)
def test_wide_texts_outside_ascii(modifier: str, codec: str, why: str) -> None:
    with pytest.raises(SigmaError):
        theirs(f"F|{modifier}|base64", "på")
    assert ours(f"F|{modifier}|base64", "på", base64.b64encode("på".encode(codec)).decode()), why


@pytest.mark.parametrize("dash", "–—―")
def test_windash_does_not_begin_from_the_dashes_of_the_specification(dash: str) -> None:
    assert [str(value) for value in theirs("F|windash", f"{dash}c")] == [f"{dash}c"]
    assert ours("F|windash", f"{dash}c", "/c")


def test_null_in_a_list_is_taken_though_the_specification_forbids_it() -> None:
    assert [type(value) for value in theirs("F", ["a", None])][1] is SigmaNull
    with pytest.raises(UnusableError, match="null cannot stand in a list"):
        compile_item("F", ["a", None], {})


def test_an_empty_list_means_no_value() -> None:
    data = {**BASE, "detection": {"s": {"F": []}, "condition": "s"}}
    tree: Any = SigmaRule.from_dict(data).detection.parsed_condition[0].parsed

    assert isinstance(tree.value, SigmaNull)
    with pytest.raises(UnusableError, match="an empty list asks for nothing"):
        compile_item("F", [], {})


def test_an_alternative_in_a_regular_expression_is_tied_on_one_side_only() -> None:
    """`re|startswith: b|a` becomes `b|a.*`, which is found anywhere."""
    [value] = theirs("F|re|startswith", "b|a")

    assert isinstance(value, SigmaRegularExpression)
    assert str(value.regexp) == "b|a.*"
    assert not ours("F|re|startswith", "b|a", "xb")
    assert ours("F|re|startswith", "b|a", "bx")


def test_numbers_in_quotes_are_refused_in_comparisons() -> None:
    with pytest.raises(SigmaError):
        theirs("F|lt", "5")
    assert ours("F|lt", "5", 4)


def test_a_part_of_a_time_loses_its_unit_in_a_comparison() -> None:
    """What remains is a comparison with 5, which back ends write as `T >= 5`."""
    [value] = theirs("F|hour|gte", 5)

    assert isinstance(value.number, SigmaNumber)
    assert ours("F|hour|gte", 5, "2026-10-14T05:00:00Z")
    assert not ours("F|hour|gte", 5, "2026-10-14T04:00:00Z")


def parsed(condition: str, *names: str) -> Any:  # noqa: ANN401 -- pySigma's trees have no common base
    data = {**BASE, "detection": {**{name: {"F": name} for name in names}, "condition": condition}}
    return SigmaRule.from_dict(data).detection.parsed_condition[0].parsed


@pytest.mark.parametrize(
    ("condition", "names", "why"),
    [
        ("notepad", ["notepad"], "a name that begins with `not` is torn apart"),
        ("a AND NOT b", ["a", "b"], "keywords in capitals, as they are in the wild"),
    ],
)
def test_conditions_that_are_refused(tmp_path: Path, condition: str, names: list[str], why: str) -> None:
    with pytest.raises(SigmaConditionError):
        parsed(condition, *names)
    detection = "\n".join([*(f"{name}: {{F: {name}}}" for name in names), f"condition: {condition}"])
    assert refusals(load(tmp_path, rule("r", 1, detection))) == [], why


def test_a_selector_that_means_nothing_vanishes(tmp_path: Path) -> None:
    tree = parsed("a and 1 of b*", "a")

    assert isinstance(tree, ConditionAND)
    assert None in tree.args
    [found] = refusals(load(tmp_path, rule("r", 1, "a: {F: a}\ncondition: a and 1 of b*")))
    assert "nothing is named so" in found


def test_unknown_keys_are_kept_without_a_word(tmp_path: Path) -> None:
    assert SigmaRule.from_dict({**BASE, "levl": "high"}).level is None
    assert first(together(counted(timepsan="1m"))).timespan.spec == "5m"
    [found] = refusals(load(tmp_path, rule("r", 1).replace("name:", "levl: high\nname:")))
    assert "did you mean 'level'" in found


OF_OURS = "type: event_count\nrules: [base]\ntimespan: 5m\ncondition: {gte: 2}"


def loads(folder: Path, section: str, head: str = "") -> list[str]:
    return refusals(load(folder, rule("base", 1), correlation("c", 2, section, head)))


TOO_STRICT = [
    ({"condition": {"gt": 1, "lte": 5}}, "condition: {gt: 1, lte: 5}", "a range by two operators is legal"),
    (
        {"type": "temporal", "condition": "base AND base"},
        "type: temporal\ncondition: base AND base",
        "the specification's own example writes AND",
    ),
    (
        {"type": "temporal", "rules": [uuid(1)], "condition": uuid(1)},
        f"type: temporal\nrules: ['{uuid(1)}']\ncondition: {uuid(1)}",
        "a rule may be meant by its id",
    ),
]


@pytest.mark.parametrize(("changed", "section", "why"), TOO_STRICT, ids=[why for _, _, why in TOO_STRICT])
def test_correlations_that_are_refused(tmp_path: Path, changed: dict[str, Any], section: str, why: str) -> None:
    with pytest.raises(SigmaError):
        together(counted(**changed))
    assert loads(tmp_path, merged(section)) == [], why


def merged(section: str) -> str:
    """Return the usual section with some of its lines written otherwise."""
    lines = {line.split(":")[0]: line for line in [*OF_OURS.splitlines(), *section.splitlines()]}
    return "\n".join(lines.values())


TOO_LAX: list[tuple[dict[str, Any], str, str]] = [
    ({"condition": {"gt": 2.7}}, "condition: {gt: 2.7}", "a whole number"),
    (
        {"type": "value_percentile", "condition": {"field": "x", "gt": 1}},
        "type: value_percentile\ncondition: {field: x, gt: 1}",
        "needs 'percentile'",
    ),
    ({"condition": {"gt": 5, "field": "x"}}, "condition: {gt: 5, field: x}", "field means nothing beside event_count"),
    ({"condition": {"lt": 0}}, "condition: {lt: 0}", "no number meets the condition"),
    ({"rules": ["base", "base"]}, "rules: [base, base]", "'base' stands twice"),
    ({"type": "temporal", "condition": "not base"}, "type: temporal\ncondition: not base", "nothing is not an event"),
]


@pytest.mark.parametrize(("changed", "section", "what"), TOO_LAX, ids=[what for _, _, what in TOO_LAX])
def test_correlations_that_are_taken_and_cannot_be_meant(
    tmp_path: Path, changed: dict[str, Any], section: str, what: str
) -> None:
    assert first(together(counted(**changed))).errors == []
    [found] = loads(tmp_path, merged(section))
    assert what in found


def test_a_broken_limit_is_cut_off() -> None:
    """`gt: 2.7` becomes `gt: 2`, `gt: 0.5` of a sum becomes `gt: 0`."""
    assert first(together(counted(condition={"gt": 2.7}))).condition.count == 2  # type: ignore[union-attr]  # a count


def test_generate_is_not_seen_where_the_schema_of_sigma_has_it(tmp_path: Path) -> None:
    assert first(together({**counted(), "generate": True})).generate is False
    assert load(tmp_path, rule("base", 1), correlation("c", 2, OF_OURS, "generate: true\n")).correlations[0].generate


CIRCLES: list[Callable[[], SigmaCollection]] = [
    lambda: together({**counted(rules=["self"]), "name": "self"}),
    lambda: together({**counted(rules=["b"]), "name": "a"}, {**counted(rules=["a"]), "name": "b"}),
]


@pytest.mark.parametrize("circle", CIRCLES)
def test_circles_are_taken(circle: Callable[[], SigmaCollection]) -> None:
    """Ours are refused in test_chains.py; pySigma goes round in them when it flattens or converts."""
    with pytest.raises(RecursionError):
        first(circle()).flatten_rules()


def test_of_two_rules_of_one_name_the_last_is_meant(tmp_path: Path) -> None:
    again = {**BASE, "id": uuid(2), "title": "Again"}

    assert first(together(again, counted())).referenced_rules[0].rule.title == "Again"
    [found] = refusals(load(tmp_path, rule("base", 1), rule("base", 2), correlation("c", 3, OF_OURS)))
    assert "is the name of more than one document: f0.yml:1 and f1.yml:1" in found


def filtering(**changed: object) -> dict[str, Any]:
    section = {"rules": "any", "s": {"U": "admin"}, "condition": "s"}
    return {"title": "F", "logsource": {"product": "windows"}, "filter": {**section, **changed}}


def test_a_filter_for_nobody_is_dropped_without_a_word(tmp_path: Path) -> None:
    [found] = together(filtering(rules=["nobody"])).rules

    assert isinstance(found, SigmaRule)
    assert found.detection.condition == ["s"]
    section = "rules: [nobody]\ns: {U: admin}\ncondition: not s"
    assert (
        "no rule has the id or name 'nobody'" in refusals(load(tmp_path, rule("base", 1), filter_("f", 2, section)))[0]
    )


def test_a_filter_that_keeps_only_what_it_names_is_taken_without_a_word(tmp_path: Path) -> None:
    [found] = together(filtering()).rules

    assert isinstance(found, SigmaRule)
    assert found.detection.condition[0].startswith("(s) and (_filt_")
    section = "rules: any\ns: {U: admin}\ncondition: s"
    assert len(load(tmp_path, rule("base", 1), filter_("f", 2, section)).warnings) == 1
