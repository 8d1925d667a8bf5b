"""Each journey as one short function. Start reading here.

watch    logs      → events → hits → alerts, and a ledger of what could not be looked at
scan     captures and imported results → observations → assets → findings
assess   checklist → answers, and signals of the other two → judgements → score → actions
run      all three for one site, with the packs and the assessment of risk beside, kept in the store and told in reports

Nothing here sends a packet. The journey that asks devices is told in scanning.py; those over Elasticsearch in
ingesting.py (logs → documents), searching.py (documents → events) and watching.py (the same, window after window);
that over files which are still written in tailing.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import orjson

from sentinel import __version__
from sentinel.acting import Seen, as_named, to_do
from sentinel.comply.answers import read_answers
from sentinel.comply.change import changes
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.dpia.asked import asked as asked_of_impacts
from sentinel.comply.dpia.asked import people
from sentinel.comply.evidence import apply, load_evidence_map
from sentinel.comply.grades import graded, load_grades
from sentinel.comply.inherit import tell
from sentinel.comply.judge import judge
from sentinel.comply.maturity import load_scale, rated
from sentinel.comply.migration import carry, load_migrations
from sentinel.comply.organisation import load_types
from sentinel.comply.previous import Earlier, read_previous
from sentinel.comply.ros.asked import asked
from sentinel.comply.score import score
from sentinel.comply.signals import from_alerts, from_findings, from_inventory, from_logs
from sentinel.content import content_hash
from sentinel.detect.compiled import compile_rules
from sentinel.detect.correlate import State
from sentinel.detect.fast.crew import usual_processes
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.placeholders import fill
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.rule_texts import load_rule_texts
from sentinel.detect.watch import Log, Watch
from sentinel.histories import predecessors
from sentinel.impacts import impacts_of, signals_of_impacts
from sentinel.inheriting import laid
from sentinel.journeys import Aids, Assessed, Material, Scanned, Watched, material_of
from sentinel.model.alerts import Alert
from sentinel.model.assets import Asset, Observation
from sentinel.model.compliance import Action, Evidence, Signal
from sentinel.model.correlations import Learnt
from sentinel.model.history import Looked
from sentinel.model.judged import Judged
from sentinel.model.kept import KeepScans
from sentinel.model.knowledge import Knowledge
from sentinel.model.records import result_record
from sentinel.model.result import Result, Versions
from sentinel.model.track import Track
from sentinel.model.trend import Change
from sentinel.packs import compared, ground, left_out, packs_of_run
from sentinel.report.notjudged import not_judged
from sentinel.report.notlooked import not_looked
from sentinel.risks import risks_of_run
from sentinel.scan.exposure import exposures
from sentinel.scan.findings import load_checks
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.imports.formats import How
from sentinel.scan.inventory import build
from sentinel.scan.judging import judge_assets, load_grounds, looked_for, ranked
from sentinel.scan.knowledge.feeds import is_old
from sentinel.scan.merge import asked_from, merged, timely
from sentinel.scan.reported import aside, combine, load_reported, told
from sentinel.scan.survey import Reading
from sentinel.scan.talks import Talks
from sentinel.scan.verify import verified
from sentinel.settings import LogSection, Site

M = TypeVar("M", bound=State)
OSLO = ZoneInfo("Europe/Oslo")


def run(site: Site, content: Path, keep: Keep[M], as_of: date, track: Track, aids: Aids | None = None) -> Result:
    """Do all three journeys, each kept as soon as it is done: a run that is cut off is simply run again."""
    cache, knowledge = (aids.cache, aids.knowledge) if aids else (None, None)
    key = site.file.organisation.number
    memory = keep.memory(key)
    scanned = scan(material_of(site), content, as_of, track, cache, knowledge)
    keep_scan(key, as_of, scanned, content, keep)
    watched = watch(site, content, track, memory, scanned.assets, cache)
    keep.save_watch(key, (*watched.alerts, *watched.outdated), memory, watched.learnt)
    result = _concluded(site, content, as_of, watched, scanned)
    keep.save_result(key, as_of, orjson.dumps(result_record(result)).decode())
    return result


def look(site: Site, content: Path, as_of: date, track: Track, aids: Aids | None = None) -> Result:
    """Do all three journeys and keep nothing: for a report that is asked for between two runs."""
    cache, knowledge = (aids.cache, aids.knowledge) if aids else (None, None)
    scanned = scan(material_of(site), content, as_of, track, cache, knowledge)
    watched = watch(site, content, track, None, scanned.assets, cache)
    return _concluded(site, content, as_of, watched, scanned)


def watch(
    site: Site,
    content: Path,
    track: Track,
    state: State | None = None,
    assets: Iterable[Asset] = (),
    cache: RuleCache | None = None,
) -> Watched:
    """Apply our rules to the logs of a site: events → hits → alerts.

    `state` is what correlations remember, `assets` what `@inventory/…` among the site's placeholders may stand for,
    `cache` where compiled rules are kept.
    """
    compiled = compile_rules([content / "rules"], content, fill(site.file.placeholders, assets), cache)
    ruleset = compiled.ruleset
    engine = FastEngine(ruleset, load_routes(content), compiled.alarms, cache=cache, pace=Pace(usual_processes()))
    watching = Watch(engine, state)
    alerts = tuple(watching.alerts(map(partial(_log, site), site.file.logs), track))
    stems = {rule.ref.id: Path(rule.location.path).stem for rule in ruleset.rules}
    stems |= {rule.ref.id: Path(rule.location.path).stem for rule in ruleset.correlations}
    written = load_rule_texts(content)
    texts = {rule: written[stem] for rule, stem in stems.items() if stem in written}
    sources, troubles = tuple(watching.sources), tuple(watching.unreadable)
    return Watched(
        alerts=tuple(alert for alert in alerts if alert.status == "current"),
        ledger=watching.ledger(),
        logs=sources,
        stems=stems,
        texts=texts,
        troubles=troubles,
        outdated=tuple(alert for alert in alerts if alert.status != "current"),
        learnt=watching.correlator.learnt(),
    )


def scan(
    material: Material,
    content: Path,
    as_of: date,
    track: Track,
    cache: RuleCache | None = None,
    knowledge: Knowledge | None = None,
) -> Scanned:
    """Read captures and results of other tools: observations → assets → findings. No packet is sent.

    Without `knowledge` nobody looks for known weaknesses, and the result says so.
    """
    own, talks, others = material.networks, Talks(), list[Observation]()
    reading = Reading(own, cache)
    passive = (reading.read(path, "passive", track) for path in material.captures)
    hows = chain(material.hows, repeat(How()))
    imported = (reading.read(path, "import", track, how) for path, how in zip(material.imports, hows, strict=False))
    live = (reading.listen(name, material.over, track, material.buffer) for name in material.interfaces)
    observations = aside(talks.watch(chain.from_iterable(chain(passive, live, imported))), others)
    grounds = load_grounds(content, knowledge)
    assets = build(observations, load_fingerprints(content), own, material.exclude, material.site, material.names)
    texts = load_reported(content)
    exposed = exposures(assets, talks.flows(), own)
    judged = judge_assets(assets, grounds, as_of, exposed)
    wrong = ranked(combine(judged.findings, told(others, assets, texts, as_of), texts), assets, exposed)
    sources, troubles = tuple(reading.sources), tuple(reading.unreadable)
    return Scanned(
        assets,
        wrong,
        sources,
        grounds.lifecycle.knowledge_date,
        troubles,
        talks,
        replace(judged, findings=wrong),
        knowledge,
        exposed,
    )


def keep_scan(
    key: str, as_of: date, scanned: Scanned, content: Path, keep: KeepScans, *, whole: bool = True
) -> Scanned:
    """Keep a scan under the name of a site, and return it as it is kept: a part is added to what is known.

    `whole`: it is all that is known of the site. Otherwise assets it did not see stay as they are, and what it saw of
    others is merged with what was known of them and judged again.
    """
    assets, judged = scanned.assets, scanned.judged
    if not whole:
        known = keep.known_assets(key, [asset.id for asset in assets])
        seen = [timely(asset, as_of) for asset in assets]
        assets = tuple(merged(known[asset.id], asset) if asset.id in known else asset for asset in seen)
        judged = _judged_again(assets, scanned, content, as_of)
    wrong = judged.findings
    before = looked_for(keep.open_findings(key), scanned.judged.outcomes)
    fixed = verified(before, wrong, scanned.assets, load_checks(content), as_of)
    looked = Looked(
        sources=tuple(source.source for source in scanned.sources),
        whole=whole,
        asked=asked_from(((source.asked, source.began) for source in scanned.sources), as_of),
        silent=asked_from(((source.silent, source.began) for source in scanned.sources), as_of),
        fixed=fixed,
    )
    keep.save_scan(key, as_of, assets, wrong, looked)
    return replace(scanned, assets=assets, findings=wrong, judged=judged)


def _judged_again(assets: Sequence[Asset], scanned: Scanned, content: Path, as_of: date) -> Judged:
    """Return the findings of assets as they are known now, with those of others that were told about them."""
    judged = judge_assets(assets, load_grounds(content, scanned.knowledge), as_of, scanned.exposed)
    told_before = {finding.id: finding for finding in scanned.findings if finding.sources}
    kept = {finding.id: told_before.pop(finding.id, finding) for finding in judged.findings}
    return replace(judged, findings=(*kept.values(), *told_before.values()))


def assess(
    site: Site,
    content: Path,
    as_of: date,
    watched: Watched | None,
    scanned: Scanned | None,
    measured: Sequence[Evidence] = (),
) -> Assessed:
    """Judge a site's answers, with what was measured, now or in an earlier run, and its own DPIAs laid beside them."""
    who, types = site.file.organisation, load_types(content)
    about = types.organisation(who.name, who.number, who.kind, who.facts)
    whole = load_checklist(content)
    checklist = types.part(about, whole)
    named = site.file.assessment.answers if site.file.assessment else None
    given = read_answers(site.path(named), checklist, as_of) if named is not None else ()
    counting = laid(site, content, whole, given, as_of)
    effects = load_evidence_map(content, checklist)
    read = signals_of_impacts(site, content, as_of)
    kept = [one for one in measured if not read or one.signal.kind != "document"]  # what is read now is newer
    evidence = (*apply((*_signals(site, watched, scanned), *read), effects), *kept)
    judged = judge(checklist, about, counting.answers, evidence, as_of)
    backed = graded(judged, load_grades(content), effects.governed, as_of)
    judgements = tell(rated(backed, load_scale(content), effects.governed, as_of), counting.inherited)
    return Assessed(about, checklist, judgements, score(judgements, checklist))


def _concluded(site: Site, content: Path, as_of: date, watched: Watched, scanned: Scanned) -> Result:
    """Assess, lay packs and the assessment of risk beside, and put all into one result."""
    known, earlier = ground(site, content), _earlier(site, as_of)
    packs = packs_of_run(site, known, as_of, tuple(_signals(site, watched, scanned)))
    assessed = replace(
        as_named(site, assess(site, content, as_of, watched, scanned)),
        packs=compared(packs, known, earlier) if earlier else packs,
        beside=known.checklists,
        earlier=earlier,
    )
    result = put_together(site, content, as_of, watched, scanned, assessed)
    risks = risks_of_run(site, content, as_of, assessed.judgements)
    impacts = impacts_of(site, content, as_of).values()
    decisions = (*result.decisions, *(asked(risks) if risks else ()), *asked_of_impacts(impacts))
    return replace(result, risks=risks, decisions=decisions, people=people(impacts))


def put_together(
    site: Site, content: Path, as_of: date, watched: Watched, scanned: Scanned, assessed: Assessed
) -> Result:
    """Put what the journeys found into one result: what to do, what changed, and what nobody looked at."""
    earlier = assessed.earlier
    expected = [(log.name, log.title.text()) for log in site.file.logs]
    wrong = [finding for finding in scanned.findings if finding.cleared is None]
    found = to_do(site, content, as_of, assessed, Seen(wrong, watched.alerts, watched.stems))
    return Result(
        organisation=assessed.organisation,
        as_of=as_of,
        tlp=site.file.report.tlp,
        versions=_versions(content, assessed.checklist, scanned.knowledge_date),
        logs=watched.logs,
        ledger=watched.ledger,
        alerts=watched.alerts,
        scans=scanned.sources,
        assets=scanned.assets,
        findings=scanned.findings,
        judgements=assessed.judgements,
        score=assessed.score,
        actions=_open(found.actions),
        decisions=found.decisions,
        not_looked=(
            *not_looked(watched.logs, watched.ledger, scanned.sources, assessed.judgements, expected, content),
            *not_judged(scanned.judged, [one for one in scanned.judged.feeds or () if is_old(one, as_of)], content),
        ),
        outcomes=scanned.judged.outcomes,
        feeds=scanned.judged.feeds,
        previous=earlier.normen if earlier else None,
        changes=_changes(earlier, assessed, content) if earlier else (),
        predecessors=predecessors(site, assessed.judgements, as_of),
        chapters=dict(assessed.checklist.chapters),
        meanings={rule: text.means for rule, text in watched.texts.items()},
        rule_titles=watched.titles,
        log_titles=dict(expected),
        troubles=(*watched.troubles, *scanned.troubles),
        networks=tuple(str(network) for network in site.file.network.networks),
        network_names=site.file.network.names,
        beyond=tuple(sorted(assessed.checklist.beyond)),
        heard=scanned.talks.heard(scanned.sources, scanned.assets, material_of(site).networks),
        packs=tuple(replace(one, actions=_open(one.actions)) for one in found.packs),
    )


def _earlier(site: Site, as_of: date) -> Earlier | None:
    name = site.file.report.previous
    return read_previous(site.path(name), name, site.file.organisation.number, as_of) if name else None


def _changes(earlier: Earlier, assessed: Assessed, content: Path) -> tuple[Change, ...]:
    """Compare with an earlier assessment, carried over to today's version of the checklist; packs tell of their own."""
    carried = carry(earlier.normen, load_migrations(content, load_checklist(content)), assessed.checklist.version)
    return (*changes(carried, assessed.judgements), *left_out(assessed.packs, earlier))


def actions_of(site: Site, content: Path, as_of: date) -> tuple[Action, ...]:
    """Return what to do for Normen and then for each pack, with what became of it, by the answers alone.

    `run` also knows of findings and alerts.
    """
    known = ground(site, content)
    packs = packs_of_run(site, known, as_of)
    assessed = replace(assess(site, content, as_of, None, None), packs=packs, beside=known.checklists)
    found = to_do(site, content, as_of, assessed)
    return (*found.actions, *(action for pack in found.packs for action in pack.actions))


def _open(found: Sequence[Action]) -> tuple[Action, ...]:
    return tuple(action for action in found if action.open)


class Keep(KeepScans, Protocol[M]):
    """Where a run keeps what it finds; the store is one. `M` is its memory for correlations."""

    def memory(self, site: str) -> M:
        """Return what the correlations of a site remember."""
        ...

    def save_watch(self, site: str, found: Iterable[Alert], memory: M, learnt: Learnt) -> int:
        """Keep alerts and what correlations learnt, both or neither; return how many alerts were new."""
        ...

    def save_result(self, site: str, as_of: date, body: str) -> None:
        """Keep the outcome of one day."""
        ...


def _log(site: Site, section: LogSection) -> Log:
    gap = timedelta(hours=section.max_gap_hours) if section.max_gap_hours else None
    start = datetime.combine(section.start, time(), OSLO) if section.start else None
    end = datetime.combine(section.end + timedelta(days=1), time(), OSLO) if section.end else None
    late = timedelta(minutes=section.late_minutes) if section.late_minutes is not None else None
    return Log(section.name, site.matching(section.paths), gap, start, end, late=late)


def _signals(site: Site, watched: Watched | None, scanned: Scanned | None) -> Iterator[Signal]:
    """Yield what the other journeys saw; a journey that was not made says nothing, which is not the same as nothing."""
    if scanned:
        yield from from_findings(finding for finding in scanned.findings if finding.cleared is None)
        yield from from_inventory(scanned.assets, scanned.sources)
    if watched:
        yield from from_alerts(watched.alerts, watched.stems, watched.titles)
        yield from from_logs({log.name: log.title.text() for log in site.file.logs}, watched.logs)


def _versions(content: Path, checklist: Checklist, knowledge_date: date) -> Versions:
    def over(kind: str) -> str:
        return content_hash((path for path in (content / kind).rglob("*") if path.is_file()), content)

    return Versions(__version__, checklist.version, checklist.hash, over("rules"), over("scanners"), knowledge_date)
