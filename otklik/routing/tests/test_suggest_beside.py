"""The step of a new card beside another worker, and beside a person who decides in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline, Norm, Rule, Suggestion
from otklik.routing.suggest import suggest
from otklik.triage.models import Verdict
from tests.at_once import at_once
from tests.make import cards, inbox, people, places

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = timedelta(minutes=5)
A_MOMENT = 0.3  # seconds in which nothing may have happened


class Case:
    """Cards by which the rules name `water`; `by` assigns them to `roads` with another theme, whose clock is longer."""

    def __init__(self, number: int) -> None:
        self.place, self.theme, self.other = places.place(), places.theme(), places.theme("Ямы")
        self.water, self.roads, self.by = people.agency(), people.agency(), people.person()
        Rule.objects.create(theme=self.theme, agency=self.water)
        Norm.objects.create(clock="first_answer", theme=self.other, minutes=5000, working=False)
        self.now = timezone.now()
        self.cards = [self._card() for _card in range(number)]

    def _card(self) -> Incident:
        message = inbox.message(at=self.now)
        Verdict.objects.create(message=message, at=self.now, theme=self.theme, theme_share=0.9, place=self.place)
        return cards.card(message, at=self.now)

    def suggest(self, rows: list[Incident]) -> None:
        with book.turn():
            suggest(rows, self.now)

    def assign(self, card: Incident) -> None:
        assign(card, Decision(self.roads, self.other, self.place), self.by, self.now)

    def assert_as_a_person_left_it(self, card: Incident) -> None:
        card.refresh_from_db()
        assert (card.state, card.agency, card.theme) == ("assigned", self.roads, self.other)
        assert (card.lease, card.due_at) == ("", None)
        last = Entry.objects.filter(incident=card.pk).latest("pk")
        assert (last.verb, card.revision) == ("incident.assign", last.pk)
        runs = {one.clock: one.limit_at for one in Deadline.objects.filter(incident=card)}
        assert Deadline.objects.filter(incident=card).count() == len(runs) == 2, "no clock was started twice"
        assert runs["first_answer"] == card.started_at + timedelta(minutes=5000), "the limit is that of his theme"


def test_two_workers_suggest_their_cards_at_the_same_time() -> None:
    case = Case(12)

    def work(number: int) -> int:
        rows = claim(Incident, timezone.now(), LEASE, 6)
        case.suggest(rows if number else rows[::-1])
        return len(rows)

    assert sum(at_once(work, (0, 1))) >= 6
    work(0)
    work(0)
    for card in case.cards:
        assert [*Suggestion.objects.filter(incident=card).values_list("agency", flat=True)] == [case.water.pk]
        clocks = Deadline.objects.filter(incident=card).values_list("clock", flat=True)
        assert sorted(clocks) == ["final_answer", "first_answer"]


def test_whoever_assigns_while_the_machine_suggests_has_the_last_word_on_every_card() -> None:
    case = Case(8)
    rows = claim(Incident, timezone.now(), LEASE, 64)
    at_once(lambda act: act(), [partial(case.suggest, rows), *(partial(case.assign, card) for card in case.cards)])
    for card in case.cards:
        case.assert_as_a_person_left_it(card)
        order = [*Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", flat=True)]
        assert order[-1] == "incident.assign", "nothing is suggested of a card that somebody has assigned"


def test_the_machine_waits_for_whoever_is_assigning_and_suggests_nothing_of_that_card_any_more() -> None:
    case = Case(2)
    rows = claim(Incident, timezone.now(), LEASE, 64)
    theirs, free = case.cards
    ended = Event()

    def work() -> None:
        try:
            case.suggest(rows)
        finally:
            ended.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            case.assign(theirs)
            working = pool.submit(work)
            assert not ended.wait(A_MOMENT), "it waits for the card, not for the end of the lease"
        working.result()
    case.assert_as_a_person_left_it(theirs)
    assert [*Suggestion.objects.values_list("incident", flat=True)] == [free.pk]
    assert Deadline.objects.filter(incident=free).count() == 2
