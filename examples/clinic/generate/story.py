"""Who and what is in the story: people, machines and outside addresses, all invented, and the seed."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

SEED = "lyngvik-2026"
DOMAIN = "LYNGVIK"
DNS_DOMAIN = "lyngvik.example"
DOMAIN_SID = "S-1-5-21-2718281828-1414213562-1732050807"
ORGANISATION = "000000001"

SUPPLIER_ADDRESS = "198.51.100.10"
MONITOR_ADDRESS = "198.51.100.20"
NIGHT_VISITOR = "203.0.113.77"
WEB_VISITOR = "203.0.113.140"
OUTSIDE_ADDRESS = "192.0.2.10"
"""The clinic's own address on the internet."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account in the domain and in the EPJ; `rid` ends the account's Windows SID."""

    account: str
    name: str
    role: str
    rid: int

    @property
    def sid(self) -> str:
        """The account's SID in the clinic's domain."""
        return f"{DOMAIN_SID}-{self.rid}"


@dataclass(frozen=True, slots=True)
class Host:
    """A machine; `rid` ends the SID of its computer account, 0 where it is not in the domain."""

    name: str
    address: str
    mac: str
    rid: int = 0

    @property
    def fqdn(self) -> str:
        """The name Windows writes into its events."""
        return f"{self.name}.{DNS_DOMAIN}"

    @property
    def sid(self) -> str:
        """The computer account's SID."""
        return f"{DOMAIN_SID}-{self.rid}"


AASE = Person("aase.lyngvik", "Åse Lyngvik", "tannlege", 1104)
BJORN = Person("bjorn.saether", "Bjørn Sæther", "tannlege", 1105)
SIV = Person("siv.odegaard", "Siv Ødegård", "tannpleier", 1106)
KAARE = Person("kaare.nygaard", "Kåre Nygård", "resepsjon", 1107)
SUPPLIER = Person("fjordnett", "Fjordnett Drift (leverandør)", "leverandør", 1110)
SERVICE = Person("svc_epj", "EPJ-tjeneste", "system", 1112)
STAFF = (AASE, BJORN, SIV, KAARE)

FIREWALL = Host("FW-LYNGVIK", "10.20.30.1", "02:4c:56:00:00:01")
DC = Host("LV-DC01", "10.20.30.10", "00:15:5d:1e:0a:01", 1000)
EPJ = Host("LV-EPJ", "10.20.30.11", "00:15:5d:1e:0b:01", 1103)
XRAY = Host("LV-RONTGEN", "10.20.30.20", "00:10:19:3a:51:c7", 1121)
PACS = Host("LV-PACS", "10.20.30.21", "02:4c:56:00:00:15")
WEB = Host("LV-WEB", "10.20.30.30", "02:4c:56:00:00:1e")
NAS = Host("LV-NAS", "10.20.30.40", "02:4c:56:00:00:28")
RECEPTION = Host("LV-RESEPSJON", "10.20.30.51", "02:4c:56:00:00:33", 1131)
ROOM1 = Host("LV-BEH1", "10.20.30.52", "02:4c:56:00:00:34", 1132)
ROOM2 = Host("LV-BEH2", "10.20.30.53", "02:4c:56:00:00:35", 1133)
PRINTER = Host("LV-SKRIVER", "10.20.30.60", "02:4c:56:00:00:3c")
SILENT = ("10.20.30.70", "10.20.30.71", "10.20.30.72")
"""Addresses on the clinic's own list of machines that nobody answers on."""

DESK = {AASE: ROOM1, BJORN: ROOM2, SIV: ROOM2, KAARE: RECEPTION}
"""Whose machine is whose; Bjørn and Siv share a treatment room on different days."""


def dice(part: str) -> random.Random:
    """Return the random numbers of one part, so that changing one file does not change the others."""
    return random.Random(f"{SEED}/{part}")


def digest(*parts: object) -> str:
    """Return a stable 64-digit hexadecimal text for parts: made-up hashes and identifiers."""
    return hashlib.sha256("/".join((SEED, *map(str, parts))).encode()).hexdigest()


def guid(*parts: object) -> str:
    """Return a stable made-up GUID without braces."""
    text = digest("guid", *parts)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"
