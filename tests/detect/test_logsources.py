"""What the content says of log sources, against records as the logs write them, and against what SigmaHQ's rules read.

`python -m tests.detect.test_logsources` writes the golden files anew; look at every difference before committing it.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sentinel.detect.condition import fields
from sentinel.detect.readers import read_log
from sentinel.detect.routes import Routes, contains, load_routes
from sentinel.detect.rule import LogSourceKey, Rule
from sentinel.detect.sigma import load_rules
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.logs import sigmahq
from tests.shared import ROOT

HERE = Path(__file__).parent
LOGS = [HERE / "logsources" / name for name in ("native.jsonl", "programs.log")]
SAMPLES = sorted((HERE / "readers" / "samples").glob("*.log"))
ROUTED, MISSING = HERE / "logsources" / "routed.json", HERE / "logsources" / "missing.json"


@cache
def routes() -> Routes:
    return load_routes(ROOT)


@cache
def events() -> tuple[Event, ...]:
    """Every record of the samples, read as a user would have it read."""
    found: list[Event] = []
    for path in (*LOGS, *SAMPLES):
        tally = Tally(path.name)
        found += read_log(path, path.name, tally)
    return tuple(found)


def routed() -> dict[str, list[str]]:
    """Which datasets each record is of, by file and place."""
    return {
        f"{event.source}:{event.record}": sorted({route.dataset for route in routes().route(event)})
        for event in events()
    }


def seen(key: LogSourceKey) -> set[str]:
    """The names that rules of a log source could read in the samples."""
    names: set[str] = set()
    for event in events():
        for route in routes().route(event):
            if contains(key, route.key):
                names |= route.view(event.fields).keys()
    return names


def foreign_rules(folder: Path) -> Iterator[Rule]:
    """Rules for anything but Windows, whose channels have their own samples."""
    for rule in load_rules(sigmahq(folder), folder).rules:
        if rule.logsource.product != "windows":
            yield rule


def missing(folder: Path) -> dict[str, list[str]]:
    """By log source, the fields that rules read and that no sample has."""
    asked: dict[LogSourceKey, set[str]] = defaultdict(set)
    for rule in foreign_rules(folder):
        if routes().has(rule.logsource):
            asked[rule.logsource] |= fields(rule.condition)
    found = {str(key): sorted(names - seen(key)) for key, names in asked.items()}
    return {key: names for key, names in sorted(found.items()) if names}


def test_every_sample_goes_where_it_went() -> None:
    assert routed() == json.loads(ROUTED.read_text())


def test_no_sample_is_lost_on_the_way() -> None:
    assert [place for place, datasets in routed().items() if not datasets] == []


def test_every_dataset_that_rules_of_others_need_has_a_sample() -> None:
    shown = {dataset for datasets in routed().values() for dataset in datasets}
    unshown = {route.dataset for route in routes().routes} - shown
    assert sorted(name for name in unshown if not name.startswith(("windows.", "zeek."))) == []


@pytest.mark.shared
def test_every_log_source_of_others_has_a_sample_and_the_fields_it_lacks_are_known(tmp_path: Path) -> None:
    keys = {rule.logsource for rule in foreign_rules(tmp_path) if routes().has(rule.logsource)}
    assert sorted(str(key) for key in keys if not seen(key)) == []
    assert missing(tmp_path) == json.loads(MISSING.read_text())


def test_few_fields_decide() -> None:
    assert len(routes().deciding) <= 24


def write_golden() -> None:
    ROUTED.write_text(json.dumps(routed(), indent=1) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        MISSING.write_text(json.dumps(missing(Path(folder)), indent=1) + "\n")


if __name__ == "__main__":
    write_golden()
