from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes import ber
from sentinel.scan.probes.domain import Answer, Answers, State, judge

DOMAIN = "lyngvik.example"
RAW = serialization.Encoding.Raw
ALL = [(DOMAIN, "TXT"), (DOMAIN, "MX"), (DOMAIN, "DS"), (DOMAIN, "DNSKEY")] + [
    (f"{name}.{DOMAIN}", "TXT") for name in ("_dmarc", "_mta-sts", "_smtp._tls", "s1._domainkey")
]


def said(kind: str, name: str, record: str, *answers: Answer) -> dict[str, str]:
    given_answers: dict[tuple[str, str], Answer] = dict.fromkeys(ALL, Answer("none"))
    keys = [(name, record), (name, "AAAA")] if record == "A" else [(name, record)]
    given_answers |= dict(zip(keys, answers, strict=False))
    found: Answers = given_answers
    (facts,) = [fact.facts for fact in judge(DOMAIN, found) if fact.kind == kind]
    assert facts.pop("domain") == DOMAIN
    return facts


def text(kind: str, name: str, *records: str) -> dict[str, str]:
    return said(kind, name, "TXT", Answer("data", tuple(record.encode() for record in records)))


def rsa_key(bits: int) -> str:
    """Return an RSA key as RFC 5280 writes it; the number is of the right length, and no product of two primes."""
    numbers = ber.integer(2**bits - 159) + ber.integer(65_537)
    key = ber.value(0x03, b"\0" + ber.value(ber.SEQUENCE, numbers))
    algorithm = ber.value(ber.SEQUENCE, ber.identifier("1.2.840.113549.1.1.1") + ber.value(ber.NULL, b""))
    return base64.b64encode(ber.value(ber.SEQUENCE, algorithm + key)).decode()


@pytest.mark.parametrize(
    ("record", "policy", "lookups", "verdict"),
    [
        ("v=spf1 -all", "fail", "0", "sound"),
        ("v=spf1 mx a:x include:y ip4:192.0.2.0/24 ~all", "softfail", "3", "sound"),
        ("v=spf1 ?all", "neutral", "0", "weak"),
        ("V=SPF1 +ALL", "pass", "0", "weak"),
        ("v=spf1 all", "pass", "0", "weak"),
        ("v=spf1 mx", "none", "1", "weak"),
        ("v=spf1 redirect=_spf.x", "elsewhere", "1", "unknown"),
        ("v=spf1 " + "include:a " * 11 + "-all", "fail", "11", "weak"),
        ("v=spf1", "none", "0", "weak"),
    ],
)
def test_the_sender_policy(record: str, policy: str, lookups: str, verdict: str) -> None:
    """RFC 7208: 4.6.4 (ten lookups), 4.7 (nothing matches: neutral), 5.1 (all), 6.1 (redirect)."""
    expected = {"state": "one", "policy": policy, "lookups": lookups, "verdict": verdict}

    assert text("domain.spf", DOMAIN, "other", record) == expected


def test_no_policy_and_too_many() -> None:
    assert text("domain.spf", DOMAIN, "v=spf10 -all") == {"state": "absent", "verdict": "weak"}
    assert text("domain.spf", DOMAIN, "v=spf1 -all", "v=spf1 mx -all") == {"state": "many", "verdict": "weak"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=DMARC1; p=reject", ("reject", "100", "no", "sound")),
        ("v=DMARC1;p=quarantine;rua=mailto:a@b", ("quarantine", "100", "yes", "sound")),
        ("v=DMARC1; p=none; rua=mailto:a@b", ("none", "100", "yes", "weak")),
        ("v=DMARC1; p=reject; pct=20", ("reject", "20", "no", "weak")),
        ("v=DMARC1; p=block; pct=lots", ("invalid", "invalid", "no", "weak")),
    ],
)
def test_the_policy_for_mail_that_fails(record: str, expected: tuple[str, ...]) -> None:
    names = ("policy", "percent", "reports", "verdict")

    assert text("domain.dmarc", f"_dmarc.{DOMAIN}", record) == {
        "state": "one",
        **dict(zip(names, expected, strict=True)),
    }


@pytest.mark.parametrize("record", ["p=reject; v=DMARC1", "v=dmarc1; p=reject", "v=DMARC1 p=reject", "v=spf1 -all", ""])
def test_what_is_no_policy_for_mail(record: str) -> None:
    """RFC 7489, 6.3 and 6.4: the version comes first, in these letters."""
    assert text("domain.dmarc", f"_dmarc.{DOMAIN}", record) == {"state": "absent", "verdict": "weak"}


def test_two_policies_are_none() -> None:
    facts = text("domain.dmarc", f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject", "v=DMARC1; p=none")

    assert facts == {"state": "many", "verdict": "weak"}


def test_mta_sts_and_tls_reports() -> None:
    assert text("domain.mta_sts", f"_mta-sts.{DOMAIN}", "v=STSv1; id=1;") == {"state": "one", "verdict": "sound"}
    assert text("domain.mta_sts", f"_mta-sts.{DOMAIN}", "v=STSv1;") == {"state": "one", "verdict": "weak"}
    found = text("domain.tls_reports", f"_smtp._tls.{DOMAIN}", "v=TLSRPTv1; rua=mailto:MARKER@b")
    assert found == {"state": "one", "verdict": "sound"}


@pytest.mark.parametrize(
    ("bits", "verdict", "short"), [(2048, "sound", False), (1024, "weak", False), (512, "weak", True)]
)
def test_keys_by_their_length(bits: int, verdict: str, *, short: bool) -> None:
    facts = text("domain.dkim", f"s1._domainkey.{DOMAIN}", f"v=DKIM1; k=rsa; p={rsa_key(bits)}")

    expected = {"selector": "s1", "state": "one", "key": "rsa", "bits": str(bits), "verdict": verdict}
    assert facts == expected | ({"short": "yes"} if short else {})


def test_other_keys() -> None:
    name = f"s1._domainkey.{DOMAIN}"
    edwards = base64.b64encode(
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(RAW, serialization.PublicFormat.Raw)
    ).decode()

    assert text("domain.dkim", name, f"v=DKIM1; k=ed25519; p={edwards}")["verdict"] == "sound"
    assert text("domain.dkim", name, "v=DKIM1; p=")["state"] == "withdrawn"
    assert text("domain.dkim", name, "v=DKIM1; p=!!")["state"] == "invalid"
    assert text("domain.dkim", name, "v=DKIM2; p=AAAA")["state"] == "invalid"
    assert text("domain.dkim", name, "k=rsa")["state"] == "invalid"
    assert text("domain.dkim", name, f"p={rsa_key(2048)}; t=y")["testing"] == "yes"


@pytest.mark.parametrize(
    ("parent", "own", "validated", "expected"),
    [
        ("data", "data", True, {"state": "signed", "checked": "yes", "verdict": "sound"}),
        ("data", "data", False, {"state": "signed", "checked": "no", "verdict": "unknown"}),
        ("data", "none", True, {"state": "broken", "verdict": "weak"}),
        ("none", "data", False, {"state": "keys-only", "verdict": "weak"}),
        ("none", "none", False, {"state": "absent", "verdict": "weak"}),
        ("unknown", "data", True, {"state": "unknown", "verdict": "unknown"}),
    ],
)
def test_signatures(parent: State, own: State, *, validated: bool, expected: dict[str, str]) -> None:
    answers = dict.fromkeys(ALL, Answer("none"))
    answers[DOMAIN, "DS"] = Answer(parent, validated=validated)
    answers[DOMAIN, "DNSKEY"] = Answer(own, validated=validated)
    (facts,) = [fact.facts for fact in judge(DOMAIN, answers) if fact.kind == "domain.dnssec"]

    assert facts == {"domain": DOMAIN} | expected


@pytest.mark.parametrize(
    ("four", "six", "state", "verdict"),
    [
        (Answer("data", (b"192.0.2.1",)), Answer("none"), "resolves", "sound"),
        (Answer("none", aliases=("x.cdn.example",)), Answer("data", (b"::1",)), "resolves", "sound"),
        (Answer("no-name", aliases=("x.gone.example",)), Answer("no-name"), "dangling", "weak"),
        (Answer("none", aliases=("x.cdn.example",)), Answer("none"), "empty", "unknown"),
        (Answer("unknown"), Answer("no-name"), "unknown", "unknown"),
        (Answer("no-name"), Answer("no-name"), "absent", "sound"),
    ],
)
def test_where_names_lead(four: Answer, six: Answer, state: str, verdict: str) -> None:
    facts = said("domain.name", f"time.{DOMAIN}", "A", four, six)

    assert (facts["state"], facts["verdict"]) == (state, verdict)


def test_mail_that_is_refused() -> None:
    """RFC 7505: a single exchange of the name that is none."""
    assert said("domain.mail", DOMAIN, "MX", Answer("data", (b"0 .",))) == {"state": "refused"}
    assert said("domain.mail", DOMAIN, "MX", Answer("data", (b"10 a.", b"20 b."))) == {
        "state": "accepted",
        "servers": "2",
    }
    assert said("domain.mail", DOMAIN, "MX", Answer("none")) == {"state": "absent"}
    assert said("domain.mail", DOMAIN, "MX", Answer("unknown")) == {"state": "unknown"}


def test_what_is_unknown_is_never_weak() -> None:
    facts = [fact.facts for fact in judge(DOMAIN, dict.fromkeys(ALL, Answer("unknown")))]

    assert {one.get("verdict", one["state"]) for one in facts} == {"unknown"}


@given(st.lists(st.binary(max_size=80), max_size=3))
def test_any_record_is_survived_and_only_named_parts_are_kept(records: list[bytes]) -> None:
    marked = [b"v=DMARC1; p=MARKER; rua=MARKER; sp=MARKER", b"v=spf1 include:MARKER -all", *records]
    answers = dict.fromkeys(ALL, Answer("data", tuple(marked)))

    assert "MARKER" not in str(judge(DOMAIN, answers))
    for start in (b"v=DKIM1; p=", b"v=spf1 ", b"v=DMARC1; "):
        judge(DOMAIN, dict.fromkeys(ALL, Answer("data", tuple(start + record for record in records))))
