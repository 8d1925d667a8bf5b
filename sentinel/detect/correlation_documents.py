"""Correlation documents: each becomes the noun of `correlation.py`, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, get_args

from sentinel.content import Document
from sentinel.detect.checks import unknown_keys
from sentinel.detect.correlation import Correlation, CorrelationType, Happening, Limits
from sentinel.detect.correlation_conditions import compile_limits, compile_temporal, names_of
from sentinel.detect.references import Index, shown, usable
from sentinel.detect.values import UnusableError
from sentinel.errors import Fault
from sentinel.model.alerts import RuleRef

P = ParamSpec("P")
T = TypeVar("T")

KEYS = frozenset({"type", "rules", "timespan", "group-by", "aliases", "condition", "generate"})
TYPES: tuple[CorrelationType, ...] = get_args(CorrelationType)
TEMPORAL = frozenset({"temporal", "temporal_ordered"})
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
"""Seconds. A month and a year are those of the Gregorian calendar on average, as in pySigma."""

LONGEST = 100 * UNITS["y"]
MOST_RULES = 1_000


@dataclass(slots=True)
class Attempts:
    """Takes steps one after the other, and keeps what goes wrong, so that all faults come at once."""

    errors: list[UnusableError] = field(default_factory=list)

    def at(self, path: Sequence[str | int], step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what a step makes, or None where it raises UnusableError, noted below `path`."""
        try:
            return step(*args, **kwargs)
        except UnusableError as error:
            self.errors.append(error.below("correlation", *path))
            return None


def compile_correlation(document: Document, ref: RuleRef, index: Index) -> Correlation | list[Fault]:
    """Compile a document that was checked; `ref` has no hash yet, since that needs the hashes of other documents."""
    given = document.data["correlation"]
    attempts = Attempts()
    kind = attempts.at(("type",), _type, given.get("type"))
    written = attempts.at(("rules",), _written, given, kind)
    rules = _rules(written or (), index, attempts)
    made = Correlation(
        ref=ref,
        location=document.location,
        type=kind or "event_count",
        rules=tuple(rules.values()),
        timespan=attempts.at(("timespan",), _timespan, given.get("timespan")) or timedelta(),
        group_by=attempts.at(("group-by",), _texts, given.get("group-by"), "group-by") or (),
        generate=attempts.at(("generate",), _generate, document.data) or False,
        description=document.data.get("description") or "",
        falsepositives=tuple(map(str, document.data.get("falsepositives") or ())),
        aliases=_aliases(given.get("aliases"), rules, attempts),
        **_condition(given.get("condition"), kind, rules, attempts),
    )
    faults = list(unknown_keys(document, given, KEYS, ("correlation",)))
    faults += [document.fault(error.path, str(error)) for error in attempts.errors]
    return faults or made


def doubts(document: Document, made: Correlation) -> Iterator[Fault]:
    """Yield what a correlation says that its author can hardly have meant."""
    for alias in made.aliases or {}:
        if alias not in made.group_by and alias not in made.fields:
            what = f"the alias '{alias}' stands neither in group-by nor in the condition's field"
            yield document.fault(("correlation", "aliases", alias), what)


def _type(written: object) -> CorrelationType:
    if written in TYPES:
        return written
    what = f"{shown(written)} is not a correlation type" if written else "a correlation needs a type"
    raise UnusableError(f"{what}: {', '.join(TYPES)}")


def _written(given: Mapping[str, Any], kind: CorrelationType | None) -> tuple[object, ...]:
    """Return the references as they are written; those of a temporal condition where there is no list."""
    rules, condition = given.get("rules"), given.get("condition")
    if not rules and kind in TEMPORAL and isinstance(condition, str):
        rules = list(names_of(condition))
    listed = [rules] if isinstance(rules, str) else rules
    if not isinstance(listed, list) or not listed:
        raise UnusableError("a correlation needs 'rules': ids or names of rules or correlations")
    if len(listed) > MOST_RULES:
        raise UnusableError(f"a correlation takes at most {MOST_RULES:,} rules")
    return tuple(listed)


def _rules(written: Sequence[object], index: Index, attempts: Attempts) -> dict[str, str]:
    """Return the ids that the references mean, by how they are written; a bad one stays, to be known below."""
    found: dict[str, str] = {}
    for number, reference in enumerate(written):
        id_ = attempts.at(("rules", number), _referred, reference, index)
        if id_ is not None and id_ in found.values():
            attempts.errors.append(UnusableError(f"'{reference}' stands twice", ("correlation", "rules", number)))
        else:
            found[str(reference)] = id_ or f"bad {number}"
    return found


def _referred(reference: object, index: Index) -> str:
    entry = index.find(reference)
    if entry.kind == "filter":
        raise UnusableError(f"'{reference}' is a filter ({entry.location}), which finds nothing by itself")
    return usable(entry, str(reference)).id


def _timespan(written: object) -> timedelta:
    found = _TIMESPAN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        what = f"the timespan {shown(written)} must be" if written else "a correlation needs a timespan:"
        raise UnusableError(f"{what} a whole number and one of {' '.join(UNITS)}, as in 15m (M is a month)")
    seconds = int(found[1]) * UNITS[found[2]]
    if not 0 < seconds <= LONGEST:
        raise UnusableError("the timespan must be more than nothing and at most 100 years")
    return timedelta(seconds=seconds)


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read one field or a list of fields."""
    listed = [written] if isinstance(written, str) else written if written is not None else []
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise UnusableError(f"{what} must be the name of a field, or a list of names")
    if len(set(listed)) < len(listed):
        raise UnusableError(f"{what} names a field twice")
    return tuple(listed)


def _generate(data: Mapping[str, Any]) -> bool:
    """Read `generate`, which the schema of Sigma has in the document and pySigma in its section."""
    written = [place["generate"] for place in (data, data["correlation"]) if "generate" in place]
    if not all(isinstance(one, bool) for one in written):
        raise UnusableError("generate must be true or false")
    if len(set(written)) > 1:
        raise UnusableError("generate is said twice, and not the same")
    return bool(written and written[0])


def _aliases(written: object, rules: Mapping[str, str], attempts: Attempts) -> dict[str, dict[str, str]] | None:
    if written is None:
        return None
    if not isinstance(written, dict):
        attempts.errors.append(UnusableError("aliases must be a map", ("correlation", "aliases")))
        return None
    made: dict[str, dict[str, str]] = {}
    for alias, fields in written.items():
        found = attempts.at(("aliases", str(alias)), _alias, alias, fields, rules)
        made[str(alias)] = found or {}
    return made


def _alias(alias: object, fields: object, rules: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(alias, str) or not isinstance(fields, dict) or not fields:
        raise UnusableError("an alias must be a map from a rule to the name of a field")
    for rule, name in fields.items():
        if rule not in rules:
            raise UnusableError(f"'{rule}' is not written so among the rules of the correlation", (str(rule),))
        if not isinstance(name, str) or not name:
            raise UnusableError(f"the field of '{rule}' must be text", (rule,))
    return {rules[rule]: name for rule, name in fields.items()}


def _condition(
    written: object, kind: CorrelationType | None, rules: Mapping[str, str], attempts: Attempts
) -> dict[str, Any]:
    """Return the parts of the noun that the condition gives."""
    fields: tuple[str, ...] | None = ()
    percentile: float | None = None
    condition: Limits | Happening | None
    if kind is None:
        return {}
    if kind in TEMPORAL:
        condition = attempts.at(("condition",), compile_temporal, written, kind, rules)
    elif not isinstance(written, dict):
        what = "a correlation of this type needs a condition, as a map: gt, gte, lt, lte, eq, neq"
        condition = attempts.at(("condition",), _refuse, what)
    else:
        condition = attempts.at(("condition",), compile_limits, written, kind)
        fields = attempts.at(("condition", "field"), _fields, written.get("field"), kind)
        percentile = attempts.at(("condition", "percentile"), _percentile, written, kind)
    return {"condition": condition, "fields": fields or (), "percentile": percentile}


def _refuse(what: str) -> None:
    raise UnusableError(what)


def _fields(written: object, kind: CorrelationType) -> tuple[str, ...]:
    fields = _texts(written, "field")
    if kind == "event_count" and fields:
        raise UnusableError("field means nothing beside event_count")
    if kind != "event_count" and not fields:
        raise UnusableError(f"{kind} needs a field whose values it takes")
    if kind != "value_count" and len(fields) > 1:
        raise UnusableError(f"{kind} takes one field")
    return fields


def _percentile(given: Mapping[str, Any], kind: CorrelationType) -> float | None:
    if kind != "value_percentile":
        if "percentile" in given:
            raise UnusableError(f"percentile means nothing beside {kind}")
        return None
    written = given.get("percentile")
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= 100:  # noqa: PLR2004 -- what per cent is
        raise UnusableError("value_percentile needs 'percentile', a number from 0 to 100, which Sigma leaves open")
    return float(written)


_TIMESPAN = re.compile(r"([0-9]{1,12})([smhdwMy])")
