"""The programs of the clinic's machines; the EPJ and the X-ray software are invented."""

from __future__ import annotations

from examples.clinic.generate.sysmon import Parent, Program

_WINDOWS = "Microsoft® Windows® Operating System"
_MICROSOFT = "Microsoft Corporation"
_BUILD = "10.0.17763.1 (WinBuild.160101.0800)"
_SYSTEM32 = r"C:\Windows\System32"
_EPJ_MAKER = "Eksempel Journal AS"
_XRAY_MAKER = "Eksempel Røntgen AS"


def windows(name: str, description: str, original: str = "", folder: str = _SYSTEM32) -> Program:
    """Return a part of Windows."""
    return Program(rf"{folder}\{name}", _BUILD, description, _WINDOWS, _MICROSOFT, original)


SVCHOST = windows("svchost.exe", "Host Process for Windows Services")
TASKHOST = windows("taskhostw.exe", "Host Process for Windows Tasks")
UPDATE = windows("MoUsoCoreWorker.exe", "MoUSO Core Worker Process")
INSTALLER = windows(
    "TiWorker.exe",
    "Windows Modules Installer Worker",
    folder=r"C:\Windows\WinSxS\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.17763.6040_none_56e3ee13a4c2e2c1",
)
BROKER = windows("RuntimeBroker.exe", "Runtime Broker")
CMD = windows("cmd.exe", "Windows Command Processor", "Cmd.Exe")
POWERSHELL = windows("powershell.exe", "Windows PowerShell", "PowerShell.EXE", rf"{_SYSTEM32}\WindowsPowerShell\v1.0")
NET = windows("net.exe", "Net Command", "net.exe")
WHOAMI = windows("whoami.exe", "whoami - displays logged on user information")
RUNDLL = windows("rundll32.exe", "Windows host process (Rundll32)", "RUNDLL32.EXE")
SC = windows("sc.exe", "Service Control Manager Configuration Tool")
SCHTASKS = windows("schtasks.exe", "Task Scheduler Configuration Tool")
REG = windows("reg.exe", "Registry Console Tool")
CERTUTIL = windows("certutil.exe", "CertUtil.exe", "CertUtil.exe")
REMOTE_DESKTOP = windows("mstsc.exe", "Remote Desktop Connection")
GPUPDATE = windows("gpupdate.exe", "Microsoft® Group Policy Update Utility", "GPUpdate.exe")
CONSOLE = windows("mmc.exe", "Microsoft Management Console")
BACKUP = windows("wbadmin.exe", "Command Line Interface for Microsoft® BLB Backup", "WBADMIN.EXE")
SHADOWS = windows("vssadmin.exe", "Command Line Interface for Microsoft® Volume Shadow Copy Service", "VSSADMIN.EXE")
PRINT_DRIVER = windows("splwow64.exe", "Print driver host for applications", folder=r"C:\Windows")
SPOOLER = windows("spoolsv.exe", "Spooler SubSystem App")
EXPLORER = windows("explorer.exe", "Windows Explorer", "EXPLORER.EXE", r"C:\Windows")

DEFENDER = Program(
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26090.9-0\MpCmdRun.exe",
    "4.18.26090.9 (WinBuild.160101.0800)",
    "Microsoft Malware Protection Command Line Utility",
    _WINDOWS,
    _MICROSOFT,
)
DEFENDER_ENGINE = Program(
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26090.9-0\MsMpEng.exe",
    "4.18.26090.9 (WinBuild.160101.0800)",
    "Antimalware Service Executable",
    _WINDOWS,
    _MICROSOFT,
)
EDGE = Program(
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    "141.0.3537.71",
    "Microsoft Edge",
    "Microsoft Edge",
    _MICROSOFT,
)
WORD = Program(
    r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
    "16.0.19231.20194",
    "Microsoft Word",
    "Microsoft Office",
    _MICROSOFT,
    "WinWord.exe",
)
EXCEL = Program(
    r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
    "16.0.19231.20194",
    "Microsoft Excel",
    "Microsoft Office",
    _MICROSOFT,
    "Excel.exe",
)
EPJ_CLIENT = Program(
    r"C:\Program Files\Tannjournal\Tannjournal.exe", "8.4.2.0", "Tannjournal klient", "Tannjournal", _EPJ_MAKER
)
EPJ_SERVER = Program(
    r"D:\Tannjournal\Tjener\TannjournalTjener.exe", "8.4.2.0", "Tannjournal tjener", "Tannjournal", _EPJ_MAKER
)
EPJ_CLEANER = Program(r"D:\Tannjournal\Verktøy\RyddKø.exe", "8.4.2.0", "Rydder meldingskøen", "Tannjournal", _EPJ_MAKER)
XRAY = Program(
    r"C:\Program Files\RøntgenBilde\RøntgenBilde.exe", "5.1.0.118", "RøntgenBilde opptak", "RøntgenBilde", _XRAY_MAKER
)
XRAY_SENDER = Program(
    r"C:\Program Files\RøntgenBilde\BildeSender.exe",
    "5.1.0.118",
    "Sender bilder til arkivet",
    "RøntgenBilde",
    _XRAY_MAKER,
)
INTRUDER = Program(r"C:\Users\Public\Libraries\whu.exe", "-", "-", "-", "-", "-")

SERVICES = Parent(r"C:\Windows\System32\services.exe", r"C:\Windows\system32\services.exe")
SCHEDULER = Parent(SVCHOST.image, r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule")
COM = Parent(SVCHOST.image, r"C:\Windows\system32\svchost.exe -k DcomLaunch -p")
PRINT_SERVICE = Parent(SPOOLER.image, SPOOLER.image)


def desktop(user: str) -> Parent:
    """Return Explorer as a person's parent process."""
    return Parent(EXPLORER.image, EXPLORER.image, user)
