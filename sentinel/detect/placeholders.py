"""Values of placeholders that a site takes from its inventory: `@inventory/servers` in the place of a list of names.

A name or a port is what a machine says of itself. So nothing is taken from the inventory unless the site asks for it,
and a name is plain text in a rule, whatever characters are in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sentinel.errors import SettingsError
from sentinel.model.assets import MEDICAL, Asset

PREFIX = "@inventory/"
SERVERS = frozenset({"server", "imaging_archive"})
WORKSTATIONS = frozenset({"workstation", "imaging_workstation"})
KERBEROS, LDAP = 88, frozenset({389, 636, 3268, 3269})


def fill(placeholders: Mapping[str, Sequence[str]], assets: Iterable[Asset]) -> dict[str, tuple[str, ...]]:
    """Return placeholders with every `@inventory/<group>` among their values replaced by what the group holds.

    A placeholder that is left without values refuses the rules that need it. SettingsError for a group there is not.
    """
    found = list(assets)
    made: dict[str, tuple[str, ...]] = {}
    for name, values in placeholders.items():
        filled = [one for value in values for one in _values(name, value, found)]
        made[name] = tuple(dict.fromkeys(filled))
    return made


def _values(name: str, value: str, assets: Sequence[Asset]) -> Iterator[str]:
    if not value.startswith(PREFIX):
        yield value
        return
    group = value.removeprefix(PREFIX)
    if group not in GROUPS:
        raise SettingsError(f"placeholder %{name}%: '{value}' is not a group of the inventory: {', '.join(GROUPS)}")
    belongs, written = GROUPS[group]
    for asset in assets:
        if belongs(asset):
            yield from written(asset)


def _is_domain_controller(asset: Asset) -> bool:
    """Say whether a machine answers for both Kerberos and LDAP, as only a domain controller does."""
    ports = {service.port for service in asset.services}
    return KERBEROS in ports and not ports.isdisjoint(LDAP)


def _is_server(asset: Asset) -> bool:
    return asset.device_class in SERVERS or _is_domain_controller(asset)


def _is_workstation(asset: Asset) -> bool:
    return asset.device_class in WORKSTATIONS


def _is_clinical(asset: Asset) -> bool:
    return asset.device_class in MEDICAL


def _names(asset: Asset) -> Iterator[str]:
    """Yield each name by itself, and with any domain behind it, as Windows writes `Computer`."""
    for short in _short(asset):
        yield short
        yield f"{short}.*"


def _accounts(asset: Asset) -> Iterator[str]:
    for short in _short(asset):
        yield f"{short}$"


def _addresses(asset: Asset) -> Iterator[str]:
    yield from map(_plain, asset.addresses)


def _short(asset: Asset) -> Iterator[str]:
    for name in dict.fromkeys(name.split(".")[0].strip() for name in asset.names):
        if name:
            yield _plain(name)


def _plain(text: str) -> str:
    r"""Return text as a Sigma value that means just itself: `*`, `?` and `\` are no wildcards or escapes."""
    return _SPECIAL.sub(r"\\\g<0>", text)


_SPECIAL = re.compile(r"[*?\\]")
GROUPS: dict[str, tuple[Callable[[Asset], bool], Callable[[Asset], Iterator[str]]]] = {
    "domain-controllers": (_is_domain_controller, _names),
    "domain-controller-accounts": (_is_domain_controller, _accounts),
    "domain-controller-addresses": (_is_domain_controller, _addresses),
    "servers": (_is_server, _names),
    "server-addresses": (_is_server, _addresses),
    "workstations": (_is_workstation, _names),
    "workstation-addresses": (_is_workstation, _addresses),
    "clinical-devices": (_is_clinical, _names),
    "clinical-addresses": (_is_clinical, _addresses),
}
