"""All rules of SigmaHQ over real Windows logs: which rule hits how often in which file.

`python -m tests.golden.test_sigmahq_evtx` writes the golden file anew; look at every difference before committing it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from evtx import PyEvtxParser

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.logs import as_xml, evtx_files, sigmahq
from tests.shared import ROOT

GOLDEN = ROOT / "tests" / "golden" / "sigmahq_evtx.json"
Counts = dict[str, dict[str, int]]


def label(path: Path) -> str:
    """Return the ATT&CK technique of the folder and the start of the file's hash: enough to find it again."""
    technique = re.search(r"T\d{4}(?:\.\d{3})?", path.parent.name)
    return f"{technique[0] if technique else 'APT'} {hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def read(path: Path) -> list[Event]:
    tally = Tally(path.name)
    events = list(read_log(path, path.name, tally))
    assert not tally.skipped
    return events


def measure(folder: Path) -> tuple[dict[str, object], Engine, dict[str, list[Event]]]:
    """Return what the golden file holds, the engine that found it, and the events by file."""
    (folder / "rules").mkdir()
    (folder / "evtx").mkdir()
    folders = sigmahq(folder / "rules")
    engine = Engine(load_rules(folders, folder / "rules"), load_routes(ROOT))
    logs = {label(path): read(path) for path in evtx_files(folder / "evtx")}
    counts: Counts = {}
    for name, events in logs.items():
        for rule, number in Counter(hit.rule.id for hit in engine.run(events)).items():
            counts.setdefault(rule, {})[name] = number
    states = Counter(entry.state for entry in engine.ledger())
    found: dict[str, object] = {
        "events": sum(map(len, logs.values())),
        "files": len(logs),
        "ledger": dict(sorted(states.items())),
        "hits": {rule: dict(sorted(files.items())) for rule, files in sorted(counts.items())},
    }
    return found, engine, logs


def test_the_page_of_checked_hits_says_what_is_recorded() -> None:
    """Each row: number, rule, files, how many files × how many hits in each."""
    hits = {rule[:8]: files for rule, files in json.loads(GOLDEN.read_text())["hits"].items()}
    page = (ROOT / "docs" / "golden-hits.md").read_text().partition("## Hits")[2]
    rows = re.findall(
        r"^\| \d+ \| `(\w{8})`[^|]*\| ([^|]*) \| (?:\d+ × )?(\d+) \|", page.partition("\n## ")[0], re.MULTILINE
    )
    assert len(rows) == 42
    for rule, files, count in rows:
        assert {hits[rule].get(file.strip()) for file in files.split(",")} == {int(count)}, rule


@pytest.mark.shared
def test_hits_are_those_that_were_checked(measured: tuple[dict[str, object], Engine, dict[str, list[Event]]]) -> None:
    found, engine, _ = measured
    assert found == json.loads(GOLDEN.read_text())
    assert len(engine.ledger()) == 3780


@pytest.mark.shared
def test_the_shape_of_an_event_changes_no_hit_and_no_fingerprint(
    measured: tuple[dict[str, object], Engine, dict[str, list[Event]]], tmp_path: Path
) -> None:
    """EVTX, event XML, the nested dump and flat JSON lines of the same events; of each file the first 12.

    One event is left out: it holds a control character, which XML cannot carry.
    """
    _, engine, logs = measured
    paths = {label(path): path for path in evtx_files(tmp_path)}
    left_out = 0
    for name, events in logs.items():
        pairs = list(zip(events[:12], records(paths[name]), strict=False))
        fit = [(event, dump) for event, dump in pairs if "\x0f" not in str(event.fields.get("PrivilegeList"))]
        left_out += len(pairs) - len(fit)
        original = seen(engine, [event for event, _ in fit])
        for text in (
            "\n".join(json.dumps(dump) for _, dump in fit),
            "<Events>" + "\r\n".join(as_xml(dump["Event"]) for _, dump in fit) + "</Events>",
            "\n".join(json.dumps(event.fields) for event, _ in fit),
        ):
            (tmp_path / "log").write_text(text, "utf-8", newline="")
            assert seen(engine, read(tmp_path / "log")) == original
    assert left_out <= 1


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(record["data"]) for record in islice(PyEvtxParser(str(path)).records_json(), 12) if record]


def seen(engine: Engine, events: list[Event]) -> tuple[list[str], list[tuple[str, str]]]:
    found = [(fingerprint(hit.event), hit.rule.id) for hit in engine.run(events)]
    return [fingerprint(event) for event in events], found


def write_golden() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found, _, _ = measure(Path(folder))
    GOLDEN.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    write_golden()
