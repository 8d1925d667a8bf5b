from __future__ import annotations

from pathlib import Path

from sentinel.content import parse_documents
from sentinel.detect.refusals import by_document, joined, refuse, refuse_all
from sentinel.detect.values import UnusableError
from sentinel.errors import Fault, Location

TEXT = "title: T\na: 1\nb: 2\n---\nc: 3\n"


def test_faults_become_one_at_the_first_place_that_names_the_others() -> None:
    first, second = Fault(Location("r.yml", 2), "a"), Fault(Location("r.yml", 3), "b")

    assert str(joined([second, first, second])) == "r.yml:2: a; line 3: b"
    assert str(joined([Fault(Location("r.yml"), "a")])) == "r.yml:1: a"


def test_a_refusal_has_the_title_or_the_name_of_the_file() -> None:
    (one, other), _ = parse_documents(TEXT, "folder/r.yml")
    faults = [one.fault((), "x")]

    assert [refuse(document, "content", faults).title for document in (one, other)] == ["T", "r"]


def test_only_where_nothing_but_placeholders_is_missing_is_it_refused_for_that() -> None:
    (one, _), _ = parse_documents(TEXT, "r.yml")
    missing, wrong = UnusableError("p", ("a",), "placeholder"), UnusableError("w", ("b",))

    assert refuse_all(one, "filter", [missing, missing]).kind == "placeholder"
    assert refuse_all(one, "filter", [missing, wrong]).kind == "filter"
    assert str(refuse_all(one, "filter", [wrong, missing]).fault) == "r.yml:2: p; line 3: w"


def test_faults_are_told_apart_by_document(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text(TEXT)
    faults = [Fault(Location("r.yml", line), str(line)) for line in (5, 2, 3)]

    assert [[fault.what for fault in group] for group in by_document(faults, path)] == [["2", "3"], ["5"]]
    assert list(by_document([], path)) == []
