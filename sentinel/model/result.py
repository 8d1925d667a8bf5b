"""Everything one run for one site found out; `result.json` is this, and so is the ground every report stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sentinel.model.alerts import Alert, LedgerEntry, LogSource
from sentinel.model.assets import Asset, Finding
from sentinel.model.certificates import Standing
from sentinel.model.compliance import Action, Judgement, Organisation, Score
from sentinel.model.histories import Predecessor
from sentinel.model.judged import Outcome
from sentinel.model.knowledge import Feed
from sentinel.model.packs import PackScored
from sentinel.model.risks import Ros
from sentinel.model.talks import Heard
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous


@dataclass(frozen=True, slots=True)
class ScanSource:
    """What one capture or imported scan held.

    `silent` are addresses that were asked and did not answer, `asked` the networks that a finished scan was made of,
    `began` the first moment that it tells of; `parts` counts what was left out of records that were handled, by reason.
    """

    source: str
    method: str
    handled: int
    skipped: dict[str, int]
    hosts: int
    silent: tuple[str, ...]
    first: date | None
    last: date | None
    parts: dict[str, int] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Something nobody has looked at: never the same as fine.

    `kind` groups them: log (never came, or cannot be read), gap (hours without records), network, requirement,
    rule, record (lines of a log that could not be read).
    """

    kind: str
    what: Text


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions a result came from; hashes are SHA-256 over names and bytes of the content."""

    engine: str
    checklist: str
    checklist_hash: str
    rules_hash: str
    scanners_hash: str
    knowledge_date: date


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of the three journeys for one site on one day.

    `chapters` are titles of the checklist's chapters by their code; `rule_titles` say what rules that alerted are
    called and `meanings` what they mean, by rule id; `log_titles` say what people call logs, by their name. Each may be
    empty: codes, the rules' own titles and the logs' names are shown then. `troubles` are files that could not be read
    at all, one line each. `outcomes` say how far known weaknesses could be looked for, product by product, and `feeds`
    how old that knowledge is: None where there was none, so that nobody looked. `networks` are the site's own as it
    states them, `network_names` what it calls networks, and `heard` is who talks to whom, None where nobody listened;
    these three are for the map, and not in result.json. `predecessors` are organisations that this one came from, each
    with its own history. `beyond` are requirements that the part for a small practice leaves out, `risks` is the
    assessment of risk (ROS), None where the site names none: it is never part of the score. `packs` are all that there
    are, each judged by itself, also where nobody answered; result.json has those that the site names answers to.
    `people` are persons that other files of the site name, to be taken out where names are not shown; they are not in
    result.json. `certificates` say of rules that alerted, by id, whether another engine agrees on them; empty where no
    rule was ever compared with one.
    """

    organisation: Organisation
    as_of: date
    tlp: str
    versions: Versions
    logs: tuple[LogSource, ...]
    ledger: tuple[LedgerEntry, ...]
    alerts: tuple[Alert, ...]
    scans: tuple[ScanSource, ...]
    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    score: Score
    actions: tuple[Action, ...]
    decisions: tuple[Text, ...]
    not_looked: tuple[NotLooked, ...]
    previous: Previous | None
    changes: tuple[Change, ...]
    chapters: dict[str, Text] = field(default_factory=dict)
    meanings: dict[str, Text] = field(default_factory=dict)
    rule_titles: dict[str, Text] = field(default_factory=dict)
    log_titles: dict[str, Text] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    feeds: tuple[Feed, ...] | None = None
    networks: tuple[str, ...] = ()
    network_names: dict[str, str] = field(default_factory=dict)
    heard: Heard | None = None
    predecessors: tuple[Predecessor, ...] = ()
    beyond: tuple[str, ...] = ()
    risks: Ros | None = None
    packs: tuple[PackScored, ...] = ()
    people: tuple[str, ...] = ()
    certificates: dict[str, Standing] = field(default_factory=dict)
