"""One exchange of each protocol over TCP, built from their standards; what is not to be kept holds SECRET."""

from __future__ import annotations

import struct

from tests.scan.passive.craft import Turn
from tests.scan.passive.letters import SECRET, SIP, SIP_ANSWER, S, framed4, kerberos_reply, kerberos_request


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def ntlm_challenge() -> bytes:
    pairs = b"".join(struct.pack("<HH", kind, len(wide(said))) + wide(said) for kind, said in (
        (2, "LYNGVIK"), (1, "LV-SRV1"), (4, "lyngvik.example"), (3, "lv-srv1.lyngvik.example"), (7, SECRET),
    )) + bytes(4)  # fmt: skip
    name = wide(SECRET)
    head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0x02000205) + bytes(8) + bytes(8)
    head += (
        struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name))
        + bytes((10, 0))
        + struct.pack("<H", 17763)
        + b"\0\0\0\x0f"
    )
    return head + name + pairs


def smb2(command: int, body: bytes, *, status: int = 0, response: bool = True) -> bytes:
    head = b"\xfeSMB" + struct.pack("<HHIHHII", 64, 1, status, command, 1, int(response), 0) + bytes(40)
    return struct.pack(">I", len(head) + len(body)) + head + body


def smb_negotiated(dialect: int = 0x0210, mode: int = 1) -> bytes:
    return smb2(0, struct.pack("<HHHH", 65, mode, dialect, 0) + S.ljust(16) + bytes(40))


def smb_setup() -> bytes:
    blob = b"\xa1\x82\0\0" + ntlm_challenge()
    return smb2(1, struct.pack("<HHHH", 9, 0, 72, len(blob)) + blob, status=0xC0000016)


def smb1(dialect: int = 5) -> bytes:
    body = b"\xffSMB\x72" + bytes(4) + b"\x88" + bytes(22) + b"\x11" + struct.pack("<H", dialect) + bytes(40)
    return struct.pack(">I", len(body)) + body


RDP_ASK = b"\3\0\0\x2b\x26\xe0\0\0\0\0\0Cookie: mstshash=Hemmelig\r\n\x01\0\x08\0\x03\0\0\0"


def rdp_confirm(kind: int = 2, value: int = 1) -> bytes:
    return b"\3\0\0\x13\x0e\xd0\0\0\x12\x34\0" + bytes((kind, 0, 8, 0)) + struct.pack("<I", value)


POCT = (
    b'<HEL.R01><HDR><HDR.message_type V="HEL.R01"/><HDR.control_id V="Hemmelig"/></HDR>'
    b'<DEV><DEV.device_id V="Hemmelig"/>'
    b'<DEV.vendor_id V="RADIO"/><DEV.model_id V="ABL90"/><DEV.serial_id V="12-34"/>'
    b'<DEV.manufacturer_name V="Radiometer"/>'
    b'<DEV.sw_version V="3.4"/><DEV.device_name V="Akutt 1"/>'
    b'<DCP><DCP.application_timeout V="60"/></DCP></DEV></HEL.R01>'
)
ASTM = (
    b"\x021H|\\^&|Hemmelig|Hemmelig|Cobas^b123^4.2^99|Hemmelig||Hemmelig|||Hemmelig|P|LIS2-A|20261121\r"
    b"P|1|Hemmelig|Hemmelig||Hemmelig^Hemmelig\rO|1|Hemmelig\rR|1|^^^Hemmelig|Hemmelig\rL|1\r\x03A1\r\n"
)
ENVELOPE = (
    b'<SOAP-ENV:Envelope xmlns:eb="x"><SOAP-ENV:Header><eb:MessageHeader><eb:From>'
    b'<eb:PartyId eb:type="HER">Hemmelig</eb:PartyId></eb:From>'
    b"<eb:MshSystem>Norsk Helsenett Meldingstjener</eb:MshSystem><eb:MshVersion>1.0</eb:MshVersion>"
    b'<app AppSystem="Journal X" AppVersion="7.2"/></eb:MessageHeader></SOAP-ENV:Header>'
    b"<SOAP-ENV:Body>Hemmelig</SOAP-ENV:Body>"
    b"</SOAP-ENV:Envelope>"
)
EBXML_HEAD = 'Content-Type: multipart/related; boundary="b"\r\n'
PAYLOAD = b"\r\n--b\r\n\r\n<MsgHead><MshSystem>Hemmelig</MshSystem>Hemmelig</MsgHead>\r\n--b--\r\n"
EBXML = f"POST /msh HTTP/1.1\r\nHost: msh\r\n{EBXML_HEAD}\r\n--b\r\n\r\n".encode() + ENVELOPE + PAYLOAD
MAIL = (
    (
        f"EHLO lv-edi\r\nMAIL FROM:<{SECRET}@x>\r\nRCPT TO:<{SECRET}@y>\r\nDATA\r\n"
        f"Subject: {SECRET}\r\n{EBXML_HEAD}\r\n--b\r\n\r\n"
    ).encode()
    + ENVELOPE
    + PAYLOAD
)
HL7_DEVICES = (
    b"\x0bMSH|^~\\&|EfficiaCM^EfficiaCM|ICU|GW|LV|20261001|Hemmelig|ORU^R01|Hemmelig|P|2.6\r"
    b"PID|1|Hemmelig|Hemmelig||Hemmelig^Hemmelig\r"
    b"PRT|Hemmelig|UC|Hemmelig|EQUIP"
    + b"|Hemmelig" * 5
    + b"|PLUM-77^Hospira||||||(01)0088"
    + b"|Hemmelig" * 5
    + b"|Plum A+\r"
    b"OBX|1|NM" + b"|Hemmelig" * 15 + b"|MON-8^Philips|Hemmelig\r"
    b"OBX|2|NM|Hemmelig||Hemmelig\r\x1c\r"
)


def modbus() -> bytes:
    objects = b"".join(
        bytes((number, len(said))) + said for number, said in ((0, b"Durr"), (1, b"DT-2"), (2, b"V1.3"), (0x80, S))
    )
    body = b"\x01\x2b\x0e\x01\x01\0\0\x04" + objects
    return struct.pack(">HHH", 0x1234, 0, len(body)) + body


def amqp_start() -> bytes:
    def pair(name: bytes, said: bytes) -> bytes:
        return bytes((len(name),)) + name + b"S" + struct.pack(">I", len(said)) + said

    table = (
        pair(b"cluster_name", S)
        + pair(b"product", b"RabbitMQ")
        + pair(b"version", b"3.11.5")
        + pair(b"platform", b"Erlang/OTP 25")
    )
    body = (
        b"\0\x0a\0\x0a\0\x09"
        + struct.pack(">I", len(table))
        + table
        + struct.pack(">I", 5)
        + b"PLAIN"
        + struct.pack(">I", 5)
        + b"en_US"
    )
    return b"\1\0\0" + struct.pack(">I", len(body)) + body + b"\xce"


SPOKEN: dict[str, list[Turn]] = {
    "smb": [("client", smb2(0, bytes(60) + S, response=False)), ("server", smb_negotiated()), ("server", smb_setup())],
    "smb1": [("server", smb1())],
    "rdp": [("client", RDP_ASK), ("server", rdp_confirm())],
    "vnc": [("server", b"RFB 003.008\n"), ("client", b"RFB 003.008\n"), ("server", b"\2\1\2"), ("client", b"\1")],
    "vnc33": [("server", b"RFB 003.003\n"), ("client", b"RFB 003.003\n"), ("server", b"\0\0\0\1")],
    "telnet": [
        ("server", b"\xff\xfd\x18\xff\xfb\x01\r\nLantronix UDS1100 V6.8\r\nlogin: "),
        ("client", b"\xff\xfb\x18" + S + b"\r\n"),
        ("server", S + b"\r\nPassword: "),
        ("client", S),
    ],
    "ftp": [("server", b"220 (vsFTPd 3.0.3)\r\n"), ("client", b"USER " + S + b"\r\n"), ("server", b"331 " + S)],
    "mail": [("server", b"220 mx.lyngvik.example ESMTP Postfix\r\n"), ("client", MAIL), ("server", b"250 " + S)],
    "imap": [("server", b"* OK Dovecot ready.\r\n"), ("client", b"a LOGIN " + S + b"\r\n")],
    "pop3": [("server", b"+OK Dovecot <1.2@Hemmelig>\r\n")],
    "kerberos": [("client", framed4(kerberos_request())), ("server", framed4(kerberos_reply()))],
    "astm": [("client", b"\x05"), ("server", b"\x06"), ("client", ASTM), ("server", b"\x06"), ("client", b"\x04")],
    "poct1a": [("client", POCT), ("server", b"<ACK.R01>" + S + b"</ACK.R01>")],
    "ebxml": [("client", EBXML), ("server", b"HTTP/1.1 202 Accepted\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n")],
    "modbus": [("client", bytes.fromhex("12340000000501" "2b0e0100")), ("server", modbus())],
    "amqp": [("client", b"AMQP\0\0\x09\x01"), ("server", amqp_start())],
    "amqp1": [("client", b"AMQP\3\1\0\0"), ("server", b"AMQP\3\1\0\0")],
    "sip": [("client", SIP), ("server", SIP_ANSWER)],
    "hl7 devices": [("client", HL7_DEVICES)],
}  # fmt: skip


KEPT: dict[str, set[str]] = {
    "snmp.agent": {"version", "community", "description", "object_id", "name", "enterprise"},
    "snmp.trap": {"version", "enterprise"},
    "kerberos.client": {"realm"}, "kerberos.server": {"realm"},
    "dns.name": {"name"}, "dns.server": set(), "llmnr.name": {"name"}, "mdns.name": {"name"},
    "mdns.service": {"service", "model"}, "nbns.name": {"name", "workgroup"},
    "ssdp.device": {"server", "type", "location"}, "ssdp.client": {"user_agent"},
    "wsd.device": {"types", "medical", "endpoint", "location", "device_type", "purpose", "hardware", "place"},
    "dhcpv6": {"hostname", "vendor_class", "enterprise", "message"},
    "lldp": {"name", "description", "capabilities", "firmware", "software", "manufacturer", "model"},
    "cdp": {"name", "platform", "software"},
    "bacnet.device": {"instance", "vendor_id", "software", "firmware", "model", "name", "vendor"},
    "intellivue.indication": {"message"}, "carescape.time": {"unit"}, "capsule.client": {"message"},
    "sip.client": {"user_agent", "scaip"}, "sip.server": {"server", "scaip"},
    "ntlm.challenge": {"build", "name", "domain", "dns_name", "dns_domain"},
    "smb.server": {"dialect", "signing_required"}, "rdp.server": {"security"},
    "vnc.banner": {"version", "security", "role"}, "telnet.banner": {"options", "banner", "role"},
    "ftp.banner": {"banner"}, "smtp.banner": {"banner"}, "pop3.banner": {"banner"}, "imap.banner": {"banner"},
    "astm.header": {"sender", "receiver", "version", "role"},
    "poct1a.hello": {"vendor", "manufacturer", "model", "serial", "version", "name", "role"},
    "modbus.device": {"vendor", "code", "revision", "product", "model"},
    "amqp.header": {"layer", "version", "role"}, "amqp.server": {"product", "version", "platform"},
    "ebxml.sender": {"msh_system", "msh_version", "app_system", "app_version"},
    "hl7.device": {"device", "udi", "type", "role"},
}  # fmt: skip
"""Every kind of fact of the newer protocols, and every name that a fact of it may have."""
