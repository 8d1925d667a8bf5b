from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from sentinel.model.risks import RiskState
from sentinel.share.oscal.risks import STATUSES, risks
from tests.share.oscal.sample import dossier


def made(**changed: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- passed on to replace
    ros = dossier().ros
    assert ros is not None
    return risks(replace(ros, risks=tuple(replace(risk, **changed) for risk in ros.risks)), dossier().organisation)


def facets(risk: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (facet["name"], prop["value"])
        for one in risk.get("characterizations", ())
        for facet in one["facets"]
        for prop in facet["props"]
        if prop["name"] == "state"
    }


def test_every_risk_is_there_in_the_order_of_the_assessment() -> None:
    ros = dossier().ros
    assert ros is not None
    told = [next(p["value"] for p in one["props"] if p["name"] == "risk-id") for one in made()]

    assert told == [risk.id for risk in ros.risks]
    assert len(told) > 10


def test_every_state_has_a_status_and_only_what_is_settled_is_closed() -> None:
    assert set(STATUSES) == set(get_args(RiskState))
    assert {state for state, status in STATUSES.items() if status == "closed"} == {"acceptable", "not_relevant"}


def test_what_is_only_hoped_for_is_never_adjusted() -> None:
    hoped = [facets(risk) for risk in made(reached=None)]
    reached = [facets(risk) for risk in made(reached=dossier().as_of)]

    assert any(("hoped-likelihood", "hoped-for") in told for told in hoped)
    assert not any(state == "adjusted" for told in hoped for _, state in told)
    assert any(("likelihood", "adjusted") in told for told in reached)


def test_measures_that_are_done_mitigate_and_the_others_are_to_come() -> None:
    ros = dossier().ros
    assert ros is not None
    done = sum(measure.state == "done" for risk in ros.risks for measure in risk.measures)
    left = [risk for risk in ros.risks if any(one.state in {"planned", "started"} for one in risk.measures)]

    assert sum(len(risk.get("mitigating-factors", ())) for risk in made()) == done
    assert done > 0
    assert sum("deadline" in risk for risk in made()) == len(left)


def test_no_two_things_share_an_identifier() -> None:
    def ids(node: Any) -> list[str]:  # noqa: ANN401 -- any JSON
        if isinstance(node, dict):
            own = [node["uuid"]] if "uuid" in node else []
            return own + [name for value in node.values() for name in ids(value)]
        return [name for value in node for name in ids(value)] if isinstance(node, list) else []

    names = ids(made())

    assert len(names) == len(set(names))
