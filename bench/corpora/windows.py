"""Windows events of ordinary work as Sysmon and the Windows channels write them: order of fields, GUIDs, hashes, noise.

What is ordinary here: a clinic network of forty machines where services, browsers, an electronic patient record and
a monitoring agent run. Three process starts of five carry a command line that never comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Record = dict[str, Any]
SYSMON = "Microsoft-Windows-Sysmon/Operational"
SYSTEM32 = "C:\\Windows\\System32\\"
FILES = "C:\\Program Files\\"
HOSTS = [f"LV-{room}{number:02}.lyngvik.example" for room in ("BEH", "LAB", "RTG", "KONTOR") for number in range(1, 10)]
HOSTS += ["LV-DC1.lyngvik.example", "LV-EPJ.lyngvik.example", "LV-FIL.lyngvik.example", "LV-WEB.lyngvik.example"]
PEOPLE = ("siv.odegaard", "jon.bråten", "åse.lie", "kari.nordmann", "ola.hansen", "per.øverås", "ida.vik", "liv.haug")
SYSTEM = "NT AUTHORITY\\SYSTEM"
DOMAINS = (
    "login.microsoftonline.com", "ctldl.windowsupdate.com", "settings-win.data.microsoft.com", "lv-dc1.lyngvik.example",
    "wpad.lyngvik.example", "outlook.office365.com", "v10.events.data.microsoft.com", "epj.lyngvik.example",
)  # fmt: skip
# Program, description, maker, command line with {…} filled in, its parent, and whether a person runs it.
PROGRAMS: tuple[tuple[str, str, str, str, str, bool], ...] = (
    (SYSTEM32 + "svchost.exe", "Host Process for Windows Services", "Microsoft Corporation",
     "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s {service}", SYSTEM32 + "services.exe", False),
    (SYSTEM32 + "svchost.exe", "Host Process for Windows Services", "Microsoft Corporation",
     "C:\\Windows\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p", SYSTEM32 + "services.exe", False),
    (SYSTEM32 + "backgroundTaskHost.exe", "Background Task Host", "Microsoft Corporation",
     '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App.AppX{hex10}.mca', SYSTEM32 + "svchost.exe", True),
    (SYSTEM32 + "RuntimeBroker.exe", "Runtime Broker", "Microsoft Corporation",
     "C:\\Windows\\System32\\RuntimeBroker.exe -Embedding", SYSTEM32 + "svchost.exe", True),
    (SYSTEM32 + "taskhostw.exe", "Host Process for Windows Tasks", "Microsoft Corporation",
     "taskhostw.exe {hex8}", SYSTEM32 + "svchost.exe", False),
    (SYSTEM32 + "conhost.exe", "Console Window Host", "Microsoft Corporation",
     "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1", SYSTEM32 + "cmd.exe", False),
    (SYSTEM32 + "SearchProtocolHost.exe", "Microsoft Windows Search Protocol Host", "Microsoft Corporation",
     '"C:\\Windows\\system32\\SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe{number}_ '
     "Global\\UsGthrCtrlFltPipeMssGthrPipe{number} 1 -2147483646", SYSTEM32 + "SearchIndexer.exe", False),
    (SYSTEM32 + "dllhost.exe", "COM Surrogate", "Microsoft Corporation",
     "C:\\Windows\\system32\\DllHost.exe /Processid:{guid}", SYSTEM32 + "svchost.exe", True),
    (SYSTEM32 + "WerFault.exe", "Windows Problem Reporting", "Microsoft Corporation",
     "C:\\Windows\\system32\\WerFault.exe -u -p {number} -s {number}", SYSTEM32 + "svchost.exe", True),
    (SYSTEM32 + "rundll32.exe", "Windows host process (Rundll32)", "Microsoft Corporation",
     "C:\\Windows\\system32\\rundll32.exe C:\\Windows\\System32\\shell32.dll,SHCreateLocalServerRunDll {guid}",
     "C:\\Windows\\explorer.exe", True),
    (FILES + "Google\\Chrome\\Application\\chrome.exe", "Google Chrome", "Google LLC",
     '"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" --type=renderer --lang=nb --device-scale-factor=1 '
     "--num-raster-threads=2 --renderer-client-id={number} --time-ticks-at-unix-epoch=-{number}{number} "
     "--field-trial-handle={number},i,{number}{number},262144 /prefetch:1",
     FILES + "Google\\Chrome\\Application\\chrome.exe", True),
    ("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", "Microsoft Edge", "Microsoft Corporation",
     '"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" --type=utility '
     "--utility-sub-type=network.mojom.NetworkService --lang=nb --mojo-platform-channel-handle={number} /prefetch:8",
     "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", True),
    (FILES + "Microsoft Office\\root\\Office16\\OUTLOOK.EXE", "Microsoft Outlook", "Microsoft Corporation",
     '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE" ', "C:\\Windows\\explorer.exe", True),
    (FILES + "Microsoft Office\\root\\Office16\\WINWORD.EXE", "Microsoft Word", "Microsoft Corporation",
     '"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" /n '
     '"C:\\Users\\{user}\\Documents\\Innkalling møte {number}.docx" /o ""', "C:\\Windows\\explorer.exe", True),
    (FILES + "Lyngvik Journal\\journal.exe", "Lyngvik Journal", "Lyngvik Programvare AS",
     '"C:\\Program Files\\Lyngvik Journal\\journal.exe" --okt {guid} --vindu timebok', "C:\\Windows\\explorer.exe", True),
    (FILES + "Overvåking\\agent.exe", "Monitoring agent", "Overvåking AS",
     '"C:\\Program Files\\Overvåking\\agent.exe" check --id {number} --out C:\\ProgramData\\agent\\{hex8}.json',
     SYSTEM32 + "services.exe", False),
    (SYSTEM32 + "cmd.exe", "Windows Command Processor", "Microsoft Corporation",
     'C:\\Windows\\system32\\cmd.exe /c "C:\\ProgramData\\agent\\jobb\\disk_{number}.bat"',
     FILES + "Overvåking\\agent.exe", False),
    (SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe", "Windows PowerShell", "Microsoft Corporation",
     "powershell.exe -NoLogo -File C:\\ProgramData\\agent\\jobb\\tjenester.ps1 -Maskin {number}",
     FILES + "Overvåking\\agent.exe", False),
    (SYSTEM32 + "wbem\\WmiPrvSE.exe", "WMI Provider Host", "Microsoft Corporation",
     "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding", SYSTEM32 + "svchost.exe", False),
    (SYSTEM32 + "gpupdate.exe", "Microsoft® Group Policy Update Utility", "Microsoft Corporation",
     '"C:\\Windows\\system32\\gpupdate.exe" /target:computer', SYSTEM32 + "svchost.exe", False),
)  # fmt: skip
# A few programs make most of the noise; the script host of the agent runs once in a while.
OFTEN = {
    "svchost.exe": 4,
    "conhost.exe": 5,
    "RuntimeBroker.exe": 3,
    "chrome.exe": 14,
    "WmiPrvSE.exe": 3,
    "taskhostw.exe": 3,
}
STARTS = [row for row in PROGRAMS for _ in range(2 * OFTEN.get(row[0].rpartition("\\")[2], 1))]
STARTS = [row for place, row in enumerate(STARTS) if "powershell" not in row[0] or row not in STARTS[:place]]
ON_THE_NET = [
    row[0] for row in PROGRAMS if row[2] != "Microsoft Corporation" or row[0].endswith(("svchost.exe", "msedge.exe"))
]
IN_REGISTRY = (
    SYSTEM32 + "svchost.exe",
    SYSTEM32 + "svchost.exe",
    "C:\\Windows\\explorer.exe",
    FILES + "Overvåking\\agent.exe",
)
SERVICES = ("Schedule", "wlidsvc", "BITS", "UsoSvc", "DsmSvc", "Appinfo", "wuauserv", "ShellHWDetection", "gpsvc")
MODULES = (
    "kernel32.dll",
    "ntdll.dll",
    "ucrtbase.dll",
    "crypt32.dll",
    "msvcrt.dll",
    "rpcrt4.dll",
    "bcrypt.dll",
    "ws2_32.dll",
)
KEYS = (
    "HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\S-1-5-21-{number}\\{image}",
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\SessionsPending\\{number}_{number}",
    "HKU\\S-1-5-21-{number}\\SOFTWARE\\Microsoft\\Office\\16.0\\Common\\Identity\\{hex8}",
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Diagnostics\\DiagTrack\\{guid}\\Last",
    "HKLM\\System\\CurrentControlSet\\Services\\W32Time\\Config\\LastKnownGoodTime",
)  # fmt: skip
PLACES = (
    "C:\\Users\\{user}\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Cache\\Cache_Data\\f_{hex8}",
    "C:\\Users\\{user}\\AppData\\Local\\Microsoft\\Outlook\\RoamCache\\Stream_{hex8}.dat",
    "C:\\ProgramData\\agent\\{hex8}.json",
    "C:\\Windows\\Prefetch\\SVCHOST.EXE-{hex8}.pf",
    "C:\\Windows\\SoftwareDistribution\\Download\\{hex10}\\{hex8}.cab",
    "D:\\Journal\\Vedlegg\\{number}\\skann_{hex8}.tif",
)
PIPES = (
    "\\wkssvc",
    "\\chrome.{number}.{number}",
    "\\mojo.{number}.{number}.{hex10}",
    "\\lsass",
    "\\PIPE_EVENTROOT\\CIMV2SCM",
)


class Maker:
    """Makes events one after another; what chance decides depends on the seed alone."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.number = 0

    def text(self, form: str, user: str = "", image: str = "") -> str:
        """Fill in a form; a form without braces comes back as it is."""
        if "{" not in form:
            return form
        bits = self.chance.getrandbits
        return form.format(
            number=bits(20), hex8=f"{bits(32):08x}", hex10=f"{bits(40):010x}", guid=self.guid(), image=image,
            user=user, service=self.chance.choice(SERVICES), address=f"{bits(7) + 20}.{bits(8)}.{bits(8)}.{bits(8)}",
            base64=f"{bits(192):048X}",
        )  # fmt: skip

    def guid(self) -> str:
        """Return a GUID in braces, as Windows writes them."""
        digits = f"{self.chance.getrandbits(128):032X}"
        return f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}}}"

    def moment(self) -> tuple[str, str]:
        """Return the time as the header and as Sysmon writes it; forty events a second."""
        self.number += 1
        seconds, thousandth = divmod(self.number * 25, 1000)
        day, seconds = divmod(seconds, 86_400)
        date = f"2026-10-{day % 28 + 1:02}"
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandth:03}"
        return f"{date}T{clock}412Z", f"{date} {clock}"

    def header(self, event_id: int, channel: str, provider: str, guid: str) -> tuple[Record, str]:
        """Return what every event begins with, and Sysmon's own time."""
        created, utc = self.moment()
        return {
            "Provider_Name": provider, "Provider_Guid": guid, "EventID": event_id, "Version": 5, "Level": 4,
            "Task": event_id, "Opcode": 0, "Keywords": "0x8000000000000000", "TimeCreated": created,
            "EventRecordID": 4_000_000 + self.number, "Execution_ProcessID": 3220, "Execution_ThreadID": 4788,
            "Channel": channel, "Computer": self.chance.choice(HOSTS), "Security_UserID": "S-1-5-18",
        }, utc  # fmt: skip

    def sysmon(self, event_id: int) -> Record:
        """Return the beginning of a Sysmon event."""
        start, utc = self.header(event_id, SYSMON, "Microsoft-Windows-Sysmon", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}")
        start["RuleName"] = "-"
        if event_id not in {19, 20, 21}:
            start["UtcTime"] = utc
        return start

    def person(self, *, is_person: bool = True) -> str:
        """Return an account."""
        return f"LYNGVIK\\{self.chance.choice(PEOPLE)}" if is_person else SYSTEM

    def hashes(self) -> str:
        """Return the hashes of a file as Sysmon joins them."""
        bits = self.chance.getrandbits
        return f"MD5={bits(128):032X},SHA256={bits(256):064X},IMPHASH={bits(128):032X}"

    def actor(self, images: Sequence[str] = ()) -> Record:
        """Return the process that did something."""
        image = self.chance.choice(images) if images else self.chance.choice(STARTS)[0]
        return {"ProcessGuid": self.guid(), "ProcessId": self.chance.randrange(400, 20_000), "Image": image}


def process(make: Maker) -> Record:
    """Sysmon 1, process creation."""
    image, description, company, form, parent, is_person = make.chance.choice(STARTS)
    user = "LYNGVIK\\svc-agent" if "agent" in parent + form else make.person(is_person=is_person)
    line = make.text(form, user.rpartition("\\")[2])
    return started(make, image, line, parent, user) | {"Description": description, "Company": company}


def started(make: Maker, image: str, line: str, parent: str, user: str) -> Record:
    """Return the start of a process with all that Sysmon says about it."""
    chance = make.chance
    low = not user.startswith("NT ")
    return make.sysmon(1) | {
        "ProcessGuid": make.guid(), "ProcessId": chance.randrange(400, 20_000), "Image": image,
        "FileVersion": "10.0.19041.3636 (WinBuild.160101.0800)", "Description": "-",
        "Product": "Microsoft® Windows® Operating System", "Company": "Microsoft Corporation",
        "OriginalFileName": image.rpartition("\\")[2], "CommandLine": line,
        "CurrentDirectory": "C:\\Users\\Public\\" if low and chance.random() < 0.05 else SYSTEM32, "User": user,
        "LogonGuid": make.guid(), "LogonId": f"0x{chance.getrandbits(24):x}" if low else "0x3e7",
        "TerminalSessionId": 1 if low else 0, "IntegrityLevel": "Medium" if low else "System",
        "Hashes": make.hashes(), "ParentProcessGuid": make.guid(), "ParentProcessId": chance.randrange(400, 20_000),
        "ParentImage": parent, "ParentCommandLine": f'"{parent}"' if low else f"{parent} -k",
        "ParentUser": user if low else SYSTEM,
    }  # fmt: skip


def file_time(make: Maker) -> Record:
    """Sysmon 2, a file's creation time changed."""
    user = make.chance.choice(PEOPLE)
    target = {"TargetFilename": make.text(PLACES[0], user), "CreationUtcTime": "2026-09-01 08:00:00.000"}
    return make.sysmon(2) | make.actor() | target | {"PreviousCreationUtcTime": "2026-10-01 09:11:12.345", "User": user}


def network(make: Maker) -> Record:
    """Sysmon 3, a connection."""
    chance = make.chance
    outside = chance.random() < 0.4
    target = make.text("{address}") if outside else f"10.20.{chance.randrange(4)}.{chance.randrange(10, 60)}"
    return make.sysmon(3) | make.actor(ON_THE_NET) | {
        "User": make.person(is_person=outside), "Protocol": "tcp", "Initiated": chance.random() < 0.8,
        "SourceIsIpv6": False, "SourceIp": f"10.20.1.{chance.randrange(10, 60)}",
        "SourceHostname": chance.choice(HOSTS), "SourcePort": chance.randrange(49_152, 65_535), "SourcePortName": "-",
        "DestinationIsIpv6": False, "DestinationIp": target, "DestinationHostname": "-",
        "DestinationPort": chance.choice((443, 443, 443, 80, 445, 389, 53, 8443)), "DestinationPortName": "https",
    }  # fmt: skip


def ended(make: Maker) -> Record:
    """Sysmon 5, a process ended."""
    return make.sysmon(5) | make.actor() | {"User": make.person()}


def driver(make: Maker) -> Record:
    """Sysmon 6, a driver loaded."""
    loaded = f"{SYSTEM32}drivers\\{make.chance.choice(('mssmbios', 'tcpip', 'usbhub3', 'nvlddmkm'))}.sys"
    return make.sysmon(6) | {"ImageLoaded": loaded, "Hashes": make.hashes()} | signed()


def signed() -> Record:
    """Return a good signature."""
    return {"Signed": "true", "Signature": "Microsoft Windows", "SignatureStatus": "Valid"}


def module(make: Maker) -> Record:
    """Sysmon 7, a library loaded."""
    name = make.chance.choice(MODULES)
    about = {
        "ImageLoaded": SYSTEM32 + name, "FileVersion": "10.0.19041.3636 (WinBuild.160101.0800)", "Description": "DLL",
        "Product": "Microsoft® Windows® Operating System", "Company": "Microsoft Corporation",
        "OriginalFileName": name, "Hashes": make.hashes(),
    }  # fmt: skip
    return make.sysmon(7) | make.actor() | about | signed() | {"User": make.person(is_person=False)}


def thread(make: Maker) -> Record:
    """Sysmon 8, a thread made in another process."""
    return make.sysmon(8) | between(make) | {
        "NewThreadId": make.chance.randrange(20_000), "StartAddress": f"0x{make.chance.getrandbits(47):016X}",
        "StartModule": SYSTEM32 + "ntdll.dll", "StartFunction": "-",
        "SourceUser": SYSTEM, "TargetUser": SYSTEM,
    }  # fmt: skip


def between(make: Maker) -> Record:
    """Return two processes, of which one reaches for the other."""
    chance = make.chance
    source, target = chance.choice(PROGRAMS)[0], chance.choice(PROGRAMS)[0]
    return {
        "SourceProcessGUID": make.guid(), "SourceProcessId": chance.randrange(20_000), "SourceImage": source,
        "TargetProcessGUID": make.guid(), "TargetProcessId": chance.randrange(20_000), "TargetImage": target,
    }  # fmt: skip


def raw_read(make: Maker) -> Record:
    """Sysmon 9, a disk read below the file system."""
    return make.sysmon(9) | make.actor() | {"Device": "\\Device\\HarddiskVolume3", "User": SYSTEM}


def access(make: Maker) -> Record:
    """Sysmon 10, a process opened by another."""
    trace = "|".join(
        f"{SYSTEM32}{name}+{make.chance.getrandbits(20):x}" for name in ("ntdll.dll", "KERNELBASE.dll", "sysmain.dll")
    )
    granted = make.chance.choice(("0x1000", "0x1400", "0x101000", "0x3000"))
    return make.sysmon(10) | between(make) | {"GrantedAccess": granted, "CallTrace": trace, "SourceUser": SYSTEM}


def file_made(make: Maker) -> Record:
    """Sysmon 11, a file made."""
    user = make.chance.choice(PEOPLE)
    target = make.text(make.chance.choice(PLACES), user)
    times = {"TargetFilename": target, "CreationUtcTime": "2026-10-01 09:11:12.345", "User": f"LYNGVIK\\{user}"}
    return make.sysmon(11) | make.actor() | times


def key(make: Maker) -> Record:
    """Sysmon 12, a key made or deleted."""
    kind = make.chance.choice(("CreateKey", "DeleteKey", "DeleteValue"))
    return registry(make, 12, kind) | {"User": SYSTEM}


def value_set(make: Maker) -> Record:
    """Sysmon 13, a value set."""
    details = make.text(make.chance.choice(("DWORD (0x00000001)", "Binary Data", "QWORD (0x01dc{hex8})", "{guid}")))
    return registry(make, 13, "SetValue") | {"Details": details, "User": SYSTEM}


def renamed(make: Maker) -> Record:
    """Sysmon 14, a key renamed."""
    return registry(make, 14, "RenameKey") | {"NewName": make.text(KEYS[2]), "User": SYSTEM}


def registry(make: Maker, event_id: int, kind: str) -> Record:
    """Return an event of the registry."""
    start = make.sysmon(event_id)
    actor = make.actor(IN_REGISTRY)
    target = make.text(make.chance.choice(KEYS), image=actor["Image"])
    utc = start.pop("UtcTime")
    return {**start, "EventType": kind, "UtcTime": utc, **actor, "TargetObject": target}


def stream(make: Maker) -> Record:
    """Sysmon 15, a mark on a downloaded file."""
    user = make.chance.choice(PEOPLE)
    target = make.text("C:\\Users\\{user}\\Downloads\\rapport_{number}.pdf:Zone.Identifier", user)
    hashes = f"MD5={make.chance.getrandbits(128):032X},SHA256={make.chance.getrandbits(256):064X},IMPHASH={0:032X}"
    contents = "[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://helsenorge.example/"
    return make.sysmon(15) | make.actor() | {"TargetFilename": target, "Hash": hashes, "Contents": contents}


def pipe(make: Maker) -> Record:
    """Sysmon 17 and 18, a pipe made or joined."""
    event_id = make.chance.choice((17, 18))
    kind = "CreatePipe" if event_id == 17 else "ConnectPipe"
    return make.sysmon(event_id) | {"EventType": kind, "PipeName": make.text(make.chance.choice(PIPES))} | make.actor()


def wmi(make: Maker) -> Record:
    """Sysmon 19, a WMI filter."""
    query = f"SELECT * FROM __InstanceModificationEvent WITHIN {make.chance.randrange(60, 900)}"
    return make.sysmon(19) | {
        "EventType": "WmiFilterEvent", "Operation": "Created", "User": SYSTEM, "EventNamespace": "root\\cimv2",
        "Name": "BVTFilter", "Query": query,
    }  # fmt: skip


def name_asked(make: Maker) -> Record:
    """Sysmon 22, a name looked up."""
    name = make.chance.choice(DOMAINS)
    answer = make.text("type:  5 {hex8}.cdn.example;::ffff:{address};")
    return (
        make.sysmon(22)
        | make.actor(ON_THE_NET)
        | {"QueryName": name, "QueryStatus": "0", "QueryResults": answer, "User": "-"}
    )


def deleted(make: Maker) -> Record:
    """Sysmon 23 and 26, a file deleted."""
    user = make.chance.choice(PEOPLE)
    about = {"TargetFilename": make.text(PLACES[0], user), "Hashes": make.hashes(), "IsExecutable": False}
    return make.sysmon(make.chance.choice((23, 26))) | make.actor() | about | {"Archived": "true", "User": user}


def tampered(make: Maker) -> Record:
    """Sysmon 25, a process whose image was replaced: browsers do this all day."""
    return make.sysmon(25) | make.actor(ON_THE_NET) | {"Type": "Image is replaced", "User": make.person()}


# How often each comes, of a thousand.
SYSMON_MIX: dict[Callable[[Maker], Record], int] = {
    process: 190, module: 170, value_set: 150, file_made: 120, access: 100, network: 90, name_asked: 60, key: 40,
    ended: 20, pipe: 20, deleted: 15, stream: 5, file_time: 5, thread: 4, raw_read: 3, driver: 3, tampered: 3,
    renamed: 1, wmi: 1,
}  # fmt: skip
