"""A small bundle of knowledge in memory, for tests: it really answers as the protocol says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from sentinel.content import root
from sentinel.model.assets import Asset, Observation
from sentinel.model.judged import Judged
from sentinel.model.knowledge import Feed, Knowledge, Line, Span, Statement, Weakness, product_key
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.judging import judge_assets, load_grounds

AS_OF = date(2026, 11, 22)
WHEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
FINGERPRINTS = load_fingerprints(root())


class Small:
    """Statements, weaknesses and release lines, found as a bundle finds them."""

    def __init__(
        self,
        statements: Sequence[Statement] = (),
        weaknesses: Sequence[Weakness] = (),
        lines: Sequence[Line] = (),
        feeds: Sequence[Feed] = (),
    ) -> None:
        self.statements = tuple(statements)
        self.known = {one.cve: one for one in weaknesses}
        self.release_lines = tuple(lines)
        self.feeds = tuple(feeds) or (feed("csaf"), feed("kev"))

    def products(self, vendor: str) -> tuple[str, ...]:
        maker = product_key(vendor, "")
        keys = {product_key(one.vendor, one.product) for one in self.statements}
        return tuple(sorted(key for key in keys if key.startswith(maker)))

    def about(self, key: str) -> Iterator[Statement]:
        return (one for one in self.statements if product_key(one.vendor, one.product) == key)

    def weaknesses(self, cves: Iterable[str]) -> dict[str, Weakness]:
        return {cve: self.known[cve] for cve in cves if cve in self.known}

    def lines(self, product: str) -> tuple[Line, ...]:
        return tuple(one for one in self.release_lines if one.product == product)


def feed(name: str, dated: date = date(2026, 11, 1)) -> Feed:
    return Feed(name, dated, 1, {}, "made up", "tests")


def advisory(vendor: str, product: str, *cves: str, **more: object) -> Statement:
    told: dict[str, object] = {"advisory": "ICSMA-19-022-01", "by": "CISA", "status": "affected", "source": "csaf"}
    return Statement(vendor=vendor, product=product, cves=cves, **{**told, **more})  # type: ignore[arg-type]  # what a test tells besides is checked by its use


def by_version(vendor: str, product: str, cve: str, before: str, **more: object) -> Statement:
    return advisory(
        vendor, product, cve, **{"source": "nvd", "advisory": cve, "by": "", "spans": (Span(before=before),), **more}
    )


def debian(package: str, cve: str, fixed: str, release: str = "12", **more: object) -> Statement:
    spans = (Span(before=fixed, scheme="deb"),) if fixed else ()
    told = {"source": "osv", "advisory": f"DEBIAN-{cve}", "by": "", "spans": spans, "every": not fixed}
    return advisory("Debian", package, cve, **{**told, "distribution": f"Debian:{release}", **more})


def row(address: str, vendor: str, product: str, version: str = "") -> Observation:
    facts = {"vendor": vendor, "product": product, "version": version}
    return Observation(
        "inventory.row", address, {key: value for key, value in facts.items() if value}, WHEN, "liste.csv", "import"
    )


def ssh(address: str, software: str, comment: str = "") -> Observation:
    facts = {"software": software, "role": "server"} | ({"comment": comment} if comment else {})
    return Observation("ssh.banner", address, facts, WHEN, "c.pcap", "passive", "tcp", 22)


def web(address: str, server: str) -> Observation:
    return Observation(
        "http.server", address, {"server": server, "status": "200"}, WHEN, "c.pcap", "passive", "tcp", 80
    )


def assets_of(*seen: Observation) -> tuple[Asset, ...]:
    return build(seen, FINGERPRINTS)


def judged(knowledge: Knowledge | None, *seen: Observation, as_of: date = AS_OF) -> Judged:
    return judge_assets(assets_of(*seen), load_grounds(root(), knowledge), as_of)
