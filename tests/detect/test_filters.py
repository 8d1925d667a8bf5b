from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.evaluate import matches
from sentinel.detect.rule import Rule, RuleSet
from tests.detect.documents import correlation, filter_, load, refusals, rule, uuid

OWN = "sel: {A: 1}\nfilter_own: {U: own}\ncondition: sel and not 1 of filter_*"
NOT_ADMIN = "rules: [base]\nsel: {U: admin}\ncondition: not sel"


def named(loaded: RuleSet, title: str) -> Rule:
    return next(one for one in loaded.rules if one.ref.title == title)


def fires(one: Rule, **event: object) -> bool:
    return matches(one.condition, event) is not None  # type: ignore[arg-type]  # plain values of a test


def test_a_filter_takes_events_out_and_says_so_on_the_rule(tmp_path: Path) -> None:
    [before] = load(tmp_path, rule("base", 1)).rules
    [after] = load(tmp_path, rule("base", 1), filter_("not_admin", 2, NOT_ADMIN)).rules

    assert [fires(before, A=1, U=user) for user in ("admin", "kari")] == [True, True]
    assert [fires(after, A=1, U=user) for user in ("ADMIN", "kari")] == [False, True]
    assert fires(after, A=1), "an absent field is not filtered"
    assert (after.filters, after.unfiltered, after.ref.id) == (("not_admin",), before.condition, before.ref.id)
    assert (before.filters, before.unfiltered) == ((), None)
    assert after.fields == {"A", "U"}
    assert after.ref.hash != before.ref.hash


def test_the_hash_follows_what_filters_mean_not_how_they_are_written(tmp_path: Path) -> None:
    def hash_with(*filters: str) -> str:
        for old in tmp_path.iterdir():
            old.unlink()
        [one] = load(tmp_path, rule("base", 1), *filters).rules
        return one.ref.hash

    admin, other = filter_("a", 2, NOT_ADMIN), filter_("b", 3, NOT_ADMIN.replace("admin", "other"))
    same = [
        hash_with(admin),
        hash_with("# comment\n" + admin.replace("Filter a", "Another title").replace("not sel", "not  sel")),
        hash_with(admin.replace("rules: [base]", "rules: any")),
    ]

    assert len(set(same)) == 1
    assert hash_with(admin, other) == hash_with(other, admin)
    assert len({hash_with(admin), hash_with(other), hash_with(admin, other), hash_with()}) == 4


def test_names_of_a_filter_are_its_own(tmp_path: Path) -> None:
    """`1 of filter_*` and `them` of a rule do not catch the parts of a filter, nor those of a filter the rule's."""
    them = rule("them", 2, "sel: {A: 1}\ncondition: all of them")
    parts = "filter_x: {U: admin}\nsel: {B: 2}\ncondition: not 1 of them"
    loaded = load(tmp_path, rule("base", 1, OWN), them, filter_("f", 3, f"rules: any\n{parts}"))

    assert refusals(loaded) == []
    for title in ("Rule base", "Rule them"):
        one = named(loaded, title)
        assert fires(one, A=1)
        assert not fires(one, A=1, U="admin")
        assert not fires(one, A=1, B=2)
    assert not fires(named(loaded, "Rule base"), A=1, U="own")


def test_several_filters_all_apply_to_each_condition_of_a_list(tmp_path: Path) -> None:
    listed = rule("base", 1, "a: {A: 1}\nb: {B: 1}\ncondition: [a, b]")
    other = NOT_ADMIN.replace("U: admin", "U: other")
    [one] = load(tmp_path, listed, filter_("f1", 2, NOT_ADMIN), filter_("f2", 3, other)).rules

    assert one.filters == ("f1", "f2")
    assert [fires(one, **{field: 1, "U": user}) for field in "AB" for user in ("kari", "admin", "other")] == [
        True, False, False, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "applies"),
    [
        ("{product: windows}", True),
        ("{category: process_creation}", True),
        ("{product: windows, category: process_creation}", True),
        ("{product: windows, category: process_creation, service: sysmon}", False),
        ("{product: linux}", False),
        ("{service: sysmon}", False),
    ],
)
def test_what_a_filter_says_of_the_log_source_must_be_the_rules(tmp_path: Path, asked: str, applies: bool) -> None:
    source = "{product: windows, category: process_creation}"
    section = NOT_ADMIN.replace("[base]", "any")
    loaded = load(tmp_path, rule("base", 1, logsource=source), filter_("f", 2, section, asked))

    assert bool(loaded.rules[0].filters) is applies
    assert [str(fault) for fault in loaded.warnings] == (
        [] if applies else [f"f1.yml:5: the filter applies to no rule: none is of its log source {shown_source(asked)}"]
    )


def shown_source(asked: str) -> str:
    parts = dict(part.split(": ") for part in asked.strip("{}").split(", "))
    return "/".join(parts.get(name, "*") for name in ("product", "category", "service"))


@pytest.mark.parametrize("any_rule", ["any", "Any", "[]"])
def test_any_and_an_empty_list_mean_every_rule_of_the_log_source(tmp_path: Path, any_rule: str) -> None:
    section = NOT_ADMIN.replace("[base]", any_rule)
    loaded = load(tmp_path, rule("base", 1), rule("other", 2), filter_("f", 3, section))

    assert [one.filters for one in loaded.rules] == [("f",), ("f",)]


def test_a_filter_never_changes_a_correlation(tmp_path: Path) -> None:
    section = "type: event_count\nrules: [base]\ntimespan: 1m\ncondition: {gte: 2}"
    counted = correlation("many", 2, section)
    any_rule = NOT_ADMIN.replace("[base]", "any")
    loaded = load(tmp_path, rule("base", 1), counted, filter_("f", 3, any_rule))

    assert loaded.rules[0].filters == ("f",)
    assert loaded.correlations[0].rules == (uuid(1),)


def test_what_a_filter_can_hardly_mean_is_a_warning(tmp_path: Path) -> None:
    """The specification's own example has `condition: selection`; taken at its word it keeps only administrators."""
    only = NOT_ADMIN.replace("not sel", "sel")
    other = rule("linux", 2, logsource="{product: linux}")
    loaded = load(tmp_path, rule("base", 1), other, filter_("f", 3, only.replace("[base]", "[base, linux]")))

    assert not fires(named(loaded, "Rule base"), A=1, U="kari")
    assert fires(named(loaded, "Rule base"), A=1, U="admin")
    assert [str(fault) for fault in loaded.warnings] == [
        "f2.yml:6: the filter does not apply to 'Rule linux', which is of linux/*/*, not windows/*/*",
        "f2.yml:8: the filter denies nothing, so rules fire only on what it names; 'not' takes it out instead",
    ]


def test_neq_is_a_negation_too(tmp_path: Path) -> None:
    section = "rules: any\nsel: {U|neq: admin}\ncondition: sel"

    assert load(tmp_path, rule("base", 1), filter_("f", 2, section)).warnings == ()


REFUSED = [
    (NOT_ADMIN.replace("[base]", "[base, nobody]"), "filter: f2.yml:6: no rule has the id or name 'nobody'"),
    (NOT_ADMIN.replace("[base]", "[many]"), "filter: f2.yml:6: 'many' is a correlation (f1.yml:1)"),
    (NOT_ADMIN.replace("[base]", "[f]"), "filter: f2.yml:6: 'f' is a filter (f2.yml:1)"),
    (NOT_ADMIN.replace("[base]", "[bad]"), "filter: f2.yml:6: 'bad' was refused (f1.yml:10)"),
    (NOT_ADMIN.replace("rules: [base]\n", ""), "filter: f2.yml:5: a filter needs 'rules'"),
    (NOT_ADMIN.replace("[base]", "{a: b}"), "filter: f2.yml:6: a filter needs 'rules'"),
    (NOT_ADMIN.replace("not sel", "not other"), "filter: f2.yml:8: condition names 'other', which is not defined"),
    (NOT_ADMIN.replace("not sel", "[not sel]"), "filter: f2.yml:8: the condition of a filter is one text"),
    ("rules: any\nsel: {U: a}", "filter: f2.yml:5: a rule needs a condition"),
    (NOT_ADMIN.replace("U: admin", "U|expand: '%a%'"), "placeholder: f2.yml:7: placeholder %a% is not filled in"),
    (NOT_ADMIN.replace("{U: admin}", "{U|opps: a}"), "filter: f2.yml:7: unknown modifier 'opps'"),
    (NOT_ADMIN.replace("{U: admin}", "{U: 010}"), "filter: f2.yml:7: YAML does not read 010 as it is written"),
]


@pytest.mark.parametrize(("section", "what"), REFUSED, ids=[what for _, what in REFUSED])
def test_a_bad_filter_is_refused_and_changes_nothing(tmp_path: Path, section: str, what: str) -> None:
    many = correlation("many", 4, "type: event_count\nrules: base\ntimespan: 1m\ncondition: {gte: 2}")
    bad = rule("bad", 5, "s: {A|opps: 1}\ncondition: s")
    loaded = load(tmp_path, rule("base", 1), f"{many}---\n{bad}", filter_("f", 3, section))

    [found] = [text for text in refusals(loaded) if "f2.yml" in text and not text.startswith("content")]
    assert what in found
    assert loaded.rules[0].filters == ()


def test_all_faults_of_a_filter_come_at_once(tmp_path: Path) -> None:
    section = "rules: [x, y]\nsel: {U|opps: a}\ncondition: not sel"
    [found] = refusals(load(tmp_path, filter_("f", 1, section)))

    assert [part in found for part in ("'x'", "'y'", "'opps'")] == [True, True, True]


def test_a_filter_needs_a_log_source_and_may_have_a_time_zone(tmp_path: Path) -> None:
    section = "rules: any\nsel: {T|hour: 1}\ncondition: not sel"
    without = filter_("f", 2, section).replace("logsource: {product: windows}\n", "")
    oslo = filter_("g", 3, section).replace("logsource:", "timezone: Europe/Oslo\nlogsource:")
    loaded = load(tmp_path, rule("base", 1), without, oslo)

    assert refusals(loaded) == ["filter: f1.yml:1: rule must have a log source"]
    assert not fires(loaded.rules[0], A=1, T="2026-07-01T23:30:00Z")
    assert fires(loaded.rules[0], A=1, T="2026-07-01T01:30:00Z")
