"""Computes ENISA's severity of a breach, SE = DPC × EI + CB, step by step; what is unknown counts as the worst."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sentinel.comply.breach.case import KINDS, UNKNOWN, CaseFile, DataEntry
from sentinel.comply.breach.table import ContextEntry, Option, Table
from sentinel.comply.breach.wording import Wording
from sentinel.model.breach import BreachSeverity, Part, Step
from sentinel.model.compliance import Reference
from sentinel.model.text import Text


def severity(case: CaseFile, table: Table, words: Wording) -> BreachSeverity:
    """Return the score, its level and its steps; of several types of data, the one with the highest score counts."""
    dpc = _dpc(case, table, words)
    ei = _step("EI", "identification", case.identification, table.identification, words)
    cb = [*_circumstances(case, table, words), _malicious(case, table, words)]
    highest, added = max(Fraction(step.score) for step in dpc), sum((Fraction(step.score) for step in cb), Fraction(0))
    score = highest * Fraction(ei.score) + added
    level = table.level(score)
    return BreachSeverity(
        dpc=float(highest),
        ei=ei.score,
        cb=float(added),
        score=float(score),
        level=level.id,
        title=level.title.text(),
        means=level.means.text(),
        steps=(*dpc, ei, *cb),
        flags=tuple(_flags(case, table, words)),
        source=Reference(table.source.source, table.source.place, table.source.confidence),
    )


def _dpc(case: CaseFile, table: Table, words: Wording) -> list[Step]:
    """Return a step for each type of data; the first with the highest score counts."""
    found = [_scored(entry, table) for entry in case.data]
    first = max(range(len(found)), key=lambda index: (found[index][0].value, -index))
    steps = []
    for index, (entry, (context, assumed)) in enumerate(zip(case.data, found, strict=True)):
        means = words.text("assumed") if assumed else context.when.text()
        score = float(context.value)
        answer = f"{entry.type}, {entry.context}"
        steps.append(Step("DPC", f"data.{index}.context", answer, score, means, assumed, index == first))
    return steps


def _scored(entry: DataEntry, table: Table) -> tuple[ContextEntry, bool]:
    """Return the context of a type of data, the worst one where either is not known, and whether it was."""
    contexts = table.contexts(entry.type)
    if UNKNOWN in {entry.type, entry.context}:
        return max(contexts, key=lambda context: context.value), True
    return next(context for context in contexts if context.id == entry.context), False


def _circumstances(case: CaseFile, table: Table, words: Wording) -> list[Step]:
    return [
        _step("CB", f"circumstances.{kind}", getattr(case.circumstances, kind), table.options(kind), words)
        for kind in KINDS
        if kind in case.kinds
    ]


def _malicious(case: CaseFile, table: Table, words: Wording) -> Step:
    answer = case.circumstances.malicious
    score = 0.0 if answer == "no" else float(Fraction(table.malicious))
    means = words.text("assumed") if answer == UNKNOWN else words.text(f"malicious.{answer}")
    return Step("CB", "circumstances.malicious", answer, score, means, answer == UNKNOWN, counts=True)


def _step(part: Part, question: str, answer: str, options: Sequence[Option], words: Wording) -> Step:
    if answer == UNKNOWN:
        worst = max(option.value for option in options)
        return Step(part, question, answer, float(worst), words.text("assumed"), assumed=True, counts=True)
    chosen = next(option for option in options if option.id == answer)
    return Step(part, question, answer, float(chosen.value), chosen.when.text(), assumed=False, counts=True)


def _flags(case: CaseFile, table: Table, words: Wording) -> list[Text]:
    """Return what ENISA asks to be looked at beside the score: many persons, and data that nobody can read."""
    flags = []
    if case.persons.number == UNKNOWN:
        flags.append(words.text("flag.number-unknown"))
    elif case.persons.number > table.many:
        flags.append(words.text("flag.many", many=table.many))
    if case.unreadable == "yes":
        flags.append(words.text("flag.unreadable"))
    return flags
