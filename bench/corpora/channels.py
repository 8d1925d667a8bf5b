"""Windows events of other channels than Sysmon's: Security, System, PowerShell, Defender."""

from __future__ import annotations

from collections.abc import Callable

from bench.corpora.windows import FILES, HOSTS, PEOPLE, PROGRAMS, SERVICES, SYSTEM32, Maker, Record

AUDIT = ("Security", "Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-A5BA-3E3B0328C30D}")
CONTROL = ("System", "Service Control Manager", "{555908D1-A6D7-4695-8E1E-26931D2012F4}")
SHELL = (
    "Microsoft-Windows-PowerShell/Operational", "Microsoft-Windows-PowerShell",
    "{A0C1853B-5C40-4B15-8766-3CF1C58F985A}",
)  # fmt: skip
DEFENDER = (
    "Microsoft-Windows-Windows Defender/Operational", "Microsoft-Windows-Windows Defender",
    "{11CD958A-C507-4EF3-B3F2-5FD9DFBD2C78}",
)  # fmt: skip
SCRIPTS = (
    "Get-Service | Where-Object {{ $_.Status -ne 'Running' }} | ConvertTo-Json -Compress > C:\\ProgramData\\agent\\{hex8}.json",
    '$ledig = (Get-PSDrive C).Free / 1GB\nif ($ledig -lt 10) {{ Write-Output "lite plass på {number}" }}',
    "Import-Module ActiveDirectory; Get-ADComputer -Filter * -Properties LastLogonDate | Select-Object Name -First {number}",
    "prompt",
)


def made(make: Maker, event_id: int, source: tuple[str, str, str]) -> Record:
    """Return the beginning of an event of a channel."""
    return make.header(event_id, *source)[0]


def subject(make: Maker) -> Record:
    """Return who did it, in the words of the Security log."""
    return {
        "SubjectUserSid": f"S-1-5-21-1004336348-1177238915-682003330-{make.chance.randrange(1000, 1400)}",
        "SubjectUserName": make.chance.choice(PEOPLE), "SubjectDomainName": "LYNGVIK",
        "SubjectLogonId": f"0x{make.chance.getrandbits(24):x}",
    }  # fmt: skip


def logon(make: Maker) -> Record:
    """4624, a logon."""
    kind = make.chance.choice((3, 3, 3, 5, 2, 7, 10))
    return made(make, 4624, AUDIT) | subject(make) | {
        "TargetUserSid": "S-1-5-18", "TargetUserName": make.chance.choice(PEOPLE), "TargetDomainName": "LYNGVIK",
        "TargetLogonId": f"0x{make.chance.getrandbits(24):x}", "LogonType": kind, "LogonProcessName": "Kerberos",
        "AuthenticationPackageName": "Kerberos", "WorkstationName": "-", "LogonGuid": make.guid(),
        "TransmittedServices": "-", "LmPackageName": "-", "KeyLength": 0, "ProcessId": "0x0", "ProcessName": "-",
        "IpAddress": f"10.20.1.{make.chance.randrange(10, 60)}", "IpPort": make.chance.randrange(49_152, 65_535),
        "ImpersonationLevel": "%%1833", "RestrictedAdminMode": "-", "TargetLinkedLogonId": "0x0",
        "ElevatedToken": "%%1842",
    }  # fmt: skip


def logoff(make: Maker) -> Record:
    """4634, a logoff."""
    return made(make, 4634, AUDIT) | {
        "TargetUserSid": "S-1-5-18", "TargetUserName": make.chance.choice(PEOPLE), "TargetDomainName": "LYNGVIK",
        "TargetLogonId": f"0x{make.chance.getrandbits(24):x}", "LogonType": 3,
    }  # fmt: skip


def failed_logon(make: Maker) -> Record:
    """4625, a mistyped password."""
    return made(make, 4625, AUDIT) | subject(make) | {
        "TargetUserName": make.chance.choice(PEOPLE), "TargetDomainName": "LYNGVIK", "Status": "0xc000006d",
        "FailureReason": "%%2313", "SubStatus": "0xc000006a", "LogonType": 2, "LogonProcessName": "User32 ",
        "AuthenticationPackageName": "Negotiate", "IpAddress": "127.0.0.1", "IpPort": "0",
    }  # fmt: skip


def audited_start(make: Maker) -> Record:
    """4688, a process as the audit tells it."""
    image, _, _, form, parent, _ = make.chance.choice(PROGRAMS)
    return made(make, 4688, AUDIT) | subject(make) | {
        "NewProcessId": f"0x{make.chance.getrandbits(14):x}", "NewProcessName": image, "TokenElevationType": "%%1936",
        "ProcessId": f"0x{make.chance.getrandbits(14):x}", "CommandLine": make.text(form, make.chance.choice(PEOPLE)),
        "TargetUserSid": "S-1-0-0", "TargetUserName": "-", "TargetDomainName": "-", "TargetLogonId": "0x0",
        "ParentProcessName": parent, "MandatoryLabel": "S-1-16-8192",
    }  # fmt: skip


def ticket(make: Maker) -> Record:
    """4769, a service ticket."""
    return made(make, 4769, AUDIT) | {
        "TargetUserName": f"{make.chance.choice(PEOPLE)}@LYNGVIK.EXAMPLE", "TargetDomainName": "LYNGVIK.EXAMPLE",
        "ServiceName": f"{make.chance.choice(HOSTS).split('.')[0]}$", "ServiceSid": "S-1-5-21-1004336348-1177238915-1105",
        "TicketOptions": "0x40810000", "TicketEncryptionType": "0x12", "Status": "0x0",
        "IpAddress": f"::ffff:10.20.1.{make.chance.randrange(10, 60)}", "IpPort": make.chance.randrange(49_152, 65_535),
        "LogonGuid": make.guid(), "TransmittedServices": "-",
    }  # fmt: skip


def share_seen(make: Maker) -> Record:
    """5145, a file on a share looked at."""
    return made(make, 5145, AUDIT) | subject(make) | {
        "ObjectType": "File", "IpAddress": f"10.20.1.{make.chance.randrange(10, 60)}", "IpPort": 51_204,
        "ShareName": "\\\\*\\Felles", "ShareLocalPath": "\\??\\D:\\Felles",
        "RelativeTargetName": make.text("Rutiner\\prosedyre_{number}.docx"), "AccessMask": "0x120089",
        "AccessList": "%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4416", "AccessReason": "-",
    }  # fmt: skip


def rights(make: Maker) -> Record:
    """4672, special rights given."""
    return made(make, 4672, AUDIT) | subject(make) | {
        "PrivilegeList": "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege",
    }  # fmt: skip


def service_state(make: Maker) -> Record:
    """7036, a service started or stopped."""
    return made(make, 7036, CONTROL) | {"param1": make.chance.choice(SERVICES), "param2": "running"}


def service_new(make: Maker) -> Record:
    """7045, a service installed by an update."""
    return made(make, 7045, CONTROL) | {
        "ServiceName": make.text("Google Updater Service {number}"),
        "ImagePath": make.text('"C:\\Program Files (x86)\\Google\\Updater\\{number}\\updater.exe" --system'),
        "ServiceType": "user mode service", "StartType": "auto start", "AccountName": "LocalSystem",
    }  # fmt: skip


def script(make: Maker) -> Record:
    """4104, a block of PowerShell."""
    return made(make, 4104, SHELL) | {
        "MessageNumber": 1, "MessageTotal": 1, "ScriptBlockText": make.text(make.chance.choice(SCRIPTS)),
        "ScriptBlockId": make.guid(), "Path": "C:\\ProgramData\\agent\\jobb\\tjenester.ps1",
    }  # fmt: skip


def command_run(make: Maker) -> Record:
    """4103, a command of PowerShell with what it was given."""
    return made(make, 4103, SHELL) | {
        "ContextInfo": "        Severity = Informational\n        Host Name = ConsoleHost\n        Host Version = 5.1",
        "UserData": "-", "Payload": make.text('CommandInvocation(Get-Service): "Get-Service"\n{hex8}'),
    }  # fmt: skip


def scanned(make: Maker) -> Record:
    """1001, Defender finished a scan."""
    return made(make, 1001, DEFENDER) | {
        "Product Name": "Microsoft Defender Antivirus", "Scan ID": make.guid(), "Scan Type": "Antimalware",
        "Scan Resources": FILES, "Domain": "NT AUTHORITY", "User": "SYSTEM", "Process Name": SYSTEM32 + "MpCmdRun.exe",
    }  # fmt: skip


# How often each comes, of a thousand.
CHANNEL_MIX: dict[Callable[[Maker], Record], int] = {
    logon: 250, logoff: 210, audited_start: 150, ticket: 130, share_seen: 80, rights: 80, service_state: 40,
    script: 30, command_run: 15, failed_logon: 9, scanned: 5, service_new: 1,
}  # fmt: skip
