"""What a dissector hands back, and how text from the wire is made safe to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, TypeVar, dataclass_transform

from sentinel.scan.clean import masked

Role = Literal["server", "client", ""]
Asked = Literal["", "dicom", "http"]


Said = TypeVar("Said")


@dataclass_transform(frozen_default=True)
def _numerous(*, eq: bool = True) -> Callable[[type[Said]], type[Said]]:
    """Make a slotted dataclass that only mypy keeps from being changed: a frozen one takes five times as long to make.

    `eq` as for a dataclass; without it two are the same only where they are one, which then has a hash.
    """
    return dataclass(slots=True, eq=eq)


@_numerous(eq=False)
class Statement:
    """One fact that a direction of a connection let be known, about its sender or its receiver.

    `role` is that host's role as the content alone shows it; empty where only the handshake can tell. `address` names
    another host that the fact is about, where the content gives one; `mac` is what the content says of that host.
    """

    kind: str
    facts: dict[str, str]
    role: Role = ""
    about: Literal["sender", "receiver"] = "sender"
    address: str = ""
    mac: str | None = None


@_numerous()
class Reading:
    """The outcome of a dissection: statements, possibly none, and what the answering side may now be read as.

    `used` is where the direction's next message begins; 0 where nothing more of it is wanted. What stands `aside` is
    no message of the connection, but something before it.
    """

    statements: tuple[Statement, ...] = ()
    asked: Asked = ""
    used: int = 0
    aside: bool = False


NOTHING = Reading()


class Excerpt(NamedTuple):
    """The next bytes of a direction, whether they are all there will be, and what the other side has asked for.

    `opened`: the direction was seen from its handshake on, so nothing that came before is unknown.
    """

    data: bytes
    ended: bool = True
    asked: Asked = ""
    opened: bool = False


class Message(NamedTuple):
    """What one datagram carries; `sender` is its address as 4 or 16 bytes. `cut`: the capture lacks some of it."""

    payload: bytes
    sender: bytes
    source: int
    target: int
    cut: bool = False
    receiver: bytes = b""


Reader: TypeAlias = Callable[[Message], tuple[Statement, ...]]
"""Reads one datagram; returns nothing for what is not of its protocol."""

Dissector: TypeAlias = Callable[[Excerpt], Reading | None]
"""None asks for more bytes; it may be returned only while the excerpt has not ended."""


def text(raw: bytes, encoding: str = "") -> str:
    """Return text from the wire: UTF-8 where it is that, else Latin-1; printable, bounded, identity numbers masked."""
    return masked(decoded(raw, encoding))


def decoded(raw: bytes, encoding: str = "") -> str:
    """Return text from the wire as it came, not yet safe to keep."""
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def present(**facts: str) -> dict[str, str]:
    """Return the facts that are there."""
    return {name: value for name, value in facts.items() if value}
