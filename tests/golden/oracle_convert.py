"""Turns Sigma rules into SQL with pySigma's back end for SQLite; run by the environment of requirements/oracle.txt.

It imports nothing of ours. Standard input: paths of rule files, one a line. Standard output: one JSON object that says
which versions spoke, the columns that its queries read, and for each document its queries or why there are none.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from sigma.backends.sqlite import sqliteBackend  # type: ignore[import-not-found]  # stands in the oracle's environment
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import FieldMappingTransformation
from sigma.rule import SigmaRule

ALL_TEXT = "all_text"
PACKAGES = ("pysigma", "pysigma-backend-sqlite")


def main() -> None:
    """Convert the rules of standard input."""
    rules, refused = _parsed(Path(line.rstrip("\n")) for line in sys.stdin)
    plain = sqliteBackend(fulltext_field=ALL_TEXT)
    columns = _columns(plain, (rule for _, rule in rules))
    renamed = FieldMappingTransformation({field: column for field, column in columns.items() if field != column})
    backend = sqliteBackend(ProcessingPipeline(items=[ProcessingItem(renamed)]), fulltext_field=ALL_TEXT)
    queries = dict(_converted(backend, rules, refused))
    versions = {name: version(name) for name in PACKAGES}
    json.dump({"versions": versions, "columns": columns, "queries": queries, "refused": refused}, sys.stdout)


def _parsed(paths: Iterable[Path]) -> tuple[list[tuple[str, SigmaRule]], dict[str, str]]:
    rules, refused = [], {}
    for path in paths:
        for data in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
            if "detection" not in data:
                continue  # correlations and filters are no matter of single events
            try:
                rules.append((data["id"], SigmaRule.from_dict(data)))
            except SigmaError as error:
                refused[data["id"]] = _said(error)
    return rules, refused


def _columns(backend: Any, rules: Iterable[SigmaRule]) -> dict[str, str]:  # noqa: ANN401 -- see the import
    """Return a column for every field of the rules: its name, numbered where two are alike for SQLite."""
    alike: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        try:
            for field in backend.required_fields(rule):
                alike[field.lower()].add(field)
        except SigmaError:
            continue  # the conversion meets it again, and says so
    return {
        field: f"{field}~{number}" if number else field
        for fields in alike.values()
        for number, field in enumerate(sorted(fields))
    }


def _converted(
    backend: Any,  # noqa: ANN401 -- see the import
    rules: Iterable[tuple[str, SigmaRule]],
    refused: dict[str, str],
) -> Iterator[tuple[str, list[str]]]:
    for name, rule in rules:
        try:
            yield name, backend.convert_rule(rule)
        except (SigmaError, NotImplementedError) as error:
            refused[name] = _said(error)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n")[0][:200]


if __name__ == "__main__":
    main()
