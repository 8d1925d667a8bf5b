"""Which of our interfaces an IPv6 address of ours is on, and by which one somebody answered, as Linux tells it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path("/proc/net/if_inet6")


def number_of(packed: bytes, table: Path = TABLE) -> int:
    """Return the number of the interface that has an address; OSError where none has it, or more than one.

    A link-local address may stand on several (VLANs of one card share it): where a question leaves would be luck.
    """
    found = {number for address, number, _ in _rows(table) if address == packed}
    if len(found) > 1:
        raise OSError(errno.EADDRNOTAVAIL, "more than one interface has this address: name one that only one has")
    if not found:
        raise OSError(errno.EADDRNOTAVAIL, "this machine has no such address")
    return found.pop()


def sender_of(told: tuple[Any, ...], table: Path = TABLE) -> str:
    """Return who sent a datagram, as a socket tells it: a link-local address with the interface that it came by."""
    address, number = str(told[0]).partition("%")[0], told[3] if len(told) > 3 else 0  # noqa: PLR2004 -- of IPv6
    names = {name for _, one, name in _rows(table) if one == number} if number else set()
    return f"{address}%{names.pop()}" if names else address


def _rows(table: Path) -> Iterator[tuple[bytes, int, str]]:
    for line in table.read_text(encoding="ascii").splitlines():
        address, number, *_, name = line.split()
        yield bytes.fromhex(address), int(number, 16), name
