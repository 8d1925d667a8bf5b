from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.mappings import Mappings, mappings
from sentinel.errors import StoreError

LOWER = {"analysis": {"normalizer": {"lower": {"type": "custom", "filter": ["lowercase"]}}}}


def read(url: str, *each: dict[str, Any]) -> Mappings:
    """Return the mappings of indices that are made with these properties."""
    client, name = connect(Access(url)), f"x{uuid4().hex}"
    for number, properties in enumerate(each):
        settings = {"number_of_replicas": 0, **LOWER}
        client.indices.create(index=f"{name}-{number}", settings=settings, mappings={"properties": properties})
    return mappings(client, f"{name}-*")


def test_what_a_query_by_hand_finds_of_a_field(elasticsearch_url: str) -> None:
    found = read(
        elasticsearch_url,
        {
            "Image": {"type": "keyword", "ignore_above": 64},
            "User": {"type": "keyword", "normalizer": "lower"},
            "Text": {"type": "text"},
            "Dark": {"type": "keyword", "index": False},
            "Pid": {"type": "long"},
            "winlog": {"properties": {"event_data": {"type": "flattened", "ignore_above": 1_000}}},
            "process": {"properties": {"name": {"type": "keyword"}}},
        },
    )

    assert {name: list(found.hides([name])) for name in ("Image", "User", "Text", "Dark", "Pid", "Gone")} == {
        "Image": ["no more than 64 letters", "the same case only"],
        "User": [],
        "Text": ["words of it and not the whole"],
        "Dark": ["nothing, as it is not indexed"],
        "Pid": [],
        "Gone": ["nothing, as it is not indexed"],
    }
    assert list(found.hides(["winlog.event_data.CommandLine"])) == ["no more than 1,000 letters", "the same case only"]
    assert list(found.hides(["Name", "process.name"])) == ["the same case only"]
    both = list(found.hides(["process.name", "winlog.event_data.Image"]))
    assert both == ["no more than 1,000 letters", "the same case only"], "every index has both, so none differs"


def test_indices_that_do_not_agree(elasticsearch_url: str) -> None:
    found = read(elasticsearch_url, {"Id": {"type": "long"}, "A": {"type": "long"}}, {"Id": {"type": "text"}})

    assert list(found.hides(["Id"])) == ["by several types (long, text)", "words of it and not the whole"]
    assert list(found.hides(["A"])) == ["only in 1 of 2 indices"]


def test_an_index_that_is_not_there_is_told(elasticsearch_url: str) -> None:
    for target in ("missing-index", "missing-*"):
        with pytest.raises(StoreError, match="missing-"):
            mappings(connect(Access(elasticsearch_url)), target)
