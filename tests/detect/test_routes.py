from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.routes import FOLDER, MOST_LETTERS, Routes, contains, datasets, load_routes, unused_mappings
from sentinel.detect.rule import LogSourceKey
from sentinel.detect.sigma import load_rules
from sentinel.errors import ContentError
from sentinel.model.events import Fields, Value
from tests.detect.logs import SYSMON, event, sigmahq
from tests.shared import ROOT

PART = st.sampled_from([None, "windows", "security", "process_creation"])
KEYS = st.builds(LogSourceKey, PART, PART, PART)


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


def keys(routes: Routes, fields: Fields | None = None, **more: Value) -> list[str]:
    return [str(route.key) for route in routes.route(event(fields, **more))]


@pytest.mark.parametrize(
    ("channel", "number", "expected"),
    [
        (SYSMON, 1, ["windows/*/*", "windows/*/sysmon", "windows/process_creation/sysmon"]),
        (SYSMON.upper(), "1", ["windows/*/*", "windows/*/sysmon", "windows/process_creation/sysmon"]),
        (SYSMON, 999, ["windows/*/*", "windows/*/sysmon"]),
        (SYSMON, 11, ["windows/*/*", "windows/*/sysmon", "windows/file_event/sysmon"]),
        ("Security", 4688, ["windows/*/*", "windows/*/security", "windows/process_creation/security"]),
        ("Security", 1, ["windows/*/*", "windows/*/security"]),
        ("System", 4688, ["windows/*/*", "windows/*/system"]),
        ("Windows PowerShell", 1, ["windows/*/*", "windows/*/powershell-classic"]),
        ("PowerShellCore/Operational", 4104, ["windows/*/*", "windows/*/powershell", "windows/ps_script/powershell"]),
        ("Setup", 1, ["windows/*/*"]),
        (["System", "Windows PowerShell"], 104, ["windows/*/*", "windows/*/system", "windows/*/powershell-classic"]),
    ],
)  # fmt: skip
def test_windows_events_go_by_channel_and_number(
    routes: Routes, channel: Value, number: Value, expected: list[str]
) -> None:
    assert keys(routes, Channel=channel, EventID=number) == expected


def test_registry_keys_are_added_or_deleted_by_type(routes: Routes) -> None:
    assert "windows/registry_add/sysmon" in keys(routes, Channel=SYSMON, EventID=12, EventType="CreateKey")
    assert "windows/registry_delete/sysmon" in keys(routes, Channel=SYSMON, EventID=12, EventType="DeleteValue")
    assert {"windows/registry_event/sysmon", "windows/registry_set/sysmon"} < set(
        keys(routes, Channel=SYSMON, EventID=13)
    )
    assert keys(routes, Channel=SYSMON, EventID=12) == [
        "windows/*/*",
        "windows/*/sysmon",
        "windows/registry_event/sysmon",
    ]


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("web.access", ["*/webserver/*"]),
        ("firewall.traffic", ["*/firewall/traffic"]),
        ("firewall.config", ["*/firewall/config"]),
        ("epj.access", ["helsenett/patient_access/epj"]),
        ("EPJ.Access", ["helsenett/patient_access/epj"]),
        ("something.else", []),
        (None, []),
        ("", []),
        ("*", []),
    ],
)
def test_other_events_go_by_their_dataset(routes: Routes, dataset: str | None, expected: list[str]) -> None:
    assert keys(routes, {"event.dataset": dataset}) == expected


def test_an_event_without_a_channel_is_no_windows_event(routes: Routes) -> None:
    assert keys(routes, EventID=1) == []
    assert keys(routes, EventID=1, Channel=None) == []
    assert keys(routes, EventID=1, Channel="") == []


def test_every_open_part_of_a_rule_is_any(routes: Routes) -> None:
    assert routes.has(LogSourceKey("process_creation", None, None))
    assert routes.has(LogSourceKey("process_creation", "windows", "security"))
    assert routes.has(LogSourceKey(None, "windows", None))
    assert routes.has(LogSourceKey("process_creation", "linux", None))
    assert not routes.has(LogSourceKey("process_creation", "linux", "sshd"))
    assert not routes.has(LogSourceKey("process_creation", "windows", "system"))


@given(KEYS, KEYS, KEYS)
def test_containment_is_an_order(one: LogSourceKey, two: LogSourceKey, three: LogSourceKey) -> None:
    assert contains(one, one)
    assert contains(LogSourceKey(None, None, None), one)
    assert not (contains(one, two) and contains(two, one)) or one == two
    assert not (contains(one, two) and contains(two, three)) or contains(one, three)


def test_a_view_adds_names_and_overwrites_none(routes: Routes) -> None:
    fields: dict[str, Value] = {
        "Channel": "Security",
        "EventID": 4688,
        "NewProcessName": "a.exe",
        "ParentProcessName": None,
    }
    *_, audit = routes.route(event(fields))
    assert audit.view(fields) == {**fields, "Image": "a.exe", "ParentImage": None}
    assert audit.view({**fields, "Image": "kept"})["Image"] == "kept"
    plain: dict[str, Value] = {"Channel": "Security", "EventID": 4688}
    assert audit.view(plain) is plain


def test_the_narrowest_dataset_names_an_event(routes: Routes) -> None:
    assert datasets(routes.route(event(Channel=SYSMON, EventID=1))) == {"windows.sysmon"}
    assert datasets(routes.route(event(Channel="Setup"))) == {"windows"}
    assert datasets([]) == set()


def test_the_memory_of_decisions_is_bounded_and_changes_nothing(routes: Routes) -> None:
    for number in range(11_000):
        assert keys(routes, Channel=f"channel {number}") == ["windows/*/*"]
    assert len(routes._known) <= 10_000
    assert "windows/*/security" in keys(routes, Channel="Security")


def write(folder: Path, text: str) -> Path:
    (folder / FOLDER).mkdir(parents=True)
    (folder / FOLDER / "x.yml").write_text(text)
    return folder


def test_faults_of_content_are_all_named_with_their_lines(tmp_path: Path) -> None:
    text = """\
dataset: a
when: {Channel: [x]}
chanel: y
---
dataset: B
when: {Channel: [x]}
---
dataset: c
---
dataset: d
not_routed: because
when: {Channel: [x]}
---
dataset: e
when: {Channel: x}
---
dataset: f
not_routed: because
aliases: {a: b}
"""
    with pytest.raises(ContentError) as caught:
        load_routes(write(tmp_path, text))
    faults = str(caught.value).splitlines()
    assert [fault.partition(" ")[0] for fault in faults] == [
        f"rules/_logsources/x.yml:{n}:" for n in (3, 5, 8, 10, 15, 17)
    ]
    assert "unknown key 'chanel'" in faults[0]


def test_what_is_not_routed_says_why(routes: Routes) -> None:
    assert "appliance" in routes.why_not(LogSourceKey(None, "fortios", "sslvpnd"))
    assert "kernel trace" in routes.why_not(LogSourceKey("file_rename", "windows", None))
    assert routes.why_not(LogSourceKey(None, "made-up", None)) == ""


def test_nothing_is_both_routed_and_not(routes: Routes) -> None:
    assert [str(key) for key, _ in routes.not_routed if routes.has(key)] == []


@pytest.mark.shared
def test_every_log_source_of_sigmahq_is_routed_or_knowingly_not(routes: Routes, tmp_path: Path) -> None:
    rules = load_rules(sigmahq(tmp_path), tmp_path).rules
    sources = {rule.logsource for rule in rules}
    routed = {key for key in sources if routes.has(key)}
    assert (len(sources), len(routed)) == (138, 132)
    assert [str(key) for key in sources - routed if not routes.why_not(key)] == []
    windows = {key for key in sources if key.product == "windows"} - routed
    assert {key.category for key in windows} == {"file_access", "file_rename"}


def test_a_mapping_beside_rules_is_unused_unless_it_is_the_contents_own(tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    shutil.copytree(ROOT / FOLDER, same / FOLDER.name)
    shutil.copytree(ROOT / FOLDER, other / FOLDER.name)
    (other / FOLDER.name / "more.yml").write_text("dataset: x\n", encoding="utf-8")

    assert list(unused_mappings([ROOT / "rules", same, tmp_path, ROOT / "README.md"], ROOT)) == []
    assert list(unused_mappings([same, other], ROOT)) == [other / FOLDER.name]


def test_values_that_python_takes_for_one_another_are_routed_by_their_text(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "x.yml").write_text(
        "dataset: a\nproduct: a\nwhen: {x: ['1']}\n---\ndataset: b\nproduct: b\nwhen: {x: ['true', '1.0']}\n"
    )
    routes = load_routes(tmp_path)

    for _ in range(2):
        assert [keys(routes, x=value) for value in (1, True, 1.0, "1", "TRUE", None, [1, True])] == [
            ["a/*/*"], ["b/*/*"], ["b/*/*"], ["a/*/*"], ["b/*/*"], [], ["a/*/*", "b/*/*"],
        ]  # fmt: skip


def test_values_too_long_to_remember_are_routed_all_the_same(routes: Routes) -> None:
    for text in ("x" * 10, "x" * (MOST_LETTERS + 1)):
        assert keys(routes, Channel="System", category=text) == keys(routes, Channel="System")
        assert any(text in values for values in routes._values) is (len(text) < MOST_LETTERS)
