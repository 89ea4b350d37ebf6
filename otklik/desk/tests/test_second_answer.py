"""A card that was opened again: a clock of its own for the next answer, on top of the executor's list with the newest
words, the old clocks as history, and to the operator when nobody is left at its agency."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.agency.rows import AGAIN, LATE, TITLES, Row, sections
from otklik.desk.card.clocks import Clocks, clocks_of
from otklik.desk.operator.queue.shown import read_clocks
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.feedback import survey
from otklik.feedback.hear import hear, reopen
from otklik.feedback.models import Survey
from otklik.feedback.opinion import Opinion
from otklik.incidents.cards import hear_again, main_message
from otklik.incidents.models import Heard, Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency, User
from otklik.routing import clocks
from otklik.routing.models import Assignment, Deadline, Norm
from otklik.routing.watch import watch
from tests.make.people import signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
SECOND = "second_answer"


def seconds(card: Incident) -> list[Deadline]:
    return list(Deadline.objects.filter(incident=card, clock=SECOND).order_by("pk"))


def wall(minutes: int, clock: str = "first_answer", **asks: object) -> Norm:
    return Norm.objects.create(clock=clock, minutes=minutes, working=False, **asks)


def reopened(town: Town, card: Incident | None = None) -> Incident:
    return reopen(card or town.published(), f"user:{town.operator.pk}", timezone.now())


def answer_again(town: Town, card: Incident, **more: str) -> Incident:
    return town.published(card=card, by=town.executor, **more)


def says(card: Incident, town: Town, text: str) -> None:
    main = main_message(card)
    now, address = timezone.now(), f"{main.external_id}{card.messages.count()}"
    reply = town.say(main.thread, main.author, address, text, now, parent_external_id=main.external_id)
    with book.turn():
        hear_again([(card, reply)], now)
        hear(claim(Heard, now + timedelta(seconds=1), LEASE, 10), now)


def rows(user: User) -> dict[int, list[Row]]:
    fresh = User.objects.get(pk=user.pk)
    return {section.key: list(section.rows) for section in sections(fresh, timezone.now())[0]}


def faces(card: Incident) -> Clocks:
    return clocks_of(reread(card), timezone.now())


def test_the_second_answer_has_half_of_the_first_ones_time_or_a_norm_of_its_own_and_the_theme_moves_it(
    town: Town,
) -> None:
    wall(301)
    card = reopened(town)
    (one,) = seconds(card)
    assert (one.limit_at - one.starts_at, one.working) == (timedelta(minutes=151), False)
    assert one.due_at == one.limit_at - clocks.WARN_BEFORE
    narrow = wall(100, theme=town.hole)
    clocks.start(reread(card), town.hole)
    (one,) = seconds(card)
    assert one.limit_at - one.starts_at == timedelta(minutes=50)
    assert one.due_at == one.limit_at, "nobody is warned before he could begin"
    narrow.delete()
    wall(30, SECOND)
    clocks.start(reread(card), town.pipe)
    assert seconds(card)[0].limit_at == one.starts_at + timedelta(minutes=30)


def test_any_next_answer_meets_it_and_a_question_does_not_and_each_opening_has_its_own(town: Town) -> None:
    card = reopened(town)
    first = dict(Deadline.objects.filter(incident=card).exclude(clock=SECOND).values_list("clock", "met_at"))
    answer_again(town, card, kind="question", outcome="")
    assert seconds(card)[0].met_at is None
    says(card, town, "Дом 5")
    card = answer_again(town, reread(card))
    assert (card.state, seconds(card)[0].met_at is not None) == (State.RATING, True)
    for number in (2, 3):
        card = reopened(town, card)
        assert [one.met_at is None for one in seconds(card)] == [False] * (number - 1) + [True]
        if number == 2:
            card = answer_again(town, card)
    met_at_by_clock = dict(Deadline.objects.filter(incident=card).exclude(clock=SECOND).values_list("clock", "met_at"))
    assert {name: met_at_by_clock[name] for name in first} == first, "what was answered keeps its history"
    shown = faces(card)
    assert [face.title for face in shown.faces] == ["Повторный ответ, 3-й раз"]
    assert [face.title for face in shown.past] == [
        *("Первый ответ", "Итоговый ответ"),
        *("Повторный ответ, 1-й раз", "Повторный ответ, 2-й раз"),
    ]
    page = page_at(town.operator, f"/incidents/{card.pk}/")
    assert_shows(page, "Открыт снова (3-й раз)", "Житель ждёт с", "До этого: Первый ответ, ответ дан")
    assert page.index("3-й раз:</strong>") < page.index("До этого: Первый ответ")


def test_undoing_an_opening_takes_its_clock_back(town: Town) -> None:
    card = town.published()
    client = signed_in(town.operator)
    client.post(f"/incidents/{card.pk}/reopening/")
    assert len(seconds(card)) == 1
    client.post("/undo/")
    assert (reread(card).state, reread(card).reopened, seconds(card)) == (State.RATING, 0, [])


def test_it_is_warned_of_and_missed_like_the_others_and_is_the_clock_of_every_list(town: Town) -> None:
    card = reopened(town)
    (one,) = seconds(card)
    for at, verb in ((one.limit_at - timedelta(minutes=1), "warn"), (one.limit_at, "overdue")):
        with book.turn():
            watch(claim(Deadline, at, LEASE, 10), at)
        assert Entry.objects.get(verb=f"incident.{verb}", data__clock=SECOND).incident == card.pk
    Deadline.objects.filter(pk=one.pk).update(limit_at=timezone.now() - timedelta(minutes=9), working=False)
    assert read_clocks([card.pk])[card.pk].clock == SECOND
    assert_shows(page_at(town.operator, "/queue/?tab=work&overdue=1"), f"№ {card.number}", "повторный ответ")
    (row,) = rows(town.executor)[AGAIN]
    assert (row.tone, row.wanted[:46]) == ("late", "Ответить жителю сейчас: просрочено на 9 мин, с")


def test_on_top_of_the_executors_list_stand_the_newest_words_and_how_long_he_has_waited_in_all(town: Town) -> None:
    late = town.assigned("Просроченная")
    Deadline.objects.filter(incident=late).update(limit_at=timezone.now() - timedelta(days=1))
    card = town.published()
    says(card, town, "Ничего не сделали!")
    card = reopened(town, card)
    rows_by_section = rows(town.executor)
    assert list(rows_by_section) == [AGAIN, LATE]
    (row,) = rows_by_section[AGAIN]
    assert (row.text, row.again) == ("Ничего не сделали!", "Открыт снова: житель пишет, что не сделано")
    assert row.waited.endswith("всего 3 ч")
    page = page_at(town.executor, "/agency/")
    assert page.index("Ничего не сделали!") < page.index("Просроченная")
    assert_shows(page, str(TITLES[AGAIN]), row.again, row.waited, row.wanted)
    assert rows(town.executor)[AGAIN][0].limit_at == seconds(card)[0].limit_at
    survey.answer(
        Survey.objects.filter(incident=answer_again(town, card)).latest("pk"),
        Opinion(1, "no", "Опять нет"),
        timezone.now(),
    )
    card = reopened(town, reread(card))
    (row,) = rows(town.executor)[AGAIN]
    assert (row.text, row.again) == ("Опять нет", "Открыт снова 2-й раз: житель пишет, что не сделано")
    assert_shows(page_at(town.executor, "/agency/distribution/"), "2-й раз: житель пишет", "Опять нет")
    answer_again(town, card)
    assert AGAIN not in rows(town.executor)


def test_a_card_opened_before_there_was_such_a_clock_has_none_and_one_never_answered_goes_on_by_its_first(
    town: Town,
) -> None:
    card = reopened(town)
    Deadline.objects.filter(clock=SECOND).delete()
    (row,) = rows(town.executor)[AGAIN]
    assert (row.wanted, row.tone) == ("Ответить жителю, срок не задан", "")
    assert faces(card).faces == []
    page = page_at(town.operator, f"/queue/?tab=work&q={card.number}")
    assert "ответ дан в срок" not in page
    answer_again(town, card)
    assert AGAIN not in rows(town.executor)
    never = town.assigned()
    Incident.objects.filter(pk=never.pk).update(state=State.DONE)
    never = reopened(town, reread(never))
    assert (seconds(never), [face.title for face in faces(never).faces][:1]) == ([], ["Первый ответ"])


def test_a_card_whose_agency_is_closed_comes_to_the_operator_and_says_why(town: Town) -> None:
    card = town.published()
    name = str(card.agency)
    Agency.objects.filter(short_name=name).update(active=False)
    client = signed_in(town.operator)
    assert client.post(f"/incidents/{card.pk}/reopening/").status_code == 302
    now = reread(card)
    assert (now.state, now.agency, now.executor, now.theme) == (State.NEW, None, None, card.theme)
    assert not Assignment.objects.filter(incident=card, ended_at=None).exists()
    assert len(seconds(card)) == 1, "he waits for the next answer, whoever gives it"
    assert Entry.objects.get(verb="incident.reopen_unassigned").reason == "agency_closed"
    page = page_at(town.operator, f"/incidents/{card.pk}/")
    assert_shows(page, f"{name}: ведомство закрыто")
    assert_shows(page_at(town.operator, f"/incidents/{card.pk}/talk/"), "ведомство, которое отвечало, закрыто")
    assert_shows(page_at(town.operator, "/queue/"), f"№ {card.number}", "ведомство закрыто")
    client.post("/undo/")
    now = reread(card)
    assert (now.state, now.agency_id, seconds(card)) == (State.RATING, card.agency_id, [])
    assert Assignment.objects.filter(incident=card, ended_at=None).exists()


def test_figures_tell_openings_and_second_answers_by_agency_with_their_n(town: Town) -> None:
    card = reopened(town)
    answer_again(town, card)
    town.published()
    Incident.objects.update(started_at=timezone.now() - timedelta(hours=3))
    page = page_at(town.head, "/statistics/")
    table = page[page.index('<h2 id="reopenings">') :]
    assert_shows(table, "Водоканал", "50\u00a0%", "Повторный ответ в срок", "100\u00a0%")
    sheet = signed_in(town.head).get("/statistics/export.csv").content.decode().splitlines()
    assert "Открыты снова: из скольких отвеченных;Повторный ответ в срок, %;Повторный ответ: из скольких" in sheet[0]
    assert next(line for line in sheet if line.startswith("Ведомство;Водоканал;")).endswith(";1;50;2;100;1")
