from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.dicomweb import begin
from sentinel.scan.probes.exchange import Target
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.web import answer, web_server

JSON = "application/dicom+json"
PATIENT = b'[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"MARKER^KARI"}]},"00100020":{"Value":["MARKER"]}}]'


def ask(*answers: bytes, target: Target = HERE) -> Talk:
    return play(begin(target, CALLER), answers)


def access(said: bytes) -> str:
    return next((facts["access"] for kind, facts in ask(said).kinds if kind == "dicomweb.search"), "")


def test_the_request_asks_for_a_study_that_cannot_exist() -> None:
    """PS3.18, 10.6.1 and 8.3.4; PS3.5, B.2: 2.25.0 is the nil UUID."""
    line = b"GET /dicom-web/studies?StudyInstanceUID=2.25.0&limit=1 HTTP/1.1\r\n"

    assert ask().sent[0].startswith(line)
    assert b"\r\nAccept: application/dicom+json\r\n" in ask().sent[0]
    assert ask(target=Target("192.0.2.7", 80, path="/a/rs")).sent[0].startswith(b"GET /a/rs/studies?StudyInstanceUID")


@pytest.mark.parametrize(
    ("status", "kind", "body", "expected"),
    [
        (200, JSON, b"[]", "open"),
        (200, "application/json", b" [\r\n ] ", "open"),
        (204, JSON, b"", "open"),
        (401, JSON, b"MARKER", "closed"),
        (403, "text/html", b"[]", "closed"),
        (404, "text/html", b"[]", "absent"),
        (200, "text/html", b"<html>MARKER", "unclear"),
        (200, "text/html", b"[]", "unclear"),
        (200, JSON, b"[1]", "unclear"),
        (200, JSON, b"", "unclear"),
        (500, JSON, b"[]", "unclear"),
        (302, "text/html", b"", "unclear"),
        (200, JSON, PATIENT, "ignored"),
    ],
)
def test_access_is_judged_by_the_shape_of_the_answer(status: int, kind: str, body: bytes, expected: str) -> None:
    said = answer(status, kind, body)

    assert access(said) == expected
    assert "MARKER" not in str(ask(said).facts)


def test_reading_stops_before_a_patient_is_named() -> None:
    head, _, body = answer(200, JSON, PATIENT).partition(b"\r\n\r\n")
    exchange = begin(HERE, CALLER)
    next(exchange)
    assert exchange.send(head + b"\r\n\r\n" + body[:2]) == b""

    with pytest.raises(StopIteration):
        exchange.send(body[2:3])


@given(st.binary(max_size=200), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for said in (noise, answer(200, JSON, noise)):
        assert len(ask(*split(said, places)).sent) == 1
    assert ask(*split(answer(200, JSON, b"[]"), places)).kinds[1] == ("dicomweb.search", {"access": "open"})


def test_over_a_real_connection() -> None:
    page = "/dicom-web/studies?StudyInstanceUID=2.25.0&limit=1"
    with web_server({page: (200, JSON, b"[]")}) as (target, asked):
        talk = over_tcp(begin(target, CALLER), target)

    assert asked == [f"GET {page} HTTP/1.1"]
    assert talk.kinds[1] == ("dicomweb.search", {"access": "open"})
