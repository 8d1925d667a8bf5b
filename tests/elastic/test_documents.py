from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint
from sentinel.elastic.documents import document, event_in
from sentinel.model.events import Event, Value

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SINGLE = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text()
VALUES: st.SearchStrategy[Value] = SINGLE | st.lists(SINGLE | st.lists(SINGLE, max_size=3), max_size=4)
ODD = st.sampled_from([2**64, -(2**63) - 1, 10**40, float("inf"), float("-inf"), float("nan")])
TIMES = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the strategy adds the zone


@given(st.dictionaries(st.text(max_size=20), VALUES), TIMES, st.text(), st.text())
def test_an_event_comes_back_as_it_went(
    fields: dict[str, Value], time: datetime | None, source: str, record: str
) -> None:
    event = Event(source, record, time, fields)
    sent = orjson.loads(document(event, fingerprint(event), "jsonl").sent(AT))

    assert event_in(sent) == event
    assert sent["event"]["ingested"] == AT.isoformat()


@given(st.dictionaries(st.text(max_size=20), VALUES | ODD | st.lists(ODD)))
def test_numbers_that_json_cannot_say_keep_what_rules_read_and_the_fingerprint(fields: dict[str, Value]) -> None:
    event = Event("log", "1", None, fields)
    back = event_in(orjson.loads(document(event, fingerprint(event), "jsonl").sent(AT)))

    assert back is not None
    assert fingerprint(back) == fingerprint(event)


def test_an_event_without_a_time_is_filed_under_its_intake_and_stays_without() -> None:
    sent = orjson.loads(document(Event("log", "1", None, {"a": "b"}), "x", "csv").sent(AT))

    assert sent["@timestamp"] == AT.isoformat()
    back = event_in(sent)
    assert back is not None
    assert back.time is None


def test_beside_the_event_stands_what_the_schema_has_names_for() -> None:
    fields: dict[str, Value] = {"EventID": 1, "Image": "C:\\a.exe", "User": "A\\b", "event.ingested": "now", "odd": 1}
    sent = orjson.loads(document(Event("log", "1", AT, fields), "x", "evtx").sent(AT))

    assert sent.pop("fields") == fields
    assert sent.pop("sentinel")["format"] == "evtx"
    assert sent == {
        "@timestamp": AT.isoformat(),
        "ecs": {"version": "8.12.0"},
        "event": {"ingested": AT.isoformat(), "code": "1"},
        "process": {"executable": "C:\\a.exe"},
        "related": {"user": ["b"]},
        "user": {"name": "b", "domain": "A"},
    }


def test_times_are_sent_as_utc() -> None:
    time = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))

    sent = orjson.loads(document(Event("log", "1", time, {}), "x", "csv").sent(AT))

    assert sent["@timestamp"] == "2026-10-25T00:30:00+00:00"


@given(st.recursive(SINGLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)))
def test_what_somebody_else_wrote_is_not_taken_for_ours(value: object) -> None:
    assert event_in({"@timestamp": value, "sentinel": value, "fields": value}) is None
    ours = {"sentinel": {"shape": 1, "timed": True, "source": value}, "fields": {}, "@timestamp": value}
    assert event_in(ours) is not None
