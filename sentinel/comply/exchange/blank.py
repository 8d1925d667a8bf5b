"""An answer sheet before it is written: what is asked, in its order, with the answers that are there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from sentinel.comply.checklist import Checklist
from sentinel.comply.exchange.columns import ANSWER_KEYS, COLUMNS
from sentinel.comply.exchange.exhibits import fits, in_cell
from sentinel.comply.wording import STATES
from sentinel.model.compliance import Answer, Requirement, State
from sentinel.model.interchange import entry_of
from sentinel.model.packs import PackOverview
from sentinel.model.text import Language, Text

Value = str | int | date
_DAYS = frozenset(column.key for column in COLUMNS if column.kind == "day")


@dataclass(frozen=True, slots=True)
class Blank:
    """One organisation's sheet: the requirements of a checklist that it is asked, and what it has answered.

    pack: whether it binds, where the checklist is a law or framework beside Normen.
    """

    organisation: str
    checklist: Checklist
    asked: Sequence[Requirement]
    answers: Mapping[str, Answer]
    language: Language
    as_of: date
    pack: PackOverview | None = None

    @property
    def chapters(self) -> Mapping[str, Text]:
        """The chapters of the checklist, by their codes."""
        return self.checklist.chapters

    def rows(self, chapter: str) -> Iterator[dict[str, Value]]:
        """Yield the rows of a chapter, each by the keys of the columns; what nobody said is not there."""
        for one in self.asked:
            if one.chapter == chapter:
                yield {**self._shown(one), **self._said(one.id)}

    def used(self) -> list[str]:
        """Return the chapters that something is asked of."""
        return [code for code in self.chapters if any(one.chapter == code for one in self.asked)]

    def left_out(self) -> list[str]:
        """Tell what no sheet can hold: answers to what is not asked, and parts of answers that have no column."""
        names = {one.id for one in self.asked}
        told = [f"{name}: not asked, so its answer is not in the sheet" for name in self.answers if name not in names]
        for name, answer in self.answers.items():
            if name in names and not fits(entry_of(answer).get("evidence", ())):
                told.append(f"{name}: its evidence is not in the sheet, since it holds '|' or the end of a line")
        return told

    def words(self) -> list[str]:
        """Return the answers that may be given, as a person writes them."""
        return [STATES[state].say(self.language) for state in get_args(State)]

    def _shown(self, one: Requirement) -> dict[str, Value]:
        """Return what is shown beside the answer; whoever is asked only the gravest is helped as a small practice."""
        said = {"title": one.title, "question": one.question, "help": one.how}
        return {"id": one.id, **{key: text.say(self.language) for key, text in said.items()}}

    def _said(self, name: str) -> dict[str, Value]:
        if name not in self.answers:
            return {}
        answer = self.answers[name]
        entry = entry_of(answer)
        shown = entry.pop("evidence", ())
        if shown and fits(shown):
            entry["evidence"] = in_cell(shown, self.language)
        told = {key: value for key, value in entry.items() if key in ANSWER_KEYS} | entry.get("maturity", {})
        days = {key: date.fromisoformat(value) for key, value in told.items() if key in _DAYS}
        said: dict[str, Value] = told | days | {"state": STATES[answer.state].say(self.language)}
        return said
