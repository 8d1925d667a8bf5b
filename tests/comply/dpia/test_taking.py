from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.reading import dpia_of
from sentinel.comply.dpia.risks import links
from sentinel.comply.dpia.taking import Taken, to_dpia, to_ros
from sentinel.comply.ros.writing import as_yaml
from sentinel.errors import ContentError
from sentinel.model.dpia import Dpia
from sentinel.model.risks import Ros
from tests.comply.dpia.parts import AS_OF, PACK, estimate, file
from tests.comply.ros import small

BARE = {"schema": "sentinel.dpiacase/1", "case": "prove", "title": "Video", "organisation": {"number": "000000002"}}
MEASURES = tuple(sorted(small.library().measures))[:4]
RISKS = ("snooping", "ransomware", "phishing", "supplier-ehr-down")


def read(data: dict[str, Any]) -> Dpia:
    found, _ = dpia_of(as_yaml(data), "dpia.yml", PACK, AS_OF)
    return assess(found, PACK, AS_OF)


def put_in(taken: Taken, data: dict[str, Any]) -> dict[str, Any]:
    events, measures = data.get("events", {}), data.get("measures", {})
    return {**data, "events": {**events, **taken.entries}, "measures": {**measures, **taken.measures}}


def test_a_risk_comes_with_its_measures_and_where_it_is_from_and_is_judged_by_nobody(tmp_path: Path) -> None:
    risk = {"before": small.judged(2, small.levels(person=3)), "measures": [small.done(), small.measure("two-factor")]}
    taken = to_dpia(small.ros(tmp_path, {"snooping": risk}), read(BARE), ["snooping"], "nb")

    assert taken.entries == {
        "snooping": {
            "title": "En ansatt leser journaler uten grunn",
            "ros": {
                "risk": "snooping",
                "date": AS_OF,
                "matrix": "4x4",
                "assessed": small.ASSESSED,
                "likelihood": 2,
                "consequence": {"patient_safety": 1, "person": 3},
            },
            "measures": ["training", "two-factor"],
        }
    }
    assert taken.measures["training"] == {
        "title": "Lær opp alle før de får tilgang",
        "owner": "Kåre Nygård",
        "due": date(2026, 12, 1),
        "state": "done",
        "done": date(2026, 11, 15),
        "ros": "training",
    }
    found = next(event for event in read(put_in(taken, BARE)).events if event.id == "snooping")
    assert (found.before, found.after, found.residual) == (None, None, None)
    assert found.origin
    assert found.origin.likelihood == 2


def test_of_a_measure_that_two_risks_use_the_less_done_and_later_one_is_taken(tmp_path: Path) -> None:
    late = small.measure(due=date(2027, 3, 1))
    risks = {
        name: {"measures": [line]} for name, line in zip(RISKS, [small.done(), small.measure(), late], strict=False)
    }
    taken = to_dpia(small.ros(tmp_path, risks), read(BARE), RISKS[:3], "nb")

    assert (taken.measures["training"]["state"], taken.measures["training"]["due"]) == ("planned", date(2027, 3, 1))


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ({"events": {"x": {"title": "X", "ros": {"risk": "snooping", "date": AS_OF}}}}, "in the file already, as 'x'"),
        ({"events": {"x": {"title": "En ansatt leser JOURNALER uten grunn"}}}, "has the title of 'x': link that by"),
        (
            {"measures": {"training": {"title": "Kurs"}}},
            "a measure of that name is there, without a link: if it is the same, add ros: training",
        ),
    ],
)
def test_what_is_there_already_is_passed_over_and_told(tmp_path: Path, there: dict[str, Any], why: str) -> None:
    ros = small.ros(tmp_path, {"snooping": {"measures": [small.measure()]}})
    taken = to_dpia(ros, read({**BARE, **there}), ["snooping"], "nb")

    assert [why in told for _, told in taken.passed] == [True]
    assert "training" not in taken.measures


def test_what_is_not_relevant_or_dropped_is_not_taken(tmp_path: Path) -> None:
    dropped = {"measures": [small.measure(state="dropped")]}
    ros = small.ros(tmp_path, {"snooping": {"not_relevant": small.exempt()}, "ransomware": dropped})
    taken = to_dpia(ros, read(BARE), ["snooping", "ransomware"], "en")

    assert taken.passed == [("snooping", "is not relevant by the ROS")]
    assert taken.entries["ransomware"]["measures"] == []


def test_a_name_that_the_file_uses_for_something_else_is_not_taken_from_it(tmp_path: Path) -> None:
    other = {**BARE, "events": {"snooping": {"title": "Noe annet"}}}
    taken = to_dpia(small.ros(tmp_path, {"snooping": {}}), read(other), ["snooping"], "nb")

    assert list(taken.entries) == ["ros-snooping"]


def test_what_the_other_file_has_no_room_for_is_cut_and_can_be_read(tmp_path: Path) -> None:
    long = "a" * 61
    own = {"title": "Ord " * 900, "text": "x", "threatens": ["person"], "measures": [small.measure(long, title="Lås")]}
    ros = small.ros(tmp_path, {long: own})
    whole = read(put_in(to_dpia(ros, read(BARE), [long], "nb"), BARE))
    event = next(event for event in whole.events if event.own)

    assert (event.id, event.measures, len(event.title.nb)) == ("a" * 60, ("a" * 60,), 200)
    assert [link.differs for link in links(ros, whole) if link.event] == [()]
    told = read({**BARE, "events": {"access": {"before": estimate(2, 2), "threats": ["Ord " * 4000]}}})
    assert small.ros(tmp_path, to_ros(ros, told, ()).entries).risks


def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(MEASURES), unique=True, max_size=3))
    states = [draw(st.sampled_from(["planned", "started", "done", "dropped"])) for _ in names]
    days = [date(2026, 11, 15 + draw(st.integers(0, 14))) for _ in names]
    return [
        small.measure(name, state=state, due=day, **({"done": small.ASSESSED} if state == "done" else {}))
        for name, state, day in zip(names, states, days, strict=True)
    ]


@st.composite
def risks(draw: st.DrawFn) -> dict[str, Any]:
    level = st.integers(0, 4)
    return {
        name: {
            **(
                {"before": small.judged(draw(st.integers(1, 4)), small.levels(2, person=draw(level)), because="Sett.")}
                if draw(st.booleans())
                else {}
            ),
            "measures": lines(draw),
        }
        for name in draw(st.lists(st.sampled_from(RISKS), unique=True))
    }


def ros_of(found: dict[str, Any]) -> Ros:
    with tempfile.TemporaryDirectory() as folder:
        return small.ros(Path(folder), found)


@settings(deadline=None)
@given(found=risks())
def test_what_was_taken_is_read_again_agrees_and_is_never_taken_twice(found: dict[str, Any]) -> None:
    ros = ros_of(found)
    taken = to_dpia(ros, read(BARE), (), "nb")
    whole = read(put_in(taken, BARE))
    again = to_dpia(ros, whole, (), "nb")

    assert (again.entries, again.measures) == ({}, {})
    assert {name for name, _ in again.passed} == {event.origin.risk for event in whole.events if event.origin}
    told = [text.en for link in links(ros, whole) for text in link.differs]
    lines_of = {(line["id"], line["state"], line["due"]) for risk in found.values() for line in risk["measures"]}
    alike = len({name for name, _, _ in lines_of}) == len(lines_of)
    assert told == [] or not alike  # lines of one measure that differ within the ROS cannot all agree


def test_an_event_becomes_a_risk_of_the_organisations_own_with_measures_that_can_stand_there(tmp_path: Path) -> None:
    data = {
        **BARE,
        "events": {
            "access": {
                "before": estimate(3, 3),
                "threats": ["Noen ser.", "Noen tar"],
                "measures": ["lock", "a", "two-factor"],
            },
            "change": {},
        },
        "measures": {
            "lock": {"title": "Lås", "owner": "Drift", "due": "2026-12-01"},
            "a": {"title": "Kort navn", "owner": "Drift", "due": "2026-12-01"},
            "two-factor": {"title": "To trinn", "owner": "Drift", "due": "2026-12-01"},
        },
    }
    dpia = read(data)
    taken = to_ros(small.ros(tmp_path, {}), dpia, small.library().measures)
    entry = taken.entries["dpia-prove-access"]

    assert entry["threatens"] == ["confidentiality", "person"]
    assert entry["text"] == "Noen ser. Noen tar."
    assert [line["id"] for line in entry["measures"]] == ["lock"]
    assert entry["dpia"] == {"case": "prove", "event": "access", "date": AS_OF, "likelihood": 3, "severity": 3}
    assert dict(taken.passed)["change"] == dict(taken.passed)["loss"] == "nobody has judged it yet"
    assert "a name of letters" in dict(taken.passed)["a"]
    assert "the library has a measure of that name" in dict(taken.passed)["two-factor"]

    again = small.ros(tmp_path, taken.entries)
    assert to_ros(again, dpia, small.library().measures).entries == {}
    assert next(risk.origin.event for risk in again.risks if risk.origin) == "access"


def test_the_same_risk_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    link = {"risk": "snooping", "date": "2026-11-20"}
    twice = file(events={"a": {"title": "A", "ros": link}, "b": {"title": "B", "ros": {**link, "date": "2026-11-30"}}})
    data = twice.model_dump(mode="json", by_alias=True, exclude_none=True)
    data |= {"measures": {"m": {"title": "M", "ros": "training"}, "n": {"title": "N", "ros": "training"}}}
    with pytest.raises(ContentError) as told:
        dpia_of(yaml.safe_dump(data), "dpia.yml", PACK, AS_OF)

    assert "'snooping' was taken already, as 'a'" in str(told.value)
    assert "'training' was taken already, as 'm'" in str(told.value)
    assert "2026-11-30 is after 2026-11-21" in str(told.value)
    own = {"title": "S", "text": "S.", "threatens": ["person"]}
    taken = {"case": "prove", "event": "access", "date": AS_OF}
    with pytest.raises(ContentError, match="'access' of prove was taken already, as 'own-a'"):
        small.ros(tmp_path, {"own-a": {**own, "dpia": taken}, "own-b": {**own, "dpia": taken}})


def test_a_taken_event_that_is_better_afterwards_still_needs_a_measure() -> None:
    event = {"title": "A", "ros": {"risk": "snooping", "date": "2026-11-20"}}
    better = {**event, "before": estimate(3, 3), "after": estimate(1, 1)}
    with pytest.raises(ContentError, match="is better than before without a measure"):
        read({**BARE, "events": {"a": better}})
    assert DpiaFile.model_validate({**BARE, "events": {"a": better}})
