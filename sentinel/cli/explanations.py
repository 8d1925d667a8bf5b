"""Shows explanations to people: the condition as a tree, with what was met by which text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sentinel.detect.explain import because, sentence, state
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Alert, Match, Member
from sentinel.model.explained import Called, Explanation, Part
from sentinel.model.records import Record

MOST_ITEMS = 8
MOST_TESTS = 5
LONGEST = 160
VERDICTS = {"hit": "hit", "no-hit": "no hit", "not-routed": "not looked at: its log source does not apply"}
NOBODY = Called()
JOINTS = {"and": "all of", "or": "one of", "not": "not"}


def tree(told: Explanation) -> list[str]:
    """Return the lines that explain one rule over one event."""
    lines = [f"{told.title} ({told.path}): {VERDICTS[told.verdict]}", f"event {told.source}:{told.record}"]
    if told.routes:
        lines.append(f"log sources of the event: {', '.join(told.routes)}")
    if told.certificate:
        lines.append(f"certificate: {told.certificate.told}")
    if told.reason:
        lines += [f"why: {told.reason}", "the condition by itself:"]
    for view in told.views:
        if view.route:
            lines.append(f"as {view.route}:")
        if view.first_false:
            lines.append(f"false first: {short(sentence(view.first_false))} ({short(because(view.first_false))})")
        lines += _lines(view.condition, 1)
    return lines


def called(ruleset: RuleSet) -> Called:
    """Return what people call the rules of a set."""
    refs = (*(rule.ref for rule in ruleset.rules), *(one.ref for one in ruleset.correlations))
    return Called(
        {ref.id: ref.title for ref in refs},
        frozenset(one.ref.id for one in ruleset.correlations),
        {one.ref.id: " and ".join(one.fields) for one in ruleset.correlations if one.fields},
    )


def explained(alert: Alert, cut: Callable[[str], str] = str, names: Called = NOBODY) -> tuple[str, ...]:
    """Return why an alert was raised: which text met which test, of a correlation also in the hits behind it.

    `cut` is given each text that may be long.
    """
    told = alert.correlation
    if told is None:
        return tuple(_met(alert.matched, cut))
    lines = [_counted(met, alert, names) if met.field == told.type else _one(met, cut) for met in alert.matched]
    for member in told.members:
        why = "was met" if member.rule in names.correlations else "; ".join(_met(member.matched, cut))
        lines.append(f"{_place(member)} {names.title(member.rule)}: {why}")
    left = told.total - len(told.members)
    return (*lines, f"… {left:,} more in between") if left else tuple(lines)


def below(hit: Record) -> list[str]:
    """Return the lines of a table below a hit that was explained."""
    return [f"    {line}" for line in hit["explanation"] or ()]


def short(text: str) -> str:
    """Return text that fits a line or two."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} letters)"


def _met(matched: Iterable[Match], cut: Callable[[str], str]) -> list[str]:
    return [_one(met, cut) for met in matched] or ["true because of what is absent"]


def _one(met: Match, cut: Callable[[str], str]) -> str:
    return f"{met.field} {cut(met.by)}: '{cut(met.value)}'"


def _counted(met: Match, alert: Alert, names: Called) -> str:
    """Return what a correlation counted, rules by their titles."""
    field = names.counted.get(alert.rule.id)
    return f"{met.field}{f' of {field}' if field else ''} {names.titled(met.by)}: {names.titled(met.value)}"


def _place(member: Member) -> str:
    return f"{member.time:%Y-%m-%d %H:%M:%S} {member.source}:{member.record}"


def _lines(part: Part, depth: int) -> Iterator[str]:
    mark = "✓" if part.true else "✗"
    name = f"{part.name}: " if part.name else ""
    yield "  " * depth + f"{mark} {name}{_asks(part)}"
    shown = _telling(part)
    for item in shown:
        yield from _lines(item, depth + 1)
    left = len(part.items) - len(shown)
    if left:
        yield "  " * (depth + 1) + f"… {left} more"


def _asks(part: Part) -> str:
    if part.kind not in {"field", "keyword"}:
        return JOINTS[part.kind]
    if part.matched:
        met = part.matched[0]
        more = f" and {len(part.matched) - 1} more" if len(part.matched) > 1 else ""
        return f"{met.field} {short(met.by)}: '{short(met.value)}'{more}"
    asked = [one.test for one in part.tests if not one.met][:MOST_TESTS]
    left = len(part.tests) - len(asked)
    joined = (" and " if part.every else " or ").join(map(short, [*asked, f"{left} more"] if left else asked))
    return f"{part.field or 'any value'} {joined}: {short(state(part))}"


def _telling(part: Part) -> list[Part]:
    """Return the items that decide, where there are too many for a screen."""
    if len(part.items) <= MOST_ITEMS:
        return list(part.items)
    decisive = [item for item in part.items if item.true is (part.kind == "or")]
    return (decisive or list(part.items))[:MOST_ITEMS]
