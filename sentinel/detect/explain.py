"""Explains a rule over an event: which texts met it, or which part of its condition was false first.

Every truth value is asked of the reference evaluator, so that an explanation cannot differ from what detection does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sentinel.content import read_named
from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or, describe
from sentinel.detect.evaluate import Look, holds, matches_in
from sentinel.detect.readings import as_text, scalars
from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import Rule
from sentinel.detect.selection import compile_definition
from sentinel.detect.transforms import Placeholders
from sentinel.detect.values import UnusableError
from sentinel.model.events import Event, Fields
from sentinel.model.explained import Asked, Explanation, Held, Part, Verdict, View

Names = Mapping[Node, str]
"""The named parts of a detection, by what they were compiled to."""
NO_NAMES: Names = {}
NEAR = "a near miss: without the blanks around it, it would be met"


def explain(rule: Rule, event: Event, routes: Routes, names: Names = NO_NAMES) -> Explanation:
    """Explain one rule over one event, in each view that the event's log sources give of it."""
    offered = routes.route(event)
    wanted = [route for route in offered if contains(rule.logsource, route.key)]
    views = tuple(_views(rule, event, wanted, names)) or (_view("", rule.condition, event.fields, names),)
    true = any(view.condition.true for view in views)
    verdict: Verdict = "not-routed" if not wanted else "hit" if true else "no-hit"
    return Explanation(
        rule=rule.ref.id,
        title=rule.ref.title,
        hash=rule.ref.hash,
        path=str(rule.location),
        source=event.source,
        record=event.record,
        verdict=verdict,
        reason="" if wanted else why_not_routed(rule, event, routes),
        routes=tuple(dict.fromkeys(str(route.key) for route in offered)),
        views=views,
    )


def names_of(rule: Rule, base: Path, placeholders: Placeholders) -> Names:
    """Return the named parts of a rule's detection, read again from its file; none where it is no longer there."""
    documents, _ = read_named(base / rule.location.path, rule.location.path)
    detection = next((d.data.get("detection") for d in documents if d.location == rule.location), None)
    names: dict[Node, str] = {}
    for name, definition in detection.items() if isinstance(detection, dict) else ():
        try:
            if name != "condition":
                names.setdefault(compile_definition(definition, placeholders), str(name))
        except UnusableError:
            continue  # the file was changed since the rule was loaded from it
    return names


def explain_condition(node: Node, look: Look, names: Names = NO_NAMES) -> Part:
    """Return the whole condition with what each part of it says of the event."""
    true, name = holds(node, look), names.get(node, "")
    match node:
        case And(items=items):
            return Part("and", true, name, tuple(explain_condition(item, look, names) for item in items))
        case Or(items=items):
            return Part("or", true, name, tuple(explain_condition(item, look, names) for item in items))
        case Not(item=item):
            return Part("not", true, name, (explain_condition(item, look, names),))
    return _leaf(node, look, name)


def first_false(part: Part) -> Part | None:
    """Return the part that was false first, or None where the condition is true.

    In an `and` that is the first item that is false: those before it were true, those after it were never looked at.
    An `or` is false as a whole, since each of its items is; a `not` is, because what it denies is true.
    """
    if part.true:
        return None
    while part.kind == "and":
        part = next(item for item in part.items if not item.true)
    return part


def why_not_routed(rule: Rule, event: Event, routes: Routes) -> str:
    """Say why an event is not of a rule's log source: the conditions that the nearest of its routes finds unmet."""
    if not routes.has(rule.logsource):
        why = routes.why_not(rule.logsource) or "nobody has said which events are of it"
        return f"{rule.logsource}: {why}"
    unmet = [list(_unmet(route, event)) for route in routes.routes if contains(rule.logsource, route.key)]
    nearest = min(unmet, key=len)
    return f"{rule.logsource}: {' and '.join(nearest)}"


def sentence(part: Part, most: int = 5) -> str:
    """Return what a part asks in one line; of many tests only the first `most`, those that decided it before others."""
    if part.kind in {"field", "keyword"}:
        asked = _tests(part, most)
        return f"{part.name} ({asked})" if part.name else asked
    if part.name:
        return part.name
    if part.kind == "not":
        inner = sentence(part.items[0], most)
        return f"not {inner}" if part.items[0].name else f"not ({inner})"
    shown = [sentence(item, most) for item in part.items[:most]]
    left = len(part.items) - len(shown)
    return f" {part.kind} ".join([*shown, f"{left} more"] if left else shown)


def state(part: Part) -> str:
    """Return what the field of a part held, in words."""
    words = {"absent": "is absent", "null": "is null", "empty": "is an empty list"}
    if part.kind == "keyword":
        return "no value of the event has it"
    if part.held != "there":
        return f"{part.field} {words[part.held]}"
    told = f"{part.field} is " + " and ".join(f"'{value}'" for value in part.values)
    return f"{told}, {NEAR}" if part.near else told


def because(part: Part) -> str:
    """Return in one line what made a part false: what its field held, or what met the thing that it denies."""
    if part.kind in {"field", "keyword"}:
        return state(part)
    if part.kind == "not":
        matched = [match for below in part.items[0].walk() if below.true for match in below.matched]
        met = ", ".join(f"{match.field} {match.by}" for match in matched[:3])
        return f"{met or 'what it denies'} is true"
    held = {state(below): None for below in part.walk() if below.kind in {"field", "keyword"}}
    return "; ".join(list(held)[:3]) + ("; …" if len(held) > 3 else "")  # noqa: PLR2004 -- as many as a line holds


def _views(rule: Rule, event: Event, wanted: list[Route], names: Names) -> Iterator[View]:
    """Yield a view for each different set of aliases, as the engine takes them."""
    for route in {route.aliases: route for route in reversed(wanted)}.values():
        yield _view(str(route.key), rule.condition, route.view(event.fields), names)


def _view(route: str, condition: Node, fields: Fields, names: Names) -> View:
    part = explain_condition(condition, Look(fields), names)
    return View(route, part, first_false(part))


def _leaf(node: FieldTest | Keyword, look: Look, name: str) -> Part:
    matched = matches_in(node, look)
    if isinstance(node, Keyword):
        asked = tuple(Asked(describe(test), holds(Keyword((test,)), look)) for test in node.tests)
        return Part("keyword", matched is not None, name, every=node.every, tests=asked, matched=matched or ())
    held, values = _held(look.fields, node.field)
    return Part(
        kind="field",
        true=matched is not None,
        name=name,
        field=node.field,
        every=node.every,
        tests=tuple(Asked(describe(test), holds(FieldTest(node.field, (test,)), look)) for test in node.tests),
        held=held,
        values=values,
        matched=matched or (),
        near=matched is None and _is_near(node, look),
    )


def _is_near(node: FieldTest, look: Look) -> bool:
    """Say whether only blanks around a value are in the way: they count, and a log may have them where no rule has."""
    values = list(scalars(look.fields.get(node.field)))
    bare: Any = [one.strip() if isinstance(one, str) else one for one in values]
    return bare != values and matches_in(node, Look({**look.fields, node.field: bare})) is not None


def _held(fields: Fields, field: str) -> tuple[Held, tuple[str, ...]]:
    if field not in fields:
        return "absent", ()
    texts = tuple(as_text(value) for value in scalars(fields[field]))
    if not texts:
        return "empty", ()
    if all(text is None for text in texts):
        return "null", ()
    return "there", tuple("null" if text is None else text for text in texts)


def _tests(part: Part, most: int) -> str:
    deciding = sorted(part.tests, key=lambda asked: asked.met if part.every else not asked.met)
    shown = [asked.test for asked in deciding[:most]]
    left = len(part.tests) - len(shown)
    joined = (" and " if part.every else " or ").join([*shown, f"{left} more"] if left else shown)
    return f"{part.field} {joined}" if part.field else f"any value {joined}"


def _unmet(route: Route, event: Event) -> Iterator[str]:
    for name, texts in route.when:
        alone = Routes((Route(route.dataset, route.key, ((name, texts),)),))
        if not alone.route(event):
            held, values = _held(event.fields, name)
            is_now = " and ".join(f"'{value}'" for value in values) if held == "there" else held
            wanted = " or ".join(f"'{text}'" for text in sorted(texts)[:3])
            yield f"{name} is {is_now}, not {wanted}"
