from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.nmap_scripts import KNOWN_SCRIPTS, script_facts

REFUSED = """
  GetRequest:
    HTTP/1.0 301 Moved
    Location: app/explorer.html
    Set-Cookie: id=secret
  HTTPOptions:
    WWW-Authenticate: Basic realm="Orthanc Secure Area"
"""


ANONYMOUS = "Anonymous FTP login allowed (FTP code 230)"
NAMES = {"subject.commonName": "a", "issuer.commonName": "a"}
NTLM = {"Product_Version": "6.3.9600", "NetBIOS_Computer_Name": "DC", "Target_Name": "D"}
CASES: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("fingerprint-strings", REFUSED, {}, {"location": "app/explorer.html", "realm": "Orthanc Secure Area"}),
    ("http-title", "Orthanc Explorer", {"title": "Orthanc Explorer"}, {"title": "Orthanc Explorer"}),
    (
        "http-favicon",
        "Unknown favicon MD5: 6E028D7CC65A1430C68A581F8064E8E2",
        {},
        {"favicon_md5": "6e028d7cc65a1430c68a581f8064e8e2"},
    ),
    ("http-favicon", "Apache Tomcat", {}, {}),
    ("http-title", "401 Unauthorized", {}, {"status": "401"}),
    ("http-auth", "\nHTTP/1.1 401\n  Basic realm=Printer", {}, {"realm": "Printer", "status": "401"}),
    ("http-server-header", "Jetty(6.1.26)", {"": "Jetty(6.1.26)"}, {"server": "Jetty(6.1.26)"}),
    ("ftp-anon", f"{ANONYMOUS}\n-rw pasient.txt", {}, {"output": ANONYMOUS}),
    ("rdp-ntlm-info", "x", NTLM, {"product_version": "6.3.9600", "netbios": "DC"}),
    ("ms-sql-info", "x", {"10.0.0.1:1433.Version.number": "13.00.1601"}, {"version": "13.00.1601"}),
    (
        "ssl-cert",
        "x",
        {**NAMES, "validity.notAfter": "2025-01-01T00:00:00"},
        {"subject": "a", "issuer": "a", "not_after": "2025-01-01T00:00:00", "self_signed": "yes"},
    ),
    (
        "ssl-cert",
        "x",
        {**NAMES, "subject.organizationName": "o"},
        {"subject": "a", "issuer": "a", "self_signed": "no"},
    ),
    ("ssl-cert", "x", {}, {}),
    ("http-enum", "Pasient", {"x": "Pasient"}, {}),
]


@pytest.mark.parametrize(("script", "output", "elements", "facts"), CASES)
def test_what_is_kept_of_a_script(script: str, output: str, elements: dict[str, str], facts: dict[str, str]) -> None:
    assert script_facts(script, output, elements) == {"id": script, **facts}


def test_a_secret_beside_a_wanted_header_is_not_kept() -> None:
    assert "secret" not in repr(script_facts("fingerprint-strings", REFUSED, {}))


def test_an_identity_number_in_a_title_is_not_kept_but_a_digest_is_left_alone() -> None:
    title = script_facts("http-title", "", {"title": "Pasient 010101 00000"})
    assert title == {"id": "http-title", "title": "Pasient [11 digits]"}
    digest = "a12345678901" + "b" * 52
    assert script_facts("ssl-cert", "", {"sha256": digest})["sha256"] == digest


@given(st.sampled_from(sorted(KNOWN_SCRIPTS)), st.text(max_size=300), st.dictionaries(st.text(max_size=30), st.text()))
def test_any_output_gives_short_clean_facts(script: str, output: str, elements: dict[str, str]) -> None:
    facts = script_facts(script, output, elements)
    assert all(value and value.isprintable() and len(value) <= 200 for value in facts.values())


def test_an_identity_number_across_the_cut_leaves_no_part_behind() -> None:
    for at in range(185, 203):
        assert "0" not in script_facts("http-title", "", {"title": "x" * at + "01010100000 y"})["title"]


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("https://user:pw@epj.example/login?next=/pasient/1#top", "https://epj.example/login"),
        ("/app;jsessionid=ABCDEF0123/start", "/app/start"),
        ("/pasient/123456/journal", "/pasient/…/journal"),
        ("app/explorer.html", "app/explorer.html"),
    ],
)
def test_a_redirect_keeps_no_query_session_or_person(location: str, kept: str) -> None:
    assert script_facts("http-title", "", {"redirect_url": location})["location"] == kept
    assert script_facts("fingerprint-strings", f"  Location: {location}\n", {})["location"] == kept


def test_a_script_without_a_name_has_one_that_says_so() -> None:
    assert [script_facts(name, "x", {})["id"] for name in ("", " ", "\x00", "http-title")] == [
        *["unnamed"] * 3,
        "http-title",
    ]
