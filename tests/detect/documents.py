"""Documents of every kind for the tests of the loader, as short as they can be."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def rule(
    name: str, number: int, detection: str = "s: {A: 1}\ncondition: s", logsource: str = "{product: windows}"
) -> str:
    return (
        f"title: Rule {name}\nid: {uuid(number)}\nname: {name}\nlogsource: {logsource}\n"
        f"detection:\n{indent(detection, '  ')}\n"
    )


def correlation(name: str, number: int, section: str, head: str = "") -> str:
    """Write a correlation; `section` is YAML, `head` more of the document."""
    return (
        f"title: Correlation {name}\nid: {uuid(number)}\nname: {name}\n{head}"
        f"correlation:\n{indent(section.strip(), '  ')}\n"
    )


def filter_(name: str, number: int, section: str, logsource: str = "{product: windows}") -> str:
    return (
        f"title: Filter {name}\nid: {uuid(number)}\nname: {name}\nlogsource: {logsource}\n"
        f"filter:\n{indent(section.strip(), '  ')}\n"
    )


def load(folder: Path, *files: str, placeholders: dict[str, list[str]] | None = None) -> RuleSet:
    """Load files of which each may hold several documents."""
    for number, text in enumerate(files):
        (folder / f"f{number}.yml").write_text(text, encoding="utf-8")
    return load_rules([folder], folder, placeholders or {})


def refusals(loaded: RuleSet) -> list[str]:
    return [f"{refused.kind}: {refused.fault}" for refused in loaded.refused]
