"""What is decided about an author's word under an answer."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import StringConstraints

from otklik.feedback import hear, word
from otklik.feedback.models import Rating, Solved
from otklik.incidents.gathering import answered_together
from otklik.incidents.models import Incident
from otklik.incidents.workflow import MOVES, NotAllowed
from otklik.work.cards import Plain
from otklik.work.kinds import Clean, Must, OneOf
from otklik.work.verb import Input, Press, Refused, Verb

LEAST_WORDS = 3


class Reading(Input):
    """What the author meant; one of the two may be empty. `again`: the card opens again."""

    mark: Annotated[str, OneOf(("", *"12345")), Must(gettext_lazy("Оценка бывает от 1 до 5."))] = ""
    solved: Annotated[str, OneOf(("", *Solved.values)), Must(gettext_lazy("Оценка бывает от 1 до 5."))] = ""
    again: bool = False


class Noted(Input):
    words: Annotated[str, StringConstraints(max_length=500), Clean] = ""


def _and_those_answered_with_it(press: Press[Rating], _data: Any) -> Iterable[Incident]:
    return answered_together(press.card)


def _confirm(press: Press[Rating], data: Reading) -> None:
    """A good word closes the card. A bad one waits for a decision, or is one at once: with `again`."""
    if not data.mark and not data.solved:
        raise Refused(422, _("Отметьте хотя бы одно, или это не отклик."))
    _must_be_open(press.thing)
    hear.confirm(press.thing, int(data.mark) if data.mark else None, press.by, press.at, data.solved, again=data.again)


def _dismiss(press: Press[Rating], _data: Plain) -> None:
    """The reply was no judgement at all."""
    _must_be_open(press.thing)
    hear.dismiss(press.thing, press.by, press.at)


def _must_be_open(rating: Rating) -> None:
    if not rating.suggested or rating.dismissed_at:
        raise word.AlreadyDealt


def _reopen(press: Press[Rating], _data: Plain) -> Incident:
    """The card goes on with the clocks it always had, and so do those that were answered with it."""
    if press.thing.waits_since is None:
        raise word.AlreadyDealt
    try:
        return hear.reopen(press.card, press.actor, press.at)
    except NotAllowed:
        raise word.AlreadyDealt from None


def _note(press: Press[Rating], data: Noted) -> None:
    """«Принять к сведению»: there is nothing more to do, and why."""
    if len(data.words) < LEAST_WORDS:
        raise Refused(422, _("Напишите, почему больше ничего делать не нужно."))
    word.note(press.thing, data.words, press.by, press.at)


_DESK = MOVES["close"].permissions
_ALL: Any = {"touches": _and_those_answered_with_it}
CONFIRM = Verb(name="rated", permissions=_DESK, schema=Reading, do=_confirm, **_ALL)
DISMISS = Verb(name="rating_dismissed", permissions=_DESK, schema=Plain, do=_dismiss)
REOPEN = Verb(name="reopen", permissions=MOVES["reopen"].permissions, schema=Plain, do=_reopen, **_ALL)
NOTE = Verb(name="word_noted", permissions=_DESK, schema=Noted, do=_note, **_ALL)
