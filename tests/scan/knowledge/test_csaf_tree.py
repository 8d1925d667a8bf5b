from __future__ import annotations

from typing import Any

from sentinel.model.knowledge import Span
from sentinel.scan.knowledge.csaf_tree import Meant, products
from sentinel.scan.knowledge.ranges import Versions
from tests.scan.knowledge.samples import branch, product


def tree(*branches: dict[str, Any], **more: Any) -> dict[str, Meant]:  # noqa: ANN401 -- JSON
    return products({"branches": list(branches), **more})


def versions(*leaves: dict[str, Any]) -> list[Versions]:
    return [one.versions for one in tree(branch("vendor", "V", branch("product_name", "P", *leaves))).values()]


def test_branches_of_makers_products_and_versions() -> None:
    found = tree(
        branch(
            "vendor",
            "Lyngvik",
            branch(
                "product_family",
                "Pumps",
                branch(
                    "product_name",
                    "Pump 3",
                    branch("product_version", "3.0", product=product("A", "Pump 3 3.0")),
                    branch("architecture", "arm", branch("product_version", "3.1", product=product("B", "Pump 3 3.1"))),
                ),
                branch("product_version", "1.0", product=product("C", "Pump 1.0")),
            ),
        )
    )

    assert {key: (one.vendor, one.product, one.versions.spans) for key, one in found.items()} == {
        "A": ("Lyngvik", "Pump 3", (Span("3.0", "3.0"),)),
        "B": ("Lyngvik", "Pump 3", (Span("3.1", "3.1"),)),
        "C": ("Lyngvik", "Pumps", (Span("1.0", "1.0"),)),
    }


def test_versions_of_every_kind_of_leaf() -> None:
    cpe = "cpe:2.3:a:v:p:2.0:*:*:*:*:*:*:*"

    assert versions(
        branch("product_version_range", "vers:all/*", product=product("1", "x")),
        branch("product_version_range", "up to 4.3", product=product("2", "x")),
        branch("product_version", "4.3", branch("patch_level", "SP 1", product=product("3", "x"))),
        branch("architecture", "arm", product=product("4", "x", cpe=cpe)),
        branch("architecture", "arm", product=product("5", "x", purl="pkg:rpm/v/p@2.0-1.el9")),
        branch("architecture", "arm", product=product("6", "P < V4.5")),
    ) == [
        Versions(every=True),
        Versions(unread=("up to 4.3",)),
        Versions(unread=("4.3 SP 1",)),
        Versions((Span("2.0", "2.0"),)),
        Versions((Span("2.0-1.el9", "2.0-1.el9", "", "rpm"),)),
        Versions(unread=("P < V4.5",)),
    ]


def test_products_without_branches_are_named_by_their_other_names() -> None:
    found = tree(
        full_product_names=[
            product("A", "Whole name", cpe="cpe:2.3:a:lyngvik:pump_3:2.0:*:*:*:*:*:*:*"),
            product("B", "Whole name", purl="pkg:deb/debian/openssl@3.0-1"),
            product("C", "Whole name"),
            {"product_id": "", "name": "nobody"},
        ]
    )

    assert {key: (one.vendor, one.product) for key, one in found.items()} == {
        "A": ("lyngvik", "pump_3"),
        "B": ("", "openssl"),
        "C": ("", "Whole name"),
    }


def test_parts_of_products_and_what_runs_on_them() -> None:
    relations = [
        {
            "category": kind,
            "product_reference": "part",
            "relates_to_product_reference": base,
            "full_product_name": product(kind, "x"),
        }
        for kind, base in (("default_component_of", "base"), ("installed_on", "base"), ("installed_with", "gone"))
    ]
    found = tree(
        branch(
            "vendor",
            "Hat",
            branch("product_name", "OS", branch("product_version", "9", product=product("base", "OS 9"))),
            branch("product_version", "1.2-3", product=product("part", "tool-1.2-3", purl="pkg:rpm/hat/tool@1.2-3")),
        ),
        relationships=relations,
    )

    assert {key: (one.product, one.within, one.part) for key, one in found.items()} == {
        "base": ("OS", "", False),
        "part": ("tool", "", False),
        "default_component_of": ("tool", "OS 9", True),
        "installed_on": ("tool", "OS 9", False),
    }


def test_a_tree_deeper_than_any_is_left_where_it_is_deepest() -> None:
    leaf = branch("product_version", "1", product=product("A", "x"))
    for _ in range(500):
        leaf = branch("product_family", "f", leaf)

    assert tree(leaf) == {}
    assert products({"branches": 7, "relationships": {}, "full_product_names": "x"}) == {}
