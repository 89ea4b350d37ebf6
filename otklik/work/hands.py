"""Verbs of whose hands a card is in: an operator's, while he judges it, and an executor's, who answers it."""

from typing import Any

from django.utils.translation import gettext as _

from otklik.incidents import problems, taking
from otklik.incidents.handing import HandedMeanwhile, OutOfReach, answers_for, hand, may_hand
from otklik.incidents.models import Incident, Problem, State
from otklik.incidents.workflow import MOVES, move
from otklik.people.models import User
from otklik.work.cards import Plain
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.verb import Input, Press, Refused, Verb


class Taking(Input):
    """`from_another`: also out of a colleague's hands."""

    from_another: bool = False


class Handing(Input):
    """`to` answers the card from now on; `seen` is who had it on the page, 0 for nobody. With `work` it is in work at
    once."""

    to: int = 0
    seen: int = 0
    work: bool = False


def _take_up(press: Press[Incident], data: Taking) -> None:
    taking.take_up(press.card, press.by, press.at, from_another=data.from_another)


def _let_go(press: Press[Incident], _data: Plain) -> None:
    """Whoever comes next may judge it."""
    taking.let_go(press.card, press.by, press.at)


def _hand(press: Press[Incident], data: Handing) -> None:
    card, by = press.card, press.by
    to = User.objects.filter(pk=data.to, is_active=True).first()
    if to is None or not answers_for(to, card):
        raise Refused(422, _("Этому человеку карточка не видна: выберите другого."))
    if not may_hand(by, to, card):
        raise Refused(403, _("Поручить карточку другому может куратор. Себе её можно взять."))
    before = card.executor_id
    if data.seen != (before or 0):
        raise _taken(card)
    try:
        hand(card, to, by, press.at)
    except (HandedMeanwhile, OutOfReach):
        raise _taken(Incident.objects.select_related("executor").get(pk=card.pk)) from None
    if to.pk != before:
        tell([to], Notice.Kind.HANDED_OVER, by=by, at=press.at, incident=card)
    if data.work and card.state == State.ASSIGNED:
        move(card, "take", at=press.at, actor=press.actor)


def _taken(card: Incident) -> Refused:
    if card.executor is None:
        return Refused(409, _("Карточка за это время изменилась. Ничего не сделано: посмотрите на неё ещё раз."))
    return Refused(409, _("Карточку уже взяли (%s). Ничего не сделано.") % card.executor.initials)


def _take_off_problem(press: Press[Incident], _data: Plain) -> None:
    """«Это другое»: the card leaves its problem and does not come back by itself."""
    problem = Problem.objects.filter(pk=press.card.problem_id or 0).first()
    if problem is not None:
        problems.take_off(problem, press.card, press.by, press.at)


_DESK: Any = {"permissions": MOVES["assign"].permissions}
TAKE_UP = Verb(name="take_up", schema=Taking, do=_take_up, **_DESK)
LET_GO = Verb(name="let_go", schema=Plain, do=_let_go, **_DESK)
HAND = Verb(name="hand", permissions=MOVES["take"].permissions, schema=Handing, do=_hand)
TAKE_OFF_PROBLEM = Verb(name="problem_off", schema=Plain, do=_take_off_problem, **_DESK)
