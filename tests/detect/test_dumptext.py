from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from evtx import PyEvtxParser
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.dumptext import MOST_FRAME, flatten_text
from sentinel.detect.fields import flatten_any
from tests.detect.logs import evtx_files, system

GUID = "54849625-5478-4994-A5BA-3E3B0328C30D"
XMLNS = {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"}

LATE = ["TimeCreated", "EventRecordID", "Correlation", "Execution", "Channel", "Computer", "Security"]
ATTRIBUTES_OPEN = (
    '{"Event":{"System":{"EventID":1},"#attributes":{"x":"y","TimeCreated":{"#attributes":{"SystemTime":"t"}},'
    '"EventRecordID":1,"Channel":"z"},"EventData":{"A":"b"}}}'
)


def dump(data: object, **system_fields: object) -> str:
    """Write an event as the parser does: elements of System in Windows' order."""
    elements: dict[str, object] = system() | system_fields
    ordered = sorted(elements, key=lambda name: LATE.index(name) if name in LATE else -1)
    event = {"#attributes": XMLNS, "System": {name: elements[name] for name in ordered}, "EventData": data}
    return orjson.dumps({"Event": event}).decode()


def same(text: str) -> bool:
    """Compare with the thorough way, kinds of values and order of names too; say whether the text was as most are."""
    quick = flatten_text(text)
    if quick is not None:
        assert repr(quick) == repr(flatten_any(orjson.loads(text)["Event"]))
    return quick is not None


@pytest.mark.parametrize(
    "text",
    [
        dump({"A": None, "G": GUID, "N": 1, "T": True, "ø": 'æ\n"\\ \u2028'}),
        dump({}),
        dump({"A": '"}},"EventRecordID":7,"Channel":"x"},"EventData":{'}),
        dump({"A": "b"}, EventRecordID="1814868", EventID="4622"),
        dump({"A": "b"}, TimeCreated={"#attributes": {"SystemTime": "2021-05-10T06:22:54.633626900Z"}}),
        dump({"A": "b"}, EventID={"#attributes": {"Qualifiers": 16384}, "#text": 7045}, Keywords=" "),
        dump({"A": "b"}, Computer='a "},"EventData":{ machine'),
    ],
)
def test_what_most_events_are_is_read_from_the_text(text: str) -> None:
    assert same(text)
    assert same(text)  # and from what is remembered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        dump(None),
        dump("text"),
        dump({"Data": "x"}),
        dump({"@Name": "x"}),
        dump({"A": ["b"]}),
        dump({"A": {"B": "c"}}),
        dump({"Channel": "another"}),
        dump({"Threat Name": "x"}),
        dump({f"Name{number}": "x" for number in range(500)}),
        dump({"A": "b"}, EventRecordID=None),
        dump({"A": "b"}, EventRecordID="12 "),
        dump({"A": "b"}, TimeCreated={"#attributes": {"SystemTime": "x" * 50}}),
        dump({"A": "b"}, TimeCreated={"#attributes": {"SystemTime": 'x"'}}),
        dump({"A": "b"}, TimeCreated={"#attributes": {"SystemTime": "x", "B": "c"}}),
        dump({"A": "b"}, Computer="x" * MOST_FRAME),
        dump({"A": "b"}, Unknown={"#attributes": {"B": 1}}),
        dump({"A": "b"}, Execution={"#attributes": {"ProcessID": [1]}}),
        dump({"A": "b"}).replace('"EventData"', '"Other"'),
        dump({"A": "b"}).replace('"EventID":', '"Execution":{"#attributes":{"Own":1}},"EventID":'),
        dump({"A": "b"}).replace('"System":', '"Other":'),
        dump({"A": "b"}).replace('"System":', '"System":{"Other":'),
        dump({"A": "b"}).replace('"System":', '"UserData":{"A":{"B":"c"}},"System":'),
        ATTRIBUTES_OPEN,
        dump({"A": "b"}) + "}",
        dump({"A": "b"})[:-1] + "x",
        dump({"A": "b"})[:-1],
        dump({"A": "b"})[1:],
    ],
)
def test_what_is_not_as_most_are_is_left_alone(text: str) -> None:
    assert flatten_text(text) is None


PLAIN = (
    st.none() | st.booleans() | st.integers(-1, 70_000) | st.sampled_from(["", " ", "x", GUID, GUID.lower(), '"}},"'])
)
NAMES = st.sampled_from(
    ["Name", "Data", "EventID", "Channel", "TimeCreated", "SystemTime", "Execution", "A B", "#text", "@x", "ø"]
)
INNER = PLAIN | st.fixed_dictionaries({"#attributes": st.dictionaries(NAMES, PLAIN)}) | st.lists(PLAIN, max_size=2)
FRAME = st.dictionaries(
    st.sampled_from(["EventID", "Keywords", "EventRecordID", "Correlation", "Channel", "Computer", "Name"]), INNER
)


@given(st.dictionaries(NAMES, INNER, max_size=5) | PLAIN, FRAME)
def test_it_agrees_with_the_thorough_way_on_whatever_there_may_be(data: object, frame: dict[str, Any]) -> None:
    same(dump(data, **frame))


SNIPPETS = ["", '"', "}", "{", ",", "\\", "null", '"A":1,', '"}},"EventRecordID":', '},"EventData":{', '"System":{']


@given(st.data(), st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from(SNIPPETS), st.integers(0, 9)), max_size=3))
def test_it_agrees_on_texts_that_were_changed_anywhere(
    data: st.DataObject, changes: list[tuple[float, str, int]]
) -> None:
    text = dump(data.draw(st.dictionaries(NAMES, PLAIN, max_size=3)))
    for place, snippet, length in changes:
        at = int(place * len(text))
        text = text[:at] + snippet + text[at + length :]
    if flatten_text(text) is not None:
        assert same(text)


@pytest.mark.shared
def test_it_agrees_on_real_events_and_most_are_as_most_are(tmp_path: Path) -> None:
    quick = total = 0
    for path in evtx_files(tmp_path):
        for record in PyEvtxParser(str(path)).records_json():
            total += 1
            quick += same((record or {})["data"])

    assert total > 3_000
    assert quick > 0.95 * total
