from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.packs import load_packs
from sentinel.content import root
from sentinel.errors import ContentError, RenderError
from sentinel.model.compliance import Reference
from sentinel.model.extracts import Extract
from sentinel.model.records import record_of
from sentinel.model.result import Result
from sentinel.report.extracts import extract, load_extracts, wrong_extracts
from tests.report.sample import rich

KNOWN = load_extracts(root())
PACKS = ("gdpr", "digitalsikkerhetsloven", "supplier")


def referring(*sources: Sequence[str]) -> Result:
    """The clinic with references for its first requirements, and Normen's for the rest."""
    judged = list(rich().judgements)
    for at, names in enumerate(sources):
        references = tuple(Reference(name, "1", "known") for name in names)
        judged[at] = replace(judged[at], requirement=replace(judged[at].requirement, references=references))
    return replace(rich(), judgements=tuple(judged))


def made(kind: str, result: Result | None = None) -> Extract:
    return extract(result or rich(), KNOWN[kind])


@pytest.mark.parametrize("kind", KNOWN)
def test_what_is_taken_and_what_is_left_out_make_the_whole(kind: str) -> None:
    found = made(kind, referring(["GDPR"], ["normen-6.1"], ["digitalsikkerhetsloven", "GDPR"]))

    taken = [row.requirement for row in found.rows]
    assert sorted([*taken, *found.left_out]) == sorted(j.requirement.id for j in rich().judgements)
    assert [row.number for row in found.rows] == list(range(1, len(taken) + 1))


def test_a_law_takes_what_refers_to_it_and_nothing_else() -> None:
    found = made("datatilsynet", referring(["GDPR"], ["NSM"], ["NSM", "personopplysningsloven"]))

    assert [row.requirement for row in found.rows] == [j.requirement.id for j in (rich().judgements[i] for i in (0, 2))]


def test_a_chapter_takes_what_stands_in_it() -> None:
    one = rich().judgements[0]
    moved = replace(one, requirement=replace(one.requirement, chapter="DSL"))

    found = made("nsm", replace(rich(), judgements=(moved, *rich().judgements[1:])))

    assert [row.requirement for row in found.rows] == [one.requirement.id]


@pytest.mark.parametrize("kind", ["datatilsynet", "nhn", "nsm", "supplier"])
def test_no_name_machine_or_measurement_leaves_with_an_extract_that_shows_none(kind: str) -> None:
    sources = ["GDPR", "normen-6.1", "digitalsikkerhetsloven"]
    written = orjson.dumps(record_of(made(kind, referring(*([sources] * 61))))).decode()

    people = {j.answer.by for j in rich().judgements if j.answer}
    people |= {j.answer.by for one in rich().packs for j in one.judgements if j.answer}
    machines = {name for asset in rich().assets for name in (*asset.names, *asset.addresses)}
    measured = {e.signal.what.nb for j in rich().judgements for e in j.evidence}
    assert people
    assert measured
    assert [text for text in (*people, *machines, *measured) if text and text in written] == []


def test_a_measurement_that_says_otherwise_still_makes_it_disputed() -> None:
    states = {row.requirement: row.state for row in made("supplier").rows}

    assert states["DRF-03"] == "disputed"
    assert made("supplier").counts.disputed == 2


def test_the_auditor_gets_everything() -> None:
    found = made("auditor")
    judged = rich().judgements

    assert [row.answer for row in found.rows] == [judgement.answer for judgement in judged]
    assert [row.evidence for row in found.rows] == [judgement.evidence for judgement in judged]
    assert [row.reason for row in found.rows] == [judgement.reason for judgement in judged]
    assert found.score == rich().score
    assert (found.checklist_version, found.checklist_hash) == (
        rich().versions.checklist,
        rich().versions.checklist_hash,
    )


def test_a_part_has_no_score() -> None:
    assert [kind for kind in KNOWN if made(kind).score is not None] == ["auditor"]


@given(st.sets(st.integers(0, 62)))
def test_counts_add_up_whatever_is_chosen(chosen: set[int]) -> None:
    counts = made("datatilsynet", referring(*(["GDPR"] if at in chosen else ["NSM"] for at in range(63)))).counts

    parts = dataclasses.asdict(counts)
    assert parts.pop("applies") == sum(parts.values())
    assert counts.applies == sum(rich().judgements[at].state != "not_applicable" for at in chosen)


def copied(tmp_path: Path, change: tuple[str, str]) -> Path:
    shutil.copytree(root() / "reports" / "extracts", tmp_path / "reports" / "extracts")
    file = tmp_path / "reports" / "extracts" / "nsm.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    return tmp_path


def test_a_source_that_no_requirement_has_is_told_with_its_line(tmp_path: Path) -> None:
    base = copied(tmp_path, ("digitalsikkerhetsloven,", "digitalsikerhetsloven,"))

    (fault,) = wrong_extracts(base, load_checklist(root()).requirements, PACKS)

    assert str(fault).startswith("reports/extracts/nsm.yml:")
    assert str(fault).endswith("no requirement has 'digitalsikerhetsloven'")


def test_a_pack_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    base = copied(tmp_path, ("packs: [digitalsikkerhetsloven]", "packs: [digitalsikerhetsloven]"))

    (fault,) = wrong_extracts(base, load_checklist(root()).requirements, PACKS)

    assert str(fault).startswith("reports/extracts/nsm.yml:")
    assert str(fault).endswith("there is no pack 'digitalsikerhetsloven'")


@pytest.mark.parametrize(
    ("kind", "packs"),
    [("datatilsynet", ["gdpr"]), ("nsm", ["digitalsikkerhetsloven"]), ("supplier", ["supplier"]), ("nhn", [])],
)
def test_a_pack_stands_beside_with_its_own_numbers_and_changes_no_other(kind: str, packs: list[str]) -> None:
    alone = KNOWN[kind].model_copy(update={"packs": ()})
    found, without = made(kind), extract(rich(), alone)

    assert [one.pack.id for one in found.packs] == packs
    assert (found.rows, found.counts, found.left_out) == (without.rows, without.counts, without.left_out)
    laid = {one.pack.id: one for one in rich().packs}
    for one in found.packs:
        whole, own = laid[one.pack.id].score, one.score
        assert (own is None) == (whole is None)
        if own and whole:
            numbers = (whole.score, whole.coverage, whole.worst_case, whole.level)
            assert (own.score, own.coverage, own.worst_case, own.level) == numbers


def test_the_auditor_gets_every_pack_that_the_site_answers() -> None:
    (law,) = made("auditor").packs

    assert (law.pack.id, law.answered) == ("gdpr", True)
    assert [row.answer for row in law.rows] == [one.answer for one in rich().packs[1].judgements]


def test_a_pack_that_nobody_answered_is_there_and_says_so() -> None:
    (own,) = made("supplier").packs

    assert (own.answered, own.counts.not_assessed, len(own.rows)) == (False, 6, 6)
    assert own.score is not None
    assert (own.score.score, own.score.coverage, own.score.worst_case) == (None, 0.0, 0.0)


def test_a_pack_that_the_result_holds_nothing_of_is_no_silence() -> None:
    with pytest.raises(RenderError, match="datatilsynet: the result holds nothing of gdpr"):
        made("datatilsynet", replace(rich(), packs=()))


def test_an_extract_is_called_as_its_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nsm\.yml:2: 'nms' is not the name of the file"):
        load_extracts(copied(tmp_path, ("id: nsm", "id: nms")))


def test_rubbish_is_one_line_each(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nsm\.yml:\d+: .*"):
        load_extracts(copied(tmp_path, ("shows: [signature]", "shows: [passwords]")))


def test_the_shipped_ones_choose_something() -> None:
    assert list(wrong_extracts(root(), load_checklist(root()).requirements, load_packs(root()))) == []
