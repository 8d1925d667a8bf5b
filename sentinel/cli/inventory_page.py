"""`--page DIR` of what scans, and `assets page`: the inventory as pages that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from sentinel.cli.options import Asked
from sentinel.cli.summary import say, say_all
from sentinel.journeys import PRIVATE, Material, Scanned
from sentinel.model.inventory import Inventory
from sentinel.model.text import LANGUAGES, counted
from sentinel.report.inventory.areas import read_network
from sentinel.scan.domain_assets import is_domain
from sentinel.settings import Tlp

if TYPE_CHECKING:
    from sentinel.store.store import Store


class NetworkName(click.ParamType[tuple[str, str]]):
    """A network, and what it is called: `10.20.30.0/24=Laboratoriet`."""

    name = "network"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return both; the name may be empty."""
        network, _, name = str(value).partition("=")
        if read_network(network) is None:
            self.fail(f"'{network}' is no network; write 10.20.30.0/24 or 10.20.30.0/24=Laboratoriet", param, ctx)
        return network, name.strip()


PAGE = click.option(
    "--page",
    "page",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the inventory page with a map of the network too, in both languages.",
)
NETWORKS = click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="CIDR[=NAME]",
    type=NetworkName(),
    help="A network of the site, and what it is called; repeatable. One in which nothing is known is shown as such.",
)
TLP = click.option(
    "--tlp", type=click.Choice(get_args(Tlp)), default="AMBER", show_default=True, help="How far it may go."
)


def page_of_scan(asked: Asked, found: Scanned, material: Material, today: date, folder: Path) -> None:
    """Write the page of one scan; without networks of its own a site has those where something was seen."""
    stated = () if tuple(material.networks) == PRIVATE else tuple(material.networks)
    inventory = Inventory(
        name=material.site or ", ".join(source.source for source in found.sources),
        as_of=today,
        tlp="AMBER",
        assets=found.assets,
        findings=found.findings,
        knowledge_date=found.knowledge_date,
        scans=found.sources,
        networks=stated,
        heard=found.talks.heard(found.sources, found.assets, material.networks, material.known),
    )
    write(asked, inventory, folder)


def page_of_store(store: Store, site: str, today: date, networks: Sequence[tuple[str, str]], tlp: str) -> Inventory:
    """Return what the store knows of the machines of a site: findings with their lives, but not who talks to whom.

    Domains are no machines: that they are left out is said.
    """
    every = tuple(store.assets(site=site))
    domains = {asset.id for asset in every if is_domain(asset)}
    if domains:
        say(f"{counted(len(domains), 'domain')} left out: the page is about machines; see `sentinel findings list`")
    tracked = {one.finding.id: one for one in store.tracked(today, site=site) if one.finding.asset not in domains}
    findings = tuple(one.finding for one in tracked.values())
    return Inventory(
        name=site,
        as_of=today,
        tlp=tlp,
        assets=tuple(asset for asset in every if asset.id not in domains),
        findings=findings,
        knowledge_date=min((finding.knowledge_date for finding in findings), default=None),
        networks=tuple(network for network, _ in networks),
        names={network: name for network, name in networks if name},
        lives=tracked,
    )


def write(asked: Asked, inventory: Inventory, folder: Path) -> None:
    """Write the pages, and tell where they are."""
    from sentinel.report.files import write_inventory  # noqa: PLC0415 -- most scans need not wait for it

    with asked.progress.busy("Writing the inventory"):
        written = write_inventory(inventory, folder, LANGUAGES, asked.content_folder())
    say_all(f"wrote {path}" for path in written)
