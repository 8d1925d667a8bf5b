"""Reads Sigma rules strictly: every document becomes a rule or a refusal with its place, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sentinel.content import Document, read_named
from sentinel.detect import correlation_documents, filters
from sentinel.detect.chains import Draft, chain, silent
from sentinel.detect.checks import check_document, section_of
from sentinel.detect.condition import Node, fields, in_zone
from sentinel.detect.correlation import Correlation
from sentinel.detect.correlation_documents import compile_correlation
from sentinel.detect.filters import compile_filter, filtered
from sentinel.detect.meaning import digest_of_yaml, hash_meaning
from sentinel.detect.references import Entry, Index, Kind, as_id
from sentinel.detect.refusals import by_document, joined, refuse, refuse_all
from sentinel.detect.rule import Filter, LogSourceKey, Refused, Rule, RuleSet
from sentinel.detect.rule_files import rule_files
from sentinel.detect.selection import compile_detection
from sentinel.detect.transforms import Placeholders
from sentinel.errors import Fault, Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity

DEFAULT_LEVEL = Severity.MEDIUM
NO_PLACEHOLDERS: Placeholders = MappingProxyType({})


def load_rules(folders: Iterable[Path], base: Path, placeholders: Placeholders = NO_PLACEHOLDERS) -> RuleSet:
    """Load every document below `folders`, in the order of folders and names; bad ones are refused, never raised.

    Folders whose name begins with `_` hold other content and are passed over. Of documents with the same id the first
    one stays. `placeholders` are the site's values for `%name%` in rules with the modifier `expand`. Documents may
    refer to each other from file to file: rules are compiled first, then filters, then correlations.
    """
    loading = _Loading(placeholders)
    for file in rule_files(folders, base):
        path = Path(file.path)
        documents, faults = read_named(path, file.name)
        loading.refused += [Refused(path.stem, "content", joined(group)) for group in by_document(faults, path)]
        for document in documents:
            loading.take(document)
        if not documents and not faults:
            nothing = Fault(Location(file.name, 1), "holds no rule")
            loading.refused.append(Refused(path.stem, "content", nothing))
    return loading.finish()


@dataclass(slots=True)
class _Loading:
    """What was read so far. Filters and correlations wait until every rule is known."""

    placeholders: Placeholders
    index: Index = field(default_factory=Index)
    taken: dict[str, Location] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    filters: list[tuple[Entry, Document]] = field(default_factory=list)
    correlations: list[tuple[Entry, Document]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def take(self, document: Document) -> None:
        """Take one document in: compiled, set aside, or refused."""
        section = section_of(document.data) if isinstance(document.data, dict) else "detection"
        if section == "detection":
            outcome: Rule | Document | Refused = compile_rule(document, self.placeholders)
        else:
            faults = list(check_document(document))
            outcome = refuse(document, section, faults) if faults else document
        entry = _entry(document, section, outcome)
        if entry.loaded and (earlier := self.taken.setdefault(entry.id, entry.location)) is not entry.location:
            what = f"{entry.kind} id {entry.id} is already taken by {earlier}"
            self.refused.append(Refused(entry.title, "content", Fault(entry.location, what)))
            return
        self.index.add(entry)
        if isinstance(outcome, Refused):
            self.refused.append(outcome)
        elif isinstance(outcome, Rule):
            self.rules.append(outcome)
        else:
            (self.filters if section == "filter" else self.correlations).append((entry, document))

    def finish(self) -> RuleSet:
        """Put filters on rules and compile correlations over both."""
        compiled = self._filter()
        correlations = tuple(self._correlate())
        return RuleSet(
            rules=tuple(self.rules),
            refused=tuple(self.refused),
            correlations=correlations,
            silent=silent(correlations),
            warnings=tuple(sorted(self.warnings)),
            filters=compiled,
        )

    def _filter(self) -> tuple[Filter, ...]:
        compiled: list[Filter] = []
        for entry, document in self.filters:
            outcome = compile_filter(document, self.index, self.placeholders)
            if isinstance(outcome, Filter):
                compiled.append(outcome)
                self.warnings += filters.doubts(document, outcome, self.rules)
            else:
                entry.loaded = False
                self.refused.append(outcome)
        if compiled:
            self.rules = [filtered(rule, compiled) for rule in self.rules]
        return tuple(compiled)

    def _correlate(self) -> Iterator[Correlation]:
        drafts: list[Draft] = []
        for entry, document in self.correlations:
            outcome = compile_correlation(document, _ref(document.data, entry.id, ""), self.index)
            if isinstance(outcome, Correlation):
                drafts.append(Draft(entry, document, outcome))
                self.warnings += correlation_documents.doubts(document, outcome)
            else:
                entry.loaded = False
                self.refused.append(refuse(document, "correlation", outcome))
        for made in chain(drafts, {rule.ref.id: rule.ref.hash for rule in self.rules}):
            if isinstance(made, Correlation):
                yield made
            else:
                self.refused.append(made)


def compile_rule(document: Document, placeholders: Placeholders = NO_PLACEHOLDERS) -> Rule | Refused:
    """Turn one YAML document into a rule, or into a refusal that names everything wrong with it."""
    data = document.data
    if not isinstance(data, dict):
        return refuse(document, "content", [document.fault((), "is not a rule: a map is expected")])
    faults = list(check_document(document))
    if faults:
        return refuse(document, "content", faults)
    condition, wrong = compile_detection(data["detection"], placeholders)
    if condition is None:
        return refuse_all(document, "content", [error.below("detection") for error in wrong])
    return _as_rule(document, in_zone(condition, data["timezone"]) if data.get("timezone") else condition)


def _as_rule(document: Document, condition: Node) -> Rule:
    data = document.data
    digest_of_rule = hash_meaning(data)
    source = data["logsource"]
    return Rule(
        ref=_ref(data, _id(data, digest_of_rule), digest_of_rule),
        location=document.location,
        logsource=LogSourceKey(source.get("category"), source.get("product"), source.get("service")),
        condition=condition,
        fields=fields(condition),
        description=data.get("description") or "",
        falsepositives=tuple(map(str, data.get("falsepositives") or ())),
        name=data.get("name") or "",
    )


def _ref(data: dict[str, Any], id_: str, hash_: str) -> RuleRef:
    return RuleRef(
        id=id_,
        title=data["title"],
        level=Severity(data["level"].lower()) if data.get("level") else DEFAULT_LEVEL,
        hash=hash_,
        author=data.get("author") or "",
        tags=tuple(data.get("tags") or ()),
    )


def _id(data: dict[str, Any], hash_: str) -> str:
    return as_id(data["id"]) if data.get("id") else f"sha256-{hash_[:16]}"


def _entry(document: Document, section: str, outcome: Rule | Document | Refused) -> Entry:
    """Return what others may call a document; of a refused one whatever of it can be read."""
    data = document.data if isinstance(document.data, dict) else {}
    named = {key: data[key] if isinstance(data.get(key), str) else "" for key in ("id", "name", "title")}
    kind = _KINDS[section]
    if isinstance(outcome, Refused):
        return Entry(kind, as_id(named["id"]), named["name"], named["title"], document.location, loaded=False)
    own = outcome.ref.id if isinstance(outcome, Rule) else _id(data, digest_of_yaml(data[section]))
    return Entry(kind, own, named["name"], named["title"], document.location)


_KINDS: dict[str, Kind] = {"detection": "rule", "filter": "filter", "correlation": "correlation"}
