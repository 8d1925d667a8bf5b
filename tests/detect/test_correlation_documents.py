from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from sentinel.detect.correlation import AllOf, Correlation, CorrelationType, Happened, Limits, NotSo
from sentinel.errors import Location
from sentinel.model.severity import Severity
from tests.detect.documents import correlation, load, refusals, rule, uuid

COUNT = "type: event_count\nrules: [a]\ntimespan: 5m\ncondition: {gte: 2}"
BASE = "---\n".join(rule(name, number, f"s: {{A: {name}}}\ncondition: s") for number, name in enumerate("abc", 1))


def made(tmp_path: Path, section: str, head: str = "") -> Correlation:
    loaded = load(tmp_path, BASE, correlation("x", 9, section, head))
    assert refusals(loaded) == []
    return loaded.correlations[0]


def test_a_correlation_is_loaded_with_all_that_it_says(tmp_path: Path) -> None:
    section = """
type: value_count
rules: [a, b]
group-by: [host, ip]
timespan: 90m
generate: true
aliases: {ip: {a: SrcIp, b: DstIp}}
condition: {field: [user, domain], gt: 5, lte: 9}
"""
    head = "level: Critical\nauthor: Åse\ntags: [attack.t1110]\ndescription: Why\nfalsepositives: [tests]\n"

    one = made(tmp_path, section, head)

    assert (one.ref.id, one.ref.title, one.ref.level, one.ref.author, one.ref.tags) == (
        uuid(9), "Correlation x", Severity.CRITICAL, "Åse", ("attack.t1110",),
    )  # fmt: skip
    assert len(one.ref.hash) == 64
    assert one.location == Location("f1.yml", 1)
    assert (one.type, one.rules, one.timespan) == ("value_count", (uuid(1), uuid(2)), timedelta(minutes=90))
    assert (one.group_by, one.fields) == (("host", "ip"), ("user", "domain"))
    assert one.aliases == {"ip": {uuid(1): "SrcIp", uuid(2): "DstIp"}}
    assert one.condition == Limits((("gt", 5), ("lte", 9)))
    assert (one.generate, one.description, one.falsepositives) == (True, "Why", ("tests",))


def test_what_a_correlation_need_not_say(tmp_path: Path) -> None:
    one = made(tmp_path, COUNT)

    assert (one.ref.level, one.group_by, one.fields, one.aliases, one.generate) == (
        Severity.MEDIUM,
        (),
        (),
        None,
        False,
    )
    assert (one.percentile, one.condition) == (None, Limits((("gte", 2),)))


FIELD = "field: n, "
CONDITIONS = {
    "event_count": "{gte: 2}",
    "value_count": f"{{{FIELD}gte: 2}}",
    "value_sum": f"{{{FIELD}gt: 1.5}}",
    "value_avg": f"{{{FIELD}lt: -2}}",
    "value_percentile": f"{{{FIELD}percentile: 95, gt: 1}}",
    "value_median": f"{{{FIELD}neq: 0}}",
    "temporal": "a and not b",
    "temporal_ordered": "{eq: 2}",
}


@pytest.mark.parametrize("kind", get_args(CorrelationType))
def test_every_type_loads(tmp_path: Path, kind: CorrelationType) -> None:
    one = made(tmp_path, f"type: {kind}\nrules: [a, b]\ntimespan: 1h\ncondition: {CONDITIONS[kind]}")

    assert one.type == kind
    assert one.fields == (("n",) if kind.startswith("value") else ())
    assert one.percentile == (95 if kind == "value_percentile" else None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("36h", timedelta(hours=36)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("1M", timedelta(seconds=2_629_746)),
        ("1y", timedelta(seconds=31_556_952)),
    ],
)
def test_timespans(tmp_path: Path, written: str, expected: timedelta) -> None:
    assert made(tmp_path, COUNT.replace("5m", written)).timespan == expected


def test_rules_of_a_temporal_condition_need_no_list(tmp_path: Path) -> None:
    one = made(tmp_path, "type: temporal_ordered\ntimespan: 1h\ncondition: c and a and not b")

    assert one.rules == (uuid(3), uuid(1), uuid(2))
    assert one.condition == AllOf((Happened(uuid(3)), Happened(uuid(1)), NotSo(Happened(uuid(2)))))


def test_generate_stands_in_the_document_or_in_its_section(tmp_path: Path) -> None:
    assert made(tmp_path, COUNT, "generate: true\n").generate
    assert made(tmp_path, f"{COUNT}\ngenerate: true").generate
    assert made(tmp_path, f"{COUNT}\ngenerate: true", "generate: true\n").generate


def test_a_correlation_without_an_id_has_one_from_what_it_says(tmp_path: Path) -> None:
    def without(text: str) -> Correlation:
        return load(tmp_path, BASE, correlation("x", 9, text).replace(f"id: {uuid(9)}\n", "")).correlations[0]

    one = without(COUNT)

    assert one.ref.id.startswith("sha256-")
    assert without(COUNT.replace("timespan: 5m\ncondition: {gte: 2}", "condition: {gte: 2}\ntimespan: 5m")) == one
    assert without(COUNT.replace("5m", "6m")).ref.id != one.ref.id


def test_the_hash_is_that_of_the_meaning(tmp_path: Path) -> None:
    section = "type: temporal\nrules: [a, b]\ntimespan: 60m\ngroup-by: [x, y]\naliases: {x: {a: X}}"
    one = made(tmp_path, section)
    same = [
        section.replace("60m", "1h"),
        section.replace("[a, b]", f"['{uuid(2)}', a]"),
        section.replace("[x, y]", "[y, x]"),
        f"{section}\ngenerate: true",
        f"{section}\ncondition: a and b",
        f"{section}\ncondition: {{gte: 2}}",
    ]
    other = [
        section.replace("60m", "61m"),
        section.replace("[a, b]", "[a, c]"),
        section.replace("[x, y]", "[x]"),
        section.replace("a: X", "a: Z"),
        section.replace("type: temporal", "type: temporal_ordered"),
        f"{section}\ncondition: a and not b",
    ]

    assert {made(tmp_path, text).ref.hash for text in same} == {one.ref.hash}
    assert len({made(tmp_path, text).ref.hash for text in other} | {one.ref.hash}) == len(other) + 1


def test_the_order_of_rules_counts_where_the_type_is_about_order(tmp_path: Path) -> None:
    section = "type: temporal_ordered\nrules: [a, b]\ntimespan: 60m"

    assert made(tmp_path, section).ref.hash != made(tmp_path, section.replace("[a, b]", "[b, a]")).ref.hash


REFUSED = [
    ("type: event_count", "type: event_cuont", "5: 'event_cuont' is not a correlation type: event_count, value_count"),
    ("type: event_count\n", "", "4: a correlation needs a type"),
    ("timespan: 5m", "timespan: 5 m", "7: the timespan '5 m' must be a whole number and one of s m h d w M y"),
    ("timespan: 5m", "timespan: 300", "7: the timespan 300 must be a whole number and one of"),
    ("timespan: 5m", "timespan: 0m", "7: the timespan must be more than nothing and at most 100 years"),
    ("timespan: 5m", "timespan: 101y", "7: the timespan must be more than nothing and at most 100 years"),
    ("timespan: 5m\n", "", "4: a correlation needs a timespan"),
    ("timespan: 5m", "timepsan: 5m", "7: unknown key 'timepsan'; did you mean 'timespan'?"),
    ("rules: [a]", "rules: [a, nobody]", "6: no rule has the id or name 'nobody'"),
    ("rules: [a]", "rules: [a, a]", "6: 'a' stands twice"),
    ("rules: [a]", f"rules: [a, {uuid(1)}]", "6: '00000000-0000-4000-8000-000000000001' stands twice"),
    ("rules: [a]", "rules: []", "6: a correlation needs 'rules'"),
    ("rules: [a]", "rules: {a: b}", "6: a correlation needs 'rules'"),
    ("rules: [a]\n", "", "4: a correlation needs 'rules'"),
    ("rules: [a]", "rules: [f]", "6: 'f' is a filter (f2.yml:1), which finds nothing by itself"),
    ("rules: [a]", "rules: [bad]", "6: 'bad' was refused (f3.yml:1)"),
    ("condition: {gte: 2}", "", "4: a correlation of this type needs a condition, as a map"),
    ("condition: {gte: 2}", "condition: a and b", "8: a correlation of this type needs a condition, as a map"),
    ("condition: {gte: 2}", "condition: {gte: 2, field: x}", "8: field means nothing beside event_count"),
    ("condition: {gte: 2}", "condition: {gte: 2, percentile: 5}", "8: percentile means nothing beside event_count"),
    ("condition: {gte: 2}", "condition: {gte: 010}", "8: YAML does not read 010 as it is written"),
    ("event_count", "value_count", "8: value_count needs a field whose values it takes"),
    ("event_count", "value_percentile", "8: value_percentile needs 'percentile', a number from 0 to 100"),
    ("timespan", "group-by: {a: b}\ntimespan", "7: group-by must be the name of a field, or a list of names"),
    ("timespan", "group-by: [a, a]\ntimespan", "7: group-by names a field twice"),
    ("timespan", "group-by: [1]\ntimespan", "7: group-by must be the name of a field"),
    ("timespan", "generate: yes please\ntimespan", "7: generate must be true or false"),
    ("timespan", "aliases: [a]\ntimespan", "7: aliases must be a map"),
    ("timespan", "aliases: {x: a}\ntimespan", "7: an alias must be a map from a rule to the name of a field"),
    ("timespan", "aliases: {x: {b: f}}\ntimespan", "7: 'b' is not written so among the rules of the correlation"),
    ("timespan", "aliases: {x: {a: 5}}\ntimespan", "7: the field of 'a' must be text"),
]


@pytest.mark.parametrize(("good", "bad", "what"), REFUSED, ids=[what for _, _, what in REFUSED])
def test_a_bad_correlation_is_refused_with_its_place(tmp_path: Path, good: str, bad: str, what: str) -> None:
    filtering = "title: F\nname: f\nlogsource: {product: windows}\nfilter: {rules: any, s: {U: x}, condition: not s}\n"
    broken = rule("bad", 8, "s: {A|opps: 1}\ncondition: s")
    text = correlation("x", 9, COUNT.replace(good, bad, 1))
    loaded = load(tmp_path, BASE, text, filtering, broken)

    assert loaded.correlations == ()
    [found] = [one for one in refusals(loaded) if "f1.yml" in one and one.startswith("correlation")]
    line, _, words = what.partition(": ")
    assert f"correlation: f1.yml:{what}" in found or f"; line {line}: {words}" in found


def test_several_fields_are_for_value_count_alone(tmp_path: Path) -> None:
    section = "type: value_sum\nrules: [a]\ntimespan: 5m\ncondition: {field: [x, y], gte: 2}"

    assert "value_sum takes one field" in refusals(load(tmp_path, BASE, correlation("x", 9, section)))[0]


def test_generate_that_is_said_twice_must_be_the_same(tmp_path: Path) -> None:
    text = correlation("x", 9, f"{COUNT}\ngenerate: true", "generate: false\n")

    assert "generate is said twice, and not the same" in refusals(load(tmp_path, BASE, text))[0]


def test_all_faults_of_a_document_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    section = "type: temporal\nrules: [a, x, y]\ntimespan: long\ncondition: a and x and z\ngrop-by: [b]"

    [found] = refusals(load(tmp_path, BASE, correlation("c", 9, section, "levl: high\n")))
    assert "unknown key 'levl'" in found

    [found] = refusals(load(tmp_path, BASE, correlation("c", 9, section)))
    assert found == (
        "correlation: f1.yml:6: no rule has the id or name 'x'; line 6: no rule has the id or name 'y'; "
        "line 7: the timespan 'long' must be a whole number and one of s m h d w M y, as in 15m (M is a month); "
        "line 8: condition names 'z', which is not defined; line 9: unknown key 'grop-by'; did you mean 'group-by'?"
    )


def test_an_alias_that_nothing_uses_is_a_warning(tmp_path: Path) -> None:
    loaded = load(tmp_path, BASE, correlation("x", 9, f"{COUNT}\naliases: {{user: {{a: U}}}}\ngroup-by: User"))

    assert [str(fault) for fault in loaded.warnings] == [
        "f1.yml:9: the alias 'user' stands neither in group-by nor in the condition's field"
    ]


@pytest.mark.parametrize("head", ["logsource: {product: windows}\n", "timezone: UTC\n", "filter: {}\n"])
def test_what_belongs_to_other_documents_is_refused(tmp_path: Path, head: str) -> None:
    key = head.split(":", maxsplit=1)[0]

    assert f"unknown key '{key}'" in refusals(load(tmp_path, BASE, correlation("x", 9, COUNT, head)))[0]


def test_a_correlation_is_no_list(tmp_path: Path) -> None:
    text = "title: T\ncorrelation: [a]\n"

    assert refusals(load(tmp_path, BASE, text)) == ["correlation: f1.yml:2: the correlation must be a map"]
