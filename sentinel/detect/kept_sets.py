"""Takes a set of rules down so that it can be made again when its files are no more, and tells two sets apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.detect.alerts import hash_of
from sentinel.detect.backtest import by_key
from sentinel.detect.correlation import Correlation
from sentinel.detect.routes import FOLDER, Route, Routes, contains, load_routes
from sentinel.detect.rule import LogSourceKey, Rule, RuleSet
from sentinel.detect.rule_files import rule_files
from sentinel.detect.sigma import load_rules
from sentinel.detect.transforms import Placeholders
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.enabled import EnabledRule, KeptSet, KeptText, SetChange

EMPTY = KeptSet(hash_of([]), ())
"""The set of a watch that never had one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set is read from: rule files and folders, where their paths begin, the content, and a site's values."""

    folders: Sequence[Path]
    base: Path
    content: Path
    values: Placeholders


def take_down(source: Source, ruleset: RuleSet, routes: Routes) -> KeptSet:
    """Return a set of rules that was loaded from a source, with the text of all its files.

    ContentError: a file was taken away meanwhile.
    """
    files = tuple(_texts((Path(file.path), file.name) for file in rule_files(source.folders, source.base)))
    below = sorted((source.content / FOLDER).rglob("*.y*ml"))
    mapping = tuple(_texts((path, path.relative_to(source.content / FOLDER).as_posix()) for path in below))
    values = {name: list(values) for name, values in source.values.items()}
    rules = tuple(_Meanings(ruleset, routes, {file.name: file.text for file in files}, values).all())
    id_ = hash_of(sorted([one.key, *one.meaning] for one in rules))
    return KeptSet(id_, rules, files, mapping, values, _refused(ruleset), _filters(ruleset))


def make_again(kept: KeptSet, folder: Path, keys: frozenset[str] | None = None) -> tuple[RuleSet, Routes]:
    """Load a set that was taken down, by way of an empty folder; what is refused is among its refused.

    With `keys` only the files of those rules, and of all filters and correlations, which decide what becomes of them.
    A filter that names other rules is refused then: whether a rule is as it was is for the caller to see (`as_it_was`).
    """
    rules, content = folder / "set", folder / "content"
    named = {name for one in kept.rules if keys is None or one.correlation or one.key in keys for name in one.files}
    named.update(kept.filters)
    for number, file in enumerate(kept.files):
        if keys is not None and file.name not in named:
            continue
        _write(rules / f"{number:06}" / _safe(file.name, "rule.yml"), file.text)
    for number, file in enumerate(kept.mapping):
        _write(content / FOLDER / f"{number:06}-{_safe(file.name, 'mapping.yml')}", file.text)
    ruleset = load_rules([rules], rules, kept.values) if rules.is_dir() else RuleSet((), ())
    return ruleset, load_routes(content) if kept.mapping else Routes(())


def as_it_was(one: EnabledRule, ruleset: RuleSet) -> bool:
    """Say whether a rule that was made again is the one that was taken down."""
    refs = {key: rule.ref for key, rule in by_key(ruleset.rules).items()}
    if one.correlation:
        refs = {key: rule.ref for key, rule in by_key(ruleset.correlations).items()}
    made = refs.get(one.key)
    return made is not None and made.hash == one.rule and one.alerts == (made.id not in ruleset.silent)


def changes(old: KeptSet, new: KeptSet) -> Iterator[SetChange]:
    """Yield every rule that is new, changed or removed, in the order of the new set and then of the old."""
    before, after = ({one.key: one for one in kept.rules} for kept in (old, new))
    for key, rule in after.items():
        if key not in before:
            yield SetChange(key, rule.title, "new", (), rule.correlation, rule.alerts)
        elif rule.meaning != before[key].meaning:
            what = tuple(_what(before[key], rule))
            yield SetChange(key, rule.title, "changed", what, rule.correlation, rule.alerts or before[key].alerts)
    for key, rule in before.items():
        if key not in after:
            yield SetChange(key, rule.title, "removed", (), rule.correlation, rule.alerts)


def _what(before: EnabledRule, after: EnabledRule) -> Iterator[str]:
    if before.rule != after.rule:
        yield "the rule or its filters"
    if before.mapping != after.mapping:
        yield "the mapping of its log source"
    if before.values != after.values:
        yield "values of placeholders"
    if before.alerts != after.alerts:
        yield "whether it alerts by itself"


def _refused(ruleset: RuleSet) -> tuple[str, ...]:
    return tuple(str(one.fault) for one in ruleset.refused)


def _filters(ruleset: RuleSet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.location.path for one in ruleset.filters))


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What the rules of a set mean; `texts` are those of its files by their names."""

    ruleset: RuleSet
    routes: Routes
    texts: Mapping[str, str]
    values: Mapping[str, list[str]]
    mappings: dict[LogSourceKey, str] = field(default_factory=dict)

    def all(self) -> Iterator[EnabledRule]:
        rules = {rule.ref.id: rule for rule in self.ruleset.rules}
        for key, rule in by_key(self.ruleset.rules).items():
            yield self._enabled(key, rule, [rule])
        for key, one in by_key(self.ruleset.correlations).items():
            below = self.ruleset.below(one.ref.id).rules
            yield self._enabled(key, one, [rules[rule.ref.id] for rule in below])

    def _enabled(self, key: str, one: Rule | Correlation, rules: Sequence[Rule]) -> EnabledRule:
        mapping = sorted({self._mapping(rule.logsource) for rule in rules})
        files = tuple(dict.fromkeys((one.location.path, *self._below(one))))
        texts = [self.texts.get(place, "") for place in files]
        if any(rule.filters for rule in rules):
            texts += [self.texts.get(kept.location.path, "") for kept in self.ruleset.filters]
        named = {name: values for name, values in self.values.items() if any(f"%{name}%" in text for text in texts)}
        alerts = one.ref.id not in self.ruleset.silent
        correlation = isinstance(one, Correlation)
        return EnabledRule(
            key, one.ref.title, one.ref.hash, hash_of(mapping), hash_of(named), correlation, alerts, files
        )

    def _below(self, one: Rule | Correlation) -> Iterator[str]:
        """Yield the names of the files that hold what a correlation builds on."""
        if isinstance(one, Correlation):
            part = self.ruleset.below(one.ref.id)
            yield from (rule.location.path for rule in part.rules)
            yield from (below.location.path for below in part.correlations)

    def _mapping(self, logsource: LogSourceKey) -> str:
        if logsource not in self.mappings:
            routes = [_route(route) for route in self.routes.routes if contains(logsource, route.key)]
            self.mappings[logsource] = hash_of(routes)
        return self.mappings[logsource]


def _route(route: Route) -> list[object]:
    conditions = [sorted([name, *sorted(texts)] for name, texts in part) for part in (route.when, route.unless)]
    return [str(route.key), *conditions, [list(pair) for pair in route.aliases]]


def _texts(files: Iterable[tuple[Path, str]]) -> Iterator[KeptText]:
    """Yield the text of each file; one that is no text was refused, and nothing of it is in the set."""
    for path, name in files:
        try:
            yield KeptText(name, path.read_bytes().decode("utf-8"))
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise ContentError([Fault(Location(name), f"cannot be read: {error.strerror}")]) from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def _safe(name: str, usual: str) -> str:
    """Return the last part of a name that may be foreign, as a file may be called."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in last).lstrip("._")
    return plain[-80:] if plain.endswith((".yml", ".yaml")) else usual
