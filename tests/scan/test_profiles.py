from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.scan.profiles import CEILINGS, GENTLEST, ProfileId, above_ceiling, load_profiles

PROFILES = load_profiles(root())


def test_every_profile_is_there_and_none_allows_more_than_the_code() -> None:
    assert set(PROFILES) == set(get_args(ProfileId)) == set(CEILINGS)
    assert [what for profile in PROFILES.values() for _, what in above_ceiling(profile)] == []


def test_the_ceilings_are_those_of_the_field() -> None:
    gentle, it = CEILINGS["clinical-gentle"], CEILINGS["it-gentle"]

    assert (gentle.limits.host_packets, gentle.limits.total_per_second, gentle.limits.host_gap_seconds) == (40, 20, 0.5)
    assert (gentle.limits.udp_messages, gentle.listed_hosts_only, gentle.nmap) == (1, True, False)
    assert (it.limits.host_per_second, it.limits.total_per_second) == (10, 100)
    assert not CEILINGS["passive"].sends
    assert [name for name, ceiling in CEILINGS.items() if ceiling.fragile_max > 1 and ceiling.sends] == ["lab"]
    assert [name for name, ceiling in CEILINGS.items() if ceiling.only_in_lab] == ["lab"]
    assert [name for name, ceiling in CEILINGS.items() if ceiling.sends and not ceiling.approvals] == []


@pytest.mark.parametrize(
    ("profile", "old", "new", "told"),
    [
        ("clinical-gentle", "host_packets: 40", "host_packets: 41", "host_packets may be no more than 40, not 41"),
        (
            "clinical-gentle",
            "host_gap_seconds: 0.5",
            "host_gap_seconds: 0.4",
            "host_gap_seconds may be no less than 0.5",
        ),
        ("clinical-gentle", "nmap: false", "nmap: true", "clinical-gentle may not have nmap"),
        (
            "clinical-gentle",
            "listed_hosts_only: true",
            "listed_hosts_only: false",
            "may not do without listed_hosts_only",
        ),
        ("clinical-gentle", "unknown_alike: true", "unknown_alike: false", "may not do without unknown_alike"),
        ("clinical-gentle", "fragile_max: 1", "fragile_max: 2", "may touch nothing above 1"),
        (
            "clinical-gentle",
            "[it, medical_technical, system_owner]",
            "[it]",
            "approval of medical_technical, system_owner",
        ),
        ("it-gentle", "total_per_second: 100", "total_per_second: 101", "total_per_second may be no more than 100"),
        ("passive", "sends: false", "sends: true", "passive may not have sends"),
        ("lab", "only_in_lab: true", "only_in_lab: false", "may not do without only_in_lab"),
        ("lab", "id: lab", "id: passive", "profile 'passive' is also in"),
        ("lab", "id: lab", "id: rough", "input should be"),
    ],
)
def test_content_cannot_raise_a_ceiling(tmp_path: Path, profile: str, old: str, new: str, told: str) -> None:
    shutil.copytree(root() / "scanners", tmp_path / "scanners")
    path = tmp_path / "scanners" / "profiles" / f"{profile}.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(ContentError) as caught:
        load_profiles(tmp_path)
    assert any(told in str(fault).casefold() or told in str(fault) for fault in caught.value.faults)


def test_the_order_is_from_the_gentlest_to_the_roughest() -> None:
    totals = [CEILINGS[name].limits.total_per_second for name in GENTLEST]

    assert totals == sorted(totals)
