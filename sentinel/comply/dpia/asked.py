"""What management is asked because of an assessment of impact, and whom such assessments name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel.comply.dpia.signals import in_use
from sentinel.comply.wording import day
from sentinel.model.dpia import Dpia
from sentinel.model.text import Text


def asked(found: Iterable[Dpia]) -> tuple[Text, ...]:
    """Return the decisions that are waited for, those on what is in use first."""
    known = list(found)
    return (*(line for one in known for line in _begun(one)), *(line for one in known for line in _left(one)))


def people(found: Iterable[Dpia]) -> tuple[str, ...]:
    """Return whom assessments name: who decided, accepted, or owns a measure."""
    known = list(found)
    decided = (dpia.approval.by for dpia in known)
    accepted = (event.accepted.by for dpia in known for event in dpia.events if event.accepted)
    owners = (measure.owner for dpia in known for measure in dpia.measures)
    return tuple(sorted({name for name in (*decided, *accepted, *owners) if name}))


def _begun(dpia: Dpia) -> Iterator[Text]:
    if dpia.in_use and in_use(dpia) and dpia.state in {"unfinished", "consult"}:
        nb, en = day(dpia.in_use, "nb"), day(dpia.in_use, "en")
        yield Text(
            f"Om «{dpia.title}» skal stanses til personvernkonsekvensene er vurdert: den er i bruk siden {nb}",
            f"Whether “{dpia.title}” is to be stopped until its impact on privacy is assessed: in use since {en}",
        )


def _left(dpia: Dpia) -> Iterator[Text]:
    if dpia.state == "consult" and dpia.consultation.sent is None:
        yield Text(
            f"Om risikoen i «{dpia.title}» skal ned, eller om Datatilsynet skal spørres først: den er fortsatt høy",
            f"Whether the risk of “{dpia.title}” is to be lowered, or Datatilsynet to be asked first: it is still high",
        )
