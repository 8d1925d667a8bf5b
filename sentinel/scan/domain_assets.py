"""A domain as an asset: what a resolver said of it, as claims that checks can judge. It has a name, and no address.

What could not be seen makes no claim: so it is neither weak nor sound, and what was known before stays known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sentinel.model.assets import Asset, Claim, Observation
from sentinel.scan.inventory import asset_id
from sentinel.scan.scope import Domain

DOMAIN = "domain"
SOUND, WEAK = "sound", "weak"
_PREFIX = "domain."
_RULE = "domain"
_STRENGTH = 5
_ALWAYS = ("spf", "dmarc", "dnssec")
_OF_MAIL = ("mta_sts", "tls_reports")
_MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a domain, and what could not be. `unasked` could not be asked, for the scope names nothing."""

    asset: Asset
    unseen: tuple[str, ...]
    unasked: tuple[str, ...]


def is_of_domain(seen: Observation) -> bool:
    """Say whether an observation is about a domain, and not about the resolver that was asked."""
    return seen.kind.startswith(_PREFIX)


def is_domain(asset: Asset) -> bool:
    """Say whether an asset is a domain, and so no machine."""
    return any(claim.attribute == DOMAIN for claim in asset.claims)


def domains_seen(domains: Iterable[Domain], observed: Sequence[Observation], site: str) -> Iterator[Seen]:
    """Yield each domain of a scope with what a resolver said of it."""
    for domain in domains:
        own = [one for one in observed if one.facts.get("domain") == domain.name]
        yield _seen(domain, own, site)


def _seen(domain: Domain, own: Sequence[Observation], site: str) -> Seen:
    groups: dict[str, list[Observation]] = {}
    for one in own:
        groups.setdefault(one.kind.removeprefix(_PREFIX), []).append(one)
    takes_mail = any(one.facts["state"] == "accepted" for one in groups.get("mail", ()))
    mail_unknown = all(one.facts["state"] == "unknown" for one in groups.get("mail", ()))
    wanted = [*_ALWAYS, *(_OF_MAIL if takes_mail or mail_unknown else ())]
    wanted += [name for name, asked in (("dkim", domain.selectors), ("name", domain.names)) if asked]
    claims = [claim for name in wanted for claim in _claims(name, groups.get(name, []))]
    known = {claim.attribute for claim in claims}
    times = [one.time for one in own if one.time]
    first, last = min(times, default=None), max(times, default=None)
    own_name = [Claim(attribute, domain.name, _RULE, _STRENGTH, "scope", first, last) for attribute in (DOMAIN, "name")]
    asset = Asset(
        id=asset_id(site, f"{DOMAIN} {domain.name}"), addresses=(), macs=(), names=(domain.name,),
        device_class="unknown", vendor="", product="", version="", services=(),
        claims=tuple(sorted([*own_name, *claims], key=lambda claim: claim.attribute)), first_seen=first, last_seen=last,
    )  # fmt: skip
    unseen = tuple(name for name in wanted if f"{_PREFIX}{name}" not in known)
    return Seen(asset, unseen, () if domain.selectors else ("dkim",))


def _claims(name: str, told: Sequence[Observation]) -> Iterator[Claim]:
    """Yield what is claimed of one thing: its worst, where any of it is weak; nothing where some of it is not known."""
    weak = [one for one in told if one.facts["verdict"] == WEAK]
    if not told or (not weak and any(one.facts["verdict"] != SOUND for one in told)):
        return
    shown = weak or list(told)
    value = _state(name, shown[0].facts) if weak else SOUND
    evidence = f"{shown[0].source} {DOMAIN} {shown[0].address}"
    if details := [words for one in shown[:_MOST_TOLD] if (words := _detail(one.facts))]:
        evidence = f"{evidence}: {', '.join(details)}"
    yield Claim(f"{_PREFIX}{name}", value, _RULE, _STRENGTH, evidence, *_times(shown))


def _times(told: Iterable[Observation]) -> tuple[datetime | None, datetime | None]:
    times = [one.time for one in told if one.time]
    return min(times, default=None), max(times, default=None)


def _state(name: str, facts: Mapping[str, str]) -> str:
    """Return in one word what is weak."""
    state = facts["state"]
    if name in ("dkim", "name"):
        return WEAK if name == "dkim" else state
    if state != "one":
        return state
    if name == "spf":
        return "lookups" if facts["policy"] in ("fail", "softfail") else "open"
    if name == "dmarc":
        return facts["policy"] if facts["policy"] in ("none", "invalid") else "share"
    return "invalid"


def _detail(facts: Mapping[str, str]) -> str:
    """Return what of several things one is: a selector with its key, or a name with what it leads to."""
    if "selector" in facts:
        words = [facts["selector"], facts["state"], facts.get("key", ""), facts.get("bits", "")]
        return " ".join(filter(None, [*words, "testing" if "testing" in facts else ""]))
    return f"{facts['name']} → {facts['alias']}" if "alias" in facts else ""
