from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from sentinel.detect.rule_texts import RuleText
from sentinel.errors import ContentError
from sentinel.journeys import PRIVATE, Watched, material_of
from sentinel.model.correlations import Learnt
from sentinel.model.text import Text
from sentinel.settings import read_site
from tests.scan.imports.samples import INVENTORY, MDS2_ROWS, workbook


def test_what_people_call_a_rule_is_told_by_its_id() -> None:
    told = RuleText(Text("Noen gjettet passord", "Somebody guessed passwords"), Text("", ""))
    watched = Watched((), (), (), {}, {"r1": told}, (), (), Learnt(()))

    assert watched.titles == {"r1": told.title}


def test_only_private_addresses_are_a_sites_own_where_it_does_not_say() -> None:
    assert all(ip_network(network).is_private for network in PRIVATE)


SITE = """schema = "sentinel.site/1"
[organisation]
name = "Lyngvik"
number = "974760673"
"""


def scans(folder: Path, *sections: str) -> Path:
    """Write a site file with these scans beside an MDS2 form and an inventory."""
    workbook(folder / "m.xlsx", MDS2_ROWS)
    (folder / "i.csv").write_text(INVENTORY, encoding="utf-8")
    (folder / "site.toml").write_text(SITE + "".join(f"[[scans]]\n{section}\n" for section in sections))
    return folder / "site.toml"


def test_one_form_may_be_of_several_machines(tmp_path: Path) -> None:
    ends = ("10.20.30.77", "10.20.30.78")
    material = material_of(read_site(scans(tmp_path, *(f'path = "m.xlsx"\nfor = "{end}"' for end in ends))))

    assert [how.address for how in material.hows] == list(ends)
    assert [path.name for path in material.imports] == ["m.xlsx", "m.xlsx"]


def test_a_machine_that_is_named_where_the_file_names_its_own_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = scans(tmp_path, 'path = "m.xlsx"\nfor = "10.20.30.77"', 'path = "i.csv"\nfor = "10.20.30.78"')
    with pytest.raises(ContentError) as told:
        material_of(read_site(path))

    (fault,) = told.value.faults
    said = "i.csv is an inventory (CSV, XLSX), which says itself which machines it is of, and not 10.20.30.78"
    assert (fault.location.line, fault.what) == (10, f"{said}: leave 'for' out")
