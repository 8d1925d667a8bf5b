"""Decides what follows from a breach: document, notify, tell; why, and which answer would change it.

The GDPR draws the lines (art. 33(1), 34(1)): notify unless a risk is unlikely, tell where a high risk is likely. Where
on ENISA's scale they lie is said by neither ENISA nor the EDPB; the lines here are Sentinel's own, and lean to telling.
An answer that is unknown never lowers the outcome, and nothing is kept from the authority without a written reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.comply.breach.case import KINDS, UNKNOWN, CaseFile
from sentinel.comply.breach.severity import severity
from sentinel.comply.breach.table import Table
from sentinel.comply.breach.wording import Wording
from sentinel.model.breach import OUTCOMES, BreachSeverity, Decision, Ground, Outcome, WouldChange
from sentinel.model.compliance import Reference

NOTIFY_FROM, TELL_FROM = 2, 3
"""Medium and high on ENISA's scale."""

OURS = Reference("Sentinel", "docs/breach.md", "unverified")
GDPR_33 = Reference("GDPR", "art. 33(1)", "known")
GDPR_34 = Reference("GDPR", "art. 34(1)", "known")
GDPR_34_3 = Reference("GDPR", "art. 34(3)", "known")
ENCRYPTED = Reference("EDPB", "guidelines 9/2022 and GDPR art. 34(3)(a)", "known")
REGISTER = Reference("GDPR", "art. 33(5)", "known")


def decide(case: CaseFile, table: Table, words: Wording) -> Decision:
    """Return the outcome of a case with its grounds, and the answers that would lead to another one."""
    found = severity(case, table, words)
    grounds = tuple(_grounds(case, found, words))
    outcome = _highest(grounds)
    spared = case.no_telling.ground if case.no_telling and _is_high(case, found) else ""
    return Decision(outcome, spared, grounds, tuple(_changes(case, outcome, table, words)))


def outcome_of(case: CaseFile, table: Table, words: Wording) -> Outcome:
    """Return the outcome alone."""
    return _highest(tuple(_grounds(case, severity(case, table, words), words)))


def _highest(grounds: tuple[Ground, ...]) -> Outcome:
    return max((ground.outcome for ground in grounds), key=OUTCOMES.index)


def hidden(case: CaseFile) -> bool:
    """Say whether nobody can read what got out, and nothing else went wrong with it."""
    return case.unreadable == "yes" and set(case.kinds) == {"confidentiality"}


def _grounds(case: CaseFile, found: BreachSeverity, words: Wording) -> Iterator[Ground]:
    yield Ground("document", words.text("ground.register"), REGISTER)
    yield from _why_notify(case, found, words)
    yield from _why_tell(case, found, words)


def _why_notify(case: CaseFile, found: BreachSeverity, words: Wording) -> Iterator[Ground]:
    """Yield why the authority is told; where nothing else says so, it is kept from it only for a written reason."""
    care, grave = case.patient_safety != "no", found.score >= NOTIFY_FROM and not hidden(case)
    if care:
        yield Ground("notify", words.text(f"ground.care.{case.patient_safety}"), OURS)
    if grave:
        yield Ground("notify", words.text("ground.score", level=found.title), OURS)
    if hidden(case):
        yield Ground("document", words.text("ground.hidden"), ENCRYPTED)
    if care or grave:
        return
    if case.unlikely_risk:
        yield Ground("document", words.text("ground.reason"), GDPR_33)
    else:
        yield Ground("notify", words.text("ground.no-reason"), GDPR_33)


def _why_tell(case: CaseFile, found: BreachSeverity, words: Wording) -> Iterator[Ground]:
    if case.no_telling and _is_high(case, found):
        yield Ground("notify", words.text(f"ground.{case.no_telling.ground}"), GDPR_34_3)
        return
    if _is_grave(case, found):
        yield Ground("tell", words.text("ground.high", level=found.title), OURS)
    if _may_have_harmed(case):
        yield Ground("tell", words.text(f"ground.harm.{case.patient_safety}"), GDPR_34)


def _is_high(case: CaseFile, found: BreachSeverity) -> bool:
    """Say whether a high risk is likely, so that the persons are told unless a ground spares them that."""
    return _is_grave(case, found) or _may_have_harmed(case)


def _is_grave(case: CaseFile, found: BreachSeverity) -> bool:
    return found.score >= TELL_FROM and not hidden(case)


def _may_have_harmed(case: CaseFile) -> bool:
    return case.patient_safety in {"harmed", UNKNOWN}


def _changes(case: CaseFile, outcome: Outcome, table: Table, words: Wording) -> Iterator[WouldChange]:
    """Yield the answers that alone would lead to another outcome, in the order of the file."""
    for question, answer, other in _alternatives(case, table):
        found = outcome_of(other, table, words)
        if found != outcome:
            yield WouldChange(question, answer, found)


def _alternatives(case: CaseFile, table: Table) -> Iterator[tuple[str, str, CaseFile]]:
    """Yield the case with one answer changed, for every known answer to every question that counts."""
    for index, entry in enumerate(case.data):
        for context in table.contexts(entry.type) if entry.type != UNKNOWN else ():
            if context.id != entry.context:
                changed = entry.model_copy(update={"context": context.id})
                data = (*case.data[:index], changed, *case.data[index + 1 :])
                yield f"data.{index}.context", context.id, case.model_copy(update={"data": data})
    for option in table.identification:
        if option.id != case.identification:
            yield "identification", option.id, case.model_copy(update={"identification": option.id})
    yield from _other_circumstances(case, table)
    for question, answers in (("unreadable", ("yes", "no")), ("patient_safety", ("no", "possible", "harmed"))):
        for answer in answers:
            if answer != getattr(case, question):
                yield question, answer, case.model_copy(update={question: answer})
    if not case.unlikely_risk:
        yield "unlikely_risk", "a written reason", case.model_copy(update={"unlikely_risk": "written"})


def _other_circumstances(case: CaseFile, table: Table) -> Iterator[tuple[str, str, CaseFile]]:
    answers: dict[str, list[str]] = {"malicious": ["yes", "no"]}
    answers.update({kind: [option.id for option in table.options(kind)] for kind in KINDS if kind in case.kinds})
    for question, known in answers.items():
        for answer in known:
            if answer != getattr(case.circumstances, question):
                told = case.circumstances.model_copy(update={question: answer})
                yield f"circumstances.{question}", answer, case.model_copy(update={"circumstances": told})
