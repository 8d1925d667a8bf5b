from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom import AE
from pynetdicom.sop_class import Verification

from sentinel.scan.probes.dicom import CLASS_UID, NO_NODE, RELEASE, begin, request
from sentinel.scan.probes.exchange import LIMIT, Caller, Target
from tests.scan.passive.craft import association, rejection
from tests.scan.probes.drive import CALLER, HERE, Talk, over_tcp, play, split
from tests.scan.probes.peers import free_port, installed, served

PACS = Target("192.0.2.7", 104, ae_title="LV_PACS")
ABORT = bytes((7, 0, 0, 0, 0, 4, 0, 0, 2, 6))
VENDORS = {
    "1.3.46.670589.11": "Philips MR 53.0",
    "1.2.840.113619.6.284": "1_2_5",
    "1.3.12.2.1107.5.2": "MR_VE11C",
    "1.2.124.113532": "AGFAMAY2003",
    "1.2.410.200010.99.3.5": "INFINITT_3.5",
}


def ask(*answers: bytes, target: Target = HERE) -> Talk:
    return play(begin(target, CALLER), answers)


def test_the_request_is_that_of_the_standard_byte_for_byte() -> None:
    """PS3.8, 9.3.2 (tables 9-11 to 9-15); PS3.7, D.3.3 (implementation identification)."""
    uid = CLASS_UID
    expected = b"".join(
        [
            b"\x01\x00" + (68 + 25 + 50 + 8 + 4 + 4 + len(uid) + 4 + 8).to_bytes(4, "big"),
            b"\x00\x01\x00\x00" + b"SENTINEL-NO-NODE" + b"HELSE-INVENTAR  " + bytes(32),
            b"\x10\x00\x00\x15" + b"1.2.840.10008.3.1.1.1",
            b"\x20\x00\x00\x2e" + b"\x01\x00\x00\x00",
            b"\x30\x00\x00\x11" + b"1.2.840.10008.1.1",
            b"\x40\x00\x00\x11" + b"1.2.840.10008.1.2",
            b"\x50\x00" + (8 + 4 + len(uid) + 4 + 8).to_bytes(2, "big"),
            b"\x51\x00\x00\x04\x00\x00\x40\x00",
            b"\x52\x00" + len(uid).to_bytes(2, "big") + uid,
            b"\x55\x00\x00\x08SENTINEL",
        ]
    )

    assert request(HERE, CALLER) == expected
    assert request(PACS, CALLER)[10:26] == b"LV_PACS         "
    assert len(NO_NODE) == 16


def test_an_acceptance_names_the_software_and_is_released() -> None:
    talk = ask(association(2), bytes((6,)) + RELEASE[1:])

    assert talk.sent == [request(HERE, CALLER), b"\x05\x00\x00\x00\x00\x04\x00\x00\x00\x00"]
    assert talk.kinds == [
        (
            "dicom.accept",
            {
                "implementation_uid": "1.2.276.0.7230010.3.0.3.6.7",
                "implementation_version": "OFFIS_DCMTK_367",
                "max_pdu": "16384",
                "verification": "yes",
                "any_called_ae": "yes",
            },
        )
    ]


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_an_association_without_verification_is_still_one(result: int) -> None:
    accepted = bytearray(association(2))
    at = next(at for at in range(74, len(accepted)) if accepted[at] == 0x21)
    accepted[at + 6] = result

    assert ask(bytes(accepted)).facts[0].facts["verification"] == "no"


def test_a_node_that_is_called_by_its_own_title_shows_nothing_of_others() -> None:
    assert "any_called_ae" not in ask(association(2), target=PACS).facts[0].facts


@pytest.mark.parametrize(
    ("answer", "kind", "facts"),
    [
        (rejection(1, 1, 7), "dicom.reject", {"result": "1", "source": "1", "reason": "7"}),
        (rejection(2, 3, 1), "dicom.reject", {"result": "2", "source": "3", "reason": "1"}),
        (ABORT, "dicom.abort", {"source": "2", "reason": "6"}),
    ],
)
def test_a_refusal_is_read_and_nothing_more_is_sent(answer: bytes, kind: str, facts: dict[str, str]) -> None:
    talk = ask(answer)

    assert (len(talk.sent), talk.kinds) == (1, [(kind, facts)])


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (b"", "silent"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "other"),
        (association(2)[:90], "cut"),
        (rejection()[:7], "cut"),
        (request(HERE, CALLER), "other"),  # an echo of our own request
        (b"\x02\x00\x7f\xff\xff\xff" + bytes(99), "cut"),
        (b"\x02\x00\x00\x00\x20\x00" + b"x" * LIMIT, "cut"),
        (b"\x02\x01" + association(2)[2:], "other"),
    ],
)
def test_what_is_no_answer_is_told_apart(answer: bytes, ended: str) -> None:
    talk = ask(answer)

    assert (talk.ended, talk.facts[0].facts, len(talk.sent)) == ([ended], {}, 1)


@given(st.binary(max_size=300), st.lists(st.integers(0, 999), max_size=6))
def test_any_answer_is_survived(noise: bytes, places: list[int]) -> None:
    for start in (b"", b"\x02\x00\x00\x00", association(2)[:80], b"\x03\x00", b"\x07\x00\x00\x00\x00\x04"):
        talk = ask(*split(start + noise, places))
        assert len(talk.facts) == 1
        assert len(talk.sent) <= 2


@given(st.lists(st.integers(0, 999), max_size=9))
def test_an_answer_may_come_in_any_parts(places: list[int]) -> None:
    assert ask(*split(association(2), places)).kinds == ask(association(2)).kinds


def test_nothing_but_named_items_is_kept() -> None:
    marked = association(2, user=b"\x58\x00\x00\x06MARKER" + b"\x59\x00\x00\x06MARKER")

    assert "MARKER" not in str(ask(marked.replace(b"LV_PACS", b"MARKER_")).facts)


@pytest.fixture(scope="module")
def storescp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    port, folder = free_port(), tmp_path_factory.mktemp("storescp")
    with served([installed("storescp"), str(port)], port, folder=folder) as target:
        yield target


def test_storescp_names_its_toolkit(storescp: Target) -> None:
    (fact,) = over_tcp(begin(storescp, CALLER), storescp).facts

    assert fact.kind == "dicom.accept"
    assert fact.facts["implementation_uid"].startswith("1.2.276.0.7230010.3.0.3.")
    assert fact.facts["implementation_version"].startswith("OFFIS_DCMTK_")
    assert (fact.facts["verification"], fact.facts["any_called_ae"], fact.facts["max_pdu"]) == ("yes", "yes", "16384")


@pytest.mark.parametrize("checks", [False, True])
def test_orthanc_says_whether_it_checks_who_is_called(tmp_path: Path, *, checks: bool) -> None:
    port, web = free_port(), free_port()
    settings = {
        "DicomAet": "LV_PACS", "DicomPort": port, "HttpPort": web, "DicomCheckCalledAet": checks,
        "StorageDirectory": str(tmp_path), "IndexDirectory": str(tmp_path), "Plugins": [],
    }  # fmt: skip
    (tmp_path / "orthanc.json").write_text(json.dumps(settings))
    with served([installed("Orthanc"), "orthanc.json"], port, folder=tmp_path) as target:
        (fact,) = over_tcp(begin(target, CALLER), target).facts
        known = Target(target.address, port, ae_title="LV_PACS")
        (called,) = over_tcp(begin(known, CALLER), known).facts

    assert (called.kind, "any_called_ae" in called.facts) == ("dicom.accept", False)
    if checks:
        assert (fact.kind, fact.facts) == ("dicom.reject", {"result": "1", "source": "1", "reason": "7"})
    else:
        assert (fact.kind, fact.facts["any_called_ae"]) == ("dicom.accept", "yes")


@pytest.mark.parametrize(("uid", "version"), VENDORS.items())
def test_the_identities_of_vendors_are_read_back(uid: str, version: str) -> None:
    peer = AE("LV_MR")
    peer.implementation_class_uid, peer.implementation_version_name = uid, version
    peer.add_supported_context(Verification)
    server = peer.start_server(("127.0.0.1", 0), block=False)
    try:
        target = Target("127.0.0.1", server.server_address[1])
        (fact,) = over_tcp(begin(target, CALLER), target).facts
    finally:
        server.shutdown()

    assert fact.facts == {
        "implementation_uid": uid,
        "implementation_version": version,
        "max_pdu": "16382",
        "verification": "yes",
        "any_called_ae": "yes",
    }


def test_a_peer_that_knows_its_callers_rejects_us() -> None:
    peer = AE("LV_MR")
    peer.require_calling_aet = ["LV_PACS"]
    peer.add_supported_context(Verification)
    server = peer.start_server(("127.0.0.1", 0), block=False)
    try:
        target = Target("127.0.0.1", server.server_address[1])
        (fact,) = over_tcp(begin(target, CALLER), target).facts
        (known,) = over_tcp(begin(target, Caller("LV_PACS", CALLER.contact)), target).facts
    finally:
        server.shutdown()

    assert (fact.kind, fact.facts["reason"], known.kind) == ("dicom.reject", "3", "dicom.accept")
