"""CSAF 2.0 (OASIS), security advisories and its VEX profile: what a maker or coordinator states about products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sentinel.model.knowledge import Remedy, Statement, Status, Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.csaf_tree import Meant, products
from sentinel.scan.knowledge.cvss import Scored, newest
from sentinel.scan.knowledge.ranges import Versions, together
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

_STATES: Mapping[str, Status] = {
    "known_affected": "affected",
    "first_affected": "affected",
    "last_affected": "affected",
    "known_not_affected": "not_affected",
    "fixed": "fixed",
    "first_fixed": "fixed",
    "under_investigation": "under_investigation",
}
_EDGES = {"first_affected": "from {} on", "last_affected": "up to {}"}
_REMEDIES = frozenset(get_args(Remedy))
_NOT_USED = {
    "csaf_informational_advisory": "informational",
    "csaf_withdrawn": "withdrawn",
    "csaf_superseded": "superseded",
}


@dataclass(frozen=True, slots=True)
class _Head:
    """What the document says of itself."""

    source: Literal["csaf", "vex"]
    identity: str
    title: str
    url: str
    updated: str
    by: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What one vulnerability's entry says of one product; equal ones of other vulnerabilities are put together."""

    vendor: str
    product: str
    status: Status
    versions: Versions
    distribution: str
    remedies: tuple[tuple[Remedy, str], ...]
    reason: str


def looks_like(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is a CSAF document."""
    return "csaf_version" in foreign.table(keys.get("document"))


def read_csaf(document: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield what a document states. Skipped: `no-id`, `draft`, `informational`, `withdrawn`, `superseded`."""
    about = foreign.table(document.get("document"))
    tracking = foreign.table(about.get("tracking"))
    head = _head(about, tracking)
    reason = _NOT_USED.get(foreign.text(about.get("category")), "") or ("" if head.identity else "no-id")
    reason = reason or ("draft" if foreign.text(tracking.get("status")) == "draft" else "")
    intake.current(head.updated, label)
    if reason:
        intake.skip(label, "", reason)
        if head.identity:
            yield Told(head.source, head.identity, head.updated)
        return
    intake.tally.handled += 1
    entries = list(foreign.tables(document.get("vulnerabilities")))
    tree = foreign.table(document.get("product_tree"))
    counted = _Counted(label, intake, _groups(tree))
    meant = products(tree)
    for _ in _unstated(entries, tree, meant):
        counted.part("nothing-said")  # a product that the document lists and never comes back to
    stated = _statements(entries, meant, head, counted)
    yield Told(head.source, head.identity, head.updated, (*stated, *_weaknesses(entries)))


@dataclass(frozen=True, slots=True)
class _Counted:
    """Where pieces that are left out are counted, and the document's groups of products by their ids."""

    label: str
    intake: Intake
    groups: Mapping[str, tuple[str, ...]]

    def part(self, reason: str) -> None:
        self.intake.part(self.label, "", reason)

    def ids(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the products that a piece is about: those it names, and those of the groups that it names."""
        named = foreign.texts(one.get("group_ids"))
        for _ in set(named) - set(self.groups):
            self.part("unknown-group")
        return (*foreign.texts(one.get("product_ids")), *(p for group in named for p in self.groups.get(group, ())))


def _groups(tree: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    listed = foreign.tables(tree.get("product_groups"))
    return {foreign.text(one.get("group_id")): foreign.texts(one.get("product_ids")) for one in listed}


def _head(about: Mapping[str, Any], tracking: Mapping[str, Any]) -> _Head:
    addresses = [
        (not url.endswith(".json"), url)
        for one in foreign.tables(about.get("references"))
        if foreign.text(one.get("category")) == "self" and (url := foreign.web(one.get("url")))
    ]
    return _Head(
        "vex" if foreign.text(about.get("category")) == "csaf_vex" else "csaf",
        foreign.text(tracking.get("id")),
        foreign.text(about.get("title")),
        max(addresses, default=(False, ""))[1],
        stamp(tracking.get("current_release_date")),
        foreign.text(foreign.table(about.get("publisher")).get("name")),
    )


def _statements(
    entries: list[Mapping[str, Any]], meant: Mapping[str, Meant], head: _Head, counted: _Counted
) -> Iterator[Statement]:
    together_: dict[_Said, list[str]] = defaultdict(list)
    for entry in entries:
        number = foreign.cve(entry.get("cve"))
        for said in _said(entry, meant, counted):
            together_[said] += [number] if number else []
    for said, numbers in together_.items():
        yield Statement(
            head.source,
            head.identity,
            said.vendor,
            said.product,
            said.status,
            tuple(sorted(set(numbers))),
            said.versions.spans,
            said.versions.every,
            said.versions.unread,
            head.title,
            head.url,
            day_of(head.updated),
            said.distribution,
            said.remedies,
            head.by,
            None,
            said.reason,
        )


def _unstated(
    entries: list[Mapping[str, Any]], tree: Mapping[str, Any], meant: Mapping[str, Meant]
) -> set[tuple[str, str]]:
    """Return the products of the tree that no vulnerability speaks of, and that are no part or base of another."""
    ids = {
        identity
        for entry in entries
        for listed in foreign.table(entry.get("product_status")).values()
        for identity in foreign.texts(listed)
    }
    for relation in foreign.tables(tree.get("relationships")):
        ids |= {foreign.text(relation.get(f"{kind}product_reference")) for kind in ("", "relates_to_")}
    spoken = {(one.vendor, one.product) for identity, one in meant.items() if identity in ids}
    return {(one.vendor, one.product) for one in meant.values()} - spoken


def _said(entry: Mapping[str, Any], meant: Mapping[str, Meant], counted: _Counted) -> Iterator[_Said]:
    """Yield what an entry says of each product: all ids with the same fate and remedies together."""
    remedies, reasons = _remedies(entry, counted), _reasons(entry, counted)
    groups: dict[tuple[Any, ...], list[Versions]] = defaultdict(list)
    for group, ids in foreign.table(entry.get("product_status")).items():
        status = _STATES.get(group)
        if status is None:
            counted.part("recommended" if group == "recommended" else "unknown-status")
            continue
        for identity in foreign.texts(ids):
            one = meant.get(identity)
            if one is None or not any(sign.isalnum() for sign in one.product):
                counted.part("unknown-product")
                continue
            inside = one.within if one.part else ""
            why = reasons.get(identity, "") if one.part or not one.within else f"only with {one.within}"
            told = tuple(dict.fromkeys((*remedies.get("", ()), *remedies.get(identity, ()))))
            key = (one.vendor, one.product, status, inside, told if status == "affected" else (), why)
            groups[key].append(_edged(group, one.versions))
    for (vendor, product, status, inside, told, why), versions in groups.items():
        yield _Said(vendor, product, status, together(versions), inside, told, why)


def _edged(group: str, versions: Versions) -> Versions:
    """Return versions; of the first or last affected one, that more are meant is told unread."""
    if group not in _EDGES or not versions.spans:
        return versions
    return versions.plus(Versions(unread=(_EDGES[group].format(versions.spans[0].first or versions.spans[0].last),)))


def _remedies(entry: Mapping[str, Any], counted: _Counted) -> dict[str, tuple[tuple[Remedy, str], ...]]:
    """Return remedies by product id; those under «» are for all products of the entry."""
    found: dict[str, list[tuple[Remedy, str]]] = defaultdict(list)
    for one in foreign.tables(entry.get("remediations")):
        kind = foreign.text(one.get("category"))
        if kind not in _REMEDIES:
            counted.part("unknown-remedy")
            continue
        details = foreign.text(one.get("details"), foreign.SENTENCE)
        of_all = not (foreign.items(one.get("product_ids")) or foreign.items(one.get("group_ids")))
        for identity in ("",) if of_all else counted.ids(one):
            found[identity].append((kind, details))  # type: ignore[arg-type]  # just looked up among them
    return {identity: tuple(told) for identity, told in found.items()}


def _reasons(entry: Mapping[str, Any], counted: _Counted) -> dict[str, str]:
    """Return by product id why it is not affected: the justification of a flag, and the impact in words."""
    found: dict[str, list[str]] = defaultdict(list)
    for flag in foreign.tables(entry.get("flags")):
        for identity in counted.ids(flag):
            found[identity].append(foreign.text(flag.get("label")).replace("_", " "))
    for threat in foreign.tables(entry.get("threats")):
        if foreign.text(threat.get("category")) == "impact":
            for identity in counted.ids(threat):
                found[identity].append(foreign.text(threat.get("details"), foreign.SENTENCE))
    return {identity: ": ".join(dict.fromkeys(told)) for identity, told in found.items()}


def _weaknesses(entries: list[Mapping[str, Any]]) -> Iterator[Weakness]:
    for entry in entries:
        number = foreign.cve(entry.get("cve"))
        best: Scored | None = newest(
            foreign.table(one.get(kind))
            for one in foreign.tables(entry.get("scores"))
            for kind in ("cvss_v4", "cvss_v3", "cvss_v2")
        )
        summary = next((foreign.text(n.get("text"), foreign.SENTENCE) for n in _descriptions(entry)), "")
        summary = summary or foreign.text(entry.get("title"), foreign.SENTENCE)
        if number and (best or summary):
            yield Weakness(number, best.score if best else None, best.vector if best else "", summary=summary)


def _descriptions(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in ("summary", "description"):
        yield from (n for n in foreign.tables(entry.get("notes")) if foreign.text(n.get("category")) == kind)
