"""The machine warns of a limit while «вернуть» stands: it does not stand in the way, and what was said stays said."""

from datetime import datetime, timedelta

import pytest

from otklik.answers.drafts import Words, submit, write
from otklik.desk.undo.keep import Undone, last_of, take_back, undoable
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign
from otklik.routing.extensions import ask, grant
from otklik.routing.models import Deadline, Norm
from otklik.routing.watch import watch
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FINAL = Norm.Clock.FINAL_ANSWER


def set_clock(card: Incident, limit_at: datetime, kind: str = FINAL) -> Deadline:
    """The card's clock of this kind alone, due now."""
    Deadline.objects.filter(incident=card).exclude(clock=kind).update(due_at=None)
    Deadline.objects.filter(incident=card, clock=kind).update(limit_at=limit_at, due_at=clock.now())
    return Deadline.objects.get(incident=card, clock=kind)


def let_the_clocks_look() -> None:
    now = clock.now()
    with book.turn():
        watch(claim(Deadline, now, timedelta(minutes=1), 10), now)


def undo(by: User) -> Undone:
    return take_back(last_of(by, clock.now()), by, clock.now())


def said(card: Incident) -> list[str]:
    verbs = Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", flat=True)
    return [verb for verb in verbs if verb in ("incident.warn", "incident.overdue")]


@pytest.mark.parametrize(("left", "mark"), [(timedelta(minutes=20), "warned_at"), (-timedelta(minutes=1), "missed_at")])
def test_a_warning_meanwhile_stays_noted_and_does_not_stop_the_undo(town: Town, left: timedelta, mark: str) -> None:
    card = town.card()
    set_clock(card, clock.now() + left)
    with undoable([card], "take", town.operator):
        Incident.objects.filter(pk=card.pk).update(state=State.NOISE)
    let_the_clocks_look()
    assert [back.pk for back in undo(town.operator).back] == [card.pk]
    card.refresh_from_db()
    deadline = Deadline.objects.get(incident=card, clock=FINAL)
    assert card.state == State.NEW
    assert getattr(deadline, mark) is not None
    Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert len(said(card)) == 1, "the same clock says it once"


def test_a_limit_that_goes_back_takes_its_warning_along(town: Town) -> None:
    card = town.card()
    card = assign(card, Decision(town.water, town.pipe, town.city), town.operator, clock.now())
    before = set_clock(card, clock.now() + timedelta(minutes=20))
    asked = ask(card, (clock.now() + timedelta(days=5)).date(), "Ждём насос", town.executor, clock.now())
    with undoable([card], "extension_decide", town.operator):
        grant(asked, "", town.operator, clock.now())
    Deadline.objects.filter(pk=before.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert said(card) == ["incident.warn"]
    assert undo(town.operator).back
    deadline = Deadline.objects.get(pk=before.pk)
    assert (deadline.limit_at, deadline.warned_at) == (before.limit_at, None)


def test_a_promise_that_ran_out_meanwhile_brings_the_card_back_to_work(town: Town) -> None:
    card = town.card()
    card = assign(card, Decision(town.water, town.pipe, town.city), town.operator, clock.now())
    words = Words("Починили", outcome="solved", ground="phone", ground_words="Позвонили автору")
    draft = write(card, main_message(card), words, town.executor, clock.now())
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    card.refresh_from_db()
    clocks.wait(card, Norm.Clock.PROMISE, clock.now() - timedelta(days=2), clock.now() - timedelta(seconds=1))
    draft.refresh_from_db()
    set_clock(card, clock.now() - timedelta(seconds=1), Norm.Clock.PROMISE)
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    let_the_clocks_look()
    assert undo(town.executor).back
    card.refresh_from_db()
    assert card.state == State.IN_WORK
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.resume"


def test_a_move_of_the_machine_is_never_undone_by_a_person(town: Town) -> None:
    card = town.card()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    clocks.wait(card, Norm.Clock.PROMISE, clock.now() - timedelta(days=2), clock.now() - timedelta(seconds=1))
    with undoable([card], "tag", town.operator):
        pass
    set_clock(card, clock.now() - timedelta(seconds=1), Norm.Clock.PROMISE)
    let_the_clocks_look()
    assert undo(town.operator).late == [card.number]
    card.refresh_from_db()
    assert card.state == State.IN_WORK
