from __future__ import annotations

import gzip
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import orjson
import pytest

from sentinel.detect.watch import Log
from sentinel.elastic.bulk import Loader, Refused
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.ingesting import Ingest
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

T = TypeVar("T")
LOGS = ROOT / "examples" / "clinic" / "logs"


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture
def taking(elasticsearch_url: str) -> Ingest:
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    return Ingest(Loader(client, no_wait), f"t{uuid4().hex}", _none)


def _none(one: Refused) -> None:
    pytest.fail(f"{one.document.record} was refused: {one.why}")


def held(url: str, namespace: str) -> list[str]:
    client, target = connect(Access(url)), f"logs-sentinel.*-{namespace}"
    client.indices.refresh(index=target)
    return [one.id for one in Reader(client, time.sleep).read(target, Span().query())]


def test_a_clinics_logs_are_in_once_however_often_they_are_taken(elasticsearch_url: str, taking: Ingest) -> None:
    taking.take([Log("logs", [LOGS])], silent)

    (source,) = taking.sources
    assert taking.is_whole
    assert taking.created + taking.there == source.handled == len(held(elasticsearch_url, taking.namespace))
    assert taking.created == 34_305

    taking.take([Log("again", [LOGS])], silent)
    assert (taking.created, taking.there) == (34_305, 34_305)


def test_what_cannot_be_read_is_counted_and_the_rest_is_in(
    elasticsearch_url: str, taking: Ingest, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a":1}\nno json\n{"a":2}\n')
    (tmp_path / "b.gz").write_bytes(gzip.compress(b'{"b":1}\n' * 3_000 + b'{"b":2}\n')[:-20])
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "tom").mkdir()

    taking.take([Log("logs", [tmp_path]), Log("tom", [tmp_path / "tom"])], silent)

    logs, empty = taking.sources
    assert logs.skipped.keys() == {"not-json", "truncated", "unreadable"}
    assert [line.partition(":")[0] for line in taking.unreadable] == [f"{tmp_path.name}/c.png", "tom"]
    assert empty.handled == 0
    assert not taking.is_whole
    assert len(held(elasticsearch_url, taking.namespace)) == taking.created == 3, "lines that are equal are one record"


def test_records_the_cluster_refuses_are_handed_over_with_their_place(elasticsearch_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a":1}\n{"a\\u0000b":"Kari"}\n{"a":3}\n')
    refused: list[Refused] = []
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    taking = Ingest(Loader(client, no_wait), f"t{uuid4().hex}", refused.append)

    taking.take([Log("a", [tmp_path / "a.jsonl"])], silent)

    assert (taking.created, taking.refused, taking.is_whole) == (2, 1, False)
    assert [(one.document.source, one.document.record) for one in refused] == [("a.jsonl", "2")]


@pytest.mark.slow
def test_killed_ten_times_half_way_and_begun_again_nothing_is_lost_or_double(
    elasticsearch_url: str, tmp_path: Path
) -> None:
    (tmp_path / "log.jsonl").write_bytes(b"".join(orjson.dumps({"n": n}) + b"\n" for n in range(30_000)))
    namespace = f"t{uuid4().hex}"
    words = [
        sys.executable,
        "-m",
        "sentinel",
        "ingest",
        "log.jsonl",
        "--to",
        elasticsearch_url,
        "--replicas",
        "0",
        "-q",
    ]

    for number in range(10):
        process = subprocess.Popen([*words, "--namespace", namespace], cwd=tmp_path, stderr=subprocess.DEVNULL)
        time.sleep(0.5 + number * 0.17)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run([*words, "--namespace", namespace], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.splitlines()[-1].endswith("0 refused")) == (0, True)
    found = held(elasticsearch_url, namespace)
    assert len(found) == len(set(found)) == 30_000
