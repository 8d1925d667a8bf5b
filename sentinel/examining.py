"""Examines a cluster: what it is and allows, and whether its mappings have the fields that rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sentinel.detect.fields import flatten
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.health import Mapped, examine, mapped
from sentinel.errors import StoreError
from sentinel.mirroring import TYPES
from sentinel.model.checks import Check

TEXTS = frozenset({"text", "match_only_text"})
"""Types that keep words and not the text as it was."""
WHOLLY = frozenset({"flattened", "object"})
"""Types that keep whatever is below a name; the second of OpenSearch, where nothing of it is indexed."""
NOT_THERE = 404
WHOLE = "fields"
"""Where our own data streams hold events whole, whatever their names."""


@dataclass(frozen=True, slots=True)
class Examination:
    """An examination of the cluster that `access` leads to."""

    access: Access
    clock: Callable[[], datetime]

    def checks(self) -> Iterator[Check]:
        """Yield what was found; StoreError: it cannot be reached, or does not let us in at all."""
        return examine(connect(self.access), self.clock, TYPES)

    def mapping(self, target: str, ruleset: RuleSet, routes: Routes) -> Check:
        """Say how many of the fields that rules ask for some indices have, and how many of these they index in part."""
        try:
            found = mapped(connect(self.access), target)
        except StoreError as error:
            if getattr(error.__cause__, "status_code", None) == NOT_THERE:
                return Check("note", f"mapping of {target}", "names no index", "give another pattern")
            return Check("not seen", f"mapping of {target}", str(error), "'view_index_metadata' and 'read' show it")
        return judge_mapping(target, found, ruleset, routes)


def judge_mapping(target: str, found: Mapping[str, Mapped], ruleset: RuleSet, routes: Routes) -> Check:
    """Judge a mapping. Whatever it is, no rule misses a record for it: each is judged from what was sent."""
    what, asked = f"mapping of {target}", {name for rule in ruleset.rules for name in rule.fields}
    rules = f"the rules ({len(ruleset.rules):,})"
    if found.get(WHOLE, Mapped(frozenset())).types & WHOLLY:
        return Check("ok", what, f"holds events whole in '{WHOLE}', with every field that {rules} may ask for")
    used = list(_used(found, asked, routes))
    seen = _as_rules_see(found, routes)
    told = f"{len(asked & seen):,} of {len(asked):,} fields that {rules} ask for"
    troubles = [f"{len(some):,} {how}" for how, some in _troubles(found, used) if some]
    if not troubles:
        return Check("ok", what, told)
    return Check(
        "note", what, f"{told}; {', '.join(troubles)}", "nothing is missed: records are judged as they were sent"
    )


def _troubles(found: Mapping[str, Mapped], used: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    some = list(used)
    yield "of more than one type", [name for name in some if len(found[name].types) > 1]
    yield "as words only", [name for name in some if found[name].types <= TEXTS]
    yield "whose long values are not indexed", [name for name in some if found[name].cut is not None]


def _as_rules_see(found: Mapping[str, Mapped], routes: Routes) -> set[str]:
    """Return the names that rules may find in records of these indices, under the names of their log sources too."""
    fields = flatten(dict.fromkeys(found, "x"))
    seen = set(found) | (set() if isinstance(fields, str) else set(fields))
    return seen | {new for route in routes.routes for new, old in route.aliases if old in seen}


def _used(found: Mapping[str, Mapped], asked: set[str], routes: Routes) -> Iterator[str]:
    """Yield the fields that rules ask for by their own name, by that of an alias, or by the last part of it."""
    aliases = {old for route in routes.routes for new, old in route.aliases if new in asked}
    yield from (name for name in found if name in asked or name in aliases or name.rpartition(".")[2] in asked)
