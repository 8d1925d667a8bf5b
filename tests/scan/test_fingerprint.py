from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.assets import Observation
from sentinel.scan.fingerprint import Fingerprints, claims, load_fingerprints
from tests.scan.clinic import nmap, passive
from tests.scan.strategies import observations

SHIPPED = load_fingerprints(root())

RULE = """about: test
licence: own
as_of: 2026-11-21
rules:
  - id: {id}
    kinds: [http.server]
    when: {{server: {{regex: "^Thing/(?P<v>[0-9.]+)$"}}}}
    service: {{product: Thing, version: "{{v}}"}}
    strength: 3
    confidence: confirmed
    source: seen
    positive:
      - facts: {{server: {positive}}}
        gives: {{version: "{gives}"}}
    negative:
      - {{server: {negative}}}
"""


PROOF = """    positive:
      - facts: {server: Thing/1.2}
        gives: {version: "1.2"}
"""


def load_text(folder: Path, *texts: str) -> Fingerprints:
    place = folder / "scanners" / "fingerprints"
    place.mkdir(parents=True)
    for number, text in enumerate(texts):
        (place / f"{number}.yml").write_text(text, "utf-8")
    return load_fingerprints(folder)


def rule(name: str = "thing", positive: str = "Thing/1.2", gives: str = "1.2", negative: str = "Other/1.2") -> str:
    return RULE.format(id=name, positive=positive, gives=gives, negative=negative)


def said(observation: Observation, fingerprints: Fingerprints = SHIPPED) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in claims(observation, fingerprints):
        found.setdefault(one.attribute, set()).add(one.value)
    return found


def test_a_rule_claims_what_it_read(tmp_path: Path) -> None:
    mine = load_text(tmp_path, rule())
    told = said(passive("http.server", "10.0.0.1", {"server": "Thing/4.5"}, 81), mine)
    assert told["tcp/81.product"] == {"Thing"}
    assert told["tcp/81.version"] == {"4.5"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (rule(positive="Other/1"), "does not match its own positive"),
        (rule(gives="9.9"), "gives version '1.2', not '9.9'"),
        (rule(negative="Thing/7"), "matches its own negative"),
        (rule().replace("    negative:\n      - {server: Other/1.2}\n", ""), "key 'rules.0.negative' is missing"),
        (rule().replace(PROOF, ""), "key 'rules.0.positive' is missing"),
        (rule().replace("{v}", "{w}"), "no pattern gives w"),
        (rule().replace("{v}", "{v.real}"), "is no plain name"),
        (rule().replace("strength: 3", "strength: 6"), "less than or equal to 5"),
        (rule().replace("source: seen", "source: seen\n    licnece: x"), "unknown key 'licnece'"),
        (rule().replace("(?P<v>", "(?P<v"), "is no regular expression"),
        (rule().replace("service:", "asset: {device_class: toaster}\n    service:"), "'toaster' is no device class"),
        (rule().replace("kinds: [http.server]", "kinds: [http.sever]"), "kinds"),
        (rule().replace("kinds: [http.server]", "kinds: []"), "matches nothing"),
        (rule().replace("strength: 3", "role: client\n    strength: 3"), "a client offers no service"),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_does_not_load_and_says_where(text: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=what) as caught:
        load_text(tmp_path, text)
    assert all(str(fault).startswith("scanners/fingerprints/0.yml:") for fault in caught.value.faults)


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load_text(tmp_path, rule("a", gives="2"), rule("b", negative="Thing/1"), rule("a"))
    told = [str(fault) for fault in caught.value.faults]
    assert [fault.split(":")[0] for fault in told] == [f"scanners/fingerprints/{n}.yml" for n in range(3)]
    assert "is also used in" in told[2]


OUI = """about: test
licence: own
as_of: 2026-11-21
rules:
  - id: {name}
    oui: ["{prefix}"]
    asset: {{vendor: {name}}}
    strength: 2
    confidence: confirmed
    source: x
    positive:
      - facts: {{mac: "{mac}"}}
    negative:
      - {{mac: "ff:ff:ff:ff:ff:ff"}}
"""


def test_the_longest_prefix_decides(tmp_path: Path) -> None:
    mine = load_text(
        tmp_path,
        OUI.format(name="registry", prefix="70:B3:D5", mac="70:b3:d5:00:00:01"),
        OUI.format(name="medium", prefix="70:B3:D5:2/28", mac="70:b3:d5:20:00:01"),
        OUI.format(name="small", prefix="70:B3:D5:20:C/36", mac="70:b3:d5:20:c0:01"),
    )

    def vendor(mac: str) -> set[str]:
        return said(passive("arp", "10.0.0.1", {}, mac=mac), mine).get("vendor", set())

    assert vendor("70:b3:d5:20:c1:23") == {"small"}
    assert vendor("70:b3:d5:20:d1:23") == {"medium"}
    assert vendor("70:b3:d5:90:c1:23") == {"registry"}
    assert vendor("70:b3:d6:20:c1:23") == set()
    assert vendor("72:b3:d5:20:c1:23") == set()


def test_one_prefix_has_one_owner(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="already belongs to 'a'"):
        load_text(tmp_path, *(OUI.format(name=name, prefix="00:10:19", mac="00:10:19:00:00:01") for name in "ab"))


def test_an_address_the_machine_made_up_has_no_maker() -> None:
    assert "vendor" not in said(passive("arp", "10.0.0.1", {}, mac="02:10:19:00:00:01"))


def test_sirona_and_a_radio_module() -> None:
    assert said(passive("arp", "10.0.0.1", {}, mac="00:10:19:aa:bb:cc")) == {
        "vendor": {"Sirona"},
        "device_class": {"dental"},
    }
    assert said(passive("arp", "10.0.0.1", {}, mac="00:80:a3:aa:bb:cc")) == {"module": {"Lantronix"}}


def test_nmaps_own_word_for_a_maker_is_used_only_where_ours_is_silent() -> None:
    def vendor(mac: str) -> set[str]:
        host = nmap("nmap.host", "10.0.0.1", {"state": "up", "vendor": "Nmap's word"})
        return said(replace(host, mac=mac))["vendor"]

    assert vendor("00:10:19:aa:bb:cc") == {"Sirona"}
    assert vendor("00:14:22:aa:bb:cc") == {"Nmap's word"}


def test_a_uid_is_matched_by_whole_numbers() -> None:
    def product(uid: str) -> set[str]:
        told = said(passive("dicom.accept", "10.0.0.1", {"implementation_uid": uid}, 104))
        return told.get("tcp/104.product", set())

    assert product("1.2.276.0.7230010.3.0.3.6.7") == {"OFFIS DCMTK"}
    assert product("1.2.276.0.7230010.3.0.36.7") == set()


def test_an_unverified_rule_says_so_in_its_evidence() -> None:
    (one,) = (
        claim
        for claim in claims(passive("dicom.accept", "10.0.0.1", {"implementation_uid": "1.2.752.24.1"}, 104), SHIPPED)
        if claim.attribute == "vendor"
    )
    assert one.value == "Sectra"
    assert one.rule == "dicom-uid-sectra [unverified]"
    assert one.strength <= 2


def test_a_request_to_a_web_server_makes_it_no_image_archive() -> None:
    told = said(passive("http.server", "10.0.0.1", {"status": "400", "server": "nginx"}, 8042))
    assert "device_class" not in told
    assert told["tcp/8042.protocol"] == {"http"}


def test_samba_that_says_windows_is_samba() -> None:
    facts = {"id": "smb-os-discovery", "os": "Windows 6.1 (Samba 4.17.12-Debian)", "lanmanager": "Samba 4.17.12-Debian"}
    told = said(nmap("nmap.script", "10.0.0.1", facts, 445))
    assert told["tcp/445.product"] == {"Samba smbd"}
    assert "os" not in told


def test_what_a_client_says_makes_no_service() -> None:
    facts = {"software": "OpenSSH_9.2p1", "comment": "Debian-2+deb12u10", "role": "client"}
    told = said(passive("ssh.banner", "10.0.0.1", facts, 50000))
    assert told == {"os": {"Debian"}, "os_version": {"12"}}


@pytest.mark.parametrize("port", [80, 8042, 4242])
def test_a_port_number_alone_never_names_a_product(port: int) -> None:
    told = said(passive("tcp.open", "10.0.0.1", {}, port))
    assert not {name for name in told if not name.endswith(".protocol")}


@given(observations)
def test_any_observation_gives_clean_claims(observation: Observation) -> None:
    told = list(claims(observation, SHIPPED))
    for one in told:
        assert one.value
        for text in (one.value, one.evidence, one.attribute):
            assert text.isprintable()
        assert len(one.value) <= 200
        assert 1 <= one.strength <= 5
        assert one.first_seen == one.last_seen == observation.time
    assert told == list(claims(observation, SHIPPED))
