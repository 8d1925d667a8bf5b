"""`sentinel scan plan|run|verify-log`: what would be sent, sending it, and proving afterwards what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Any

import click

from sentinel import flows, scanning
from sentinel.cli.app import ExitCode
from sentinel.cli.known import known, say_judged, severities
from sentinel.cli.listing import ASSETS, FINDINGS
from sentinel.cli.options import FILES, OPERATOR, WORDS, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.scan_common import POLICY, ground_of, say_plan, say_scope
from sentinel.cli.summary import say, say_all
from sentinel.cli.writing import must_be_free, save
from sentinel.errors import ContentError, ScopeError
from sentinel.journeys import Scanned
from sentinel.model.records import record_of
from sentinel.model.scans import LogEntry
from sentinel.model.text import counted
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.plan import records_of
from sentinel.scan.probelog import Verified, read_log, unfinished
from sentinel.scan.scope_file import FenceUse
from sentinel.scan.stops import told
from sentinel.scan.wire import resolve
from sentinel.scan.workers.start import start_worker
from sentinel.share.cef import cef_lines

STEPS = (
    Column("#", lambda step: str(step["order"] or "–")),
    Column("address", lambda step: step["address"]),
    Column("port", lambda step: f"{step['transport']}/{step['port']}" if step["port"] else ""),
    Column("probe", lambda step: step["probe"]),
    Column("packets", lambda step: str(step["packets"])),
    Column("at most", lambda step: str(step["most"])),
    Column("first message", lambda step: step["first"] or step["reason"], grow=True),
)
ENTRIES = (
    Column("n", lambda entry: str(entry["n"])),
    Column("time (UTC)", lambda entry: entry["time"][:19]),
    Column("kind", lambda entry: entry["kind"]),
    Column("target", lambda entry: f"{entry['facts'].get('address', '')} {entry['facts'].get('port', '')}".strip()),
    Column("probe", lambda entry: str(entry["facts"].get("probe", ""))),
    Column("result", lambda entry: str(entry["facts"].get("result") or entry["facts"].get("why", "")), grow=True),
)
SEED = click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Order and pauses (default: by chance).")
RESUME = click.option(
    "--resume",
    metavar="NAME",
    type=WORDS,
    help="Who looked at what was stopped and lets it go on, as far as this scope lists it.",
)
SHOWN = click.Choice(["assets", "findings"])


@click.command(epilog="Example: sentinel scan plan examples/scan/scope.toml --format jsonl")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@SEED
@asks("store", "content", "form")
def plan(asked: Asked, scope_file: Path, policy: str | None, seed: int | None) -> int:
    """Print every message that would be sent, host by host, with its bytes and packets. Sends nothing."""
    ground = ground_of(asked, policy)
    scope = scanning.prepare(scope_file, ground, resolve)
    planned = scanning.plan(scope, ground, seed or 0)
    emit(map(record_of, records_of(planned)), STEPS, asked.form)
    say_scope(scope)
    say_all(told(ground.policy, scope))
    say_plan(planned)
    return ExitCode.PARTIAL if planned.cut else ExitCode.CLEAN


@click.command(epilog="Example: sentinel scan run scope.toml --log probes.jsonl --operator «Kari Nordmann»")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@SEED
@click.option("--log", "log", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Probe log; grows.")
@OPERATOR
@click.option("--only-plan", metavar="HASH", help="Send only if the plan is this one, as `scan plan` named it.")
@click.option("--stop-file", type=click.Path(path_type=Path), help="End as soon as this file exists.")
@RESUME
@click.option("--show", type=SHOWN, default="assets", show_default=True, help="What to print.")
@click.option("--save", "site", metavar="SITE", default="", help="Add the result to what is known of a site.")
@asks("store", "content", "form", "fail_on", "knowledge", "quiet")
def run(asked: Asked, scope_file: Path, policy: str | None, seed: int | None, only_plan: str | None, **how: Any) -> int:  # noqa: ANN401 -- click
    """Carry a signed scope out, gently, each probe in the log. Ctrl-C ends it; what was found is kept."""
    ground, show, site = _grounds(asked, policy), how.pop("show"), how["site"]
    chosen = SystemRandom().randrange(2**32) if seed is None else seed
    scope = scanning.with_secrets(scanning.prepare(scope_file, ground, resolve), scope_file)
    planned = scanning.plan(scope, ground, chosen)
    if only_plan and only_plan != planned.hash:
        raise ScopeError(f"the plan is {planned.hash}, not {only_plan}: something changed since; plan again")
    say_scope(scope)
    say_plan(planned)
    ran = scanning.run(planned, scanning.Order(seed=chosen, **how), ground, scanning.clock(), asked.progress.track)
    if site:
        ran = _kept(asked, ran, site, ground)
    return _told(asked, ran, show, partial=bool(planned.cut or any(held.known for held in scope.held_back)))


@click.command(epilog="Example: sentinel scan domain scope.toml lyngvik.example --log probes.jsonl --show findings")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@click.argument("names", metavar="[DOMAIN]...", nargs=-1)
@POLICY
@click.option("--log", "log", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Probe log; grows.")
@OPERATOR
@RESUME
@click.option("--show", type=SHOWN, default="findings", show_default=True, help="What to print.")
@click.option("--save", "site", metavar="SITE", default="", help="Add the result to what is known of a site.")
@asks("store", "content", "form", "fail_on", "quiet")
def domain(asked: Asked, scope_file: Path, names: tuple[str, ...], policy: str | None, show: str, **how: Any) -> int:  # noqa: ANN401 -- click
    """Look at what domains of ours publish for mail and names: SPF, DKIM, DMARC, MTA-STS, DNSSEC, dangling names.

    Only the resolvers that the scope file names are asked, about the domains that it lists (all where none is given).
    """
    ground, site = ground_of(asked, policy), how["site"]
    scope = scanning.prepare(scope_file, ground, resolve).of_domains(names)
    planned = scanning.plan(scope, ground, 0)
    say_plan(planned)
    ran = scanning.run(planned, scanning.Order(seed=0, **how), ground, scanning.clock(), asked.progress.track)
    if site:
        ran = _kept(asked, ran, site, ground)
    return _told(asked, ran, show, partial=bool(planned.cut))


@click.command("nmap", epilog="Example: sentinel scan nmap scope.toml --log probes.jsonl")
@click.argument("scope_file", metavar="SCOPE.toml", type=FILES)
@POLICY
@click.option("--log", "log", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Probe log; grows.")
@OPERATOR
@click.option("--stop-file", type=click.Path(path_type=Path), help="End as soon as this file exists.")
@RESUME
@click.option("--confined", is_flag=True, help="Only where the kernel can hold nmap to the scope (root and nftables).")
@click.option("--show", type=SHOWN, default="assets", show_default=True, help="What to print.")
@click.option("--save", "site", metavar="SITE", default="", help="Add the result to what is known of a site.")
@asks("store", "content", "form", "fail_on", "knowledge", "quiet")
def nmap(asked: Asked, scope_file: Path, policy: str | None, confined: bool, show: str, **how: Any) -> int:  # noqa: ANN401, FBT001 -- click
    """Let an installed nmap look which ports listed for `connect` are open. Only for it-gentle and lab.

    A few hosts at a time, which are watched in between; inside firewall rules of its own where they can be made.
    """
    ground = _grounds(asked, policy)
    scope = scanning.prepare(scope_file, ground, resolve)
    order = scanning.Order(seed=0, **how)
    fence: FenceUse = "required" if confined else "if-possible"
    with asked.progress.busy("nmap"):
        ran = scanning.run_nmap(scope, order, ground, scanning.clock(), start_worker, fence)
    if order.site:
        ran = _kept(asked, ran, order.site, ground)
    return _told(asked, ran, show, partial=any(held.known for held in scope.held_back))


@click.command("verify-log", epilog="Example: sentinel scan verify-log probes.jsonl --head 5f…")
@click.argument("log", type=FILES)
@click.option("--head", metavar="HASH", help="What the last run said its last line was: shows lines that were cut off.")
@click.option("--print", "shown", is_flag=True, help="Print the lines too (with --format).")
@click.option("--cef", type=click.Path(path_type=Path, dir_okay=False), help="Write the lines as CEF, for a SOC.")
@asks("form")
def verify_log(asked: Asked, log: Path, head: str | None, shown: bool, cef: Path | None) -> int:  # noqa: FBT001 -- click
    """Prove that nobody changed a probe log: exit 2 where somebody did, 3 where a crash tore a line."""
    must_be_free([str(cef) if cef else None], [log])
    seen = Verified()
    broken_off = unfinished(read_log(log, seen))
    if shown:
        emit(map(record_of, read_log(log, Verified())), ENTRIES, asked.form)
    if cef:
        save(cef, cef_lines(map(record_of, read_log(log, Verified()))))
    return _verdict(seen, broken_off, head)


def _grounds(asked: Asked, policy: str | None) -> scanning.Ground:
    """Return what a scan stands on, with the bundle that its results are judged by: opened before anything is sent."""
    return replace(ground_of(asked, policy), bundle=known(asked, policy=policy))


def _kept(asked: Asked, ran: scanning.Ran, site: str, ground: scanning.Ground) -> scanning.Ran:
    """Add what was found to what is known of a site; return it as it is known now."""
    today, content = datetime.now(UTC).astimezone().date(), asked.content_folder()
    dated = load_lifecycle(content).knowledge_date
    found = Scanned(ran.assets, ran.findings, (ran.source,), dated, judged=ran.judged, knowledge=ground.bundle)
    found = flows.keep_scan(site, today, found, content, asked.open_store(), whole=False)
    return replace(ran, assets=found.assets, findings=found.findings, judged=found.judged)


def _told(asked: Asked, ran: scanning.Ran, show: str, *, partial: bool) -> int:
    """Print what was found, and tell what was not looked at and why."""
    if show == "assets":
        emit(map(record_of, ran.assets), ASSETS, asked.form)
    else:
        emit(map(record_of, ran.findings), FINDINGS, asked.form)
    say_all(ran.warnings)
    say_all(f"not asked: {counted(number, 'step')}: {why}" for why, number in sorted(ran.left.items()))
    say_all(ran.notes)
    if ran.source.silent:
        say(f"did not answer: {', '.join(ran.source.silent)}")
    if ran.killed:
        say(f"ended early: {ran.killed}")
    sent = f", {counted(ran.packets, 'packet')} sent" if ran.packets else ""
    say_judged(ran.judged)
    say(f"{counted(ran.source.handled, 'step')} done{sent}; the log ends with {ran.head}")
    if ran.interrupted:
        return ExitCode.INTERRUPTED
    missing = bool(partial or ran.left or ran.killed or ran.source.skipped or ran.warnings)
    return asked.exit_code(severities(ran.findings), partial=missing)


def _verdict(seen: Verified, broken_off: list[LogEntry], head: str | None) -> int:
    if seen.faults:
        raise ContentError(seen.faults)
    if head and head != seen.head:
        raise ScopeError(f"the log ends with {seen.head}, not {head}: lines were cut off or added since")
    say_all(map(str, seen.tears))
    say_all(f"begun and never ended: {one.facts['address']} port {one.facts['port']}, {one.time}" for one in broken_off)
    say(f"{counted(seen.entries, 'line')}, each follows the one before; the last is {seen.head}")
    return ExitCode.PARTIAL if seen.tears or broken_off else ExitCode.CLEAN
