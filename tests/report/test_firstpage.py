from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sentinel.comply.judge import by_class
from sentinel.content import root
from sentinel.model.compliance import EffectiveState, Role, State
from sentinel.model.result import Result
from sentinel.model.text import Text
from sentinel.report.firstpage import LINES, STEPS, differing, first_page, measured, quoted
from sentinel.report.pages import FirstPage, Listing
from sentinel.report.text import Catalogue, load_texts
from tests.report.extremes import overfull
from tests.report.sample import answer, empty, evidence, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def listing(page: FirstPage, name: str) -> Listing:
    return next(found for found in page.lists if found.id == name)


def texts(found: Listing) -> list[str]:
    return [" ".join(filter(None, (point.lead, point.text))).replace("\u00a0", " ") for point in found.points]


def test_the_level_and_its_reason_are_said_once(nb: Catalogue) -> None:
    page = first_page(rich(), nb)

    assert page.level.word == "Nivå gult"
    assert page.level.reason.startswith("To sperrer holder nivået nede")
    assert page.level.mark.shape == "triangle"
    assert page.line == "Lyngvik tannklinikk · org.nr. 000\u00a0000\u00a0001 · 21.\u00a0november 2026"


def test_three_numbers_stand_together(nb: Catalogue) -> None:
    figures = first_page(rich(), nb).figures

    assert [f"{f.value} {f.unit}".strip() for f in figures] == ["76 av 100", "69\u202f%", "48 av 100"]
    assert [f.value for f in first_page(empty(), nb).figures] == ["–", "–", "–"]


def test_shares_add_up_to_what_applies(nb: Catalogue) -> None:
    page = first_page(rich(), nb)

    assert [share.amount.replace("\u00a0", " ") for share in page.shares] == [
        "29 krav",
        "6 krav",
        "1 krav",
        "6 krav",
        "2 krav",
        "2 krav",
        "15 krav",
    ]
    assert page.of == "av 61\u00a0krav som gjelder for virksomheten"
    assert [box.style for box in page.bar.boxes] == ["filled"] * 4 + ["dashed"] * 3


def test_a_share_of_fewer_than_ten_is_a_count(nb: Catalogue) -> None:
    few = replace(rich(), judgements=rich().judgements[:8])
    page = first_page(few, nb)

    assert [share.share for share in page.shares] == ["8 av 8"]
    assert page.figures[1].value == "8 av 8"


def test_the_first_three_steps_and_how_many_more(nb: Catalogue) -> None:
    page = first_page(rich(), nb)

    assert [step.number for step in page.steps] == ["1", "2", "3"]
    assert page.steps[0].who == "Fjordnett Drift · 1 time"
    assert page.steps[0].due == "frist 24.\u00a0november 2026"
    assert page.more_steps == "… og 5\u00a0til, se de neste sidene"


def test_what_became_of_a_step_is_told_and_a_dropped_one_is_no_step(nb: Catalogue) -> None:
    late, done, dropped, *others = rich().actions
    late = replace(late, state="started", owner="Åse Lyngvik", overdue=True)
    done, dropped = replace(done, state="done"), replace(dropped, state="dropped")
    page = first_page(replace(rich(), actions=(late, done, *others, dropped)), nb)

    assert page.steps[0].who == "Åse Lyngvik · 1 time"
    assert [step.due.replace("\u00a0", " ") for step in page.steps[:2]] == [
        "forfalt 24. november 2026",
        "sagt gjort, men ikke på plass",
    ]
    few = first_page(replace(rich(), actions=(late, dropped)), nb)
    assert [step.number for step in few.steps] == ["1"]


def test_answers_that_measurements_contradict_are_quoted_with_what_was_measured(nb: Catalogue) -> None:
    assert texts(listing(first_page(rich(), nb), "differ")) == [
        "«Vi oppdaterer alt hver måned» Målt: To maskiner får ikke lenger oppdateringer (18. november 2026)",
        (
            "«Bare vi og leverandøren har tilgang utenfra» Målt: Fjernhjelp var åpen for alle adresser "
            "(3.–19. oktober 2026)"
        ),
    ]


def test_an_answer_without_words_is_told_by_its_title(nb: Catalogue) -> None:
    judgement, evidence = differing(rich().judgements)[0]
    bare = replace(judgement, answer=replace(judgement.answer, note="")) if judgement.answer else judgement

    assert quoted(bare, 60, nb) == "«Oppdateringer settes inn innen en måned»: svart oppfylt"
    assert measured(bare, (), 60, nb) == "Svaret og målingen er uenige."
    assert measured(bare, (*evidence, *differing(rich().judgements)[1][1]), 60, nb).endswith("… og 1\u00a0til")


def test_one_noisy_kind_does_not_hide_the_others(nb: Catalogue) -> None:
    noisy = replace(rich(), not_looked=rich().not_looked[1:2] * 20 + rich().not_looked)

    shown = texts(listing(first_page(noisy, nb), "unseen"))

    assert any("trådløst nett" in line for line in shown)
    assert any("svarte ikke" in line for line in shown)
    assert any("ikke besvart" in line for line in shown)


def test_every_list_has_an_honest_sentence_when_it_is_empty(nb: Catalogue) -> None:
    page = first_page(replace(empty(), not_looked=()), nb)

    assert all(found.points == () and found.empty and not found.more for found in page.lists)
    assert listing(page, "changed").empty == "Ingen tidligere vurdering å sammenligne med."
    assert listing(page, "unseen").empty == "Ingenting er lest ennå, verken svar, logger eller nett."
    assert page.no_steps


def test_answers_without_contradictions_are_said_to_agree(nb: Catalogue) -> None:
    agreed = replace(rich(), judgements=tuple(j for j in rich().judgements if j.state == "met"), changes=())
    page = first_page(agreed, nb)

    assert listing(page, "differ").empty == "Ingen svar motsies av det som er målt."
    assert listing(page, "changed").empty.startswith("Ingenting er endret")
    assert listing(page, "changed").title == "Endret siden 20.\u00a0november 2025"


@pytest.mark.parametrize("made", [overfull, rich, empty])
def test_what_stands_on_the_page_is_bounded_and_the_rest_counted(made: Callable[[], Result], nb: Catalogue) -> None:
    result = made()
    page = first_page(result, nb)

    assert len(page.steps) <= STEPS
    assert all(len(found.points) <= LINES + 1 for found in page.lists)
    assert len(page.level.reason) < 340
    hidden = len(result.decisions) - len(listing(page, "decide").points)
    assert (f"{hidden}\u00a0til" in listing(page, "decide").more) == (hidden > 0)


def test_the_grounds_name_counts_and_dates(nb: Catalogue) -> None:
    # 46 answers and not 48: two are to requirements that do not apply, and 46 + 15 without an answer make 61
    assert first_page(rich(), nb).grounds.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Grunnlag: 61 krav, 46 svar (12. november 2026), 10 maskiner sett på nettet (18. november 2026), "
        "412 690 logglinjer (1.–31. oktober 2026), 6 svar støttes av målinger. "
        "Hvert tall kan etterprøves i vedlegget result.json."
    )


def test_answers_and_open_requirements_add_up_to_the_requirements_that_apply(nb: Catalogue) -> None:
    away = [j for j in rich().judgements if j.state == "not_applicable"]
    early = tuple(replace(j, answer=replace(j.answer, given=date(2020, 1, 1))) for j in away if j.answer)
    others = tuple(j for j in rich().judgements if j.state != "not_applicable")
    page = first_page(replace(rich(), judgements=early + others), nb)

    assert early
    assert not any(map(by_class, early))
    assert "61\u00a0krav, 46\u00a0svar (12.\u00a0november 2026)" in page.grounds
    assert len(others) - sum(j.answer is not None for j in others) == 61 - 46


@pytest.mark.parametrize(
    ("state", "given", "roles", "supported"),
    [
        ("met", "met", ("supports",), 1),
        ("partly", "partly", ("supports", "informs"), 1),
        ("met", "met", ("informs",), 0),
        ("partly", "met", ("supports", "caps"), 0),
        ("disputed", "met", ("supports", "contradicts"), 0),
        ("not_met", "not_met", ("supports",), 0),
        ("unknown", "unknown", ("supports",), 0),
        ("not_applicable", "not_applicable", ("supports",), 0),
    ],
)
def test_only_an_answer_that_stands_is_supported(
    state: EffectiveState, given: State, roles: tuple[Role, ...], supported: int, nb: Catalogue
) -> None:
    what = Text("Loggen kom", "The log came")
    found = tuple(evidence("LED-10", role, what, "epj") for role in roles)
    one = replace(rich().judgements[0], state=state, answer=answer("LED-10", given), evidence=found)

    assert f"{supported}\u00a0svar støttes av målinger" in first_page(replace(rich(), judgements=(one,)), nb).grounds
    read = tuple(replace(item, signal=replace(item.signal, kind="document")) for item in one.evidence)
    written = replace(rich(), judgements=(replace(one, evidence=read),))
    assert "0\u00a0svar støttes av målinger" in first_page(written, nb).grounds


def test_a_reason_without_the_level_s_name_stays_whole(nb: Catalogue) -> None:
    score = replace(rich().score, level_reason=Text("Alt er bra.", "All is well."), level="green")

    assert first_page(replace(rich(), score=score), nb).level.reason == "Alt er bra."


def test_answers_with_most_against_them_come_first() -> None:
    updates, remote = (j for j in rich().judgements if j.state == "disputed")
    more = replace(remote, evidence=remote.evidence * 3)

    assert [j.requirement.id for j, _ in differing([updates, more])] == ["LEV-06", "DRF-03"]
