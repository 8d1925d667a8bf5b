from __future__ import annotations

from tests.scan.passive.craft import Connection, Turn, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import SPOKEN

IAC = b"\xff\xfd\x18"


def talk(*turns: Turn) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=23).talk(turns)), "telnet.banner")


def test_what_stands_in_front_of_the_prompt_and_nothing_behind() -> None:
    found = talk(*SPOKEN["telnet"])

    assert found == [
        {"options": "yes", "banner": "Lantronix UDS1100 V6.8", "role": "server"},
        {"options": "yes", "role": "client"},
    ]


def test_text_without_a_prompt_may_be_anything_and_is_left() -> None:
    assert talk(("server", IAC + f"\r\n{SECRET} 120/80\r\n".encode() * 100)) == [{"options": "yes", "role": "server"}]


def test_a_welcome_is_kept_without_a_prompt() -> None:
    welcome = IAC + b"\r\nWelcome to the SIGMA Spectrum Diagnostic Terminal\r\n" + SECRET.encode() * 200
    (found,) = talk(("server", welcome))

    assert found["banner"] == "Welcome to the SIGMA Spectrum Diagnostic Terminal"


def test_a_connection_older_than_the_capture_gives_no_text() -> None:
    link = Connection(server_port=23)
    text = IAC + SECRET.encode() + b"\r\nlogin: "

    assert said(heard([link.segment("server", 1, 0x18, text)]), "telnet.banner") == [{"options": "yes"}]


def test_bytes_that_are_no_option() -> None:
    assert talk(("server", b"\xff\xd8\xff\xe0 a picture")) == []
    assert talk(("server", b"\xff")) == []
