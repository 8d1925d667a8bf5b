"""The journey of a pack: site → is it for us, does it bind → answers → judgements → score, by itself.

Its numbers are never mixed with those of Normen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sentinel.comply.answers import read_answers
from sentinel.comply.change import changes
from sentinel.comply.checklist import Checklist
from sentinel.comply.evidence import apply, load_evidence_map
from sentinel.comply.files import meant
from sentinel.comply.grades import Grades, graded, load_grades
from sentinel.comply.judge import judge
from sentinel.comply.maturity import Scale, load_scale, rated
from sentinel.comply.migration import Migration, carry, load_migrations
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.packs import Pack, choose, load_packs
from sentinel.comply.previous import Earlier
from sentinel.comply.profile import profile
from sentinel.comply.score import score
from sentinel.errors import SettingsError
from sentinel.model.compliance import Organisation, Signal
from sentinel.model.packs import PackOverview, PackProfile, PackScored
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous
from sentinel.settings import Site

NO_LONGER = Text("Pakken gjelder ikke lenger for virksomheten", "The pack is no longer for the organisation")
GONE = Text(
    "«{}» ble vurdert sist, og er ikke med denne gangen", "“{}” was assessed last time, and is not part of this one"
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Who is assessed, what it has said of itself, and the packs there are; without a site, nobody is."""

    packs: Mapping[str, Pack]
    types: Types
    about: Organisation
    said: Mapping[str, bool]
    grades: Grades
    scale: Scale
    content: Path

    @property
    def checklists(self) -> dict[str, Checklist]:
        """What each pack asks, by its id."""
        return {name: pack.checklist for name, pack in self.packs.items()}

    @property
    def unsaid(self) -> tuple[str, ...]:
        """What the organisation has not spoken of, and what counts as true therefore."""
        return self.types.unsaid(self.about.kind, self.said)

    def overview(self, pack: Pack, as_of: date) -> PackOverview:
        """Return a pack on one day, with the reason why it is for this organisation or not."""
        return pack.overview(as_of, pack.is_for(self.about), pack.because(self.about, self.said, self.unsaid))


def ground(site: Site, content: Path) -> Ground:
    """Return what packs are held against; ContentError for the content, SettingsError for unknown types and facts."""
    who, types = site.file.organisation, load_types(content)
    about = types.organisation(who.name, who.number, who.kind, who.facts)
    return Ground(load_packs(content), types, about, who.facts, load_grades(content), load_scale(content), content)


def overviews(content: Path, as_of: date, site: Site | None) -> list[PackOverview]:
    """Return every pack on one day; whether it is for somebody is told where a site is given."""
    if site is None:
        return [pack.overview(as_of) for pack in load_packs(content).values()]
    known = ground(site, content)
    return [known.overview(pack, as_of) for pack in known.packs.values()]


def unsaid(site: Site, content: Path) -> tuple[str, ...]:
    """Return what an organisation has not spoken of; it counts as true."""
    who = site.file.organisation
    return load_types(content).unsaid(who.kind, who.facts)


def profile_pack(site: Site, content: Path, name: str, as_of: date) -> PackProfile:
    """Go through one pack for one organisation: which requirements it is asked, and why each other one is not."""
    known = ground(site, content)
    pack = choose(known.packs, name)
    items = profile(known.types, pack.checklist, known.about, known.said)
    return PackProfile(known.overview(pack, as_of), items, known.unsaid)


def score_packs(site: Site, content: Path, as_of: date, name: str | None) -> list[PackScored]:
    """Score one pack, or every pack that the site file names answers for; what nobody answered is not assessed.

    Raises SettingsError where the site names answers for a pack that nobody knows, or for none at all.
    """
    known = ground(site, content)
    answers = _answers(site, known)
    if name is None and not answers:
        raise SettingsError(
            'the site file names no answers to packs: add gdpr = "answers-gdpr.yml" below [assessment.packs]'
        )
    wanted = [choose(known.packs, name)] if name else [known.packs[listed] for listed in answers]
    return [_score(pack, known, answers.get(pack.id), as_of) for pack in wanted]


def packs_of_run(site: Site, known: Ground, as_of: date, signals: Sequence[Signal] = ()) -> tuple[PackScored, ...]:
    """Judge every pack there is, also those that nobody answered: a report may have to say that nobody did.

    `signals` are laid beside the answers, as they are beside those to Normen. Raises SettingsError where the site names
    answers for a pack that nobody knows.
    """
    answers = _answers(site, known)
    return tuple(_score(pack, known, answers.get(pack.id), as_of, signals) for pack in known.packs.values())


def compared(packs: Sequence[PackScored], known: Ground, before: Earlier) -> tuple[PackScored, ...]:
    """Return packs with what differs from an earlier result, each carried over to its version of today."""
    return tuple(
        _compared(one, before.packs[one.pack.id], load_migrations(known.content, known.packs[one.pack.id].checklist))
        if one.named and one.pack.id in before.packs
        else one
        for one in packs
    )


def _compared(scored: PackScored, before: Previous, migrations: Sequence[Migration]) -> PackScored:
    if scored.score is None:
        return replace(scored, previous=before, changes=(Change("same", NO_LONGER),))
    carried = carry(before, migrations, scored.pack.version)
    return replace(scored, previous=before, changes=changes(carried, scored.judgements))


def left_out(packs: Sequence[PackScored], before: Earlier) -> tuple[Change, ...]:
    """Return what an earlier result told of and this one does not: answers to a pack that the site names no longer."""
    titles = {one.pack.id: one.pack.title for one in packs}
    named = {one.pack.id for one in packs if one.named}
    gone = [titles.get(name, Text(name, name)) for name in before.told if name not in named]
    return tuple(Change("same", Text(GONE.nb.format(t.nb), GONE.en.format(t.en))) for t in gone)


def _answers(site: Site, known: Ground) -> dict[str, Path]:
    """Return the files of answers that a site names, each to a pack that is known."""
    assessment = site.file.assessment
    answers = {pack: site.path(path) for pack, path in assessment.packs.items()} if assessment else {}
    for listed in answers:
        if listed not in known.packs:
            raise SettingsError(f"[assessment.packs]: unknown pack '{listed}'{meant(listed, known.packs)}")
    return answers


def _score(pack: Pack, known: Ground, answers: Path | None, as_of: date, signals: Sequence[Signal] = ()) -> PackScored:
    """Judge a pack; answers are read, and their faults told, also where it is not for the organisation."""
    given = read_answers(answers, pack.checklist, as_of) if answers else ()
    shown, named = known.overview(pack, as_of), answers is not None
    if not shown.applies:
        return PackScored(shown, known.about, as_of, (), None, named)
    effects = load_evidence_map(known.content, pack.checklist)
    judged = judge(pack.checklist, known.about, given, apply(signals, effects), as_of)
    judgements = rated(graded(judged, known.grades, effects.governed, as_of), known.scale, effects.governed, as_of)
    return PackScored(shown, known.about, as_of, judgements, score(judgements, pack.checklist), named)
