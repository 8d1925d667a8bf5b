from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.tls import begin, session_facts
from tests.scan.passive.protocols.test_certificate import sample
from tests.scan.probes.drive import CALLER, HERE, play


def test_nothing_is_sent_inside() -> None:
    talk = play(begin(HERE, CALLER))

    assert (talk.sent, talk.facts) == ([], ())


def test_a_certificate_is_told_as_passive_reading_tells_it() -> None:
    shown, agreed = session_facts(sample(), "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")

    assert (shown.kind, agreed.kind) == ("tls.certificate", "tls.session")
    assert shown.facts["not_after"] == "2024-02-29"
    assert agreed.facts == {"version": "TLSv1.2", "cipher": "ECDHE-RSA-AES128-GCM-SHA256"}
    assert "person@example.org" not in str(shown)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_certificate_is_survived(noise: bytes, version: str) -> None:
    assert session_facts(noise, version, "")[-1].kind == "tls.session"
