from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.exchange.oscal import NS, read_oscal
from sentinel.errors import ContentError, InputError
from sentinel.share.oscal import common
from sentinel.share.oscal.catalog import catalog
from sentinel.share.oscal.results import results
from tests.share.oscal.sample import DAY, dossier
from tests.shared import ROOT

CHECKLIST = load_checklist(ROOT)


def read(folder: Path, change: Callable[[dict[str, Any]], object] | None = None) -> Any:  # noqa: ANN401 -- as read_oscal
    made = json.loads(common.text_of(results(dossier())))
    if change:
        change(made["assessment-results"])
    (folder / "r.json").write_text(json.dumps(made), encoding="utf-8")
    return read_oscal(folder / "r.json", "r.json", CHECKLIST, DAY)


def answer_prop(body: dict[str, Any], name: str) -> dict[str, Any]:
    props = (prop for finding in body["results"][0]["findings"] for prop in finding["props"])
    found: dict[str, Any] = next(prop for prop in props if prop["name"] == f"answer-{name}")
    return found


def test_reader_and_writer_mean_the_same_namespace() -> None:
    assert NS == common.NS


def test_the_answers_come_back_as_they_were(tmp_path: Path) -> None:
    taken = read(tmp_path)

    assert set(taken.answers) == set(dossier().answers)
    assert taken.organisation == "Lyngvik tannklinikk"


def test_faults_are_told_with_the_finding(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"r\.json: finding 1 \(LED-01\): answers\.LED-01\.state: input should be"):
        read(tmp_path, lambda body: answer_prop(body, "state").update(value="godkjent"))


def test_a_number_that_may_be_a_persons_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds eleven digits") as caught:
        read(tmp_path, lambda body: answer_prop(body, "note").update(value="01019012345"))

    assert "01019012345" not in str(caught.value)


def test_properties_of_others_are_no_answers(tmp_path: Path) -> None:
    def foreign(body: dict[str, Any]) -> None:
        for finding in body["results"][0]["findings"]:
            for prop in finding["props"]:
                prop["ns"] = "urn:example:other"

    assert read(tmp_path, foreign).answers == ()


def test_results_of_other_programs_are_refused(tmp_path: Path) -> None:
    def strip(body: dict[str, Any]) -> None:
        del body["results"][0]["findings"]
        body["metadata"]["parties"] = []

    with pytest.raises(InputError, match="nothing in the namespace of Sentinel"):
        read(tmp_path, strip)


def test_several_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 2 results"):
        read(tmp_path, lambda body: body["results"].append(body["results"][0]))


def test_a_catalog_is_no_result(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(common.text_of(catalog(dossier().catalogue, DAY)))

    with pytest.raises(InputError, match="is not OSCAL assessment results: assessment-results: Field req"):
        read_oscal(path, "c.json", CHECKLIST, DAY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.one_of(st.binary(max_size=300), JSON.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_are_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("oscal") / "r.json"
    path.write_bytes(raw)

    with pytest.raises(InputError, match=r"^r\.json: [^\n]+$"):
        read_oscal(path, "r.json", CHECKLIST, DAY)


@given(st.dictionaries(st.sampled_from(["name", "value", "class", "remarks"]), JSON, max_size=4))
def test_any_property_is_an_answer_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Any]
) -> None:
    try:
        taken = read(tmp_path_factory.mktemp("oscal"), lambda body: answer_prop(body, "note").update(changed))
    except (ContentError, InputError):
        return
    assert len(taken.answers) == len(dossier().answers)
