"""Attacks on what may be shared of a ROS and a DPIA: whatever tells machines, places or people, wherever it stands."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tests.comply.dpia.parts import EXAMPLE, NO_TO_ALL
from tests.comply.ros import small
from tests.shared import ROOT

TELLING = (
    "srv-epj-01", "LV-DC01.lyngvik.local", "10.20.30.40", "10[.]20[.]30[.]40", "2001:db8::7", "[2001:db8::7]",
    "00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7", "CVE-2024-21412", "hxxps://portal[.]lyngvik[.]example/a",
    "https://vpn.lyngvik.example", "kari.nordmann@lyngvik.example", "kari.nordmann[at]lyngvik.example",
    "+47 22 00 00 00", "22000000", "000000002", "000 000 002", "serverrommet i kjelleren",
    "rom B-214", "Kari Nordmann", "Fjordnett Drift",
)  # fmt: skip
"""Hosts, addresses whole and made harmless, hardware addresses, weaknesses, links, people, numbers, rooms."""
KEYS = ("own-srv-epj-01", "own-cve-2024-21412", "own-rom-b-214", "own-10-20-30-40", "own-kari-nordmann")
SITE = """schema = "sentinel.site/1"
[organisation]
name = {name}
number = "000000002"
kind = "general_practice"
[report]
as_of = 2026-11-21
[assessment]
answers = "answers.yml"
ros = "ros.yml"
"""


def bare(text: str) -> str:
    """Return letters and digits alone, so that no other way of writing hides the same."""
    return re.sub(r"[\W_]", "", text).casefold()


def leaks(shared: str, told: list[str]) -> list[str]:
    """Return what stands in a shared file; hashes are taken away first, as any number may stand in one."""
    plain = bare(re.sub(r"\b[0-9a-f]{64}\b", "", shared))
    return [one for one in told if bare(one) in plain]


@st.composite
def told_risks(draw: st.DrawFn) -> dict[str, Any]:
    """Return a file of risks in which every free text, key and name is something that tells."""

    def say() -> str:
        return " og ".join(draw(st.lists(st.sampled_from(TELLING), min_size=1, max_size=3)))

    key, line = draw(st.sampled_from(KEYS)), draw(st.sampled_from(KEYS))
    lines = [
        {**small.measure(), "owner": say()[:190]},
        {**small.measure(line, title=say()), "owner": say()[:190]},
    ]
    before = small.judged(3, small.levels(3), because=say(), by=say()[:190])
    who = {"by": say()[:190], "role": say()[:190]}
    management = {**who, "date": small.ASSESSED, "where": say()}
    link = {"case": "srv-epj-01", "event": "access", "date": small.ASSESSED}
    return {
        "phishing": {
            "before": before,
            "measures": lines,
            "after": small.judged(1, small.levels(1), because=say(), by=say()[:190], rests_on=["training", line]),
            "acceptance": small.accepted(**who, reason=say(), management=management),
            "note": say(),
            "dpia": link,
        },
        key: {"title": say(), "text": say(), "threatens": ["person"], "before": before, "measures": lines[1:]},
        "snooping": {"not_relevant": small.exempt(reason=say(), by=say()[:190])},
    }


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(risks=told_risks(), name=st.sampled_from(TELLING))
def test_nothing_that_tells_leaves_a_ros(run: Run, tmp_path: Path, risks: dict[str, Any], name: str) -> None:
    own = (ROOT / "checklists" / "ros" / "matrices" / "4x4.yml").read_text(encoding="utf-8")
    (tmp_path / "srv-epj-01.yml").write_text(own.replace("id: 4x4", "id: srv-epj-01"), encoding="utf-8")
    small.write(tmp_path, risks, organisation=name, scope=name, matrix="srv-epj-01.yml")
    (tmp_path / "site.toml").write_text(SITE.format(name=f'"{name}"'), encoding="utf-8")
    found = run("ros", "export", tmp_path / "site.toml", "--redacted")

    assert found.exit_code == 0, found.stderr
    assert leaks(found.stdout, [*TELLING, *KEYS]) == []
    assert "scenario: phishing" in found.stdout


def told_everywhere(value: Any, say: list[str]) -> Any:  # noqa: ANN401 -- whatever a file holds
    """Return a DPIA with something that tells in every free text: what has a space in it."""
    if isinstance(value, dict):
        return {key: told_everywhere(one, say) for key, one in value.items()}
    if isinstance(value, list):
        return [told_everywhere(one, say) for one in value]
    return f"{value} {' og '.join(say)}"[:200] if isinstance(value, str) and " " in value else value


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(say=st.lists(st.sampled_from(TELLING), min_size=1, max_size=4), key=st.sampled_from(KEYS))
def test_nothing_that_tells_leaves_a_dpia(run: Run, tmp_path: Path, say: list[str], key: str) -> None:
    data = told_everywhere(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), say)  # noqa: TID251 -- a file to spoil
    data["case"], data["organisation"]["name"] = key, say[0]
    data["organisation"]["contact"] = {"role": say[0], "email": "kari.nordmann@lyngvik.example", "phone": "22000000"}
    data["events"][key] = {"title": " ".join(say), "measures": [key], "ros": {"risk": key, "date": "2026-11-01"}}
    data["measures"][key] = {"title": " ".join(say), "owner": say[-1], "ros": key}
    path = tmp_path / f"{key}.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    found = run("dpia", "export", path, "--redacted", "--as-of", "2026-11-21")

    assert found.exit_code == 0, found.stderr
    assert leaks(found.stdout, [*TELLING, *KEYS, "Lyngvik", "Nærvær"]) == []
    assert "own: 1" in found.stdout


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """Return content in which the organisation has put scenarios, measures, tests and a type of its own."""
    folder = tmp_path / "content"
    folder.mkdir()
    for kind in ("checklists", "reports", "rules", "scanners"):
        copytree(ROOT / kind, folder / kind, ignore=ignore_patterns("*.jsonl", "_native"))
    ros, dpia = folder / "checklists" / "ros", folder / "checklists" / "dpia"
    append(
        ros / "measures.yml",
        "  - {id: srv-epj-01-lock, title: {nb: Lås srv-epj-01, en: Lock}, requirements: [TIL-01]}\n",
    )
    append(
        ros / "scenarios" / "people.yml",
        "  - id: srv-epj-01-open\n    title: {nb: srv-epj-01 åpen, en: Open}\n    text: {nb: Rom B-214., en: Room.}\n"
        "    threatens: [confidentiality]\n    requirements: [TIL-01]\n    measures: [srv-epj-01-lock]\n",
    )
    append(
        dpia / "list.yml",
        "  - id: srv-epj-01-logged\n    title: {nb: srv-epj-01 logger, en: Logs}\n    ask: {nb: Logges?, en: Is it?}\n"
        "    other: {needed: 'no', confidence: unverified}\n    confidence: unverified\n",
    )
    append(
        folder / "checklists" / "organisation-types.yml",
        "  - id: lyngvik_practice\n    title: {nb: Lyngvik, en: Lyngvik}\n    usual: [EHR]\n    asked: []\n",
    )
    return folder


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + text, encoding="utf-8")


def test_an_organisations_own_content_stays_with_it_too(run: Run, tmp_path: Path, own_content: Path) -> None:
    before = small.judged()
    lines = [small.measure("srv-epj-01-lock"), small.measure()]
    risks = {"srv-epj-01-open": {"before": before}, "phishing": {"before": before, "measures": lines}}
    text = yaml.safe_dump(small.document(risks), allow_unicode=True)
    (tmp_path / "ros.yml").write_text(text, encoding="utf-8")
    site = SITE.format(name='"Lyngvik"').replace("general_practice", "lyngvik_practice")
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")
    dpia = tmp_path / "dpia.yml"
    answers = {"screening": {"answers": {**NO_TO_ALL, "srv-epj-01-logged": "yes"}, "why": {"high-risk": "Nei."}}}
    dpia.write_text(yaml.safe_dump({"schema": "sentinel.dpiacase/1", "case": "logg", **answers}), encoding="utf-8")

    shared = run("ros", "export", tmp_path / "site.toml", "--redacted", "--content", own_content)
    tests = run("dpia", "export", dpia, "--redacted", "--content", own_content, "--as-of", "2026-11-21")
    assert (shared.exit_code, tests.exit_code) == (0, 0), shared.stderr + tests.stderr
    assert leaks(shared.stdout + tests.stdout, ["srv-epj-01", "lyngvik"]) == []
    assert "kind: unspecified" in shared.stdout
    assert "own: 1" in shared.stdout
    assert "- training" in shared.stdout
