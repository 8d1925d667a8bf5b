from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.routes import load_routes
from sentinel.model.ecs import CASELESS, ECS, EVENT, FROM, HELSE, LOGS, RELATED, VERSION, named, nested, related
from sentinel.model.events import Value
from sentinel.share.ecs import OWN
from tests.shared import ROOT

# Read in `generated/csv/fields.csv` of the schema's own repository, as version 8.12.0-dev has it: name and type.
CONFIRMED = dict(
    line.split()
    for line in """
@timestamp date
destination.domain keyword
destination.ip ip
destination.port long
dns.question.name keyword
dns.question.type keyword
ecs.version keyword
event.action keyword
event.code keyword
event.dataset keyword
event.end date
event.hash keyword
event.id keyword
event.ingested date
event.kind keyword
event.outcome keyword
event.provider keyword
event.severity long
event.start date
file.path keyword
host.name keyword
http.request.method keyword
http.request.referrer keyword
http.response.status_code long
log.file.path keyword
message match_only_text
network.transport keyword
observer.product keyword
observer.version keyword
organization.id keyword
process.command_line wildcard
process.entity_id keyword
process.executable keyword
process.parent.command_line wildcard
process.parent.executable keyword
process.parent.name keyword
process.parent.pid long
process.pid long
process.working_directory keyword
registry.path keyword
related.hosts keyword
related.ip ip
related.user keyword
rule.author keyword
rule.id keyword
rule.name keyword
rule.version keyword
source.ip ip
source.port long
tags keyword
threat.framework keyword
threat.tactic.name keyword
threat.technique.id keyword
threat.technique.subtechnique.id keyword
trace.id keyword
url.domain keyword
url.original wildcard
url.path wildcard
url.query keyword
user.domain keyword
user.id keyword
user.name keyword
user.roles keyword
user.target.domain keyword
user.target.id keyword
user.target.name keyword
user_agent.original keyword
""".strip().splitlines()
)
UNVERIFIED = {"error.code", "process.name"}
"""Not on the pages of that file which were read."""
INSTEAD = {"wildcard": "keyword", "match_only_text": "text"}
OTHERWISE = {"status"}
"""Names of rules that the content finds under a name of the schema, and that mean something else in other logs."""


def test_every_name_is_the_schemas_with_its_type() -> None:
    named = {name: INSTEAD.get(CONFIRMED[name], CONFIRMED[name]) for name in ECS.keys() - UNVERIFIED}

    assert named == {name: kind for name, kind in ECS.items() if name not in UNVERIFIED}
    assert VERSION == "8.12.0"
    assert {name for name in OWN if not name.startswith("helse.alert.")} == set()
    assert {name for name in HELSE if not name.startswith("helse.") or name.startswith("helse.alert")} == set()


def test_no_name_is_the_beginning_of_another_and_each_source_has_a_place() -> None:
    names = {*ECS, *HELSE, *OWN}
    assert [name for name in names if any(other.startswith(f"{name}.") for other in names)] == []
    assert (FROM.keys() | RELATED.keys()) - ECS.keys() == set()
    others = [other for some in FROM.values() for other in some]
    assert len(others) == len(set(others))


def test_the_content_says_nothing_else_of_names_that_it_knows_too() -> None:
    """Where `rules/_logsources` finds a rule's field under a name of the schema, it is that name here as well."""
    pairs = {(new, old) for route in load_routes(ROOT).routes for new, old in route.aliases if old in FROM}
    places: dict[str, set[str]] = {}
    for new, old in pairs:
        places.setdefault(new, set()).add(old)
    ours = {other: name for name, some in FROM.items() for other in some}

    assert {new: found for new, found in places.items() if new in ours and ours[new] not in found} == {}
    assert sorted(places.keys() - ours.keys() - OTHERWISE) == []
    assert {old for _, old in pairs} >= {"process.executable", "source.ip", "user.name", "url.path", "file.path"}


def test_what_has_a_second_form_is_a_text_that_logs_have() -> None:
    assert {LOGS[name] for name in CASELESS} == {"keyword"}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"helse.block.hit": "TRUE", "helse.onbehalf.age": "16"}, {"helse.block.hit": True, "helse.onbehalf.age": 16}),
        ({"helse.block.hit": "maybe", "helse.onbehalf.age": -1, "helse.own": "x", "event.ingested": "now"}, {}),
        ({"SourceIp": "10.0.0.1", "c-ip": "10.0.0.2"}, {"source.ip": "10.0.0.1"}),
        ({"c-ip": "10.0.0.2", "SourceIp": "-"}, {"source.ip": "10.0.0.2"}),
        ({"User": "A\\b\\c"}, {"user.name": "A\\b\\c"}),
        ({"User": "A\\b", "SubjectDomainName": "C"}, {"user.name": "b", "user.domain": "C"}),
    ],
)
def test_names_and_values_of_an_event(fields: dict[str, Value], found: dict[str, object]) -> None:
    assert named(fields) == found


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.ip_addresses().map(str),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
NAMES = st.sampled_from([*EVENT, *(other for some in FROM.values() for other in some)]) | st.text()
TYPES: dict[str, type] = {"long": int, "boolean": bool}


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_whatever_an_event_holds_each_value_is_of_its_names_type(fields: dict[str, Any]) -> None:
    found: dict[str, Any] = {**named(fields)}
    found |= related(found)

    assert found.keys() <= LOGS.keys()
    for name, value in found.items():
        values = value if isinstance(value, list) else [value]
        assert values
        assert {type(one) for one in values} == {TYPES.get(LOGS[name], str)}, name
    assert flat(nested(found)) == found


def flat(document: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in document.items():
        found |= flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found
