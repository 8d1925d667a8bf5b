"""DICOMweb: is the archive's search open to anyone? Ask for a study that cannot exist (PS3.18, 10.6, QIDO-RS).

2.25.0 is the nil UUID: no study has it, so an open archive answers with an empty list. Reading stops three bytes into
the body, and of a body nothing is kept but whether it was an empty list.
"""

from __future__ import annotations

from sentinel.scan.probes.exchange import NOTHING_LEARNT, Caller, Exchange, Fact, Target, ask
from sentinel.scan.probes.http import Answer, get, read, server_facts

DEFAULT_BASE = "/dicom-web"
QUERY = "/studies?StudyInstanceUID=2.25.0&limit=1"
_EMPTY, _OPEN, _CLOSED = 204, 200, {401, 403}
_ABSENT = {404, 405, 410, 501}
_ENOUGH = 3
_EMPTY_LIST = b"[]"


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask once and learn whether the search is open, closed or not there."""
    request = get(target, caller, f"{target.path or DEFAULT_BASE}{QUERY}", "application/dicom+json")
    said = yield from ask(request, _enough)
    answer, (served, *_) = read(said), server_facts(said)
    if answer is None or served.kind != "http.server":
        return (served,)
    named = {key: value for key, value in served.facts.items() if key != "title"}
    return (Fact(served.kind, named), *judge(answer))


def judge(answer: Answer) -> tuple[Fact, ...]:
    """Return what an answer says of access.

    `open` only where an empty list says so; `ignored`: a list with something in it, from a server that did not heed
    the question (none of it is kept); `absent`: not at this address; `unclear`: anything else, such as a web page for
    every address.
    """
    is_json = "json" in answer.headers.get("content-type", "").lower()
    start = b"".join(answer.body[:64].split())
    if answer.status in _CLOSED:
        access = "closed"
    elif answer.status in _ABSENT:
        access = "absent"
    elif answer.status == _EMPTY or (answer.status == _OPEN and is_json and start.startswith(_EMPTY_LIST)):
        access = "open"
    elif answer.status == _OPEN and is_json and not answer.whole and len(start) < len(_EMPTY_LIST):
        return (Fact(NOTHING_LEARNT, {}, "cut"),)
    else:
        access = "ignored" if answer.status == _OPEN and is_json and start.startswith(b"[{") else "unclear"
    return (Fact("dicomweb.search", {"access": access}),)


def _enough(said: bytes) -> bool:
    answer = read(said)
    return answer is not None and (answer.whole or len(b"".join(answer.body.split())) >= _ENOUGH)
