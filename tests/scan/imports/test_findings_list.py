from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.scan.imports.formats import How
from tests.scan.imports.samples import FINDINGS, FINDINGS_JSON, read


def test_an_ipv6_address_in_a_list_stands_alone_with_its_zone(tmp_path: Path) -> None:
    text = "IP;Funn;Risiko\nfe80::1%eth0.20;Gammel TLS;lav\n2001:db8::1;Gammel TLS;lav\n"

    assert [(one.address, one.port) for one in read(tmp_path, text)[0]] == [
        ("fe80::1%eth0.20", None),
        ("2001:db8::1", None),
    ]


def test_rows_of_a_list(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, FINDINGS)

    assert [(one.address, one.port, one.facts) for one in seen] == [
        (
            "10.20.30.11",
            3389,
            {
                "scanner": "list",
                "title": "BlueKeep",
                "severity": "critical",
                "cves": "CVE-2019-0708",
                "advice": "Oppdater",
            },
        ),
        ("10.20.30.11", 23, {"scanner": "list", "title": "Telnet er åpen", "severity": "medium"}),
    ]
    assert (tally.handled, dict(tally.skipped)) == (2, {"unknown-severity": 1, "no-address": 1})


def test_json_tells_the_same_and_a_score_gives_the_severity(tmp_path: Path) -> None:
    (one,), tally = read(tmp_path, FINDINGS_JSON)

    assert (one.facts["severity"], one.facts["cves"]) == ("critical", "CVE-2019-0708")
    assert dict(tally.skipped) == {"not-understood": 1}


@pytest.mark.parametrize("content", ['{"a": 1}', "[", "7"])
def test_json_without_a_list_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, content, How("findings-json"))


def test_a_row_may_name_several_machines(tmp_path: Path) -> None:
    text = "IP;Funn;Risiko\n10.0.0.1, 10.0.0.2:443 alle;Gammel TLS;lav\n"
    seen, tally = read(tmp_path, text)

    assert [(one.address, one.port) for one in seen] == [("10.0.0.1", None), ("10.0.0.2", 443)]
    assert (tally.handled, dict(tally.parts)) == (1, {"no-address": 1})
