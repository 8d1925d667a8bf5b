"""Judges each risk and counts them: exact, by the worst dimension, and never better for what nobody assessed."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sentinel.comply.evidence import ROLES
from sentinel.comply.ros.entries import AssessmentEntry, MeasureLine, RiskEntry, RisksFile
from sentinel.comply.ros.library import ALWAYS_THERE, Library, Scenario
from sentinel.comply.ros.reasons import reason
from sentinel.model.compliance import Organisation
from sentinel.model.risks import (
    BANDS,
    DIMENSIONS,
    Acceptance,
    Assessment,
    Band,
    Criteria,
    Decision,
    Dimension,
    DpiaOrigin,
    Exemption,
    Fact,
    Figures,
    LeftOut,
    Matrix,
    Measure,
    Rating,
    Risk,
    RiskState,
    Ros,
)
from sentinel.model.text import Text

OWN = "own"
SPEAKS_AGAINST = {"contradicts", "caps"}


@dataclass(frozen=True, slots=True)
class Case:
    """All that a risk is judged by."""

    file: RisksFile
    matrix: Matrix
    library: Library
    as_of: date
    facts: Mapping[str, Sequence[Fact]]


def judge_risks(case: Case, about: Organisation, measured: str) -> Ros:
    """Return the whole assessment, gravest risk first; `measured` names what the facts were read from."""
    fitting = case.library.fitting(about.facts)
    there = present(case, fitting)
    risks = sorted((judge_risk(name, entry, case) for name, entry in there.items()), key=order)
    return Ros(
        organisation=about.name,
        number=about.number,
        as_of=case.as_of,
        scope=case.file.scope,
        matrix=case.matrix,
        criteria=_criteria(case),
        figures=figures(risks),
        risks=tuple(risks),
        left_out=tuple(LeftOut(scenario.id, scenario.title) for scenario in fitting if scenario.id not in there),
        library=case.library.id,
        library_version=case.library.version,
        library_hash=case.library.hash,
        measured=measured,
    )


def _criteria(case: Case) -> Criteria:
    given = case.file.criteria
    accept = {name: given.accept[name] for name in DIMENSIONS}
    return Criteria(given.by, given.role, given.date, accept, given.months)


def present(case: Case, fitting: Iterable[Scenario]) -> dict[str, RiskEntry]:
    """Return the file's risks, and the scenarios of suppliers that it does not name, as entries that say nothing."""
    missing = [s.id for s in fitting if s.kind == ALWAYS_THERE and s.id not in case.file.risks]
    return {**case.file.risks, **{name: RiskEntry() for name in missing}}


def judge_risk(name: str, entry: RiskEntry, case: Case) -> Risk:
    """Return one risk with how it stands on the day, and why."""
    scenario = case.library.scenarios.get(name)
    before, after = _assessment(entry.before, case), _assessment(entry.after, case)
    reached = entry.after.reached.date if entry.after and entry.after.reached else None
    bare = Risk(
        id=name,
        title=scenario.title if scenario else Text(entry.title, entry.title),
        text=scenario.text if scenario else Text(entry.text, entry.text),
        kind=scenario.kind if scenario else OWN,
        state="not_assessed",
        reason=Text("", ""),
        threatens=scenario.threatens if scenario else tuple(d for d in DIMENSIONS if d in entry.threatens),
        requirements=scenario.requirements if scenario else tuple(entry.requirements),
        before=before,
        after=after,
        reached=reached,
        now=after if reached else before,
        stale=_stale(entry, case),
        measures=tuple(_measure(line, case) for line in entry.measures),
        acceptance=_acceptance(entry, case.as_of),
        exemption=_exemption(entry, case.as_of),
        facts=(),
        provenance=scenario.provenance if scenario else None,
        origin=_origin(entry),
    )
    seen = {fact for requirement in _bearing(bare) for fact in case.facts.get(requirement, ())}
    facts = tuple(sorted((_considered(fact, entry.considered) for fact in seen), key=_fact_place))
    weighed = replace(bare, facts=facts)
    judged = replace(weighed, state=state_of(weighed))
    return replace(judged, reason=reason(judged))


def state_of(risk: Risk) -> RiskState:
    """Return how a risk stands: what speaks against it is heard before what speaks for it."""
    if risk.exemption and risk.exemption.valid:
        return "disputed" if against(risk) else "not_relevant"
    if risk.now is None:
        return "not_assessed"
    if risk.now.missing or risk.stale:
        return "not_assessed" if all(rating.within for rating in risk.now.ratings) else "open"
    if risk.now.within:
        return "disputed" if against(risk) else "acceptable"
    if risk.acceptance and risk.acceptance.valid:
        return "disputed" if against(risk) else "accepted"
    return "open"


def _bearing(risk: Risk) -> set[str]:
    """Return the requirements of a risk, and those of measures that are said to be carried out."""
    done = (need for measure in risk.measures if measure.state == "done" for need in measure.requirements)
    return {*risk.requirements, *done}


def against(risk: Risk) -> tuple[Fact, ...]:
    """Return what was measured against one of its requirements, and that whoever assessed it does not say they knew."""
    return tuple(fact for fact in risk.facts if fact.role in SPEAKS_AGAINST and not fact.considered)


def figures(risks: Collection[Risk]) -> Figures:
    """Count; what is not a risk here is in no figure; what nobody assessed is the gravest in `worst_case`."""
    there = [risk for risk in risks if risk.state != "not_relevant"]
    settled = sum(risk.state in {"acceptable", "accepted"} for risk in there)
    assessed = sum(_whole(risk) for risk in there)
    worst = max((BANDS.index(_at_worst(risk)) for risk in there), default=None)
    return Figures(
        applies=len(there),
        assessed=assessed,
        settled=settled,
        unsettled=len(there) - settled,
        not_assessed=len(there) - assessed,
        worst_case=None if worst is None else BANDS[worst],
        by_band=_counted(("high", "medium", "low", "not_assessed"), (_band_now(risk) for risk in there)),
        by_dimension={name: _by_dimension(name, there) for name in DIMENSIONS},
        overdue=sum(measure.overdue for risk in there for measure in risk.measures),
    )


def order(risk: Risk) -> tuple[int, int, int, int, str]:
    """Return the sort key: worst band, then likelihood times consequence, then patient safety first, then the name.

    What nobody assessed comes after what somebody did, and what is not a risk here comes last.
    """
    if risk.state == "not_relevant":
        return 2, 0, 0, 0, risk.id
    if risk.now is None or risk.state == "not_assessed":
        return 1, 0, 0, 0, risk.id
    gravest = [rating for rating in risk.now.ratings if rating.band == risk.now.worst]
    product = risk.now.likelihood * max(rating.consequence for rating in gravest)
    heaviest = [r for r in gravest if r.consequence * risk.now.likelihood == product]
    first = min(DIMENSIONS.index(rating.dimension) for rating in heaviest)
    return 0, -BANDS.index(risk.now.worst), -product, first, risk.id


def _whole(risk: Risk) -> bool:
    return risk.judged is not None


def _at_worst(risk: Risk) -> Band:
    return risk.judged.worst if risk.judged else BANDS[-1]


def _band_now(risk: Risk) -> str:
    return risk.judged.worst if risk.judged else "not_assessed"


def _by_dimension(name: Dimension, risks: Iterable[Risk]) -> dict[str, int]:
    return _counted(("high", "medium", "low", "none", "not_assessed"), (_in_dimension(name, risk) for risk in risks))


def _in_dimension(name: Dimension, risk: Risk) -> str:
    ratings = risk.now.ratings if risk.now and not risk.stale else ()
    rating = next((rating for rating in ratings if rating.dimension == name), None)
    return (rating.band or "none") if rating else "not_assessed"


def _counted(names: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {name: counts[name] for name in names}


def _assessment(entry: AssessmentEntry | None, case: Case) -> Assessment | None:
    if entry is None:
        return None
    ratings = tuple(_ratings(entry, case))
    worst = max(BANDS.index(rating.band) for rating in ratings if rating.band)
    missing = tuple(name for name in DIMENSIONS if name not in entry.consequence)
    return Assessment(entry.by, entry.date, entry.likelihood, ratings, BANDS[worst], missing, entry.because)


def _ratings(entry: AssessmentEntry, case: Case) -> Iterator[Rating]:
    for name in DIMENSIONS:
        level = entry.consequence.get(name)
        if level is not None:
            band = case.matrix.band(entry.likelihood, level) if level else None
            within = band is None or BANDS.index(band) <= BANDS.index(case.file.criteria.accept[name])
            yield Rating(name, level, band, within)


def _origin(entry: RiskEntry) -> DpiaOrigin | None:
    given = entry.dpia
    return DpiaOrigin(given.case, given.event, given.date, given.likelihood, given.severity) if given else None


def _stale(entry: RiskEntry, case: Case) -> bool:
    """Say whether the assessment that holds is older than the organisation itself allows."""
    reached = entry.after.reached if entry.after else None
    given = reached.date if reached else entry.before.date if entry.before else None
    return given is not None and months_after(given, case.file.criteria.months) < case.as_of


def months_after(start: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def _measure(line: MeasureLine, case: Case) -> Measure:
    known = case.library.measures.get(line.id)
    overdue = line.state in {"planned", "started"} and line.due < case.as_of
    title = known.title if known else Text(line.title, line.title)
    needs = known.requirements if known else ()
    return Measure(line.id, title, line.owner, line.due, line.state, line.done, overdue, needs)


def _acceptance(entry: RiskEntry, as_of: date) -> Acceptance | None:
    given = entry.acceptance
    if given is None:
        return None
    decided = given.management
    management = Decision(decided.by, decided.role, decided.date, decided.where) if decided else None
    valid = given.expires >= as_of
    return Acceptance(given.by, given.role, given.date, given.expires, given.reason, management, valid)


def _exemption(entry: RiskEntry, as_of: date) -> Exemption | None:
    given = entry.not_relevant
    if given is None:
        return None
    return Exemption(given.reason, given.by, given.date, given.expires, given.expires >= as_of)


def _considered(fact: Fact, keys: Collection[str]) -> Fact:
    return replace(fact, considered=fact.key in keys)


def _fact_place(fact: Fact) -> tuple[int, str, str, str, str, str]:
    last = fact.last.isoformat() if fact.last else ""
    return ROLES.index(fact.role), fact.requirement, fact.key, fact.what.nb, last, fact.because.nb
