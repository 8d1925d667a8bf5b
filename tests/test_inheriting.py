from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.errors import ContentError
from sentinel.inheriting import laid
from sentinel.settings import Site, read_site
from tests.comply.deliveries import DELIVERY, write_delivery
from tests.comply.small import TODAY, answer, write

SITE = """\
schema = "sentinel.site/1"
[organisation]
name = "Fjæra legekontor"
number = "000000002"
kind = "general_practice"
[assessment]
answers = "answers.yml"
[[inherits]]
from = "delivery.yml"
requirements = ["DRF-07", "DRF-10"]
accepted_by = "Åse Lyngvik"
date = 2026-02-01
expires = 2026-12-31
"""
ANSWERS = """\
schema: sentinel.answers/1
organisation: Fjæra legekontor
answers:
  LED-14: {state: met, by: Åse Lyngvik, date: 2026-10-01}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path)


def site(folder: Path, text: str = SITE, delivery: str = DELIVERY) -> Site:
    write_delivery(folder, delivery)
    (folder / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    (folder / "site.toml").write_text(dedent(text), encoding="utf-8")
    return read_site(folder / "site.toml")


def told(base: Path, text: str = SITE, delivery: str = DELIVERY, as_of: date = TODAY) -> list[str]:
    with pytest.raises(ContentError) as caught:
        laid(site(base, text, delivery), base, load_checklist(base), (), as_of)
    return [str(fault).replace(f"{base.as_posix()}/", "") for fault in caught.value.faults]


def test_what_a_unit_accepts_counts_beside_its_own_answers(base: Path) -> None:
    own = answer("LED-14", "met")

    found = laid(site(base), base, load_checklist(base), (own,), TODAY)

    assert {one.requirement: one.state for one in found.answers} == {
        "LED-14": "met",
        "DRF-07": "met",
        "DRF-10": "partly",
    }
    assert {name: [one.state for one in many] for name, many in found.inherited.items()} == {
        "DRF-07": ["stands"],
        "DRF-10": ["stands"],
        "DRF-21": ["not_accepted"],
    }


def test_a_site_that_inherits_nothing_reads_nothing(base: Path) -> None:
    alone = site(base, SITE.split("[[inherits]]", maxsplit=1)[0])
    (base / "delivery.yml").unlink()

    assert laid(alone, base, load_checklist(base), (), TODAY).inherited == {}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"DRF-10"]', '"LED-14"]', "site.toml:10: Tareskjær IKT IKS does not answer LED-14 for others"),
        ('"DRF-10"]', '"DRF-07"]', "site.toml:10: DRF-07 is accepted twice"),
        ("000000002", "000000003", "site.toml:9: delivery.yml is not for organisation 000000003"),
        ("2026-02-01", "2025-02-01", "site.toml:12: 2025-02-01 is before 2026-01-01, when it begins"),
        ("2026-02-01", "2026-11-30", "site.toml:12: 2026-11-30 is after 2026-11-21, the day of the assessment"),
        ("2026-12-31", "2026-01-31", "site.toml:13: 2026-01-31 is before 2026-02-01"),
        ("delivery.yml", "gone.yml", "gone.yml: cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_accepted_is_told_with_its_line(base: Path, old: str, new: str, what: str) -> None:
    assert any(line.startswith(what) for line in told(base, SITE.replace(old, new))), told(base, SITE.replace(old, new))


def test_only_the_owner_may_answer_as_one(base: Path) -> None:
    owner = DELIVERY.replace("giver: operator", "giver: owner")
    owned = SITE.replace('kind = "general_practice"', 'kind = "general_practice"\npart_of = "000000200"')

    assert told(base, SITE, owner) == [
        "site.toml:9: Tareskjær IKT IKS is no owner of this unit: [organisation] says part_of = nothing"
    ]
    assert laid(site(base, owned, owner), base, load_checklist(base), (), TODAY).inherited["DRF-07"]


def test_the_same_file_may_be_accepted_in_two_parts(base: Path) -> None:
    second = (
        SITE[SITE.index("[[inherits]]") :]
        .replace('"DRF-07", "DRF-10"', '"DRF-21"')
        .replace("delivery.yml", "./delivery.yml")
    )
    found = laid(site(base, SITE + second), base, load_checklist(base), (), TODAY)

    assert {name: [one.state for one in many] for name, many in found.inherited.items()} == {
        "DRF-07": ["stands"],
        "DRF-10": ["stands"],
        "DRF-21": ["own_missing"],
    }


def test_faults_of_several_deliveries_are_told_at_once(base: Path) -> None:
    second = SITE[SITE.index("[[inherits]]") :].replace("delivery.yml", "gone.yml")
    text = SITE.replace("2026-12-31", "2026-01-31") + second

    assert [line.split(":")[0] for line in told(base, text)] == ["gone.yml", "site.toml"]
