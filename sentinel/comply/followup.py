"""Reads what became of a site's actions, and lays it beside what is proposed today: said to be done is not mended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.answers import ELEVEN_DIGITS, Day, Line, private
from sentinel.comply.checklist import NORMEN
from sentinel.comply.files import meant
from sentinel.comply.plan import Plan
from sentinel.content import Document, Schema, read_documents, relative, validate
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.compliance import Action
from sentinel.model.text import Text
from sentinel.settings import LAST_DAY

Name = Annotated[str, Field(max_length=200)]
_NOTHING = Text("", "")


class FollowUpEntry(Schema):
    """What somebody wrote down about one action; `date` is the day that it was so."""

    state: Literal["started", "done", "dropped"]
    date: Day
    owner: Name = ""
    due: Day | None = None
    note: Line = ""


class FollowUpsFile(Schema):
    """A site's file `actions.yml`: by the id of an action, as `sentinel assess actions` shows it."""

    schema_: Annotated[Literal["sentinel.actions/1"], Field(alias="schema")]
    organisation: Annotated[str, Field(min_length=1, max_length=200)]
    actions: dict[Name, FollowUpEntry]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of one action."""

    state: Literal["started", "done", "dropped"]
    since: date
    owner: str
    due: date | None
    note: str


def read_followups(path: Path, known: Collection[str], as_of: date) -> Mapping[str, FollowUp]:
    """Read what became of the actions, by id, of which there are those `known`; raise ContentError with every fault.

    Refused: unknown actions and keys, days after `as_of`, what was started without an owner or a day it is due, what
    was dropped without a note that says why, and anything with eleven digits.
    """
    documents, faults = read_documents(path, Path())
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(relative(path, Path())), f"holds {len(documents)} documents, not one"))
    found: dict[str, FollowUp] = {}
    for document in documents:
        faults += private(document)
        value, wrong = validate(document, FollowUpsFile)
        faults += wrong
        faults += _unknown(document, known)
        for name, entry in value.actions.items() if value else ():
            faults += [document.fault(["actions", name, *key], what) for key, what in _wrong(entry, as_of)]
            found[name] = FollowUp(entry.state, entry.date, entry.owner, entry.due, entry.note)
    if faults:
        raise ContentError(Fault(f.location, ELEVEN_DIGITS.sub("(eleven digits)", f.what)) for f in faults)
    return found


def _unknown(document: Document, known: Collection[str]) -> Iterator[Fault]:
    """Yield unknown actions also of a file that is wrong in other ways, so that all is told at once."""
    listed = document.data.get("actions") if isinstance(document.data, dict) else None
    for name in listed if isinstance(listed, dict) else ():
        if isinstance(name, str) and name not in known:
            yield document.fault(["actions", name], f"unknown action '{name[:80]}'{_meant(name, known)}")


def _meant(name: str, known: Collection[str]) -> str:
    """Return what was meant; what became of a deed is written under the deed, not under what refers to it."""
    deed = name.partition(f".{NORMEN}.")[2]
    return f", write it under {deed}, which it refers to" if deed in known else meant(name, known)


def _wrong(entry: FollowUpEntry, as_of: date) -> Iterator[tuple[list[str], str]]:
    if entry.date > as_of:
        yield ["date"], f"{entry.date} is after {as_of}, the day of the assessment"
    if entry.state == "started":
        yield from (([], f"'started' needs '{key}'") for key in ("owner", "due") if not getattr(entry, key))
    if entry.state == "dropped" and not entry.note.strip():
        yield [], "'dropped' needs 'note': why"
    if entry.due and entry.due > LAST_DAY:
        yield ["due"], f"{entry.due} is after {LAST_DAY}"
    if entry.due and entry.due < entry.date and entry.state == "started":
        yield ["due"], f"{entry.due} is before {entry.date}, the day it was started"


def followed(found: Sequence[Action], written: Mapping[str, FollowUp], plan: Plan, as_of: date) -> tuple[Action, ...]:
    """Return the actions with what became of them: open ones in their order, then dropped ones, then closed ones.

    One that is said to be done and is still proposed stays where it was: what it was to mend is not in place. What is
    `written` may also be of other plans.
    """
    told = [_told(action, written.get(action.id), as_of) for action in found]
    proposed = {action.id for action in found}
    titles = plan.titles()
    gone = [name for name in written if name in titles and name not in proposed]
    closed = [replace(_closed(name, titles[name], written[name]), pack=plan.pack, of=plan.of) for name in gone]
    return (
        *(action for action in told if action.state != "dropped"),
        *(action for action in told if action.state == "dropped"),
        *closed,
    )


def _told(action: Action, written: FollowUp | None, as_of: date) -> Action:
    if written is None:
        return action
    due = written.due or action.due
    return replace(
        action,
        state=written.state,
        owner=written.owner,
        since=written.since,
        due=due,
        overdue=written.state == "started" and due < as_of,
        note=written.note,
    )


def _closed(name: str, title: Text, written: FollowUp) -> Action:
    """Return what is proposed no longer: what it was to mend is in place, or no longer asked."""
    return Action(
        title=title,
        why=_NOTHING,
        who=_NOTHING,
        effort=_NOTHING,
        due=written.due or written.since,
        requirements=(),
        id=name,
        state=written.state,
        owner=written.owner,
        since=written.since,
        open=False,
        note=written.note,
    )
