from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run, runner
from tests.scan.imports.samples import INVENTORY
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return what runs commands on a store with three scans of one site; no test here changes it."""
    folder = tmp_path_factory.mktemp("filled")
    invoke = runner(folder / "sentinel.db")
    (folder / "i.csv").write_text(INVENTORY, encoding="utf-8")
    invoke("scan", "passive", CLINIC / "capture" / "lyngvik.pcap", "--save", "lyngvik", "-q")
    invoke("scan", "import", CLINIC / "nmap" / "lyngvik.xml", "--save", "lyngvik", "-q")
    invoke("scan", "import", folder / "i.csv", "--save", "lyngvik", "-q")
    return invoke


def test_assets_are_listed_by_words_and_class(filled: Run) -> None:
    listed = json.loads(filled("assets", "list", "røntgen", "--format", "json").stdout)
    classes = json.loads(filled("assets", "list", "--class", "printer", "--format", "json").stdout)

    assert [asset["addresses"] for asset in listed] == [["10.20.30.20"]]
    assert [asset["addresses"] for asset in classes] == [["10.20.30.60"]]
    jsonschema.validate(listed[0], json_schema("sentinel.asset/1"))
    assert filled("assets", "list", "nowhere").stdout == "Nothing found.\n"


def test_a_long_table_says_that_there_is_more(filled: Run) -> None:
    done = filled("assets", "list", "--limit", "2")

    assert len(done.stdout.splitlines()) == 3
    assert "more; see all with --limit 0" in done.stderr
    assert "more" not in filled("assets", "list", "--limit", "0").stderr


def test_an_asset_is_shown_with_its_history_by_address_or_id(filled: Run) -> None:
    (shown,) = json.loads(filled("assets", "show", "10.20.30.20").stdout)
    (same,) = json.loads(filled("assets", "show", shown["id"][:10]).stdout)

    assert shown == same
    assert [(one["scan"], one["sources"]) for one in shown["history"]] == [(1, ["lyngvik.pcap"]), (3, ["i.csv"])]
    assert {"attribute": "device_class", "before": "dental", "after": "imaging_modality"} in shown["history"][1][
        "details"
    ]
    assert filled("assets", "show", "nobody").exit_code == 2
    assert filled("assets", "show", "").exit_code == 2


@pytest.mark.parametrize("words", [(), ("1", "3"), ("0", "1"), ("--since", "2000-01-01")])
def test_differences_are_published_records(filled: Run, words: tuple[str, ...]) -> None:
    done = filled("assets", "diff", *words, "--format", "json")

    told = json.loads(done.stdout)
    assert told
    for one in told:
        jsonschema.validate(one, json_schema("sentinel.assetchange/1"))
    assert "lyngvik: " in done.stderr
    assert filled("assets", "diff", *words).exit_code == 0


@pytest.mark.parametrize("words", [("3", "1"), ("1", "9"), ("--site", "nowhere")])
def test_scans_that_are_not_there_are_wrong_use(filled: Run, words: tuple[str, ...]) -> None:
    assert filled("assets", "diff", *words).exit_code == 2


def nmap_of(start: int, *up: str) -> str:
    """Return the XML of a finished scan of 10.9.0.0/30 that met some hosts, each with one open port."""
    hosts = "".join(
        f'<host endtime="{start + 9}"><status state="up"/><address addr="{address}" addrtype="ipv4"/>'
        '<ports><port protocol="tcp" portid="80"><state state="open"/></port></ports></host>'
        for address in up
    )
    counts = f'<hosts up="{len(up)}" down="{4 - len(up)}" total="4"/>'
    return (
        f'<nmaprun scanner="nmap" args="nmap -p 80 -oX - 10.9.0.0/30" start="{start}">{hosts}'
        f'<runstats><finished time="{start + 20}" exit="success"/>{counts}</runstats></nmaprun>'
    )


def test_an_older_file_that_is_imported_later_calls_nobody_gone(tmp_path: Path) -> None:
    invoke = runner(tmp_path / "sentinel.db")
    monday, noon = 1_790_000_000, 1_790_040_000
    files = {
        "old.xml": nmap_of(monday, "10.9.0.1"),
        "new.xml": nmap_of(noon, "10.9.0.1", "10.9.0.2"),
        "newest.xml": nmap_of(noon + 9_000, "10.9.0.1"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("new.xml", "old.xml", "newest.xml"):
        done = invoke("scan", "import", tmp_path / name, "--save", "s", "-q")
        assert done.exit_code == 3  # hosts that nmap counts without listing them

    def told(*words: str) -> list[tuple[str, str]]:
        found = json.loads(invoke("assets", "diff", *words, "--format", "json").stdout)
        return [(one["kind"], one["address"]) for one in found]

    assert told("1", "2") == [("not-seen", "10.9.0.2")]
    assert told("2", "3") == told("1", "3") == [("gone", "10.9.0.2")]


def test_scans_are_listed(filled: Run) -> None:
    told = json.loads(filled("assets", "scans", "--format", "json").stdout)

    assert [(run["number"], run["sources"]) for run in told] == [
        (1, ["lyngvik.pcap"]),
        (2, ["lyngvik.xml"]),
        (3, ["i.csv"]),
    ]


def test_assets_are_exported(filled: Run) -> None:
    rows = list(csv.DictReader(filled("assets", "export").stdout.splitlines()))
    records = json.loads(filled("assets", "export", "--format", "json").stdout)

    assert [row["id"] for row in rows] == [asset["id"] for asset in records]
    assert {row["mac"] for row in rows if row["address"] == "10.20.30.20"} == {"00:10:19:aa:bb:cc"}


def test_of_two_sites_one_must_be_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text(INVENTORY, encoding="utf-8")
    for site in ("a", "b"):
        run("scan", "import", path, "--save", site, "-q")

    assert run("assets", "diff").exit_code == 2
    assert "there are: a, b" in run("assets", "diff").stderr
    assert run("assets", "diff", "--site", "a").exit_code == 0


def test_what_is_known_is_written_as_pages(filled: Run, tmp_path: Path) -> None:
    done = filled(
        "assets",
        "page",
        "--out",
        tmp_path / "out",
        "--network",
        "10.20.30.0/24=Klinikken",
        "--network",
        "10.9.0.0/24",
        "-q",
    )
    page = (tmp_path / "out" / "inventory-nb.html").read_text(encoding="utf-8")

    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "inventory-en.html",
        "inventory-en.pdf",
        "inventory-nb.html",
        "inventory-nb.pdf",
    ]
    assert done.stderr.count("wrote ") == 4
    assert "Klinikken · 10.20.30.0/24" in page
    assert "10.9.0.0/24" in page
    assert "Ingen har lyttet på nettet" in page  # who talks to whom is not kept
    assert "Første gang" in page  # findings have their lives
    assert all(asset["id"] in page for asset in json.loads(filled("assets", "list", "--format", "json").stdout))


def test_pages_need_a_site_and_networks_that_are_some(run: Run, filled: Run, tmp_path: Path) -> None:
    wrong = filled("assets", "page", "--out", tmp_path, "--network", "klinikken")
    nobody = run("assets", "page", "--out", tmp_path)

    assert (wrong.exit_code, nobody.exit_code) == (2, 2)
    assert "'klinikken' is no network" in wrong.stderr
    assert "say which site" in nobody.stderr
    assert list(tmp_path.glob("*.html")) == []
