from __future__ import annotations

import tarfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.exceptions import SigmaModifierError
from sigma.rule import SigmaRule

from sentinel.content import parse_documents, read_documents
from sentinel.detect.evaluate import matches
from sentinel.detect.rule import LogSourceKey, Refused, Rule, RuleSet
from sentinel.detect.sigma import compile_rule, load_rules
from sentinel.errors import Location
from sentinel.model.severity import Severity
from tests.detect import independent
from tests.shared import shared_data

ID = "11111111-1111-4111-8111-111111111111"
RULE = f"""\
# a comment
title: Whoami
id: {ID}
description: Someone asks who they are.
author: Kari Example
level: High
tags: [attack.discovery, attack.t1033]
falsepositives: [administrators, 5]
logsource:
  category: process_creation
  product: windows
  definition: whatever
detection:
  selection:
    Image|endswith: '\\whoami.exe'
  filter:
    User: SYSTEM
  condition: selection and not filter
"""


def load(tmp_path: Path, *texts: str, placeholders: dict[str, list[str]] | None = None) -> RuleSet:
    for number, text in enumerate(texts):
        (tmp_path / f"r{number}.yml").write_text(text, encoding="utf-8")
    return load_rules([tmp_path], tmp_path, placeholders or {})


def test_a_rule_is_loaded_with_all_that_alerts_need(tmp_path: Path) -> None:
    [rule] = load(tmp_path, RULE).rules

    assert (rule.ref.id, rule.ref.title, rule.ref.level, rule.ref.author) == (
        ID,
        "Whoami",
        Severity.HIGH,
        "Kari Example",
    )
    assert rule.ref.tags == ("attack.discovery", "attack.t1033")
    assert (rule.description, rule.falsepositives) == ("Someone asks who they are.", ("administrators", "5"))
    assert rule.logsource == LogSourceKey("process_creation", "windows", None)
    assert rule.fields == {"Image", "User"}
    assert rule.location == Location("r0.yml", 2)
    assert matches(rule.condition, {"Image": "C:\\WHOAMI.EXE"}) is not None


def test_the_hash_is_that_of_the_meaning(tmp_path: Path) -> None:
    [rule] = load(tmp_path, RULE).rules
    moved = RULE.replace(
        "  category: process_creation\n  product: windows\n", "  product: windows\n  category: process_creation\n"
    )
    same = [
        moved,
        RULE.replace("# a comment\n", "").replace("Whoami", "Another title").replace("High", "low"),
        RULE.replace("Kari", "Ola").replace("definition: whatever\n", "definition: another\n"),
        RULE.replace("'\\whoami.exe'", '"\\\\whoami.exe"').replace("selection and not", "selection  and\n    not"),
    ]
    other = [
        RULE.replace("whoami.exe", "whoami.EXE"),
        RULE.replace("and not", "or not"),
        RULE.replace("product: windows", "product: linux"),
        RULE.replace("endswith", "startswith"),
    ]

    assert {load(tmp_path, text).rules[0].ref.hash for text in same} == {rule.ref.hash}
    assert len({load(tmp_path, text).rules[0].ref.hash for text in other} | {rule.ref.hash}) == 5


def test_what_a_rule_need_not_say(tmp_path: Path) -> None:
    [rule] = load(tmp_path, "title: x\nlogsource: {service: s}\ndetection: {s: word, condition: s}\n").rules

    assert rule.ref.level is Severity.MEDIUM
    assert rule.ref.id == f"sha256-{rule.ref.hash[:16]}"
    assert (rule.ref.author, rule.ref.tags, rule.fields) == ("", (), frozenset())


def refusals(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    return [(refused.title, refused.kind, str(refused.fault)) for refused in load(tmp_path, text).refused]


REFUSED = [
    ("level: High", "levl: High", "content", "r0.yml:6: unknown key 'levl'; did you mean 'level'?"),
    ("|endswith", "|endwith", "content", "r0.yml:15: unknown modifier 'endwith'"),
    ("not filter", "not filtre", "content", "r0.yml:18: condition names 'filtre', which is not defined"),
    ("selection and not filter", "selection | count() > 5", "content", "r0.yml:18: aggregations with '|' are gone"),
    ("  filter:", "  selection:", "content", "r0.yml:16: key 'selection' is repeated"),
    ("User: SYSTEM", "User|expand: '%users%'", "placeholder", "r0.yml:17: placeholder %users% is not filled in"),
    ("User: SYSTEM", "User: [a,", "content", "is not YAML"),
    ("User: SYSTEM", "User: [a, null]", "content", "r0.yml:17: null cannot stand in a list"),
    ("title: Whoami", "title: Whoami\nfilter: {}", "content", "r0.yml:3: unknown key 'filter'"),
]


@pytest.mark.parametrize(("good", "bad", "kind", "what"), REFUSED, ids=[bad for _, bad, _, _ in REFUSED])
def test_a_bad_rule_is_refused_with_its_place(tmp_path: Path, good: str, bad: str, kind: str, what: str) -> None:
    [(title, found, fault)] = refusals(tmp_path, RULE.replace(good, bad, 1))

    assert title in {"Whoami", "r0"}
    assert found == kind
    assert what in fault


def test_all_faults_of_a_document_are_in_one_refusal(tmp_path: Path) -> None:
    text = RULE.replace("User: SYSTEM", "User|oops: SYSTEM").replace("Image|endswith", "Image|opps")

    assert refusals(tmp_path, text)[0][2] == "r0.yml:15: unknown modifier 'opps'; line 17: unknown modifier 'oops'"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "holds no rule"),
        ("# only words\n", "holds no rule"),
        ("[a]", "is not a rule"),
        ("text", "is not a rule"),
        ("\t", "YAML"),
    ],
)
def test_a_file_without_a_rule_is_not_silent(tmp_path: Path, text: str, what: str) -> None:
    [(_, kind, fault)] = refusals(tmp_path, text)

    assert kind == "content"
    assert what in fault


def test_every_document_is_a_rule_or_refused_once(tmp_path: Path) -> None:
    second = RULE.replace(ID, ID.replace("1", "2"))
    twice = second.replace("level: High", "level: High\nlevel: low\nauthor: x")
    loaded = load(tmp_path, "\n---\n".join([RULE, twice, "correlation: {}", twice.replace("2", "3"), "title: x"]))

    assert len(loaded.rules) == 1
    assert [refused.kind for refused in loaded.refused] == ["content", "content", "correlation", "content"]
    assert "level' is repeated; line 28: key 'author' is repeated" in loaded.refused[0].fault.what


def test_of_documents_of_different_kinds_with_one_id_the_first_stays(tmp_path: Path) -> None:
    counted = f"title: Many\nid: {ID}\ncorrelation: {{type: event_count, rules: x, timespan: 1m, condition: {{gt: 1}}}}"
    filtering = "title: F\nid: ID\nlogsource: {product: windows}\nfilter: {rules: any, s: {U: x}, condition: not s}"
    loaded = load(tmp_path, RULE, counted, filtering.replace("ID", ID))

    assert [str(refused.fault) for refused in loaded.refused] == [
        f"r1.yml:1: correlation id {ID} is already taken by r0.yml:2",
        f"r2.yml:1: filter id {ID} is already taken by r0.yml:2",
    ]
    assert loaded.rules[0].filters == ()


HEADS = [
    ("taxonomy: splunk-cim", "field names of taxonomy 'splunk-cim' are not known here, only ecs and sigma"),
    ("taxonomy: ''", "taxonomy must not be empty"),
    ("timezone: Oslo", "timezone must be UTC or Europe/Oslo"),
    ("related: [{id: x, type: derived}]", "related"),
    (f"related: [{{id: {ID}, type: copied}}]", "related"),
    (f"related: [{{id: {ID}}}]", "related"),
    ("related: {}", "related must be a list"),
    ("scope: server", "scope must be a list"),
    ("license: [MIT]", "license must be a string"),
    ("name: ''", "name must not be empty"),
    ("name: [a]", "name must be a string"),
]


@pytest.mark.parametrize(("line", "what"), HEADS, ids=[line for line, _ in HEADS])
def test_what_a_document_says_of_itself_must_be_right(tmp_path: Path, line: str, what: str) -> None:
    [(_, kind, fault)] = refusals(tmp_path, RULE.replace("level: High", line))

    assert kind == "content"
    assert fault.startswith("r0.yml:6: ")
    assert what in fault


GOOD_HEADS = [
    *("taxonomy: sigma", "taxonomy: ecs", "scope: [server]", "license: MIT", "name: whoami", "timezone: UTC"),
    *(f"related: [{{id: {ID}, type: {kind}}}]" for kind in ("derived", "obsolete", "merged", "renamed", "similar")),
]


@pytest.mark.parametrize("line", GOOD_HEADS)
def test_what_a_document_may_say_of_itself(tmp_path: Path, line: str) -> None:
    loaded = load(tmp_path, RULE.replace("level: High", line))

    assert (len(loaded.rules), loaded.refused) == (1, ())


def test_conditions_in_a_list_are_joined_by_or(tmp_path: Path) -> None:
    text = RULE.replace("condition: selection and not filter", "condition: [selection, filter]")
    [rule] = load(tmp_path, text).rules

    assert [matches(rule.condition, event) is not None for event in ({"User": "system"}, {"User": "x"})] == [
        True,
        False,
    ]


def test_parts_of_times_are_those_of_the_time_zone_that_the_rule_names(tmp_path: Path) -> None:
    text = RULE.replace("User: SYSTEM", "T|hour|gte: 22").replace("and not", "and")
    [utc] = load(tmp_path, text).rules
    [oslo] = load(tmp_path, text.replace("level: High", "timezone: Europe/Oslo")).rules
    event = {"Image": "\\whoami.exe"}
    times = ["2026-01-01T21:00:00Z", "2026-07-01T20:00:00Z", "2026-07-01T22:00:00Z", "2026-07-01T22:00:00+02:00"]

    assert [matches(utc.condition, {**event, "T": time}) is not None for time in times] == [False, False, True, False]
    assert [matches(oslo.condition, {**event, "T": time}) is not None for time in times] == [True, True, False, True]
    assert utc.ref.hash != oslo.ref.hash


def test_an_id_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        RULE.replace(ID, "ABCDEF00-1111-4111-8111-111111111111"),
        RULE.replace(ID, "abcdef00111141118111111111111111"),
    )

    assert [rule.ref.id for rule in loaded.rules] == ["abcdef00-1111-4111-8111-111111111111"]
    assert len(loaded.refused) == 1


def test_the_first_of_two_rules_with_one_id_stays_and_the_other_names_it(tmp_path: Path) -> None:
    loaded = load(tmp_path, RULE, RULE.replace("Whoami", "The same"))

    assert [rule.ref.title for rule in loaded.rules] == ["Whoami"]
    assert [str(refused.fault) for refused in loaded.refused] == [
        f"r1.yml:2: rule id {ID} is already taken by r0.yml:2"
    ]


def test_folders_are_read_once_and_those_with_an_underscore_hold_something_else(tmp_path: Path) -> None:
    for folder in ("windows", "_logsources", "windows/_fields"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yml").write_text(RULE, encoding="utf-8")
    loaded = load_rules([tmp_path, tmp_path / "windows", tmp_path / "windows" / "x.yml"], tmp_path)

    assert [str(rule.location) for rule in loaded.rules] == ["windows/x.yml:2"]
    assert loaded.refused == ()


def test_placeholders_are_filled_from_the_site(tmp_path: Path) -> None:
    text = RULE.replace("User: SYSTEM", "User|expand: '%users%'")
    [rule] = load(tmp_path, text, placeholders={"users": ["siv.*", "kåre"]}).rules

    assert matches(rule.condition, {"Image": "\\whoami.exe", "User": "KÅRE"}) is None
    assert matches(rule.condition, {"Image": "\\whoami.exe", "User": "ola"}) is not None


def test_pysigma_refuses_utf16le_which_the_specification_has(tmp_path: Path) -> None:
    """The reason why detections are compiled by us; when pySigma learns it, this test says so."""
    text = RULE.replace("Image|endswith", "Image|utf16le|base64offset|contains")
    documents, _ = read_documents(tmp_path / "r0.yml", tmp_path) if load(tmp_path, text).rules else ([], [])

    with pytest.raises(SigmaModifierError):
        SigmaRule.from_dict(documents[0].data)


@given(st.text(alphabet="abcø:-[]{}&*!|>'\"%\n #?,\\", max_size=120))
def test_any_text_is_rules_and_refusals(text: str) -> None:
    documents, _ = parse_documents(text, "x.yml")

    for document in documents:
        assert isinstance(compile_rule(document), Rule | Refused)


@pytest.fixture(scope="module")
def sigmahq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sigmahq")
    with tarfile.open(shared_data() / "rules" / "sigmahq-2026-08-05.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    [found] = {path.parent for path in folder.rglob("rules-placeholder")}
    return found


KINDS = ("rules", "rules-compliance", "rules-emerging-threats", "rules-placeholder", "rules-threat-hunting")
UNFILLED = {
    "Administrators": 2, "Admins_Workstations": 2, "ApprovedUserUpn": 1, "Approved_Inviters": 1, "DC-MACHINE-NAME": 1,
    "HomeTenantID": 1, "Important_AppIds": 1, "KNOWN_LOCATION": 1, "Known_Location": 1, "Legitimate_Countries": 1,
    "ServerSystems": 1, "UnLegitCountries": 1, "Workstations": 1, "dc_machine_accounts": 3,
    "domain_controller_hostnames": 1, "internal_domains": 1, "known_cdcs": 2, "legit_ips": 1,
    "legtimate_identifiers": 1, "userdomain": 1,
}  # fmt: skip


@pytest.mark.shared
def test_all_of_sigmahq_is_loaded_but_for_placeholders_without_values(sigmahq: Path) -> None:
    loaded = load_rules([sigmahq / kind for kind in KINDS], sigmahq)
    named = Counter(refused.fault.what.split("%")[1] for refused in loaded.refused)

    assert (len(loaded.rules), Counter(refused.kind for refused in loaded.refused)) == (3755, {"placeholder": 25})
    assert named == UNFILLED
    assert all(refused.fault.location.line > 0 for refused in loaded.refused)


@pytest.mark.shared
def test_every_rule_of_sigmahq_meets_an_event_made_for_it_and_agrees_with_another_evaluator(sigmahq: Path) -> None:
    unfit, wrong = [], []
    for rule in load_rules([sigmahq / kind for kind in KINDS], sigmahq).rules:
        documents, _ = read_documents(sigmahq / rule.location.path, sigmahq)
        trees = independent.trees(documents[0].data)
        event = independent.fitting(trees)
        if event is None:
            unfit.append(rule.location)
            continue
        for tried in independent.variations(event):
            expected = any(independent.holds(tree, tried) for tree in trees)
            if (matches(rule.condition, tried) is not None) is not expected:
                wrong.append((rule.location, tried))

    assert unfit == []
    assert wrong == []
