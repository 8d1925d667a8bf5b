"""A few rules, each of which is woken in another way, for the tests of this folder."""

from __future__ import annotations

import pytest

from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import RuleSet
from tests.detect.fast.twins import Twins
from tests.detect.rules import rule, rules
from tests.shared import ROOT

WINDOWS = "product: windows"


@pytest.fixture(scope="session")
def routes() -> Routes:
    return load_routes(ROOT)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    found = rules(
        tmp_path_factory.mktemp("rules"),
        rule(1, r"a: {Image|endswith: '\whoami.exe'}" + "\ncondition: a"),
        rule(2, "a: {EventID: 4688, NewProcessName|re: '(?i)kiosk'}\ncondition: a", WINDOWS),
        rule(3, "a: [blåbær]\ncondition: a", WINDOWS),
        rule(4, "a: {CommandLine|contains: whoami}\ncondition: not a", "category: process_creation"),
        rule(5, "a: {LogonType: 3, TargetUserName: null}\ncondition: a", WINDOWS),
        rule(6, "a: {Details|contains: invoke-mimikatz.ps1}\ncondition: a", WINDOWS),
        rule(7, "a: {SubjectUserName|fieldref: TargetUserName}\ncondition: a", WINDOWS),
        rule(8, "a: {Keywords: '-9.223372036854776e+18'}\ncondition: a", WINDOWS),
        rule(9, "a: {sc-status: 200}\nb: {c-uri|contains: '/../'}\ncondition: a and b", "category: webserver"),
        rule(10, "a: {Details|contains: sekurlsa::logonpasswords}\ncondition: a", WINDOWS + "\nservice: system"),
        rule(11, r"a: {NewProcessName|endswith: '\whoami.exe', LogonType: 1}" + "\ncondition: a", WINDOWS),
    )
    assert not found.refused
    return found


@pytest.fixture
def twins(few: RuleSet, routes: Routes) -> Twins:
    return Twins(few, routes)
