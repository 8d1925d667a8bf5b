from __future__ import annotations

import json

from sentinel.elastic.needs import COMMANDS, ROLES, asked, lacking
from tests.shared import ROOT


def test_the_roles_that_are_shipped_are_what_commands_need() -> None:
    shipped = json.loads((ROOT / "docs" / "elasticsearch-roles.json").read_text(encoding="utf-8"))

    assert shipped == {name: need.role() for name, need in ROLES.items()}
    assert set(COMMANDS.values()) == ROLES.keys()


def test_what_is_not_confirmed_is_lacking() -> None:
    watch = ROLES["sentinel-watch"]
    (names,) = watch.indices
    held = {"cluster": {"monitor": True}, "index": {names: {"read": True, "view_index_metadata": False}}}

    assert list(lacking(watch, held)) == [f"view_index_metadata on {names}"]
    assert list(lacking(watch, {"cluster": {}, "index": {}})) == [
        "cluster monitor",
        f"read on {names}",
        f"view_index_metadata on {names}",
    ]


def test_one_request_asks_for_all() -> None:
    assert {one["names"][0] for one in asked()["index"]} == {names for need in ROLES.values() for names in need.indices}
    assert asked()["cluster"] == ["manage_index_templates", "monitor"]
