from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.kept_sets import EMPTY, Source, as_it_was, changes, make_again, take_down
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.model.enabled import KeptSet
from tests.cli.test_rules_check import RULE
from tests.shared import ROOT

FILTER = """title: Not by the backup
logsource: {category: webserver}
filter:
  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]
  sel: {c-ip: 192.0.2.1}
  condition: not sel
"""
MAPPING = """dataset: web
category: webserver
when: {event.dataset: [web.access]}
"""
OTHER = RULE.replace("0c11", "0c12").replace("Something", "Something else").replace("webserver", "firewall")
CORRELATION = """title: Often
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c13
level: high
correlation:
  type: event_count
  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]
  group-by: [c-ip]
  timespan: 1h
  condition: {gte: 2}
"""


class Folder:
    """A content folder with rules, to be changed and taken down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("rules/_logsources/web.yml", MAPPING)
        self.write("rules/a.yml", RULE)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def down(self, values: Mapping[str, list[str]] | None = None) -> KeptSet:
        source = Source([self.folder / "rules"], self.folder, self.folder, values or {})
        ruleset = load_rules(source.folders, self.folder, source.values)
        return take_down(source, ruleset, load_routes(self.folder))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "content")


def told(old: KeptSet, new: KeptSet) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.change, one.title, one.what) for one in changes(old, new)]


def test_of_a_watch_that_never_had_a_set_all_is_new(folder: Folder) -> None:
    assert told(EMPTY, folder.down()) == [("new", "Something happened", ())]
    assert told(folder.down(), EMPTY) == [("removed", "Something happened", ())]


def test_what_does_not_change_the_meaning_is_no_change(folder: Folder) -> None:
    before = folder.down()
    folder.write("rules/a.yml", "# a word\n" + RULE.replace("level: high", "description: x\nlevel: high"))

    after = folder.down({"unused": ["x"]})

    assert (after.id, told(before, after)) == (before.id, [])


def test_each_way_in_which_a_rule_can_change_is_told(folder: Folder) -> None:
    before = folder.down()
    name = "Something happened"

    folder.write("rules/f.yml", FILTER)
    assert told(before, folder.down()) == [("changed", name, ("the rule or its filters",))]
    folder.write("rules/f.yml", OTHER)
    folder.write("rules/_logsources/web.yml", MAPPING + "aliases: {cs-method: method}\n")
    assert told(before, folder.down()) == [
        ("changed", name, ("the mapping of its log source",)),
        ("new", "Something else happened", ()),
    ]


def test_values_count_for_rules_that_name_them(folder: Folder) -> None:
    folder.write("rules/a.yml", RULE.replace("BLÅBÆR", "'%berry%'").replace("contains", "contains|expand"))
    folder.write("rules/b.yml", OTHER)

    one, two = folder.down({"berry": ["x"]}), folder.down({"berry": ["y"]})

    assert told(one, two) == [("changed", "Something happened", ("values of placeholders",))]


def test_a_correlation_changes_with_its_rules_and_a_rule_that_goes_silent_is_told(folder: Folder) -> None:
    before = folder.down()
    folder.write("rules/c.yml", CORRELATION)
    between = folder.down()
    assert told(before, between) == [
        ("changed", "Something happened", ("whether it alerts by itself",)),
        ("new", "Often", ()),
    ]
    folder.write("rules/a.yml", RULE.replace("POST", "PUT"))
    assert [one.title for one in changes(between, folder.down())] == ["Something happened", "Often"]


def test_a_set_is_made_again_as_it_was_when_its_files_are_no_more(folder: Folder, tmp_path: Path) -> None:
    for name, text in (("f", FILTER), ("b", OTHER), ("c", CORRELATION), ("bad", "title: broken\n")):
        folder.write(f"rules/{name}.yml", text)
    (folder.folder / "rules" / "noise.yml").write_bytes(b"\xff\xfe\x00")
    kept = folder.down()
    ruleset = load_rules([folder.folder / "rules"], folder.folder)

    again, routes = make_again(kept, tmp_path / "again")

    assert [one.ref for one in again.rules] == [one.ref for one in ruleset.rules]
    assert [one.condition for one in again.rules] == [one.condition for one in ruleset.rules]
    assert [one.ref for one in again.correlations] == [one.ref for one in ruleset.correlations]
    assert again.silent == ruleset.silent
    assert routes.routes == load_routes(folder.folder).routes
    assert len(kept.refused) == 2


def test_a_part_is_made_again_with_what_decides_its_rules(folder: Folder, tmp_path: Path) -> None:
    for name, text in (("f", FILTER), ("b", OTHER), ("c", CORRELATION), ("d", OTHER.replace("0c12", "0c15"))):
        folder.write(f"rules/{name}.yml", text)
    kept = folder.down()
    known = {one.key: one for one in kept.rules}
    key = "5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c12"

    part, _ = make_again(kept, tmp_path / "part", frozenset([key]))
    whole, _ = make_again(kept, tmp_path / "whole")

    assert (len(part.rules), len(whole.rules)) == (2, 3)
    assert [one.ref for one in part.correlations] == [one.ref for one in whole.correlations]
    assert part.silent == whole.silent
    assert all(as_it_was(known[rule.ref.id], part) for rule in part.rules)


def test_a_rule_that_is_another_now_is_not_as_it_was(folder: Folder, tmp_path: Path) -> None:
    (one,) = folder.down().rules
    ruleset, _ = make_again(folder.down(), tmp_path / "1")

    assert as_it_was(one, ruleset)
    assert not as_it_was(replace(one, rule="x"), ruleset)
    assert not as_it_was(replace(one, alerts=False), ruleset)
    assert not as_it_was(replace(one, key="x"), ruleset)
    assert not as_it_was(replace(one, correlation=True), ruleset)


def test_the_shipped_rules_come_through(tmp_path: Path) -> None:
    ruleset = load_rules([ROOT / "rules"], ROOT)
    routes = load_routes(ROOT)
    kept = take_down(Source([ROOT / "rules"], ROOT, ROOT, {}), ruleset, routes)

    again, mapping = make_again(kept, tmp_path)

    source = Source([tmp_path / "set"], tmp_path / "set", tmp_path / "content", {})
    assert take_down(source, again, mapping).id == kept.id
    assert len(kept.rules) == len(ruleset.rules) + len(ruleset.correlations)


def test_nothing_at_all_is_a_set_too(tmp_path: Path) -> None:
    ruleset, routes = make_again(EMPTY, tmp_path)

    assert (ruleset, routes.routes) == (RuleSet((), ()), ())


NAMES = st.text(min_size=1, max_size=60)


@given(NAMES)
def test_no_name_of_a_file_leads_out_of_the_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("again")
    one = Folder(tmp_path_factory.mktemp("content")).down()
    (file,) = one.files
    hostile = KeptSet(one.id, one.rules, (type(file)(f"../../{name}/../x", file.text), type(file)(name, OTHER)))

    ruleset, _ = make_again(hostile, folder / "deep" / "deeper")

    assert len(ruleset.rules) == 2
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(folder / "deep" / "deeper" / "set") for path in written)
    assert len(written) == 2
