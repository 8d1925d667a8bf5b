"""What reports tell of packs: actions, changes and differences of their own, and Normen that nobody assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sentinel.content import root
from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language, Text
from sentinel.model.trend import Change
from sentinel.report.firstpage import changed, first_page, to_do
from sentinel.report.management import context
from sentinel.report.pages import Section, Table
from sentinel.report.requirements import decisions
from sentinel.report.text import load_texts
from tests.report.sample import evidence, packs, rich

NB = load_texts("nb", root())
WENT = Change("down", Text("Kopi: fra oppfylt til delvis oppfylt", "Copy: from met to partly met"))


def with_packs() -> Result:
    """Return the sample whose pack has an action of its own, one that refers to Normen, and a change."""
    result = rich()
    first = result.actions[0]
    own = replace(first, id="gdpr.own", title=Text("Skriv protokollen", "Write the record"), pack="gdpr")
    same = replace(first, id="gdpr.normen.x", pack="gdpr", of=Text("Loven", "The act"), same_as="x", overdue=True)
    acting = [replace(one, actions=(own, same), changes=(WENT,)) if one.pack.id == "gdpr" else one for one in packs()]
    return replace(result, packs=tuple(acting))


def unasked(result: Result) -> Result:
    score = replace(result.score, score=None, coverage=None, worst_case=None, level="red", counts={"not_assessed": 61})
    return replace(result, score=score)


def of(section: Section, name: str) -> Table | None:
    return next((table for table in section.tables if table.id == f"table-{name}"), None)


def test_actions_of_packs_stand_in_a_table_of_their_own() -> None:
    section = decisions(with_packs(), NB)
    normen, beside = of(section, "actions"), of(section, "packactions")

    assert normen is not None
    assert beside is not None
    assert len(normen.rows) == len(rich().actions)
    assert beside.rows[0][1].text == "Skriv protokollen"
    assert beside.rows[1][1].note == "Loven"
    assert beside.rows[1][4].note == "forfalt, står også under Normen"


def test_without_actions_of_packs_there_is_no_such_table() -> None:
    assert of(decisions(rich(), NB), "packactions") is None


def test_changes_of_a_pack_come_after_those_of_normen_and_name_it() -> None:
    told = changed(with_packs(), NB)

    assert told[-1] == (WENT, "Loven gdpr")
    assert [of_ for _, of_ in told[:-1]] == [""] * len(rich().changes)


def test_an_answer_to_a_pack_that_a_measurement_contradicts_is_among_the_differences() -> None:
    result = rich()
    (law,) = [one for one in result.packs if one.pack.id == "gdpr"]
    first = law.judgements[0]
    against = evidence(first.requirement.id, "contradicts", Text("målt noe", "measured"), "x", [date(2026, 10, 1)])
    disputed = replace(
        first, state="disputed", evidence=(against,), answer=next(j.answer for j in result.judgements if j.answer)
    )
    packs_ = [replace(law, judgements=(disputed,)) if one is law else one for one in result.packs]
    before, after = (of(decisions(one, NB), "differences") for one in (result, replace(result, packs=tuple(packs_))))

    assert before is not None
    assert after is not None
    assert len(after.rows) == len(before.rows) + 1
    assert first.requirement.id in {row[0].note for row in after.rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_normen_that_nobody_assessed_has_no_level_and_no_number(language: Language) -> None:
    page = first_page(unasked(with_packs()), load_texts(language, root()))

    assert page.level.word == {"nb": "Ikke vurdert", "en": "Not assessed"}[language]
    assert page.level.mark.shape == "open"
    assert [figure.value for figure in page.figures] == ["–", "–", "–"]
    assert {"nb": "Loven gdpr", "en": "The act gdpr"}[language] in page.beside[0].text


def test_where_packs_are_all_that_was_answered_their_actions_are_what_to_do() -> None:
    asked, silent = to_do(with_packs()), to_do(unasked(with_packs()))

    assert [one.id for one in asked[1]] == ["gdpr.own", "gdpr.normen.x"]
    assert (silent[1], len(silent[0])) == ([], len(asked[0]) + 2)


def test_many_packs_keep_page_one_one_page() -> None:
    many = [replace(one, named=True) for one in packs() if one.score] * 11
    page = first_page(replace(unasked(with_packs()), packs=tuple(many)), NB)

    assert len([one for one in page.beside if one.link == NB.say("beside.packlink")]) == 3
    assert context(replace(unasked(with_packs()), packs=tuple(many)), "nb").first == page
