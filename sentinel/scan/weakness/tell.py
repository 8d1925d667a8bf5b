"""Turns a verdict into findings: one for each product and certainty, the worst of its weaknesses first, never 400."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sentinel.model.assets import MEDICAL, Asset, Cleared, Finding
from sentinel.model.knowledge import Knowledge, Statement, Weakness
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from sentinel.scan.checks import Check, Checks
from sentinel.scan.clean import clean
from sentinel.scan.ranking import worst_first
from sentinel.scan.telling import fill, finding_id, said_day, said_moment, witnesses
from sentinel.scan.weakness.gravity import impact_of, severity_of
from sentinel.scan.weakness.verdict import ADVISORIES, Hit, Verdict

TOLD, POSSIBLE = "weakness-told", "weakness-possible"
MOST_WORST, MOST_SHOWN, MOST_QUOTED = 20, 3, 300
_NOTHING = Text("", "")
_KEPT_FEEDS = ("kev", "epss")


@dataclass(frozen=True, slots=True)
class Teller:
    """What findings are told with: the texts, the bundle, and the day."""

    checks: Checks
    knowledge: Knowledge
    as_of: date
    _worst: dict[frozenset[str], tuple[Weakness, ...]] = field(default_factory=dict)

    def phrase(self, name: str, /, **words: Text | str | int) -> Text:
        """Return a phrase of the content with its words filled in."""
        plain = {key: str(word) for key, word in words.items() if not isinstance(word, Text)}
        return fill(self.checks.phrases[name], plain, {key: w for key, w in words.items() if isinstance(w, Text)})

    def check(self, name: str) -> Check:
        """Return one of the two checks."""
        return next(check for check in self.checks.all if check.id == name)

    def worst(self, names: Iterable[str]) -> tuple[Weakness, ...]:
        """Return what is known of weaknesses, the worst first; of one that no source tells, its name alone.

        The same device stands a hundred times in a hospital: an answer is remembered.
        """
        wanted = frozenset(names)
        if wanted not in self._worst:
            known = self.knowledge.weaknesses(wanted)
            self._worst[wanted] = worst_first(known.get(name) or Weakness(name) for name in wanted)
        return self._worst[wanted]

    def current(self, sources: Iterable[str]) -> date:
        """Return the day of the oldest feed that had a say; of all feeds where none is known by its name."""
        wanted = (*sources, *_KEPT_FEEDS)
        days = [feed.dated for feed in self.knowledge.feeds if feed.name.startswith(wanted)]
        return min(days or [feed.dated for feed in self.knowledge.feeds], default=self.as_of)


def findings_of(asset: Asset, verdict: Verdict, teller: Teller) -> Iterable[Finding]:
    """Yield at most two findings: what is likely, and what is possible. What was cleared whole is told as that."""
    for name, hits, gone in (
        (TOLD, verdict.likely, verdict.gone[0]),
        (POSSIBLE, verdict.possible, verdict.gone[1]),
    ):
        if hits:
            yield _finding(asset, verdict, name, hits, teller)
        elif gone:
            yield _cleared(asset, verdict, name, gone, teller)


def added_to(finding: Finding, verdict: Verdict, teller: Teller) -> Finding:
    """Return a finding that a product is out of support, with what is known against its version: one thing to do."""
    hits = (*verdict.likely, *verdict.possible)
    worst = teller.worst(name for hit in hits for name in hit.names)
    words = {
        "count": _count(len(worst), teller),
        "worst": _worst(worst, teller),
        "exploited": _exploited(worst, teller),
        "source": _sources(hits, teller),
        "knowledge": said_day(teller.current(hit.statement.source for hit in hits)),
    }
    more = teller.phrase("ended", **words)
    least = Severity.MEDIUM if finding.claim == "possible" else Severity.HIGH
    raised = max(finding.severity, least, key=lambda one: one.rank)
    return replace(
        finding,
        severity=raised if any(one.exploited for one in worst) else finding.severity,
        evidence=Text(f"{more.nb} {finding.evidence.nb}", f"{more.en} {finding.evidence.en}"),
        cves=tuple(one.cve for one in worst),
        weaknesses=worst[:MOST_WORST],
        facts=finding.facts | _facts("", verdict, hits),
    )


def _finding(asset: Asset, verdict: Verdict, name: str, hits: Sequence[Hit], teller: Teller) -> Finding:
    check, one = teller.check(name), verdict.software
    worst = teller.worst(found for hit in hits for found in hit.names)
    key = finding_id(name, asset.id, one.id)
    words, said = _words(asset, verdict, hits, worst, teller)
    said["remedy"] = _remedy(hits, worst, teller)
    seen = max((claim.last_seen for claim in one.claims if claim.last_seen), default=None)
    words["id"] = key[:8]
    kind = class_of(asset, verdict)
    return Finding(
        id=key,
        asset=asset.id,
        asset_name=words["name"],
        check=name,
        claim=check.claim,
        severity=severity_of(worst, check),
        impact=impact_of(worst, kind, check),
        title=fill(check.title, words, said),
        advice=fill(check.advice_for(kind), words, said),
        evidence=fill(check.evidence, words, said),
        knowledge_date=teller.current(hit.statement.source for hit in hits),
        seen=seen,
        facts={key: value for key, value in words.items() if value and key not in {"name", "evidence", "id"}}
        | _facts(asset.vendor or one.vendor, verdict, hits),
        cves=tuple(found.cve for found in worst),
        weaknesses=worst[:MOST_WORST],
    )


def _cleared(asset: Asset, verdict: Verdict, name: str, gone: Sequence[str], teller: Teller) -> Finding:
    """Return the finding that would stand without the statement that takes it away, and say so plainly."""
    mine = [hit for hit in verdict.cleared if set(hit.names) & set(gone)]
    ends = [hit.statement.until for hit in mine if hit.statement.until]
    until = min(ends, default=None)
    by = ", ".join(dict.fromkeys(clean(hit.statement.by, 80) for hit in mine))
    told = [Hit(hit.statement, tuple(one for one in hit.names if one in gone)) for hit in mine]
    finding = _finding(asset, replace(verdict, cleared=tuple(told)), name, told, teller)
    lasting = _lasting(until, teller)
    count = _count(len(gone), teller)
    product = {"name": finding.asset_name, "product": verdict.software.product}
    version = verdict.software.version or teller.phrase("any_version")
    reasons = "; ".join(dict.fromkeys(clean(hit.statement.reason, MOST_QUOTED) for hit in mine if hit.statement.reason))
    return replace(
        finding,
        title=teller.phrase("cleared_title", **product, version=version, count=count, by=by, until=lasting),
        advice=teller.phrase("cleared_advice", until=lasting),
        cleared=Cleared(by, reasons, ", ".join(_advisories(mine)), until),
    )


def class_of(asset: Asset, verdict: Verdict) -> str:
    """Return what an asset is: a product of a maker of medical equipment is that, whatever machine it was seen on."""
    named = verdict.software.named
    if named is not None and named.medical and asset.device_class not in MEDICAL:
        return "medical_other"
    return asset.device_class


def _words(
    asset: Asset, verdict: Verdict, hits: Sequence[Hit], worst: Sequence[Weakness], teller: Teller
) -> tuple[dict[str, str], dict[str, Text]]:
    one = verdict.software
    seen = max((claim.last_seen for claim in one.claims if claim.last_seen), default=None)
    words = {
        "name": asset.called,
        "address": next(iter(asset.addresses), asset.called),
        "product": one.product,
        "service": ", ".join(one.services) or "system",
        "evidence": witnesses(one.claims),
    }
    said = {
        "version": Text(one.version, one.version) if one.version else teller.phrase("any_version"),
        "count": _count(len(worst), teller),
        "worst": _worst(worst, teller),
        "source": _sources(hits, teller),
        "exploited": _exploited(worst, teller),
        "doubt": _doubts(verdict, hits, teller),
        "settled": _taken_away(verdict, teller),
        "seen": said_moment(seen),
        "knowledge": said_day(teller.current(hit.statement.source for hit in hits)),
    }
    return words, said


def _facts(asset_vendor: str, verdict: Verdict, hits: Sequence[Hit]) -> dict[str, str]:
    """Return what programs and letters need of a finding, in plain words."""
    one = verdict.software
    told = {
        "vendor": asset_vendor,
        "medical": "yes" if one.named is not None and one.named.medical else "",
        "version": one.version,
        "revision": one.revision,
        "subject": one.id,
        "advisories": ", ".join(_advisories(hits)),
        "links": " ".join(list(_links(hits))[:MOST_SHOWN]),
        "mended": str(len(verdict.mended)) if verdict.mended else "",
    }
    return {key: value for key, value in told.items() if value}


def _links(hits: Iterable[Hit]) -> Iterable[str]:
    return dict.fromkeys(clean(hit.statement.url, MOST_QUOTED) for hit in hits if hit.statement.url)


def _advisories(hits: Iterable[Hit]) -> Iterable[str]:
    return dict.fromkeys(clean(hit.statement.advisory, 80) for hit in hits if hit.statement.source in ADVISORIES)


def _count(number: int, teller: Teller) -> Text:
    return teller.phrase("one") if number == 1 else teller.phrase("many", n=number)


def _worst(worst: Sequence[Weakness], teller: Teller) -> Text:
    return _some([_described(one) for one in worst], teller)


def _described(one: Weakness) -> str:
    told = [f"CVSS {one.score:.1f}"] if one.score is not None else []
    told += [f"EPSS {one.epss:.1%}"] if one.epss is not None else []
    return f"{one.cve} ({', '.join(told)})" if told else one.cve


def _exploited(worst: Sequence[Weakness], teller: Teller) -> Text:
    names = [one.cve for one in worst if one.exploited]
    return teller.phrase("exploited", names=_some(names, teller)) if names else teller.phrase("quiet")


def _sources(hits: Sequence[Hit], teller: Teller) -> Text:
    return _some(list(dict.fromkeys(_source(hit.statement) for hit in hits)), teller)


def _source(stated: Statement) -> str:
    """Name a source as people know it: an advisory by its number and publisher, a feed by its name."""
    if stated.source == "osv" and stated.distribution:
        return clean(stated.distribution.replace(":", " "), 80)
    by = f" ({clean(stated.by, 80)})" if stated.by else ""
    return f"{clean(stated.advisory, 80)}{by}" if stated.source in ADVISORIES else stated.source.upper()


def _doubts(verdict: Verdict, hits: Sequence[Hit], teller: Teller) -> Text:
    """Say each reason why it is not more than possible, once."""
    said: dict[str, Text] = {}
    for hit in hits:
        if hit.reason is not None:
            said.setdefault(hit.reason, teller.phrase(hit.reason, **_doubted(verdict, hit)))
    return _joined(said.values())


def _doubted(verdict: Verdict, hit: Hit) -> Mapping[str, str]:
    stated, one = hit.statement, verdict.software
    words = {
        "unread": {"text": clean("; ".join(stated.unread), MOST_QUOTED)},
        "within": {"text": clean(stated.distribution, 80)},
        "not_comparable": {"version": one.version},
        "investigated": {"source": _source(stated)},
        "silent": {"distributor": one.revision.split("-")[0].split(" ")[0] or "?"},
    }
    return words.get(hit.reason or "", {})


def _taken_away(verdict: Verdict, teller: Teller) -> Text:
    """Say what was taken away and by whom, and whose word has run out."""
    said = []
    if verdict.mended:
        distributor = " ".join(filter(None, verdict.software.system)) or verdict.software.revision
        said.append(teller.phrase("mended_away", n=len(verdict.mended), distributor=distributor))
    for hit in verdict.cleared:
        stated = hit.statement
        reason: Text | str = clean(stated.reason, MOST_QUOTED) or teller.phrase("no_reason")
        words = {"by": clean(stated.by, 80), "source": clean(stated.advisory, 80), "reason": reason}
        said.append(
            teller.phrase("cleared", **words, names=_some(hit.names, teller), until=_lasting(stated.until, teller))
        )
    for hit in verdict.lapsed:
        ended = teller.phrase("ran_out", date=said_day(hit.statement.until))
        by = clean(hit.statement.by, 80)
        said.append(teller.phrase("lapsed", by=by, names=_some(hit.names, teller), until=ended))
    return _joined(said)


def _lasting(until: date | None, teller: Teller) -> Text:
    return teller.phrase("until", date=said_day(until)) if until else teller.phrase("no_end")


def _remedy(hits: Sequence[Hit], worst: Sequence[Weakness], teller: Teller) -> Text:
    """Quote what the source of the worst weakness says against it: its words, not ours."""
    places = {one.cve: place for place, one in enumerate(worst)}
    ordered = sorted(hits, key=lambda hit: min(places.get(name, len(places)) for name in hit.names))
    for wanted in ("vendor_fix", "mitigation", "workaround"):
        for hit in ordered:
            text = next((text for kind, text in hit.statement.remedies if kind == wanted and text.strip()), "")
            if text:
                return teller.phrase("quoted", source=_source(hit.statement), text=clean(text, MOST_QUOTED))
    without = [hit for hit in ordered if any(kind in _UNPATCHED for kind, _ in hit.statement.remedies)]
    return teller.phrase("unpatched", source=_source(without[0].statement)) if without else _NOTHING


_UNPATCHED = ("none_available", "no_fix_planned")


def _some(names: Sequence[str], teller: Teller) -> Text:
    """List the first few names, and count the others."""
    shown = ", ".join(names[:MOST_SHOWN])
    rest = len(names) - MOST_SHOWN
    if rest <= 0:
        return Text(shown, shown)
    more = teller.phrase("more", n=rest)
    return Text(f"{shown} {more.nb}", f"{shown} {more.en}")


def _joined(said: Iterable[Text]) -> Text:
    found = list(said)
    return Text(" ".join(one.nb for one in found), " ".join(one.en for one in found))
