"""A delivery and its answers on disk, for tests."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

ANSWERS = """
schema: sentinel.answers/1
organisation: Tareskjær IKT IKS
answers:
  DRF-07: {state: met, by: Terje Hamnøy, date: 2026-09-03, note: Kopi hver natt}
  DRF-10: {state: partly, by: Terje Hamnøy, date: 2026-09-03}
  DRF-21: {state: met, by: Terje Hamnøy, date: 2026-09-03}
"""
DELIVERY = """
schema: sentinel.delivery/1
giver: operator
name: Tareskjær IKT IKS
number: "000000200"
answers: drift.yml
serves:
  - {number: "000000002", from: 2026-01-01, until: 2027-12-31}
parts:
  DRF-07: {does: Tar kopi., stays: Ingenting.}
  DRF-10: {does: Logger., stays: Å lese loggen.}
  DRF-21: {does: Bytter servere., stays: Å bytte eget utstyr.}
"""


def write_delivery(folder: Path, delivery: str = DELIVERY, answers: str = ANSWERS) -> Path:
    """Write `delivery.yml` and its answers, and return the path of the first."""
    (folder / "drift.yml").write_text(dedent(answers), encoding="utf-8")
    path = folder / "delivery.yml"
    path.write_text(dedent(delivery), encoding="utf-8")
    return path
