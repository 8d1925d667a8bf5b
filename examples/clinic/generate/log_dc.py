"""The domain controller's Security log. The server is old: its events have the fields of Windows Server 2012 R2."""

from __future__ import annotations

import random
from collections.abc import Iterator

from examples.clinic.generate import night
from examples.clinic.generate.clock import SUPPLIER_DAYS, closing, hours, later, local, moments, working_days
from examples.clinic.generate.security import (
    NETWORK,
    Data,
    Session,
    log_cleared,
    new_logon_id,
    own_account,
    privileged,
    service_signed_in,
    signed_in,
    signed_out,
    subject,
    system_privileged,
)
from examples.clinic.generate.story import DC, DESK, DNS_DOMAIN, DOMAIN, DOMAIN_SID, EPJ, STAFF, SUPPLIER, XRAY, Host
from examples.clinic.generate.windows import WindowsEvent, security

_SYSTEM32 = r"C:\Windows\System32"


def events(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the month, not in order."""
    yield from _pulse(dice)
    yield from _mornings(dice)
    yield from _every_night(dice)
    yield from _supplier(dice)
    yield from _night(dice)


def _pulse(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield a service sign-in every hour, and every fourth hour a ticket for one of the servers."""
    for number, hour in enumerate(hours()):
        start = later(hour, dice.uniform(20, 900))
        yield security(start, DC, 4624, service_signed_in(DC, modern=False))
        if number % 6 == 0:
            yield security(later(start, 0.003), DC, 4672, system_privileged())
        if number % 4 == 0:
            host = dice.choice((EPJ, XRAY, DC))
            yield security(later(hour, dice.uniform(1000, 3500)), DC, 4769, _ticket(f"{host.name}$", host))


def _mornings(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield people's first tickets of the day and their use of the file shares."""
    for day in working_days():
        for person in STAFF:
            desk = DESK[person]
            arrived = local(day, 7, dice.randrange(20, 50), dice.uniform(0, 59))
            yield security(arrived, DC, 4768, _first_ticket(person.account, person.sid, desk))
            for time in moments(dice, day, 8, closing(day), 2):
                session = Session(person, DC, NETWORK, desk.address, new_logon_id(dice))
                yield security(time, DC, 4624, signed_in(session, dice, modern=False))
                yield security(later(time, dice.uniform(60, 900)), DC, 4634, signed_out(session))


def _every_night(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the nightly jobs as processes: backup, its look at the shadow copies, and the copy of the log."""
    for day in range(1, 32):
        start = local(day, 23, 45, dice.uniform(0, 9))
        for seconds, program, command in (
            (0, "cmd.exe", r'C:\Windows\system32\cmd.exe /c "D:\Drift\sikkerhetskopi – døgn.cmd"'),
            (2, "vssadmin.exe", "vssadmin  list shadows"),
            (4, "wbadmin.exe", r"wbadmin  start backup -backupTarget:\\LV-NAS\kopi -include:C:,D: -systemState -quiet"),
            (600, "wevtutil.exe", r"wevtutil  qe Security /e:Events /q:*[System[TimeCreated]]"),
        ):
            yield security(later(start, seconds), DC, 4688, _process(own_account(DC), program, command, dice))


def _supplier(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the supplier going on from the EPJ server to the domain controller on the agreed days."""
    for day, (first, _) in SUPPLIER_DAYS.items():
        session = Session(SUPPLIER, DC, NETWORK, EPJ.address, new_logon_id(dice))
        start = local(day, first, 40, dice.uniform(0, 50))
        yield security(start, DC, 4624, signed_in(session, dice, modern=False))
        yield security(later(start, 0.002), DC, 4672, privileged(session))
        yield security(later(start, 1500), DC, 4634, signed_out(session))


def _night(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield 14 October: remote desktop from the EPJ server, the log cleared; and 17 October: the backups deleted."""
    session = night.SESSION_ON_DC
    yield security(night.ON_DC, DC, 4624, signed_in(session, dice, modern=False))
    yield security(later(night.ON_DC, 0.002), DC, 4672, privileged(session))
    who = subject(SUPPLIER, session.logon_id)
    clearing = _process(who, "wevtutil.exe", "wevtutil  cl Security", dice)
    yield security(later(night.CLEARED, -0.06), DC, 4688, clearing)
    yield security(night.CLEARED, DC, 1102, log_cleared(session))
    yield security(later(night.CLEARED, 40), DC, 4634, signed_out(session))
    visit = Session(SUPPLIER, DC, NETWORK, EPJ.address, "0x2b77e10")
    yield security(night.DC_VISIT, DC, 4624, signed_in(visit, dice, modern=False))
    yield security(later(night.DC_VISIT, 0.002), DC, 4672, privileged(visit))
    for time, image, command in night.DC_COMMANDS:
        process = _process(subject(SUPPLIER, visit.logon_id), image.rsplit("\\", 1)[-1], command, dice)
        yield security(time, DC, 4688, process)
    yield security(later(night.CATALOG_DELETED, 65), DC, 4634, signed_out(visit))


def _process(who: Data, program: str, command: str, dice: random.Random) -> Data:
    return {
        **who,
        "NewProcessId": hex(dice.randrange(0x200, 0x3FFC, 4)),
        "NewProcessName": rf"{_SYSTEM32}\{program}",
        "TokenElevationType": "%%1936",
        "ProcessId": hex(dice.randrange(0x200, 0x3FFC, 4)),
        "CommandLine": command,
    }


def _first_ticket(account: str, sid: str, desk: Host) -> Data:
    return {
        "TargetUserName": account,
        "TargetDomainName": DOMAIN,
        "TargetSid": sid,
        "ServiceName": "krbtgt",
        "ServiceSid": f"{DOMAIN_SID}-502",
        "TicketOptions": "0x40810010",
        "Status": "0x0",
        "TicketEncryptionType": "0x12",
        "PreAuthType": "2",
        "IpAddress": f"::ffff:{desk.address}",
        "IpPort": "49732",
        "CertIssuerName": "",
        "CertSerialNumber": "",
        "CertThumbprint": "",
    }


def _ticket(account: str, host: Host) -> Data:
    return {
        "TargetUserName": f"{account}@{DNS_DOMAIN.upper()}",
        "TargetDomainName": DNS_DOMAIN.upper(),
        "ServiceName": f"{DC.name}$",
        "ServiceSid": DC.sid,
        "TicketOptions": "0x40810000",
        "TicketEncryptionType": "0x12",
        "IpAddress": f"::ffff:{host.address}",
        "IpPort": "50114",
        "Status": "0x0",
        "LogonGuid": "{" + "00000000-0000-0000-0000-000000000000" + "}",
        "TransmittedServices": "-",
    }
