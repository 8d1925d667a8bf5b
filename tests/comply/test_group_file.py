from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.group_file import read_group
from sentinel.errors import ContentError, SettingsError

SITE = """
schema = "sentinel.site/1"
[organisation]
name = "{name}"
number = "{number}"
kind = "care_unit"
part_of = "000000100"
"""
GROUP = """schema = "sentinel.group/1"
name = "Solvær"
[owner]
name = "Solvær kommune"
number = "000000100"
[[units]]
site = "nord.toml"
number = "000000101"
kind = "care_unit"
[[units]]
site = "sor.toml"
number = "000000102"
kind = "care_unit"
"""


def write(folder: Path, group: str = GROUP) -> Path:
    for name, number in (("nord", "000000101"), ("sor", "000000102")):
        (folder / f"{name}.toml").write_text(SITE.format(name=name, number=number), encoding="utf-8")
    path = folder / "group.toml"
    path.write_text(group, encoding="utf-8")
    return path


def told(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_group(path)
    return [str(fault).rpartition("/")[2] for fault in caught.value.faults]


def test_units_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read_group(write(tmp_path))

    assert [site.file.organisation.name for site in found.sites] == ["nord", "sor"]
    assert found.file.owner.number == "000000100"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("sor.toml", "vest.toml", "group.toml:11: there is no file vest.toml"),
        ('"000000102"', '"000000109"', "group.toml:12: sor.toml is of organisation 000000102, not 000000109"),
        ('"000000102"', '"000000101"', "group.toml:12: unit 000000101 is written twice"),
        ("000000100", "000000900", "group.toml:8: nord.toml says that it is part of 000000100, not of 000000900"),
        ("schema =", "extra = 1\nschema =", "group.toml:1: unknown key 'extra'"),
        (
            'number = "000000101"',
            'number = "1"',
            "group.toml:8: units.0.number: string should match pattern '^\\d{9}$'",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert what in told(write(tmp_path, GROUP.replace(old, new)))


def test_another_kind_than_the_site_file_says_is_told(tmp_path: Path) -> None:
    last = GROUP.rindex("care_unit")

    assert told(write(tmp_path, f'{GROUP[:last]}legevakt"\n')) == [
        "group.toml:13: sor.toml says that it is 'care_unit', not 'legevakt'"
    ]


def test_the_faults_of_every_site_file_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, GROUP.replace("000000101", "000000109"))
    (tmp_path / "sor.toml").write_text('schema = "sentinel.site/1"\n', encoding="utf-8")

    assert told(path) == [
        "group.toml:8: nord.toml is of organisation 000000101, not 000000109",
        "sor.toml: key 'organisation' is missing",
    ]


def test_a_unit_that_is_no_unit_of_anybody_may_be_in_a_group(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = SITE.format(name="sor", number="000000102").replace('part_of = "000000100"\n', "")
    (tmp_path / "sor.toml").write_text(text, encoding="utf-8")

    assert len(read_group(path).sites) == 2


@given(st.binary(max_size=300))
def test_rubbish_is_our_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "group.toml"
    path.write_bytes(raw)

    with pytest.raises((ContentError, SettingsError)):
        read_group(path)
