"""Where a converted query is known not to mean what the rule means: trait × target, with the reason and its source.

Sources: (m) measured by converting one rule of each kind with the back ends that are installed here, pySigma 1.5.1;
(d) documentation of the query language; (i) an issue of the back end. What stands in no line was not found, not proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LUCENE, EQL, ESQL, SPLUNK, SPL2 = "lucene", "eql", "esql", "splunk", "splunk_spl2"
FAMILY: Mapping[str, str] = {
    "lucene": LUCENE,
    "elastalert": LUCENE,
    "eql": EQL,
    "esql": ESQL,
    "splunk": SPLUNK,
    "splunk_spl2": SPL2,
}
"""The query language that a target writes; of a target that is not here nothing is known."""
TSTATS = "splunk_tstats"
OUTPUTS: Mapping[tuple[str, str], str] = {("splunk", "data_model"): TSTATS}
"""A second language that one output of a target writes around the first."""
EVERY = tuple(dict.fromkeys(FAMILY.values()))


@dataclass(frozen=True, slots=True)
class Unlike:
    """One known difference. `trait` is a trait of a rule, or the type of a correlation."""

    trait: str
    languages: tuple[str, ...]
    why: str
    source: str


_OR_FIRST = "'or' has no parentheses, and here 'and' binds tighter: more events match"
TABLE = (
    Unlike("text", (LUCENE,), "case counts where the field is a plain keyword without a normaliser", "d"),
    Unlike("text", (ESQL,), "==, in and like compare with case", "i: pySigma-backend-elasticsearch 107"),
    Unlike("text", (SPL2,), "= and LIKE in WHERE compare with case", "d"),
    Unlike("letters", (EQL,), "folding of letters outside ASCII is not promised", "d"),
    Unlike("one-character", (SPLUNK,), "'?' becomes '*': any run of characters, so more events match", "m"),
    Unlike("empty", (LUCENE,), "the empty text is not found in analysed fields", "d"),
    Unlike("empty", (SPLUNK,), "a field with the empty text counts as absent", "d"),
    Unlike("cased-pattern", (EQL,), "becomes == with the asterisks as plain characters, and matches nothing", "m"),
    Unlike("regex", (LUCENE, ESQL), "the expression must fit the whole value, and ^ $ \\d are plain characters", "d"),
    Unlike("regex", (EQL,), "regex~ ignores case and must fit the whole value", "d"),
    Unlike("regex", (SPL2,), "every expression gets (?i), so case is ignored", "m"),
    Unlike("regex-flags", (LUCENE, EQL, ESQL), "(?i) and other flags are not known in these expressions", "d"),
    Unlike("regex-flags", (SPL2,), "the flags m and s are dropped", "m"),
    Unlike("regex-in-or", (SPLUNK,), "becomes rex and eval before the search: slower, and named groups clash", "m"),
    Unlike("or-in-and", (SPL2, TSTATS), _OR_FIRST, "i: pySigma-backend-splunk 42, 73"),
    Unlike("exists", (LUCENE,), "a field that is there with null or an empty list counts as absent", "d"),
    Unlike("exists", (ESQL, SPLUNK, SPL2), "a field that is there with null counts as absent", "d"),
    Unlike("not", (ESQL,), "an absent field makes the negation null, and the event is dropped: alerts are lost", "d"),
    Unlike("not", (SPL2,), "an absent field makes the negation null, and the event is dropped: alerts are lost", "d"),
    Unlike("field", (EQL, ESQL), "a field that the index does not map makes the whole query fail", "d"),
    Unlike("field", (ESQL,), "a field with several values becomes null, and its event is not found", "d"),
    Unlike("keyword", (LUCENE,), "only the default fields of the index are searched", "d"),
    Unlike("keyword", (EQL,), "a text alone is no condition that EQL documents", "m"),
    Unlike("keyword", (SPLUNK,), "whole words of the raw text, where the rule says anywhere inside a value", "m"),
    Unlike("keyword", (SPL2,), "the raw text is searched, with case, and names of fields too", "m"),
    Unlike("compare", (LUCENE,), "in a text or keyword field numbers are ordered as texts (10 before 9)", "d"),
    Unlike("compare", (EQL, ESQL), "a number that is logged as text, 0x1410 too, is not compared", "d"),
    Unlike("compare", (SPLUNK, SPL2), "hexadecimal text (0x1410) is not a number", "d"),
    Unlike("time-part", EVERY, "the part of the time is forgotten: `hour|gte: 5` becomes `>= 5`", "m"),
    Unlike("cidr", (LUCENE,), "works on fields of type ip only", "d"),
    Unlike("cidr", (EQL, ESQL), "fails on fields that are not of type ip", "d"),
    Unlike("fieldref", (ESQL, SPLUNK, SPL2), "compares with case", "d"),
    Unlike("operator-name", EVERY, "a name that begins with not, and or or is split ('notepad' is 'not epad')", "m"),
    Unlike("encoded-letters", EVERY, "letters outside ASCII are counted as one byte each: the pattern is wrong", "m"),
    Unlike("utf16", EVERY, "the byte-order mark is encoded as UTF-8 (77u/ in front), and matches nothing", "m"),
    Unlike("long-dash", EVERY, "only - and / are varied; a rule that writes a long dash finds that one alone", "m"),
    Unlike("several-conditions", EVERY, "becomes one query a line; a hit of any of them is a hit", "m"),
    Unlike("event_count", (EQL,), "'with runs=N' asks for exactly N, also where the rule says lt", "m"),
    Unlike("value_count", (EQL,), "asks for N events with the same value, where N different ones are meant", "m"),
    Unlike("temporal", (EQL,), "'sample' has no time span", "m"),
    Unlike("temporal_ordered", (EQL,), "comes out with an empty 'by' and is no valid query", "m"),
    Unlike("correlation", (ESQL, SPLUNK), "windows stand on the clock: a burst over an edge is missed", "m"),
    Unlike("temporal", (ESQL,), "an event that meets two rules counts for the first only", "m"),
    Unlike("value_count", (LUCENE,), "becomes max_threshold: N-1 within the buffer time of ElastAlert", "m"),
    Unlike("correlation", EVERY, "late events are not waited for, and an alert is not amended", "d"),
    Unlike("limit", (ESQL,), "returns 1,000 rows by default and 10,000 at most, and does not say so", "d"),
)


def known(target: str) -> bool:
    """Say whether anything is known of how a target's queries differ."""
    return target in FAMILY


def unlike(traits: Mapping[str, str], target: str, output: str = "default") -> Iterator[str]:
    """Yield a sentence for each way in which the query of a target does not mean the same as the rule."""
    languages = {FAMILY.get(target), OUTPUTS.get((target, output))}
    for line in TABLE:
        if line.trait in traits and not languages.isdisjoint(line.languages):
            yield f"{line.trait} ({traits[line.trait]}): {line.why} [{line.source}]"
