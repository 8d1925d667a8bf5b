from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols import proxied
from sentinel.scan.passive.reading import NOTHING, Excerpt
from tests.scan.passive.craft import SERVER, Connection, association, heard, rejection

LINE = b"PROXY TCP4 192.0.2.7 192.0.2.8 40000 2575\r\n"
BINARY = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12)
ORDER = b"\x0bMSH|^~\\&|EPJ|LV|PACS|LV|20261001||ORM^O01|1|P|2.5\rPID|1||1\r\x1c\r"


@pytest.mark.parametrize("before", [LINE, BINARY])
@pytest.mark.parametrize("size", [1_400, 7])
def test_what_stands_behind_it_is_recognised(before: bytes, size: int) -> None:
    packets = Connection(server_port=2575).talk([("client", before + ORDER), ("server", ORDER)], size=size)
    said = [(o.kind, o.facts["role"]) for o in heard(packets) if o.kind == "hl7.header"]

    assert said == [("hl7.header", "client"), ("hl7.header", "server")]


@pytest.mark.parametrize("before", [LINE, BINARY])
def test_a_rejection_behind_it_is_still_one(before: bytes) -> None:
    packets = Connection(server_port=104).talk([("client", before + association(1)), ("server", rejection())])

    assert [(o.kind, o.address) for o in heard(packets)][-1] == ("dicom.reject", SERVER)


@pytest.mark.parametrize("before", [LINE, BINARY])
def test_no_address_of_it_is_kept(before: bytes) -> None:
    packets = Connection(server_port=2575).talk([("client", before + ORDER)])

    assert "192.0.2" not in str(heard(packets))


@pytest.mark.parametrize(
    "data", [b"PROXY x\r\n", LINE[:40] + b"x" * 90, b"\r\nhello", BINARY[:12] + b"\x21\x11\xff\xff"]
)
def test_what_only_begins_like_it_is_nothing(data: bytes) -> None:
    assert proxied.dissect(Excerpt(data)) is NOTHING


@given(st.binary(max_size=200), st.sampled_from([b"", LINE[:9], BINARY[:13]]))
def test_any_bytes_are_read_or_asked_for(rest: bytes, start: bytes) -> None:
    assert proxied.dissect(Excerpt(start + rest)) is not None
    found = proxied.dissect(Excerpt(start + rest, ended=False))
    assert found is None or found is NOTHING or found.used > 0
