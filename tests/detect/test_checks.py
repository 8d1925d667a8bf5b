from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import Document, parse_documents
from sentinel.detect.checks import KEYS, check_document

GOOD = """\
title: A rule
id: 11111111-1111-4111-8111-111111111111
status: test
description: Text
author: Kari Example
date: 2026-10-14
references: [a]
tags: [attack.t1059]
level: high
logsource:
  category: process_creation
  product: windows
  definition: text
detection:
  selection:
    Image: a
    EventID: 5
    Half: 0.5
    On: true
    Gone: null
  condition: selection
falsepositives: [b]
regression_tests_path: c
"""


def document(text: str) -> Document:
    documents, faults = parse_documents(text, "rules/x.yml")
    assert not faults
    return documents[0]


def faults(text: str) -> list[str]:
    return sorted(map(str, check_document(document(text))))


def test_a_good_rule_has_no_faults() -> None:
    assert faults(GOOD) == []


WRONG = [
    ("level: high", "levl: high", "rules/x.yml:9: unknown key 'levl'; did you mean 'level'?"),
    ("author: Kari", "zzz: Kari", "rules/x.yml:5: unknown key 'zzz'"),
    ("  product: windows", "  produkt: windows", "rules/x.yml:12: unknown key 'produkt'; did you mean 'product'?"),
    ("level: high", "level: severe", "rules/x.yml:9: 'severe' is not a valid Sigma rule level"),
    ("level: high", "level: [high]", "rules/x.yml:9: level must be text"),
    ("status: test", "status: done", "rules/x.yml:3: 'done' is not a valid Sigma rule status"),
    ("id: 11111111-1111", "id: x-1111", "rules/x.yml:2: rule identifier must be an UUID"),
    ("id: 11111111-1111-4111-8111-111111111111", "id: 5", "rules/x.yml:2: id must be text"),
    ("date: 2026-10-14", "date: yesterday", "rules/x.yml:6: Rule date 'yesterday' is invalid, use yyyy-mm-dd"),
    ("tags: [attack.t1059]", "tags: attack", "rules/x.yml:8: tags must be a list"),
    ("tags: [attack.t1059]", "tags: [attack]", "rules/x.yml:8: "),
    ("title: A rule", "name: a", "rules/x.yml:1: rule must have a title"),
    ("falsepositives: [b]", "falsepositives: b", "rules/x.yml:22: falsepositives must be a list"),
    ("falsepositives: [b]", "related: [b]", "rules/x.yml:22: related must be a list of maps"),
    ("  category: process_creation\n  product: windows", "", "log source can't be empty"),
    ("category: process_creation", "category: 5", "rules/x.yml:11: the category of the log source must be text"),
    ("category: process_creation", "category: ''", "rules/x.yml:11: the category of the log source must be text"),
    ("detection:", "detection: []\nsimulation:", "rules/x.yml:14: the detection must be a map"),
    ("detection:", "simulation:", "rules/x.yml:1: the detection is missing"),
    ("title: A rule", "title: A rule\naction: global", "rules/x.yml:2: 'action' documents are gone from Sigma"),
    ("EventID: 5", "EventID: 0123", "rules/x.yml:17: YAML does not read 0123 as it is written; put it in quotes"),
    ("EventID: 5", "EventID: 0x1F", "rules/x.yml:17: YAML does not read 0x1F as it is written"),
    ("EventID: 5", "EventID: 12:30", "rules/x.yml:17: YAML does not read 12:30 as it is written"),
    ("EventID: 5", "EventID: 1_000", "rules/x.yml:17: YAML does not read 1_000 as it is written"),
    ("On: true", "On: yes", "rules/x.yml:19: YAML does not read yes as it is written"),
    ("Half: 0.5", "Half: 1.10", "rules/x.yml:18: YAML does not read 1.10 as it is written"),
    ("Half: 0.5", "Half: 2026-10-14", "rules/x.yml:18: YAML does not read 2026-10-14 as it is written"),
    ("Half: 0.5", "Half: .inf", "rules/x.yml:18: YAML does not read .inf as it is written"),
    ("Half: 0.5", "Half: !!binary aGk=", "rules/x.yml:18: YAML does not read aGk= as it is written"),
]


@pytest.mark.parametrize(("good", "bad", "fault"), WRONG, ids=[bad for _, bad, _ in WRONG])
def test_faults(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    found = faults(GOOD.replace(good, bad, 1))

    assert any(fault in line for line in found), found


def test_all_faults_come_at_once() -> None:
    text = GOOD.replace("level: high", "levl: high").replace("On: true", "On: off").replace("status: test", "status: x")

    assert [line.split(":")[1] for line in faults(text)] == ["19", "3", "9"]


def test_a_small_file_that_means_a_huge_one_is_refused_and_so_is_an_endless_one() -> None:
    bomb = "".join(f"  s{n}: &s{n} [{', '.join([f'*s{n - 1}'] * 9) if n else 'a'}]\n" for n in range(9))
    endless = "  s: &s [a, *s]\n"

    for detection in (bomb, endless):
        text = "title: x\nlogsource: {product: windows}\ndetection:\n" + detection + "  condition: s\n"
        assert faults(text) == ["rules/x.yml:3: the detection holds more than 200,000 values"]


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text("abø-:{}", max_size=5), st.dates().map(str)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.text("abø", max_size=3), inner, max_size=2),
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*sorted(KEYS), "action"]), values, max_size=8))
def test_any_metadata_is_right_or_at_fault(data: dict[str, object]) -> None:
    # The nodes are those of another document: only lines are taken from them.
    for fault in check_document(Document(document(GOOD).location, data, document(GOOD).node)):
        assert fault.what
        assert fault.location.line > 0
