from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from sentinel.content import KINDS, root
from sentinel.upkeep import check_content, in_words, json_schemas
from tests.shared import ROOT

SCHEMAS = ROOT / "docs" / "schemas"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for kind in KINDS:
        shutil.copytree(root() / kind, tmp_path / kind)
    return tmp_path


def test_the_shipped_content_has_no_faults() -> None:
    counts, faults = check_content(root())

    assert faults == ()
    assert all(count > 0 for count in counts.values())


def test_one_and_many_of_each_kind_are_said_as_a_person_says_them() -> None:
    counts, _ = check_content(root())
    heads = {number: heads_of(in_words(dict.fromkeys(counts, number))) for number in (1, 2)}

    assert [one for one in heads[1] if one.endswith("s") and not one.endswith("class")] == []
    assert [many for many in heads[2] if not many.endswith("s") or many.endswith("classs")] == []
    assert [many for one, many in zip(heads[1], heads[2], strict=True) if one == many] == []
    assert in_words({"pack": 1, "risk matrix": 2, "report text": 1165}) == "1 pack, 2 risk matrices, 1,165 report texts"


def heads_of(told: str) -> list[str]:
    """Return what is counted, without that which it is of."""
    return [re.split(" of | in | about ", part)[0] for part in told.split(", ")]


def test_faults_of_every_folder_come_at_once_each_with_its_line(copy: Path) -> None:
    for name in (
        "rules/windows/windows_whoami_all.yml",
        "checklists/classes.yml",
        "checklists/normen/levels.yml",
        "scanners/checks/imaging.yml",
        "scanners/lifecycle/nginx.yml",
        "reports/text/nb.yml",
        "rules/_texts/own.yml",
    ):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\nlevl: high\n")
    (copy / "reports" / "templates" / "management.html.j2").write_text("{% if %}")

    _, faults = check_content(copy)

    told = [str(fault) for fault in faults]
    assert {place.split(":")[0] for place in told} == {
        "checklists/classes.yml",
        "checklists/normen/levels.yml",
        "reports/templates/management.html.j2",
        "reports/text/nb.yml",
        "rules/_texts/own.yml",
        "rules/windows/windows_whoami_all.yml",
        "scanners/checks/imaging.yml",
        "scanners/lifecycle/nginx.yml",
    }
    assert all(re.match(r"^[\w/.-]+:\d+: .", place) for place in told)


def test_texts_of_a_rule_that_is_gone_are_a_fault(copy: Path) -> None:
    for path in (copy / "rules" / "windows").glob("windows_whoami_all.*"):
        path.unlink()

    assert [fault.what for fault in check_content(copy)[1]] == ["'windows_whoami_all' is the name of no rule"]


def test_a_text_that_one_language_lacks_is_a_fault(copy: Path) -> None:
    path = copy / "reports" / "text" / "en.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    dropped = next(line for line in lines if line.strip().startswith("report.title"))
    path.write_text("".join(line for line in lines if line != dropped), encoding="utf-8")

    assert any("report.title" in str(fault) for fault in check_content(copy)[1])


def test_the_published_schemas_are_the_programs_own() -> None:
    fresh = json_schemas()

    assert {path.name for path in SCHEMAS.iterdir()} == set(fresh)
    stale = [name for name, schema in fresh.items() if json.loads((SCHEMAS / name).read_text()) != schema]
    assert stale == []


def test_every_schema_is_one() -> None:
    for schema in json_schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
