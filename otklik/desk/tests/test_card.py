"""The card page: what is shown to whom, within ten queries, and what citizens write stays text."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.card.thread import parts_of, thread_around
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at
from otklik.inbox.models import Author, Edition, Media, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Note
from otklik.routing.models import Calendar, Deadline
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u202eсправа налево\u2066 وصلت الرسالة",
    "ноль\u200bширина\ufeff и ёлка\u0301",
    "{{ 7|add:7 }} {% now 'Y' %}",
    "очень " * 2667,
]


def say(town: Town, main: Message, text: str, minutes: int, under: Message | None = None) -> Message:
    """Another word of the same author, so many minutes after his main one."""
    at, address = main.posted_at + timedelta(minutes=minutes), f"{main.thread.external_id}?reply=90{minutes}"
    parent = under.external_id if under else ""
    return town.say(main.thread, main.author, address, text, at, Message.Place.COMMENT, parent)


def test_the_head_says_what_matters(town: Town) -> None:
    page = page_at(town.operator, f"/incidents/{town.assigned().pk}/")
    for words in ("Назначен", "ВКонтакте", "Первый ответ:", "осталось", " раб. ", "Гражданин ждёт", "Водоканал"):
        assert words in page


def test_the_working_time_left_is_counted_by_the_calendar_in_force(town: Town) -> None:
    card = town.assigned()
    Deadline.objects.filter(incident=card).update(limit_at=timezone.now() + timedelta(days=2))
    whole_day = {"opens": time(0, 0), "closes": time(23, 59)}
    off = {(timezone.localdate() + timedelta(days=number)).isoformat(): 0 for number in range(-1, 4)}
    Calendar.objects.create(title="выходные", default=True, special_days=off, **whole_day)
    page = page_at(town.operator, f"/incidents/{card.pk}/")
    assert page.count("осталось меньше минуты") == 2
    assert "(меньше минуты)" in page


def test_the_suggestion_says_why_and_marks_its_words_in_the_text(town: Town) -> None:
    page = page_at(town.operator, f"/incidents/{town.card().pk}/")
    assert '<mark class="why-theme">нет воды</mark>' in page
    assert '<mark class="why-place">улице Мира</mark>' in page
    assert '<mark class="why-urgency">маленькие дети</mark>' in page
    assert "скорее всего, 82 %" in page
    assert "по правилу: Нет холодной воды · Город Ёлкино" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_citizens_and_colleagues_stay_text(town: Town, text: str) -> None:
    card = town.assigned(text)
    Author.objects.update(name=text[:200], url="javascript:alert(1)")
    main = main_message(card)
    Media.objects.create(message=main, kind="photo", url="javascript:alert(1)", title=text[:200])
    Edition.objects.create(message=main, text=text, until=timezone.now())
    Message.objects.filter(pk=main.pk).update(edited_at=timezone.now())
    Note.objects.create(incident=card, author=town.operator, text=text, at=timezone.now())
    client = signed_in(town.operator)
    for part in ("", "thread/", "talk/"):
        page = page_at(client, f"/incidents/{card.pk}/{part}")
        assert_shows(page, hides=["<script>alert", "<img src=x", 'href="javascript'])
        assert " onerror=" not in page.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert text[:40].replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in page


def test_a_thread_of_three_thousand_comments_shows_fifty_around_the_card(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    card = town.card()
    main = main_message(card)
    start = main.posted_at - timedelta(minutes=1500)
    where = {"network": "vk", "place": Message.Place.COMMENT, "thread": main.thread, "author": main.author}
    Message.objects.bulk_create(
        Message(
            text=f"сосед {number}",
            external_id=f"{main.thread.external_id}?reply=1000{number}",
            posted_at=start + timedelta(minutes=number),
            captured_at=start,
            **where,
        )
        for number in range(3000)
    )
    client = signed_in(town.operator)
    with django_assert_max_num_queries(10):
        page = client.get(f"/incidents/{card.pk}/thread/", headers={"X-Fragment": "1"}).content.decode()
    assert page.count("<article") == 50
    assert page.count('id="main-message"') == 1
    assert_shows(page, "Доброе утро, город!", "сосед 1490", hides=["сосед 2999"])
    post, _, after = page.partition('<details class="said-earlier"')
    folded, _, rest = after.partition("</details>")
    assert "Доброе утро, город!" in post
    assert "сосед 1490" in folded
    assert rest.index("сосед 1499") < rest.index('id="main-message"') < rest.index("сосед 1501")


def test_what_the_author_replies_to_is_not_folded_away(town: Town) -> None:
    card = town.card()
    main = main_message(card)
    earlier = [say(town, main, f"раньше {number}", number - 10) for number in range(6)]
    Message.objects.filter(pk=main.pk).update(parent_external_id=earlier[2].external_id)
    parts = parts_of(thread_around(card))
    assert [said.message.pk for said in parts.earlier] == [earlier[0].pk, earlier[1].pk]
    Message.objects.filter(pk=main.pk).update(parent_external_id="")
    assert len(parts_of(thread_around(card)).earlier) == 5
    Message.objects.filter(pk__in=[message.pk for message in earlier[2:]]).delete()
    assert parts_of(thread_around(card)).earlier == []


def test_a_reply_stands_under_what_it_replies_to(town: Town) -> None:
    """Our answer to a neighbour, written last, is not read as one to whoever wrote before it. A circle is survived."""
    card = town.card()
    main = main_message(card)
    first, second = say(town, main, "первая", 1), say(town, main, "вторая", 2)
    answer = say(town, main, "наш ответ второй", 4, second)
    late, third = say(town, main, "наш ответ первой", 5, first), say(town, main, "третья", 3)
    thanks = say(town, main, "спасибо", 6, answer)
    ordered = [said.message.pk for said in thread_around(card) if not (said.main or said.is_post)]
    assert ordered == [first.pk, late.pk, second.pk, answer.pk, thanks.pk, third.pk]
    Message.objects.filter(pk=second.pk).update(parent_external_id=thanks.external_id)
    assert len(thread_around(card)) == 8


def test_our_answers_replies_and_deletions_are_told_apart(town: Town) -> None:
    card = town.replied()
    Message.objects.filter(pk=main_message(card).pk).update(deleted_at=timezone.now())
    page = page_at(town.operator, f"/incidents/{card.pk}/thread/")
    assert_shows(page, "said-official", "said-reply", "удалено в сети")


def test_buttons_are_only_what_the_user_may_do(town: Town) -> None:
    card = town.assigned()
    executor = page_at(town.executor, f"/incidents/{card.pk}/")
    auditor = page_at(town.auditor, f"/incidents/{card.pk}/")
    assert_shows(executor, "Вернуть: не наше", "data-editor", hides=["Закрыть без ответа"])
    assert "<form" not in auditor.split('id="card"')[1].split('id="card-keys"')[0]


def test_a_live_question_is_answered_only_by_what_is_newer(town: Town) -> None:
    card = town.assigned()
    client = signed_in(town.executor)
    address = f"/incidents/{card.pk}/live/"
    assert client.get(f"{address}?revision={card.revision}&answer=-").status_code == 204
    assert_answers(client.get(f"{address}?revision=0&answer=-"), 200, "Орлова М. П.: назначен исполнитель")


def test_a_delivery_that_moves_on_is_news_though_the_card_is_not(town: Town) -> None:
    delivery = town.approved()
    card = delivery.answer.incident
    card.refresh_from_db()
    client = signed_in(town.approver)
    page = page_at(client, f"/incidents/{card.pk}/")
    answer = page.split('data-answer="')[1].split('"')[0]
    address = f"/incidents/{card.pk}/live/"
    assert client.get(f"{address}?revision={card.revision}&answer={answer}").status_code == 204
    type(delivery).objects.update(state="unknown", hold="person")
    news = client.get(f"{address}?revision={card.revision}&answer={answer}")
    assert "Не знаем, дошло ли" in news.content.decode()
