from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.scan.scopes import head, network, target
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "scan" / "scope.toml"


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "policy"
    (folder / "keys").mkdir(parents=True)
    monkeypatch.setenv("SENTINEL_POLICY", str(folder))
    return folder


def test_the_example_has_no_faults_and_says_what_it_leaves_alone(run: Run, policy: Path) -> None:
    done = run("scan", "scope", "check", EXAMPLE)

    assert done.exit_code == 0, done.stderr
    assert "16 hosts" in done.stderr
    assert "left alone: 10.20.40.20: never probed: Rørpost" in done.stderr
    assert "not signed: it can be planned, and not run" in done.stderr
    assert list(policy.rglob("*.pub")) == []


def test_the_example_of_a_list_is_taken_as_it_stands(run: Run, policy: Path) -> None:
    (policy / "do-not-probe.toml").write_text(
        (EXAMPLE.parent / "do-not-probe.toml").read_text().replace("10.20.50.0/24", "10.20.30.0/24")
    )

    assert (
        "left alone: 10.20.30.21: never probed: Intensiv og operasjon" in run("scan", "scope", "check", EXAMPLE).stderr
    )


@pytest.mark.usefixtures("policy")
def test_faults_are_told_with_their_lines_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scope.toml"
    path.write_text(
        EXAMPLE.read_text().replace("revision = 1", "revision = 1\nlevl = 2").replace('"it-gentle"', '"rough"')
    )

    done = run("scan", "scope", "check", path)
    lines = [line.rpartition("scope.toml:")[2] for line in done.stderr.splitlines() if "scope.toml:" in line]
    assert done.exit_code == 2
    assert [line.split(":")[1].strip() for line in lines] == ["unknown key 'levl'", "networks.1.profile"]


def test_a_scope_is_signed_and_verified(run: Run, policy: Path, tmp_path: Path) -> None:
    scope, key = tmp_path / "scope.toml", tmp_path / "kari.key"
    scope.write_text(EXAMPLE.read_text())

    assert run("scan", "scope", "keygen", key).exit_code == 0
    assert run("scan", "scope", "verify", scope).exit_code == 2
    assert run("scan", "scope", "sign", scope, "--key", key).exit_code == 0
    assert "is not trusted here" in run("scan", "scope", "verify", scope).stderr
    (tmp_path / "kari.key.pub").rename(policy / "keys" / "kari.pub")
    assert "signed by kari (" in run("scan", "scope", "verify", scope).stderr
    assert "signed by kari (" in run("scan", "scope", "check", scope).stderr
    scope.write_text(scope.read_text().replace("10.20.30.22", "10.20.30.23"))
    changed = run("scan", "scope", "verify", scope)
    assert (changed.exit_code, changed.stderr.count("\n")) == (2, 1)
    assert "over other bytes" in changed.stderr


@pytest.mark.usefixtures("policy")
def test_a_scope_with_faults_is_not_signed(run: Run, tmp_path: Path) -> None:
    scope, key = tmp_path / "scope.toml", tmp_path / "kari.key"
    scope.write_text(head() + network("a", "clinical-gentle", "10.0.0.0/24") + target("a", ["11.0.0.1"]))
    run("scan", "scope", "keygen", key)

    done = run("scan", "scope", "sign", scope, "--key", key)
    assert done.exit_code == 2
    assert "lies outside network 'a'" in done.stderr
    assert not (tmp_path / "scope.toml.sig").exists()


@pytest.mark.usefixtures("policy")
def test_a_scope_comes_as_firewall_rules_too(run: Run) -> None:
    done = run("scan", "scope", "guard", EXAMPLE)

    assert done.exit_code == 0
    assert "10.20.30.22 . tcp . 104" in done.stdout
    assert "10.20.40.20" not in done.stdout


def test_a_key_is_never_written_over(run: Run, tmp_path: Path) -> None:
    run("scan", "scope", "keygen", tmp_path / "a.key")
    before = (tmp_path / "a.key").read_bytes()

    assert run("scan", "scope", "keygen", tmp_path / "a.key").exit_code == 2
    assert (tmp_path / "a.key").read_bytes() == before
