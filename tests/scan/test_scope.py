from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.errors import ScopeError
from sentinel.scan.addresses import span
from sentinel.scan.scope import Grant, HeldBack
from tests.scan.scopes import OPEN, clinical

SCOPE = clinical("10.0.0.7", "10.0.0.8")
GRANT = next(grant for grant in SCOPE.hosts[0].grants if grant.probe == "dicom")


def test_what_is_listed_may_be_asked_while_a_window_is_open() -> None:
    assert SCOPE.refusal(GRANT, OPEN) == ""


def test_each_reason_is_looked_at_anew_and_does_not_lean_on_the_compiler() -> None:
    barred = replace(SCOPE, barred=(span("10.0.0.7"),))
    fence = replace(SCOPE.networks["radiologi"], spans=(span("10.9.0.0/24"),))
    for scope, told in (
        (replace(SCOPE, hosts=()), "the scope does not list it"),
        (barred, "excluded or on the list of what is never probed"),
        (replace(SCOPE, networks={}), "its network sends nothing"),
        (replace(SCOPE, networks={"radiologi": fence}), "it lies outside its network"),
        (replace(SCOPE, signed_by=""), "is not signed by a trusted key"),
        (replace(SCOPE, windows=()), "no window"),
        (replace(SCOPE, over=OPEN), "has expired"),
    ):
        assert told in scope.refusal(GRANT, OPEN), told


def test_a_window_closes_at_its_end() -> None:
    end = SCOPE.windows[0].end

    assert SCOPE.refusal(GRANT, end - timedelta(seconds=1)) == ""
    assert "no window" in SCOPE.refusal(GRANT, end)


def test_hosts_and_single_probes_can_be_taken_out_and_never_put_in() -> None:
    less = SCOPE.without([HeldBack("10.0.0.7", "fragile"), HeldBack("10.0.0.8", "fragile", "dicom")])

    assert [host.address for host in less.hosts] == ["10.0.0.8"]
    assert {grant.probe for grant in less.granted} == {"health"}
    assert less.granted < SCOPE.granted
    assert [held.address for held in less.held_back] == ["10.0.0.7", "10.0.0.8"]


@pytest.mark.parametrize("wrong", [{"port": 9100}, {"name": "a b"}, {"path": "/x y"}, {"ae_title": "A\\B"}])
def test_a_grant_that_no_scope_can_give_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ScopeError):
        replace(GRANT, **wrong)  # type: ignore[arg-type]  # one of these at a time


def test_devices_of_no_known_make_are_their_own_or_all_alike() -> None:
    assert SCOPE.hosts[0].alike == SCOPE.hosts[1].alike == "unknown"
    assert replace(SCOPE.hosts[0], kind="").alike == "10.0.0.7"
    assert isinstance(GRANT, Grant)
