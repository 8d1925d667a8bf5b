from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ContentError, SettingsError
from sentinel.scan.scope_file import BarFile
from sentinel.settings import parse_toml, read_site, resolve

GOOD = """schema = "sentinel.site/1"
[organisation]
name = "Blåbær fotpleie"
number = "000000002"
kind = "foot_therapist"
[[logs]]
name = "epj"
title = {nb = "Journalloggen", en = "The log"}
paths = ["logs/*.jsonl", "logs/a.jsonl"]
from = 2026-10-01
[settings]
store = "data/x.db"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_site(written(folder, text))
    return [f"{fault.location.line}: {fault.what}" for fault in caught.value.faults]


def test_a_good_site_file_is_read(tmp_path: Path) -> None:
    site = read_site(written(tmp_path, GOOD))

    assert site.file.organisation.name == "Blåbær fotpleie"
    assert site.file.report.languages == ("nb", "en")


def test_globs_give_each_file_once_and_none_where_nothing_came(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text("")
    site = read_site(written(tmp_path, GOOD))

    assert site.matching(site.file.logs[0].paths) == [tmp_path / "logs" / "a.jsonl"]
    assert site.matching(("wifi*.jsonl",)) == []


def test_every_fault_has_its_line(tmp_path: Path) -> None:
    text = GOOD.replace('number = "000000002"', 'number = "12"\nnmae = "x"').replace(
        'name = "epj"', 'name = "EPJ logg"'
    )

    assert faults(tmp_path, text) == [
        "4: organisation.number: string should match pattern '^\\d{9}$'",
        "5: unknown key 'nmae'",
        "8: logs.0.name: string should match pattern '^[a-z0-9_-]+$'",
    ]


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, 'schema = "sentinel.site/1"\n') == ["0: key 'organisation' is missing"]


def test_what_is_not_toml_is_one_line(tmp_path: Path) -> None:
    assert faults(tmp_path, "a = 1\nb = = 2\n") == ["2: is not TOML: Invalid value"]


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_site(tmp_path / "none.toml")
    (tmp_path / "site.toml").write_bytes(b'name = "\xe5"')
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_site(tmp_path / "site.toml")


@pytest.mark.parametrize(
    ("path", "end", "what"),
    [
        ("", "2026-11-01", "names no file"),
        (".", "2026-11-01", "names no file"),
        ("a**b", "2026-11-01", "'**' must stand alone between two slashes"),
        ("a.log", "2026-09-30", "'to' (2026-09-30) is before 'from' (2026-10-01)"),
    ],
)
def test_what_no_log_can_be_is_a_fault(tmp_path: Path, path: str, end: str, what: str) -> None:
    text = GOOD.replace("logs/*.jsonl", path).replace("[settings]", f"to = {end}\n[settings]")

    assert [what in fault for fault in faults(tmp_path, text)] == [True]


def test_a_log_may_lie_anywhere_on_the_machine(tmp_path: Path) -> None:
    log = tmp_path / "elsewhere" / "a.log"
    log.parent.mkdir()
    log.write_text("{}")
    site = read_site(written(tmp_path, GOOD))

    assert site.matching((str(log), f"{log.parent}/*.log")) == [log]


def test_a_folder_by_its_name_and_standard_input_are_paths_of_logs(tmp_path: Path) -> None:
    inner = tmp_path / "logs" / "inner"
    inner.mkdir(parents=True)
    (inner / "a.evtx").write_text("")
    site = read_site(written(tmp_path, GOOD))

    assert site.matching(("logs", "logs/**/*", "-")) == [Path("-"), tmp_path / "logs"]
    assert site.matching(("logs/**/*",)) == [inner / "a.evtx"]


def test_standard_input_is_one_log_only(tmp_path: Path) -> None:
    log = GOOD[GOOD.index("[[logs]]") :].partition("\n[")[0]
    path = re.search(r"paths = \[.*\]", log)
    assert path
    both = [log.replace(path[0], 'paths = ["-"]'), log.replace(path[0], 'paths = ["-"]').replace('"epj"', '"epj2"')]

    assert any(
        "only one log can be standard input" in fault for fault in faults(tmp_path, GOOD.replace(log, "\n".join(both)))
    )


def test_two_logs_of_one_name_are_a_fault(tmp_path: Path) -> None:
    log = GOOD[GOOD.index("[[logs]]") :].partition("\n[")[0]

    assert any("more than one log is called" in fault for fault in faults(tmp_path, f"{GOOD}\n{log}"))


LONG_KEYS = [f"[x]\n{'a.' * 100_000}a = 1", f"a = {{b = 1, {'a . ' * 300}a = 1}}", f"[{'a.' * 300}a]"]


@pytest.mark.parametrize("text", [f"a = {'9' * 5000}", "a = " + "[" * 5000, *LONG_KEYS])
def test_what_toml_cannot_hold_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="is not TOML that can be read"):
        read_site(written(tmp_path, text))


def test_a_byte_order_mark_and_lines_with_many_dots_are_read(tmp_path: Path) -> None:
    text = GOOD.replace("\n", f"\n# {'.' * 300}\n", 1).encode("utf-8-sig")
    path = tmp_path / "mark.toml"
    path.write_bytes(text)

    assert read_site(path).file == read_site(written(tmp_path, GOOD)).file
    many = ", ".join(f'"10.0.{number}.1"' for number in range(200))
    bars = f'schema = "sentinel.donotprobe/1"\n[[do_not_probe]]\nreason = "intensiv"\naddresses = [{many}]\n'
    assert len(parse_toml(bars, "bars.toml", BarFile)[0].do_not_probe[0].addresses) == 200


def test_flag_beats_environment_beats_site_file_beats_default(tmp_path: Path) -> None:
    site = read_site(written(tmp_path, GOOD))
    environ = {"SENTINEL_STORE": "env.db"}

    assert resolve({"store": "flag.db"}, environ, site).store.origin == "flag"
    assert resolve({"store": None}, environ, site).store.value == "env.db"
    assert resolve({}, {}, site).store.value == str(tmp_path / "data" / "x.db")
    assert resolve({}, {}).store.origin == "default"


def test_the_bundle_of_knowledge_lies_where_the_site_says(tmp_path: Path) -> None:
    site = read_site(written(tmp_path, GOOD + '[knowledge]\nbundle = "data/knowledge.zip"\n'))

    told = [
        resolve({"knowledge": flag}, environ, one).knowledge
        for flag, environ, one in (
            ("f.zip", {"SENTINEL_KNOWLEDGE": "e.zip"}, site),
            (None, {"SENTINEL_KNOWLEDGE": "e.zip"}, site),
            (None, {}, site),
            (None, {}, None),
        )
    ]
    assert [one.origin for one in told] == ["flag", "environment", "site file", "default"]
    assert [one.value for one in told[:3]] == ["f.zip", "e.zip", str(tmp_path / "data" / "knowledge.zip")]
    assert told[3].value.endswith("knowledge.zip")


def test_a_cache_is_this_machines_affair_and_may_be_none() -> None:
    assert resolve({}, {}).cache.value.endswith("sentinel")
    assert resolve({}, {"SENTINEL_CACHE": "own"}).cache.value == "own"
    assert resolve({"cache": ""}, {"SENTINEL_CACHE": "own"}).cache.value == ""


@given(st.binary(max_size=400))
def test_rubbish_is_our_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(raw)

    with pytest.raises((ContentError, SettingsError)):
        read_site(path)


def test_a_site_knows_on_which_line_a_fault_of_meaning_stands(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(
        'schema = "sentinel.site/1"\n[organisation]\nname = "Storvik"\nnumber = "000000300"\n'
        '[[organisation.succeeds]]\nnumber = "000000301"\nname = "Nordre"\ndate = 2026-01-01\n'
        '[[inherits]]\nfrom = "a.yml"\nrequirements = []\naccepted_by = "Åse"\ndate = 2026-01-01\n'
        "expires = 2026-02-01\n",
        encoding="utf-8",
    )

    site = read_site(path)

    assert str(site.fault(["inherits", 0, "expires"], "ends too soon")).endswith("site.toml:14: ends too soon")
    assert site.fault(["organisation", "succeeds", 0, "date"], "x").location.line == 8
    assert (site.file.organisation.succeeds[0].how, site.file.inherits[0].source) == ("merger", "a.yml")
