from __future__ import annotations

import pytest

from tests.scan.passive.craft import Connection, Turn, heard
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import SPOKEN, amqp_start


def talk(*turns: Turn) -> list[tuple[str, int | None, dict[str, str]]]:
    found = heard(Connection(server_port=5672).talk(turns))
    assert SECRET not in repr(found)
    return [(o.kind, o.port, o.facts) for o in found if o.kind.startswith("amqp")]


def test_a_brokers_product_and_a_clients_version() -> None:
    assert sorted(talk(*SPOKEN["amqp"])) == [
        ("amqp.header", None, {"layer": "amqp", "version": "0.9.1", "role": "client"}),
        ("amqp.server", 5672, {"product": "RabbitMQ", "version": "3.11.5", "platform": "Erlang/OTP 25"}),
    ]


def test_version_one() -> None:
    assert talk(("client", b"AMQP\0\1\0\0"))[0][2] == {"layer": "amqp", "version": "1.0", "role": "client"}


@pytest.mark.parametrize(
    "data", [b"AMQP\7\1\0\0", b"AMQX\0\1\0\0", b"AMQP", b"\1\0\0\0\0\0\4\0\x14\0\x0a\0\0", amqp_start()[:13]]
)
def test_what_is_none(data: bytes) -> None:
    assert talk(("server", data)) == []
