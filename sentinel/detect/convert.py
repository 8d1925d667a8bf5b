"""Converts rules to the query languages of pySigma's back ends, without any network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sigma.collection import SigmaCollection
from sigma.data import mitre_attack, mitre_d3fend
from sigma.exceptions import SigmaError
from sigma.plugins import InstalledSigmaPlugins
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import ValueListPlaceholderTransformation
from yaml import YAMLError

from sentinel.content import Document, read_named
from sentinel.detect.correlation import Correlation
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.traits import traits
from sentinel.detect.transforms import Placeholders
from sentinel.detect.unlike import unlike
from sentinel.errors import SettingsError
from sentinel.model.conversion import Conversion

EXTRA = "pip install 'helse-sentinel[convert]'"
NEEDS_ATTACK = "siem_rule"
"""Outputs that begin so look every technique up in ATT&CK's own data, which pySigma would download."""
GONE = "was changed or taken away while rules were read"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to convert to: a back end, one of its outputs, pipelines by name or file, and ATT&CK's data if needed."""

    target: str
    output: str = "default"
    pipelines: Sequence[str] = ()
    attack: Path | None = None
    placeholders: Placeholders = field(default_factory=dict)


def convert_rules(ruleset: RuleSet, base: Path, wanted: Wanted) -> Iterator[Conversion]:
    """Yield the queries of each rule and correlation, or why there are none; SettingsError before the first."""
    plugins = _plugins()
    make = _backend(plugins, wanted)
    pipeline = _pipeline(plugins, wanted)
    everything: tuple[Rule | Correlation, ...] = (*ruleset.rules, *ruleset.correlations)
    places = {one.location for one in (*everything, *ruleset.filters)}
    read = (d for path in sorted({place.path for place in places}) for d in read_named(base / path, path)[0])
    documents = {document.location: document for document in read if document.location in places}
    library = _Library(documents.values())
    with tempfile.TemporaryDirectory() as cache:
        _stay_offline(Path(cache), wanted.attack)
        backend = make(processing_pipeline=pipeline)
        for rule in everything:
            document, place = documents.get(rule.location), str(rule.location)
            collected = library.with_references(document) if document else None
            queries, failure = _convert(backend, collected, wanted.output) if collected else ((), GONE)
            traits_found = _traits(rule, document.data) if document and queries else {}
            told = tuple(unlike(traits_found, wanted.target, wanted.output))
            yield Conversion(rule.ref.id, rule.ref.title, place, wanted.target, queries, told, failure)


def targets() -> dict[str, dict[str, str]]:
    """Return the installed back ends with their outputs and what these are."""
    found: dict[str, Any] = _plugins().backends
    return {name: dict(backend.formats) for name, backend in sorted(found.items())}


def _plugins() -> InstalledSigmaPlugins:
    try:
        return InstalledSigmaPlugins.autodiscover(include_validators=False)
    except ImportError as error:
        raise SettingsError(f"a back end or pipeline is not whole: {_line(error)}; {EXTRA}") from error


def _traits(rule: Rule | Correlation, data: Mapping[str, Any]) -> dict[str, str]:
    every = {"limit": "any query"}
    if isinstance(rule, Rule):
        return {**every, **traits(rule.condition, data["detection"])}
    return {**every, "correlation": rule.type, rule.type: rule.ref.title}


def _backend(plugins: InstalledSigmaPlugins, wanted: Wanted) -> Any:  # noqa: ANN401 -- pySigma types none of it
    backends: Mapping[str, Any] = plugins.backends
    if wanted.target not in backends:
        there = ", ".join(sorted(backends)) or "none"
        raise SettingsError(f"no back end '{wanted.target}' is installed (there: {there}); {EXTRA}")
    outputs = backends[wanted.target].formats
    if wanted.output not in outputs:
        raise SettingsError(f"'{wanted.target}' has no output '{wanted.output}'; there are {', '.join(outputs)}")
    if wanted.output.startswith(NEEDS_ATTACK) and wanted.attack is None:
        what = "needs ATT&CK's data, and nothing is downloaded here; give enterprise-attack.json with --attack"
        raise SettingsError(f"output '{wanted.output}' {what}")
    return backends[wanted.target]


def _pipeline(plugins: InstalledSigmaPlugins, wanted: Wanted) -> ProcessingPipeline:
    """Return the pipelines one after the other, in the order of their priorities, after a site's placeholders."""
    made = [_one_pipeline(plugins, name) for name in wanted.pipelines]
    fill = ProcessingPipeline(
        items=[ProcessingItem(ValueListPlaceholderTransformation())],
        vars={name: list(values) for name, values in wanted.placeholders.items()},
    )
    joined = fill if wanted.placeholders else ProcessingPipeline()
    for pipeline in sorted(made, key=lambda one: one.priority):
        joined = joined + pipeline
    return joined


def _one_pipeline(plugins: InstalledSigmaPlugins, name: str) -> ProcessingPipeline:
    known: Mapping[str, Any] = plugins.pipelines
    try:
        if name in known:
            made = known[name]
            pipeline = made() if callable(made) else made
        else:
            pipeline = ProcessingPipeline.from_yaml(Path(name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"no pipeline '{name}': neither installed ({', '.join(sorted(known))}) nor a file"
        ) from error
    except (OSError, YAMLError, SigmaError, TypeError, ValueError) as error:
        raise SettingsError(f"{name}: is no pipeline: {_line(error)}") from error
    return pipeline if isinstance(pipeline, ProcessingPipeline) else pipeline.apply()


def _stay_offline(cache: Path, attack: Path | None) -> None:
    """Point pySigma's lists of techniques at a file, so that no look-up can reach for the network."""
    for module in (mitre_attack, mitre_d3fend):
        module.set_cache_dir(str(cache / module.__name__))
        module.set_url(str(attack) if attack and module is mitre_attack else os.devnull)


class _Library:
    """All documents that were loaded, by what others may call them; filters go with every rule."""

    def __init__(self, documents: Any) -> None:  # noqa: ANN401 -- a view of documents
        self.by_name: dict[str, Document] = {}
        self.filters: list[Any] = []
        for document in documents:
            data = document.data if isinstance(document.data, dict) else {}
            if "filter" in data:
                self.filters.append(data)
            for name in (data.get("id"), data.get("name")):
                if isinstance(name, str):
                    self.by_name[name] = document

    def with_references(self, document: Document) -> list[Any]:
        """Return a document after all that it refers to, each once."""
        found: dict[int, Any] = {}
        waiting = [document]
        while waiting:
            one = waiting.pop()
            if id(one) not in found:
                found[id(one)] = one.data
                names = one.data.get("correlation", {}).get("rules", ())
                waiting += [self.by_name[name] for name in _list(names) if name in self.by_name]
        return [*self.filters, *reversed(found.values())]


def _list(names: object) -> list[str]:
    return [str(name) for name in names] if isinstance(names, list) else [str(names)]


def _convert(backend: Any, data: list[Any], output: str) -> tuple[tuple[str, ...], str]:  # noqa: ANN401 -- a back end
    """Return the queries and no reason, or no queries and the reason."""
    try:
        collection = SigmaCollection.from_dicts(data)
        made = backend.convert(collection, output)
    except Exception as error:  # noqa: BLE001 -- a plugin may raise anything; each failure is told with its rule
        return (), f"{type(error).__name__}: {_line(error)}"
    return tuple(map(_text, made if isinstance(made, list) else [made])), ""


def _text(query: object) -> str:
    return query.strip() if isinstance(query, str) else orjson.dumps(query, option=orjson.OPT_SORT_KEYS).decode()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
