"""Holds OSCAL documents to compliance-trestle; run by the environment of requirements/oscal.txt.

It imports nothing of ours. Arguments: a folder of documents, and one to write them anew to. Standard output: one JSON
object with trestle's version, which documents its validators take, and the controls of the resolved profile.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import trestle.core.validator_factory  # noqa: F401 -- first, or the next one fails
from trestle.core.all_validator import AllValidator
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.mapping import MappingCollection
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.profile import Profile

KINDS = {
    "catalog.json": Catalog,
    "profile.json": Profile,
    "assessment-plan.json": AssessmentPlan,
    "assessment-results.json": AssessmentResults,
    "poam.json": PlanOfActionAndMilestones,
    "mapping-collection.json": MappingCollection,
}


def main(folder: Path, out: Path) -> None:
    """Load each document, validate it and write it anew."""
    (folder / ".trestle").mkdir()
    os.chdir(folder)  # hrefs are taken to be relative to where one stands
    valid = {}
    catalogs = {path.name: Catalog for path in folder.glob("catalog-*.json")}
    for name, kind in {**KINDS, **catalogs}.items():
        if (folder / name).exists():
            model = kind.oscal_read(folder / name)
            valid[name] = bool(AllValidator().model_is_valid(model, quiet=True, trestle_root=folder))
            model.oscal_write(out / name)
    profile = folder / "profile.json"
    catalog = ProfileResolver.get_resolved_profile_catalog(folder, profile) if profile.exists() else None
    told = {"trestle": version("compliance-trestle"), "valid": valid, "controls": list(_controls(catalog))}
    sys.stdout.write(json.dumps(told))


def _controls(group: Any) -> list[str]:  # noqa: ANN401 -- trestle's groups and catalogs
    own = [control.id for control in getattr(group, "controls", None) or ()]
    return own + [name for inner in getattr(group, "groups", None) or () for name in _controls(inner)]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
