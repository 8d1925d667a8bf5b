from __future__ import annotations

from sentinel.content import root
from sentinel.model.assets import Observation
from sentinel.scan.weakness.aliases import load_aliases
from sentinel.scan.weakness.software import software
from tests.scan.weakness.bundle import WHEN, assets_of, row, ssh, web

ALIASES = load_aliases(root())


def runs(*seen: Observation) -> list[tuple[str, str, str, tuple[str, ...]]]:
    (asset,) = assets_of(*seen)
    return [(one.id, one.version, one.revision, one.services) for one in software(asset, ALIASES)]


def test_services_device_and_system_are_told_once_each() -> None:
    seen = ssh("10.0.0.1", "OpenSSH_9.2p1", "Debian-2+deb12u10"), web("10.0.0.1", "nginx/1.22.1")
    assert runs(*seen) == [
        ("debian", "", "", ()),
        ("nginx", "1.22.1", "", ("tcp/80",)),
        ("openssh", "9.2p1", "Debian-2+deb12u10", ("tcp/22",)),
    ]
    (asset,) = assets_of(*seen)
    assert {one.system for one in software(asset, ALIASES)} == {("Debian", "12")}


def test_a_product_with_a_version_stands_for_the_same_without() -> None:
    seen = Observation("http.server", "10.0.0.1", {"server": "nginx"}, WHEN, "a", "passive", "tcp", 81)
    assert runs(web("10.0.0.1", "nginx/1.22.1"), seen) == [("nginx", "1.22.1", "", ("tcp/80",))]


def test_a_device_is_named_with_its_maker_and_one_of_no_known_maker_has_no_name() -> None:
    assert runs(row("10.0.0.1", "Draeger", "Infinity Delta", "VF8.2")) == [("draeger-infinity-delta", "VF8.2", "", ())]
    (asset,) = assets_of(row("10.0.0.1", "Nobody", "Thing", "1"))
    (one,) = software(asset, ALIASES)
    assert (one.named, one.id) == (None, "nobody:thing")


def test_lists_of_installed_software_tell_packages() -> None:
    facts = {"name": "openssh", "version": "9.2p1 Debian 2+deb12u3"}
    listed = Observation("software.seen", "10.0.0.1", facts, WHEN, "list", "import")
    assert ("openssh", "9.2p1", "Debian 2+deb12u3", ()) in runs(listed)


def test_a_host_that_answers_on_everything_runs_nothing_in_particular() -> None:
    many = [Observation("tcp.open", "10.0.0.1", {}, WHEN, "a", "active", "tcp", port) for port in range(1000, 1200)]
    (asset,) = assets_of(web("10.0.0.1", "nginx/1.22.1"), *many)
    assert software(asset, ALIASES) == ()
