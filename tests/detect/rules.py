"""Small rules for the tests of this room, loaded as any other."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules

SYSMON_PROCESS = "category: process_creation\nproduct: windows"


def rules(folder: Path, *documents: str) -> RuleSet:
    (folder / "rules.yml").write_text("---\n".join(documents))
    return load_rules([folder], folder)


def rule(number: int, detection: str, logsource: str = SYSMON_PROCESS) -> str:
    """Write a rule; `detection` is YAML with its condition."""
    return (
        f"title: Rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nstatus: test\nlevel: high\nauthor: Åse\n"
        f"logsource:\n{indent(logsource, '  ')}\ndetection:\n{indent(detection, '  ')}\n"
    )
