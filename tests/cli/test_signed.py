from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sentinel.model.records import record_of
from tests.cli.conftest import Run
from tests.report.sector.sample import some
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"
GROUP = ROOT / "examples" / "municipality" / "group.toml"
BARE = '[organisation]\nname = "Stien fotterapi"\nnumber = "000000002"\nkind = "foot_therapist"\n'


@pytest.fixture
def site(run: Run, tmp_path: Path) -> Path:
    """Return a site file that is quick to report on; kari.key and kari.key.pub lie beside it."""
    run("knowledge", "keygen", tmp_path / "kari.key")
    (tmp_path / "site.toml").write_text(
        f'schema = "sentinel.site/1"\n{BARE}[report]\nas_of = 2026-11-21\nlanguages = ["nb"]\nkinds = ["supplier"]\n'
    )
    return tmp_path / "site.toml"


def signed(run: Run, site: Path, *words: object) -> Path:
    out = site.parent / "out"
    done = run(*words, "--sign", site.parent / "kari.key", "--out", out)
    assert done.exit_code in {0, 3}, done.stderr
    assert "as kari (" in done.stderr
    assert "NAME.sig is beside each" in done.stderr
    return out


def verified(run: Run, site: Path, *words: object) -> tuple[int, list[str]]:
    done = run("report", "verify", *words, "--trust", site.parent / "kari.key.pub")
    return done.exit_code, done.stdout.splitlines()


def commands(site: Path) -> list[tuple[object, ...]]:
    published = site.parent / "benchmark.json"
    published.write_text(json.dumps(record_of(some())), encoding="utf-8")
    return [
        ("sector", "report", published),
        ("run", site, "--quiet"),
        ("report", "supplier", site, "--quiet"),
        ("ros", "report", CLINIC / "site.toml"),
        ("dpia", "report", CLINIC / "dpia.yml"),
        ("group", "report", GROUP),
        ("render", CLINIC / "previous" / "result.json", "--language", "nb", "--quiet"),
    ]


@pytest.mark.parametrize("number", range(7))
def test_whatever_writes_reports_signs_every_file(run: Run, site: Path, number: int) -> None:
    out = signed(run, site, *commands(site)[number])

    files = {path.name for path in out.iterdir() if path.suffix != ".sig"}
    assert files
    assert {path.name for path in out.iterdir()} == files | {f"{name}.sig" for name in files}
    code, lines = verified(run, site, out)
    assert (code, len(lines)) == (0, len(files))
    assert all(": signed by kari (" in line for line in lines)


def test_without_a_key_nothing_is_signed(run: Run, site: Path) -> None:
    run("report", "supplier", site, "--out", site.parent / "out", "--quiet")

    assert not list((site.parent / "out").glob("*.sig"))


def test_one_line_a_file_and_one_bad_file_is_enough(run: Run, site: Path) -> None:
    out = signed(run, site, "report", "supplier", site, "--quiet")
    with (out / "supplier-nb.html").open("ab") as page:
        page.write(b" ")
    (out / "supplier.json.sig").unlink()

    code, lines = verified(run, site, *sorted(out.iterdir()))

    assert code == 1
    assert [line.removeprefix(f"{out}/").partition(" (")[0] for line in lines] == [
        "supplier-nb.html: changed since kari",
        "supplier-nb.pdf: signed by kari",
        "supplier.json: not signed",
    ]


def test_programs_get_the_same_as_records(run: Run, site: Path) -> None:
    out = signed(run, site, "report", "supplier", site, "--quiet")
    words = ("report", "verify", out / "supplier-nb.pdf", "--trust", site.parent / "kari.key.pub", "--format")
    record = json.loads(run(*words, "jsonl").stdout)
    (row,) = csv.DictReader(io.StringIO(run(*words, "csv").stdout))

    assert (record["schema"], record["state"], record["as_of"]) == ("sentinel.signedfile/1", "signed", "2026-11-21")
    assert row == {key: record[key] for key in ("state", "signer", "key", "as_of", "path", "why")}


@pytest.mark.parametrize("command", [("run",), ("report", "supplier")])
def test_a_key_that_cannot_sign_is_told_before_anything_is_written(
    run: Run, site: Path, command: tuple[str, ...]
) -> None:
    (site.parent / "kari.key").chmod(0o644)
    done = run(*command, site, "--sign", site.parent / "kari.key", "--out", site.parent / "out")
    public = run(*command, site, "--sign", site.parent / "kari.key.pub", "--out", site.parent / "out")

    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "others can read this private key: chmod 600" in done.stderr
    assert (public.exit_code, public.stderr.count("\n")) == (2, 1)
    assert not (site.parent / "out").exists()


def test_a_key_that_is_none_is_wrong_use(run: Run, site: Path) -> None:
    done = run("report", "verify", site, "--trust", site)

    assert (done.exit_code, done.stderr) == (2, f"{site}: is no public key\n")


def test_signs_that_steer_a_terminal_are_not_printed(run: Run, site: Path) -> None:
    name = site.parent / "a\x1b[2Jb.pdf"
    name.write_bytes(b"x")

    code, lines = verified(run, site, name)

    assert (code, lines) == (1, [f"{site.parent}/a�[2Jb.pdf: not signed"])
