"""Windows events as values: one noun, and the two shapes it is written in (flat JSON lines, exported XML)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from examples.clinic.generate.clock import stamp
from examples.clinic.generate.story import Host
from examples.clinic.generate.writing import Record

SECURITY = "Security"
SYSTEM = "System"
SYSMON = "Microsoft-Windows-Sysmon/Operational"
AUDITING = "Microsoft-Windows-Security-Auditing"
EVENTLOG = "Microsoft-Windows-Eventlog"
SERVICES = "Service Control Manager"
SYSMON_PROVIDER = "Microsoft-Windows-Sysmon"

_GUIDS = {
    AUDITING: "{54849625-5478-4994-a5ba-3e3b0328c30d}",
    EVENTLOG: "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}",
}
_TASKS = {
    1102: 104,
    4624: 12544,
    4625: 12544,
    4634: 12545,
    4647: 12545,
    4672: 12548,
    4688: 13312,
    4698: 12804,
    4720: 13824,
    4723: 13824,
    4732: 13826,
    4768: 14339,
    4769: 14337,
    4776: 14336,
}
_SUCCESS, _FAILURE, _CLEARED = "0x8020000000000000", "0x8010000000000000", "0x4020000000000000"
_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


@dataclass(frozen=True, slots=True)
class WindowsEvent:
    """One event as the log of a machine holds it, without the record number that only the finished log gives."""

    time: datetime
    host: Host
    channel: str
    provider: str
    event_id: int
    data: Mapping[str, object]


def security(time: datetime, host: Host, event_id: int, data: Mapping[str, object]) -> WindowsEvent:
    """Make an event of the Security log."""
    return WindowsEvent(time, host, SECURITY, EVENTLOG if event_id == 1102 else AUDITING, event_id, data)


def as_records(events: Iterable[WindowsEvent], first: int) -> Iterator[Record]:
    """Yield events as flat records in the order of time; each host and channel counts its own record numbers."""
    counters: dict[tuple[str, str], int] = {}
    for event in sorted(events, key=lambda item: item.time):
        log = (event.host.name, event.channel)
        counters[log] = counters.get(log, first + 7919 * len(counters)) + 1
        yield {
            "TimeCreated": stamp(event.time),
            "EventID": event.event_id,
            "Channel": event.channel,
            "Provider_Name": event.provider,
            "Computer": event.host.fqdn,
            "EventRecordID": counters[log],
            **event.data,
        }


def as_xml(events: Iterable[WindowsEvent], first: int, dice: random.Random) -> str:
    """Return the log as `wevtutil qe Security /e:Events` prints it: one event a line, without XML declaration."""
    lines = ["<Events>"]
    for number, event in enumerate(sorted(events, key=lambda item: item.time), start=first):
        lines.append(_one(event, number, dice.randrange(400, 4000, 4)))
    return "\n".join([*lines, "</Events>", ""])


def _one(event: WindowsEvent, number: int, thread: int) -> str:
    level = "4" if event.provider == EVENTLOG else "0"
    keywords = {1102: _CLEARED, 4625: _FAILURE}.get(event.event_id, _SUCCESS)
    moment = event.time.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
    return (
        f"<Event xmlns='{_NAMESPACE}'><System>"
        f"<Provider Name='{event.provider}' Guid='{_GUIDS[event.provider]}'/>"
        f"<EventID>{event.event_id}</EventID><Version>{1 if event.event_id in {4624, 4688} else 0}</Version>"
        f"<Level>{level}</Level><Task>{_TASKS[event.event_id]}</Task><Opcode>0</Opcode><Keywords>{keywords}</Keywords>"
        f"<TimeCreated SystemTime='{moment}'/><EventRecordID>{number}</EventRecordID><Correlation/>"
        f"<Execution ProcessID='516' ThreadID='{thread}'/><Channel>{event.channel}</Channel>"
        f"<Computer>{event.host.fqdn}</Computer><Security/></System>{_payload(event)}</Event>"
    )


def _payload(event: WindowsEvent) -> str:
    if event.provider == EVENTLOG:
        inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in event.data.items())
        namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"
        return f"<UserData><LogFileCleared xmlns='{namespace}'>{inner}</LogFileCleared></UserData>"
    inner = "".join(f"<Data Name='{name}'>{escape(str(value))}</Data>" for name, value in event.data.items())
    return f"<EventData>{inner}</EventData>"
