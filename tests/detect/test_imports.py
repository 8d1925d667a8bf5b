"""An import is whole or not at all, tells what it changes by meaning, and leaves a site's own edits alone."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from sentinel.detect.archive import read_archive
from sentinel.detect.imports import MANIFEST, Plan, carry_out, meaning_of, plan_import, recover
from sentinel.detect.sigma import load_rules
from sentinel.errors import InputError
from tests.detect.rules import rule
from tests.detect.test_archive import as_folder, as_zip
from tests.shared import shared_data

ONE = rule(1, "sel: {Image: a}\ncondition: sel").encode()
TWO = rule(2, "sel: {Image: b}\ncondition: sel").encode()
CHANGED = ONE.replace(b"Image: a", b"Image: c")
REWORDED = ONE.replace(b"Rule 1", b"Regel \xc3\xa9n")
SOURCE = {"LICENSE": b"DRL 1.1", "rules/one.yml": ONE, "rules/two.yml": TWO}


def bring(folder: Path, files: dict[str, bytes], into: Path) -> Plan:
    source = folder / "source.zip"
    plan = plan_import(read_archive(as_zip(source, files)), into)
    carry_out(plan)
    return plan


def told(plan: Plan) -> dict[str, str]:
    return {change.path: change.how for change in plan.changes if change.how != "same"}


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_import_keeps_licence_and_source_and_the_rules_load(tmp_path: Path) -> None:
    into = tmp_path / "rules" / "theirs"
    plan = bring(tmp_path, SOURCE, into)

    assert told(plan) == dict.fromkeys(SOURCE, "added")
    files = tree(into)
    manifest = orjson.loads(files.pop(MANIFEST))
    assert files == SOURCE
    assert manifest["source"]["name"] == "source.zip"
    assert set(manifest["files"]) == set(SOURCE)
    assert len(load_rules([into], into).rules) == 2
    assert [path.name for path in into.parent.iterdir()] == ["theirs"]


def test_what_changes_is_told_by_meaning(tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, SOURCE, into)

    assert told(bring(tmp_path, SOURCE, into)) == {}
    assert told(bring(tmp_path, {**SOURCE, "rules/one.yml": REWORDED}, into)) == {"rules/one.yml": "reworded"}
    assert told(bring(tmp_path, {**SOURCE, "rules/one.yml": CHANGED}, into)) == {"rules/one.yml": "changed"}
    without = {name: content for name, content in SOURCE.items() if name != "rules/two.yml"}
    assert told(bring(tmp_path, without, into)) == {"rules/one.yml": "changed", "rules/two.yml": "removed"}
    assert not (into / "rules/two.yml").exists()


def test_own_files_and_edits_are_kept_and_told(tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, {**SOURCE, "rules/three.yml": TWO.replace(b"000002", b"000003")}, into)
    (into / "rules/one.yml").write_bytes(REWORDED)
    (into / "rules/three.yml").write_bytes(b"mine")
    (into / "rules/two.yml").unlink()
    (into / "rules/own.yml").write_bytes(b"own")

    for _ in range(2):
        plan = bring(tmp_path, {**SOURCE, "rules/one.yml": CHANGED}, into)
        assert told(plan) == dict.fromkeys(("rules/one.yml", "rules/two.yml", "rules/three.yml"), "kept")
        reasons = {change.path: change.reason.partition("; ")[2] for change in plan.changes if change.how == "kept"}
        assert reasons == {
            "rules/one.yml": "the source has another",
            "rules/two.yml": "the source still has it",
            "rules/three.yml": "the source no longer has it",
        }
    files = tree(into)
    assert (files["rules/one.yml"], files["rules/three.yml"], files["rules/own.yml"]) == (REWORDED, b"mine", b"own")
    assert "rules/two.yml" not in files


def test_a_file_of_ones_own_that_the_source_has_too_is_kept(tmp_path: Path) -> None:
    into = as_folder(tmp_path / "theirs", {"rules/one.yml": b"mine"})

    assert told(bring(tmp_path, SOURCE, into))["rules/one.yml"] == "kept"
    assert (into / "rules/one.yml").read_bytes() == b"mine"


def test_a_manifest_that_cannot_be_read_is_never_overwritten(tmp_path: Path) -> None:
    into = as_folder(tmp_path / "theirs", {MANIFEST: b"{"})

    with pytest.raises(InputError, match="is no manifest"):
        bring(tmp_path, SOURCE, into)


def test_a_link_where_a_file_should_be_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, SOURCE, into)
    (into / "rules/one.yml").unlink()
    (into / "rules/one.yml").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="is a link"):
        bring(tmp_path, SOURCE, into)


@pytest.mark.parametrize("linked", [True, False])
def test_what_stands_where_a_folder_should_be_is_refused_and_left_alone(tmp_path: Path, *, linked: bool) -> None:
    """Through a link rules would be written to where nobody imports, and neither whole nor not at all."""
    into, elsewhere = tmp_path / "theirs", tmp_path / "elsewhere"
    into.mkdir()
    elsewhere.mkdir()
    if linked:
        (into / "rules").symlink_to(elsewhere)
    else:
        (into / "rules").write_text("a file")

    with pytest.raises(InputError, match=r"rules: is a link or a file where a folder"):
        bring(tmp_path, {**SOURCE, "rules/deep/er/three.yml": ONE}, into)
    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in into.iterdir()] == ["rules"]


@pytest.mark.parametrize("wrong", [{}, {"LICENSE": b"x", "chart/values.yaml": b"replicas: 1\n"}, {"rules/a.yml": b""}])
def test_a_source_without_a_rule_removes_nothing(tmp_path: Path, wrong: dict[str, bytes]) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, SOURCE, into)
    before = tree(into)

    with pytest.raises(InputError, match=r"source.zip: is refused: no file in it is a rule"):
        bring(tmp_path, wrong, into)
    assert tree(into) == before


def test_a_failure_leaves_everything_as_it_was(tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, SOURCE, into)
    before = tree(into)
    plan = plan_import(read_archive(as_zip(tmp_path / "x.zip", SOURCE)), into)
    plan = replace(plan, files={**plan.files, "rules/one.yml/inside.yml": ONE})

    with pytest.raises(OSError, match="exists"):
        carry_out(plan)
    assert tree(into) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.zip", "theirs", "x.zip"]


def test_what_was_killed_between_the_renames_is_given_back(tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    bring(tmp_path, SOURCE, into)
    before = tree(into)
    into.rename(tmp_path / "_before-import-theirs")
    as_folder(tmp_path / "_importing-theirs-999999999", {"rules/half.yml": b"half"})

    assert recover(into)
    assert tree(into) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.zip", "theirs"]
    assert not recover(into)


def test_an_import_that_is_killed_at_any_time_is_whole_or_never_was(tmp_path: Path) -> None:
    """Twelve imports over an older one, each killed at a moment of its own; then one that is let be."""
    old = {f"rules/{number}.yml": ONE for number in range(400)}
    new = {f"rules/{number}.yml": TWO for number in range(500)}
    into, source = tmp_path / "theirs", as_zip(tmp_path / "new.zip", new)
    bring(tmp_path, old, into)
    before = {name: content for name, content in tree(into).items() if name != MANIFEST}
    command = [
        sys.executable,
        "-m",
        "sentinel",
        "rules",
        "import",
        str(source),
        "--into",
        str(into),
        "--format",
        "jsonl",
    ]
    started = time.monotonic()
    shutil.copytree(into, tmp_path / "spare")
    subprocess.run([*command[:-3], str(tmp_path / "spare"), *command[-2:]], check=True, capture_output=True)
    whole = time.monotonic() - started
    chance = random.Random(4)

    for _ in range(12):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(whole * 0.3, whole))
        running.send_signal(signal.SIGKILL)
        running.wait()
        recover(into)
        after = {name: content for name, content in tree(into).items() if name != MANIFEST}
        assert after in (before, new)
        assert load_rules([tmp_path / "theirs"], tmp_path).rules
    subprocess.run(command, check=True, capture_output=True)
    assert {name: content for name, content in tree(into).items() if name != MANIFEST} == new
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("_importing")]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 500, b"a: b", b"title: [1]\ndetection: 5", b"a: &a [*a]"])
def test_what_is_no_rule_means_its_bytes(content: bytes) -> None:
    assert len(meaning_of(content)[0]) == 64


@pytest.mark.shared
def test_sigmahq_comes_in_whole_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    [source] = (shared_data() / "rules").glob("sigmahq-*.tar.xz")
    archive, into = read_archive(source), tmp_path / "sigmahq"
    first = plan_import(archive, into)
    carry_out(first)

    assert len(archive.files) + archive.skipped.total() <= archive.seen
    assert sum(change.how == "added" for change in first.changes) == 3781  # and the licence
    assert {change.how for change in plan_import(read_archive(source), into).changes} == {"same"}
    assert len(load_rules([into], into).rules) == 3755
