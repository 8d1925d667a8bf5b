"""Runs nmap through python-nmap, in a process of its own: `python -m sentinel.scan.workers.nmap`.

Reads one JSON object from standard input (`arguments`, `ports`, `timeout`) and writes one to standard output: `xml`, or
`error`. python-nmap is GPL and is imported here alone; nmap's own data files are never read by us.
"""

from __future__ import annotations

import json
import re
import sys

import nmap

ALONE = frozenset({"-sT", "-Pn", "-n", "--disable-arp-ping", "--noninteractive", "-6"})
WITH_VALUE = frozenset({"--max-retries", "--max-rate", "--scan-delay", "--max-hostgroup", "-iL", "--excludefile", "-S"})
_VALUE = re.compile(r"[0-9A-Za-z.:/_][0-9A-Za-z.:/_-]*")
_PORTS = re.compile(r"\d{1,5}(?:,\d{1,5})*")


def run(order: dict[str, object]) -> dict[str, str]:
    """Run nmap as ordered; an argument that is not on our list is refused here too."""
    arguments, ports = _words(order.get("arguments")), str(order.get("ports"))
    if wrong := refused(arguments, ports):
        return {"error": f"refused: {wrong}"}
    try:
        scanner = nmap.PortScanner()
        scanner.scan(hosts="", ports=ports, arguments=" ".join(arguments), timeout=int(str(order["timeout"])))
    except (nmap.PortScannerError, nmap.PortScannerTimeout) as error:
        return {"error": (str(error).strip().splitlines() or [type(error).__name__])[0][:300]}
    output = scanner.get_nmap_last_output()
    return {"xml": output.decode("utf-8", "replace") if isinstance(output, bytes) else str(output)}


def refused(arguments: list[str], ports: str) -> str:
    """Return the first word that is not on our list, or nothing."""
    words = iter(arguments)
    for word in words:
        value = next(words, "") if word in WITH_VALUE else ""
        if word not in ALONE and not (word in WITH_VALUE and _VALUE.fullmatch(value)):
            return f"{word} {value}".strip() or "an empty word"
    return "" if _PORTS.fullmatch(ports) else f"-p {ports}"


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else ["no arguments"]


def main() -> None:
    """Take one order and answer it."""
    json.dump(run(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
