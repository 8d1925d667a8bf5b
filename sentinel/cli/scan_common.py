"""What the commands of active scanning share: where the policy is, what a scan stands on, and how a scope is told."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import click

from sentinel.cli.options import Asked
from sentinel.cli.summary import say, say_all
from sentinel.model.text import counted
from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import Plan
from sentinel.scan.scope import HEALTH, Scope
from sentinel.scanning import BARS, Ground
from sentinel.settings import resolve

POLICY = click.option(
    "--policy",
    metavar="DIR",
    help="The site's folder with keys/*.pub (who may sign) and do-not-probe.toml, which no scope file can lift.",
)
_SHOWN = 20


def ground_of(asked: Asked, policy: str | None, *, known: bool = True) -> Ground:
    """Return what a scan stands on; `known`: with what the store knows of devices, to leave the fragile ones alone."""
    folder = Path(resolve({"policy": policy}, os.environ).policy.value)
    assets = tuple(asked.open_store().assets()) if known else ()
    if known and not (folder / BARS).exists():
        say(f"{folder} has no {BARS}: only the scope file says what is never probed")
    return Ground(asked.content_folder(), folder, OFFERED, assets)


def say_scope(scope: Scope) -> None:
    """Tell what a scope allows, and what it leaves alone."""
    grants = sum(grant.probe != HEALTH for grant in scope.granted)
    say(f"scope {scope.label} of {scope.owner}: {counted(len(scope.hosts), 'host')}, {counted(grants, 'probe')}")
    say_all(f"{name} is {', '.join(found)}" for name, found in scope.pinned.items())
    say(f"signed by {scope.signed_by}" if scope.signed_by else "not signed: it can be planned, and not run")
    say_held(scope)


def say_held(scope: Scope) -> None:
    """Tell which listed hosts are left alone and why; many with one reason as a number."""
    reasons = Counter(held.reason for held in scope.held_back)
    if len(scope.held_back) > _SHOWN:
        say_all(f"left alone: {counted(number, 'host')}: {why}" for why, number in reasons.most_common(_SHOWN))
        return
    say_all(
        f"left alone: {held.address}{f' ({held.probe})' if held.probe else ''}: {held.reason}"
        for held in scope.held_back
    )


def say_plan(plan: Plan) -> None:
    """Tell what a plan adds up to."""
    steps = sum(len(host.steps) for host in plan.hosts)
    hosts = counted(len(plan.hosts), "host")
    all_of = ((one.call.grant.network, one.step.probe.name, one.call.source) for one in plan.calls)
    say_all(f"all of {network} are asked once by {probe}, from {source}" for network, probe, source in all_of)
    say(f"{hosts}, {counted(steps, 'step')}, {counted(plan.packets, 'packet')} when all answer; plan {plan.hash}")
    say_all(f"left out: {address}: {why}" for address, why in plan.cut)
