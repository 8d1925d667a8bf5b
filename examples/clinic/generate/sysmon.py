"""Sysmon's events as its data fields: processes, connections, names, files, registry, access between processes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.clinic.generate.story import DOMAIN, Host, digest, guid
from examples.clinic.generate.windows import SYSMON, SYSMON_PROVIDER, WindowsEvent

SYSTEM_USER = r"NT AUTHORITY\SYSTEM"
_FOLDERS = {"High": "C:\\Windows\\system32\\", "Medium": "C:\\Windows\\", "System": "C:\\Windows\\system32\\"}


@dataclass(frozen=True, slots=True)
class Program:
    """A program as Sysmon describes it; `original` is the name it was compiled under."""

    image: str
    version: str
    description: str
    product: str
    company: str
    original: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.image.rsplit("\\", 1)[-1]


@dataclass(frozen=True, slots=True)
class Parent:
    """The process that started another one."""

    image: str
    command: str
    user: str = SYSTEM_USER


@dataclass(frozen=True, slots=True)
class Process:
    """One run of a program; `number` tells runs apart in made-up process ids and GUIDs."""

    host: Host
    program: Program
    command: str
    user: str
    level: str
    parent: Parent
    number: int

    @property
    def guid(self) -> str:
        """Sysmon's process GUID."""
        return "{" + guid("process", self.host.name, self.program.image, self.number) + "}"

    @property
    def pid(self) -> int:
        """The process id: a multiple of four, as in Windows."""
        return 4 * (int(digest("pid", self.guid)[:6], 16) % 4000 + 200)


def user_of(account: str) -> str:
    """Return the account as Sysmon writes it."""
    return f"{DOMAIN}\\{account}"


def started(process: Process, time: datetime) -> WindowsEvent:
    """Make event 1."""
    program = process.program
    parent_guid = guid("process", process.host.name, process.parent.image)
    data = {
        "Image": program.image,
        "FileVersion": program.version,
        "Description": program.description,
        "Product": program.product,
        "Company": program.company,
        "OriginalFileName": program.original or program.name,
        "CommandLine": process.command,
        "CurrentDirectory": _FOLDERS[process.level],
        "User": process.user,
        "LogonGuid": "{" + guid("logon", process.host.name, process.user) + "}",
        "LogonId": "0x3e7" if process.user == SYSTEM_USER else "0x" + digest("logon", process.host, process.user)[:6],
        "TerminalSessionId": 0 if process.user == SYSTEM_USER else 1,
        "IntegrityLevel": process.level,
        "Hashes": hashes(program),
        "ParentProcessGuid": "{" + parent_guid + "}",
        "ParentProcessId": 4 * (int(digest("pid", parent_guid)[:6], 16) % 4000 + 200),
        "ParentImage": process.parent.image,
        "ParentCommandLine": process.parent.command,
        "ParentUser": process.parent.user,
    }
    return _event(process, time, 1, data)


def hashes(program: Program) -> str:
    """Return made-up hashes, the same for the same program and version."""
    text = digest("file", program.image, program.version).upper()
    return f"MD5={text[:32]},SHA256={digest('sha', text).upper()},IMPHASH={text[32:]}"


def connected(process: Process, time: datetime, target: tuple[str, str, int], dice: random.Random) -> WindowsEvent:
    """Make event 3; target is address, name and port."""
    address, name, port = target
    data = {
        "Image": process.program.image,
        "User": process.user,
        "Protocol": "tcp",
        "Initiated": "true",
        "SourceIsIpv6": "false",
        "SourceIp": process.host.address,
        "SourceHostname": process.host.fqdn,
        "SourcePort": dice.randrange(49152, 65535),
        "SourcePortName": "-",
        "DestinationIsIpv6": "false",
        "DestinationIp": address,
        "DestinationHostname": name,
        "DestinationPort": port,
        "DestinationPortName": "-",
    }
    return _event(process, time, 3, data)


def asked_name(process: Process, time: datetime, name: str, address: str) -> WindowsEvent:
    """Make event 22."""
    data = {"QueryName": name, "QueryStatus": "0", "QueryResults": f"::ffff:{address};"}
    return _event(process, time, 22, {**data, "Image": process.program.image, "User": process.user})


def wrote_file(process: Process, time: datetime, path: str) -> WindowsEvent:
    """Make event 11."""
    made = time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    data = {"Image": process.program.image, "TargetFilename": path, "CreationUtcTime": made, "User": process.user}
    return _event(process, time, 11, data)


def made_key(process: Process, time: datetime, key: str) -> WindowsEvent:
    """Make event 12."""
    data = {"EventType": "CreateKey", "Image": process.program.image, "TargetObject": key, "User": process.user}
    return _event(process, time, 12, data)


def set_value(process: Process, time: datetime, key: str, details: str) -> WindowsEvent:
    """Make event 13."""
    data = {"EventType": "SetValue", "Image": process.program.image, "TargetObject": key, "Details": details}
    return _event(process, time, 13, {**data, "User": process.user})


def opened(process: Process, time: datetime, target: str, access: tuple[str, str]) -> WindowsEvent:
    """Make event 10; access is the granted mask and the call trace."""
    granted, trace = access
    target_guid = guid("process", process.host.name, target)
    data = {
        "UtcTime": time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "RuleName": "-",
        "SourceProcessGUID": process.guid,
        "SourceProcessId": process.pid,
        "SourceThreadId": process.pid + 4,
        "SourceImage": process.program.image,
        "TargetProcessGUID": "{" + target_guid + "}",
        "TargetProcessId": 4 * (int(digest("pid", target_guid)[:6], 16) % 4000 + 200),
        "TargetImage": target,
        "GrantedAccess": granted,
        "CallTrace": trace,
        "SourceUser": process.user,
        "TargetUser": SYSTEM_USER,
    }
    return WindowsEvent(time, process.host, SYSMON, SYSMON_PROVIDER, 10, data)


def _event(process: Process, time: datetime, event_id: int, data: Mapping[str, object]) -> WindowsEvent:
    head = {
        "RuleName": "-",
        "UtcTime": time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "ProcessGuid": process.guid,
        "ProcessId": process.pid,
    }
    return WindowsEvent(time, process.host, SYSMON, SYSMON_PROVIDER, event_id, {**head, **data})
