"""The web server's access log: the booking page, its visitors, its odd but harmless callers, and 16 October."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from examples.clinic.generate.clock import SUPPLIER_DAYS, hours, later, local, moments, stamp
from examples.clinic.generate.story import MONITOR_ADDRESS, SUPPLIER_ADDRESS, WEB, WEB_VISITOR
from examples.clinic.generate.writing import Record

SITE = "time.lyngvik.example"
_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:143.0) Gecko/20100101 Firefox/143.0",
)
_ODD = (
    "Mozilla/5.0 (compatible; Søkeroboten/2.1; +https://søk.example/robot)",
    "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) TV Safari/537.36",
    "Nokia6300/2.0 (05.50) Profile/MIDP-2.0 Configuration/CLDC-1.1",
    "Kalenderhenter/1.4 (lesebrett; æøå)",
    "-",
)
_TREATMENTS = ("undersøkelse", "tannrens", "røntgen", "tannverk – øvre høyre", "kontroll for barn", "råd om pussing")
_SEARCHES = ("hvordan velge tid", "union og select tannkrem", "pris på krone", "barn under 18 år", "åpningstider påske")
_MISSING = ("/favicon.ico", "/apple-touch-icon.png", "/bilder/gammel-logo.gif", "/nyheter/høst-2019.html", "/ads.txt")
_TOOL = "sqlmap/1.8.9#stable (https://sqlmap.org)"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request and its answer."""

    client: str
    agent: str
    path: str
    query: str = "-"
    status: int = 200
    method: str = "GET"


def records(dice: random.Random) -> Iterator[Record]:
    """Yield the month in the order of time."""
    every = [*_monitoring(), *_patients(dice), *_odd(dice), *_supplier(), *_sixteenth(dice)]
    for time, visit in sorted(every, key=lambda item: item[0]):
        yield {
            "@timestamp": stamp(time),
            "event": {"dataset": "web.access"},
            "c-ip": visit.client,
            "cs-method": visit.method,
            "cs-host": SITE,
            "cs-uri-stem": visit.path,
            "cs-uri-query": visit.query,
            "sc-status": visit.status,
            "cs-user-agent": visit.agent,
            "host": {"name": WEB.name},
        }


def patient_addresses() -> tuple[str, ...]:
    """Return the outside addresses that patients come from."""
    return tuple(f"192.0.2.{number}" for number in range(130, 250))


def _monitoring() -> Iterator[tuple[datetime, Visit]]:
    """Yield the supplier's monitoring, every half hour."""
    for hour in hours():
        for minutes in (5, 35):
            yield later(hour, 60 * minutes + 2.5), Visit(MONITOR_ADDRESS, "Fjordvakt/3.2 (overvåking)", "/status")


def _patients(dice: random.Random) -> Iterator[tuple[datetime, Visit]]:
    for day in range(1, 32):
        for start in moments(dice, day, 6, 23, dice.randrange(9, 22)):
            yield from _booking(start, dice)


def _booking(start: datetime, dice: random.Random) -> Iterator[tuple[datetime, Visit]]:
    client, agent = dice.choice(patient_addresses()), dice.choice(_BROWSERS)
    treatment = quote(dice.choice(_TREATMENTS))
    steps = [
        Visit(client, agent, "/"),
        Visit(client, agent, "/stil/lyngvik.css"),
        Visit(client, agent, dice.choice(_MISSING), status=404),
        Visit(client, agent, "/time.jsp", f"steg=1&behandling={treatment}"),
        Visit(client, agent, "/søk.jsp", f"q={quote(dice.choice(_SEARCHES))}"),
        Visit(client, agent, "/time.jsp", "steg=2", 302, "POST"),
        Visit(client, agent, "/kvittering.jsp", f"nr={dice.randrange(10_000, 99_999)}"),
    ]
    for number, visit in enumerate(steps[: dice.randrange(3, len(steps) + 1)]):
        yield later(start, 7.3 * number), visit


def _odd(dice: random.Random) -> Iterator[tuple[datetime, Visit]]:
    """Yield crawlers, televisions and a calendar reader that puts a file back."""
    for day in range(1, 32):
        for time in moments(dice, day, 0, 23, 5):
            client = f"203.0.113.{dice.randrange(10, 60)}"
            path = dice.choice(("/", "/robots.txt", "/time.jsp", "/priser", "/sitemap.xml"))
            yield time, Visit(client, dice.choice(_ODD), path, status=404 if path.endswith("xml") else 200)
        yield local(day, 5, 12, 9), Visit("192.0.2.131", _ODD[4], "/kalender/åse.ics", status=204, method="PUT")


def _supplier() -> Iterator[tuple[datetime, Visit]]:
    """Yield the supplier trying the page from its own address on the agreed days."""
    for day, (first, _) in SUPPLIER_DAYS.items():
        for number, path in enumerate(("/", "/status", "/time.jsp")):
            yield local(day, first, 52, number), Visit(SUPPLIER_ADDRESS, "curl/8.5.0", path)


def _sixteenth(dice: random.Random) -> Iterator[tuple[datetime, Visit]]:
    """Yield 16 October, 10:00 to 11:30: probing, a file put in place, and its use."""
    for number, time in enumerate(moments(dice, 16, 10, 11, 140)):
        guess = quote(
            dice.choice(("1' AND 1=1-- -", "1 UNION ALL SELECT NULL,NULL-- -", "1' AND SLEEP(5)-- -", "1)) OR (1=1"))
        )
        yield (
            time,
            Visit(WEB_VISITOR, _TOOL, "/time.jsp", f"steg=1&behandling={guess}", 500 if number % 7 == 0 else 200),
        )
    for number, path in enumerate(
        (
            "/bilder/../../../../etc/passwd",
            "/bilder/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/bilder/..%2f..%2f..%2fWEB-INF/web.xml",
            "/bilder/....//....//etc/shadow",
        )
    ):
        yield local(16, 11, 4, 3 * number), Visit(WEB_VISITOR, _BROWSERS[0], path, status=404)
    agent = _BROWSERS[3]
    yield local(16, 11, 12, 40), Visit(WEB_VISITOR, agent, "/bilder/bilde.jsp", status=201, method="PUT")
    for minute, command in ((14, "whoami"), (16, "id"), (17, "uname+-a"), (21, "cat+/etc/passwd"), (29, "ls+-la+/srv")):
        yield local(16, 11, minute, 5), Visit(WEB_VISITOR, agent, "/bilder/bilde.jsp", f"cmd={command}")
