"""Our OSCAL held to compliance-trestle: it loads each document, its validators take it, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sentinel import exchanging
from sentinel.comply.checklist import load_checklist
from sentinel.comply.exchange.oscal import read_oscal
from sentinel.settings import read_site
from tests.share.oscal.sample import CLINIC, DAY, UNUSED, dossier
from tests.shared import ROOT

PYTHON = ROOT / ".cache" / "oscal" / "bin" / "python"
SCRIPT = ROOT / "tests" / "integration" / "trestle_rewrite.py"


def through_trestle(folder: Path, out: Path) -> dict[str, Any]:
    """Let trestle load and write every document; its absence is a failure, never a skip."""
    if not PYTHON.exists():
        pytest.fail("trestle's environment is missing: make .cache/oscal/ready")
    out.mkdir()
    done = subprocess.run([PYTHON, SCRIPT, folder, out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def written(folder: Path, documents: Iterable[tuple[str, str]] = ()) -> Path:
    folder.mkdir()
    for name, text in documents or exchanging.oscal(dossier()):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def same(ours: Path, theirs: Path, names: Iterable[str]) -> bool:
    return all(json.loads((theirs / name).read_text()) == json.loads((ours / name).read_text()) for name in names)


def test_trestle_takes_every_document_and_loses_nothing(tmp_path: Path) -> None:
    ours, theirs = written(tmp_path / "ours"), tmp_path / "theirs"

    told = through_trestle(ours, theirs)

    names = [name for name, _ in exchanging.oscal(dossier())]
    assert told["valid"] == dict.fromkeys(names, True)
    assert len(names) == 5
    assert same(ours, theirs, names)
    assert set(told["controls"]) == {item.requirement.id for item in dossier().items if item.applies}
    answers = read_oscal(theirs / "assessment-results.json", "x.json", load_checklist(ROOT), DAY).answers
    assert set(answers) == set(dossier().answers)
    assert UNUSED in answers


@pytest.mark.parametrize("pack", ["gdpr", "ehds"])
def test_trestle_takes_a_pack_as_it_takes_normen(tmp_path: Path, pack: str) -> None:
    of = exchanging.dossier(read_site(CLINIC), ROOT, DAY, pack=pack)
    ours, theirs = written(tmp_path / "ours", exchanging.oscal(of)), tmp_path / "theirs"

    told = through_trestle(ours, theirs)

    names = [name for name, _ in exchanging.oscal(of)]
    assert told["valid"] == dict.fromkeys(names, True)
    assert len(names) == 5
    assert same(ours, theirs, names)
    assert set(told["controls"]) == {item.requirement.id for item in of.items if item.applies}
    taken = read_oscal(
        theirs / "assessment-results.json", "x.json", exchanging.checklist_of(ROOT, DAY, None, pack), DAY
    )
    assert set(taken.answers) == set(of.answers)


def test_trestle_takes_the_crosswalks_as_a_mapping_collection(tmp_path: Path) -> None:
    documents = dict(exchanging.mapped(ROOT, DAY))
    ours, theirs = written(tmp_path / "ours", documents.items()), tmp_path / "theirs"

    told = through_trestle(ours, theirs)

    assert told["valid"] == dict.fromkeys(documents, True)
    assert same(ours, theirs, documents)
    assert len(documents) == 10


def test_trestle_would_tell_what_is_wrong(tmp_path: Path) -> None:
    ours = written(tmp_path / "ours")
    catalog = json.loads((ours / "catalog.json").read_text())
    resources = catalog["catalog"]["back-matter"]["resources"]
    resources[1]["uuid"] = resources[0]["uuid"]
    (ours / "catalog.json").write_text(json.dumps(catalog))

    assert through_trestle(ours, tmp_path / "theirs")["valid"]["catalog.json"] is False


def test_the_lock_names_the_version_that_was_spoken_to(tmp_path: Path) -> None:
    told = through_trestle(written(tmp_path / "ours"), tmp_path / "theirs")

    assert f"compliance-trestle=={told['trestle']}" in (ROOT / "requirements" / "oscal.txt").read_text()
