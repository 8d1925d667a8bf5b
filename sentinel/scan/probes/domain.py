"""Judges what a domain publishes: who may send its mail, whether that is enforced, and names that point to nothing.

`verdict` is `sound`, `weak` or `unknown`; unknown is never weak: the resolver did not say. Addresses for reports, and
every other text a domain publishes, are not kept.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sentinel.scan.passive.reading import present, text
from sentinel.scan.probes.exchange import Fact

State = Literal["data", "none", "no-name", "unknown"]
"""`none`: a name without this record. `no-name`: NXDOMAIN. `unknown`: refused, failed, forged, cut or silent."""
_ALL = re.compile(r"([+?~-]?)all", re.IGNORECASE)
_QUALIFIERS = {"-": "fail", "~": "softfail", "?": "neutral", "+": "pass", "": "pass"}
_LOOKUP = re.compile(r"[+?~-]?(?:include:|exists:|(?:a|mx|ptr)(?:[:/]|$))|redirect=", re.IGNORECASE)
_MOST_LOOKUPS = 10
_LEAST_BITS, _GOOD_BITS = 1024, 2048
_NULL_MX = b"0 ."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a resolver answered: the records of the asked type, the names an alias led over, and its trust.

    `validated`: the resolver says that it checked the signatures (AD, RFC 4035, 3.2.3).
    """

    state: State
    texts: tuple[bytes, ...] = ()
    aliases: tuple[str, ...] = ()
    validated: bool = False


Answers = Mapping[tuple[str, str], Answer]
"""Answers by name and type of record."""


def judge(domain: str, answers: Answers) -> tuple[Fact, ...]:
    """Return one fact for each thing that was asked about."""
    return tuple(Fact(kind, {"domain": text(domain.encode()), **facts}) for kind, facts in _judged(domain, answers))


def _judged(domain: str, answers: Answers) -> Iterator[tuple[str, dict[str, str]]]:
    mail = answers[domain, "MX"]
    yield "domain.mail", _mail(mail)
    yield "domain.spf", _spf(answers[domain, "TXT"])
    yield "domain.dmarc", _dmarc(answers[f"_dmarc.{domain}", "TXT"])
    yield "domain.mta_sts", _tagged(answers[f"_mta-sts.{domain}", "TXT"], "STSv1", "id")
    yield "domain.tls_reports", _tagged(answers[f"_smtp._tls.{domain}", "TXT"], "TLSRPTv1", "rua")
    yield "domain.dnssec", _dnssec(answers[domain, "DS"], answers[domain, "DNSKEY"])
    end = f"._domainkey.{domain}"
    for name, record in answers:
        if record == "TXT" and name.endswith(end):
            yield "domain.dkim", {"selector": text(name.removesuffix(end).encode())} | _dkim(answers[name, record])
        if record == "A":
            yield "domain.name", {"name": text(name.encode())} | _pointing(answers[name, "A"], answers[name, "AAAA"])


def _unknown(answer: Answer) -> dict[str, str] | None:
    """Return what is said where nothing can be: unknown, or that there is no such record."""
    if answer.state == "unknown":
        return {"state": "unknown", "verdict": "unknown"}
    return None if answer.state == "data" else {"state": "absent", "verdict": "weak"}


def _mail(answer: Answer) -> dict[str, str]:
    """Say whether mail is taken: a single null MX says no (RFC 7505)."""
    if answer.state == "unknown":
        return {"state": "unknown"}
    if answer.texts == (_NULL_MX,):
        return {"state": "refused"}
    return {"state": "accepted", "servers": str(len(answer.texts))} if answer.texts else {"state": "absent"}


def _spf(answer: Answer) -> dict[str, str]:
    """Judge the sender policy (RFC 7208, 4.5 and 5.1): exactly one record, and an end that keeps others out."""
    records = [
        record for record in answer.texts if record.lower() == b"v=spf1" or record.lower().startswith(b"v=spf1 ")
    ]
    if answer.state == "unknown" or not records:
        return _unknown(answer) or {"state": "absent", "verdict": "weak"}
    if len(records) > 1:
        return {"state": "many", "verdict": "weak"}  # a permanent error: no receiver may use any of them
    terms = records[0].decode("latin-1").split()[1:]
    ends = [_QUALIFIERS[found[1]] for term in terms if (found := _ALL.fullmatch(term))]
    led = any(term.lower().startswith("redirect=") for term in terms)
    policy = ends[0] if ends else "elsewhere" if led else "none"
    lookups = sum(1 for term in terms if _LOOKUP.match(term))
    over = lookups > _MOST_LOOKUPS
    verdict = "unknown" if policy == "elsewhere" else "sound" if policy in ("fail", "softfail") and not over else "weak"
    return {"state": "one", "policy": policy, "lookups": str(lookups), "verdict": verdict}


def _dmarc(answer: Answer) -> dict[str, str]:
    """Judge what receivers are to do with mail that fails (RFC 7489, 6.3 and 6.6.3)."""
    records = [tags for record in answer.texts if (tags := _tags(record)) and tags.get("v") == "DMARC1"]
    if answer.state == "unknown" or not records:
        return _unknown(answer) or {"state": "absent", "verdict": "weak"}
    if len(records) > 1:
        return {"state": "many", "verdict": "weak"}
    tags = records[0]
    policy = tags.get("p", "").lower()
    share = tags.get("pct", "100")
    enforced = policy in ("quarantine", "reject") and share == "100"
    return {
        "state": "one",
        "policy": policy if policy in ("none", "quarantine", "reject") else "invalid",
        "percent": share if share.isascii() and share.isdigit() and len(share) <= 3 else "invalid",
        "reports": "yes" if tags.get("rua") else "no",
        "verdict": "sound" if enforced else "weak",
    }


def _tagged(answer: Answer, version: str, needed: str) -> dict[str, str]:
    """Judge a record that counts where it has its version and one tag (RFC 8461, 3.1; RFC 8460, 3)."""
    records = [tags for record in answer.texts if (tags := _tags(record)) and tags.get("v") == version]
    if answer.state == "unknown" or not records:
        return _unknown(answer) or {"state": "absent", "verdict": "weak"}
    sound = len(records) == 1 and bool(records[0].get(needed))
    return {"state": "one" if len(records) == 1 else "many", "verdict": "sound" if sound else "weak"}


def _dkim(answer: Answer) -> dict[str, str]:
    """Judge a key that mail is signed with (RFC 6376, 3.6.1; RFC 8301, 3.2): not withdrawn, and long enough."""
    unknown = _unknown(answer)
    if unknown:
        return unknown
    tags = _tags(answer.texts[0]) if len(answer.texts) == 1 else {}
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return {"state": "invalid", "verdict": "weak"}
    if not tags["p"]:
        return {"state": "withdrawn", "verdict": "weak"}
    kind, bits = _key(tags["p"], tags.get("k", "rsa"))
    good = kind == "ed25519" or bits >= _GOOD_BITS
    facts = present(state="one" if kind else "invalid", key=kind, bits=str(bits) if bits else "")
    if "y" in tags.get("t", "").split(":"):
        return facts | {"testing": "yes", "verdict": "weak"}
    return facts | {"verdict": "sound" if good else "weak"} | ({"short": "yes"} if 0 < bits < _LEAST_BITS else {})


def _dnssec(parent: Answer, own: Answer) -> dict[str, str]:
    """Judge the signatures (RFC 4035): the parent vouches for a key, and the resolver found all in order."""
    if "unknown" in (parent.state, own.state):
        return {"state": "unknown", "verdict": "unknown"}
    if parent.state != "data":
        return {"state": "keys-only" if own.state == "data" else "absent", "verdict": "weak"}
    if own.state != "data":
        return {"state": "broken", "verdict": "weak"}
    checked = own.validated and parent.validated
    return {"state": "signed", "checked": "yes" if checked else "no", "verdict": "sound" if checked else "unknown"}


def _pointing(four: Answer, six: Answer) -> dict[str, str]:
    """Say where a name leads; an alias to a name that is not there may be taken over by whoever registers it."""
    target = text((four.aliases or six.aliases or ("",))[-1].encode())
    if "data" in (four.state, six.state):
        return present(state="resolves", alias=target) | {"verdict": "sound"}
    if "unknown" in (four.state, six.state):
        return present(state="unknown", alias=target) | {"verdict": "unknown"}
    if target:
        gone = four.state == "no-name"
        return {"state": "dangling" if gone else "empty", "alias": target, "verdict": "weak" if gone else "unknown"}
    return {"state": "absent", "verdict": "sound"}


def _tags(record: bytes) -> dict[str, str]:
    """Return the tags of a list `v=…; a=b`; the version must come first (RFC 6376, 3.2; RFC 7489, 6.4)."""
    pairs = [part.partition("=") for part in record.decode("latin-1").split(";") if part.strip()]
    if not pairs or len(pairs) > 64 or any(not sign for _, sign, _ in pairs):
        return {}
    names = [name.strip().lower() for name, _, _ in pairs]
    if len(set(names)) < len(names) or ("v" in names and names[0] != "v"):
        return {}
    return {name: value.strip() for name, (_, _, value) in zip(names, pairs, strict=True)}


def _key(encoded: str, kind: str) -> tuple[str, int]:
    """Return kind and length of a public key; empty where it is none."""
    try:
        der = base64.b64decode("".join(encoded.split()), validate=True)
        if kind == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(der)
            return "ed25519", 0
        key = load_der_public_key(der)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return "", 0
    return ("rsa", key.key_size) if isinstance(key, rsa.RSAPublicKey) else ("", 0)
