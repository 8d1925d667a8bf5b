from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.scan.knowledge.samples import ADVISORY, KEV, dumped, made
from tests.scan.knowledge.test_endoflife import PAGE
from tests.scan.knowledge.test_nvd import feed, match, node, record
from tests.scan.knowledge.test_nvd import feed as nvd_feed

NGINX = feed(record("CVE-2026-10001", {"nodes": [node(match("a:f5:nginx:*:*", versionEndExcluding="1.22.1"))]}))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with feeds, where the policy trusts kari.key."""
    (tmp_path / "feeds").mkdir()
    for name, content in (("kev.json", dumped(KEV)), ("csaf.json", dumped(ADVISORY)), ("nvd.json", dumped(NGINX))):
        (tmp_path / "feeds" / name).write_bytes(content)
    (tmp_path / "feeds" / "eol.md").write_text(PAGE)
    (tmp_path / "policy" / "knowledge-keys").mkdir(parents=True)
    monkeypatch.setenv("SENTINEL_POLICY", str(tmp_path / "policy"))
    monkeypatch.setenv("SENTINEL_KNOWLEDGE", str(tmp_path / "place" / "knowledge.zip"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(run: Run, folder: Path, *feeds: object, out: str = "k.zip") -> None:
    if not (folder / "kari.key").exists():
        assert run("knowledge", "keygen", folder / "kari.key").exit_code == 0
        shutil.copy(folder / "kari.key.pub", folder / "policy" / "knowledge-keys" / "kari.pub")
    done = run("knowledge", "build", *(feeds or ["feeds"]), "--out", out, "--key", "kari.key", "--as-of", "2026-11-20")
    assert done.exit_code in {0, 3}, done.stderr


def test_built_imported_and_shown(run: Run, folder: Path) -> None:
    build(run, folder)
    done = run("knowledge", "import", "k.zip")
    assert done.exit_code == 0, done.stderr
    assert "signed by kari (" in done.stderr
    assert "the bundle of 2026-11-20 is in" in done.stderr

    shown = [json.loads(line) for line in run("knowledge", "show", "--format", "jsonl").stdout.splitlines()]
    assert [(one["schema"], one["name"], one["dated"]) for one in shown] == [
        ("sentinel.feed/1", "csaf", "2026-11-01"),
        ("sentinel.feed/1", "endoflife", "2026-10-02"),
        ("sentinel.feed/1", "kev", "2026-11-18"),
        ("sentinel.feed/1", "nvd", "2026-11-18"),
    ]
    assert shown[2]["skipped"] == {"no-cve": 1}


def test_what_is_known_of_a_product_a_cve_and_lines(run: Run, folder: Path) -> None:
    build(run, folder)
    run("knowledge", "import", "k.zip")

    [stated] = json.loads(run("knowledge", "show", "--product", "nginx", "--format", "json").stdout)
    assert (stated["schema"], stated["vendor"], stated["spans"][0]["before"]) == (
        "sentinel.statement/1",
        "f5",
        "1.22.1",
    )
    assert "< 1.22.1" in run("knowledge", "show", "--product", "f5:nginx").stdout
    [known] = json.loads(run("knowledge", "show", "--cve", "cve-2026-10001", "--format", "json").stdout)
    assert (known["schema"], known["score"], known["products"]) == (
        "sentinel.weakness/1",
        9.8,
        ["f5:nginx", "lyngvik-médical:pump-3"],
    )
    lines = run("knowledge", "show", "--lines", "lyngvik-server", "--format", "csv").stdout.splitlines()
    assert lines[1].startswith("Lyngvik Server 1.20 (Gran),2030-01-01,no,2033-01-01,")


def test_nothing_known_is_told_as_that_and_not_as_safe(run: Run, folder: Path) -> None:
    build(run, folder)
    run("knowledge", "import", "k.zip")
    for asked in (("--product", "unheard of"), ("--cve", "CVE-2099-0001"), ("--lines", "unheard-of")):
        done = run("knowledge", "show", *asked, "--format", "jsonl")

        assert (done.exit_code, done.stdout) == (0, "")
        assert f"'{asked[1]}': that is not the same as safe" in done.stderr
    assert run("knowledge", "show", "--cve", "CVE-1999-0001").stdout == "Nothing found.\n"
    assert run("knowledge", "show", "--cve", "x", "--product", "y").exit_code == 2


def test_parts_that_were_not_read_make_the_result_partial(run: Run, folder: Path) -> None:
    (folder / "feeds" / "cut.json").write_text('{"document": {"csaf_')
    build(run, folder)
    done = run("knowledge", "build", "feeds", "--out", "k2.zip", "--key", "kari.key", "--as-of", "2026-11-20")

    assert done.exit_code == 3
    assert "of no feed that is known: 1 not-json" in done.stderr
    assert "feeds/cut.json: not-json" in done.stderr
    assert "kev: 1 record read, of 2026-11-18; skipped: 1 no-cve" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("build", "k.zip", "--out", "x.zip", "--key", "kari.key"), "k.zip: holds no feed that is read; those are"),
        (
            ("build", "feeds", "--out", "feeds/kev.json", "--key", "kari.key"),
            "is among what is read, and would be lost",
        ),
        (("build", "feeds", "--out", "no/where.zip", "--key", "kari.key"), "there is no folder no"),
        (
            ("build", "feeds", "--out", "x.zip", "--key", "kari.key", "--as-of", "2999-01-01"),
            "takes no day after today",
        ),
        (
            ("build", "feeds", "--out", "x.zip", "--key", "kari.key", "--as-of", "2020-01-01"),
            "tells no day on or before 2020",
        ),
        (("build", "feeds", "--out", "x.zip", "--key", "kari.key.pub"), "chmod 600"),
        (("import", "feeds/kev.json"), "feeds/kev.json: is no knowledge bundle"),
        (("import", "gone.zip"), "does not exist"),
        (("show",), "no knowledge bundle is there; `sentinel knowledge import` puts one"),
        (("show", "--bundle", "feeds/kev.json"), "is no knowledge bundle"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run: Run, folder: Path, words: tuple[str, ...], told: str) -> None:
    build(run, folder)
    done = run("knowledge", *words)

    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "x.zip").exists()


def test_a_bundle_of_a_stranger_is_shown_and_not_taken_in(run: Run, folder: Path) -> None:
    build(run, folder)
    (folder / "policy" / "knowledge-keys" / "kari.pub").unlink()

    assert "is not trusted here" in run("knowledge", "import", "k.zip").stderr
    done = run("knowledge", "show", "--bundle", "k.zip")
    assert done.exit_code == 0
    assert "which is not trusted here; only shown" in done.stderr
    assert "kev" in done.stdout
    assert not (folder / "place" / "knowledge.zip").exists()


def test_old_feeds_are_told(run: Run, folder: Path) -> None:
    build(run, folder, "feeds/kev.json")
    old = dumped({**KEV, "dateReleased": "2020-01-01T00:00:00Z"})
    (folder / "old.json").write_bytes(old)
    build(run, folder, "old.json", out="old.zip")
    done = run("knowledge", "import", "old.zip")

    assert done.exit_code == 0
    assert "kev: of 2020-01-01" in done.stderr
    assert "kev is old: of 2020-01-01" in run("knowledge", "show").stderr


def test_doctor_tells_the_bundle(run: Run, folder: Path) -> None:
    def told() -> tuple[str, str]:
        rows = json.loads(run("doctor", "--format", "json").stdout)
        found = next(row for row in rows if row["what"] == "knowledge")
        return found["state"], found["found"]

    assert told() == ("note", "no bundle")
    build(run, folder, "feeds/csaf.json")
    run("knowledge", "import", "k.zip")
    state, found = told()
    assert state in {"ok", "note"}  # the advisory grows older than two months one day
    assert found.startswith("of 2026-11-20, 1 feed")
    (folder / "place" / "knowledge.zip").write_bytes(b"rubbish")
    assert told()[0] == "wrong"


def test_an_interrupted_build_leaves_nothing_half_made(run: Run, folder: Path) -> None:
    build(run, folder)
    before = sorted(path.name for path in folder.iterdir())
    many = [
        record(f"CVE-2026-{number}", NGINX["vulnerabilities"][0]["cve"]["configurations"][0])
        for number in range(10_000, 40_000)
    ]
    (folder / "feeds" / "nvd.json").write_bytes(dumped(nvd_feed(*many)))
    command = ["knowledge", "build", "feeds", "--out", "big.zip", "--key", "kari.key"]
    working = subprocess.Popen([sys.executable, "-m", "sentinel", *command], cwd=folder, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not list(folder.glob(".knowledge-*/told/*")) and working.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    working.send_signal(signal.SIGINT)
    _, error = working.communicate()

    assert working.returncode == 130, error
    assert sorted(path.name for path in folder.iterdir()) == before


def test_an_import_by_the_site_of_a_made_bundle(run: Run, folder: Path, tmp_path: Path) -> None:
    path, _ = made(tmp_path, KEV, name="made.zip")
    shutil.copy(tmp_path / "keys" / "kari.pub", folder / "policy" / "knowledge-keys" / "k2.pub")

    assert "signed by k2 (" in run("knowledge", "import", path).stderr
