"""Known weaknesses over a whole journey: the example clinic with a bundle made here, and CISA's real advisories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import orjson
import pytest

from sentinel import flows
from sentinel.content import root
from sentinel.journeys import Aids
from sentinel.model.knowledge import Knowledge, Weakness
from sentinel.model.records import result_record
from sentinel.model.result import Result
from sentinel.report.files import write_reports
from sentinel.scan.knowledge.bundle import Bundle
from sentinel.settings import Site, read_site
from sentinel.store.store import Store
from tests.scan.knowledge.samples import made
from tests.scan.weakness.bundle import Small, advisory, by_version, feed, judged, row
from tests.shared import ROOT, shared_data

T = TypeVar("T")
CLINIC = ROOT / "examples" / "clinic"
DAY = date(2026, 11, 21)
SAMBA = [by_version("samba", "samba", f"CVE-2026-{number:04}", "4.19") for number in range(5)]
JETTY = [by_version("mortbay", "jetty", f"CVE-2011-{number:04}", "7") for number in range(30)]
USED = Weakness("CVE-2011-0007", 7.5, exploited=date(2022, 3, 1))


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture(scope="module")
def site() -> Site:
    """Return the clinic without its logs, which take long and say nothing here."""
    site = read_site(CLINIC / "site.toml")
    return replace(site, file=site.file.model_copy(update={"logs": ()}))


def ran(site: Site, store: Store, knowledge: Knowledge | None) -> Result:
    return flows.run(site, root(), store, DAY, silent, Aids(knowledge=knowledge))


def test_a_clinic_with_a_bundle_gets_few_findings_that_say_much(site: Site, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    knowledge = Small([*SAMBA, *JETTY], [USED], feeds=[feed("nvd"), feed("kev")])
    before, after = ran(site, store, None), ran(site, store, knowledge)
    new = {one.id for one in after.findings} - {one.id for one in before.findings}
    assert len(new) <= 2, "one finding for each product, whatever the number of its weaknesses"
    (web,) = [one for one in after.findings if one.cves and "Jetty" in one.title.nb]
    assert (web.check, len(web.cves), web.cves[0]) == ("product-unsupported", 30, "CVE-2011-0007")
    ranks = sorted(after.findings, key=lambda one: -(one.rank.score if one.rank else 0))
    assert ranks[0].id == web.id
    disputed = {
        one.requirement.id for one in after.judgements for e in one.evidence if e.signal.key == "known-exploited"
    }
    assert disputed == {"DRF-05"}
    write_reports(after, tmp_path / "out", ("nb",))
    page = (tmp_path / "out" / "technical-nb.html").read_text(encoding="utf-8")
    assert "CVE-2011-0007" in page
    first = (tmp_path / "out" / "management-nb.html").read_text(encoding="utf-8")
    assert "Angripere bruker denne sårbarheten nå" in first
    assert orjson.dumps(result_record(after))


def test_without_a_bundle_the_report_says_that_nobody_looked(site: Site, tmp_path: Path) -> None:
    result = ran(site, Store.open(str(tmp_path / "x.db")), None)
    assert "Ingen har sett etter kjente sårbarheter" in " ".join(one.what.nb for one in result.not_looked)
    assert (result.feeds, result.outcomes) == (None, ())
    assert result_record(result)["feeds"] is None


def test_a_run_without_the_bundle_does_not_call_anything_mended(site: Site, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    key = site.file.organisation.number
    knowledge = Small([advisory("openbsd", "openssh", "CVE-1", source="nvd", every=True)])
    found = {one.id for one in ran(site, store, knowledge).findings if one.check.startswith("weakness-")}
    assert found
    ran(site, store, None)
    assert found <= {one.id for one in store.open_findings(key)}
    ran(site, store, Small([by_version("openbsd", "openssh", "CVE-1", "0.1")]))
    assert found.isdisjoint(one.id for one in store.open_findings(key))


@pytest.fixture(scope="module")
def cisa(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return a bundle of CISA's medical advisories to October 2024 and its list of what is exploited."""
    folder = shared_data() / "knowledge"
    feeds = folder / "cisa-csaf-icsma-2024-10.tar.xz", folder / "kev-2025-08-25.json"
    return Bundle(made(tmp_path_factory.mktemp("cisa"), *feeds)[0])


@pytest.mark.parametrize(
    ("vendor", "product", "version", "state", "advisory"),
    [
        ("Draeger", "Infinity Delta", "VF8.2", "likely", "ICSMA-19-022-01"),
        ("Philips", "IntelliVue MX800", "M.00.45", "likely", "ICSMA-20-254-01"),
        ("Philips", "IntelliVue MX800", "P.01.02", "possible", "ICSMA-18-156-01"),
        ("Philips", "IntelliVue", "", "possible", "ICSMA-20-254-01"),
        ("GE HealthCare", "CARESCAPE B650", "2.1", "likely", "ICSMA-20-023-01"),
        ("GE HealthCare", "CARESCAPE network (Unity)", "", "possible", "ICSMA-20-023-01"),
        ("Fresenius Kabi", "Agilia Link+", "3.0 D14", "possible", "ICSMA-21-355-01"),
        ("BD", "Alaris PC Unit", "9.19", "likely", "ICSMA-20-170-06"),
        ("Baxter", "Sigma Spectrum", "8.01", "possible", "ICSMA-22-251-01"),
        ("Contec", "CMS8000", "", "likely", "ICSMA-22-244-01"),
        ("Hamilton Medical", "HAMILTON-T1", "2.2.3", "likely", "ICSMA-21-047-01"),
        ("Hamilton Medical", "HAMILTON-T1", "2.2.4", "none", ""),
        ("Philips", "Vue PACS", "12.2.8.300", "likely", "ICSMA-24-200-01"),
        ("Philips", "Vue PACS", "12.3.0", "none", ""),
        ("Siemens Healthineers", "MAGNETOM", "VB15A", "unknown", ""),
    ],
)
def test_real_devices_are_found_or_truthfully_not(
    cisa: Bundle, vendor: str, product: str, version: str, state: str, advisory: str
) -> None:
    found = judged(cisa, row("10.0.0.1", vendor, product, version))
    weak = [one for one in found.findings if one.check.startswith("weakness-")]
    assert [one.product for one in found.outcomes] == [product]
    if not advisory:
        assert (weak, found.outcomes[0].state) == ([], state)
        return
    strongest = min(weak, key=lambda one: ("likely", "possible").index(one.claim))
    assert strongest.claim == state
    assert advisory in " ".join(one.facts["advisories"] for one in weak)
    assert all("Ikke oppdater selv" in one.advice.nb or one.claim == "possible" for one in weak)
    assert strongest.knowledge_date == date(2024, 9, 10)
