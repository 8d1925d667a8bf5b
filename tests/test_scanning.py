from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel import scanning
from sentinel.content import root
from sentinel.errors import ContentError, ScopeError, SettingsError, SignatureError
from sentinel.model.assets import Asset
from sentinel.scan.gate import Clock
from sentinel.scan.offered import OFFERED
from sentinel.signing import make_keys, sign
from tests.scan.lines import serving
from tests.scan.scopes import OPEN, barred, head, network, target

MONITOR = Asset("1", ("127.0.0.1",), (), (), "patient_monitor", "", "", "", (), (), None, None)


def track(_label: str, items: Iterator[object]) -> Iterator[object]:
    return items


def ground(folder: Path, *known: Asset) -> scanning.Ground:
    return scanning.Ground(root(), folder / "policy", OFFERED, known)


def clock() -> Clock:
    return Clock(lambda: OPEN, scanning.clock().steady)


def written(folder: Path, port: int, more: str = "", *, signed: bool = True) -> Path:
    """Write a signed scope of type lab over one port of loopback."""
    path = folder / "scope.toml"
    path.write_text(
        head("lab")
        + network("lab", "lab", "127.0.0.0/24")
        + target("lab", ["127.0.0.1"], f"{{connect = [{port}]}}")
        + more
    )
    if not (folder / "kari.key").exists():
        (folder / "policy" / "keys").mkdir(parents=True)
        make_keys(folder / "kari.key", folder / "policy" / "keys" / "kari.pub")
    if signed:
        (folder / "scope.toml.sig").write_text(sign(path.read_bytes(), folder / "kari.key", OPEN).text())
    return path


def ran(folder: Path, path: Path, **how: object) -> scanning.Ran:
    stands = ground(folder)
    planned = scanning.plan(scanning.prepare(path, stands, list), stands, 1)
    order = scanning.Order("kari", folder / "p.jsonl", 1)
    return scanning.run(planned, replace(order, **how), stands, clock(), track)  # type: ignore[arg-type]  # by name


def kinds(folder: Path) -> list[str]:
    return [json.loads(line)["kind"] for line in (folder / "p.jsonl").read_text().splitlines()]


def test_a_signed_scope_is_carried_out_and_becomes_assets(tmp_path: Path) -> None:
    with serving(lambda connection: connection.recv(1)) as (port, _):  # type: ignore[arg-type]  # nothing comes
        found = ran(tmp_path, written(tmp_path, port))

    assert found.source.handled == 1
    assert (found.left, found.killed, found.interrupted) == ({}, "", False)
    assert kinds(tmp_path) == ["run", "begun", "probe", "end"]
    first = json.loads((tmp_path / "p.jsonl").read_text().splitlines()[0])["facts"]
    assert (first["operator"], first["scope"]) == ("kari", "lyngvik/1")
    assert first["signed_by"].startswith("kari (")


def test_a_closed_port_is_asked_and_its_machine_is_not_called_silent(tmp_path: Path) -> None:
    found = ran(tmp_path, written(tmp_path, 1))

    assert (found.assets, found.source.handled, found.source.silent, found.packets) == ((), 1, (), 1)


def test_what_nobody_signed_is_planned_and_not_run(tmp_path: Path) -> None:
    path = written(tmp_path, 1, signed=False)

    assert scanning.plan(scanning.prepare(path, ground(tmp_path), list), ground(tmp_path), 1).packets == 4
    with pytest.raises(ScopeError, match="is not signed by a trusted key"):
        ran(tmp_path, path)
    assert not (tmp_path / "p.jsonl").exists()


def test_a_signature_that_does_not_hold_stops_even_the_plan(tmp_path: Path) -> None:
    path = written(tmp_path, 1)
    path.write_text(path.read_text() + "\n")

    with pytest.raises(SignatureError, match="over other bytes"):
        scanning.prepare(path, ground(tmp_path), list)
    assert scanning.prepare(path, ground(tmp_path), list, signature=False).signed_by == ""


def test_the_list_of_the_site_stands_above_every_scope(tmp_path: Path) -> None:
    path = written(tmp_path, 1)
    (tmp_path / "policy" / scanning.BARS).write_text(
        'schema = "sentinel.donotprobe/1"\n' + barred("do_not_probe", "127.0.0.0/8")
    )

    scope = scanning.prepare(path, ground(tmp_path), list)
    assert (scope.hosts, [held.reason for held in scope.held_back]) == ((), ["never probed: intensiv"])
    (tmp_path / "policy" / scanning.BARS).write_text("allow = 1")
    with pytest.raises(ContentError, match=scanning.BARS):
        scanning.prepare(path, ground(tmp_path), list)


def test_what_the_inventory_knows_to_be_fragile_is_left_alone(tmp_path: Path) -> None:
    text = head() + network("r", "clinical-gentle", "127.0.0.0/24") + target("r", ["127.0.0.1", "127.0.0.2"])
    (tmp_path / "s.toml").write_text(text)

    scope = scanning.prepare(tmp_path / "s.toml", ground(tmp_path, MONITOR), list)
    assert [host.address for host in scope.hosts] == ["127.0.0.2"]


def test_secrets_are_read_from_files_that_nobody_else_can_read(tmp_path: Path) -> None:
    text = head().replace("[[approvals]]", 'secrets = {snmp_community = "community"}\n[[approvals]]', 1)
    path = tmp_path / "s.toml"
    path.write_text(text + network("r", "clinical-gentle", "127.0.0.0/24"))
    scope = scanning.prepare(path, ground(tmp_path), list)
    secret = tmp_path / "community"

    assert scope.caller.secrets == {}
    with pytest.raises(SettingsError, match="cannot be read"):
        scanning.with_secrets(scope, path)
    for content, mode, told in (
        (b"x", 0o644, "others can read this secret"),
        (b"", 0o600, "between 1 and"),
        (b"\xff", 0o600, "plain text"),
    ):
        secret.write_bytes(content)
        secret.chmod(mode)
        with pytest.raises(SettingsError, match=told):
            scanning.with_secrets(scope, path)
    secret.write_bytes(b"lyngvik\n")
    assert scanning.with_secrets(scope, path).caller.secrets == {"snmp_community": "lyngvik"}


def test_outside_its_windows_a_plan_is_not_begun(tmp_path: Path) -> None:
    path, stands = written(tmp_path, 1), ground(tmp_path)
    planned = scanning.plan(scanning.prepare(path, stands, list), stands, 1)
    late = Clock(lambda: OPEN + timedelta(days=3), clock().steady)

    with pytest.raises(ScopeError, match="no window"):
        scanning.run(planned, scanning.Order("kari", tmp_path / "p.jsonl", 1), stands, late, track)  # type: ignore[arg-type]  # it only passes on
    assert not (tmp_path / "p.jsonl").exists()


def test_a_stop_file_that_is_there_lets_nothing_begin(tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    found = ran(tmp_path, written(tmp_path, 1), stop_file=tmp_path / "stop")

    assert (found.packets, found.source.skipped) == (0, {"not-asked": 1})
    assert "the stop file" in found.killed
    assert kinds(tmp_path) == ["run", "end"]


def test_a_fault_in_the_knowledge_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    path, stands = written(tmp_path, 1), ground(tmp_path)
    planned = scanning.plan(scanning.prepare(path, stands, list), stands, 1)
    shutil.copytree(root() / "scanners", tmp_path / "content" / "scanners")
    (tmp_path / "content" / "scanners" / "checks" / "network.yml").write_text("id: x")
    broken = replace(stands, content=tmp_path / "content")

    with pytest.raises(ContentError):
        scanning.run(planned, scanning.Order("kari", tmp_path / "p.jsonl", 1), broken, clock(), track)  # type: ignore[arg-type]  # passes on
    assert not (tmp_path / "p.jsonl").exists()
