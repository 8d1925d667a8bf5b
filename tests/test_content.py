from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import (
    KINDS,
    Said,
    Schema,
    content_hash,
    load,
    load_one,
    parse_documents,
    read_documents,
    relative,
    root,
    validate,
    yaml_files,
)
from sentinel.errors import ContentError
from tests.rights import closed
from tests.shared import ROOT

PLACE = re.compile(r"^[\w./-]+(:\d+)?: .")


class Part(Schema):
    name: str
    count: int = 0
    said: list[Said] = []  # noqa: RUF012 -- a pydantic default, copied for each


class Whole(Schema):
    id: str
    parts: list[Part]


def faults_of(text: str) -> list[str]:
    documents, faults = parse_documents(text, "x.yml")
    for document in documents:
        faults += validate(document, Whole)[1]
    return [str(fault) for fault in faults]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_folder_that_may_not_be_looked_into_does_not_count_as_empty() -> None:
    with closed("a/b") as top, pytest.raises(ContentError, match="a/b: cannot be looked into: Permission denied"):
        yaml_files(top / "a")
    assert yaml_files(Path("/nowhere/at/all")) == []


def test_root_is_the_checkout_when_nothing_is_packed() -> None:
    assert root() == ROOT
    assert all((root() / kind).is_dir() for kind in KINDS)


def test_a_misspelt_key_in_a_nested_list_is_told_on_its_own_line() -> None:
    text = "id: a\nparts:\n- name: x\n- name: y\n  cuont: 3\n"

    assert faults_of(text) == ["x.yml:5: unknown key 'cuont'"]


def test_wrong_types_and_missing_keys_have_their_lines() -> None:
    text = "id: a\nparts:\n- name: x\n  count: many\n- count: 1\n"

    assert faults_of(text) == [
        "x.yml:4: parts.0.count: input should be a valid integer, unable to parse string as an integer",
        "x.yml:5: key 'parts.1.name' is missing",
    ]


def test_repeated_keys_are_faults_and_each_is_told() -> None:
    assert faults_of("id: a\nid: b\nparts:\n- name: x\n  name: y\n") == [
        "x.yml:2: key 'id' is repeated",
        "x.yml:5: key 'name' is repeated",
    ]


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("id: a\nparts: []\nextra: 1\n")
    (tmp_path / "b.yml").write_text("id: [\n")
    (tmp_path / "c.yml").write_text("id: c\n---\nid: d\nparts: []\n---\nparts: 3\n")

    with pytest.raises(ContentError) as caught:
        load(tmp_path, Whole, tmp_path)

    assert [str(fault).split(":")[0] for fault in caught.value.faults] == ["a.yml", "b.yml", "c.yml", "c.yml", "c.yml"]
    assert all(PLACE.match(str(fault)) for fault in caught.value.faults)


def test_what_is_right_is_loaded_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("id: b\nparts: []\n")
    (tmp_path / "a.yml").write_text("id: å\nparts: [{name: x, said: [{nb: ja, en: 'yes'}]}]\n")

    loaded = load(tmp_path, Whole, tmp_path)

    assert [item.value.id for item in loaded] == ["å", "b"]
    assert loaded[0].value.parts[0].said[0].text().say("en") == "yes"
    assert str(loaded[1].document.location) == "b.yaml:1"


def test_a_file_that_must_hold_one_document_may_not_hold_two(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("id: a\nparts: []\n---\nid: b\nparts: []\n")

    with pytest.raises(ContentError, match=r"^a.yml: holds 2 documents, not one$"):
        load_one(path, Whole, tmp_path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[" * 100_000, "nested more than 64 levels deep"),
        ("{a: " * 200, "nested more than 64 levels deep"),
        ("- " * 50_000 + "x", "nested more than 64 levels deep"),
        ("".join(" " * depth + "a:\n" for depth in range(80)), "nested more than 64 levels deep"),
        ("a: *nowhere\n", "is not YAML: found undefined alias"),
        ("b: 1\na: 2024-13-45\n", "x.yml:2: is not YAML: a value that is none (month must be in 1..12)"),
        ("a: !!timestamp foo\n", "x.yml:1: is not YAML: a value that is none"),
        ("a: !!bool maybe\n", "x.yml:1: is not YAML: a value that is none"),
        ("a: !!int ''\n", "x.yml:1: is not YAML: a value that is none"),
        ("LED-01: no\n'LED-01 ': yes\n", "x.yml:2: key 'LED-01' is repeated"),
        ("\t- a", "is not YAML"),
        ("a: !!python/object:os.system 1", "is not YAML: could not determine a constructor"),
    ],
)
def test_bad_yaml_is_one_line_with_its_place(text: str, what: str) -> None:
    documents, faults = parse_documents(text, "x.yml")

    assert not documents
    assert len(faults) == 1
    assert what in str(faults[0])


def test_aliases_cannot_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    documents, faults = parse_documents("\n".join(lines), "x.yml")

    assert len(documents) == 1
    assert faults == []


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yml"
    path.write_bytes("id: a\nname: blåbær\n".encode("latin-1"))

    assert [str(fault) for fault in read_documents(path, tmp_path)[1]] == ["latin.yml:2: is not UTF-8"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    faults = read_documents(tmp_path / "none.yml", tmp_path)[1]

    assert [str(fault) for fault in faults] == ["none.yml: cannot be read: No such file or directory"]


def test_a_hash_changes_with_name_and_content(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("id: a")
    before = content_hash([path], tmp_path)
    path.write_text("id: b")

    assert content_hash([path], tmp_path) != before
    assert content_hash([path.rename(tmp_path / "c.yml")], tmp_path) not in {before, content_hash([], tmp_path)}


def test_paths_are_shown_relative_with_slashes(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x.yml").write_text("")

    assert [relative(path, tmp_path) for path in yaml_files(tmp_path)] == ["rules/x.yml"]
    assert yaml_files(tmp_path / "rules" / "x.yml") == [tmp_path / "rules" / "x.yml"]


@given(st.text(max_size=300))
def test_rubbish_gives_documents_or_faults_and_nothing_else(text: str) -> None:
    documents, faults = parse_documents(text, "x.yml")

    assert all(PLACE.match(str(fault)) for fault in faults)
    for document in documents:
        assert all(PLACE.match(str(fault)) for fault in validate(document, Whole)[1])


KEYS = st.sampled_from(["id", "parts", "name", "count", "said", "nb", "x: y"])
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
NESTED = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))


@given(NESTED)
def test_any_data_is_valid_or_has_faults_with_lines(data: object) -> None:
    import yaml

    documents, _ = parse_documents(yaml.safe_dump(data), "x.yml")
    for document in documents:
        value, faults = validate(document, Whole)
        assert (value is None) == bool(faults)
        assert all(fault.location.line > 0 for fault in faults)
