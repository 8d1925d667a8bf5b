from __future__ import annotations

from dataclasses import replace

from sentinel.share.oscal.plan import plan, reviewed
from tests.share.oscal.sample import dossier


def test_the_plan_reviews_what_is_asked_and_nothing_else() -> None:
    (selection,) = reviewed(dossier())["control-selections"]

    assert [one["control-id"] for one in selection["include-controls"]] == [
        item.requirement.id for item in dossier().items if item.applies
    ]


def test_where_nothing_is_asked_the_selection_is_still_one_that_oscal_takes() -> None:
    nothing = replace(dossier(), items=())

    assert reviewed(nothing)["control-selections"] == [{"include-all": {}}]


def test_the_plan_says_that_there_is_no_system_security_plan() -> None:
    made = plan(dossier())["assessment-plan"]
    (resource,) = made["back-matter"]["resources"]

    assert made["import-ssp"]["href"] == f"#{resource['uuid']}"
    assert resource["description"].startswith("Virksomheten lager ingen slik plan")
    assert made["metadata"]["links"] == [{"href": "profile.json", "rel": "profile"}]
