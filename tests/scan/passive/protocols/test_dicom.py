from __future__ import annotations

import struct

import pytest

from tests.scan.passive.craft import (
    CLIENT,
    SERVER,
    Connection,
    Turn,
    association,
    frame,
    heard,
    look,
    pcap,
    rejection,
    said,
    sub,
)

IDENTITY = {
    "calling_ae": "LV_RONTGEN",
    "called_ae": "LV_PACS",
    "implementation_uid": "1.2.276.0.7230010.3.0.3.6.7",
    "implementation_version": "OFFIS_DCMTK_367",
    "max_pdu": "16384",
}


def talk(*turns: Turn, port: int = 4242, size: int = 1400) -> list[tuple[str, str, int | None, dict[str, str]]]:
    observations = heard(Connection(server_port=port).talk(turns, size))
    return [(o.kind, o.address, o.port, o.facts) for o in observations if o.kind != "tcp.open"]


@pytest.mark.parametrize("port", [104, 4242, 8080, 443, 22])
def test_it_is_recognised_on_any_port(port: int) -> None:
    assert talk(("client", association(1)), ("server", association(2)), port=port) == [
        ("dicom.request", CLIENT, None, IDENTITY),
        ("dicom.accept", SERVER, port, IDENTITY),
    ]


def test_a_request_to_a_web_server_does_not_make_it_a_dicom_server() -> None:
    refusal = b"HTTP/1.1 400 Bad Request\r\nServer: Mongoose\r\nContent-Length: 0\r\n\r\n"
    found = talk(("client", association(1)), ("server", refusal), port=8042)

    assert [(kind, address) for kind, address, _, _ in found] == [("dicom.request", CLIENT), ("http.server", SERVER)]


def test_a_request_that_nobody_answers_says_nothing_of_the_server() -> None:
    assert {address for _, address, _, _ in talk(("client", association(1)))} == {CLIENT}


def test_an_acceptance_in_three_segments() -> None:
    size = len(association(2)) // 3 + 1

    assert talk(("client", association(1)), ("server", association(2)), size=size)[1][3] == IDENTITY


def test_a_rejection_carries_no_identity() -> None:
    found = talk(("client", association(1)), ("server", rejection(1, 1, 7)))

    assert found[1] == ("dicom.reject", SERVER, 4242, {"result": "1", "source": "1", "reason": "7"})


def test_an_abort_in_answer_to_a_request() -> None:
    found = talk(("client", association(1)), ("server", bytes((7, 0, 0, 0, 0, 4, 0, 0, 2, 6))))

    assert found[1] == ("dicom.abort", SERVER, 4242, {"source": "2", "reason": "6"})


def test_ten_bytes_like_a_rejection_mean_nothing_without_a_request() -> None:
    assert talk(("client", b"hello"), ("server", rejection())) == []
    assert talk(("server", rejection())) == []


def test_an_acceptance_stands_alone_where_the_request_was_not_captured() -> None:
    link = Connection()

    assert said(heard(link.say([("server", association(2))])), "dicom.accept") == [IDENTITY]


def test_a_title_of_sixteen_spaces_is_no_title() -> None:
    facts = talk(("client", association(1, calling="", called=" X ")))[0][3]

    assert "calling_ae" not in facts
    assert facts["called_ae"] == "X"


def test_titles_may_be_latin1_and_hold_anything() -> None:
    odd = association(1)
    odd = odd[:26] + "RØNTGEN\x1b[2J\0\0\0\0\0".encode("latin-1") + odd[42:]

    assert talk(("client", odd))[0][3]["calling_ae"] == "RØNTGEN"


def test_a_request_without_names_of_software() -> None:
    assert talk(("client", association(1, user=sub(0x51, struct.pack(">I", 0)))))[0][3] == {
        "calling_ae": "LV_RONTGEN",
        "called_ae": "LV_PACS",
        "max_pdu": "0",
    }


@pytest.mark.parametrize("uid", [b"1.2.x", b"", b"1..2", b"1." + b"2" * 70, b"nothing"])
def test_an_implementation_that_is_no_uid_is_left_out(uid: bytes) -> None:
    assert "implementation_uid" not in talk(("client", association(1, user=sub(0x52, uid))))[0][3]


def test_user_identity_is_never_kept() -> None:
    user = sub(0x52, b"1.2.3") + sub(0x58, b"\x02\x01\x00\x04anna\x00\x06secret")

    assert "anna" not in str(talk(("client", association(1, user=user))))


@pytest.mark.parametrize(
    "change",
    [
        (5, b"\x10"),  # a length too short for an association
        (2, b"\x7f"),  # and one that is absurd
        (7, b"\x00"),  # not version 1
        (74, b"\x20"),  # no application context
        (78, b"no uid"),
        (1, b"\x01"),
    ],
)
def test_what_only_begins_like_an_association_is_none(change: tuple[int, bytes]) -> None:
    at, value = change
    pdu = association(1)

    assert talk(("client", pdu[:at] + value + pdu[at + len(value) :])) == []


def test_a_capture_that_cuts_every_packet_names_nobody_falsely() -> None:
    turns: list[Turn] = [("client", association(1)), ("server", association(2))]
    frames = [frame(p) for p in Connection().talk(turns)]
    for snaplen in range(54, 54 + len(association(1)), 7):
        for observation in look(pcap(frames, snaplen=snaplen))[0]:
            assert observation.facts.items() <= IDENTITY.items()
    assert {o.kind for o in look(pcap(frames, snaplen=96))[0]} == {"tcp.open"}


@pytest.mark.parametrize("contexts", [1, 30, 128])
def test_what_pynetdicom_encodes_is_read_back(contexts: int) -> None:
    from pynetdicom import build_context
    from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ
    from pynetdicom.pdu_primitives import (
        A_ASSOCIATE,
        ImplementationClassUIDNotification,
        ImplementationVersionNameNotification,
        MaximumLengthNotification,
        UserIdentityNegotiation,
    )

    primitive = A_ASSOCIATE()
    primitive.application_context_name = "1.2.840.10008.3.1.1.1"
    primitive.calling_ae_title, primitive.called_ae_title = (
        "BEH1_SENSOR",
        "PACS-ÅSE".encode("ascii", "replace").decode(),
    )
    limit = MaximumLengthNotification()
    limit.maximum_length_received = 16_382
    uid = ImplementationClassUIDNotification()
    uid.implementation_class_uid = "1.3.46.670589.11"
    version = ImplementationVersionNameNotification()
    version.implementation_version_name = "Philips MR 53.0"
    identity = UserIdentityNegotiation()
    identity.user_identity_type, identity.primary_field, identity.secondary_field = 2, b"kari", b"hemmelig"
    primitive.user_information = [limit, uid, version, identity]
    built = [
        build_context(f"1.2.840.10008.5.1.4.1.1.{n}", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
        for n in range(contexts)
    ]
    for number, context in enumerate(built):
        context.context_id = 2 * number + 1
    primitive.presentation_context_definition_list = built
    request = A_ASSOCIATE_RQ()
    request.from_primitive(primitive)
    primitive.result, primitive.result_source = 0, 1
    for context in built:
        context.result, context.transfer_syntax = 0, context.transfer_syntax[:1]
    primitive.presentation_context_definition_results_list = built
    accept = A_ASSOCIATE_AC()
    accept.from_primitive(primitive)

    expected = {
        "calling_ae": "BEH1_SENSOR",
        "called_ae": "PACS-?SE",
        "implementation_uid": "1.3.46.670589.11",
        "implementation_version": "Philips MR 53.0",
        "max_pdu": "16382",
    }
    found = talk(("client", request.encode()), ("server", accept.encode()))
    assert [(kind, facts) for kind, _, _, facts in found] == [("dicom.request", expected), ("dicom.accept", expected)]

    refusal = A_ASSOCIATE_RJ()
    primitive.result, primitive.result_source, primitive.diagnostic = 1, 1, 7
    refusal.from_primitive(primitive)
    found = talk(("client", request.encode()), ("server", refusal.encode()))
    assert found[1][3] == {"result": "1", "source": "1", "reason": "7"}
