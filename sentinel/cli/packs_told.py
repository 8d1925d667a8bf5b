"""Says on stderr how an organisation stands to packs: numbers, gates, and whether the law binds at all."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.cli.summary import say, say_all, say_score
from sentinel.model.packs import PackOverview, PackProfile, PackScored


def say_profile(found: PackProfile) -> None:
    """Tell how much of a pack is asked, and what counts as true until somebody says no."""
    asked = [item for item in found.items if item.applies]
    gates = sum(item.requirement.gate for item in asked)
    say(f"{found.pack.id}: {len(asked)} of {len(found.items)} requirements are asked, {gates} of them gates")
    say_unsaid(found.unsaid)
    say_standing(found.pack)


def say_standing(pack: PackOverview) -> None:
    """Tell that a pack is not for them, where it is not, and whether it binds."""
    if not pack.applies and pack.because:
        say(f"{pack.id}: not for this organisation. {pack.because.nb}")
    say(pack.says.nb)


def say_unsaid(facts: Iterable[str]) -> None:
    """Tell which facts an organisation has not spoken of."""
    if names := ", ".join(facts):
        say(f"not said, so counted as yes: {names}")


def say_scored(scored: Iterable[PackScored]) -> None:
    """Tell the three numbers of each pack, its gates that are not met, and why no more than that follows."""
    for one in scored:
        say(f"{one.pack.title.nb} ({one.pack.id} {one.pack.version}): {one.pack.says.nb}")
        if one.score is None:
            say(f"Not scored: {one.pack.because.nb if one.pack.because else ''}")
            continue
        say_score(one.score)
        say(one.score.level_reason.nb)
        say_all(f"gate {gate.requirement}: {gate.reason.nb}" for gate in one.score.gates if not gate.met)
