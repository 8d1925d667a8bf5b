"""The pages say what is there: links lead somewhere, and commands and files that are named exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_app import COMMANDS
from tests.shared import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link]

    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs").glob("*.md")]

    assert [name for name in pages if f"docs/{name}" not in readme] == []


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    groups = {name.split()[0] for name, _ in COMMANDS}

    assert [group for group in groups if not re.search(rf"`(sentinel )?{group}\b", readme)] == []


def test_files_that_pages_name_exist() -> None:
    gone = []
    for page in PAGES:
        for name in re.findall(
            r"`((?:sentinel|rules|checklists|scanners|reports|tests|bench|docs|examples)/[\w./-]+)`",
            page.read_text(encoding="utf-8"),
        ):
            planned = name == "sentinel/_content/"  # only in the wheel
            if not planned and not (ROOT / name).exists():
                gone.append(f"{page.name}: {name}")

    assert gone == []


def test_pages_that_files_name_exist() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), page)
        for folder in ("sentinel", "tests", "bench", "rules", "checklists", "scanners")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yml", ".sh", ".json"}
        for page in re.findall(r"\bdocs/[\w-]+\.md", path.read_text(encoding="utf-8"))
    }

    assert len(named) > 3
    assert {(path, page) for path, page in named if not (ROOT / page).exists()} == set()
