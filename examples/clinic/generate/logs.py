"""Writes the month of logs: `python -m examples.clinic.generate.logs [--into FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from examples.clinic.generate import (
    log_clients,
    log_dc,
    log_epj,
    log_epj_security,
    log_epj_sysmon,
    log_firewall,
    log_web,
)
from examples.clinic.generate.story import dice
from examples.clinic.generate.windows import as_records, as_xml
from examples.clinic.generate.writing import write_lines

LOGS = Path(__file__).resolve().parent.parent / "logs"


def write_logs(folder: Path) -> dict[str, int]:
    """Write every log file into the folder; return the number of records by name."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {
        name: write_lines(folder / name, as_records(events(dice(name)), first))
        for name, events, first in (
            ("lv-epj-security.jsonl.zst", log_epj_security.events, 418_200),
            ("lv-epj-sysmon.jsonl.gz", log_epj_sysmon.events, 90_310),
            ("klienter-sysmon.jsonl.zst", log_clients.events, 51_004),
        )
    }
    counts |= {
        name: write_lines(folder / name, records(dice(name)))
        for name, records in (
            ("web-access.jsonl.gz", log_web.records),
            ("firewall.jsonl.zst", log_firewall.records),
            ("epj-access.jsonl.zst", log_epj.records),
        )
    }
    return counts | {"lv-dc01-security.xml": _write_dc(folder / "lv-dc01-security.xml")}


def _write_dc(path: Path) -> int:
    events = list(log_dc.events(dice(path.name)))
    path.write_text(as_xml(events, 1_204_551, dice("threads")), encoding="utf-8", newline="\n")
    return len(events)


def main() -> None:
    """Write the logs and say how many records each file holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=LOGS, help="folder to write into")
    for name, count in sorted(write_logs(parser.parse_args().into).items()):
        print(f"{name}: {count} records")


if __name__ == "__main__":
    main()
