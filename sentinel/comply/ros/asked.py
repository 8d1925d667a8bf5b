"""What management is asked because of the assessment of risk: what has ended, what is late, what nobody assessed."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.comply.wording import day
from sentinel.model.risks import Risk, Ros
from sentinel.model.text import Text


def asked(ros: Ros) -> tuple[Text, ...]:
    """Return the decisions that are overdue, the gravest risk first; measures past their day are one line a risk."""
    return tuple(line for risk in ros.risks for line in _of(risk))


def _of(risk: Risk) -> Iterator[Text]:
    title, accepted, exempt = risk.title, risk.acceptance, risk.exemption
    if accepted is not None and not accepted.valid and risk.state in {"open", "disputed"}:
        nb, en = day(accepted.expires, "nb"), day(accepted.expires, "en")
        yield Text(
            f"Om risikoen «{title.nb}» fortsatt kan godtas: godkjenningen gikk ut {nb}",
            f"Whether the risk “{title.en}” can still be accepted: the acceptance ended on {en}",
        )
    if exempt is not None and not exempt.valid:
        nb, en = day(exempt.expires, "nb"), day(exempt.expires, "en")
        yield Text(
            f"Om risikoen «{title.nb}» fortsatt ikke gjelder: unntaket gikk ut {nb}",
            f"Whether the risk “{title.en}” is still not relevant: the exemption ended on {en}",
        )
    late = [measure for measure in risk.measures if measure.overdue]
    if late:
        first = min(late, key=lambda measure: measure.due)
        nb, en = day(first.due, "nb"), day(first.due, "en")
        yield Text(
            f"Hva som skjer med tiltaket «{first.title.nb}»: fristen var {nb}{_more(len(late), 'nb')}",
            f"What is to become of the measure “{first.title.en}”: it was due on {en}{_more(len(late), 'en')}",
        )


def _more(count: int, language: str) -> str:
    if count == 1:
        return ""
    return f" (og {count - 1} til for samme risiko)" if language == "nb" else f" (and {count - 1} more of that risk)"
