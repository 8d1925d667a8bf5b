from __future__ import annotations

from tests.scan.passive.craft import SERVER
from tests.scan.passive.letters import SECRET, carescape, letter


def test_the_unit_is_kept_and_the_bed_is_not() -> None:
    (found,) = letter(carescape(), (2000, 2000))

    assert (found.kind, found.address, found.facts) == ("carescape.time", SERVER, {"unit": "ICU"})
    assert "BED12" not in repr(found)
    assert SECRET not in repr(found)


def test_it_is_known_by_holding_its_senders_address() -> None:
    assert letter(carescape(), (2000, 2000), source="10.20.30.22") == []
    assert letter(carescape(), (2001, 2001)) == []
    assert letter(carescape() + b"\0", (2000, 2000)) == []
    assert letter(carescape().replace(b"|", b"/"), (2000, 2000)) == []
