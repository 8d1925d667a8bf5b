from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import LIMIT, Target
from sentinel.scan.probes.fhir import begin
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.web import answer, web_server

SOFTWARE = {"name": "HAPI FHIR Server", "version": "6.10.1", "releaseDate": "MARKER"}
STATEMENT = {
    "resourceType": "CapabilityStatement",
    "id": "MARKER",
    "publisher": "MARKER",
    "contact": [{"name": "MARKER"}],
    "software": SOFTWARE,
    "implementation": {"description": "MARKER", "url": "http://MARKER"},
    "fhirVersion": "4.0.1",
    "rest": [{"documentation": "MARKER"}] * 9,
}
XML = (
    b'<?xml version="1.0"?><CapabilityStatement xmlns="http://hl7.org/fhir"><!-- MARKER --><id value="MARKER"/>'
    b'<publisher value="MARKER"/><software><name value="Spark"/><version value="1.5"/><releaseDate value="MARKER"/>'
    b'</software><fhirVersion value="3.0.2"/><rest><name value="MARKER"/></rest></CapabilityStatement>'
)
JSON_FACTS = {
    "access": "open",
    "statement": "CapabilityStatement",
    "software": "HAPI FHIR Server",
    "version": "6.10.1",
    "fhir_version": "4.0.1",
}
XML_FACTS = JSON_FACTS | {"software": "Spark", "version": "1.5", "fhir_version": "3.0.2"}
BODY = json.dumps(STATEMENT).encode()


def ask(*answers: bytes, target: Target = HERE) -> Talk:
    return play(begin(target, CALLER), answers)


def test_the_request_is_a_read_of_the_statement() -> None:
    assert ask().sent[0].startswith(b"GET /fhir/metadata HTTP/1.1\r\nHost: 192.0.2.7:4242\r\n")
    assert b"\r\nAccept: application/fhir+json\r\n" in ask().sent[0]
    assert ask(target=Target("192.0.2.7", 80, path="/r4/a")).sent[0].startswith(b"GET /r4/a/metadata ")


@pytest.mark.parametrize(("kind", "body", "facts"), [("json", BODY, JSON_FACTS), ("xml", XML, XML_FACTS)])
def test_product_and_versions_are_read_and_nothing_else(kind: str, body: bytes, facts: dict[str, str]) -> None:
    talk = ask(answer(200, f"application/fhir+{kind}", body, "Server: x", "X-Other: MARKER"))

    assert talk.kinds == [("http.server", {"server": "x", "status": "200"}), ("fhir.statement", facts)]
    assert "MARKER" not in str(talk.facts)


@pytest.mark.parametrize(("body", "facts"), [(BODY, JSON_FACTS), (XML, XML_FACTS)])
def test_a_statement_may_be_cut_off(body: bytes, facts: dict[str, str]) -> None:
    large = body.replace(b"MARKER" + body.rpartition(b"MARKER")[2], b"x" * LIMIT)
    for length in range(0, len(body), 7):
        for kind, found in ask(answer(200, "x", body[:length])).kinds:
            assert kind == "http.server" or found.items() <= facts.items()
    assert len(large) > LIMIT
    assert ask(answer(200, "x", large)).kinds[1][1] == facts


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_server_is_one(status: int) -> None:
    assert ask(answer(status, "x", b"MARKER")).kinds[1:] == [("fhir.statement", {"access": "closed"})]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>MARKER</title></html>",
        b'{"resourceType":"Patient","name":[{"family":"MARKER"}]}',
        b'{"resourceType":"OperationOutcome"}',
        b'<!DOCTYPE a [<!ENTITY b "MARKER">]><CapabilityStatement/>',
        '<CapabilityStatement><software><name value="MARKER"/></software></CapabilityStatement>'.encode("utf-16-le"),
        b"[" * 9000,
    ],
)
def test_another_page_is_no_statement(body: bytes) -> None:
    talk = ask(answer(200, "application/json", body))

    assert [kind for kind, _ in talk.kinds] == ["http.server"]
    assert "MARKER" not in str(talk.facts)


@given(st.binary(max_size=300), st.lists(st.integers(0, 9999), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    for body in (noise, BODY[:200] + noise, XML[:200] + noise):
        assert len(ask(*split(answer(200, "x", body), places)).sent) == 1
    assert ask(*split(answer(200, "x", BODY), places)).kinds[1][1] == JSON_FACTS


def test_over_a_real_connection() -> None:
    with web_server({"/fhir/metadata": (200, "application/fhir+json", BODY)}) as (target, asked):
        talk = over_tcp(begin(target, CALLER), target)

    assert asked == ["GET /fhir/metadata HTTP/1.1"]
    assert talk.kinds[1] == ("fhir.statement", JSON_FACTS)
