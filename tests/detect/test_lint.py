"""Every fault is told by itself at its own line, and every warning by its kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sentinel.detect.known_fields import load_known_fields
from sentinel.detect.lint import Lint, check_rules
from sentinel.detect.sigma import load_rules
from sentinel.model.remarks import Remark
from tests.detect.logs import sigmahq
from tests.detect.rules import rule
from tests.shared import ROOT

WHOLE = rule(1, "sel: {Image: a}\ncondition: sel")
KNOWN = load_known_fields(ROOT)


def remarks(folder: Path, **files: str) -> list[Remark]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return check_rules(load_rules([folder], folder), Lint(folder, known=KNOWN))


def told(folder: Path, **files: str) -> list[str]:
    return [str(one) for one in remarks(folder, **files) if one.code != "no-samples"]


def test_all_faults_of_a_rule_come_at_once_each_at_its_line(tmp_path: Path) -> None:
    bad = """\
title: Bad
id: nonsense
levl: high
logsource: {product: windows, category: process_creation}
detection:
  sel:
    Image|ends: a
    CommandLine|re: '('
    User: [a, null]
    Foo|cidr:
      - 10.0.0.1/8
      - 10.0.0.0/8
      - x
  list:
    - a|b: 1
    - c|nonsense: 2
  condition:
    - sel and (gone
    - list or nothing
---
title: Two
title: Again
"""

    assert [line.partition(": ")[0] for line in told(tmp_path, bad=bad)] == [
        "bad.yml:2", "bad.yml:3", "bad.yml:7", "bad.yml:8", "bad.yml:9", "bad.yml:11", "bad.yml:13",
        "bad.yml:15", "bad.yml:16", "bad.yml:17", "bad.yml:17", "bad.yml:22",
    ]  # fmt: skip


def test_a_refusal_that_is_no_fault_of_the_file_alone_is_told_as_the_loader_tells_it(tmp_path: Path) -> None:
    found = told(tmp_path, a=WHOLE, b=WHOLE.replace("Image", "User"), c="", d="- a list")

    assert found == [
        "b.yml:1: rule id 00000000-0000-4000-8000-000000000001 is already taken by a.yml:1",
        "c.yml:1: holds no rule",
        "d.yml:1: is not a rule: a map is expected",
    ]


ONE_OF_ALL = "'Image|contains|all' asks for all of a single value [all-of-one]"
STRANGE = (
    "no event of windows/process_creation/* has the field 'CommandLin'; did you mean 'CommandLine'? [unknown-field]"
)
NO_ID = "no id: alerts know the rule by a hash that every change of its meaning changes [no-id]"
UNUSED = "'filter' is defined, but no condition asks for it [unused-part]"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (rule(1, "sel: {Image|contains|all: a}\ncondition: sel"), 10, ONE_OF_ALL),
        (rule(1, "sel: {Image|contains|all: [a]}\ncondition: sel"), 10, ONE_OF_ALL),
        (rule(1, "sel: {Image: a}\nfilter: {User: b}\ncondition: 1 of sel*"), 11, UNUSED),
        (rule(1, "sel: {CommandLin: a}\ncondition: sel"), 10, STRANGE),
        (WHOLE.replace("level: high\n", ""), 1, "no level: it counts as medium [no-level]"),
        (WHOLE.replace("id: 00000000-0000-4000-8000-000000000001\n", ""), 1, NO_ID),
    ],
)
def test_what_may_not_mean_what_it_seems_is_a_warning(tmp_path: Path, text: str, line: int, what: str) -> None:
    assert told(tmp_path, a=text) == [f"a.yml:{line}: warning: {what}"]


def test_two_rules_that_mean_the_same_are_told_whatever_they_are_called(tmp_path: Path) -> None:
    other = WHOLE.replace("000001", "000002").replace("Rule 1", "Other").replace("high", "low")

    assert told(tmp_path, a=WHOLE, b=other) == ["b.yml:1: warning: means the same as 'Rule 1' at a.yml:1 [duplicate]"]


def test_a_rule_without_samples_is_a_warning_and_with_one_is_none(tmp_path: Path) -> None:
    assert [one.code for one in remarks(tmp_path, a=WHOLE)] == ["no-samples"]
    (tmp_path / "a.match.jsonl").touch()
    assert remarks(tmp_path, a=WHOLE) == []


def test_parts_of_a_log_source_that_nobody_listed_are_not_judged(tmp_path: Path) -> None:
    assert told(tmp_path, a=rule(1, "sel: {Anything: a}\ncondition: sel", "product: toaster")) == []


def test_our_own_rules_have_no_remarks() -> None:
    assert check_rules(load_rules([ROOT / "rules"], ROOT), Lint(ROOT, known=KNOWN)) == []


@pytest.mark.shared
def test_sigmahq_has_no_faults_but_placeholders_and_few_fields_that_sysmon_never_writes(tmp_path: Path) -> None:
    ruleset = load_rules(sigmahq(tmp_path), tmp_path)
    found = check_rules(ruleset, Lint(tmp_path, known=KNOWN))

    errors = [one.what for one in found if one.grave == "error"]
    assert [what for what in errors if not what.startswith("placeholder %")] == []
    unknown = [one.what for one in found if one.code == "unknown-field"]
    assert any("process_creation/* has the field 'GrandParentImage'" in what for what in unknown)
    assert not [
        what for what in unknown if re.search(r"(process_creation|registry_set).*'(Image|CommandLine|Details)'", what)
    ]
    assert len([one for one in found if one.code == "no-samples"]) == len(ruleset.rules)


def test_what_the_loader_doubts_is_a_warning(tmp_path: Path) -> None:
    doubtful = (
        "title: Ours\nid: 00000000-0000-4000-8000-000000000009\nlogsource: {product: windows}\n"
        "filter:\n  rules: [00000000-0000-4000-8000-000000000001]\n  sel: {User: svc}\n  condition: sel\n"
    )
    found = [one for one in remarks(tmp_path, a=WHOLE, b=doubtful) if one.path == "b.yml"]

    assert [(one.grave, one.code) for one in found] == [("warning", "doubtful")]
