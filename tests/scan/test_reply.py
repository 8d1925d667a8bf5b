from __future__ import annotations

from sentinel.scan.probes.everybody import MOST_OF_ONE
from sentinel.scan.probes.exchange import LIMIT
from sentinel.scan.reply import MOST_ANSWERING, Heard, Reply
from tests.scan.test_segments import listening


def test_only_machines_inside_the_scope_are_heard_and_of_each_but_a_little() -> None:
    scope, heard = listening(addresses="10.0.0.0/16"), Heard(Reply())
    for _ in range(MOST_OF_ONE + 1):
        heard.take("10.0.0.5", b"x" * (LIMIT + 1), scope)
    heard.take("10.1.0.5", b"x", scope)
    heard.take("fe80::1", b"x", scope)

    assert {len(one) for one in heard.datagrams["10.0.0.5"]} == {LIMIT}
    assert (len(heard.datagrams["10.0.0.5"]), heard.outside, heard.beyond) == (MOST_OF_ONE, 2, 1)


def test_a_crowd_does_not_fill_the_memory() -> None:
    scope, heard = listening(addresses="10.0.0.0/16"), Heard(Reply())
    for number in range(MOST_ANSWERING + 10):
        heard.take(f"10.0.{number >> 8}.{number & 255}", b"x", scope)

    assert (len(heard.datagrams), heard.beyond) == (MOST_ANSWERING, 10)
