"""The journey through a crosswalk: answers to our requirements → what they say at least of another framework."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel import flows
from sentinel.comply.crosswalk.read import NORMEN, load_atlas
from sentinel.comply.crosswalk.through import coverage
from sentinel.model.crosswalks import Coverage
from sentinel.settings import Site


def coverage_through(site: Site, content: Path, target: str, as_of: date) -> Coverage:
    """Tell how a framework stands at least by a site's answers to Normen; SettingsError where nothing leads there."""
    assessed = flows.assess(site, content, as_of, None, None)
    return coverage(load_atlas(content), NORMEN, target, assessed.judgements, as_of)
