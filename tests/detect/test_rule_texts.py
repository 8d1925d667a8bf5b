"""Texts of rules are read strictly, with every fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.rule_texts import RuleText, load_rule_texts
from sentinel.errors import ContentError
from sentinel.model.text import Text

GOOD = """\
texts:
  epj_own_record:
    title: {nb: Åpnet egen journal, en: Opened one's own record}
    means: {nb: Noen så i sin egen journal., en: Somebody looked in their own record.}
"""


def write(base: Path, **files: str) -> Path:
    folder = base / "rules" / "_texts"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return base


def faults(base: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_rule_texts(base)
    return [str(fault) for fault in caught.value.faults]


def test_texts_come_by_the_name_of_the_rule_file(tmp_path: Path) -> None:
    assert load_rule_texts(write(tmp_path, own=GOOD)) == {
        "epj_own_record": RuleText(
            Text("Åpnet egen journal", "Opened one's own record"),
            Text("Noen så i sin egen journal.", "Somebody looked in their own record."),
        )
    }


def test_a_root_without_texts_has_none(tmp_path: Path) -> None:
    assert load_rule_texts(tmp_path) == {}


def test_several_files_are_one_catalogue(tmp_path: Path) -> None:
    other = GOOD.replace("epj_own_record", "epj_colleague_record")
    assert sorted(load_rule_texts(write(tmp_path, own=GOOD, site=other))) == ["epj_colleague_record", "epj_own_record"]


def test_the_same_rule_twice_is_a_fault_at_the_second_place(tmp_path: Path) -> None:
    assert faults(write(tmp_path, a=GOOD, b=GOOD)) == [
        "rules/_texts/b.yml:2: the texts of epj_own_record stand in another place too"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("nb: Åpnet egen journal, ", "", 3, "key 'texts.epj_own_record.title.nb' is missing"),
        ("Opened one's own record", "'  '", 3, "says nothing in en"),
        ("    means", "    mean", 4, "unknown key 'mean'"),
        ("epj_own_record", "EPJ-own", 1, "not the name of a rule file: EPJ-own"),
        ("epj_own_record", "epj", 1, "not the name of a rule file: epj"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    assert old in GOOD
    found = faults(write(tmp_path, own=GOOD.replace(old, new)))
    assert any(fault.startswith(f"rules/_texts/own.yml:{line}: ") and what in fault for fault in found), found


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = faults(write(tmp_path, a="texts: {}\n", b=GOOD.replace("title", "name")))
    assert {fault.split(":")[0] for fault in found} == {"rules/_texts/a.yml", "rules/_texts/b.yml"}
