"""Queries come out as the back ends write them, and each known difference comes with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.detect.convert import Wanted, convert_rules
from sentinel.detect.sigma import load_rules
from sentinel.errors import SettingsError
from sentinel.model.conversion import Conversion
from tests.detect.logs import sigmahq
from tests.detect.rules import rule
from tests.shared import ROOT

ESQL = "from * metadata _id, _index, _version | where "
LIMIT = "limit"
B64 = 'any where F like~ ("*YmzDpWLDpnI=*", "*Jsw6Viw*", "*ibMOlYsOmcg*")'


def convert(folder: Path, detection: str, target: str, **more: object) -> Conversion:
    (folder / "a.yml").write_text(rule(1, detection), encoding="utf-8")
    ruleset = load_rules([folder], folder)
    assert ruleset.refused == ()
    [made] = convert_rules(ruleset, folder, Wanted(target, **more))  # type: ignore[arg-type]  # of each its own type
    return made


def kinds(made: Conversion) -> set[str]:
    return {warning.split()[0] for warning in made.warnings}


@pytest.mark.parametrize(
    ("item", "target", "query", "warned"),
    [
        ("F: Abc", "lucene", "F:Abc", {"text"}),
        ("F: Abc", "eql", 'any where F:"Abc"', {"field"}),
        ("F: Abc", "esql", ESQL + 'F=="Abc"', {"text", "field", LIMIT}),
        ("F: Abc", "splunk", 'F="Abc"', set()),
        ("F: Abc", "splunk_spl2", 'FROM main WHERE F="Abc"', {"text"}),
        ("F|contains: blåbær", "eql", 'any where F:"*blåbær*"', {"letters", "field"}),
        ("F: '1?2'", "splunk", 'F="1*2"', {"one-character"}),
        ("F: ''", "splunk", 'F=""', {"empty"}),
        ("F|cased: Abc", "eql", 'any where F == "Abc"', {"field"}),
        ("F|contains|cased: Abc", "eql", 'any where F == "*Abc*"', {"cased-pattern", "field"}),
        ("F|re: ^a$", "lucene", "F:/^a$/", {"regex"}),
        ("F|re|i: a", "esql", ESQL + 'F rlike "(?i)a"', {"regex", "regex-flags", "field", LIMIT}),
        ("F|re|s: a.b", "splunk_spl2", "FROM main WHERE match(F, /(?i)a.b/)", {"regex", "regex-flags"}),
        ("F|exists: true", "lucene", "_exists_:F", {"exists"}),
        ("F: null", "esql", ESQL + "F is null", {"field", LIMIT}),
        ("F|neq: '1'", "esql", ESQL + 'not F=="1"', {"not", "field", LIMIT}),
        ("F|gte: 5", "eql", "any where F >= 5", {"compare", "field"}),
        ("F|hour|gte: 5", "splunk", "F>=5", {"time-part"}),
        ("F|cidr: 10.0.0.0/8", "lucene", "F:10.0.0.0\\/8", {"cidr"}),
        ("F|fieldref: G", "splunk", "*\n| where 'F'='G'", {"fieldref"}),
        ("F|windash|contains: ' –1'", "splunk", 'F="* –1*"', {"long-dash"}),
        ("F|base64offset|contains: blåbær", "eql", B64, {"encoded-letters", "field"}),
        ("F|utf16|base64: '1'", "splunk", 'F="77u/MQA="', {"utf16"}),
    ],
)  # fmt: skip
def test_each_kind_of_test_is_converted_and_warned_of(
    tmp_path: Path, item: str, target: str, query: str, warned: set[str]
) -> None:
    made = convert(tmp_path, f"sel:\n  {item}\ncondition: sel", target)

    assert made.queries == (query,)
    assert made.failure == ""
    assert kinds(made) >= warned
    assert kinds(made) - warned <= {"text", "letters"}


@pytest.mark.parametrize(
    ("detection", "target", "query", "warned"),
    [
        ("sel: {F: '1'}\ncondition: not sel", "esql", ESQL + 'not F=="1"', "not"),
        ("sel: [a1, b1]\ncondition: sel", "lucene", "*a1* OR *b1*", "keyword"),
        ("sel: [a1, b1]\ncondition: sel", "eql", 'any where "a1" or "b1"', "keyword"),
        ("sel: [a1]\ncondition: sel", "splunk", '"a1"', "keyword"),
        ("a: {F: '1'}\nb: [{G: '2'}, {H: '3'}]\ncondition: a and b", "splunk_spl2",
         'FROM main WHERE F="1" AND G="2" OR H="3"', "or-in-and"),
        ("notepad: {F: '1'}\nepad: {F: '2'}\ncondition: notepad", "lucene", "NOT F:2", "operator-name"),
    ],
)  # fmt: skip
def test_each_kind_of_condition_is_converted_and_warned_of(
    tmp_path: Path, detection: str, target: str, query: str, warned: str
) -> None:
    made = convert(tmp_path, detection, target)

    assert made.queries == (query,)
    assert warned in kinds(made)


def test_an_expression_below_or_and_several_conditions(tmp_path: Path) -> None:
    either = convert(tmp_path, "a: {F|re: x}\nb: {G: '1'}\ncondition: a or b", "splunk")
    several = convert(tmp_path, "a: {F: '1'}\nb: {F: '2'}\ncondition: [a, b]", "splunk")

    assert either.queries[0].startswith("| rex field=F")
    assert kinds(either) == {"regex-in-or"}
    assert several.queries == ('F="1"', 'F="2"')
    assert kinds(several) == {"several-conditions"}


@pytest.mark.parametrize(
    ("item", "target", "told"),
    [
        ("F|cased: Abc", "lucene", "NotImplementedError: Case-sensitive string matching is not supported"),
        ("F|fieldref: G", "eql", "SigmaFeatureNotSupportedByBackendError"),
        ("F|hour: 5", "esql", "NotImplementedError: Field equals timestamp part"),
        ("F|exists: true", "eql", "NotImplementedError: Field exists"),
        ("F|utf16le|base64: a", "splunk", "SigmaModifierError: Unknown modifier 'utf16le'"),
    ],
)
def test_what_a_back_end_cannot_say_is_a_failure_with_its_reason(
    tmp_path: Path, item: str, target: str, told: str
) -> None:
    made = convert(tmp_path, f"sel:\n  {item}\ncondition: sel", target)

    assert (made.queries, made.warnings) == ((), ())
    assert made.failure.startswith(told)


def test_a_filter_in_a_file_of_its_own_is_in_the_query(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text(
        "title: F\nlogsource: {product: windows}\n"
        "filter: {rules: any, own: {User: '1'}, condition: not own}\n"
    )  # fmt: skip
    made = convert(tmp_path, "sel: {F: '2'}\ncondition: sel", "lucene")

    assert made.queries == ("F:2 AND (NOT User:1)",)


def test_a_rule_that_vanishes_meanwhile_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(rule(1, "sel: {F: a}\ncondition: sel"))
    ruleset = load_rules([tmp_path], tmp_path)
    (tmp_path / "a.yml").unlink()
    [made] = convert_rules(ruleset, tmp_path, Wanted("lucene"))

    assert (made.queries, made.failure) == ((), "was changed or taken away while rules were read")


def test_pipelines_map_fields_and_placeholders_are_filled_in(tmp_path: Path) -> None:
    mapped = convert(tmp_path, "sel: {Image: a}\ncondition: sel", "lucene", pipelines=["ecs_windows"])
    own = tmp_path / "own.yaml.txt"
    own.write_text("name: x\npriority: 1\ntransformations:\n- type: field_name_prefix\n  prefix: p.\n")
    prefixed = convert(tmp_path, "sel: {Image: a}\ncondition: sel", "lucene", pipelines=[str(own)])
    (tmp_path / "a.yml").write_text(rule(1, "sel: {F|expand: '%x%'}\ncondition: sel"))
    values = {"x": ["1", "2"]}
    ruleset = load_rules([tmp_path / "a.yml"], tmp_path, values)
    [filled] = convert_rules(ruleset, tmp_path, Wanted("lucene", placeholders=values))

    assert mapped.queries == ("process.executable.caseless:a",)
    assert prefixed.queries == ("p.Image:a",)
    assert filled.queries == ("F:(1 OR 2)",)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("loki"), "no back end 'loki' is installed"),
        (Wanted("lucene", "nonsense"), "'lucene' has no output 'nonsense'; there are default, "),
        (Wanted("lucene", "siem_rule"), "nothing is downloaded here"),
        (Wanted("eql", "siem_rule_ndjson"), "nothing is downloaded here"),
        (Wanted("lucene", pipelines=["gone"]), "no pipeline 'gone'"),
        (Wanted("lucene", pipelines=[str(ROOT / "README.md")]), "is no pipeline"),
        (Wanted("lucene", pipelines=[str(ROOT / "docs")]), "is no pipeline"),
    ],
)
def test_what_cannot_be_begun_is_one_line(tmp_path: Path, wanted: Wanted, told: str) -> None:
    (tmp_path / "a.yml").write_text(rule(1, "sel: {F: a}\ncondition: sel"))

    with pytest.raises(SettingsError, match=told) as raised:
        list(convert_rules(load_rules([tmp_path], tmp_path), tmp_path, wanted))
    assert "\n" not in str(raised.value)


def test_attack_data_of_ones_own_feeds_the_output_that_needs_it(tmp_path: Path) -> None:
    data = tmp_path / "enterprise-attack.json"
    data.write_text('{"objects": []}')
    made = convert(tmp_path, "sel: {F: a}\ncondition: sel", "lucene", output="siem_rule", attack=data)

    assert '"F:a"' in made.queries[0]


def test_no_path_opens_a_connection(tmp_path: Path) -> None:
    """Every output of every back end, with a hook under Python's sockets that ends the process."""
    tagged = rule(1, "sel: {F: a}\ncondition: sel").replace("status:", "tags: [attack.t1059.001]\nstatus:")
    (tmp_path / "a.yml").write_text(tagged)
    script = f"""
import os, sys
from pathlib import Path
def stop(event, args):
    if event.startswith("socket."):
        print("connection:", event, args); os._exit(9)
from sentinel.detect.convert import Wanted, convert_rules, targets
from sentinel.detect.sigma import load_rules
sys.addaudithook(stop)
base = Path({str(tmp_path)!r})
(base / "attack.json").write_text('{{"objects": []}}')
for target, outputs in targets().items():
    for output in outputs:
        wanted = Wanted(target, output, attack=base / "attack.json")
        for made in convert_rules(load_rules([base / "a.yml"], base), base, wanted):
            print(target, output, made.failure)
print(sum(map(len, targets().values())))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "connection:" not in done.stdout
    assert done.returncode == 0, done.stderr
    *made, outputs = done.stdout.splitlines()
    assert len(made) == int(outputs) > 15


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("target", "least"), [("lucene", 0.998), ("eql", 0.998), ("esql", 0.971), ("splunk", 0.998)])
def test_the_share_of_sigmahq_that_converts(tmp_path: Path, target: str, least: float) -> None:
    ruleset = load_rules(sigmahq(tmp_path), tmp_path)
    made = list(convert_rules(ruleset, tmp_path, Wanted(target)))
    share = sum(not one.failure for one in made) / len(made)
    print(f"{target}: {share:.2%} of {len(made):,} rules convert")  # noqa: T201 -- the figure is the point

    assert share >= least
    assert len(made) == len(ruleset.rules)
