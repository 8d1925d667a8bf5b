"""A server that speaks TLS and lets in only who it knows: the roles that are shipped suffice, and allow no more.

This distribution cannot make keys (its index of them needs a module that it lacks), so the roles are users' here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from sentinel.cli import app
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect, told
from sentinel.elastic.documents import document
from sentinel.elastic.health import look
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare, stream_of
from sentinel.errors import StoreError
from sentinel.model.events import Event
from tests.elastic.server import guarded, need_java, running
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

ROLES = json.loads((ROOT / "docs" / "elasticsearch-roles.json").read_text(encoding="utf-8"))
STREAM = stream_of("jsonl", "default")


@dataclass(frozen=True)
class Guarded:
    """A server, the certificate it shows, and the password of all its users."""

    url: str
    ca: Path
    password: str

    def client(self, user: str) -> Elasticsearch:
        return connect(Access(self.url, ca=self.ca)).options(basic_auth=(user, self.password))

    def search(self, folder: Path, **named: str) -> Result:
        """Run a command with a key that nobody made."""
        usual = {"URL": self.url, "CA": str(self.ca), "API_KEY": "aGVtbWVsaWc6aGVtbWVsaWc="} | named
        environ = {f"SENTINEL_ELASTICSEARCH_{key}": value for key, value in usual.items()}
        return CliRunner(env={**environ, "SENTINEL_CACHE": str(folder)}).invoke(app, ["search"])


@pytest.fixture(scope="module")
def server() -> Iterator[Guarded]:
    """Return a guarded server with a data stream of ours in it."""
    need_java()
    with tempfile.TemporaryDirectory(prefix="sentinel-guarded-") as name:
        folder, guard = Path(name), guarded(ROLES)
        folder.chmod(0o755)
        with running(folder, guard=guard) as url:
            server = Guarded(url, folder / "ca.pem", guard.password)
            client = server.client("operator")
            prepare(client)
            client.create(index=STREAM, id="first", document={"@timestamp": "2020-01-01"}, refresh=True)
            yield server


def test_each_role_can_do_its_work(server: Guarded) -> None:
    writer, reader = server.client("sentinel-ingest"), server.client("sentinel-watch")
    events = [Event("log", str(n), datetime(2026, 1, 1, tzinfo=UTC), {"n": n}) for n in range(9)]
    documents = [document(event, event.record, "jsonl") for event in events]

    prepare(writer, keep_days=30, replicas=0)
    sent = Loader(writer, no_wait).send(STREAM, documents)
    writer.indices.refresh(index=STREAM)

    assert (sent.created, sent.refused) == (9, [])
    assert len(list(Reader(reader, no_wait).read(STREAM, Span().query()))) == 10
    assert Reader(reader, no_wait).counts(STREAM, "@timestamp", [Span(since=events[0].time)]) == [9]
    for client in (writer, reader):
        seen = look(client, lambda: datetime.now(UTC))
        assert None not in {seen.versions, seen.ahead}
    assert look(writer, lambda: datetime.now(UTC)).template == "ours"


def test_no_role_can_do_more(server: Guarded) -> None:
    (backing,) = server.client("operator").indices.get_mapping(index=STREAM).body
    tries: dict[str, Callable[[Elasticsearch], object]] = {
        "change a record": lambda client: client.update(index=STREAM, id="1", doc={"fields": {}}),
        "delete records": lambda client: client.indices.delete(index=backing),
        "read others": lambda client: client.search(index="other"),
        "write others": lambda client: client.create(index="other", id="1", document={}),
        "see users": lambda client: client.security.get_user(),
        "change the cluster": lambda client: client.cluster.put_settings(persistent={"cluster.max_shards_per_node": 1}),
    }
    own: dict[str, dict[str, Callable[[Elasticsearch], object]]] = {
        "sentinel-ingest": {"read": lambda client: client.search(index=STREAM)},
        "sentinel-watch": {
            "write": lambda client: client.create(index=STREAM, id="x", document={"@timestamp": "2026-01-01"}),
            "template": prepare,
        },
    }
    refused = {
        f"{role}: {what}": refusal(server.client(role), attempt)
        for role in ROLES
        for what, attempt in {**tries, **own[role]}.items()
    }
    assert {what: answer for what, answer in refused.items() if "refused with 403" not in answer} == {}


def refusal(client: Elasticsearch, attempt: Callable[[Elasticsearch], object]) -> str:
    """Return how an attempt is refused, in our words."""
    with pytest.raises(StoreError) as caught, told("it"):
        attempt(client)
    return str(caught.value)


def test_who_is_not_known_or_not_trusted_is_told_in_a_line_without_the_key(server: Guarded, tmp_path: Path) -> None:
    unknown = server.search(tmp_path)
    assert unknown.exit_code == 3
    assert "refused with 401" in unknown.stderr
    assert "aGVtbWVsaWc" not in unknown.output

    other = tmp_path / "other.pem"
    other.write_bytes(guarded().certificate)
    untrusted = server.search(tmp_path, CA=str(other))
    assert (untrusted.exit_code, "cannot be trusted" in untrusted.stderr) == (3, True)
