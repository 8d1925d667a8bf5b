"""Writes what one owner or operator answered for others anew, cut down to one unit, for a file that is carried."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.comply.delivery import Delivery
from sentinel.comply.exchange.drafts import Draft, Place, answers_text, quoted
from sentinel.model.interchange import entry_of


def delivery_text(delivery: Delivery, unit: str, parts: frozenset[str], answers: str) -> str:
    """Return the file of a delivery: to this unit alone, these parts alone, `answers` beside it."""
    return "".join(f"{line}\n" for line in _lines(delivery, unit, parts, answers))


def delivered_text(delivery: Delivery, parts: frozenset[str]) -> str:
    """Return the file of its answers to these parts; a risk that it accepted for itself does not go along."""
    given = (delivery.answers[name] for name in sorted(parts & set(delivery.answers)))
    return answers_text(delivery.name, [Draft(one.requirement, Place(), entry_of(one)) for one in given])


def _lines(delivery: Delivery, unit: str, parts: frozenset[str], answers: str) -> Iterator[str]:
    start, until = delivery.serves[unit]
    yield "schema: sentinel.delivery/1"
    yield f"giver: {delivery.giver}"
    yield f"name: {quoted(delivery.name)}"
    yield f"number: {quoted(delivery.number)}"
    yield f"answers: {quoted(answers)}"
    yield f"serves: [{{number: {quoted(unit)}, from: {start}, until: {until}}}]"
    yield "parts:"
    for name in sorted(parts):
        part = delivery.parts[name]
        yield f"  {name}: {{does: {quoted(part.does)}, stays: {quoted(part.stays)}}}"
