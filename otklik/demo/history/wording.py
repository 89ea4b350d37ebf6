"""The check of words (answers/style) on what the history has agencies say: an answer passes it, or its approver says
why it goes out all the same, as a real one has to."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from otklik.answers.checking import is_solvable
from otklik.answers.models import Answer, Flaw
from otklik.answers.style.linter import look
from otklik.answers.style.values import About, Fault, Level
from otklik.answers.templates import first_name
from otklik.demo.history.tale import Tale
from otklik.incidents.models import State

REDRAWN = 30
LET_OUT = 0.3
LONG_AGO = timedelta(days=20)
"""After so long an answer has surely been approved, so that the reason is there."""
_REASONS = (
    "Срок ответа сегодня. По существу допишем, когда подрядчик назовёт день: поставил себе напоминание.",
    "Решает не наше ведомство, другого ответа у нас нет. Созвонились с жителем и объяснили устно.",
    "Согласовано с заместителем руководителя: подробности дадим после комиссии.",
)


def stops_of(draft: Answer) -> list[Fault]:
    """What nobody lets out without a reason. The texts about what is solved have none, and are not looked through."""
    if draft.outcome == "solved":
        return []
    about = About(
        kind=draft.kind,
        outcome=draft.outcome,
        solvable=is_solvable(draft.incident),
        name=first_name(draft.reply_to.author),
        complaint=draft.reply_to.text,
    )
    return [fault for fault in look(draft.text, about) if fault.level == Level.STOP]


def goes_out_all_the_same(tale: Tale) -> bool:
    """Whether an answer with a stop would be let out here; no draw of the history moves."""
    past = tale.cast.now - tale.at > LONG_AGO and tale.halt != State.APPROVAL
    return past and Random(f"stop {tale.row.number} {tale.at}").random() < LET_OUT


def let_out(tale: Tale, draft: Answer, stops: Sequence[Fault]) -> dict[str, list[str]]:
    """The approver's reason for each of them; what the entry of his approval says of it."""
    reason = Random(f"reason {tale.row.number} {tale.at}").choice(_REASONS)
    for rule, piece, words in dict.fromkeys((one.rule, draft.text[one.start : one.end], one.words) for one in stops):
        fields = {"rule": rule, "piece": piece, "words": words, "level": Level.STOP.value, "reason": reason}
        tale.stage.rows.add(Flaw(answer=draft, version=draft.version, found_at=draft.submitted_at or tale.at, **fields))
    return {"despite": sorted({one.rule for one in stops})} if stops else {}
