"""How a value of an event is read: as text, as a number, as an address, as a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from zoneinfo import ZoneInfo

from sentinel.detect.condition import Unit, Zone
from sentinel.detect.times import read_time

MAX_DEPTH = 64


def scalars(value: object, depth: int = 0) -> Iterator[object]:
    """Yield the single values of a field: itself, or the elements of a list, of lists in it, of maps in those."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list | tuple):
        for element in value:
            yield from scalars(element, depth + 1)
    elif isinstance(value, dict):
        for element in value.values():
            yield from scalars(element, depth + 1)
    else:
        yield value


def as_text(value: object) -> str | None:
    """Return the text form that patterns are compared with: `true` as JSON writes it; None for no value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _MAX_BITS else hex(value)
    return repr(value) if isinstance(value, float) else None


def as_number(value: object) -> int | float | None:
    """Read a number, or text that is one: decimal, with a point, with an exponent, or hexadecimal with `0x`.

    What is more than a double holds is infinite: `gt` is true of it, whatever it is compared with. Of over 64 letters
    only decimals are read, and no more exactly than a double is.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    if len(value) > _MAX_DIGITS:
        return float(value) if _DECIMAL.fullmatch(value) else None
    if _WHOLE.fullmatch(value):
        return int(value)
    if _HEXADECIMAL.fullmatch(value):
        return int(value, 16)
    return float(value) if _DECIMAL.fullmatch(value) else None


@lru_cache(maxsize=8192)
def as_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address."""
    try:
        address = IPv6Address(text) if ":" in text else IPv4Address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def as_time(value: object) -> datetime | None:
    """Read a time as UTC, as the time of an event is read; a day alone is its beginning."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        value = f"{value}T00:00:00"
    return read_time(value) if isinstance(value, str | int | float) else None


def unit_of(time: datetime, unit: Unit, zone: Zone = "UTC") -> int:
    """Return one part of a time that is in UTC, as a clock in `zone` shows it; weeks are those of ISO 8601."""
    shown = time if zone == "UTC" else _moved(time, zone)
    return shown.isocalendar().week if unit == "week" else int(getattr(shown, unit))


def _moved(time: datetime, zone: Zone) -> datetime:
    try:
        return time.astimezone(ZoneInfo(zone))
    except OverflowError:  # a time in the last hours of the year 9999
        return time


_MAX_BITS = 10_000
_MAX_DIGITS = 64
_WHOLE = re.compile(r"[+-]?[0-9]+")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+")
_DECIMAL = re.compile(r"[+-]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+")  # of any length: none goes back
_DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
