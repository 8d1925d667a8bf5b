from __future__ import annotations

import pytest

from sentinel.model.talks import Flow
from sentinel.scan.exposure import exposures
from tests.scan.weakness.bundle import assets_of, web

OWN = ("10.0.0.0/8",)
MINE = "10.0.1.1"


def flow(client: str, server: str) -> Flow:
    return Flow(client, server, "tcp", 80, "http", 1, None, None)


@pytest.mark.parametrize(
    ("flows", "exposure"),
    [
        ([], "unseen"),
        ([flow("10.0.1.2", MINE)], "unseen"),
        ([flow("10.0.2.2", MINE)], "zones"),
        ([flow(MINE, "10.0.2.2")], "unseen"),
        ([flow(MINE, "8.8.8.8")], "crossing"),
        ([flow("8.8.8.8", MINE)], "internet"),
        ([flow("8.8.8.8", MINE), flow(MINE, "8.8.8.8"), flow("10.0.2.2", MINE)], "internet"),
        ([flow("8.8.8.8", "10.0.1.9")], "unseen"),
    ],
)
def test_the_worst_that_was_seen_counts(flows: list[Flow], exposure: str) -> None:
    assets = assets_of(web(MINE, "nginx/1.22.1"))
    assert exposures(assets, flows, OWN) == {assets[0].id: exposure}


def test_a_public_address_is_on_the_internet_unless_it_is_ours() -> None:
    (asset,) = assets_of(web("8.8.4.4", "nginx/1.22.1"))
    assert exposures([asset], [], OWN) == {asset.id: "internet"}
    assert exposures([asset], [], ("8.8.4.0/24",)) == {asset.id: "unseen"}


def test_zones_of_the_sixth_version_are_larger() -> None:
    (asset,) = assets_of(web("fd00::1", "nginx/1.22.1"))
    near, far = flow("fd00::ffff", "fd00::1"), flow("fd00:0:0:1::1", "fd00::1")
    assert exposures([asset], [near], ("fc00::/7",)) == {asset.id: "unseen"}
    assert exposures([asset], [far], ("fc00::/7",)) == {asset.id: "zones"}
