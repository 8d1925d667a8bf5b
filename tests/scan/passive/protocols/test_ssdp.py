from __future__ import annotations

from tests.scan.passive.letters import NOTIFY, SECRET, letter


def test_an_announcement() -> None:
    (found,) = letter(NOTIFY, (50_000, 1900))

    assert (found.kind, found.facts) == (
        "ssdp.device",
        {
            "server": "Linux/4.9 UPnP/1.0 DuoTandem/2.1",
            "type": "urn:schemas-upnp-org:device:Basic:1",
            "location": "http://10.20.30.21:80/desc.xml",
        },
    )
    assert SECRET not in repr(found)


def test_an_answer_and_who_searches() -> None:
    answer = NOTIFY.replace(b"NOTIFY * HTTP/1.1", b"HTTP/1.1 200 OK").replace(b"NT:", b"ST:")

    assert letter(answer, (1900, 50_000))[0].facts["type"] == "urn:schemas-upnp-org:device:Basic:1"
    assert letter(b"M-SEARCH * HTTP/1.1\r\nUser-Agent: VLC/3\r\n\r\n", (50_000, 1900))[0].kind == "ssdp.client"
    assert letter(b"M-SEARCH * HTTP/1.1\r\nMAN: x\r\n\r\n", (50_000, 1900)) == []


def test_a_unique_name_is_no_type() -> None:
    assert "type" not in letter(NOTIFY.replace(b"urn:schemas", b"uuid:123-urn"), (50_000, 1900))[0].facts


def test_other_text_is_none() -> None:
    assert letter(b"NOTIFY * SIP/2.0\r\n\r\n", (50_000, 1900)) == []
