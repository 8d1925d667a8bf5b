from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.known_fields import load_known_fields, strangers
from sentinel.detect.rule import LogSourceKey
from sentinel.errors import ContentError
from tests.shared import ROOT

PROCESS = LogSourceKey("process_creation", "windows", None)


def test_a_field_is_strange_only_where_the_log_source_is_listed() -> None:
    known = load_known_fields(ROOT)

    assert strangers(frozenset({"Image", "Imphash", "EventID"}), PROCESS, known) == {"Imphash"}
    assert strangers(frozenset({"Imphash"}), LogSourceKey(None, "windows", "security"), known) == frozenset()


def test_a_list_with_faults_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "_fields"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text("product: x\ncategorie: {}\n")

    with pytest.raises(ContentError, match=r"rules/_fields/a\.yml:2: unknown key 'categorie'"):
        load_known_fields(tmp_path)
