"""«На контроле» and «Особо сложный»: marks with a reason; neither moves a clock, and the star lets no card end."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from otklik.desk.tests.pages import assert_answers, assert_shows, exactly, journal_verbs, page_at, press, reread
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
from otklik.notify.alerts.models import Alert, Bookmark, Kind
from otklik.notify.alerts.read import read
from otklik.people.models import Role, User
from otklik.routing.models import Deadline
from otklik.routing.noise import dismiss
from tests.make.people import person, signed_in
from tests.make.town import LEASE, Town

WORDS = "Заменить стояк, доложить с фото"
WHY = "Нужна экспертиза дамбы"


def star(user: User, card: Incident, who: User, **more: Any) -> int:
    day = timezone.localdate() + timedelta(days=3)
    fields = {"words": WORDS, "until": day.isoformat(), "responsible": who.pk, **more}
    status: int = press(user, f"/incidents/{card.pk}/watch/", **fields).status_code
    card.refresh_from_db()
    return status


def starred(card: Incident, head: User, responsible: User) -> Watch:
    watch_row = watch(
        card, Instruction(WORDS, timezone.localdate() + timedelta(days=3), responsible), head, timezone.now()
    )
    card.refresh_from_db()
    return watch_row


def _silence(moment: datetime) -> None:
    with book.turn():
        close_silent(claim(Survey, moment, LEASE, 10), moment)


def test_a_head_puts_the_star_on_with_all_it_needs_and_everybody_reads_of_it(town: Town) -> None:
    card, over = town.assigned(), town.card()
    for more in (
        *({"words": " "}, {"until": ""}, {"until": "31.02.2026"}, {"until": "2001-01-01"}, {"responsible": "0"}),
        {"responsible": town.other.pk},  # who answers for it must see the card
    ):
        assert star(town.head, card, town.executor, **more) == 422, more
    dismiss(over, f"user:{town.operator.pk}", timezone.now(), "spam")
    assert star(town.head, over, town.operator) == 409
    for user, status in ((town.operator, 403), (person("other-head", Role.HEAD, town.roads), 404)):
        assert star(user, card, town.executor) == status, user.username
        assert press(user, f"/incidents/{card.pk}/watch-release/").status_code == status, user.username
    assert not Watch.objects.exists()
    card = town.assigned()
    assert star(town.head, card, town.executor) == 200
    since = card.watched_since
    assert since is not None
    assert_shows(page_at(town.executor, f"/incidents/{card.pk}/"), WORDS, hides=["Взять на контроль"])
    assert "на контроле" in page_at(town.operator, "/queue/?tab=work")
    assert WORDS not in str(Entry.objects.get(verb="incident.watch").data)
    later = (timezone.localdate() + timedelta(days=5)).isoformat()
    star(town.head, card, town.executor, until=later, words="Ещё и двор убрать")
    assert (card.watched_since, Watch.objects.get().words) == (since, "Ещё и двор убрать"), "it is the same star"


def test_no_hand_and_no_silence_ends_it_and_then_the_head_lets_go(town: Town) -> None:
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
    card = town.published()
    Incident.objects.filter(pk=card.pk).update(kind="solvable")
    starred(card, town.head, town.executor)
    with pytest.raises(UnderControl):
        close(card, "satisfied", now, "user:1")
    refused = press(town.operator, f"/incidents/{card.pk}/closure/", reason="satisfied")
    assert_answers(refused, 409, "на контроле у руководителя")
    survey = Survey.objects.get(incident=card)
    _silence(survey.opened_at + timedelta(hours=200))
    assert reread(survey).closed_at is None
    assert survey.due_at is not None
    release(card, "Сделано, снимок видел", town.head, now)
    _silence(survey.opened_at + timedelta(hours=300))
    assert reread(card).state == State.DONE


def test_both_marks_are_taken_back_and_figures_tell_hard_cards_apart(town: Town) -> None:
    card = town.assigned()
    star(town.head, card, town.executor)
    signed_in(town.head).post("/undo/")
    assert reread(card).watched_since is None
    assert not Watch.objects.exists()
    key = mark(town.operator, card).content.decode().split('data-undo="')[1].split('"')[0]
    press(town.operator, "/undo/", batch=key)
    assert reread(card).hard_since is None
    hard, _easy = town.assigned(), town.assigned()
    client = signed_in(town.auditor)
    before = client.get("/statistics/")
    assert "Особо сложных" not in before.content.decode()
    mark(town.operator, hard)
    page = client.get("/statistics/")
    assert "Особо сложных: 1." in strip_tags(page.content.decode())
    assert [tile.value for tile in page.context["tiles"]] == [tile.value for tile in before.context["tiles"]]
    assert_shows(page_at(client, "/statistics/export.csv"), "\r\nОсобо сложные;;1;", "\r\nБез особо сложных;;2;")


def test_it_reminds_on_the_morning_of_its_day_and_when_that_is_over(town: Town) -> None:
    Bookmark.objects.update_or_create(name="journal", defaults={"entry": 0, "due_at": timezone.now()})
    watch_row = starred(town.assigned(), town.head, town.executor)
    morning = watch_row.due_at
    assert morning is not None
    assert (timezone.localtime(morning).hour, timezone.localdate(morning)) == (9, watch_row.until)
    for moment, verb in ((morning, "watch_due"), (morning + timedelta(hours=16), "watch_late")):
        with book.turn():
            remind(claim(Watch, moment, LEASE, 10), moment)
            read(claim(Bookmark, moment, LEASE, 1), moment)
        assert len(journal_verbs(verb=f"incident.{verb}")) == 1
    usernames = list(Alert.objects.filter(kind=Kind.CONTROL).order_by("pk").values_list("user__username", flat=True))
    assert usernames == [town.executor.username] * 3 + [town.head.username]


def test_the_list_shows_a_head_all_and_others_their_own(town: Town) -> None:
    cards = [town.assigned() for _number in range(3)]
    for card in cards[:2]:
        starred(card, town.head, town.executor)
    starred(cards[2], town.head, town.operator)
    client = signed_in(town.head)
    client.get("/watched/")
    with exactly(4):
        rows = client.get("/watched/").context["rows"]
    assert [row.watch.incident for row in rows] == cards
    assert len(signed_in(town.executor).get("/watched/").context["rows"]) == 2
    assert signed_in(town.other).get("/watched/").context["rows"] == []


def mark(user: User, card: Incident, why: str = WHY) -> Any:
    return press(user, f"/incidents/{card.pk}/hard/", why=why)


def unmark(user: User, card: Incident) -> Any:
    return press(user, f"/incidents/{card.pk}/not-hard/")


def test_an_operator_marks_a_card_and_everybody_reads_why_till_the_mark_comes_off_or_the_card_ends(town: Town) -> None:
    card = town.assigned()
    clocks = list(Deadline.objects.order_by("pk").values_list("clock", "limit_at"))
    assert mark(town.operator, card, "  \n ").status_code == 422
    assert mark(town.operator, card).status_code == 200
    since = reread(card).hard_since
    assert since is not None
    assert card.hard_why == WHY
    assert list(Deadline.objects.order_by("pk").values_list("clock", "limit_at")) == clocks
    assert WHY not in str(Entry.objects.get(verb="incident.mark_hard").data)
    assert WHY in page_at(town.executor, f"/incidents/{card.pk}/")
    assert "особо сложный" in page_at(town.operator, "/queue/?tab=work")
    assert mark(town.operator, card, "ю" * 5000).status_code == 200, "another reason leaves the day"
    assert (reread(card).hard_since, len(card.hard_why), card.hard_why[:499]) == (since, 500, "ю" * 499)
    assert [unmark(town.operator, card).status_code for _ in range(2)] == [200, 200]
    assert (reread(card).hard_since, card.hard_why) == (None, "")
    assert journal_verbs(verb__contains="hard") == [
        *("incident.mark_hard", "incident.mark_hard", "incident.unmark_hard")
    ]
    mark(town.operator, card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    assert mark(town.operator, card, "Другое").status_code == 409
    assert unmark(town.operator, card).status_code == 409
    assert reread(card).hard_why == WHY
