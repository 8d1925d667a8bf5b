from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes import http
from sentinel.scan.probes.orthanc import begin
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import free_port, installed, served
from tests.scan.probes.web import answer

SYSTEM = {
    "ApiVersion": 17,
    "DatabaseVersion": 6,
    "DicomAet": "LV_PACS",
    "DicomPort": 4242,
    "Name": "MARKER",
    "StorageAreaPlugin": "MARKER",
    "Version": "1.10.1",
    "Other": {"Version": "MARKER"},
}
FACTS = {
    "version": "1.10.1",
    "ae_title": "LV_PACS",
    "dicom_port": "4242",
    "api_version": "17",
    "database_version": "6",
}
SAID = answer(200, "application/json", json.dumps(SYSTEM).encode())


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def test_one_page_is_asked_for_and_named_members_are_kept() -> None:
    talk = ask(SAID)

    assert talk.sent[0].startswith(b"GET /system HTTP/1.1\r\n")
    assert talk.kinds == [("http.server", {"status": "200"}), ("orthanc.system", FACTS)]
    assert "MARKER" not in str(talk.facts)


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_is_told_by_the_server_itself(status: int) -> None:
    said = answer(status, "text/html", b"", 'WWW-Authenticate: Basic realm="Orthanc Secure Area"')

    assert ask(said).kinds == [("http.server", {"status": str(status), "realm": "Orthanc Secure Area"})]


def test_another_system_page_is_not_orthancs() -> None:
    assert [kind for kind, _ in ask(answer(200, "x", b'{"Version":"1","x":"MARKER"}')).kinds] == ["http.server"]


@given(st.binary(max_size=200), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived_in_any_parts(noise: bytes, places: list[int]) -> None:
    ask(*split(SAID[:150] + noise, places))
    assert ask(*split(SAID, places)).kinds[1] == ("orthanc.system", FACTS)


@pytest.mark.parametrize("login", [False, True])
def test_orthanc_itself(tmp_path: Path, *, login: bool) -> None:
    port = free_port()
    settings = {
        "DicomAet": "LV_PACS", "DicomPort": free_port(), "HttpPort": port, "AuthenticationEnabled": login,
        "RegisteredUsers": {"alice": "x"}, "StorageDirectory": str(tmp_path), "IndexDirectory": str(tmp_path),
    }  # fmt: skip
    (tmp_path / "orthanc.json").write_text(json.dumps(settings))
    with served([installed("Orthanc"), "orthanc.json"], port, folder=tmp_path) as target:
        talk = over_tcp(begin(target, CALLER), target)
        page = over_tcp(http.begin(target, CALLER), target)

    if login:
        assert [fact.facts.get("realm") for fact in talk.facts] == ["Orthanc Secure Area"]
        assert page.facts[0].facts["realm"] == "Orthanc Secure Area"
    else:
        assert talk.facts[1].facts["ae_title"] == "LV_PACS"
        assert talk.facts[1].facts["version"].startswith("1.")
        assert page.facts[0].facts["location"].endswith("app/explorer.html")
