"""Both engines over the same events, with a cluster that is as it should be and one that is not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import orjson
import pytest

from sentinel import __version__
from sentinel.certifying import Given, There, certify, check_queries
from sentinel.detect.convert import Wanted
from sentinel.detect.routes import load_routes, mapping_of
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log
from sentinel.elastic.bulk import Loader, Sent
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.documents import Document
from sentinel.elastic.pages import Reader
from sentinel.elastic.template import prepare
from sentinel.elastic.trial import Trial
from sentinel.errors import InputError, StoreError
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

T = TypeVar("T")
MADE = datetime(2026, 11, 22, tzinfo=UTC)
WEB = ROOT / "rules" / "web"
WINDOWS = ROOT / "rules" / "windows"
LOG = ROOT / "examples" / "clinic" / "logs" / "web-access.jsonl.gz"


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def given_of(folder: Path, logs: Sequence[Path] = (), base: Path = ROOT) -> Given:
    samples = sorted([*folder.glob("*.match.jsonl"), *folder.glob("*.ignore.jsonl")])
    named = [Log(path.name, [path]) for path in logs]
    return Given(load_rules([folder], base), load_routes(ROOT), base, ROOT, samples, named)


@pytest.fixture
def there(elasticsearch_url: str) -> There:
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    return There(Reader(client, time.sleep), Loader(client, no_wait), "Elasticsearch x", f"certify.{uuid4().hex[:12]}")


def test_shipped_rules_say_the_same_of_samples_logs_and_changed_copies(there: There, tmp_path: Path) -> None:
    given = given_of(WEB, [LOG])

    compared = certify(given, there, tmp_path, MADE, silent)

    assert compared.uncertified == ()
    assert len(compared.certificates) == len(given.ruleset.rules) + len(given.ruleset.correlations)
    assert [one.title for one in compared.certificates if one.differ] == []
    assert all(one.hits and one.events >= one.hits for one in compared.certificates)
    assert {(one.engine, one.mapping, one.server) for one in compared.certificates} == {
        (__version__, mapping_of(ROOT), "Elasticsearch x")
    }
    assert len(compared.noting.events) > 5_000


class Meddling(Loader):
    """A cluster on whose way in something writes values anew, as a pipeline of somebody else's may."""

    def send(self, stream: str, documents: Sequence[Document]) -> Sent:
        return super().send(stream, [self._changed(one) for one in documents])

    def _changed(self, one: Document) -> Document:
        body = orjson.loads(one.body)
        if body["fields"].get("cs-method") == "POST":
            body["fields"]["cs-method"] = "post it"
        return replace(one, body=orjson.dumps(body))


class Losing(Loader):
    """One that says of the last record of each batch that it was written, and forgets it."""

    def send(self, stream: str, documents: Sequence[Document]) -> Sent:
        sent = super().send(stream, documents[:-1])
        sent.created += 1
        return sent


def own_rule(folder: Path) -> Given:
    folder.mkdir()
    (folder / "a.yml").write_text(RULE, encoding="utf-8")
    (folder / "a.match.jsonl").write_text(SAMPLE + SAMPLE.replace("/a", "/b"), encoding="utf-8")
    return given_of(folder, base=folder)


RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
level: high
logsource: {category: webserver}
detection:
  sel: {cs-method: POST}
  condition: sel
"""
SAMPLE = '{"event.dataset": "web.access", "cs-uri-stem": "/a", "cs-method": "POST"}\n'


def test_what_differs_is_counted_and_named_by_fingerprint(there: There, tmp_path: Path) -> None:
    given = own_rule(tmp_path / "rules")
    meddling = replace(there, loader=Meddling(there.loader.client, no_wait))

    (one,) = certify(given, meddling, tmp_path, MADE, silent).certificates

    assert (one.differ, one.only_there) == (len(one.only_here), ())
    assert 0 < one.differ < one.hits, "small letters came through, and are the same to the rule"
    assert all(set(event) <= set("0123456789abcdef") for event in one.only_here)


def test_a_cluster_that_loses_a_record_certifies_nothing(there: There, tmp_path: Path) -> None:
    losing = replace(there, loader=Losing(there.loader.client, no_wait), reader=Reader(there.loader.client, no_wait))

    with pytest.raises(StoreError, match="records that were written"):
        certify(own_rule(tmp_path / "rules"), losing, tmp_path, MADE, silent)


def test_a_rule_without_events_is_not_certified_and_one_without_hits_has_none(there: There, tmp_path: Path) -> None:
    given = own_rule(tmp_path / "rules")
    for name, was, now in (("b", "webserver", "registry_set"), ("c", "POST", "OPTIONS")):
        text = RULE.replace(was, now).replace("0c11", f"0c1{name}").replace("webserver}", "webserver}")
        (tmp_path / "rules" / f"{name}.yml").write_text(text, encoding="utf-8")
    (tmp_path / "rules" / "d.yml").write_text("title: broken\n", encoding="utf-8")
    given = replace(given, ruleset=load_rules([tmp_path / "rules"], tmp_path / "rules"))

    compared = certify(given, there, tmp_path, MADE, silent)

    assert sorted(bool(one.hits) for one in compared.certificates) == [False, True]
    reasons = [one.reason for one in compared.uncertified]
    assert [reason.partition(":")[0] for reason in reasons] == ["no event of its log source", "not loaded"]


def test_events_that_cannot_be_read_certify_nothing(there: There, tmp_path: Path) -> None:
    given = own_rule(tmp_path / "rules")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)

    with pytest.raises((StoreError, InputError)):
        certify(replace(given, logs=[Log("noise", [tmp_path / "noise.bin"])]), there, tmp_path, MADE, silent)


def test_converted_queries_that_are_known_to_differ_do(there: There, elasticsearch_url: str, tmp_path: Path) -> None:
    given = given_of(WINDOWS)
    trial = Trial(connect(Access(elasticsearch_url)), f"sentinel-certify-{uuid4().hex}")
    compared = certify(given, there, tmp_path, MADE, silent)

    found = {one.rule: one for one in check_queries(given, compared, trial, Wanted("lucene"))}
    trial.remove()

    assert found.keys() == {one.rule for one in compared.certificates}
    queries = {rule.location.path: found[rule.ref.id].query for rule in given.ruleset.rules}
    backup = queries["rules/windows/windows_backup_catalog_deleted.yml"]
    assert backup is not None
    assert backup.missing == 45, "(?i) is no flag of these expressions"
    assert len(backup.missing_events) == 20
    assert [found[one.ref.id].query for one in given.ruleset.correlations] == [None] * len(given.ruleset.correlations)
    assert {one.differ for one in found.values()} == {0}
    asked = [query for query in queries.values() if query]
    assert (len(asked), sum(query.differs for query in asked)) == (27, 26), "as docs/certificates.md says"
