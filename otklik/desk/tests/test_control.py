"""«На контроле» and «Особо сложный»: marks with a reason; neither moves a clock, and the star lets no card end."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from otklik.alerts.models import Alert, Bookmark, Kind
from otklik.alerts.read import read
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
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
from otklik.people.models import Role, User
from otklik.routing.models import Deadline
from otklik.routing.noise import dismiss
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
LEASE = timedelta(minutes=5)
WORDS = "Заменить стояк, доложить с фото"
WHY = "Нужна экспертиза дамбы"


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


def test_a_head_puts_the_star_on_and_everybody_reads_what_is_wanted(town: Town) -> None:
    card = town.assigned()
    assert star(town.head, card, town.executor).status_code == 200
    assert card.watched_since is not None
    assert_shows(page_at(town.executor, f"/incidents/{card.pk}/"), WORDS, hides=["Взять на контроль"])
    assert "на контроле" in page_at(town.operator, "/queue/?tab=work")
    assert WORDS not in str(Entry.objects.get(verb="incident.watch").data)


def test_only_a_head_may_and_only_within_his_reach(town: Town) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor):
        assert star(user, card, town.executor).status_code == 403
    other = person("other_head", Role.HEAD, town.roads)
    assert star(other, card, town.executor).status_code == 404
    assert card.watched_since is None


@pytest.mark.parametrize(
    "more", [{"words": " "}, {"until": ""}, {"until": "31.02.2026"}, {"until": "2001-01-01"}, {"responsible": "0"}]
)
def test_what_is_missing_is_told_and_nothing_is_done(town: Town, more: dict[str, str]) -> None:
    card = town.assigned()
    assert star(town.head, card, town.executor, more=more).status_code == 422
    assert not Watch.objects.exists()


def test_who_answers_for_it_must_see_the_card(town: Town) -> None:
    card = town.assigned()
    assert star(town.head, card, town.other).status_code == 422


def test_no_hand_and_no_silence_ends_it_and_then_the_head_lets_go(town: Town) -> None:
    card = town.published()
    Incident.objects.filter(pk=card.pk).update(kind="solvable")
    starred(card, town.head, town.executor)
    now = timezone.now()
    with pytest.raises(UnderControl):
        close(card, "satisfied", now, "user:1")
    client = signed_in(town.operator)
    refused = client.post(f"/incidents/{card.pk}/closure/", {"reason": "satisfied"}, headers=FRAGMENT)
    assert_answers(refused, 409, "на контроле у руководителя")
    survey = Survey.objects.get(incident=card)
    _silence(survey.opened_at + timedelta(hours=200))
    assert reread(survey).closed_at is None
    assert survey.due_at is not None
    release(card, "Сделано, снимок видел", town.head, now)
    _silence(survey.opened_at + timedelta(hours=300))
    assert reread(card).state == State.DONE


def test_it_is_neither_noise_nor_closed_unanswered_nor_gathered(town: Town) -> None:
    older, card = town.card(), town.card()
    starred(card, town.head, town.operator)
    now = timezone.now()
    with pytest.raises(UnderControl):
        dismiss(card, f"user:{town.operator.pk}", now, "spam")
    with pytest.raises(UnderControl):
        close_unanswered(card, "pointless", "", now, "user:1")
    with pytest.raises(Impossible):
        gather(older, card, town.operator, now)
    assert reread(card).state == State.NEW


def test_another_instruction_is_the_same_star_and_a_second_press_no_second_one(town: Town) -> None:
    card = town.assigned()
    star(town.head, card, town.executor)
    since = card.watched_since
    star(town.head, card, town.executor, days=5, more={"words": "Ещё и двор убрать"})
    assert card.watched_since == since
    assert Watch.objects.get().words == "Ещё и двор убрать"


def test_a_press_is_taken_back(town: Town) -> None:
    card = town.assigned()
    star(town.head, card, town.executor)
    signed_in(town.head).post("/undo/")
    assert reread(card).watched_since is None
    assert not Watch.objects.exists()


def test_a_card_that_has_ended_is_not_watched(town: Town) -> None:
    card = town.card()
    dismiss(card, f"user:{town.operator.pk}", timezone.now(), "spam")
    assert star(town.head, card, town.operator).status_code == 409


def test_it_reminds_on_the_morning_of_its_day_and_when_that_is_over(town: Town) -> None:
    Bookmark.objects.update_or_create(name="journal", defaults={"entry": 0, "due_at": timezone.now()})
    card = town.assigned()
    found = starred(card, town.head, town.executor)
    morning = found.due_at
    assert morning is not None
    assert (timezone.localtime(morning).hour, timezone.localdate(morning)) == (9, found.until)
    for moment, verb in ((morning, "watch_due"), (morning + timedelta(hours=16), "watch_late")):
        with book.turn():
            remind(claim(Watch, moment, LEASE, 10), moment)
            read(claim(Bookmark, moment, LEASE, 1), moment)
        assert Entry.objects.filter(verb=f"incident.{verb}").count() == 1
    told = list(Alert.objects.filter(kind=Kind.CONTROL).order_by("pk").values_list("user__username", flat=True))
    assert told == [town.executor.username] * 3 + [town.head.username]


def test_the_list_shows_a_head_all_and_others_their_own(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cards = [town.assigned() for _number in range(3)]
    for card in cards[:2]:
        starred(card, town.head, town.executor)
    starred(cards[2], town.head, town.operator)
    client = signed_in(town.head)
    client.get("/watched/")
    with django_assert_num_queries(5):
        rows = client.get("/watched/").context["rows"]
    assert [row.watch.incident for row in rows] == cards
    assert len(signed_in(town.executor).get("/watched/").context["rows"]) == 2
    assert signed_in(town.other).get("/watched/").context["rows"] == []


def mark(user: User, card: Incident, why: str = WHY) -> HttpResponse:
    return cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/hard/", {"why": why}, headers=FRAGMENT))


def unmark(user: User, card: Incident) -> HttpResponse:
    return cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/not-hard/", headers=FRAGMENT))


def verbs() -> list[str]:
    return journal_verbs(verb__contains="hard")


def test_an_operator_marks_a_card_and_everybody_reads_why(town: Town) -> None:
    card = town.assigned()
    clocks = list(Deadline.objects.order_by("pk").values_list("clock", "limit_at"))
    assert mark(town.operator, card).status_code == 200
    assert reread(card).hard_since is not None
    assert card.hard_why == WHY
    assert list(Deadline.objects.order_by("pk").values_list("clock", "limit_at")) == clocks
    entry = Entry.objects.get(verb="incident.mark_hard")
    assert WHY not in str(entry.data)
    assert WHY in page_at(town.executor, f"/incidents/{card.pk}/")
    assert "особо сложный" in page_at(town.operator, "/queue/?tab=work")


def test_another_reason_leaves_the_day_and_the_mark_comes_off(town: Town) -> None:
    card = town.assigned()
    mark(town.operator, card)
    since = Incident.objects.get(pk=card.pk).hard_since
    assert mark(town.operator, card, "Ждём суд").status_code == 200
    assert (reread(card).hard_since, card.hard_why) == (since, "Ждём суд")
    assert unmark(town.operator, card).status_code == 200
    assert (reread(card).hard_since, card.hard_why) == (None, "")
    assert unmark(town.operator, card).status_code == 200
    assert verbs() == ["incident.mark_hard", "incident.mark_hard", "incident.unmark_hard"]


def test_it_takes_a_reason_and_who_decides_whose_card_it_is(town: Town) -> None:
    card = town.assigned()
    assert mark(town.operator, card, "  \n ").status_code == 422
    assert mark(town.executor, card).status_code == 403
    assert unmark(town.executor, card).status_code == 403
    assert mark(town.stranger, card).status_code == 404
    assert verbs() == []


def test_what_has_ended_keeps_its_mark(town: Town) -> None:
    card = town.assigned()
    mark(town.operator, card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    assert mark(town.operator, card, "Другое").status_code == 409
    assert unmark(town.operator, card).status_code == 409
    assert Incident.objects.get(pk=card.pk).hard_why == WHY


def test_a_long_reason_is_cut_to_what_the_table_holds(town: Town) -> None:
    card = town.assigned()
    assert mark(town.operator, card, "ю" * 5000).status_code == 200
    kept = Incident.objects.get(pk=card.pk).hard_why
    assert len(kept) == 500
    assert kept.startswith("ю" * 499)


def test_the_mark_is_taken_back_within_ten_seconds(town: Town) -> None:
    card = town.assigned()
    answer = mark(town.operator, card)
    key = answer.content.decode().split('data-undo="')[1].split('"')[0]
    signed_in(town.operator).post("/undo/", {"batch": key})
    assert Incident.objects.get(pk=card.pk).hard_since is None


def test_figures_hold_hard_cards_and_tell_them_apart(town: Town) -> None:
    hard, _easy = town.assigned(), town.assigned()
    client = signed_in(town.auditor)
    before = client.get("/statistics/")
    assert "Особо сложных" not in before.content.decode()
    mark(town.operator, hard)
    page = client.get("/statistics/")
    assert "Особо сложных: 1." in strip_tags(page.content.decode())
    assert [tile.value for tile in page.context["tiles"]] == [tile.value for tile in before.context["tiles"]]
    table = page_at(client, "/statistics/export.csv")
    assert "\r\nОсобо сложные;;1;" in table
    assert "\r\nБез особо сложных;;1;" in table
