from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.organisation import load_types
from sentinel.comply.sector.groups import load_groups
from sentinel.errors import ContentError
from tests.comply.small import types
from tests.shared import ROOT

GROUPS = """
version: "2026.1"
groups:
  - {id: practices, title: {nb: Kontor, en: Practices}, part: full, types: [general_practice]}
  - {id: clinics, title: {nb: Klinikker, en: Clinics}, part: full, types: [public_clinic]}
"""


def faults(base: Path, text: str) -> list[str]:
    known = types(base)
    path = base / "checklists" / "sector" / "groups.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        load_groups(base, known)
    except ContentError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_every_type_of_ours_is_in_one_group_of_each_part() -> None:
    known = load_types(ROOT)
    groups = load_groups(ROOT, known)

    parts = {
        (kind, part) for kind, own in known.by_id.items() for part in (("small", "full") if own.small else ("full",))
    }
    assert parts - groups.by.keys() == {("unspecified", "full")}
    assert sum(len(group.types) for group in groups.all) == len(groups.by)


def test_overlaps_gaps_and_strangers_are_told_with_their_line(tmp_path: Path) -> None:
    assert faults(tmp_path, GROUPS) == []
    wrong = GROUPS.replace("[public_clinic]", "[general_practice, public_clinik]").replace(
        "id: clinics", "id: practices"
    )

    found = faults(tmp_path, wrong)

    place = "checklists/sector/groups.yml"
    assert f"{place}:4: general_practice is in more than one group of part full" in found
    assert f"{place}:5: unknown type 'public_clinik', did you mean public_clinic?" in found
    assert f"{place}:5: group practices is written 2 times" in found
    assert f"{place}:3: public_clinic is in no group of part full, and not left out" in found


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    known = types(tmp_path)

    with pytest.raises(ContentError, match="is not there"):
        load_groups(tmp_path, known)
