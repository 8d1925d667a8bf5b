"""Says of every requirement whether one organisation is asked it, and why or why not."""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.comply.checklist import ALWAYS, Checklist, Class
from sentinel.comply.organisation import Types
from sentinel.comply.wording import sentence
from sentinel.model.compliance import Applicability, Organisation, Requirement
from sentinel.model.text import Text

EVERYBODY = Text("Gjelder alle.", "Applies to all.")
LEFT_OUT = Text(
    "Spørres ikke en liten virksomhet: den får sperrene og de viktigste kravene.",
    "Not asked of a small practice: it gets the gates and the most important requirements.",
)


def profile(
    types: Types, catalogue: Checklist, organisation: Organisation, said: Mapping[str, bool]
) -> tuple[Applicability, ...]:
    """Return the whole catalogue in its order; `said` is what the organisation itself has said of its facts."""
    part = types.part(organisation, catalogue)
    silent = types.unsaid(organisation.kind, said)
    return tuple(
        Applicability(
            requirement,
            applies=requirement.applies in organisation.facts and requirement.id not in part.beyond,
            because=_because(requirement, organisation, part, said, silent),
        )
        for requirement in catalogue.requirements
    )


def _because(
    requirement: Requirement,
    organisation: Organisation,
    part: Checklist,
    said: Mapping[str, bool],
    silent: tuple[str, ...],
) -> Text:
    fact = part.classes[requirement.applies]
    if fact.id not in organisation.facts:
        return Text(
            sentence(f"Gjelder ikke: {fact.absent.nb}"),
            sentence(f"Does not apply: {fact.absent.en}"),
        )
    if requirement.id in part.beyond:
        return LEFT_OUT
    return switched_on(fact, said=fact.id in said, silent=fact.id in silent)


def switched_on(fact: Class, *, said: bool, silent: bool) -> Text:
    """Say why a fact counts as true: it is for everybody, nobody has said no, somebody said yes, or it is usual."""
    if fact.id == ALWAYS:
        return EVERYBODY
    if silent:
        return Text(
            f"Regnes som ja til det er svart nei: {fact.question.nb}",
            f"Counts as yes until somebody says no: {fact.question.en}",
        )
    if said:
        return Text(f"Svart ja: {fact.question.nb}", f"Answered yes: {fact.question.en}")
    return Text(f"Vanlig for denne typen: {fact.question.nb}", f"Usual for this type: {fact.question.en}")
