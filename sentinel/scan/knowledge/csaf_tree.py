"""The product tree of a CSAF 2.0 document (3.2.2): which product and which versions each product id stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.cpe import Cpe, Package, parse_cpe, parse_purl
from sentinel.scan.knowledge.ranges import Versions, exact, read_range

MOST_PRODUCTS = 200_000
DEEPEST = 30
_MORE = frozenset({"patch_level", "service_pack", "legacy", "specification"})
_SCHEMES = {"rpm": "rpm", "deb": "deb", "apk": "alpine", "maven": "maven", "npm": "semver", "golang": "semver"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What a product id stands for. `within` names the product that it is a part of, or runs on."""

    vendor: str
    product: str
    versions: Versions
    within: str = ""
    part: bool = False


Path = tuple[tuple[str, str], ...]


def products(tree: Mapping[str, Any]) -> dict[str, Meant]:
    """Return what each product id stands for; an id that is told twice keeps what was told first."""
    found: dict[str, Meant] = {}
    listed = [((), one) for one in foreign.tables(tree.get("full_product_names"))]
    for path, product in (*listed, *_leaves(tree)):
        identity = foreign.text(product.get("product_id"))
        if identity and len(found) < MOST_PRODUCTS:
            found.setdefault(identity, _meant(path, product))
    for relation in foreign.tables(tree.get("relationships")):
        _relate(relation, found)
    return found


def _leaves(tree: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the products of all branches with the way there; without recursion: the depth is the writer's."""
    waiting: list[tuple[Path, Mapping[str, Any]]] = []
    waiting += [((), one) for one in foreign.tables(tree.get("branches"))][::-1]
    while waiting:
        above, branch = waiting.pop()
        path = (*above, (foreign.text(branch.get("category")), foreign.text(branch.get("name"))))
        if isinstance(branch.get("product"), dict):
            yield path, branch["product"]
        if len(path) < DEEPEST:
            waiting += [(path, one) for one in foreign.tables(branch.get("branches"))][::-1]


def _meant(path: Path, product: Mapping[str, Any]) -> Meant:
    helper = foreign.table(product.get("product_identification_helper"))
    cpe = parse_cpe(foreign.text(helper.get("cpe"), foreign.SENTENCE))
    purl = parse_purl(foreign.text(helper.get("purl"), foreign.SENTENCE))
    vendor = _last(path, "vendor") or (cpe.vendor if cpe else "")
    name = _last(path, "product_name") or _last(path, "product_family") or (cpe.product if cpe else "")
    full = foreign.text(product.get("name"))
    return Meant(vendor, name or (purl.name if purl else full), _versions(path, cpe, purl, full))


def _versions(path: Path, cpe: Cpe | None, purl: Package | None, full: str) -> Versions:
    """Return which versions a product is: those of its branches, else of its other names, else its name unread."""
    version, told = _last(path, "product_version"), _last(path, "product_version_range")
    if more := [name for kind, name in path if kind in _MORE and name]:
        return Versions(unread=(" ".join([version or told, *more]).strip(),))
    if purl and purl.version and not told:
        return Versions((exact(purl.version, _SCHEMES.get(purl.kind, "generic")),))
    if version or told:
        return read_range(told or version)
    if cpe and cpe.release:
        return Versions((exact(cpe.release),))
    return Versions(unread=(full,)) if full else Versions()


def _last(path: Path, category: str) -> str:
    return next((name for kind, name in reversed(path) if kind == category), "")


def _relate(relation: Mapping[str, Any], found: dict[str, Meant]) -> None:
    """Add a product that is another one as part of a third, or on it."""
    whole = foreign.table(relation.get("full_product_name"))
    identity = foreign.text(whole.get("product_id"))
    part = found.get(foreign.text(relation.get("product_reference")))
    base = found.get(foreign.text(relation.get("relates_to_product_reference")))
    if not (identity and part and base) or len(found) >= MOST_PRODUCTS:
        return
    kind = foreign.text(relation.get("category"))
    found.setdefault(identity, replace(part, within=_called(base), part=kind.endswith("_component_of")))


def _called(base: Meant) -> str:
    versions = [span.first for span in base.versions.spans if span.first and span.first == span.last]
    versions = versions or [text for text in base.versions.unread if text != base.product]
    return " ".join([base.product, *versions[:1]]) if base.product not in versions[:1] else versions[0]
