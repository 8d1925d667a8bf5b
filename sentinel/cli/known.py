"""What commands that judge do alike: open the bundle of knowledge, and tell how far anybody could look in it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sentinel.cli.options import Asked
from sentinel.cli.summary import say
from sentinel.knowing import placed
from sentinel.model.assets import Finding
from sentinel.model.judged import Judged, OutcomeState
from sentinel.model.knowledge import Knowledge
from sentinel.model.severity import Severity
from sentinel.model.text import counted
from sentinel.scan.knowledge.feeds import is_old
from sentinel.settings import Site, resolve

_SAID: dict[OutcomeState, str] = {
    "found": "with known vulnerabilities",
    "cleared": "cleared by somebody who answers for it",
    "none": "with none known",
    "no_version": "not judged: no version seen",
    "not_comparable": "not judged: the version cannot be compared",
    "unknown": "not looked up: the bundle does not know them",
    "unnamed": "not looked up: no source's name for them is known",
}


def known(asked: Asked, site: Site | None = None, policy: str | None = None) -> Knowledge | None:
    """Open the bundle that flag, environment, site file or its usual place name; None where none lies in that.

    One that is named and not there, or that nobody trusted signed, is an error: judging without it would flatter.
    """
    settings = resolve({"knowledge": asked.knowledge, "policy": policy}, os.environ, site)
    place = Path(settings.knowledge.value)
    if settings.knowledge.origin == "default" and not place.exists():
        return None
    return placed(place, Path(settings.policy.value))


def severities(findings: Iterable[Finding]) -> Iterator[Severity]:
    """Yield how grave the findings are that stand: one that somebody answers for is no reason to fail."""
    return (finding.severity for finding in findings if finding.cleared is None)


def say_judged(judged: Judged) -> None:
    """Tell how far known vulnerabilities were looked for; without a bundle, that nobody looked."""
    if judged.feeds is None:
        say("known vulnerabilities: nobody looked, since there is no bundle of knowledge (--knowledge FILE)")
        return
    counts = Counter(one.state for one in judged.outcomes)
    told = "; ".join(f"{counts[state]} {words}" for state, words in _SAID.items() if counts[state])
    today = datetime.now(UTC).date()
    dated = (f"{feed.name} of {feed.dated}{' (old)' if is_old(feed, today) else ''}" for feed in judged.feeds)
    say(f"known vulnerabilities of {counted(len(judged.outcomes), 'product')}: {told or 'none seen'}")
    say(f"knowledge: {', '.join(dated)}")
