from __future__ import annotations

from sentinel.scan.passive.protocols.ebxml import may_be, statements, whole
from tests.scan.passive.craft import CLIENT, Connection, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import EBXML, ENVELOPE, PAYLOAD

FACTS = {
    "msh_system": "Norsk Helsenett Meldingstjener", "msh_version": "1.0", "app_system": "Journal X",
    "app_version": "7.2",
}  # fmt: skip


def test_elements_and_attributes_of_the_envelope() -> None:
    assert [(one.facts, one.role) for one in statements(ENVELOPE)] == [(FACTS, "client")]


def test_the_payload_behind_the_envelope_is_not_read() -> None:
    assert SECRET not in repr(statements(ENVELOPE.replace(b"MshSystem", b"Other") + PAYLOAD))


def test_a_message_over_http() -> None:
    found = heard(Connection(server_port=80).talk([("client", EBXML)]))

    assert [(o.address, o.facts) for o in found if o.kind == "ebxml.sender"] == [(CLIENT, FACTS)]
    assert SECRET not in repr(found)


def test_other_posts_are_not_waited_for() -> None:
    found = heard(
        Connection(server_port=80).talk([("client", EBXML.replace(b"multipart/related", b"application/json"))])
    )

    assert (said(found, "ebxml.sender"), said(found, "http.client")) == ([], [{"host": "msh"}])
    assert [may_be(b"text/xml; charset=utf-8"), may_be(b"text/html")] == [True, False]


def test_where_an_envelope_ends() -> None:
    assert [whole(ENVELOPE), whole(ENVELOPE[:-3])] == [True, False]
    assert statements(b"no header at all") == ()
