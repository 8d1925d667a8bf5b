from __future__ import annotations

from tests.scan.passive.craft import Connection, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import MAIL


def test_the_systems_behind_a_message_in_a_mail() -> None:
    found = heard(Connection(server_port=25).talk([("client", MAIL)]))

    assert said(found, "ebxml.sender")[0]["app_system"] == "Journal X"
    assert SECRET not in repr(found)


def test_other_mail_is_not_read() -> None:
    plain = f"HELO a\r\nMAIL FROM:<{SECRET}@x>\r\nDATA\r\nSubject: {SECRET}\r\n\r\n{SECRET}\r\n.\r\nQUIT\r\n".encode()

    assert [o.kind for o in heard(Connection(server_port=25).talk([("client", plain)]))] == ["tcp.open"]


def test_behind_starttls_nothing_is_looked_for() -> None:
    hidden = MAIL.replace(b"MAIL FROM", b"STARTTLS\r\nMAIL FROM")

    assert [o.kind for o in heard(Connection(server_port=25).talk([("client", hidden)]))] == ["tcp.open"]
