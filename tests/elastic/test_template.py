from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.documents import document
from sentinel.elastic.template import prepare, stream_of, template
from sentinel.errors import SettingsError
from sentinel.model.events import Event, Fields
from tests.elastic.waiting import no_wait

HOSTILE: list[Fields] = [
    {f"key{number}": number for number in range(2_000)},
    {"a": "x", "a.b": "y", "a.b.c": [1, "z", None, [True]]},
    {"": "empty", ".": "dot", "..": "dots", " ": "blank", "_id": "1", "æøå": "ÆØÅ", "@timestamp": "no time"},
    {"long": "ø" * 100_000, "number": 1, "text": "1"},
    {"number": "one", "long": 2, "text": None, "list": []},
    {"source.ip": "not.an.address", "source.port": 2**63, "helse.block.hit": "maybe", "helse.onbehalf.age": -1},
    {"event": "flat", "event.code": [None, [True, "x"]], "event.ingested": "yesterday", "@timestamp": "", "host": 1},
    {"CommandLine": "ø" * 100_000, "Image": "\0", "Message": "æ" * 100_000, "user.name": ["a", "b", "a\\b"]},
]
WINDOWS: Fields = {
    "Computer": "LV-EPJ",
    "EventID": 4688,
    "NewProcessName": r"C:\Windows\System32\VSSAdmin.exe",
    "CommandLine": "VSSAdmin delete shadows",
    "User": r"LYNGVIK\Åse",
    "IpAddress": "10.0.0.7",
}
JOURNAL: Fields = {
    "event.dataset": "epj.access",
    "event.action": "read",
    "helse.patient.relation": ["colleague", "household"],
    "helse.access.explicit": True,
    "helse.onbehalf.age": 16,
    "user.name": "kari",
}


def test_no_record_makes_the_mapping_grow_or_is_refused_for_its_types(elasticsearch_url: str) -> None:
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    stream = stream_of("jsonl", "hostile")
    documents = [
        document(Event("log", str(number), datetime(2026, 1, 1, tzinfo=UTC), fields), f"h{number}", "jsonl")
        for number, fields in enumerate(HOSTILE)
    ]

    first = Loader(client, no_wait).send(stream, documents[:1])
    before = client.indices.get_mapping(index=stream).body
    rest = Loader(client, no_wait).send(stream, documents[1:])

    assert [one.why for one in (*first.refused, *rest.refused)] == []
    assert rest.created == len(HOSTILE) - 1
    assert client.indices.get_mapping(index=stream).body == before


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"term": {"host.name": "LV-EPJ"}}, "windows"),
        ({"term": {"host.name": "lv-epj"}}, ""),
        ({"term": {"host.name.caseless": "lv-epj"}}, "windows"),
        ({"wildcard": {"process.executable.caseless": "*\\\\vssadmin.EXE"}}, "windows"),
        ({"term": {"event.code": "4688"}}, "windows"),
        ({"term": {"source.ip": "10.0.0.0/24"}}, "windows"),
        ({"term": {"user.name.caseless": "ÅSE"}}, "windows"),
        ({"term": {"user.domain": "LYNGVIK"}}, "windows"),
        ({"term": {"related.user": "kari"}}, "journal"),
        ({"term": {"event.dataset": "epj.access"}}, "journal"),
        ({"term": {"helse.patient.relation": "household"}}, "journal"),
        ({"term": {"helse.access.explicit": True}}, "journal"),
        ({"range": {"helse.onbehalf.age": {"lt": 18}}}, "journal"),
    ],
)
def test_people_find_records_under_the_names_that_they_know(
    asked: dict[str, object], found: str, elasticsearch_url: str
) -> None:
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    stream = stream_of("jsonl", "known_names")
    at = datetime(2026, 11, 20, tzinfo=UTC)
    each = (("windows", WINDOWS), ("journal", JOURNAL))
    loader = Loader(client, no_wait)
    sent = loader.send(stream, [document(Event("log", name, at, fields), name, "jsonl") for name, fields in each])
    loader.show(stream)

    assert sent.refused == []
    hits = client.search(index=stream, query=asked).body["hits"]["hits"]
    assert "".join(hit["_id"] for hit in hits) == found


def test_settings_are_in_the_template_only_where_they_were_asked_for() -> None:
    assert template(None, None)["template"].keys() == {"settings", "mappings"}
    assert template(365, 1)["template"]["lifecycle"] == {"data_retention": "365d"}
    assert template(None, 2)["template"]["settings"] == {"number_of_replicas": 2}


@pytest.mark.parametrize("namespace", ["", "Stor", "a-b", "a*", "a,b", "æ", "../x", "x" * 81, "_x"])
def test_a_namespace_that_would_name_something_else_is_refused(namespace: str) -> None:
    with pytest.raises(SettingsError, match="namespace"):
        stream_of("evtx", namespace)
