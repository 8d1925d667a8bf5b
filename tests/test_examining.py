from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from sentinel.detect.compiled import compile_rules
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.health import Mapped
from sentinel.examining import Examination, judge_mapping
from sentinel.model.checks import Check
from tests.elastic.faults import between
from tests.shared import ROOT

RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
status: experimental
description: A test
level: high
author: Kåre
logsource: {category: webserver}
detection:
  sel: {cs-uri-stem|contains: BLÅBÆR, sc-status: 200, cs-method: GET, helse.x: y}
  condition: sel
"""


@pytest.fixture
def ruleset(tmp_path: Path) -> RuleSet:
    (tmp_path / "a.yml").write_text(RULE, encoding="utf-8")
    return compile_rules([tmp_path], tmp_path, {}).ruleset


def judged(ruleset: RuleSet, **found: Mapped) -> Check:
    return judge_mapping("logs-*", found, ruleset, load_routes(ROOT))


def kind(*types: str, cut: int | None = None) -> Mapped:
    return Mapped(frozenset(types), cut)


def test_fields_are_counted_under_the_names_of_rules_and_of_log_sources(ruleset: RuleSet) -> None:
    found = judged(ruleset, **{"url.path": kind("keyword"), "sc-status": kind("long"), "other": kind("text")})

    assert (found.state, found.found) == ("ok", "2 of 4 fields that the rules (1) ask for")


def test_what_is_indexed_in_part_is_counted_by_kind_and_hides_nothing(ruleset: RuleSet) -> None:
    fields = {
        "url.path": kind("keyword", cut=1_024),
        "sc-status": kind("long", "keyword"),
        "cs-method": kind("text"),
        "unasked": kind("text", "long"),
    }
    found = judged(ruleset, **fields)

    assert found.state == "note"
    assert found.found.endswith("; 1 of more than one type, 1 as words only, 1 whose long values are not indexed")
    assert "nothing is missed" in found.fix


def test_our_own_streams_hold_every_field(ruleset: RuleSet) -> None:
    assert judged(ruleset, fields=kind("flattened")).state == "ok"
    assert "every field" in judged(ruleset, fields=kind("object")).found


def test_a_real_mapping_is_judged_and_one_that_is_not_there_is_not_seen(
    elasticsearch_url: str, ruleset: RuleSet
) -> None:
    client, name = connect(Access(elasticsearch_url)), f"m{uuid4().hex}"
    properties = {"cs-uri-stem": {"type": "keyword", "ignore_above": 10}, "cs-method": {"type": "keyword"}}
    client.indices.create(index=name, mappings={"properties": properties})
    examination = Examination(Access(elasticsearch_url), lambda: datetime.now(UTC))

    found = examination.mapping(name, ruleset, load_routes(ROOT))
    gone = examination.mapping(f"{name}-x", ruleset, load_routes(ROOT))

    assert found.found == "2 of 4 fields that the rules (1) ask for; 1 whose long values are not indexed"
    assert (gone.state, gone.found) == ("note", "names no index")
    with between(elasticsearch_url, lambda _path, _body: "403") as proxy:
        closed = Examination(Access(proxy.url), lambda: datetime.now(UTC)).mapping(name, ruleset, load_routes(ROOT))
    assert (closed.state, "refused with 403" in closed.found) == ("not seen", True)
    assert {check.what for check in examination.checks()} >= {"elasticsearch", "its licence", "its clock"}
