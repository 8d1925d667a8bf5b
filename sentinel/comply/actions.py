"""Proposes what to do, most pressing first, and what management is asked to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sentinel.comply.evidence import ANY
from sentinel.comply.judge import has_ended
from sentinel.comply.plan import ANSWERING, FINDING_OUT, Asking, Plan, Step, effort
from sentinel.comply.score import VALUE
from sentinel.comply.wording import day, listed, named, sentence, some, told
from sentinel.model.alerts import Alert
from sentinel.model.assets import Finding
from sentinel.model.compliance import Action, Answer, EffectiveState, Judgement, Signal
from sentinel.model.text import LANGUAGES, Language, Text

GAPS: frozenset[EffectiveState] = frozenset({"not_met", "planned", "partly", "disputed"})
_OPEN: frozenset[EffectiveState] = GAPS | {"unknown", "not_assessed"}
_SUBJECTS = 3
_UNSAID = Text("", "")
_MEASURED, _READ = Text("Målt", "Measured"), Text("Egen vurdering", "An assessment of your own")
OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something measured that a step is about: `rank` is its severity (−1 where it has none).

    `written`: it stands in a document of the organisation's own, and was not measured.
    """

    what: Text
    subject: str
    rank: int
    written: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that fits this organisation, with the requirements it mends here and what was measured.

    `same_as` is the id of the step that is the same deed, where it is told there.
    """

    step: Step
    mends: tuple[Judgement, ...]
    facts: tuple[Fact, ...]
    same_as: str = ""

    def reduces(self) -> Fraction:
        """Return the weight that is not in place and that this mends: partly is half in place already."""
        return sum(((1 - VALUE[one.state]) * one.requirement.weight for one in self.mends), Fraction(0))

    def urgency(self) -> tuple[bool, bool, bool, int, Fraction]:
        """Return the sort key, most pressing first; docs/actions.md says why.

        What cannot wait, then gates, then what a measurement contradicts, then what was found by its severity, and
        within that the weight it mends per hour of work.
        """
        gate = any(judgement.requirement.gate for judgement in self.mends)
        contradicted = bool(self.facts) and any(e.role == "contradicts" for j in self.mends for e in j.evidence)
        severity = max((fact.rank for fact in self.facts), default=-1)
        return not self.step.urgent, not gate, not contradicted, -severity, -self.reduces() * 60 / self.step.minutes


def propose(
    judgements: Sequence[Judgement],
    findings: Iterable[Finding],
    alerts: Iterable[Alert],
    plan: Plan,
    stems: Mapping[str, str],
) -> list[Proposal]:
    """Return the steps that fit, most pressing first: those whose signal was seen, general ones, and asking.

    A general step is proposed for gaps that no step with a signal mends. `stems` gives the file stem of a rule's id,
    as the plan names rules.
    """
    facts = _facts(judgements, findings, alerts, stems)
    proposals = [_specific(step, judgements, facts) for step in plan.steps if not step.general]
    special = [proposal for proposal in proposals if proposal.facts]
    covered = {judgement.requirement.id for proposal in special for judgement in proposal.mends}
    general = [proposal for step in plan.steps if step.general for proposal in _general(step, judgements, covered)]
    return sorted([*special, *general, *_asking(judgements, plan)], key=Proposal.urgency)


def actions(proposals: Iterable[Proposal], as_of: date, plan: Plan) -> tuple[Action, ...]:
    """Return what to do, in the order of the proposals."""
    return tuple(_as_action(proposal, as_of, plan) for proposal in proposals)


def decisions(
    proposals: Iterable[Proposal], judgements: Sequence[Judgement], as_of: date, plan: Plan
) -> tuple[Text, ...]:
    """Return what management is asked: what the proposals need, then exceptions and risks that end, then money."""
    asked = [_filled(p.step.decision, _subjects(p)) for p in proposals if p.step.decision]
    return tuple(dict.fromkeys([*asked, *_from_answers(judgements, as_of, plan)]))


def _facts(
    judgements: Sequence[Judgement], findings: Iterable[Finding], alerts: Iterable[Alert], stems: Mapping[str, str]
) -> dict[tuple[str, str], list[Fact]]:
    """Collect what was measured by kind and key; the words of a signal are preferred to a finding's or a rule's."""
    signals = {e.signal for judgement in judgements for e in judgement.evidence}
    facts: dict[tuple[str, str], list[Fact]] = {}
    ranks: dict[tuple[str, str], int] = {}
    plain: list[tuple[tuple[str, str], Fact]] = []
    for finding in findings:
        key, rank = ("finding", _check(finding)), finding.severity.rank
        ranks[key] = max(rank, ranks.get(key, -1))
        plain.append((key, Fact(named(finding.asset_name, finding.title), finding.asset_name, rank)))
    for alert in alerts:
        key, rank = ("rule", stems.get(alert.rule.id, alert.rule.id)), alert.rule.level.rank
        ranks[key] = max(rank, ranks.get(key, -1))
        plain.append((key, Fact(_alerted(alert), alert.source, rank)))
    for signal in sorted(signals, key=_signal_place):
        if signal.present == (signal.kind != "log"):
            key = (signal.kind, signal.key)
            facts.setdefault(key, []).append(Fact(told(signal), signal.subject, ranks.get(key, -1)))
    spoken = set(facts)
    for key, fact in plain:
        if key not in spoken:
            facts.setdefault(key, []).append(fact)
    return facts


def _specific(step: Step, judgements: Sequence[Judgement], facts: Mapping[tuple[str, str], list[Fact]]) -> Proposal:
    keys = [
        *(("finding", check) for check in sorted(step.checks)),
        *(("rule", stem) for stem in sorted(step.rules)),
        *(key for key in sorted(facts) if key[0] == "log" and step.missing_logs & {key[1], ANY}),
    ]
    seen = [fact for key in keys for fact in facts.get(key, [])]
    mends = tuple(j for j in judgements if j.requirement.id in step.mends and j.state in _OPEN)
    return Proposal(step, mends, tuple(sorted(seen, key=lambda fact: -fact.rank)))


def _general(step: Step, judgements: Sequence[Judgement], covered: set[str]) -> Iterator[Proposal]:
    """Yield the step once, for every gap it mends that no more exact step mends."""
    gaps = [j for j in judgements if j.requirement.id in step.mends and j.state in GAPS]
    left = tuple(judgement for judgement in gaps if judgement.requirement.id not in covered)
    if left:
        roles = ("contradicts", "caps")
        facts = [_fact(e.signal) for j in left for e in j.evidence if e.role in roles]
        yield Proposal(step, left, tuple(facts))


def _fact(signal: Signal) -> Fact:
    return Fact(told(signal), signal.subject, -1, written=signal.kind == "document")


def _asking(judgements: Sequence[Judgement], plan: Plan) -> Iterator[Proposal]:
    """Yield one step for all requirements that nobody has answered, and one for all that nobody knew."""
    for name, state, asked in (
        (ANSWERING, "not_assessed", plan.answering),
        (FINDING_OUT, "unknown", plan.finding_out),
    ):
        found = tuple(judgement for judgement in judgements if judgement.state == state)
        if found:
            yield Proposal(replace(_asking_step(plan.named(name), found, asked), money=plan.money["none"]), found, ())


def _asking_step(name: str, found: Sequence[Judgement], asked: Asking) -> Step:
    title, count = asked.title_one if len(found) == 1 else asked.title, len(found)
    minutes, people = asked.minutes_each * count, who_knows(found)
    return Step(
        id=name,
        title=Text(title.nb.replace("{count}", str(count)), title.en.replace("{count}", str(count))),
        why=Text(*(asked.why.say(one).replace("{people}", _people(people, one)) for one in LANGUAGES)),
        who=asked.who or next(iter(people)),
        minutes=minutes,
        effort=effort(minutes),
        days=asked.days,
        mends=tuple(judgement.requirement.id for judgement in found),
    )


def who_knows(found: Iterable[Judgement]) -> dict[Text, tuple[str, ...]]:
    """Return who usually knows the answers, whoever knows most of them first, each with the requirements."""
    known: dict[Text, list[str]] = {}
    for judgement in found:
        known.setdefault(judgement.requirement.guidance.knows[0], []).append(judgement.requirement.id)
    return {person: tuple(ids) for person, ids in sorted(known.items(), key=lambda pair: -len(pair[1]))}


def _people(people: Mapping[Text, Sequence[str]], language: Language) -> str:
    """Name each with the requirements to ask about: «daglig leder (LED-14 og RIS-01)»."""
    named = [(person.say(language), some(ids, _SUBJECTS, language)) for person, ids in people.items()]
    return listed([f"{who[:1].lower()}{who[1:]} ({what})" for who, what in named], language)


def _as_action(proposal: Proposal, as_of: date, plan: Plan) -> Action:
    step, subjects = proposal.step, _subjects(proposal)
    nb, en = (" ".join([step.why.say(language), _measured(proposal, language)]).strip() for language in LANGUAGES)
    return Action(
        title=_filled(step.title, subjects),
        why=_filled(Text(nb, en), subjects),
        who=step.who,
        effort=step.effort,
        due=as_of + timedelta(days=step.days),
        requirements=tuple(judgement.requirement.id for judgement in proposal.mends),
        id=step.id,
        reduces=float(proposal.reduces()),
        hours=_UNSAID if proposal.same_as else plan.hours(step.minutes),
        money=step.money,
        pack=plan.pack,
        of=plan.of,
        same_as=proposal.same_as,
    )


def _measured(proposal: Proposal, language: Language) -> str:
    """Say the gravest thing that was measured, and how many others there are."""
    told = list(dict.fromkeys(fact.what.say(language).rstrip(". ") for fact in proposal.facts))
    if not told:
        return ""
    more = f"og {len(told) - 1} til" if language == "nb" else f"and {len(told) - 1} more"
    opening = (_READ if all(fact.written for fact in proposal.facts) else _MEASURED).say(language)
    return f"{opening}: {sentence(f'{told[0]} ({more})' if len(told) > 1 else told[0])}"


def _subjects(proposal: Proposal) -> Text:
    names = [fact.subject for fact in proposal.facts if fact.subject]
    nb, en = (some(names, _SUBJECTS, language) for language in LANGUAGES)
    return Text(nb, en)


def _filled(text: Text, subjects: Text) -> Text:
    return Text(text.nb.replace("{subjects}", subjects.nb), text.en.replace("{subjects}", subjects.en))


def _check(finding: Finding) -> str:
    """Return a finding's key; what is only possible never sets off the step for what is so."""
    return f"{finding.check}.possible" if finding.claim == "possible" else finding.check


def _alerted(alert: Alert) -> Text:
    """Say an alert by its rule's title, which rules have in one language only, and its day."""
    if alert.time is None:
        return Text(alert.rule.title, alert.rule.title)
    when = alert.time.astimezone(OSLO).date()
    return Text(f"{alert.rule.title}, {day(when, 'nb')}", f"{alert.rule.title}, {day(when, 'en')}")


def _signal_place(signal: Signal) -> tuple[str, str, str, str]:
    return signal.kind, signal.key, signal.subject, signal.what.nb


def _from_answers(judgements: Sequence[Judgement], as_of: date, plan: Plan) -> Iterator[Text]:
    answered = [(j, j.answer) for j in judgements if j.answer is not None]
    for judgement, answer in answered:
        key = _ending(answer, as_of, plan.notice_days)
        if key:
            yield _asked(plan.sentences[key], judgement, answer)
    for judgement, answer in answered:
        if judgement.state == "planned":
            yield _asked(plan.sentences["planned"], judgement, answer)
        if answer.state in {"not_met", "partly"} and answer.reason and answer.expires is None:
            yield _asked(plan.sentences["not_funded"], judgement, answer)


def _ending(answer: Answer, as_of: date, notice_days: int) -> str:
    """Name the sentence for an exception or accepted risk that has ended or soon ends, or nothing."""
    if answer.expires is None or answer.state in {"met", "unknown"}:
        return ""
    ended = answer.expires < as_of or has_ended(answer, as_of)
    if not ended and answer.expires > as_of + timedelta(days=notice_days):
        return ""
    kind = "exception" if answer.state == "not_applicable" else "risk"
    return f"{kind}_{'ended' if ended else 'ends'}"


def _asked(template: Text, judgement: Judgement, answer: Answer) -> Text:
    nb, en = (_said(template, judgement, answer, language) for language in LANGUAGES)
    return Text(nb, en)


def _said(template: Text, judgement: Judgement, answer: Answer, language: Language) -> str:
    parts = {
        "{title}": judgement.requirement.title.say(language),
        "{date}": day(answer.expires, language) if answer.expires else "",
        "{reason}": answer.reason.rstrip(". "),
    }
    said = template.say(language)
    for mark, words in parts.items():
        said = said.replace(mark, words)
    return said
