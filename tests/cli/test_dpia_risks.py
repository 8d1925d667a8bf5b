from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import jsonschema
import pytest
import yaml

from sentinel.content import parse_documents
from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    copytree(ROOT / "examples" / "clinic", folder)
    return folder


def test_risks_are_taken_put_in_and_agree_until_one_of_the_two_is_changed(run: Run, clinic: Path) -> None:
    site, dpia = clinic / "site.toml", clinic / "dpia.yml"
    taken = run("dpia", "take", site, dpia, "--risk", "snooping", "--risk", "ransomware")
    (entries,), (file,) = (
        [document.data for document in parse_documents(text, "x")[0]]
        for text in (taken.stdout, dpia.read_text(encoding="utf-8"))
    )
    for part in ("events", "measures"):
        file[part] |= entries[part]
    dpia.write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")

    told = run("dpia", "risks", site, dpia, "--format", "json")
    links = {link["risk"]: link for link in map(dict, json.loads(told.stdout))}
    assert (told.exit_code, links["snooping"]["event"], links["snooping"]["differs"]) == (0, "snooping", [])
    assert all(jsonschema.validate(link, json_schema("sentinel.dpialink/1")) is None for link in links.values())
    assert "2 taken in, 14 not; 0 do not agree" in told.stderr

    ros = clinic / "ros.yml"
    ros.write_text(ros.read_text(encoding="utf-8").replace("due: 2027-01-31", "due: 2027-02-28"), encoding="utf-8")
    told = run("dpia", "risks", site, dpia)
    assert told.exit_code == 1
    assert "har frist 28. februar 2027" in " ".join(told.stdout.split())


def test_what_is_wrong_is_told_in_one_line(run: Run, clinic: Path) -> None:
    site, dpia = clinic / "site.toml", clinic / "dpia.yml"
    assert "--risk: the site's ROS has no snoping" in run("dpia", "take", site, dpia, "--risk", "snoping").stderr

    text = dpia.read_text(encoding="utf-8")
    dpia.write_text(text.replace('"000000001"', '"000000009"'), encoding="utf-8")
    told = run("dpia", "risks", site, dpia)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "is of organisation '000000009'" in told.stderr


def test_events_become_risks_of_the_ros_and_none_is_made_twice(run: Run, clinic: Path) -> None:
    site, dpia, ros = clinic / "site.toml", clinic / "dpia.yml", clinic / "ros.yml"
    taken = run("ros", "take", site, dpia)
    assert "3 taken; none of it is assessed" in taken.stderr
    ros.write_text(ros.read_text(encoding="utf-8") + taken.stdout, encoding="utf-8")

    again = run("ros", "take", site, dpia)
    assert (again.stdout, again.exit_code) == ("", 0)
    assert run("ros", "check", site).exit_code == 1
