from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.cnil_html import tidy
from sentinel.comply.dpia.cnil_in import from_cnil
from sentinel.comply.dpia.cnil_out import titles_of, to_cnil
from sentinel.comply.dpia.reading import read_dpia
from sentinel.errors import ContentError
from sentinel.model.text import LANGUAGES, Language
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK, estimate

TEXT = st.text(alphabet="abæøå <>&\n:-.«»", max_size=40).map(lambda text: tidy(text).strip())
LINE = TEXT.map(lambda text: text.replace("\n", " "))
NAMES = {
    "description": ("nature", "scope", "context", "purposes", "roles", "codes", "lifecycle", "systems"),
    "necessity": ("purpose", "basis", "minimisation", "accuracy", "retention"),
    "rights": ("information", "consent", "access", "correction", "objection", "processors", "transfers"),
}
DAYS = st.none() | st.dates(date(2026, 1, 1), AS_OF).map(date.isoformat)
EVENT = st.fixed_dictionaries(
    {
        "sources": st.lists(TEXT, max_size=2),
        "threats": st.lists(TEXT, max_size=2),
        "impacts": st.lists(TEXT, max_size=2),
        "before": st.builds(estimate, st.integers(2, 4), st.integers(2, 4), TEXT),
        "measures": st.just(["a"]),
        "after": st.none() | st.builds(estimate, st.integers(1, 2), st.integers(1, 2), TEXT),
    }
)
SHARED = st.fixed_dictionaries(
    {
        "title": LINE.map(lambda text: text or "x"),
        "organisation": st.fixed_dictionaries({"name": LINE}),
        "made": st.dates(date(2026, 1, 1), AS_OF).map(date.isoformat),
        **{part: st.fixed_dictionaries(dict.fromkeys(names, TEXT)) for part, names in NAMES.items()},
        "events": st.fixed_dictionaries(dict.fromkeys(("access", "change", "loss"), EVENT)),
        "measures": st.fixed_dictionaries(
            {
                "a": st.fixed_dictionaries({"title": st.just("Lås"), "text": TEXT, "owner": LINE, "due": DAYS}),
                "b": st.fixed_dictionaries({"title": LINE, "text": TEXT, "owner": LINE, "due": DAYS}),
            }
        ),
        "dpo": st.fixed_dictionaries({"advice": TEXT}),
        "views": st.fixed_dictionaries(
            {"asked": st.sampled_from(["yes", "no", "unknown"]), "who": TEXT, "views": TEXT, "because": TEXT}
        ),
        "approval": st.fixed_dictionaries({"by": LINE}),
    }
)
DATA = st.lists(st.fixed_dictionaries(dict.fromkeys(("what", "recipients", "retention"), TEXT)), max_size=3)


def plain(made: DpiaFile) -> dict[str, Any]:
    """Return a file with measures by their titles: the other tool knows no other name of theirs."""
    data: dict[str, Any] = made.model_dump(mode="json", by_alias=True)
    titles = titles_of(made)
    data["measures"] = {titles[name]: {**entry, "title": titles[name]} for name, entry in data["measures"].items()}
    for event in data["events"].values():
        event["measures"] = [titles[name] for name in event["measures"]]
    return data


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(SHARED, DATA, st.sampled_from(LANGUAGES))
def test_what_both_know_comes_back_as_it_was(shared: dict[str, Any], data: list[Any], language: Language) -> None:
    shared = {**shared, "description": {**shared["description"], "data": data}}
    made = DpiaFile.model_validate({"schema": "sentinel.dpiacase/1", "case": "prove", **shared})
    sent = to_cnil(made, PACK, AS_OF, language)
    came = from_cnil(sent.text, "pia.json", "prove", PACK, AS_OF)

    assert sent.left == came.left == ()
    assert plain(DpiaFile.model_validate(came.data)) == plain(made)


def test_the_example_comes_back_whole_but_for_what_was_told() -> None:
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    came = from_cnil(to_cnil(read, PACK, AS_OF, "nb").text, "pia.json", read.case, PACK, AS_OF)
    back, sent = plain(DpiaFile.model_validate(came.data)), plain(read)

    told = {"screening", "organisation", "measures", "dpo", "review", "not_relevant"}
    assert {key for key in sent if back[key] != sent[key]} == told
    assert back["organisation"]["name"] == sent["organisation"]["name"]
    lost = {key for n, one in sent["measures"].items() for key in one if back["measures"][n][key] != one[key]}
    assert lost == {"state", "done"}


FOREIGN = {
    "pia": {"name": "Capteur", "dpo_status": 1, "evaluator_name": "E", "created_at": "2018-02-20T15:25:41.845Z"},
    "answers": [
        {"reference_to": 111, "data": {"text": "<div>Le <strong>moniteur</strong> de sommeil</div>", "gauge": 0}},
        {
            "reference_to": 121,
            "data": {"text": "<ul>\n<li><strong>Fournies</strong> : adresse ;</li></ul>", "list": []},
        },
        {"reference_to": 324, "data": {"text": None, "gauge": None, "list": ["Chiffrement", "Traçabilité"]}},
        {"reference_to": 325, "data": {"text": "Graves", "gauge": 3, "list": []}},
        {"reference_to": 326, "data": {"text": "Facile", "gauge": 4, "list": []}},
        {"reference_to": 335, "data": {"text": "Peu", "gauge": 2, "list": []}},
        {"reference_to": 999, "data": {"text": "?"}},
    ],
    "measures": [{"title": "Chiffrement", "content": "SSL", "id": 101, "placeholder": "x"}],
    "evaluations": [
        {"reference_to": "3.2", "status": 2, "gauges": {"x": 3, "y": 1}, "evaluation_comment": "<p>Mieux</p>"},
        {"reference_to": "3.1.101", "action_plan_comment": "TLS", "person_in_charge": None, "gauges": None},
    ],
    "comments": [{"description": "a"}],
    "attachments": [],
}
"""In the shape of the example that the tool itself ships."""


def test_a_file_of_the_tools_own_is_read_and_the_rest_told() -> None:
    came = from_cnil(json.dumps(FOREIGN), "pia.json", "prove", PACK, AS_OF)
    made = DpiaFile.model_validate(came.data)

    assert made.description.nature == "Le moniteur de sommeil"
    assert [entry.what for entry in made.description.data] == ["- Fournies : adresse ;"]
    access = made.events["access"]
    assert access.before is not None
    assert (access.before.likelihood, access.before.severity, access.before.because) == (4, 3, "Graves\nFacile")
    assert access.after is not None
    assert (access.after.likelihood, access.after.severity, access.after.because) == (1, 3, "Mieux")
    assert access.measures == ("chiffrement", "tra-abilit")
    assert made.measures["chiffrement"].text == "SSL"
    assert made.made == date(2018, 2, 20)
    assert made.screening.answers == {}
    assert came.left == (
        "answer 999",
        "dpo_status",
        "evaluator_name",
        "comments (1)",
        "comments of the evaluation of 3.1.101",
        "the estimate of 3.3: one of its two levels is missing",
    )


def test_an_estimate_that_our_rules_refuse_is_told_and_not_taken_over() -> None:
    foreign = {**FOREIGN, "answers": [one for one in FOREIGN["answers"] if one["reference_to"] != 324]}  # type: ignore[index]  # a list of answers
    came = from_cnil(json.dumps(foreign), "pia.json", "prove", PACK, AS_OF)

    assert DpiaFile.model_validate(came.data).events["access"].after is None
    assert came.left[-2].startswith("the estimate after measures of 3.2")


def test_an_identity_number_in_it_stops_the_import() -> None:
    foreign = {"pia": {"name": "Pasient 01010112345"}}

    with pytest.raises(ContentError) as caught:
        from_cnil(json.dumps(foreign), "pia.json", "prove", PACK, AS_OF)
    assert "0101011" not in str(caught.value)
