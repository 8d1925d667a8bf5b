"""`sentinel scan scope`: check a scope file, sign it, see who signed it, and make the keys for that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sentinel import scanning, signing
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.scan_common import POLICY, ground_of, say_scope
from sentinel.cli.summary import say
from sentinel.cli.writing import save
from sentinel.scan.guard import guard as rules
from sentinel.scan.scope_file import signature_path
from sentinel.scan.wire import resolve

NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def scope() -> None:
    """Check, sign and verify the file that says what may be sent, where and when."""


@scope.command(epilog="Example: sentinel scan scope check examples/scan/scope.toml")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@asks("store", "content")
def check(asked: Asked, scope_file: Path, policy: str | None) -> int:
    """Tell every fault of a scope file at once, each with its line, and what it would allow. Sends nothing."""
    say_scope(scanning.prepare(scope_file, ground_of(asked, policy), resolve))
    return asked.exit_code(())


@scope.command(epilog="Example: sentinel scan scope sign scope.toml --key ~/.sentinel/kari.key")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@click.option("--key", required=True, type=FILES, help="File with the private key; others must not be able to read it.")
@POLICY
@asks("store", "content")
def sign(asked: Asked, scope_file: Path, key: Path, policy: str | None) -> int:
    """Sign a scope file that has no faults; the signature goes beside it, as SCOPE.toml.sig."""
    ground = ground_of(asked, policy)
    scanning.prepare(scope_file, ground, resolve, signature=False)
    signature = signing.sign(scope_file.read_bytes(), key, datetime.now(UTC))
    save(signature_path(scope_file), [signature.text()])
    say(f"signed with key {signature.key}")
    return asked.exit_code(())


@scope.command(epilog="Example: sentinel scan scope verify scope.toml --policy /etc/sentinel")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@asks("content")
def verify(asked: Asked, scope_file: Path, policy: str | None) -> int:
    """Say which trusted key signed these very bytes; exit 2 where none did."""
    ground = ground_of(asked, policy, known=False)
    say(f"signed by {scanning.signed_by(scope_file.read_bytes(), scope_file, ground.policy)}")
    return asked.exit_code(())


@scope.command(epilog="Example: sentinel scan scope guard scope.toml > guard.nft")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@asks("store", "content")
def guard(asked: Asked, scope_file: Path, policy: str | None) -> int:
    """Print firewall rules (nftables) that are the scope once more, for a network namespace of the scan's own."""
    for line in rules(scanning.prepare(scope_file, ground_of(asked, policy), resolve)):
        click.echo(line)
    return asked.exit_code(())


@scope.command(epilog="Example: sentinel scan scope keygen kari.key")
@click.argument("private", metavar="KEY", type=NEW_FILE)
def keygen(private: Path) -> None:
    """Make a pair of keys: KEY, which only you can read, and KEY.pub for the folder `keys` of the site's policy."""
    public = private.with_name(private.name + ".pub")
    say(f"made {private} and {public}: key {signing.make_keys(private, public)}")
