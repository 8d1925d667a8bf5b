"""Records of messages as an exchange writes them: four for each, sent, routed, received and answered for.

Names are the taxonomy's (`helse.edi.*`); addresses, parties and identifiers are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import orjson

from bench.corpora.windows import Record

START = datetime(2026, 11, 20, tzinfo=UTC)
A_DAY = 2_300_000
"""Records a day: 211 million messages a year, of which four are written for each."""
STAGES = ("sent", "routed", "received", "acknowledged")
KINDS = ("DIALOG_INNBYGGER_KOORDINERING", "HENVIS", "MEDEPIKRISE", "MEDLAB8", "PLO", "APPREC", "RTG_RSP", "SYSVAK_REQ")
FAULTS = ("S01", "S02", "S03", "T01", "E10", "E35", "X99")
PARTIES = 4_000


def messages(count: int, seed: int, faults: float) -> Iterator[bytes]:
    """Yield lines of JSON, of which a share tells of a fault; a day holds A_DAY of them."""
    chance = Random(seed)
    step = timedelta(days=1) / A_DAY
    message: Record = {}
    for number in range(count):
        stage = STAGES[number % len(STAGES)]
        if stage == "sent":
            message = _message(chance)
        record = {
            "@timestamp": (START + number * step).isoformat(timespec="milliseconds"),
            "event.dataset": "edi.ebxml",
            "event.action": stage,
            "event.outcome": "success",
            "observer.name": f"msh-{number % 12:02}.samband.example",
            **message,
        }
        if chance.random() < faults:
            record |= {"event.outcome": "failure", "error.code": chance.choice(FAULTS), "helse.edi.apprec": "2"}
        yield orjson.dumps(record)


def _message(chance: Random) -> Record:
    sender, receiver = chance.randrange(PARTIES), chance.randrange(PARTIES)
    return {
        "helse.edi.from_her": str(80_000 + sender),
        "helse.edi.to_her": str(80_000 + receiver),
        "helse.edi.type": chance.choice(KINDS),
        "helse.edi.ebms_id": str(UUID(int=chance.getrandbits(128))),
        "helse.edi.conversation": str(UUID(int=chance.getrandbits(128))),
        "helse.edi.cpa": f"{sender:05}:{receiver:05}",
        "helse.edi.att_count": chance.choice((0, 0, 0, 1, 2)),
        "helse.edi.att_bytes": chance.randrange(2_000, 400_000),
        "http.response.status_code": 200,
    }
