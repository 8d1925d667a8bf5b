from __future__ import annotations

import ssl

import pytest

from sentinel.scan.session import LostError, TlsSession


def test_a_hello_goes_out_through_what_was_passed_in() -> None:
    sent: list[bytes] = []
    session = TlsSession("pacs.lyngvik.example", sent.append, lambda: b"")

    assert not session.shake_hands()
    assert session.why == "ended before the TLS handshake did"
    assert sent[0][:2] == b"\x16\x03"
    assert b"pacs.lyngvik.example" in sent[0]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\0\2\2\x28", bytes(200)])
def test_what_is_no_tls_is_told_and_nothing_raises(answer: bytes) -> None:
    waiting = [answer]
    session = TlsSession("", lambda _message: None, lambda: waiting.pop(0) if waiting else b"")

    assert not session.shake_hands()
    assert session.why


def test_a_connection_that_is_gone_is_told_to_whoever_asked() -> None:
    def gone() -> bytes:
        raise LostError("reset")

    with pytest.raises(LostError) as caught:
        TlsSession("", lambda _message: None, gone).shake_hands()
    assert caught.value.result == "reset"


def test_old_versions_are_taken_where_the_machine_allows_it() -> None:
    session = TlsSession("", lambda _message: None, lambda: b"")

    assert session.inside.context.verify_mode is ssl.CERT_NONE
    assert session.inside.context.minimum_version <= ssl.TLSVersion.TLSv1_2
