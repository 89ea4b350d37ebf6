"""«На контроле»: a head's star with an instruction; no way ends such a card until he takes the star off."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.alerts.models import Alert, Bookmark, Kind
from otklik.alerts.read import read
from otklik.desk.tests.pages import assert_shows, reread
from otklik.feedback.closing import close, close_unanswered
from otklik.feedback.gathering import gather
from otklik.feedback.models import Survey
from otklik.feedback.wait import close_silent
from otklik.incidents.gathering import Impossible
from otklik.incidents.models import Incident, State, Watch
from otklik.incidents.watching import Instruction, release, remind, watch
from otklik.incidents.workflow import UnderControl
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Grant, Role, User
from otklik.routing.noise import dismiss
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
LEASE = timedelta(minutes=5)
WORDS = "Заменить стояк, доложить с фото"


@pytest.fixture
def head(town: Town) -> User:
    return town.head


def star(
    user: User, card: Incident, responsible: User, days: int = 3, more: dict[str, str] | None = None
) -> HttpResponse:
    day = timezone.localdate() + timedelta(days=days)
    told = {"words": WORDS, "until": day.isoformat(), "responsible": responsible.pk, **(more or {})}
    response = cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/watch/", told, headers=FRAGMENT))
    card.refresh_from_db()
    return response


def starred(card: Incident, head: User, responsible: User) -> Watch:
    told = Instruction(WORDS, timezone.localdate() + timedelta(days=3), responsible)
    found = watch(card, told, head, timezone.now())
    card.refresh_from_db()
    return found


def _silence(moment: datetime) -> None:
    with book.turn():
        close_silent(claim(Survey, moment, LEASE, 10), moment)


def test_a_head_puts_the_star_on_and_everybody_reads_what_is_wanted(town: Town, head: User) -> None:
    card = town.assigned()
    assert star(head, card, town.executor).status_code == 200
    assert card.watched_since is not None
    page = signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    assert_shows(page, WORDS, hides=["Взять на контроль"])
    assert "на контроле" in signed_in(town.operator).get("/queue/?tab=work").content.decode()
    assert WORDS not in str(Entry.objects.get(verb="incident.watch").data)


def test_only_a_head_may_and_only_within_his_reach(town: Town, head: User) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor):
        assert star(user, card, town.executor).status_code == 403
    other = User.objects.create(username="other_head")
    Grant.objects.create(user=other, role=Role.HEAD, agency=town.roads)
    assert star(other, card, town.executor).status_code == 404
    assert card.watched_since is None


@pytest.mark.parametrize(
    "more", [{"words": " "}, {"until": ""}, {"until": "31.02.2026"}, {"until": "2001-01-01"}, {"responsible": "0"}]
)
def test_what_is_missing_is_told_and_nothing_is_done(town: Town, head: User, more: dict[str, str]) -> None:
    card = town.assigned()
    assert star(head, card, town.executor, more=more).status_code == 422
    assert not Watch.objects.exists()


def test_who_answers_for_it_must_see_the_card(town: Town, head: User) -> None:
    card = town.assigned()
    assert star(head, card, town.other).status_code == 422


def test_no_hand_and_no_silence_ends_it_and_then_the_head_lets_go(town: Town, head: User) -> None:
    card = town.published()
    Incident.objects.filter(pk=card.pk).update(kind="solvable")
    starred(card, head, town.executor)
    now = timezone.now()
    with pytest.raises(UnderControl):
        close(card, "satisfied", now, "user:1")
    client = signed_in(town.operator)
    refused = client.post(f"/incidents/{card.pk}/closure/", {"reason": "satisfied"}, headers=FRAGMENT)
    assert refused.status_code == 409
    assert "на контроле у руководителя" in refused.content.decode()
    survey = Survey.objects.get(incident=card)
    _silence(survey.opened_at + timedelta(hours=200))
    assert reread(survey).closed_at is None
    assert survey.due_at is not None
    release(card, "Сделано, снимок видел", head, now)
    _silence(survey.opened_at + timedelta(hours=300))
    assert reread(card).state == State.DONE


def test_it_is_neither_noise_nor_closed_unanswered_nor_gathered(town: Town, head: User) -> None:
    older, card = town.card(), town.card()
    starred(card, head, town.operator)
    now = timezone.now()
    with pytest.raises(UnderControl):
        dismiss(card, f"user:{town.operator.pk}", now, "spam")
    with pytest.raises(UnderControl):
        close_unanswered(card, "pointless", "", now, "user:1")
    with pytest.raises(Impossible):
        gather(older, card, town.operator, now)
    assert reread(card).state == State.NEW


def test_another_instruction_is_the_same_star_and_a_second_press_no_second_one(town: Town, head: User) -> None:
    card = town.assigned()
    star(head, card, town.executor)
    since = card.watched_since
    star(head, card, town.executor, days=5, more={"words": "Ещё и двор убрать"})
    assert card.watched_since == since
    assert Watch.objects.get().words == "Ещё и двор убрать"


def test_a_press_is_taken_back(town: Town, head: User) -> None:
    card = town.assigned()
    star(head, card, town.executor)
    signed_in(head).post("/undo/")
    assert reread(card).watched_since is None
    assert not Watch.objects.exists()


def test_a_card_that_has_ended_is_not_watched(town: Town, head: User) -> None:
    card = town.card()
    dismiss(card, f"user:{town.operator.pk}", timezone.now(), "spam")
    assert star(head, card, town.operator).status_code == 409


def test_it_reminds_on_the_morning_of_its_day_and_when_that_is_over(town: Town, head: User) -> None:
    Bookmark.objects.update_or_create(name="journal", defaults={"entry": 0, "due_at": timezone.now()})
    card = town.assigned()
    found = starred(card, head, town.executor)
    morning = found.due_at
    assert morning is not None
    assert (timezone.localtime(morning).hour, timezone.localdate(morning)) == (9, found.until)
    for moment, verb in ((morning, "watch_due"), (morning + timedelta(hours=16), "watch_late")):
        with book.turn():
            remind(claim(Watch, moment, LEASE, 10), moment)
            read(claim(Bookmark, moment, LEASE, 1), moment)
        assert Entry.objects.filter(verb=f"incident.{verb}").count() == 1
    told = list(Alert.objects.filter(kind=Kind.CONTROL).order_by("pk").values_list("user__username", flat=True))
    assert told == [town.executor.username] * 3 + [head.username]


def test_the_list_shows_a_head_all_and_others_their_own(
    town: Town, head: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cards = [town.assigned() for _number in range(3)]
    for card in cards[:2]:
        starred(card, head, town.executor)
    starred(cards[2], head, town.operator)
    client = signed_in(head)
    client.get("/watched/")
    with django_assert_num_queries(5):
        rows = client.get("/watched/").context["rows"]
    assert [row.watch.incident for row in rows] == cards
    assert len(signed_in(town.executor).get("/watched/").context["rows"]) == 2
    assert signed_in(town.other).get("/watched/").context["rows"] == []
