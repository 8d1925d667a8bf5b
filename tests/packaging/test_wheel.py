"""The product is the wheel: what is in it, and that it does the main job in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sentinel.content import KINDS
from tests.shared import ROOT


def tracked(*folders: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", *folders],  # noqa: S607 -- git of the machine
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listed.stdout.splitlines())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the sdist from the checkout, and the wheel from the unpacked sdist."""
    folder = tmp_path_factory.mktemp("dist")
    hatchling = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*hatchling, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    sdist = next(folder.glob("*.tar.gz"))
    (folder / "unpacked").mkdir()
    subprocess.run(["tar", "-xzf", str(sdist), "-C", str(folder / "unpacked")], check=True)  # noqa: S607 -- tar of the machine
    source = next((folder / "unpacked").iterdir())
    subprocess.run([*hatchling, "-t", "wheel"], cwd=source, check=True, capture_output=True)
    return sdist, next(folder.glob("*.whl"))


def test_the_wheel_holds_exactly_the_tracked_content(built: tuple[Path, Path]) -> None:
    packed = {
        name.removeprefix("sentinel/_content/")
        for name in zipfile.ZipFile(built[1]).namelist()
        if name.startswith("sentinel/_content/")
    }

    assert packed == tracked(*KINDS)


def test_the_wheel_holds_exactly_the_tracked_package_and_nothing_beside_it(built: tuple[Path, Path]) -> None:
    names = zipfile.ZipFile(built[1]).namelist()
    package = {name for name in names if name.startswith("sentinel/") and not name.startswith("sentinel/_content/")}

    assert package == tracked("sentinel")
    assert {name.split("/")[0] for name in names if not name.startswith("sentinel/")} == {
        next(name.split("/")[0] for name in names if ".dist-info/" in name)
    }


def test_the_sdist_holds_what_is_needed_to_build_and_test(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    wanted = tracked("sentinel", "tests", "examples", "requirements", "docs", *KINDS) | {"LICENSE", "README.md"}
    assert wanted - names == set()


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the locked dependencies, and the wheel put in by plain pip."""
    folder = tmp_path_factory.mktemp("env")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python, uv = folder / "bin" / "python", ROOT / ".cache" / "boot" / "bin" / "uv"
    lock = ROOT / "requirements" / "run.txt"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock],
        check=True,
        env={**os.environ, "UV_SYSTEM_CERTS": "1"},
    )
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(built[1])], check=True)
    subprocess.run([python, "-m", "pip", "check"], check=True, capture_output=True)
    return folder


@pytest.mark.slow
def test_the_wheel_alone_does_the_main_job_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    command = installed / "bin" / "sentinel"
    site = ROOT / "examples" / "clinic" / "site.toml"
    done = subprocess.run(
        [command, "run", site, "--out", "out", "--store", "x.db", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode in {0, 3}, done.stderr
    kinds = ("management", "self-check", "technical", "auditor", "inventory", "ros")
    pages = {f"{kind}-{language}.{form}" for kind in kinds for language in ("nb", "en") for form in ("html", "pdf")}
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == pages | {"result.json", "auditor.json", "ros.json"}
    assert json.loads((tmp_path / "out" / "result.json").read_text())["alerts"]


@pytest.mark.slow
def test_the_wheel_checks_its_own_content(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "bin" / "python", "-m", "sentinel", "content", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "no faults" in done.stderr
