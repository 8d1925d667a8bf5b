from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.assets import Observation
from sentinel.scan.imports import certificates
from sentinel.scan.imports.certificates import Certificates, Place, zeek_facts
from sentinel.scan.imports.formats import How
from tests.scan.imports.samples import read

PRINT = "ab" * 32
SSL = {
    "_path": "ssl",
    "ts": 1791964800.0,
    "id.orig_h": "10.20.30.9",
    "id.resp_h": "10.20.30.11",
    "id.resp_p": 443,
    "cipher": "TLS",
    "established": True,
    "cert_chain_fps": [PRINT, "cd" * 32],
    "client_cert_chain_fps": ["ee" * 32],
}
X509 = {
    "_path": "x509",
    "ts": 1791964800.0,
    "fingerprint": PRINT,
    "certificate.version": 3,
    "certificate.serial": "01",
    "certificate.subject": "CN=lv-epj.lyngvik.example",
    "certificate.issuer": "CN=Lyngvik CA",
    "certificate.not_valid_before": 1700000000.0,
    "certificate.not_valid_after": 1800000000.0,
    "san.dns": ["lv-epj.lyngvik.example", "epj.lyngvik.example"],
    "san.email": ["kari.nordmann@lyngvik.example"],
}
CLIENT = {**X509, "fingerprint": "ee" * 32, "certificate.subject": "CN=Kari Nordmann"}
FACTS = {
    "subject": "CN=lv-epj.lyngvik.example",
    "issuer": "CN=Lyngvik CA",
    "names": "lv-epj.lyngvik.example, epj.lyngvik.example",
    "not_before": "2023-11-14",
    "not_after": "2027-01-15",
    "self_signed": "no",
    "sha256": PRINT,
}


def certificates_in(folder: Path, text: str, how: How | None = None) -> list[Observation]:
    return [one for one in read(folder, text, how)[0] if one.kind == "tls.certificate"]


def lines(*records: dict[str, object]) -> str:
    return "\n".join(map(json.dumps, records))


@pytest.mark.parametrize("order", list(permutations((SSL, X509, CLIENT))))
def test_in_any_order_a_server_has_its_own_certificate(order: tuple[dict[str, object], ...], tmp_path: Path) -> None:
    seen, tally = read(tmp_path, lines(*order))
    found = [(one.address, one.port, one.facts) for one in seen if one.kind == "tls.certificate"]

    assert found == [("10.20.30.11", 443, FACTS)]
    assert tally.handled == 3
    assert "Nordmann" not in str(seen)
    assert "nordmann" not in str(seen)


@pytest.mark.parametrize("first", [SSL, X509])
def test_two_files_of_one_import_are_joined_and_those_of_two_are_not(first: dict[str, object], tmp_path: Path) -> None:
    second, how = X509 if first is SSL else SSL, How()

    assert certificates_in(tmp_path, lines(first), how) == []
    assert [one.facts for one in certificates_in(tmp_path, lines(second), how)] == [FACTS]
    assert certificates_in(tmp_path, lines(second), How()) == []


def test_logs_with_tabs_and_numbers_of_files_are_joined(tmp_path: Path) -> None:
    text = (
        "#separator \\x09\n#path\tssl\n#fields\tts\tid.resp_h\tid.resp_p\tcipher\tcert_chain_fuids\testablished\n"
        "1791964800.0\t10.20.30.11\t443\tx\tFuid1,Fuid2\tT\n"
        "#path\tx509\n#fields\tts\tid\tcertificate.subject\tcertificate.issuer\tcertificate.not_valid_after\n"
        "1791964800.0\tFuid1\tCN=a\tCN=a\t1800000000.0\n"
    )
    assert [one.facts for one in certificates_in(tmp_path, text)] == [
        {"subject": "CN=a", "issuer": "CN=a", "not_after": "2027-01-15", "self_signed": "yes"}
    ]


def test_a_service_that_shows_it_all_day_is_remembered_once_and_no_more_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certificates, "MAX_KNOWN", 2)
    joined = Certificates()
    for number in (1, 1, 1, 2, 3):
        assert list(joined.shown("a", Place(f"10.0.0.{number}", 443, None, None), "x")) == []

    assert [one.address for one in joined.told("a", {"subject": "CN=a"}, "x")] == ["10.0.0.1", "10.0.0.2"]
    assert [one.address for one in joined.shown("a", Place("10.0.0.9", 443, None, None), "x")] == ["10.0.0.9"]
    assert list(joined.told("b", {}, "x")) == list(joined.told("c", {}, "x")) == []
    assert list(joined.shown("c", Place("10.0.0.9", 443, None, None), "x")) == []


@given(st.dictionaries(st.sampled_from([*X509]), st.text(max_size=30)))
def test_any_line_gives_facts_or_none(row: dict[str, str]) -> None:
    assert all(zeek_facts(row).values())
