"""Reads one record of Linux's audit: its pairs, what is hex-encoded in them, addresses, and names of system calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.keyvalue import Pair, each_pair

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_ARGUMENT = re.compile(r"a\d+(?:\[\d+\])?")
# The kernel and its tools write these bare and in hex where they hold a space, a quote or a control character.
_UNTRUSTED = frozenset(
    (
        "acct", "cmd", "comm", "cwd", "data", "dir", "exe", "file", "key", "name", "new-chardev", "ocomm",
        "old-chardev", "path", "proctitle", "vm", "watch",
    )
)  # fmt: skip
_NOTHING = frozenset({"(null)", "(none)", "?"})
_INET, _INET6 = 2, 10

# Numbers of system calls by architecture, from the kernel's own headers; only those that detection asks for.
_CALLS = {
    "c000003e": (
        "2:open 41:socket 42:connect 43:accept 44:sendto 49:bind 56:clone 57:fork 58:vfork 59:execve 62:kill "
        "76:truncate 77:ftruncate 82:rename 83:mkdir 85:creat 86:link 87:unlink 88:symlink 90:chmod 91:fchmod "
        "92:chown 93:fchown 94:lchown 99:sysinfo 101:ptrace 103:syslog 105:setuid 106:setgid 113:setreuid "
        "117:setresuid 133:mknod 135:personality 159:adjtimex 164:settimeofday 165:mount 166:umount2 "
        "167:swapon 170:sethostname 171:setdomainname 175:init_module 176:delete_module 188:setxattr "
        "197:removexattr 227:clock_settime 246:kexec_load 257:openat 258:mkdirat 259:mknodat 260:fchownat "
        "263:unlinkat 264:renameat 265:linkat 266:symlinkat 268:fchmodat 288:accept4 298:perf_event_open "
        "311:process_vm_writev 313:finit_module 316:renameat2 319:memfd_create 321:bpf 322:execveat "
        "435:clone3 437:openat2"
    ),
    "40000003": (
        "2:fork 5:open 8:creat 9:link 10:unlink 11:execve 14:mknod 15:chmod 16:lchown 21:mount 23:setuid "
        "26:ptrace 37:kill 38:rename 39:mkdir 46:setgid 52:umount2 70:setreuid 74:sethostname 79:settimeofday "
        "83:symlink 87:swapon 92:truncate 93:ftruncate 94:fchmod 95:fchown 102:socketcall 103:syslog "
        "116:sysinfo 120:clone 121:setdomainname 124:adjtimex 128:init_module 129:delete_module "
        "136:personality 164:setresuid 182:chown 190:vfork 226:setxattr 235:removexattr 264:clock_settime "
        "283:kexec_load 295:openat 296:mkdirat 297:mknodat 298:fchownat 301:unlinkat 302:renameat 303:linkat "
        "304:symlinkat 306:fchmodat 336:perf_event_open 348:process_vm_writev 350:finit_module 353:renameat2 "
        "356:memfd_create 357:bpf 358:execveat 359:socket 361:bind 362:connect 364:accept4 369:sendto "
        "435:clone3 437:openat2"
    ),
    "c00000b7": (
        "5:setxattr 14:removexattr 33:mknodat 34:mkdirat 35:unlinkat 36:symlinkat 37:linkat 38:renameat "
        "39:umount2 40:mount 45:truncate 46:ftruncate 52:fchmod 53:fchmodat 54:fchownat 55:fchown 56:openat "
        "92:personality 104:kexec_load 105:init_module 106:delete_module 112:clock_settime 116:syslog "
        "117:ptrace 129:kill 144:setgid 145:setreuid 146:setuid 147:setresuid 161:sethostname "
        "162:setdomainname 170:settimeofday 171:adjtimex 179:sysinfo 198:socket 200:bind 202:accept "
        "203:connect 206:sendto 220:clone 221:execve 224:swapon 241:perf_event_open 242:accept4 "
        "271:process_vm_writev 273:finit_module 276:renameat2 279:memfd_create 280:bpf 281:execveat "
        "435:clone3 437:openat2"
    ),
}
_NAMES = {arch: dict(pair.split(":") for pair in text.split()) for arch, text in _CALLS.items()}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the log: its kind, and its fields with `type` and `node` among them."""

    type: str
    fields: dict[str, str]


def read_record(kind: str, text: str, node: str | None = None) -> Record:
    """Return a record. What programs report inside `msg='…'` is given by its own names, after the record's."""
    fields = {"type": kind} | ({"node": node} if node else {})
    for pair in each_pair(text):
        if pair.key == "msg" and pair.quoted:
            for inner in each_pair(pair.value):
                _add(fields, kind, inner)
        else:
            _add(fields, kind, pair)
    if "syscall" in fields and "SYSCALL" not in fields:
        _name_call(fields)
    if "saddr" in fields and "laddr" not in fields:
        fields |= _address(fields["saddr"])
    if fields.get("uid") == "0":
        fields.setdefault("UID", "root")
    return Record(kind, fields)


def _add(fields: dict[str, str], kind: str, pair: Pair) -> None:
    value = pair.value
    if not pair.quoted:
        if value in _NOTHING or not value:
            return
        value = _plain(value) if _is_encoded(kind, pair.key) else value
    if pair.key == "proctitle":
        value = value.rstrip("\0").replace("\0", " ")
    fields.setdefault(pair.key, value)


def _is_encoded(kind: str, key: str) -> bool:
    return key in _UNTRUSTED or (kind == "EXECVE" and _ARGUMENT.fullmatch(key) is not None)


def _plain(text: str) -> str:
    return decode(bytes.fromhex(text)) if _HEX.fullmatch(text) else text


def _name_call(fields: dict[str, str]) -> None:
    name = _NAMES.get(fields.get("arch", ""), {}).get(fields["syscall"])
    if name:
        fields["SYSCALL"] = name


def _address(text: str) -> dict[str, str]:
    """Return what a socket address in hex says, by the names that enriched logs use."""
    if not _HEX.fullmatch(text):
        return {}
    raw = bytes.fromhex(text)
    family = int.from_bytes(raw[:2], "little")
    if family == _INET and len(raw) >= 8:  # noqa: PLR2004 -- family, port, address
        return {"saddr_fam": "inet", "laddr": str(IPv4Address(raw[4:8])), "lport": str(int.from_bytes(raw[2:4], "big"))}
    if family == _INET6 and len(raw) >= 24:  # noqa: PLR2004 -- family, port, flow, address
        return {
            "saddr_fam": "inet6",
            "laddr": str(IPv6Address(raw[8:24])),
            "lport": str(int.from_bytes(raw[2:4], "big")),
        }
    return {}
