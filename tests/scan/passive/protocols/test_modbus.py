from __future__ import annotations

from tests.scan.passive.craft import SERVER, Connection, heard
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import modbus


def test_a_device_identifies_itself_under_any_transaction() -> None:
    for first in (b"\x12", b"\x0b", b"S", b"\x16"):
        found = heard(Connection(server_port=5020).talk([("server", first + modbus()[1:])]))
        facts = [(o.address, o.port, o.facts) for o in found if o.kind == "modbus.device"]

        assert facts == [(SERVER, 5020, {"vendor": "Durr", "code": "DT-2", "revision": "V1.3"})]
        assert SECRET not in repr(found)


def test_registers_are_not_read() -> None:
    answer = bytes.fromhex("1234000000070103040011ffff00")

    assert [o.kind for o in heard(Connection().talk([("server", answer)]))] == ["tcp.open"]


def test_objects_beyond_the_message_are_left_out() -> None:
    longer = bytearray(modbus())
    longer[15] = 200  # the first object claims more than there is

    assert [o.kind for o in heard(Connection().talk([("server", bytes(longer))]))] == ["tcp.open"]
