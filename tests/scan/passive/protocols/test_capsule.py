from __future__ import annotations

from tests.scan.passive.letters import letter


def test_the_token_on_any_port() -> None:
    assert [o.kind for o in letter(b"\x01\x02APDUclnt.0-<hei", (5090, 5090))] == ["capsule.client"]
    assert [o.facts for o in letter(b"APDUclnt.0-<Pasient", (6000, 6000))] == [{"message": "announcement"}]


def test_the_token_far_inside_is_something_else() -> None:
    assert letter(b"x" * 80 + b"APDUclnt.0-<", (5090, 5090)) == []
