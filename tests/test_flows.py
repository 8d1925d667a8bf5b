from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import orjson
import pytest

from sentinel import flows
from sentinel.content import root
from sentinel.detect.rule_cache import RuleCache
from sentinel.journeys import Aids, Material, material_of
from sentinel.model.records import result_record
from sentinel.settings import Site, read_site
from sentinel.store.store import Store
from tests.scan.imports.samples import MDS2_ROWS, workbook
from tests.shared import ROOT

T = TypeVar("T")
CLINIC = ROOT / "examples" / "clinic" / "site.toml"
DAY = date(2026, 11, 21)


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(CLINIC)


@pytest.fixture(scope="module")
def first(site: Site, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    store = Store.open(str(tmp_path_factory.mktemp("first") / "x.db"))
    return orjson.dumps(result_record(flows.run(site, root(), store, DAY, silent)))


def test_a_run_keeps_what_it_found(site: Site, first: bytes, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    result = flows.run(site, root(), store, DAY, silent)

    assert {alert.id for alert in store.alerts()} == {alert.id for alert in result.alerts}
    assert {asset.id for asset in store.assets()} == {asset.id for asset in result.assets}
    assert {finding.id for finding in store.findings()} == {finding.id for finding in result.findings}
    assert [day for day, _ in store.results("000000001")] == [DAY]
    assert store.results("000000001")[0][1].encode() == first


def test_a_run_keeps_the_packs_that_the_site_answers_and_judges_the_others_too(site: Site, first: bytes) -> None:
    unmeasured: dict[str, object] = {"logs": [], "captures": [], "scans": []}
    result = flows.look(replace(site, file=site.file.model_copy(update=unmeasured)), root(), DAY, silent)
    without = site.file.assessment.model_copy(update={"packs": {}}) if site.file.assessment else None
    bare = replace(site, file=site.file.model_copy(update={**unmeasured, "assessment": without}))
    other = flows.look(bare, root(), DAY, silent)

    assert [one["pack"]["id"] for one in orjson.loads(first)["packs"]] == ["gdpr"]
    assert {one.pack.id for one in result.packs if not one.named} >= {"supplier", "digitalsikkerhetsloven", "cloud"}
    assert (other.score, other.judgements, other.actions) == (result.score, result.judgements, result.actions)
    assert not any(one.named for one in other.packs)


def test_running_twice_gives_the_same_and_doubles_nothing(site: Site, first: bytes, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    before = flows.run(site, root(), store, DAY, silent)
    alerts = len(list(store.alerts()))
    after = flows.run(site, root(), store, DAY, silent)

    assert before == after
    assert orjson.dumps(result_record(after)) == first
    assert len(list(store.alerts())) == alerts


def test_a_capture_that_is_none_is_counted_and_the_others_go_on(tmp_path: Path) -> None:
    archive = tmp_path / "a.pcap"
    archive.write_bytes(b"PK\x03\x04" + bytes(100))
    material = Material(captures=[archive, CLINIC.parent / "capture" / "lyngvik.pcap"])

    scanned = flows.scan(material, root(), DAY, silent)

    assert [(source.source, source.hosts > 0) for source in scanned.sources] == [
        ("a.pcap", False),
        ("lyngvik.pcap", True),
    ]
    assert scanned.sources[0].skipped == {"unreadable": 1}


def test_only_the_sites_own_addresses_are_assets() -> None:
    capture = CLINIC.parent / "capture" / "lyngvik.pcap"
    everything = flows.scan(Material(captures=[capture], networks=["0.0.0.0/0"]), root(), DAY, silent)
    own = flows.scan(Material(captures=[capture]), root(), DAY, silent)

    assert {a.addresses[0].split(".")[0] for a in own.assets if "." in a.addresses[0]} == {"10"}
    assert len(everything.assets) > len(own.assets)


def test_a_site_without_logs_and_scans_is_judged_by_its_answers(site: Site) -> None:
    alone = flows.assess(site, root(), DAY, None, None)

    assert all(not judgement.evidence for judgement in alone.judgements)
    assert alone.score.score is not None


def test_measurements_never_raise_the_level_or_the_worst_case(site: Site) -> None:
    watched = flows.watch(site, root(), silent)
    alone = flows.assess(site, root(), DAY, None, None)
    measured = flows.assess(site, root(), DAY, watched, None)

    assert (measured.score.worst_case or 0) <= (alone.score.worst_case or 0)


def test_a_rule_set_without_alerts_says_nothing_against_an_answer(site: Site) -> None:
    quiet = replace(flows.watch(site, root(), silent), alerts=())
    judged = flows.assess(site, root(), DAY, quiet, None)

    assert not [e for j in judged.judgements for e in j.evidence if e.signal.kind == "rule"]


def test_with_compiled_rules_out_of_a_cache_a_run_comes_to_the_same(site: Site, first: bytes, tmp_path: Path) -> None:
    """Twice: once they are put into the cache, once they are taken out of it."""
    cache = RuleCache(tmp_path / "cache")
    for number in range(2):
        store = Store.open(str(tmp_path / f"{number}.db"))
        result = flows.run(site, root(), store, DAY, silent, Aids(cache))
        assert orjson.dumps(result_record(result)) == first
    kept = list(cache.folder.iterdir())
    for one in kept:
        os.utime(one, (1, 1))
    flows.watch(site, root(), silent, cache=cache)
    assert {one.stat().st_mtime > 1 for one in kept} == {True}  # all were read again


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.6, 1.0, 1.5, 2.0, 2.6])
def test_killed_in_the_middle_and_run_again_it_comes_to_the_same(first: bytes, tmp_path: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "sentinel", "run", str(CLINIC), "--out", "out", "--store", "x.db", "-q"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 3, done.stderr
    assert orjson.loads((tmp_path / "out" / "result.json").read_bytes()) == orjson.loads(first)
    assert len(list(Store.open(str(tmp_path / "x.db")).alerts())) == len(orjson.loads(first)["alerts"])
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []


DC_RULE = """\
title: Logon onto a domain controller
logsource: {product: windows, service: security}
detection:
  logon: {EventID: 4624, LogonType: 10, Computer|expand: '%dcs%'}
  condition: logon
"""


def test_placeholders_are_filled_from_the_inventory_where_the_site_says_so(site: Site, tmp_path: Path) -> None:
    for folder in ("_logsources", "_texts"):
        shutil.copytree(root() / "rules" / folder, tmp_path / "rules" / folder)
    (tmp_path / "rules" / "dc.yml").write_text(DC_RULE)
    section = next(log for log in site.file.logs if log.name == "domain-controller-security")
    asked = {"placeholders": {"dcs": ("@inventory/domain-controllers",)}, "logs": (section,)}
    asking = Site(site.folder, site.file.model_copy(update=asked))
    assets = flows.scan(material_of(site), root(), DAY, silent).assets

    seen = flows.watch(asking, tmp_path, silent, assets=assets)
    without = flows.watch(asking, tmp_path, silent)

    assert {str(alert.fields["Computer"]) for alert in seen.alerts} == {"LV-DC01.lyngvik.example"}
    assert [entry.state for entry in without.ledger] == ["refused"]
    assert "placeholder %dcs% has no values" in without.ledger[0].reason


def test_results_of_other_tools_stand_in_the_site_file_each_with_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    shutil.copytree(CLINIC.parent, folder)
    (folder / "list.csv").write_text("Boks;Slag\n10.20.30.99;Infusjonspumpe\n", encoding="utf-8")
    (folder / "columns.toml").write_text(
        'schema = "sentinel.columns/1"\n[columns]\naddress = "Boks"\ncategory = "Slag"\n', encoding="utf-8"
    )
    workbook(folder / "m.xlsx", MDS2_ROWS)
    with (folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write('[[scans]]\npath = "list.csv"\nas = "inventory"\ncolumns = "columns.toml"\n')
        file.write('[[scans]]\npath = "m.xlsx"\nfor = "10.20.30.98"\n')
        file.write('[[scans]]\npath = "site.toml"\nas = "nothing"\n')
    scanned = flows.scan(material_of(read_site(folder / "site.toml")), root(), DAY, silent)

    found = {asset.addresses[0]: asset for asset in scanned.assets}
    assert found["10.20.30.98"].vendor == "Philips"
    assert found["10.20.30.99"].device_class == "infusion_pump"
    assert [trouble for trouble in scanned.troubles if "'nothing' is no format" in trouble]
