from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.coverage import Watcher
from sentinel.detect.engine import Engine
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.survey import Survey
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.logs import SYSMON, event
from tests.shared import ROOT

OWN = load_rules([ROOT / "rules"], ROOT)
ROUTES = load_routes(ROOT)
EVENTS = st.builds(
    event,
    st.dictionaries(st.sampled_from(["Image", "CommandLine", "TargetObject", "LogonType"]), st.just("x")),
    Channel=st.sampled_from(["Security", SYSMON, "System"]),
    EventID=st.sampled_from([1, 13, 4624, 4688]),
)


@given(st.lists(EVENTS, max_size=5))
def test_a_survey_says_what_the_engine_says_but_for_what_evaluating_shows(events: list[Event]) -> None:
    survey, engine = Survey(OWN, ROUTES), Engine(OWN, ROUTES)
    assert list(survey.run(events)) == []
    list(engine.run(events))

    assert survey.ledger() == tuple(
        replace(entry, hits=0, sources=tuple(replace(log, hits=0) for log in entry.sources))
        for entry in engine.ledger()
    )


def test_a_stream_is_read_and_accounted_under_its_log(tmp_path: Path) -> None:
    del tmp_path
    survey, tally = Survey(OWN, ROUTES), Tally("clients")
    inlet = Inlet("a.jsonl", "clients", tally, Watcher("clients", ""), lambda _label, items: iter(items))
    line = b'{"Channel": "Security", "EventID": 4624, "TimeCreated": "2026-10-14T01:45:00Z"}\n'

    assert list(survey.read("jsonl", iter([line, line]), inlet)) == []
    assert tally.handled == 2
    assert [day.isoformat() for day in survey.accounts.days()] == ["2026-10-14"]
    assert {log.source for entry in survey.ledger() for log in entry.sources} == {"clients"}
