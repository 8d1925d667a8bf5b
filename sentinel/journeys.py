"""What the journeys are given, and what each of them found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sentinel.comply.checklist import Checklist
from sentinel.comply.previous import Earlier
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.rule_texts import RuleText
from sentinel.errors import ContentError
from sentinel.model.alerts import Alert, LedgerEntry, LogSource
from sentinel.model.assets import Asset, Finding
from sentinel.model.compliance import Judgement, Organisation, Score
from sentinel.model.correlations import Learnt
from sentinel.model.judged import Judged
from sentinel.model.knowledge import Knowledge
from sentinel.model.packs import PackScored
from sentinel.model.result import ScanSource
from sentinel.model.talks import Flow
from sentinel.model.text import Text
from sentinel.scan.imports.columns import read_columns
from sentinel.scan.imports.formats import How, unused_address
from sentinel.scan.passive.live import BUFFER
from sentinel.scan.ranking import Exposure
from sentinel.scan.talks import Talks
from sentinel.settings import ScanSection, Site

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
"""Addresses that are a site's own where it does not say: RFC 1918, RFC 3927, RFC 4193, RFC 4291."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a scan reads: captures, results of other tools (and how), and which addresses are the site's own.

    `hows` are those of `imports`, in their order. `interfaces` are listened on, one after the other, each until it is
    `over`, with `buffer` bytes for what waits. `known` is who talked to whom before.
    """

    captures: Sequence[Path] = ()
    imports: Sequence[Path] = ()
    networks: Sequence[str] = PRIVATE
    exclude: Sequence[str] = ()
    site: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    hows: Sequence[How] = ()
    interfaces: Sequence[str] = ()
    over: Callable[[], bool] = lambda: True
    buffer: int = BUFFER
    known: Sequence[Flow] = ()


@dataclass(frozen=True, slots=True)
class Aids:
    """What a run can do without: where compiled rules are kept, and what is known of products in the world."""

    cache: RuleCache | None = None
    knowledge: Knowledge | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """What the logs of a site showed. `stems` are the file stems, `texts` what people are told, by rule id.

    `outdated` are earlier alerts of correlations that went up in others or are withdrawn. `learnt` is what correlations
    are to remember.
    """

    alerts: tuple[Alert, ...]
    ledger: tuple[LedgerEntry, ...]
    logs: tuple[LogSource, ...]
    stems: dict[str, str]
    texts: dict[str, RuleText]
    troubles: tuple[str, ...]
    outdated: tuple[Alert, ...]
    learnt: Learnt

    @property
    def titles(self) -> dict[str, Text]:
        """What people call the rules, by rule id."""
        return {rule: text.title for rule, text in self.texts.items()}


@dataclass(frozen=True, slots=True)
class Scanned:
    """What captures and imported scans showed; `judged` tells how far known weaknesses could be looked for."""

    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    sources: tuple[ScanSource, ...]
    knowledge_date: date
    troubles: tuple[str, ...] = ()
    talks: Talks = field(default_factory=Talks)
    judged: Judged = field(default_factory=lambda: Judged(()))
    knowledge: Knowledge | None = None
    exposed: Mapping[str, Exposure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessed:
    """How an organisation stands against the checklist, and against packs beside it.

    `beside` is what each pack asks, by its id, and `earlier` how all of it stood in an earlier result.
    """

    organisation: Organisation
    checklist: Checklist
    judgements: tuple[Judgement, ...]
    score: Score
    packs: tuple[PackScored, ...] = ()
    beside: Mapping[str, Checklist] = field(default_factory=dict)
    earlier: Earlier | None = None


def material_of(site: Site) -> Material:
    """Return what a site file says that a scan reads; ContentError for a machine named where a file names its own."""
    network, listed = site.file.network, site.file.scans
    imports, hows = [site.path(one.path) for one in listed], [_how(site, one) for one in listed]
    unused = [unused_address(path, how) for path, how in zip(imports, hows, strict=True)]
    if any(unused):
        told = ((at, why) for at, why in enumerate(unused) if why)
        raise ContentError(
            site.fault(["scans", at, "for"], f"{imports[at].name} {why}: leave 'for' out") for at, why in told
        )
    return Material(
        captures=[site.path(capture.path) for capture in site.file.captures],
        imports=imports,
        hows=hows,
        networks=[str(part) for part in network.networks] or PRIVATE,
        exclude=[str(address) for address in network.exclude],
        site=site.file.organisation.number,
        names=network.names,
    )


def _how(site: Site, listed: ScanSection) -> How:
    columns = read_columns(site.path(listed.columns)) if listed.columns else {}
    return How(listed.kind, columns, str(listed.machine or ""))
