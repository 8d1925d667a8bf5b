"""Capsule (MDIP): device integration units announce themselves with one token; nothing behind it is read."""

from __future__ import annotations

from sentinel.scan.passive.reading import Message, Statement

PORTS = (5090,)
_TOKEN = b"APDUclnt.0-<"


def dissect(message: Message) -> tuple[Statement, ...]:
    """Recognise the token at the start of a datagram."""
    found = _TOKEN in message.payload[:64]
    return (Statement("capsule.client", {"message": "announcement"}, role="client"),) if found else ()
