"""Coverage of one framework through answers to another: a lower bound, and never more than that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sentinel.comply.crosswalk.read import Atlas
from sentinel.comply.crosswalk.relations import SUREST
from sentinel.comply.crosswalk.routes import between, routes
from sentinel.comply.files import meant
from sentinel.comply.judge import by_class
from sentinel.comply.wording import some
from sentinel.errors import SettingsError
from sentinel.model.compliance import Confidence, EffectiveState, Judgement
from sentinel.model.crosswalks import Coverage, Covered, Framework, Ground, Known, Relation, Route
from sentinel.model.text import LANGUAGES, Language, Text

_WHOLE: frozenset[Relation] = frozenset({"equal", "broader"})
_PART: frozenset[Relation] = frozenset({"equal", "narrower"})
_MISSING: frozenset[EffectiveState] = frozenset({"not_met", "planned"})
_SHOWN = 4
SAYS = Text(
    "Dette er det minste som er på plass. Bare der et krav dekker hele temaet, kan det stå oppfylt. Det som ingenting "
    "fører til, er ikke kjent gjennom disse svarene. Det er ikke det samme som at det mangler.",
    "This is the least that is in place. Only where a requirement covers all of a subject can it say met. What nothing "
    "leads to is not known through these answers, which is not the same as missing.",
)


def coverage(atlas: Atlas, answered: str, target: str, judgements: Iterable[Judgement], as_of: date) -> Coverage:
    """Return how a framework stands at least; raise SettingsError where no crosswalk leads to it."""
    framework = _framework(atlas, target)
    found = routes(atlas.crosswalks, _framework(atlas, answered).id, target)
    used = set(between(atlas.crosswalks, answered, target))
    if not used:
        raise SettingsError(f"no crosswalk leads from {answered} to {target}")
    states = {judgement.requirement.id: judgement.state for judgement in judgements if not by_class(judgement)}
    out = {judgement.requirement.id for judgement in judgements if by_class(judgement)}
    places = tuple(_covered(framework, place, found.get(place, ()), states, out) for place in framework.labels)
    count = Counter(place.state for place in places)
    return Coverage(
        answered=answered,
        framework=target,
        title=framework.title,
        as_of=as_of,
        met=count["met"],
        partly=count["partly"],
        not_met=count["not_met"],
        not_known=count["not_known"],
        share=100 * count["met"] / len(places),
        says=SAYS,
        sources=tuple(crosswalk.source for crosswalk in atlas.crosswalks if crosswalk.id in used),
        places=places,
    )


def standing(grounds: Sequence[Ground]) -> Known:
    """Return what is known at least of a place, whatever the order of its grounds.

    Met: something that covers all of it is met, and so is everything that is a part of it; were a part that nobody
    answered passed over, taking an answer back could raise the place.
    """
    parts = [ground for ground in grounds if ground.route.relation in _PART]
    if any(map(_whole, grounds)) and all(part.state == "met" for part in parts):
        return "met"
    if any(map(_something, grounds)):
        return "partly"
    return "not_met" if any(part.state in _MISSING for part in parts) else "not_known"


def _whole(ground: Ground) -> bool:
    return ground.route.relation in _WHOLE and ground.state == "met"


def _something(ground: Ground) -> bool:
    """Say whether something of the place is in place: half of what only meets it may be the other half."""
    return ground.state == "met" or (ground.state == "partly" and ground.route.relation in _PART)


def _lacking(ground: Ground) -> bool:
    return ground.route.relation in _PART and ground.state != "met"


def _covered(
    framework: Framework,
    place: str,
    found: Iterable[Route],
    states: Mapping[str, EffectiveState],
    out: set[str],
) -> Covered:
    grounds = tuple(
        Ground(route, states.get(route.steps[0], "not_assessed")) for route in found if route.steps[0] not in out
    )
    state = standing(grounds)
    deciding = _deciding(state, grounds)
    because = Text(*(_because(state, deciding, grounds, language) for language in LANGUAGES))
    sure = min((one.route.confidence for one in deciding), key=SUREST.index, default=None)
    return Covered(framework.id, place, framework.labels[place], state, _no_surer(sure, framework), because, grounds)


def _no_surer(sure: Confidence | None, framework: Framework) -> Confidence | None:
    return max(sure, framework.confidence, key=SUREST.index) if sure else None


def _deciding(state: Known, grounds: Sequence[Ground]) -> list[Ground]:
    """Return the grounds that a state rests on: one of them would be enough."""
    if state == "met":
        return [ground for ground in grounds if _whole(ground)]
    if state == "partly":
        return [ground for ground in grounds if _something(ground)]
    if state == "not_met":
        return [ground for ground in grounds if ground.route.relation in _PART and ground.state in _MISSING]
    return []


def _because(state: Known, deciding: Sequence[Ground], grounds: Sequence[Ground], language: Language) -> str:
    names = some([ground.route.steps[0] for ground in deciding], _SHOWN, language)
    norwegian = language == "nb"
    if state == "met":
        return f"Dekkes helt av {names}." if norwegian else f"Covered in full by {names}."
    if state == "not_met":
        return f"En del mangler: {names}." if norwegian else f"A part is lacking: {names}."
    if state == "not_known":
        if not grounds:
            return "Ingenting som er spurt om, fører hit." if norwegian else "Nothing that was asked leads here."
        return "Svarene sier ikke noe sikkert om dette." if norwegian else "The answers say nothing sure of this."
    holes = some([ground.route.steps[0] for ground in grounds if _lacking(ground)], _SHOWN, language)
    rest = "resten er ikke kjent" if norwegian else "the rest is not known"
    if holes:
        rest = f"ikke helt på plass eller ikke svart på: {holes}"
        rest = rest if norwegian else f"not all in place or not answered: {holes}"
    return f"Noe er på plass: {names}; {rest}." if norwegian else f"Something is in place: {names}; {rest}."


def _framework(atlas: Atlas, name: str) -> Framework:
    found = atlas.frameworks.get(name)
    if found is None:
        known = ", ".join(sorted(atlas.frameworks))
        raise SettingsError(f"unknown framework '{name[:80]}'{meant(name, atlas.frameworks)} Known: {known}")
    return found
