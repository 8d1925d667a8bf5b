"""Every rule that converts, over real logs and over events made for it: our hits are those of a second engine.

Where they are not, `oracle_differences.json` names the rule and the kind of reason, docs/differences.md tells it, and
EXPLAINS holds each single case to it. `python -m tests.golden.test_oracle` writes the file anew; a new difference is
`unexplained` there until a person has looked.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sentinel.content import read_documents
from sentinel.detect.condition import Cidr, Compare, FieldTest, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.readers import read_log
from sentinel.detect.routes import Routes, contains, load_routes
from sentinel.detect.rule import Rule
from sentinel.detect.sigma import load_rules
from sentinel.model.events import Event, Fields
from sentinel.model.skipped import Tally
from tests.detect import independent
from tests.detect.logs import evtx_files, sigmahq
from tests.golden.oracle import Conversion, Row, convert, hits
from tests.golden.test_sigmahq_evtx import GOLDEN, label
from tests.shared import ROOT

RECORDED = ROOT / "tests" / "golden" / "oracle_differences.json"
PAGE = ROOT / "docs" / "differences.md"
Pair = tuple[str, int]
Difference = dict[str, str | int]


def reads_letters_beyond_ascii(rule: Rule, fields: Fields) -> bool:
    read = rule.fields or fields.keys()  # keywords read all
    texts = (value for name, value in fields.items() if name in read and isinstance(value, str))
    return any(not letter.isascii() and letter.swapcase() != letter for text in texts for letter in text)


def reads_no_plain_address(rule: Rule, fields: Fields) -> bool:
    tests = (leaf for leaf in leaves(rule.condition) if isinstance(leaf, FieldTest))
    asked = {leaf.field for leaf in tests if any(isinstance(test, Cidr) for test in leaf.tests)}
    return any(not re.fullmatch(r"[0-9]+(\.[0-9]+){3}", str(fields[name])) for name in asked & fields.keys())


def reads_a_list(rule: Rule, fields: Fields) -> bool:
    return any(isinstance(fields[name], list) for name in rule.fields & fields.keys())


def asks_for_the_hour_in_norway(rule: Rule, _fields: Fields) -> bool:
    tests = (test for leaf in leaves(rule.condition) if isinstance(leaf, FieldTest) for test in leaf.tests)
    return any(isinstance(test, Compare) and test.unit and test.zone != "UTC" for test in tests)


# Asks for a command line that is «RunWizard» and holds a GUID: no single text is both.
MET_BY_LISTS_ONLY = {"53d4bb30-3f36-4e8a-b078-69d36c4a79ff"}
# What must be so in every single event for which a difference of a kind is claimed.
EXPLAINS: dict[str, Callable[[Rule, Fields], bool]] = {
    "ascii-case": reads_letters_beyond_ascii,
    "network-as-text": reads_no_plain_address,
    "list-as-text": reads_a_list,
    "hours-in-utc": asks_for_the_hour_in_norway,
}


def rule_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.yml") if not path.relative_to(folder).parts[0].startswith("_"))


def own() -> tuple[tuple[Rule, ...], Conversion]:
    return load_rules([ROOT / "rules"], ROOT).rules, convert(rule_files(ROOT / "rules"))


def others(folder: Path) -> tuple[tuple[Rule, ...], Conversion]:
    folders = sigmahq(folder)
    return load_rules(folders, folder).rules, convert(path for kind in folders for path in rule_files(kind))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracle")


@pytest.fixture(scope="module")
def foreign(unpacked: Path) -> tuple[tuple[Rule, ...], Conversion]:
    (unpacked / "rules").mkdir()
    return others(unpacked / "rules")


def judged(rules: Iterable[Rule], rows: list[Row]) -> set[Pair]:
    """Return our pairs of rule id and number of row."""
    looks = [Look(row.fields) for row in rows]
    numbers: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        numbers.setdefault(row.owner, []).append(number)
    return {
        (rule.ref.id, number)
        for rule in rules
        for number in (*numbers.get("", ()), *numbers.get(rule.ref.id, ()))
        if holds(rule.condition, looks[number])
    }


def samples(rules: Iterable[Rule]) -> list[Row]:
    """Return the samples beside our own rules, as the log sources show them that the rule asks for."""
    routes = load_routes(ROOT)
    rows = []
    for rule in rules:
        path = ROOT / rule.location.path
        for sample in sorted(path.parent.glob(f"{path.stem}.*.jsonl")):
            for _, fields, same in views(read_log(sample, sample.name, Tally(sample.name)), routes):
                if any(contains(rule.logsource, route.key) for route in same):
                    rows.append(Row(rule.ref.id, fields))
    return rows


def made(rules: Iterable[Rule], base: Path) -> Iterator[Row]:
    """Yield an event that each rule must hit, and variations of it, of which it must hit some; none holds a list."""
    for rule in rules:
        documents, _ = read_documents(base / rule.location.path, base)
        trees = independent.trees(documents[0].data)
        event = without_lists(trees, independent.fitting(trees) or {})
        for fields in (*independent.variations(event), *more_variations(event)):
            if not any(isinstance(value, list) for value in fields.values()):
                yield Row(rule.ref.id, fields)


def without_lists(trees: list[Any], event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with items of its lists made one text, so that the rule still hits."""
    lists = {name: [str(item) for item in value] for name, value in event.items() if isinstance(value, list)}
    for seed in range(100):
        chance = random.Random(seed)
        tried = event | {
            name: "".join(chance.sample(items, chance.randint(1, len(items)))) for name, items in lists.items()
        }
        if any(independent.holds(tree, tried) for tree in trees):
            return tried
    return event


def more_variations(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an event with values emptied, null, with spaces or lines around them, and numbers and texts exchanged."""
    changes: tuple[Callable[[Any], Any], ...] = (
        lambda value: "" if isinstance(value, str) else value,
        lambda _: None,
        lambda value: f"{value} " if isinstance(value, str) else value,
        lambda value: f"a\n{value}\nb" if isinstance(value, str) else value,
        lambda value: int(value) if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,15}", value) else str(value),
        lambda value: value.swapcase() if isinstance(value, str) else value,
    )
    for change in changes:
        yield {name: change(value) for name, value in event.items()}


def views(events: Iterable[Event], routes: Routes) -> Iterator[tuple[Event, Fields, set[Any]]]:
    """Yield each way that rules may look at an event, with the log sources that look so."""
    for event in events:
        looks: dict[tuple[tuple[str, str], ...], set[Any]] = {(): set()}
        for route in routes.route(event):
            looks.setdefault(route.aliases, set()).add(route)
        for same in looks.values():
            yield event, next(iter(same)).view(event.fields) if same else event.fields, same


def read(folder: Path) -> Iterator[Event]:
    for path in evtx_files(folder):
        yield from read_log(path, label(path), Tally(label(path)))


def differences(material: str, rules: Iterable[Rule], rows: list[Row], theirs: set[Pair]) -> Iterator[Difference]:
    """Yield the differences of one material by rule; `unexplained` where what explains the kind is not there."""
    by_id = {rule.ref.id: rule for rule in rules}
    ours = judged(by_id.values(), rows)
    kinds = {(entry["material"], entry["rule"]): str(entry["kind"]) for entry in recorded()}
    for name in sorted({rule for rule, _ in ours ^ theirs}):
        kind = kinds.get((material, name), "unexplained")
        numbers = {number for rule, number in ours ^ theirs if rule == name}
        explains = EXPLAINS.get(kind)
        if explains is None or not all(explains(by_id[name], rows[number].fields) for number in numbers):
            kind = "unexplained"
        only = Counter("ours" if (name, number) in ours else "theirs" for number in numbers)
        yield {"rule": name, "material": material, "kind": kind, "ours": only["ours"], "theirs": only["theirs"]}


def recorded(material: str | None = None) -> list[Difference]:
    entries: list[Difference] = json.loads(RECORDED.read_text())
    return [entry for entry in entries if material in {None, entry["material"]}]


def compare(material: str, rules: tuple[Rule, ...], conversion: Conversion, rows: list[Row]) -> list[Difference]:
    return list(differences(material, rules, rows, hits(conversion, rows)))


def test_the_second_engine_is_the_locked_one() -> None:
    _, conversion = own()
    locked = (ROOT / "requirements" / "oracle.txt").read_text()

    assert all(f"{name}=={version} " in locked for name, version in conversion.versions.items())
    assert {name: version.split(".")[0] for name, version in conversion.versions.items()} == {
        "pysigma": "2",
        "pysigma-backend-sqlite": "2",
    }


def test_our_own_rules_over_their_samples() -> None:
    rules, conversion = own()
    rows = samples(rules)

    assert len(conversion.queries) == len(rules)
    assert len(rows) >= 2 * len(rules)
    assert compare("own samples", rules, conversion, rows) == recorded("own samples")


@pytest.mark.shared
def test_every_rule_that_we_load_converts(foreign: tuple[tuple[Rule, ...], Conversion]) -> None:
    rules, conversion = foreign

    assert {str(UUID(name)) for name in conversion.queries} == {rule.ref.id for rule in rules}
    assert all("placeholder" in reason for reason in conversion.refused.values())
    assert len(rules) + len(conversion.refused) == 3780


@pytest.mark.shared
@pytest.mark.slow
def test_every_rule_over_events_made_for_it(foreign: tuple[tuple[Rule, ...], Conversion], unpacked: Path) -> None:
    rules, conversion = foreign
    rows = list(made(rules, unpacked / "rules"))

    assert {rule.ref.id for rule in rules} - {rule for rule, _ in judged(rules, rows)} == MET_BY_LISTS_ONLY
    assert compare("made", rules, conversion, rows) == recorded("made")


@pytest.mark.shared
@pytest.mark.slow
def test_every_rule_over_every_real_event(foreign: tuple[tuple[Rule, ...], Conversion], tmp_path: Path) -> None:
    """Each rule over each event, also those of other log sources: routing would leave a tenth of the verdicts."""
    rules, conversion = foreign
    seen = list(views(read(tmp_path), load_routes(ROOT)))
    rows = [Row("", fields) for _, fields, _ in seen]
    theirs = hits(conversion, rows)

    assert list(differences("real logs", rules, rows, theirs)) == recorded("real logs")
    assert _by_file(rules, seen, theirs) == json.loads(GOLDEN.read_text())["hits"]


def _by_file(
    rules: Iterable[Rule], seen: list[tuple[Event, Fields, set[Any]]], pairs: set[Pair]
) -> dict[str, dict[str, int]]:
    """Count the second engine's hits by rule and file, of the log sources that a rule asks for: the golden figures."""
    wanted = {rule.ref.id: rule.logsource for rule in rules}
    events = {
        (rule, seen[number][0].source, seen[number][0].record)
        for rule, number in pairs
        if any(contains(wanted[rule], route.key) for route in seen[number][2])
    }
    counted: dict[str, dict[str, int]] = {}
    for rule, source, _ in events:
        files = counted.setdefault(rule, {})
        files[source] = files.get(source, 0) + 1
    return counted


def test_every_kind_of_difference_is_told_and_nothing_else() -> None:
    told = set(re.findall(r"^## `([a-z-]+)`", PAGE.read_text("utf-8"), re.MULTILINE))

    assert {entry["kind"] for entry in recorded()} == set(EXPLAINS) == told
    for kind, number in Counter(entry["kind"] for entry in recorded()).items():
        rules = "rule" if number == 1 else "rules"
        assert f"## `{kind}`: {number} {rules}" in PAGE.read_text("utf-8")


def write_differences() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (base := Path(folder) / "rules").mkdir()
        rules, conversion = own()
        found = compare("own samples", rules, conversion, samples(rules))
        rules, conversion = others(base)
        found += compare("made", rules, conversion, list(made(rules, base)))
        rows = [Row("", fields) for _, fields, _ in views(read(Path(folder) / "evtx"), load_routes(ROOT))]
        found += compare("real logs", rules, conversion, rows)
    lines = ",\n".join(f" {json.dumps(entry)}" for entry in found)
    RECORDED.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write_differences()
