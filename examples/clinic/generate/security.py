"""What Windows writes into the Security log: sign-ins, sign-outs, accounts, tasks and processes, as its data fields."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeAlias

from examples.clinic.generate.story import DNS_DOMAIN, DOMAIN, Host, Person, guid

Data: TypeAlias = dict[str, object]

NOBODY_ID = "00000000-0000-0000-0000-000000000000"
SYSTEM_SID = "S-1-5-18"
INTERACTIVE, NETWORK, BATCH, SERVICE, UNLOCK, REMOTE = 2, 3, 4, 5, 7, 10

_PROCESSES = {
    "User32 ": r"C:\Windows\System32\svchost.exe",
    "Advapi  ": r"C:\Windows\System32\services.exe",
}


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: who, on which machine, how, and from where."""

    person: Person
    host: Host
    kind: int
    address: str
    logon_id: str
    client: str = "-"


def new_logon_id(dice: random.Random) -> str:
    """Return a made-up logon id."""
    return hex(dice.randrange(0x20000, 0x7FFFFFF))


def own_account(host: Host) -> Data:
    """Return the subject fields of a machine acting for itself."""
    return {
        "SubjectUserSid": SYSTEM_SID,
        "SubjectUserName": f"{host.name}$",
        "SubjectDomainName": DOMAIN,
        "SubjectLogonId": "0x3e7",
    }


def nobody() -> Data:
    """Return the subject fields of a sign-in that nobody local asked for."""
    return {
        "SubjectUserSid": "S-1-0-0",
        "SubjectUserName": "-",
        "SubjectDomainName": "-",
        "SubjectLogonId": "0x0",
    }


def subject(person: Person, logon_id: str) -> Data:
    """Return the subject fields of a person's session."""
    return {
        "SubjectUserSid": person.sid,
        "SubjectUserName": person.account,
        "SubjectDomainName": DOMAIN,
        "SubjectLogonId": logon_id,
    }


def signed_in(session: Session, dice: random.Random, *, modern: bool = True) -> Data:
    """Return the data of 4624; `modern` adds what Windows 10 and Server 2016 added."""
    kerberos = session.kind == NETWORK
    process = "Kerberos" if kerberos else "User32 "
    data = {
        **(nobody() if kerberos else own_account(session.host)),
        "TargetUserSid": session.person.sid,
        "TargetUserName": session.person.account,
        "TargetDomainName": DNS_DOMAIN.upper() if kerberos else DOMAIN,
        "TargetLogonId": session.logon_id,
        "LogonType": session.kind,
        "LogonProcessName": process,
        "AuthenticationPackageName": "Kerberos" if kerberos else "Negotiate",
        "WorkstationName": "-" if kerberos else session.host.name,
        "LogonGuid": "{" + guid(session.host.name, session.logon_id) + "}",
        "TransmittedServices": "-",
        "LmPackageName": "-",
        "KeyLength": 0,
        "ProcessId": "0x0" if kerberos else "0x4f8",
        "ProcessName": _PROCESSES.get(process, "-"),
        "IpAddress": session.address,
        "IpPort": "0" if session.kind == REMOTE else str(dice.randrange(49152, 65535)),
        "ImpersonationLevel": "%%1833",
    }
    return data | (_modern(restricted="%%1843" if session.kind == REMOTE else "-") if modern else {})


def service_signed_in(host: Host, *, modern: bool = True) -> Data:
    """Return the data of 4624 for a Windows service starting: the machine's own pulse."""
    data = {
        **own_account(host),
        "TargetUserSid": SYSTEM_SID,
        "TargetUserName": "SYSTEM",
        "TargetDomainName": "NT AUTHORITY",
        "TargetLogonId": "0x3e7",
        "LogonType": SERVICE,
        "LogonProcessName": "Advapi  ",
        "AuthenticationPackageName": "Negotiate",
        "WorkstationName": "-",
        "LogonGuid": "{" + NOBODY_ID + "}",
        "TransmittedServices": "-",
        "LmPackageName": "-",
        "KeyLength": 0,
        "ProcessId": "0x26c",
        "ProcessName": _PROCESSES["Advapi  "],
        "IpAddress": "-",
        "IpPort": "-",
        "ImpersonationLevel": "%%1833",
    }
    return data | (_modern(restricted="-") if modern else {})


def _modern(restricted: str) -> Data:
    return {
        "RestrictedAdminMode": restricted,
        "TargetOutboundUserName": "-",
        "TargetOutboundDomainName": "-",
        "VirtualAccount": "%%1843",
        "TargetLinkedLogonId": "0x0",
        "ElevatedToken": "%%1842",
    }


def refused(host: Host, account: str, kind: int, address: str, *, known: bool) -> Data:
    """Return the data of 4625: a wrong password, or an account that does not exist."""
    remote = kind == REMOTE
    return {
        **(own_account(host) if remote else nobody()),
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": account,
        "TargetDomainName": DOMAIN,
        "Status": "0xc000006d",
        "FailureReason": "%%2313",
        "SubStatus": "0xc000006a" if known else "0xc0000064",
        "LogonType": kind,
        "LogonProcessName": "User32 " if remote else "NtLmSsp ",
        "AuthenticationPackageName": "Negotiate" if remote else "NTLM",
        "WorkstationName": host.name if remote else "-",
        "TransmittedServices": "-",
        "LmPackageName": "-",
        "KeyLength": 0,
        "ProcessId": "0x4f8" if remote else "0x0",
        "ProcessName": _PROCESSES["User32 "] if remote else "-",
        "IpAddress": address,
        "IpPort": "0",
    }


def signed_out(session: Session) -> Data:
    """Return the data of 4634."""
    return {
        "TargetUserSid": session.person.sid,
        "TargetUserName": session.person.account,
        "TargetDomainName": DOMAIN,
        "TargetLogonId": session.logon_id,
        "LogonType": session.kind,
    }


def reconnected(session: Session) -> Data:
    """Return the data of 4778 and 4779: a remote desktop session taken up again or left running."""
    return {
        "AccountName": session.person.account,
        "AccountDomain": DOMAIN,
        "LogonID": session.logon_id,
        "SessionName": "RDP-Tcp#3",
        "ClientName": session.client,
        "ClientAddress": session.address,
    }


def privileged(session: Session) -> Data:
    """Return the data of 4672 for an administrator's sign-in."""
    rights = ("SeSecurityPrivilege", "SeBackupPrivilege", "SeRestorePrivilege", "SeDebugPrivilege")
    return {**subject(session.person, session.logon_id), "PrivilegeList": "\r\n\t\t\t".join(rights)}


def system_privileged() -> Data:
    """Return the data of 4672 for a Windows service."""
    return {
        "SubjectUserSid": SYSTEM_SID,
        "SubjectUserName": "SYSTEM",
        "SubjectDomainName": "NT AUTHORITY",
        "SubjectLogonId": "0x3e7",
        "PrivilegeList": "SeAssignPrimaryTokenPrivilege\r\n\t\t\tSeTcbPrivilege\r\n\t\t\tSeImpersonatePrivilege",
    }


def account_made(session: Session, name: str, sid: str) -> Data:
    """Return the data of 4720: a local account on the session's machine."""
    return {
        "TargetUserName": name,
        "TargetDomainName": session.host.name,
        "TargetSid": sid,
        **subject(session.person, session.logon_id),
        "PrivilegeList": "-",
        "SamAccountName": name,
        "DisplayName": "%%1793",
        "UserPrincipalName": "-",
        "HomeDirectory": "%%1793",
        "HomePath": "%%1793",
        "ScriptPath": "%%1793",
        "ProfilePath": "%%1793",
        "UserWorkstations": "%%1793",
        "PasswordLastSet": "%%1794",
        "AccountExpires": "%%1794",
        "PrimaryGroupId": "513",
        "AllowedToDelegateTo": "-",
        "OldUacValue": "0x0",
        "NewUacValue": "0x15",
        "UserAccountControl": "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084",
        "UserParameters": "%%1793",
        "SidHistory": "-",
        "LogonHours": "%%1797",
    }


def group_joined(session: Session, member: str, group: str, group_sid: str) -> Data:
    """Return the data of 4732: a member added to a local group."""
    return {
        "MemberName": "-",
        "MemberSid": member,
        "TargetUserName": group,
        "TargetDomainName": "Builtin",
        "TargetSid": group_sid,
        **subject(session.person, session.logon_id),
        "PrivilegeList": "-",
    }


def task_made(session: Session, name: str, content: str) -> Data:
    """Return the data of 4698: a scheduled task, with its definition."""
    return {**subject(session.person, session.logon_id), "TaskName": name, "TaskContent": content}


def log_cleared(session: Session) -> Data:
    """Return the data of 1102."""
    return subject(session.person, session.logon_id)
