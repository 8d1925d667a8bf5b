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
from sentinel.elastic.health import examine
from sentinel.elastic.mirror import Mirror, Sheet
from sentinel.elastic.mirror import stream_of as stream_of_alerts
from sentinel.elastic.needs import COMMANDS
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare, stream_of
from sentinel.elastic.trial import Trial
from sentinel.errors import StoreError
from sentinel.model.events import Event
from tests.elastic.server import guarded, need_java, running
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

ROLES = json.loads((ROOT / "docs" / "elasticsearch-roles.json").read_text(encoding="utf-8"))
STREAM = stream_of("jsonl", "default")
ALERTS = stream_of_alerts("default")


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


@pytest.mark.parametrize("role", ROLES)
def test_an_examination_names_what_a_key_lacks_for_each_command(server: Guarded, role: str) -> None:
    found = {check.what: check for check in examine(server.client(role), lambda: datetime.now(UTC), {})}

    may = {command: found[f"may {command}"] for command in COMMANDS}
    assert [command for command, check in may.items() if check.state == "ok"] == [
        command for command, needed in COMMANDS.items() if needed == role
    ]
    wanted = "create_doc on logs-sentinel.*-*; auto_configure on logs-sentinel.*-*"
    assert (wanted in may["ingest"].found) == (role != "sentinel-ingest")
    assert (found["elasticsearch"].state == "ok") == (role != "sentinel-mirror")
    assert found["template of logs"].state == "ok"


def test_a_mirror_can_be_written_and_read_back_by_its_own_role(server: Guarded) -> None:
    mirror = Mirror(server.client("sentinel-mirror"), ALERTS, {"@timestamp": "date"}, replicas=0)
    sheets = [Sheet(str(number), {"@timestamp": "2026-01-01"}) for number in range(5)]

    mirror.prepare()
    first, again = mirror.send(sheets[:3]), mirror.send(sheets)

    assert (len(first.created), len(again.created), len(again.there)) == (3, 2, 3)
    assert first.failed | again.failed == {}


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
            "mirror": lambda client: client.create(index=ALERTS, id="x", document={"@timestamp": "2026-01-01"}),
        },
        "sentinel-mirror": {
            "read logs": lambda client: client.search(index=STREAM),
            "write logs": lambda client: client.create(index=STREAM, id="x", document={"@timestamp": "2026-01-01"}),
            "change an alert": lambda client: client.update(index=ALERTS, id="1", doc={"helse": {}}),
            "delete an alert": lambda client: client.delete(index=ALERTS, id="1"),
        },
        "sentinel-certify": {
            "read": lambda client: client.search(index=STREAM),
            "write": lambda client: client.create(index=STREAM, id="x", document={"@timestamp": "2026-01-01"}),
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


def test_who_certifies_rules_reads_only_what_it_brought(server: Guarded) -> None:
    own, name = server.client("sentinel-certify"), stream_of("jsonl", "certify.x")
    one = document(Event("log", "1", datetime(2026, 1, 1, tzinfo=UTC), {"n": 1}), "1", "jsonl")
    reader, trial = Reader(own, no_wait), Trial(own, "sentinel-certify-x", no_wait)

    prepare(own)
    Loader(own, no_wait).send(name, [one])
    own.indices.refresh(index=name)
    trial.fill([("1", {"n": "x"})])

    assert [found.id for found in reader.read(name, Span().query())] == ["1"]
    assert trial.ask("n:x") == {"1"}
    assert trial.remove()
    with pytest.raises(StoreError, match="refused with 403"):
        list(reader.read(STREAM, Span().query()))
    with pytest.raises(StoreError, match="refused with 403"):
        Trial(own, "logs-other", no_wait).fill([])
