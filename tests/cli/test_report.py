from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
ALONE = (
    'schema = "sentinel.site/1"\n[organisation]\nname = "Stien fotterapi"\nnumber = "000000002"\n'
    'kind = "foot_therapist"\n'
)


def test_one_report_and_nothing_else_is_written(run: Run, tmp_path: Path) -> None:
    done = run("report", "nsm", CLINIC, "--out", tmp_path / "out", "--quiet")

    assert done.exit_code == 3
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"nsm.json", *(f"nsm-{language}.{form}" for language in ("nb", "en") for form in ("html", "pdf"))}
    assert orjson.loads((tmp_path / "out" / "nsm.json").read_bytes())["schema"] == "sentinel.extract/1"
    assert not (tmp_path / "store" / "sentinel.db").exists()


@pytest.mark.parametrize("command", [("report", "audtor"), ("run", "--report", "audtor")])
def test_a_report_that_nobody_knows_is_told_before_anything_is_read(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = run(*command, CLINIC, "--out", tmp_path / "out")

    assert done.exit_code == 2
    assert done.stderr.startswith("no such report: audtor. There are: management, self-check")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_site_file_chooses_and_a_flag_is_stronger(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(ALONE + '[report]\nlanguages = ["nb"]\nkinds = ["self-check", "supplier"]\n')

    run("run", site, "--out", tmp_path / "a", "--quiet")
    run("run", site, "--out", tmp_path / "b", "--report", "technical", "--quiet")

    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        *("result.json", "self-check-nb.html", "self-check-nb.pdf"),
        *("supplier.json", "supplier-nb.html", "supplier-nb.pdf"),
    }
    assert {path.name for path in (tmp_path / "b").iterdir()} == {
        *("result.json", "technical-nb.html", "technical-nb.pdf"),
    }


def test_risks_that_no_file_holds_are_told_in_one_line(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(ALONE)

    done = run("report", "ros", site, "--out", tmp_path / "out", "--quiet")

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == (
        'there is no assessment of risk to report: add ros = "ros.yml" below [assessment]'
    )


def test_write_may_be_said_and_options_may_come_first(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(ALONE + '[report]\nlanguages = ["nb"]\n')

    said = run("report", "write", "supplier", site, "--out", tmp_path / "a", "--quiet")
    first = run("report", "--out", tmp_path / "b", "--quiet", "supplier", site)

    assert said.exit_code == first.exit_code
    assert {path.name for path in (tmp_path / "a").iterdir()} == {path.name for path in (tmp_path / "b").iterdir()}
    assert (tmp_path / "b" / "supplier-nb.pdf").exists()


def test_without_words_it_says_what_it_takes(run: Run) -> None:
    assert "KIND SITE.toml | verify FILES..." in run("report").output
    assert "KIND SITE.toml | verify FILES..." in run("report", "-h").output
