"""A mirror holds what the store holds, once each, whatever happens on the way there and whoever is killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.mirror import Mirror, stream_of
from sentinel.mirroring import TYPES, Followed, Follower
from sentinel.model.alerts import Alert
from sentinel.share.ecs import document_id
from sentinel.store.store import Store
from tests.elastic.faults import between
from tests.elastic.test_template import HOSTILE
from tests.store.test_store import ALERT

FAULTS = ("429", "503", "drop", "lose", "truncate", "full")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def stream() -> str:
    return stream_of(f"t{uuid4().hex}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


def follower(url: str, store: Store, stream: str, site: str | None = None) -> Follower:
    return Follower(store, Mirror(connect(Access(url)), stream, TYPES, replicas=0), stream, now, site)


def alerts(count: int, start: int = 0) -> list[Alert]:
    return [replace(ALERT, id=f"a{number:05}", record=str(number)) for number in range(start, start + count)]


def held(url: str, stream: str) -> dict[str, dict[str, Any]]:
    """Return every document by name; each name once, or this is an error."""
    client = connect(Access(url))
    client.indices.refresh(index=stream)
    hits = client.search(index=stream, size=5_000)["hits"]["hits"]
    found = {hit["_id"]: hit["_source"] for hit in hits}
    assert len(found) == len(hits)
    return found


def test_what_is_kept_is_mirrored_and_again_changes_nothing(elasticsearch_url: str, store: Store, stream: str) -> None:
    store.save_alerts("klinikken", alerts(450))
    mirror = follower(elasticsearch_url, store, stream)

    assert mirror.follow() == Followed(created=450)
    assert mirror.follow() == Followed()
    assert len(held(elasticsearch_url, stream)) == 450


def test_an_amended_alert_is_a_further_document_that_names_it(
    elasticsearch_url: str, store: Store, stream: str
) -> None:
    store.save_alerts("klinikken", [ALERT])
    mirror = follower(elasticsearch_url, store, stream)
    mirror.follow()
    amended = replace(ALERT, revision=2, status="withdrawn")
    store.save_alerts("klinikken", [amended])

    assert mirror.follow() == Followed(created=1)
    found = held(elasticsearch_url, stream)
    assert found.keys() == {document_id("klinikken", one) for one in (ALERT, amended)}
    assert [one["helse"]["alert"]["id"] for one in found.values()] == ["a1", "a1"]
    assert {one["helse"]["alert"]["status"] for one in found.values()} == {"current", "withdrawn"}


def test_only_the_site_that_is_asked_for_is_mirrored(elasticsearch_url: str, store: Store, stream: str) -> None:
    for site in ("a", "b"):
        store.save_alerts(site, [ALERT])

    assert follower(elasticsearch_url, store, stream, "a").follow() == Followed(created=1)
    assert follower(elasticsearch_url, store, stream).follow() == Followed(created=1)


def test_whatever_a_log_held_is_taken_and_what_has_a_name_is_found_by_it(
    elasticsearch_url: str, store: Store, stream: str
) -> None:
    odd = [{**fields, "x\0y": "z"} for fields in HOSTILE]
    hostile = [replace(ALERT, id=f"h{number}", fields=fields) for number, fields in enumerate(odd)]
    named = replace(ALERT, id="named", fields={"User": "LYNGVIK\\åse", "SourceIp": "10.0.0.7", "EventID": 4625})
    store.save_alerts("klinikken", [*hostile, named])

    assert follower(elasticsearch_url, store, stream).follow() == Followed(created=len(hostile) + 1)
    client = connect(Access(elasticsearch_url))
    client.indices.refresh(index=stream)
    for field, value in (
        ("user.name", "åse"),
        ("source.ip", "10.0.0.0/24"),
        ("event.code", "4625"),
        ("related.user", "åse"),
    ):
        assert found_by(client, stream, field, value) == ["named"], field


def found_by(client: Elasticsearch, stream: str, field: str, value: str) -> list[str]:
    hits = client.search(index=stream, query={"term": {field: value}})["hits"]["hits"]
    return [hit["_source"]["helse"]["alert"]["id"] for hit in hits]


def test_a_field_without_a_name_in_the_schema_is_found_by_its_own(
    elasticsearch_url: str, store: Store, stream: str
) -> None:
    store.save_alerts("klinikken", [replace(ALERT, fields={"LogonType": "10"}), replace(ALERT, id="a2", fields={})])
    follower(elasticsearch_url, store, stream).follow()
    client = connect(Access(elasticsearch_url))
    client.indices.refresh(index=stream)

    assert found_by(client, stream, "helse.alert.fields.LogonType", "10") == ["a1"]


def test_what_could_not_be_mirrored_is_owed_and_told(elasticsearch_url: str, store: Store, stream: str) -> None:
    store.save_alerts("klinikken", alerts(3))

    away = follower("http://127.0.0.1:9", store, stream).follow()
    assert (away.created, away.owed) == (0, 3)
    assert "cannot be reached" in away.reason
    with between(elasticsearch_url, lambda path, _body: "full" if "_bulk" in path else "") as proxy:
        half = follower(proxy.url, store, stream).follow()
    assert (half.created, half.owed) == (1, 2)
    assert "refused with 429" in half.reason
    assert follower(elasticsearch_url, store, stream).follow() == Followed(there=2)


@pytest.mark.slow
def test_a_thousand_faults_lose_nothing_and_double_nothing(elasticsearch_url: str, store: Store, stream: str) -> None:
    """Alerts come and are amended while the line drops, loses, cuts and refuses; a counting oracle looks at the end."""
    chance, wanted = random.Random(11), set[str]()
    with between(
        elasticsearch_url,
        lambda path, _body: chance.choice([*FAULTS, "", ""]) if path != "/_index_template" else "",
    ) as proxy:
        mirror, number = follower(proxy.url, store, stream), 0
        while sum(count for fault, count in proxy.done.items() if fault) < 1_000:
            some = alerts(3, number)
            number += 3
            if number % 4 == 0:
                some[0] = replace(some[0], revision=2)
            store.save_alerts("klinikken", some)
            wanted |= {document_id("klinikken", one) for one in some}
            mirror.follow()
    last = follower(elasticsearch_url, store, stream)
    last.follow()

    assert last.owed() == 0
    assert held(elasticsearch_url, stream).keys() == wanted


@pytest.mark.slow
def test_killed_many_times_a_mirror_loses_nothing_and_doubles_nothing(
    elasticsearch_url: str, tmp_path: Path, stream: str
) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    store.save_alerts("klinikken", wanted := alerts(4_000))
    words = f"alerts mirror --to {elasticsearch_url} --namespace {stream.rpartition('-')[2]} --replicas 0 --store x.db"
    command = [sys.executable, "-m", "sentinel", *words.split()]
    owed, kills = [len(wanted)], 0
    while kills < 12:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.9 + kills * 0.07)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        owed.append(follower(elasticsearch_url, store, stream).owed())
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = held(elasticsearch_url, stream)
    assert found.keys() == {document_id("klinikken", one) for one in wanted}
    assert json.dumps(sorted(one["helse"]["alert"]["id"] for one in found.values())) == json.dumps(
        [one.id for one in wanted]
    )
    store.close()
