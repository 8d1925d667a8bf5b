"""What an nmap scan asked: the networks on its command line, and the ports of a host that refused."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence

MAX_TARGETS = 512
_TAKES_A_WORD = frozenset(
    {"-oX", "-oN", "-oG", "-oA", "-iL", "-p", "-e", "-S", "-D", "-g", "--exclude", "--excludefile", "--source-port",
     "--dns-servers", "--script", "--script-args", "--top-ports", "--max-rate", "--min-rate", "--host-timeout"}
)  # fmt: skip
_DISCOVERY = re.compile(r"-P[EPMSAUYOR]")
_RANGE = re.compile(r"^((?:\d{1,3}\.){3})(\d{1,3})-(\d{1,3})$", re.ASCII)


def targets(arguments: str) -> tuple[str, ...]:
    """Return the networks that a command line of nmap names, in CIDR; names and files of targets are not followed.

    With `--exclude` or `--excludefile` nothing is returned: what was left out is then not certain. Nor is anything
    where machines were looked for by datagrams alone: who is there and does not answer those is not known.
    """
    words = arguments.split()
    if any(word.startswith("--exclude") for word in words) or by_datagrams(arguments):
        return ()
    found: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        if before not in _TAKES_A_WORD and not word.startswith("-"):
            found += _networks(word)
    return tuple(found[:MAX_TARGETS])


def by_datagrams(arguments: str) -> bool:
    """Say whether a command line of nmap looks for machines by UDP alone (`-PU`), which they need not answer."""
    return {found[0] for word in arguments.split() if (found := _DISCOVERY.match(word))} == {"-PU"}


def _networks(word: str) -> list[str]:
    span = _RANGE.match(word)
    try:
        if span:
            first, last = (ipaddress.IPv4Address(span[1] + end) for end in (span[2], span[3]))
            return [str(network) for network in ipaddress.summarize_address_range(first, last)]
        return [str(ipaddress.ip_network(word, strict=False))]
    except ValueError:
        return []


def refused(scanned: Mapping[str, str], listed: Sequence[tuple[str, int, str]], rest: set[str]) -> str:
    """Return the ports that were asked and refused, as `tcp/1-21,tcp/23-1000`.

    `scanned` are the ports asked by protocol, as nmap writes ranges; `listed` the ports that are told one by one, with
    their state; `rest` the states of all the others. The others count only where all of them refused, and where one
    protocol alone was scanned: the file does not say otherwise which they are.
    """
    told = {(protocol, port) for protocol, port, _ in listed}
    shut = sorted((protocol, port, port) for protocol, port, state in listed if state == "closed")
    if rest == {"closed"} and len(scanned) == 1:
        (protocol, text) = next(iter(scanned.items()))
        without = sorted(port for other, port in told if other == protocol)
        shut = sorted(shut + [(protocol, low, high) for low, high in _left(_ranges(text), without)])
    return ",".join(_word(*one) for one in _joined(shut))


def covers(text: str, transport: str, port: int) -> bool:
    """Say whether a port is among those that `refused` named."""
    spans = (part.partition("/") for part in text.split(",") if part)
    return any(kind == transport and low <= port <= high for kind, _, span in spans for low, high in _ranges(span))


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(",")[:65_536]:
        low, dash, high = part.strip().partition("-")
        if low.isdecimal() and low.isascii() and (not dash or (high.isdecimal() and high.isascii())) and len(high) < 6:  # noqa: PLR2004 -- digits of the highest port
            found.append((int(low[:5]), int(high or low)))
    return found


def _left(ranges: list[tuple[int, int]], without: list[int]) -> list[tuple[int, int]]:
    left = []
    for low, high in ranges:
        start = low
        for port in without:
            if start <= port <= high:
                left += [(start, port - 1)] if port > start else []
                start = port + 1
        left += [(start, high)] if start <= high else []
    return left


def _joined(spans: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    joined: list[tuple[str, int, int]] = []
    for kind, low, high in spans:
        if joined and joined[-1][0] == kind and low <= joined[-1][2] + 1:
            joined[-1] = (kind, joined[-1][1], max(high, joined[-1][2]))
        else:
            joined.append((kind, low, high))
    return joined


def _word(kind: str, low: int, high: int) -> str:
    return f"{kind}/{low}" if low == high else f"{kind}/{low}-{high}"
