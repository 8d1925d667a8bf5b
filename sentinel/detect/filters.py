"""Filters: documents that take events out of what rules find. They change rules, never correlations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sentinel.content import Document
from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, fields, in_zone
from sentinel.detect.meaning import hash_filter, hash_filtered
from sentinel.detect.references import Index, usable
from sentinel.detect.refusals import refuse_all
from sentinel.detect.routes import contains
from sentinel.detect.rule import Filter, LogSourceKey, Refused, Rule
from sentinel.detect.selection import compile_detection
from sentinel.detect.transforms import Placeholders
from sentinel.detect.values import UnusableError
from sentinel.errors import Fault


def compile_filter(document: Document, index: Index, placeholders: Placeholders) -> Filter | Refused:
    """Compile a filter whose document was checked; everything wrong in its section is in the refusal."""
    data = document.data
    section = dict(data["filter"])
    meant, wrong = _rules(section.pop("rules", None), index)
    if isinstance(section.get("condition"), list):
        wrong.append(UnusableError("the condition of a filter is one text, not a list", ("filter", "condition")))
        section["condition"] = "1 of them"
    condition, errors = compile_detection(section, placeholders)
    wrong += [error.below("filter") for error in errors]
    if wrong or condition is None:
        return refuse_all(document, "filter", wrong)
    source = data["logsource"]
    return Filter(
        name=data.get("name") or data["title"],
        location=document.location,
        logsource=LogSourceKey(source.get("category"), source.get("product"), source.get("service")),
        condition=in_zone(condition, data["timezone"]) if data.get("timezone") else condition,
        hash=hash_filter(data),
        rules=meant,
    )


def _rules(written: object, index: Index) -> tuple[frozenset[str] | None, list[UnusableError]]:
    if written == [] or (isinstance(written, str) and written.lower() == "any"):
        return None, []
    if not isinstance(written, str | list):
        what = "a filter needs 'rules': ids or names of rules, or 'any'"
        return frozenset(), [UnusableError(what, ("filter", "rules"))]
    found, wrong = set(), []
    for number, reference in enumerate([written] if isinstance(written, str) else written):
        try:
            found.add(_rule(reference, index))
        except UnusableError as error:
            wrong.append(error.below("filter", "rules", number))
    return frozenset(found), wrong


def _rule(reference: object, index: Index) -> str:
    entry = index.find(reference)
    if entry.kind != "rule":
        raise UnusableError(f"'{reference}' is a {entry.kind} ({entry.location}); filters apply to rules only")
    return usable(entry, str(reference)).id


def names(one: Filter, rule: Rule) -> bool:
    """Say whether a filter means a rule."""
    return one.rules is None or rule.ref.id in one.rules


def applies(one: Filter, rule: Rule) -> bool:
    """Say whether it means a rule, and what it says of the log source is what the rule says."""
    return names(one, rule) and contains(one.logsource, rule.logsource)


def filtered(rule: Rule, filters: Sequence[Filter]) -> Rule:
    """Return a rule with the filters that apply to it; its identity stays, its meaning and hash change."""
    found = [one for one in filters if applies(one, rule)]
    if not found:
        return rule
    condition = And((rule.condition, *(one.condition for one in found)))
    return replace(
        rule,
        ref=replace(rule.ref, hash=hash_filtered(rule.ref.hash, (one.hash for one in found))),
        condition=condition,
        fields=fields(condition),
        filters=tuple(one.name for one in found),
        unfiltered=rule.condition,
    )


def doubts(document: Document, one: Filter, rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yield what a filter says that its author can hardly have meant."""
    if not _denies(one.condition):
        what = "the filter denies nothing, so rules fire only on what it names; 'not' takes it out instead"
        yield document.fault(("filter", "condition"), what)
    meant = [rule for rule in rules if names(one, rule)]
    if not any(applies(one, rule) for rule in meant):
        yield document.fault(("filter",), f"the filter applies to no rule: none is of its log source {one.logsource}")
        return
    for rule in meant if one.rules is not None else ():
        if not applies(one, rule):
            what = f"the filter does not apply to '{rule.ref.title}', which is of {rule.logsource}, not {one.logsource}"
            yield document.fault(("filter", "rules"), what)


def _denies(node: Node) -> bool:
    if isinstance(node, FieldTest | Keyword):
        return False
    return isinstance(node, Not) or any(map(_denies, node.items))
