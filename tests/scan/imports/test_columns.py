from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from sentinel.errors import ContentError
from sentinel.scan.imports.columns import FINDINGS, INVENTORY, LEASES, Names, match, normal, read_columns


@pytest.mark.parametrize("names", [INVENTORY, FINDINGS, LEASES])
def test_every_name_is_written_as_it_is_compared_and_means_one_thing(names: Names) -> None:
    assert [name for known in names.values() for name in known if normal(name) != name] == []
    assert [(a, b) for a, b in combinations(names, 2) if names[a] & names[b]] == []


def test_headings_are_matched_and_the_users_word_goes_before_ours() -> None:
    headings = ["Løpenr", "IP-adresse", "Utstyrsnavn", "IP_Address", "Nettadresse (prod)"]

    assert match(headings, INVENTORY, {}) == {"address": 1, "hostname": 2}
    assert match(headings, INVENTORY, {"address": "nettadresse (PROD)"}) == {"address": 4, "hostname": 2}


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "columns.toml"
    path.write_text('schema = "sentinel.columns/1"\n[columns]\naddress = "Nettadresse"\n', encoding="utf-8")

    assert read_columns(path) == {"address": "Nettadresse"}
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as editors of Windows begin a file
    assert read_columns(path) == {"address": "Nettadresse"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[columns]\nadress = 'x'\n", ["schema must be", "unknown 'adress'"]),
        ("schema = 'sentinel.columns/1'\n", ["has no"]),
        ("schema = 'sentinel.columns/1'\nx = 1\n[columns]\naddress = 7\n", ["unknown key 'x'", "must be a text"]),
        ("= 7", ["is not TOML"]),
        ("\xff", ["is not TOML"]),
    ],
)
def test_all_faults_of_one_are_told_at_once(tmp_path: Path, text: str, told: list[str]) -> None:
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(ContentError) as raised:
        read_columns(path)
    assert all(what in str(raised.value) for what in told)
    with pytest.raises(ContentError, match="cannot be read"):
        read_columns(tmp_path / "absent")
