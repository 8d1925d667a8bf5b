from __future__ import annotations

from sentinel.share.attack import tactics, techniques

TAGS = (
    "attack.lateral_movement",
    "attack.t1059.001",
    "attack.T1059.001",
    "attack.t0836",
    "attack.g0007",
    "cve.2021-1",
    "tlp.red",
)


def test_techniques_and_tactics_of_tags() -> None:
    assert techniques(TAGS) == ("T1059.001", "T0836")
    assert tactics(TAGS) == ("lateral-movement",)
    assert techniques(("attack.t10590", "attack.t1059.1", "xattack.t1059")) == ()
