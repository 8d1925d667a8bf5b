"""The shape of scanners/fingerprints: one rule is a match, what it claims, how careful to be, and its proof."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from sentinel.content import Schema
from sentinel.model.assets import DeviceClass

AssetAttribute = Literal["vendor", "product", "version", "os", "os_version", "device_class", "name", "module"]
ServiceAttribute = Literal[
    "protocol", "product", "version", "revision", "tls", "cleartext", "login", "any_ae", "smb1", "not_after",
    "self_signed", "security", "search", "tls_version",
]  # fmt: skip
Kind = Literal[
    "arp", "dhcp", "tcp.open", "ssh.banner", "http.server", "http.client", "tls.server_name", "tls.certificate",
    "dicom.request", "dicom.accept", "dicom.reject", "dicom.abort", "hl7.header", "hl7.device",
    "nmap.host", "nmap.service", "nmap.script",
    "dhcpv6", "dns.name", "dns.server", "mdns.name", "mdns.service", "llmnr.name", "nbns.name",
    "ssdp.device", "ssdp.client", "wsd.device", "lldp", "cdp", "snmp.agent", "snmp.trap", "kerberos.client",
    "kerberos.server", "bacnet.device", "intellivue.indication", "carescape.time", "capsule.client", "sip.client",
    "sip.server", "ntlm.challenge", "smb.server", "rdp.server", "vnc.banner", "telnet.banner", "ftp.banner",
    "smtp.banner", "pop3.banner", "imap.banner", "astm.header", "poct1a.hello", "modbus.device", "amqp.header",
    "amqp.server", "ebxml.sender", "tls.session", "dicomweb.search", "orthanc.system", "fhir.statement",
    "mssql.prelogin",
    "arp.table", "dhcp.lease", "host.seen", "inventory.row", "mds2.form", "sbom.component",
    "scanner.host", "service.named", "software.seen",
]  # fmt: skip
Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prefix = Annotated[str, StringConstraints(pattern=r"^(?:[0-9A-F]{2}:){2,4}[0-9A-F]{1,2}(?:/(?:28|36))?$")]


class Pattern(Schema):
    """How one fact must look: exactly one of these; text is compared without regard to case."""

    equals: Text | None = None
    prefix: Text | None = None
    contains: Text | None = None
    regex: Text | None = None
    uid_prefix: Text | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Pattern:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"names {len(named)} ways to compare, not one")
        if self.regex is not None:
            try:
                re.compile(self.regex)
            except re.error as error:
                raise ValueError(f"is no regular expression: {error}") from error
        return self

    def groups(self) -> frozenset[str]:
        """Return the named parts that a match gives."""
        return frozenset(re.compile(self.regex).groupindex) if self.regex else frozenset()


class Positive(Schema):
    """Facts that must match, and what they must give."""

    facts: Mapping[str, str] = Field(min_length=1)
    gives: Mapping[str, str] = {}


class FingerprintRule(Schema):
    """One rule. `where`, `port_hint` and `fragile` (0 sturdy – 3 do not touch) tell a scanner how careful to be."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    kinds: tuple[Kind, ...] = ()
    when: Mapping[str, Pattern] = {}
    oui: tuple[Prefix, ...] = ()
    role: Literal["client", "server", "either"] = "server"
    where: Literal["passive", "active", "both"] = "passive"
    port_hint: tuple[int, ...] = ()
    asset: Mapping[AssetAttribute, Text] = {}
    service: Mapping[ServiceAttribute, Text] = {}
    strength: Annotated[int, Field(ge=1, le=5)]
    fragile: Annotated[int, Field(ge=0, le=3)] = 0
    confidence: Literal["confirmed", "known", "unverified"]
    source: Text
    positive: tuple[Positive, ...] = Field(min_length=1)
    negative: tuple[Mapping[str, str], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _makes_sense(self) -> FingerprintRule:
        for wrong, what in (
            (not self.oui and not (self.kinds and self.when), "matches nothing: give `kinds` and `when`, or `oui`"),
            (
                self.oui and (self.kinds or self.when or self.service),
                "`oui` stands alone, without `kinds`, `when`, `service`",
            ),
            (not self.asset and not self.service, "claims nothing: give `asset` or `service`"),
            (self.role == "client" and self.service, "a client offers no service"),
        ):
            if wrong:
                raise ValueError(what)
        self._known_words()
        return self

    def _known_words(self) -> None:
        known = frozenset[str]().union(*(pattern.groups() for pattern in self.when.values()))
        templates = (*self.asset.values(), *self.service.values())
        unknown = {part for text in templates for part in placeholders(text)} - known
        if unknown:
            raise ValueError(f"no pattern gives {', '.join(sorted(unknown))}")
        wanted = self.asset.get("device_class")
        if wanted is not None and wanted not in get_args(DeviceClass):
            raise ValueError(f"'{wanted}' is no device class")


class Awaited(Schema):
    """A product that no public fact tells how to recognise: named, so that the gap is seen, and filled by a site."""

    product: Text
    vendor: Text | None = None
    device_class: DeviceClass = "unknown"
    why: Text


class FingerprintFile(Schema):
    """One file: what its rules have in common, the rules, and the products that still wait for one."""

    about: Text
    licence: Text
    as_of: date
    rules: tuple[FingerprintRule, ...] = ()
    awaiting: tuple[Awaited, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> FingerprintFile:
        if not self.rules and not self.awaiting:
            raise ValueError("holds nothing: give `rules` or `awaiting`")
        return self


def placeholders(template: str) -> list[str]:
    """Return the names in braces; a stray brace, an index or an attribute is an error."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    odd = [name for name in names if not name.isidentifier()]
    if odd:
        raise ValueError(f"'{{{odd[0]}}}' is no plain name")
    return names
