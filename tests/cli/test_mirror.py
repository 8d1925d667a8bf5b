from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from sentinel.elastic.cluster import Access, connect
from tests.cli.conftest import Run
from tests.elastic.faults import between
from tests.shared import ROOT

LOG = ROOT / "examples" / "clinic" / "logs" / "lv-epj-security.jsonl.zst"


@pytest.fixture
def namespace() -> str:
    return f"t{uuid4().hex}"


def mirrored(url: str, namespace: str) -> int:
    client = connect(Access(url))
    client.indices.refresh(index=f"alerts-sentinel-{namespace}")
    return int(client.count(index=f"alerts-sentinel-{namespace}")["count"])


def test_what_is_kept_is_mirrored_and_told(run: Run, elasticsearch_url: str, namespace: str) -> None:
    run("detect", LOG, "--save", "klinikken", "-q")
    kept = len(run("alerts", "list", "--format", "jsonl").stdout.splitlines())
    words = ("alerts", "mirror", "--to", elasticsearch_url, "--namespace", namespace, "--replicas", 0)

    first, again = run(*words), run(*words)

    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr == f"{kept} alerts mirrored, 0 there already\n"
    assert again.stderr == "0 alerts mirrored, 0 there already\n"
    assert mirrored(elasticsearch_url, namespace) == kept > 5


def test_what_is_owed_is_a_partial_result_with_its_reason(run: Run) -> None:
    run("detect", LOG, "--save", "klinikken", "-q")

    done = run("alerts", "mirror", "--to", "http://127.0.0.1:9")

    assert done.exit_code == 3
    assert "owed: the index template of alerts: cannot be reached" in done.stderr


def test_wrong_words_are_told_before_anything_is_sent(run: Run) -> None:
    for words in (("--to", "nonsense"), ("--to", "http://127.0.0.1:9", "--namespace", "Stor")):
        done = run("alerts", "mirror", *words)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_a_watch_mirrors_what_it_finds_and_is_whole_without_that(
    run: Run, elasticsearch_url: str, namespace: str
) -> None:
    assert run("ingest", LOG, "--to", elasticsearch_url, "--namespace", namespace, "-q").exit_code == 0
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="minutes")
    common = (
        f"watch run --from {elasticsearch_url} --index logs-sentinel.*-{namespace} --save klinikken --once --delay 0"
    )
    words = (*common.split(), "--since", since, "-q")

    plain = run(*words)
    done = run(*words, "--mirror", namespace)

    assert (plain.exit_code, done.exit_code) == (0, 0), done.stderr
    kept = len(run("alerts", "list", "--format", "jsonl").stdout.splitlines())
    assert f"{kept} alerts mirrored, 0 there already" in done.stderr
    assert mirrored(elasticsearch_url, namespace) == kept > 5
    assert "mirrored" not in plain.stderr


def test_a_watch_whose_mirror_cannot_be_written_loses_no_alert(
    run: Run, elasticsearch_url: str, namespace: str
) -> None:
    assert run("ingest", LOG, "--to", elasticsearch_url, "--namespace", namespace, "-q").exit_code == 0
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="minutes")
    with between(elasticsearch_url, lambda path, _body: "503" if "alerts-sentinel" in path else "") as proxy:
        over = f"--from {proxy.url} --index logs-sentinel.*-{namespace} --save klinikken --once --delay 0 -q"
        done = run("watch", "run", *over.split(), "--since", since, "--mirror", namespace, "--format", "jsonl")

    told = len(done.stdout.splitlines())
    assert (done.exit_code, told > 5) == (3, True)
    assert (
        f"0 alerts mirrored, 0 there already, {told} owed: alerts-sentinel-{namespace}: refused with 503" in done.stderr
    )
    assert "0 windows owed" in done.stderr
