"""The journey through a crosswalk: answers to our requirements → what they say at least of another framework."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel import flows
from sentinel.comply.checklist import NORMEN
from sentinel.comply.crosswalk.read import load_atlas
from sentinel.comply.crosswalk.through import coverage
from sentinel.model.compliance import Judgement
from sentinel.model.crosswalks import Coverage
from sentinel.packs import score_packs
from sentinel.settings import Site


def coverage_through(site: Site, content: Path, answered: str, target: str, as_of: date) -> Coverage:
    """Tell how a framework stands at least by a site's answers to Normen or a pack.

    Raises SettingsError where nothing leads there, or where nobody knows one of the two.
    """
    return coverage(load_atlas(content), answered, target, _judged(site, content, answered, as_of), as_of)


def _judged(site: Site, content: Path, answered: str, as_of: date) -> tuple[Judgement, ...]:
    if answered == NORMEN:
        return flows.assess(site, content, as_of, None, None).judgements
    (scored,) = score_packs(site, content, as_of, answered)
    return scored.judgements
