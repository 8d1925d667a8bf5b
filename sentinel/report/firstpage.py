"""Writes the first page: where we stand, what to do first, what differs, what nobody looked at, what to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sentinel.model.compliance import Action, EffectiveState, Evidence, Judgement, Score
from sentinel.model.packs import PackOverview
from sentinel.model.result import NotLooked, Result
from sentinel.model.risks import Ros
from sentinel.model.trend import Change
from sentinel.report.charts import Part, status_bar
from sentinel.report.clean import brief, in_threes, shorten
from sentinel.report.marks import DECISION, LEVELS, STATES, UNSEEN, direction
from sentinel.report.pages import Beside, Figure, FirstPage, Level, Listing, Point, Share, Step
from sentinel.report.text import FEW, Catalogue, day, days, local, percent, whole

APPLICABLE: tuple[EffectiveState, ...] = (
    "met",
    "partly",
    "planned",
    "not_met",
    "disputed",
    "unknown",
    "not_assessed",
)
"""In the order of the bar: what is known first, what nobody has settled last."""
UNSETTLED: tuple[EffectiveState, ...] = ("disputed", "unknown", "not_assessed")
STEPS = 3
LINES = 4
"""How many lines each of the four lists may have; more are counted and stand on the following pages."""
_LINE, _LEAD, _REASON, _TITLE, _WHY, _WHO, _NAME = 115, 75, 360, 80, 150, 50, 70


def first_page(result: Result, catalogue: Catalogue) -> FirstPage:
    """Return page one; every text on it is bounded, so that it stays one page."""
    language = catalogue.language
    counts = Counter(judgement.state for judgement in result.judgements)
    total = sum(counts[state] for state in APPLICABLE)
    shares = tuple(_share(state, counts[state], total, catalogue) for state in APPLICABLE if counts[state])
    unsettled = sum(counts[state] for state in UNSETTLED)
    every, _ = to_do(result)
    todo = [action for action in every if action.state != "dropped"]
    parts = [_on_bar(state, counts[state], total, catalogue) for state in APPLICABLE]
    described = catalogue.say("bar.description", parts="; ".join(f"{s.label}: {s.amount}" for s in shares) or "0")
    return FirstPage(
        line=catalogue.say(
            "first.line",
            name=shorten(result.organisation.name, _NAME, catalogue),
            number=in_threes(result.organisation.number, catalogue),
            day=day(result.as_of, language),
        ),
        level=leveled(result.score, catalogue),
        standing=catalogue.say("first.standing"),
        bar=status_bar("standing", catalogue.say("bar.title"), described, parts),
        shares=shares,
        of=catalogue.count("first.of", total),
        figures=figures(result.score, total, unsettled, catalogue),
        beside=tuple(_besides(result, catalogue)),
        todo=catalogue.say("first.todo"),
        steps=tuple(_step(at, action, catalogue) for at, action in enumerate(todo[:STEPS], start=1)),
        more_steps=_more(len(every) - STEPS, catalogue),
        no_steps=catalogue.say("first.no_steps"),
        lists=(
            _differences(result.judgements, catalogue),
            _unseen(result, catalogue),
            _changes(result, catalogue),
            _decisions(result, catalogue),
        ),
        grounds=_grounds(result, total, catalogue),
        signature=catalogue.say("first.signature"),
    )


def changed(result: Result, catalogue: Catalogue) -> list[tuple[Change, str]]:
    """Return what changed, Normen first, each with the name of the pack it is told of: the trend of each is its own."""
    packs = [(one.changes, shorten(one.pack.title.say(catalogue.language), _NAME, catalogue)) for one in result.packs]
    return [(change, of) for changes, of in ((result.changes, ""), *packs) for change in changes]


def to_do(result: Result) -> tuple[list[Action], list[Action]]:
    """Return the actions, and those of packs that stand by themselves: not where packs are all that was answered."""
    of_packs = [action for pack in result.packs for action in pack.actions]
    return ([*result.actions, *of_packs], []) if result.score.unasked else ([*result.actions], of_packs)


def differing(judgements: Iterable[Judgement]) -> list[tuple[Judgement, tuple[Evidence, ...]]]:
    """Return answers that measurements contradict: gates first, then heavy ones, then those with most against them."""
    found = [(j, tuple(e for e in j.evidence if e.role == "contradicts")) for j in judgements]
    kept = [(j, evidence) for j, evidence in found if j.answer is not None and (evidence or j.state == "disputed")]
    return sorted(kept, key=lambda pair: (not pair[0].requirement.gate, -pair[0].requirement.weight, -len(pair[1])))


def quoted(judgement: Judgement, limit: int, catalogue: Catalogue) -> str:
    """Return what was answered: the person's own words where there are any, else the question's title and the state."""
    answer = judgement.answer
    if answer is not None and answer.note.strip():
        return catalogue.say("quote", text=brief(answer.note, limit).rstrip("."))
    state = catalogue.say(f"answer.{answer.state}") if answer is not None else catalogue.say("answer.none")
    title = brief(judgement.requirement.title.say(catalogue.language), limit - 20)
    return catalogue.say("answered", title=title, state=state)


def measured(judgement: Judgement, evidence: Sequence[Evidence], limit: int, catalogue: Catalogue) -> str:
    """Return what was measured instead, the first in words and the rest counted."""
    if not evidence:
        return brief(judgement.reason.say(catalogue.language), limit)
    signals = list(dict.fromkeys(e.signal for e in evidence))
    text = brief(signals[0].what.say(catalogue.language).rstrip("."), limit)
    when = _when(signals[0].first, signals[0].last, catalogue)
    rest = f" {catalogue.count('more.items', len(signals) - 1)}" if len(signals) > 1 else ""
    lead = "read" if all(signal.kind == "document" for signal in signals) else "measured"
    return catalogue.say(lead, what=text + (f" ({when})" if when else "") + rest)


def dated(judgements: Iterable[Judgement], catalogue: Catalogue) -> str:
    """Return the span of days the answers were given on, or an empty text."""
    given = sorted(j.answer.given for j in judgements if j.answer is not None)
    return days(given[0], given[-1], catalogue.language) if given else ""


def leveled(score: Score, catalogue: Catalogue) -> Level:
    """Return the level; the reason may open with its name, which stands before it already."""
    word = catalogue.say("level.unasked" if score.unasked else f"level.{score.level}")
    reason = score.level_reason.say(catalogue.language).strip().removeprefix(f"{word}.").strip()
    return Level(UNSEEN if score.unasked else LEVELS[score.level], word, shorten(reason, _REASON, catalogue))


def figures(score: Score, total: int, unsettled: int, catalogue: Catalogue) -> tuple[Figure, ...]:
    """Return the three numbers that are only ever shown together; `unsettled` of `total` nobody has settled."""
    of = catalogue.say("figure.of")
    none = Figure(catalogue.say("none"), "", "")
    coverage = none.value if score.coverage is None else _part(total - unsettled, total, catalogue)
    if score.coverage is not None and total >= FEW:
        coverage = percent(score.coverage, catalogue.language)
    return (
        _figure(score.score, of, catalogue.say("figure.score" if score.score is not None else "figure.no_score"), none),
        Figure(coverage, "", catalogue.say("figure.coverage")),
        _figure(score.worst_case, of, catalogue.say("figure.worst_case"), none),
    )


def _when(first: date | None, last: date | None, catalogue: Catalogue) -> str:
    known = sorted(d for d in (first, last) if d is not None)
    return days(known[0], known[-1], catalogue.language) if known else ""


def _share(state: EffectiveState, count: int, total: int, catalogue: Catalogue) -> Share:
    return Share(
        STATES[state],
        catalogue.say(f"state.{state}"),
        catalogue.count("requirements", count),
        _part(count, total, catalogue),
    )


def _part(count: int, total: int, catalogue: Catalogue) -> str:
    """Return a share; of fewer than ten things it is written as a count."""
    if total < FEW:
        return catalogue.say("part.of", n=count, total=total)
    return percent(100 * count / total, catalogue.language)


def _on_bar(state: EffectiveState, count: int, total: int, catalogue: Catalogue) -> Part:
    """Return a part of the bar, with the words that stand on it where there is room."""
    share = str(count) if total < FEW else percent(100 * count / total, catalogue.language)
    return Part(share, count, STATES[state].tone, f"{share} {catalogue.say(f'bar.{state}')}")


def _figure(value: float | None, of: str, label: str, none: Figure) -> Figure:
    return Figure(none.value, "", label) if value is None else Figure(str(whole(value)), of, label)


def _besides(result: Result, catalogue: Catalogue) -> Iterator[Beside]:
    """Yield what stands by itself: packs, where they are all that was answered, and the assessment of risk."""
    scored = [(one.pack, one.score) for one in result.packs if one.named and one.score]
    for pack, found in scored[:STEPS] if result.score.unasked else ():
        yield _pack_beside(pack, found, catalogue)
    if result.risks is not None:
        yield _beside(result.risks, catalogue)


def _pack_beside(pack: PackOverview, found: Score, catalogue: Catalogue) -> Beside:
    none = catalogue.say("none")
    score, worst = (none if one is None else str(whole(one)) for one in (found.score, found.worst_case))
    text = catalogue.say(
        "beside.pack",
        name=shorten(pack.title.say(catalogue.language), _NAME, catalogue),
        score=score,
        coverage=none if found.coverage is None else percent(found.coverage, catalogue.language),
        worst=worst,
        level=leveled(found, catalogue).word,
    )
    return Beside(text, catalogue.say("beside.packlink"), catalogue.say("beside.page"), "requirements")


def _beside(ros: Ros, catalogue: Catalogue) -> Beside:
    """Return the figures of the assessment of risk, and where the rest of it stands."""
    counts = ros.figures
    worst = catalogue.say(f"ros.band.{counts.worst_case}") if counts.worst_case else catalogue.say("none")
    text = catalogue.say(
        "beside.risks", assessed=counts.assessed, settled=counts.settled, total=counts.applies, worst=worst
    )
    return Beside(text, catalogue.say("beside.link"), catalogue.say("beside.page"), "risks")


def _step(at: int, action: Action, catalogue: Catalogue) -> Step:
    language = catalogue.language
    who = brief(action.owner or action.who.say(language), _WHO)
    effort = brief(action.effort.say(language), _WHO)
    return Step(
        number=str(at),
        title=brief(action.title.say(language), _TITLE),
        why=brief(action.why.say(language), _WHY),
        who=" · ".join(part for part in (who, effort) if part),
        due=_due(action, catalogue),
    )


def _due(action: Action, catalogue: Catalogue) -> str:
    """Return by when; of one that is said to be done and is still asked for, that it is not in place."""
    if action.state == "done":
        return catalogue.say("action.done")
    return catalogue.say("due.over" if action.overdue else "due", day=day(action.due, catalogue.language))


def _nothing_differs(judgements: Sequence[Judgement], catalogue: Catalogue) -> str:
    if not any(j.answer for j in judgements):
        return catalogue.say("differ.no_answers")
    return catalogue.say("differ.empty" if any(j.evidence for j in judgements) else "differ.not_measured")


def _differences(judgements: Sequence[Judgement], catalogue: Catalogue) -> Listing:
    found = differing(judgements)
    points = [
        Point(None, quoted(j, _LEAD, catalogue), measured(j, evidence, _LINE, catalogue))
        for j, evidence in found[: LINES - 1]
    ]
    return Listing(
        "differ",
        catalogue.say("differ.title"),
        tuple(points),
        _more(len(found) - len(points), catalogue),
        _nothing_differs(judgements, catalogue),
    )


def _unseen(result: Result, catalogue: Catalogue) -> Listing:
    lines = [item.what.say(catalogue.language) for item in _spread(result)]
    points = tuple(Point(UNSEEN, "", brief(line, _LINE)) for line in lines[: LINES + 1])
    more = _more(len(lines) - len(points), catalogue)
    looked = result.logs or result.scans or result.judgements
    empty = catalogue.say("unseen.empty" if looked else "unseen.no_scope")
    return Listing("unseen", catalogue.say("unseen.title"), points, more, empty)


def _spread(result: Result) -> list[NotLooked]:
    """Order so that each kind is named once before any is named twice: one noisy kind may not hide the others."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, NotLooked]] = []
    for at, item in enumerate(result.not_looked):
        ranked.append((seen[item.kind], at, item))
        seen[item.kind] += 1
    return [item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])]


def _changes(result: Result, catalogue: Catalogue) -> Listing:
    previous = result.previous
    told = changed(result, catalogue)
    points = tuple(
        Point(direction(change.direction), of, brief(change.what.say(catalogue.language), _LINE))
        for change, of in told[:LINES]
    )
    if previous is None:
        title, empty = catalogue.say("changed.first"), catalogue.say("changed.no_previous")
    else:
        title = catalogue.say("changed.title", day=day(previous.when, catalogue.language))
        empty = catalogue.say("changed.empty")
    return Listing("changed", title, points, _more(len(told) - len(points), catalogue), empty)


def _decisions(result: Result, catalogue: Catalogue) -> Listing:
    points = tuple(Point(DECISION, "", brief(text.say(catalogue.language), _LINE)) for text in result.decisions[:LINES])
    more = _more(len(result.decisions) - len(points), catalogue)
    return Listing("decide", catalogue.say("decide.title"), points, more, catalogue.say("decide.empty"))


def _grounds(result: Result, total: int, catalogue: Catalogue) -> str:
    """Say what all of it rests on, each with its count and date; what is missing is said too."""
    language = catalogue.language
    applicable = [j for j in result.judgements if j.state in APPLICABLE]
    answers = sum(j.answer is not None for j in applicable)
    seen = [t for asset in result.assets for t in (asset.first_seen, asset.last_seen) if t is not None]
    times = [t for log in result.logs for t in (log.first, log.last) if t is not None]
    parts = [
        catalogue.count("requirements", total),
        _with(catalogue.count("grounds.answers", answers), dated(applicable, catalogue)),
        _with(
            catalogue.count("grounds.assets", len(result.assets)),
            days(local(min(seen)).date(), local(max(seen)).date(), language) if seen else "",
        ),
        _with(
            catalogue.count("grounds.lines", sum(log.handled for log in result.logs)),
            days(local(min(times)).date(), local(max(times)).date(), language) if times else "",
        ),
        catalogue.count("grounds.supported", sum(map(_supported, applicable))),
    ]
    return catalogue.say("grounds.sentence", parts=", ".join(parts))


def _supported(judgement: Judgement) -> bool:
    """Say whether measurements support what was answered, and nothing lowers or contradicts it."""
    roles = {evidence.role for evidence in judgement.evidence}
    sure = {evidence.role for evidence in judgement.evidence if evidence.signal.kind != "document"}
    claimed = judgement.answer is not None and judgement.state in ("met", "partly")
    return claimed and "supports" in sure and not roles & {"caps", "contradicts"}


def _with(text: str, when: str) -> str:
    return f"{text} ({when})" if when else text


def _more(rest: int, catalogue: Catalogue) -> str:
    return catalogue.count("more.lines", rest) if rest > 0 else ""
