from __future__ import annotations

import pytest

from tests.scan.passive.craft import SERVER, Connection, heard
from tests.scan.passive.letters import SECRET


@pytest.mark.parametrize(
    ("line", "kind", "banner"),
    [
        (b"220 (vsFTPd 3.0.3)", "ftp.banner", "(vsFTPd 3.0.3)"),
        (b"220-Microsoft FTP Service", "ftp.banner", "Microsoft FTP Service"),
        (b"220 mx.example ESMTP Exim 4.96", "smtp.banner", "mx.example ESMTP Exim 4.96"),
        (b"+OK Dovecot <12.34@Hemmelig>", "pop3.banner", "Dovecot"),
        (b"* OK [CAPABILITY IMAP4rev1] Cyrus", "imap.banner", "[CAPABILITY IMAP4rev1] Cyrus"),
    ],
)
def test_the_first_line(line: bytes, kind: str, banner: str) -> None:
    found = heard(Connection(server_port=2121).talk([("server", line + b"\r\n" + SECRET.encode())]))

    assert [(o.kind, o.address, o.port, o.facts) for o in found][1:] == [(kind, SERVER, 2121, {"banner": banner})]


@pytest.mark.parametrize("line", [b"220 Hemmelig\r\n", b"2200 x\r\n", b"220 no end", b"+OKAY", b"* OK\r\n"])
def test_what_is_no_greeting_or_does_not_say_whose(line: bytes) -> None:
    assert [o.kind for o in heard(Connection().talk([("server", line)]))] == ["tcp.open"]
