"""What the kind of an observation says by itself, without any fingerprint: which protocol speaks on which port."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.assets import Claim, Observation
from sentinel.scan.clean import clean
from sentinel.scan.versions import split

CLIENT_KINDS = frozenset(
    {
        "dicom.request", "http.client", "dhcp", "arp", "dhcpv6", "snmp.trap", "ssdp.client", "kerberos.client",
        "sip.client", "capsule.client", "ebxml.sender", "flow", "dicom.association", "scanner.finding", "tcp.refused",
    }
)  # fmt: skip
"""Kinds that show no service: what clients say, refusals, what others found (the port may be one that was shut)."""
_SPOKEN = {
    "ssh.banner": "ssh",
    "http.server": "http",
    "tls.certificate": "tls",
    "tls.server_name": "tls",
    "tls.session": "tls",
    "dicom.accept": "dicom",
    "dicom.reject": "dicom",
    "dicom.abort": "dicom",
    "hl7.header": "hl7",
    "hl7.device": "hl7",
    "dns.server": "dns",
    "snmp.agent": "snmp",
    "kerberos.server": "kerberos",
    "bacnet.device": "bacnet",
    "sip.server": "sip",
    "smb.server": "smb",
    "rdp.server": "rdp",
    "vnc.banner": "vnc",
    "telnet.banner": "telnet",
    "ftp.banner": "ftp",
    "smtp.banner": "smtp",
    "pop3.banner": "pop3",
    "imap.banner": "imap",
    "astm.header": "astm",
    "poct1a.hello": "poct1a",
    "modbus.device": "modbus",
    "amqp.header": "amqp",
    "amqp.server": "amqp",
    "dicomweb.search": "http",
    "orthanc.system": "http",
    "fhir.statement": "http",
    "mssql.prelogin": "mssql",
}
_NMAP_NAMES = {
    "ms-wbt-server": "rdp", "microsoft-ds": "smb", "netbios-ssn": "smb", "ms-sql-s": "mssql", "oracle-tns": "oracle",
    "oracle": "oracle", "http-proxy": "http", "http-alt": "http", "ssl/http": "http", "domain": "dns",
    "hl7-mlp": "hl7", "vnc-http": "vnc", "rfb": "vnc", "mongodb": "mongodb", "mongod": "mongodb",
    "acr-nema": "dicom", "postgres": "postgresql", "mariadb": "mysql", "gds_db": "firebird", "www": "http",
    "cifs": "smb", "msrdp": "rdp", "gssapi": "smb", "krb_tcp": "kerberos", "ldap_tcp": "ldap",
}  # fmt: skip
_PORTS = {
    21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "dns", 80: "http", 88: "kerberos", 104: "dicom", 110: "pop3",
    139: "smb", 143: "imap", 389: "ldap", 443: "tls", 445: "smb", 502: "modbus", 587: "smtp", 636: "tls", 993: "tls",
    995: "tls", 1433: "mssql", 1521: "oracle", 1972: "intersystems", 2104: "dicom", 2345: "dicom", 2575: "hl7",
    2761: "dicom", 2762: "dicom", 3050: "firebird", 3306: "mysql", 3389: "rdp", 4006: "dicom", 4242: "dicom",
    4560: "dicom", 5060: "sip", 5061: "tls", 5432: "postgresql", 5671: "tls", 5672: "amqp", 5900: "vnc",
    6379: "redis", 6464: "sdc", 6661: "hl7", 8042: "http", 11112: "dicom", 20046: "hl7", 27017: "mongodb",
}  # fmt: skip
HINT, NAMED, SPOKEN = 1, 4, 5
_LISTED = frozenset({"sbom.component", "software.seen", "mds2.form"})
_FORM = frozenset({"manufacturer", "model", "description"})
_READABLE = {"dicom", "hl7", "http", "telnet", "astm", "poct1a"}


def implied_claims(observation: Observation) -> Iterator[Claim]:
    """Yield claims about protocol, product and version that follow from the kind of an observation.

    A port alone gives a hint (strength 1), never more: what listens there may be anything.
    """
    if observation.kind == "nmap.service":
        yield from _nmap_service(observation)
    elif observation.kind == "nmap.host" and observation.facts.get("state") == "down":
        if observation.facts.get("asked") != "udp":  # a datagram need not be answered
            yield claim(observation, "answered_scan", "no", "kind:nmap.host", NAMED)
    elif observation.kind == "tcp.open" and observation.port in _PORTS:
        yield from _service(observation, {"protocol": _PORTS[observation.port]}, "port", HINT)
    elif observation.kind in _LISTED:
        yield from _listed(observation)
    elif observation.kind == "service.named":
        yield from _named_service(observation)
    elif observation.kind in _SPOKEN and observation.facts.get("role") not in {"client", "sender"}:
        yield from _spoken(observation)


def spoken(observation: Observation) -> str:
    """Return the protocol that the host serves, where the observation is of one that it was heard to speak."""
    if observation.facts.get("role") in {"client", "sender"}:
        return ""
    return _SPOKEN.get(observation.kind, "")


def claim(observation: Observation, attribute: str, value: str, rule: str, strength: int) -> Claim:
    """Return a claim with its evidence: kind, port and file, never the text that was seen."""
    place = f" {service_key(observation)}" if observation.port is not None else ""
    evidence = f"{clean(observation.kind, 40)}{place} ({clean(observation.source, 120)})"
    return Claim(
        attribute, clean(value), rule, strength, evidence, observation.time, observation.last or observation.time
    )


def service_key(observation: Observation) -> str:
    """Return how claims about one service begin: `tcp/443`."""
    return f"{observation.transport or 'tcp'}/{observation.port}"


def is_open(observation: Observation) -> bool:
    """Say whether the observation shows a service that answers (not a client, not a closed port)."""
    if observation.port is None or observation.kind in CLIENT_KINDS:
        return False
    if observation.kind == "nmap.service":
        return observation.facts.get("state") == "open"
    return observation.facts.get("role") not in {"client", "sender"}


def _service(observation: Observation, values: dict[str, str], rule: str, strength: int) -> Iterator[Claim]:
    if observation.port is None:
        return
    key = service_key(observation)
    for attribute, value in values.items():
        if clean(value):
            yield claim(observation, f"{key}.{attribute}", value, rule, strength)


def _spoken(observation: Observation) -> Iterator[Claim]:
    protocol = _SPOKEN[observation.kind]
    rule = f"kind:{observation.kind}"
    if protocol == "tls":
        # something is inside: the protocol claim yields to whatever names it
        yield from _service(observation, {"tls": "yes"}, rule, SPOKEN)
        yield from _service(observation, {"protocol": "tls"}, rule, HINT + 1)
        return
    seen = {"protocol": protocol}
    if observation.method == "passive" and protocol in _READABLE:
        seen["cleartext"] = protocol  # it could be read in passing, so it was not encrypted
    yield from _service(observation, seen, rule, SPOKEN)


def _listed(observation: Observation) -> Iterator[Claim]:
    """Claim each part that a bill of materials or a form lists, under a name of its own."""
    facts = observation.facts
    if observation.kind == "mds2.form":
        answers = {f"mds2.{number}": answer for number, answer in facts.items() if number not in _FORM}
    else:
        answers = {f"software.{facts['name']}": facts.get("version", "") or "present"} if "name" in facts else {}
    for attribute, value in answers.items():
        if clean(value):
            yield claim(observation, clean(attribute), value, f"kind:{observation.kind}", NAMED)


def _named_service(observation: Observation) -> Iterator[Claim]:
    """Claim the protocol that another tool recognised; what it only guessed from the port is a hint."""
    name = observation.facts.get("service", "").lower()
    guess = observation.facts.get("guess") == "yes"
    yield from _service(
        observation, {"protocol": _NMAP_NAMES.get(name, name)}, "import:named", HINT if guess else NAMED
    )


def _nmap_service(observation: Observation) -> Iterator[Claim]:
    facts = observation.facts
    if facts.get("state") != "open":
        return
    probed = facts.get("method") == "probed"
    name = facts.get("service", "").lower()
    tls = facts.get("tunnel") == "ssl" or name == "https"
    values = {"protocol": "http" if name == "https" else _NMAP_NAMES.get(name, name)}
    if facts.get("tunnel") == "ssl":
        values["tls"] = "yes"
    elif values["protocol"] in {"dicom", "hl7"} and probed and not tls:
        values["cleartext"] = values["protocol"]
    rule = "nmap:probed" if probed else "nmap:port-table"
    yield from _service(observation, values, rule, NAMED if probed else HINT)
    if probed:
        yield from _nmap_product(observation)


def _nmap_product(observation: Observation) -> Iterator[Claim]:
    facts = observation.facts
    product, text = facts.get("product", ""), facts.get("version", "")
    if product == "MySQL" and "mariadb" in text.lower():
        # MariaDB greets as MySQL 5.5.5 so that old clients will talk to it; its own version stands behind
        product, text = "MariaDB", text.removeprefix("5.5.5-")
    if product == "Samba smbd" and text == "4.6.2":
        text = ""  # nmap's own word for every Samba since: one answer pattern with a version written into it
    version = split(text)
    values = {"product": product, "version": version.upstream, "revision": version.revision}
    yield from _service(observation, values, "nmap:probed", NAMED)
    if facts.get("ostype"):
        family = facts["ostype"] in {"Linux", "Unix"}  # says less than any distribution's own name
        yield claim(observation, "os", facts["ostype"], "nmap:ostype", HINT if family else HINT + 1)
