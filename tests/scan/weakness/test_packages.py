from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Statement
from sentinel.scan.weakness.covers import Covered
from sentinel.scan.weakness.packages import Package, about, covers_package, is_packaged, package_of
from tests.scan.weakness.bundle import advisory, by_version, debian


@pytest.mark.parametrize(
    ("version", "revision", "system", "package"),
    [
        ("9.2p1", "Debian 2+deb12u10", ("", ""), Package("Debian", "12", "9.2p1-2+deb12u10")),
        ("9.2p1", "Debian-2+deb12u10", ("", ""), Package("Debian", "12", "9.2p1-2+deb12u10")),
        ("8.2.7", "-1+deb12u1", ("", ""), Package("Debian", "12", "8.2.7-1+deb12u1")),
        ("9.2p1", "Debian-2+deb12u3~bpo11+1", ("", ""), Package("Debian", "12", "9.2p1-2+deb12u3")),
        ("8.9p1", "Ubuntu 3ubuntu0.6", ("", ""), Package("Ubuntu", "", "8.9p1-3ubuntu0.6")),
        ("8.9p1", "Ubuntu 3ubuntu0.6", ("Ubuntu", "22.04"), Package("Ubuntu", "22.04", "8.9p1-3ubuntu0.6")),
        ("1.18.0", "6ubuntu14.4", ("Debian", "12"), Package("Ubuntu", "", "1.18.0-6ubuntu14.4")),
        ("8.1.2", "1ubuntu2.22.04.1", ("", ""), Package("Ubuntu", "22.04", "8.1.2-1ubuntu2.22.04.1")),
        ("1.18.0", "Ubuntu", ("", ""), Package("Ubuntu", "", "")),
        ("4.17.12", "Debian", ("Debian", "12"), Package("Debian", "12", "")),
        ("2.2.15", "CentOS", ("", ""), None),
        ("1.0", "", ("Debian", "12"), None),
        ("1.0", "el8_9", ("", ""), None),
    ],
)
def test_a_revision_tells_whose_package_it_is(
    version: str, revision: str, system: tuple[str, str], package: Package | None
) -> None:
    assert package_of(version, revision, system) == package


def test_epochs_are_left_out_on_both_sides() -> None:
    mine = Package("Debian", "12", "9.2p1-2+deb12u10")
    assert covers_package(debian("openssh", "CVE-1", "1:9.2p1-2+deb12u2"), mine) == Covered("no")
    assert covers_package(debian("openssh", "CVE-1", "1:9.2p1-2+deb12u11"), mine) == Covered("yes")
    assert covers_package(debian("openssh", "CVE-1", ""), mine) == Covered("yes")


def test_what_was_put_back_is_judged_as_the_next_release() -> None:
    back = package_of("9.2p1", "Debian-2+deb12u2~bpo11+1")
    assert back is not None
    assert covers_package(debian("openssh", "CVE-1", "1:9.2p1-2+deb12u2"), back) == Covered("no")


def test_statements_of_other_releases_say_nothing() -> None:
    eleven, twelve = debian("openssh", "CVE-1", "1:8.4p1-5+deb11u3", "11"), debian("openssh", "CVE-1", "1:9.2p1-2")
    mine = Package("Debian", "12", "9.2p1-2+deb12u10")
    assert about(mine, [eleven, twelve]) == [twelve]


def test_a_release_that_does_not_show_is_that_of_the_same_version() -> None:
    def ubuntu(release: str, fixed: str) -> Statement:
        return debian("openssh", "CVE-1", fixed, distribution=f"Ubuntu:{release}:LTS")

    old, new = ubuntu("20.04", "1:8.2p1-4ubuntu0.9"), ubuntu("22.04", "1:8.9p1-3ubuntu0.3")
    mine = Package("Ubuntu", "", "8.9p1-3ubuntu0.6")
    assert about(mine, [old, new]) == [new]
    assert about(Package("Ubuntu", "", "7.0p1-1"), [old, new]) == []
    assert about(Package("Ubuntu", "", ""), [old, new]) == []


def test_packages_of_distributors_are_known_as_such() -> None:
    assert is_packaged(debian("openssh", "CVE-1", "1"))
    assert is_packaged(advisory("Red Hat", "openssh", "CVE-1", source="osv", distribution="Red Hat:8"))
    assert not is_packaged(by_version("openbsd", "openssh", "CVE-1", "9"))
    assert not is_packaged(advisory("Carestream", "RIS", "CVE-1", distribution="Windows 8.1"))


@given(st.text(max_size=30), st.text(max_size=60), st.text(max_size=10), st.text(max_size=10))
def test_any_text_is_a_package_or_none(version: str, revision: str, system: str, release: str) -> None:
    found = package_of(version, revision, (system, release))
    assert found is None or found.distributor in {"Debian", "Ubuntu", "Raspbian"}
