"""Builds the self-check of a small practice: two pages in plain words, and a confirmation that certifies nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from sentinel.content import root
from sentinel.model.compliance import Answer
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.clean import brief, scrub, shorten
from sentinel.report.firstpage import STEPS, first_page
from sentinel.report.management import footer
from sentinel.report.marks import UNSEEN
from sentinel.report.pages import FirstPage, Report, Section, Table
from sentinel.report.tables import Layout, Room, Row, cell, table
from sentinel.report.text import Catalogue, day, days, load_texts, number

_PEOPLE: Layout = (("name", 90, "data"), ("count", 24, "number"), ("when", 56, "data"))
_RESTS: Layout = (("what", 50, "prose"), ("value", 120, "data"))
_UNSEEN: Layout = (("what", 170, "prose"),)
_SHOWN, _SEEN = Room(6, "more.people"), Room(10, "more.management")
_NAME, _LINE = 80, 140


def selfcheck(result: Result, language: Language, base: Path | None = None) -> Report:
    """Return the self-check with every text visible and bounded; it never has more than two pages on paper."""
    catalogue = load_texts(language, base or root())
    return scrub(_report(result, catalogue), catalogue)


def _report(result: Result, catalogue: Catalogue) -> Report:
    return Report(
        language=catalogue.language,
        title=catalogue.say("selfcheck.title"),
        author=shorten(result.organisation.name, _NAME, catalogue),
        tlp=catalogue.say("report.tlp", tlp=shorten(result.tlp.removeprefix("TLP:"), 20, catalogue)),
        contents=catalogue.say("report.contents"),
        first=_first(result, catalogue),
        sections=(_confirmation(result, catalogue), _unseen(result, catalogue)),
        attachment=catalogue.say("report.attachment"),
        footer=replace(footer(result, catalogue), disclaimer=catalogue.say("selfcheck.disclaimer")),
    )


def _first(result: Result, catalogue: Catalogue) -> FirstPage:
    """Return page one: what to do now before all else, then what nobody has looked at, then what differs."""
    page = first_page(result, _pointing(catalogue))
    lists = {listing.id: listing for listing in page.lists}
    return replace(
        page,
        beside=(),
        todo=catalogue.say("selfcheck.todo" if len(page.steps) == STEPS else "selfcheck.todo.fewer"),
        lists=(lists["unseen"], lists["differ"]),
    )


def _pointing(catalogue: Catalogue) -> Catalogue:
    """Return the texts so that what has no room on page one is said to stand in the management report, as it does."""
    return replace(catalogue, texts={**catalogue.texts, "more.lines": catalogue.texts["more.management"]})


def _confirmation(result: Result, catalogue: Catalogue) -> Section:
    say, answers = catalogue.say, [j.answer for j in result.judgements if j.answer is not None]
    beyond = [catalogue.count("extract.beyond", len(result.beyond))] if result.beyond else []
    return Section(
        id="confirmation",
        title=say("selfcheck.confirmation"),
        paragraphs=(say("selfcheck.not_approved"), say("selfcheck.confirms"), *beyond),
        charts=(),
        tables=(_people(answers, catalogue), _rests_on(result, catalogue)),
    )


def _people(answers: Iterable[Answer], catalogue: Catalogue) -> Table:
    given: dict[str, list[date]] = {}
    for answer in answers:
        given.setdefault(answer.by, []).append(answer.given)
    ordered = sorted(given.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return table("people", _PEOPLE, list(_person_rows(ordered, catalogue)), catalogue, room=_SHOWN)


def _person_rows(given: Iterable[tuple[str, list[date]]], catalogue: Catalogue) -> Iterator[Row]:
    for name, when in given:
        yield (
            cell(shorten(name, _NAME, catalogue) or catalogue.say("none")),
            cell(number(len(when), catalogue.language)),
            cell(days(min(when), max(when), catalogue.language)),
        )


def _rests_on(result: Result, catalogue: Catalogue) -> Table:
    versions = result.versions
    values = (
        ("checklist", f"{result.score.checklist_id} {versions.checklist}"),
        ("hash", versions.checklist_hash),
        ("engine", versions.engine),
        ("as_of", day(result.as_of, catalogue.language)),
    )
    rows = [(cell(catalogue.say(f"extract.{name}")), cell(shorten(value, _NAME, catalogue))) for name, value in values]
    return table("extracted", _RESTS, rows, catalogue)


def _unseen(result: Result, catalogue: Catalogue) -> Section:
    rows = [(cell(brief(item.what.say(catalogue.language), _LINE), "", UNSEEN),) for item in result.not_looked]
    made = table("openness", _UNSEEN, rows, catalogue, room=_SEEN)
    return Section("not-looked", catalogue.say("notlooked.title"), (catalogue.say("notlooked.how"),), (), (made,))
