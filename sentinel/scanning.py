"""Active scanning as one journey: scope file → compiled scope → plan → what came of it → assets and findings.

Beside flows, so that nobody who only listens ever loads what can send.
"""

from __future__ import annotations

import stat
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from signal import SIGINT, SIGTERM, signal
from threading import current_thread, main_thread

from sentinel import __version__
from sentinel.content import relative
from sentinel.errors import ScopeError, SettingsError
from sentinel.model.assets import Asset, Finding, Observation
from sentinel.model.judged import Judged
from sentinel.model.knowledge import Knowledge as Bundle
from sentinel.model.result import ScanSource
from sentinel.model.scans import LogEntry
from sentinel.model.skipped import Tally
from sentinel.model.text import counted
from sentinel.model.track import Track
from sentinel.scan.budget import budget_of
from sentinel.scan.calling import call_all
from sentinel.scan.conduct import Conduct
from sentinel.scan.domain_assets import Seen, domains_seen, is_of_domain
from sentinel.scan.fingerprint import Fingerprints, load_fingerprints
from sentinel.scan.fragile import load_fragile, mind_the_fragile
from sentinel.scan.gate import Clock, Gate
from sentinel.scan.health import Health
from sentinel.scan.inventory import build
from sentinel.scan.judging import Grounds, judge_assets, load_grounds
from sentinel.scan.plan import Plan, make_plan
from sentinel.scan.probelog import ProbeLog, Verified, read_log
from sentinel.scan.probes.exchange import Probe
from sentinel.scan.probes.tls import session_facts
from sentinel.scan.profiles import load_profiles
from sentinel.scan.results import Gathered
from sentinel.scan.scope import Bar, Scope
from sentinel.scan.scope_compile import Resolve, Rules, compile_scope, read_bars
from sentinel.scan.scope_file import FenceUse, ScopeFile, signature_path
from sentinel.scan.segments import asked_before
from sentinel.scan.stops import STOPS, Stops, take_up
from sentinel.scan.survey import Survey
from sentinel.scan.wire import ask, ask_all
from sentinel.scan.workers.fence import Fence, FenceOf, fenced, no_fence, why_not
from sentinel.scan.workers.order import NmapOrder, orders
from sentinel.scan.workers.start import Start, ask_nmap
from sentinel.scan.workers.watched import Watched
from sentinel.settings import parse_toml
from sentinel.signing import read_signature, read_trusted, verify

BARS = "do-not-probe.toml"
KEYS = "keys"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAX_SECRET = 256


@dataclass(frozen=True, slots=True)
class Ground:
    """What a scan stands on: content, the site's policy folder, the probes there are, and what is known of devices."""

    content: Path
    policy: Path
    probes: Mapping[str, Probe]
    known: Sequence[Asset] = ()
    bundle: Bundle | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What results are judged by. It is read before anything is sent: a fault in it must not cost what was found."""

    fingerprints: Fingerprints
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Order:
    """Who runs a plan, where it is logged, and what ends it. `resume`: the person who lets what was stopped go on."""

    operator: str
    log: Path
    seed: int
    stop_file: Path | None = None
    resume: str | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run. `left`: why steps were not carried out, with their number; `head`: the log's last hash."""

    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    source: ScanSource
    left: Mapping[str, int]
    packets: int
    head: str
    killed: str
    interrupted: bool
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    judged: Judged = field(default_factory=lambda: Judged(()))


def prepare(path: Path, ground: Ground, resolve: Resolve, *, signature: bool = True) -> Scope:
    """Compile a scope file, see who signed it, and take out what is known to be fragile. Sends nothing to a device.

    ContentError with every fault of the file; SignatureError for a signature that does not hold, which is not looked at
    without `signature`. A file that nobody signed can be planned, and not run.
    """
    raw, name = _bytes_of(path), relative(path, Path.cwd())
    rules = Rules(load_profiles(ground.content), ground.probes, _policy_bars(ground.policy))
    scope = compile_scope(raw, name, rules, resolve)
    if signature and signature_path(path).exists():
        scope = replace(scope, signed_by=signed_by(raw, path, ground.policy))
    fingerprints = load_fingerprints(ground.content).rules
    return mind_the_fragile(scope, ground.known, load_fragile(ground.content), fingerprints, ground.probes)


def signed_by(raw: bytes, path: Path, policy: Path) -> str:
    """Return which trusted key signed these bytes; SignatureError, in its own words, for each way in which none did."""
    return verify(raw, read_signature(signature_path(path)), read_trusted(policy / KEYS))


def with_secrets(scope: Scope, path: Path) -> Scope:
    """Return the scope with its secrets read from the files that it names, which nobody else may be able to read."""
    file, _ = parse_toml(_bytes_of(path).decode("utf-8"), str(path), ScopeFile)
    secrets = {name: _secret(path.parent / where) for name, where in file.caller.secrets.items()}
    return replace(scope, caller=replace(scope.caller, secrets=secrets))


def plan(scope: Scope, ground: Ground, seed: int) -> Plan:
    """Plan what would be sent today, in the random order that a seed gives."""
    return make_plan(scope, ground.probes, Random(seed), _today())  # noqa: S311 -- an order, not a secret


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def run(planned: Plan, order: Order, ground: Ground, clock: Clock, track: Track) -> Ran:
    """Carry a plan out: every step through the gate and the wire, each in the log; then assets and findings."""
    if why := planned.scope.barrier(clock.now()):
        raise ScopeError(why)
    knowledge = _knowledge(ground)
    name = f"{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{order.seed:08x}"
    log = ProbeLog.open(order.log, name, clock.now)
    try:
        health, warnings, stops = _take_up(log, order, ground, planned.scope)
        budget = budget_of(planned.scope, Random(order.seed))  # noqa: S311 -- pauses
        gate = Gate(planned.scope, budget, health, log, clock, order.stop_file, stops)
        log.add("run", _about(planned, order))
        conduct = Conduct(planned, gate, lambda step: ask(step, planned.scope.caller, gate, session_facts))
        gathered = Gathered(planned.scope.label, clock.now)
        before = _asked_before(order.log, gathered) if planned.calls else ()
        calls = call_all(conduct, before, lambda one, over: ask_all(one, gate, over))
        with _interrupting(conduct):
            seen = list(gathered.take(track("Asking", chain(calls, conduct.run()))))
        log.add("end", _outcome(gathered, gate))
        return _noted(_judge(seen, gathered, conduct, knowledge, (order.site, *warnings)), stops)
    finally:
        log.close()


def _asked_before(log: Path, gathered: Gathered) -> tuple[LogEntry, ...]:
    """Return when segments were asked, as the log knows it, and note where it knows of no run but this."""
    runs = sum(entry.kind == "run" for entry in read_log(log, Verified()))
    gathered.forgetful = runs == 1
    return tuple(asked_before(read_log(log, Verified())))


def run_nmap(scope: Scope, order: Order, ground: Ground, clock: Clock, start: Start, fence: FenceUse) -> Ran:
    """Let nmap look which of the listed ports are open, where the profile allows it, a few hosts at a time.

    The hosts are looked at before and after, and those that suffer are left alone, as in any run. ScopeError where a
    fence is required and cannot be made.
    """
    calls, knowledge = list(orders(scope, clock.now())), _knowledge(ground)
    unfenced = why_not()
    if unfenced and (fence == "required" or scope.fence_required):
        raise ScopeError(f"nmap has to run inside a fence, and none can be made here: {unfenced}")
    log = ProbeLog.open(order.log, f"{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-nmap", clock.now)
    try:
        health, warnings, stops = _take_up(log, order, ground, scope)
        gate = Gate(scope, budget_of(scope, Random(order.seed)), health, log, clock, order.stop_file, stops)  # noqa: S311 -- pauses
        planned = Plan(scope, (), ())
        log.add("run", {**_about(planned, order), "nmap_calls": len(calls), "fence": unfenced or "nftables"})
        conduct = Conduct(planned, gate, lambda step: ask(step, scope.caller, gate, session_facts))
        tally = Tally(f"{scope.label} nmap")
        watched = Watched(conduct, partial(_one_call, conduct, tally, start, no_fence if unfenced else fenced))
        with _interrupting(conduct):
            seen = [replace(one, method="active") for one in watched.all(calls)]
        log.add("end", {"handled": tally.handled, "skipped": dict(tally.skipped), "killed": gate.why_killed})
        ran = _noted(_nmap_result(seen, watched, tally, knowledge, (order.site, *warnings)), stops)
        bare = f"nmap was not held to the scope by the kernel: {unfenced}"
        return replace(ran, notes=(*ran.notes, bare)) if unfenced and calls else ran
    finally:
        log.close()


def _one_call(
    conduct: Conduct, tally: Tally, start: Start, fence_of: FenceOf, call: NmapOrder
) -> tuple[list[Observation], int]:
    """Run one call of nmap, inside a fence of its own; return what it told, and how many packets the fence dropped."""
    fence = Fence("", 0)
    try:
        with fence_of(call) as fence:
            seen = list(ask_nmap(call, tally.source, tally, lambda order: start(order, fence.words, conduct.over)))
    except ScopeError as error:
        why = f"; the fence dropped {counted(fence.dropped, 'packet')}" if fence.dropped else ""
        raise ScopeError(f"{error}{why}") from error
    return seen, fence.dropped


@contextmanager
def _interrupting(conduct: Conduct) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the run in order, wherever they come; elsewhere than in the main thread none come."""
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal(number, lambda *_: conduct.interrupt()) for number in (SIGINT, SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler)


def _take_up(log: ProbeLog, order: Order, ground: Ground, scope: Scope) -> tuple[Health, list[str], Stops | None]:
    """Return the stops that still hold, what to tell of them, and where new ones are kept, if anything is sent."""
    if not scope.sends:
        return Health(), [], None
    stops = Stops(ground.policy / STOPS, order.log, log.run, log.now)
    return (*take_up(log, stops, scope, order.resume), stops)


def _noted(ran: Ran, stops: Stops | None) -> Ran:
    return replace(ran, notes=(*ran.notes, *stops.notes())) if stops else ran


def _about(planned: Plan, order: Order) -> dict[str, object]:
    scope = planned.scope
    return {
        "operator": order.operator,
        "engine": __version__,
        "scope": scope.label,
        "scope_sha256": scope.hash,
        "signed_by": scope.signed_by,
        "plan_sha256": planned.hash,
        "seed": order.seed,
        "caller": {"ae_title": scope.caller.ae_title, "contact": scope.caller.contact},
        "source": scope.source,
        "pinned": {name: list(found) for name, found in scope.pinned.items()},
        "hosts": len(planned.hosts),
        "segments_asked": len(planned.calls),
        "packets_planned": planned.packets,
    }


def _outcome(gathered: Gathered, gate: Gate) -> dict[str, object]:
    return {
        "asked": gathered.asked,
        "not_asked": gathered.left.total(),
        "packets": gathered.packets,
        "results": dict(gathered.results),
        "killed": gate.why_killed,
    }


def _nmap_result(
    seen: list[Observation], watched: Watched, tally: Tally, knowledge: Knowledge, told: tuple[str, ...]
) -> Ran:
    site, *warnings = told
    gate, scope = watched.conduct.gate, watched.conduct.plan.scope
    survey = Survey(tally.source, "import")
    assets, judged = _assets(survey.watch(seen), knowledge, scope, site)
    left = Counter({f"nmap told of something {reason}": number for reason, number in tally.skipped.items()})
    dropped = [f"the fence dropped {counted(watched.dropped, 'packet')} of nmap that nobody asked for"]
    blind = [f"not watched, for no port of theirs was open: {', '.join(watched.blind)}"]
    return Ran(
        assets=assets,
        findings=judged.findings,
        source=replace(survey.summary(tally), method="active"),
        left=left + watched.left,
        packets=watched.packets,
        head=gate.log.head,
        killed=gate.why_killed,
        interrupted=watched.conduct.interrupted,
        warnings=(*warnings, *(dropped if watched.dropped else ())),
        notes=(f"nmap itself could send at most {counted(watched.most, 'packet')}", *(blind if watched.blind else ())),
        judged=judged,
    )


def _apart(seen: Iterable[Observation]) -> tuple[list[Observation], list[Observation]]:
    """Return what is about devices, and what a resolver said of domains."""
    every = list(seen)
    return [one for one in every if not is_of_domain(one)], [one for one in every if is_of_domain(one)]


def _unseen(one: Seen) -> Iterator[str]:
    if one.unseen:
        yield f"{one.asset.names[0]}: could not look, the resolver did not say: {', '.join(one.unseen)}"


def _unasked(one: Seen) -> str:
    without = "".join(f"{name} (no selector is named), " for name in one.unasked)
    return f"{one.asset.names[0]}: not looked at: {without}the policy file of MTA-STS (it lies on the web)"


def _assets(
    seen: Iterable[Observation], knowledge: Knowledge, scope: Scope, site: str, more: Iterable[Asset] = ()
) -> tuple[tuple[Asset, ...], Judged]:
    own = [scope.source] if scope.source else []
    assets = (*build(seen, knowledge.fingerprints, (), own, site), *(asset for asset in more if asset.first_seen))
    today = datetime.now(UTC).astimezone().date()
    return assets, judge_assets(assets, knowledge.grounds, today)


def _judge(
    seen: Iterable[Observation], gathered: Gathered, conduct: Conduct, knowledge: Knowledge, told: tuple[str, ...]
) -> Ran:
    site, *warnings = told
    scope, log = conduct.plan.scope, conduct.gate.log
    of_devices, of_domains = _apart(seen)
    domains = tuple(domains_seen(scope.domains, of_domains, site))
    assets, judged = _assets(of_devices, knowledge, scope, site, [one.asset for one in domains])
    return Ran(
        assets=assets,
        findings=judged.findings,
        source=gathered.summary(),
        left=Counter(gathered.left),
        packets=gathered.packets,
        head=log.head,
        killed=conduct.gate.why_killed,
        interrupted=conduct.interrupted,
        warnings=(*warnings, *(text for one in domains for text in _unseen(one))),
        notes=(*gathered.notes(), *map(_unasked, domains)),
        judged=judged,
    )


def _knowledge(ground: Ground) -> Knowledge:
    base = ground.content
    return Knowledge(load_fingerprints(base), load_grounds(base, ground.bundle))


def _policy_bars(policy: Path) -> tuple[Bar, ...]:
    """Read the site's list of what is never probed; a site without one has none."""
    path = policy / BARS
    return read_bars(_bytes_of(path), str(path)) if path.exists() else ()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error


def _secret(path: Path) -> str:
    raw = _bytes_of(path)
    if path.stat().st_mode & _OTHERS:
        raise SettingsError(f"{path}: others can read this secret: chmod 600 {path}")
    try:
        secret = raw.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: a secret is plain text") from error
    if not secret or len(secret) > _MAX_SECRET:
        raise SettingsError(f"{path}: a secret has between 1 and {_MAX_SECRET} characters")
    return secret


def clock() -> Clock:
    """Return the machine's clock."""
    return Clock(lambda: datetime.now(UTC), time.monotonic)
