from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sentinel.carried_packs import pack_numbers, packs_why_not
from sentinel.errors import InputError
from sentinel.model.records import score_record
from sentinel.packs import score_packs
from sentinel.settings import Site, read_site
from tests.shared import ROOT

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(ROOT / "examples" / "clinic" / "site.toml")


@pytest.fixture(scope="module")
def numbers(site: Site) -> list[dict[str, Any]]:
    return pack_numbers(site, ROOT, DAY)


def test_the_numbers_are_those_of_the_packs_that_are_answered(site: Site, numbers: list[dict[str, Any]]) -> None:
    (scored,) = score_packs(site, ROOT, DAY, "gdpr")
    assert scored.score is not None

    assert [(one["id"], one["score"]) for one in numbers] == [("gdpr", score_record(scored.score))]
    assert packs_why_not(numbers, {"packs": numbers}, "a") == ""


def test_a_site_without_packs_has_none_and_says_so() -> None:
    unit = read_site(ROOT / "examples" / "municipality" / "units" / "bakketun" / "site.toml")

    assert pack_numbers(unit, ROOT, DAY) == []
    assert packs_why_not([], {}, "a") == packs_why_not([], {"packs": []}, "a") == ""


def test_what_could_not_be_worked_out_is_said(numbers: list[dict[str, Any]]) -> None:
    other = [{**numbers[0], "hash": "0" * 64, "version": "2027.1"}]

    assert packs_why_not(numbers, {}, "a") == "says nothing of the numbers of its packs"
    assert packs_why_not(numbers, {"packs": other}, "a").startswith("made with another version of gdpr (2027.1; here")


@pytest.mark.parametrize("told", ["all", [], [3], [{"id": "nis2"}], [{"id": ["gdpr"]}]])
def test_a_manifest_that_names_other_packs_is_refused(numbers: list[dict[str, Any]], told: object) -> None:
    with pytest.raises(InputError, match=r"^a: its manifest names other packs than it holds answers to$"):
        packs_why_not(numbers, {"packs": told}, "a")


def test_numbers_that_do_not_follow_are_refused(numbers: list[dict[str, Any]]) -> None:
    better = [{**numbers[0], "score": {**numbers[0]["score"], "score": 100.0}}]

    with pytest.raises(InputError, match=r"^a: the numbers of gdpr do not follow from its answers$"):
        packs_why_not(numbers, {"packs": better}, "a")
