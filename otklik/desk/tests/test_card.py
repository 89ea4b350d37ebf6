"""The card page: what is shown to whom, within ten queries, and what citizens write stays text."""

from datetime import time, timedelta

from django.test import Client
from django.utils import timezone

from otklik.desk.card.thread import parts_of, thread_around
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, part_at
from otklik.inbox.models import Author, Edition, Media, Message, Thread
from otklik.incidents.cards import main_message
from otklik.incidents.models import Note
from otklik.routing.models import Calendar, Deadline
from tests.make.people import signed_in
from tests.make.town import Town

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
    return town.say(main.thread, main.author, address, text, at, parent_external_id=parent)


def test_the_head_says_what_matters_and_the_suggestion_why_in_the_texts_words(operator: Client, town: Town) -> None:
    card = town.assigned()
    words = ("Назначен", "ВКонтакте", "Первый ответ:", "осталось", " раб. ", "Житель ждёт", "Водоканал")
    assert_shows(page_at(operator, f"/incidents/{card.pk}/"), *words)
    Deadline.objects.filter(incident=card).update(limit_at=timezone.now() + timedelta(days=2))
    whole_day = {"opens": time(0, 0), "closes": time(23, 59)}
    off = {(timezone.localdate() + timedelta(days=number)).isoformat(): 0 for number in range(-1, 4)}
    Calendar.objects.create(title="выходные", default=True, special_days=off, **whole_day)
    page = page_at(operator, f"/incidents/{card.pk}/")
    assert page.count("осталось меньше минуты") == 2
    assert "(меньше минуты)" in page
    assert_shows(
        page_at(operator, f"/incidents/{town.card().pk}/"),
        '<mark class="why-theme">нет воды</mark>',
        '<mark class="why-place">улице Мира</mark>',
        '<mark class="why-urgency">маленькие дети</mark>',
        "скорее всего, 82 %",
        "по правилу: Нет холодной воды · Город Ёлкино",
    )


def test_hostile_words_of_citizens_and_colleagues_stay_text(operator: Client, town: Town) -> None:
    for text in HOSTILE:
        card = town.assigned(text)
        Author.objects.update(name=text[:200], url="javascript:alert(1)")
        main = main_message(card)
        Media.objects.create(message=main, kind="photo", url="javascript:alert(1)", title=text[:200])
        Edition.objects.create(message=main, text=text, until=timezone.now())
        Message.objects.filter(pk=main.pk).update(edited_at=timezone.now())
        Note.objects.create(incident=card, author=town.operator, text=text, at=timezone.now())
        for part in ("", "thread/", "talk/"):
            page = page_at(operator, f"/incidents/{card.pk}/{part}")
            assert_shows(page, hides=["<script>alert", "<img src=x", 'href="javascript'])
            assert " onerror=" not in page.replace("&lt;img src=x onerror=alert(1)&gt;", "")
        assert text[:40].replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in page


def test_a_thread_of_three_thousand_comments_shows_fifty_around_the_card(operator: Client, town: Town) -> None:
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
    Thread.objects.update(url="https://vk.com/wall-1_1")
    with at_most(10):
        page = part_at(operator, f"/incidents/{card.pk}/thread/")
    whole = ("Вся ветка в сети", 'href="https://vk.com/wall-1_1"')
    assert (page.count("<article"), page.count('href="#main-message"')) == (49, 1)  # its own words stand above
    assert_shows(page, "Доброе утро, город!", "сосед 1490", *whole, hides=["сосед 2999"])
    post, _, after = page.partition('<details class="said-earlier"')
    folded, _, rest = after.partition("</details>")
    assert "Доброе утро, город!" in post
    assert "сосед 1490" in folded
    assert rest.index("сосед 1499") < rest.index('href="#main-message"') < rest.index("сосед 1501")


def test_a_thread_keeps_what_is_replied_to_nests_replies_and_tells_ours_apart(town: Town, operator: Client) -> None:
    card = town.card()
    main = main_message(card)
    earlier = [say(town, main, f"раньше {number}", number - 10) for number in range(6)]
    Message.objects.filter(pk=main.pk).update(parent_external_id=earlier[2].external_id)
    assert [thread_message.message.pk for thread_message in parts_of(thread_around(town.operator, card)).earlier] == [
        earlier[0].pk,
        earlier[1].pk,
    ]
    Message.objects.filter(pk=main.pk).update(parent_external_id="")
    assert len(parts_of(thread_around(town.operator, card)).earlier) == 5
    Message.objects.filter(pk__in=[message.pk for message in earlier[2:]]).delete()
    assert parts_of(thread_around(town.operator, card)).earlier == []
    # Our answer to a neighbour, written last, is not read as one to whoever wrote before it. A circle is survived.
    card = town.card()
    main = main_message(card)
    first, second = say(town, main, "первая", 1), say(town, main, "вторая", 2)
    answer = say(town, main, "наш ответ второй", 4, second)
    late, third = say(town, main, "наш ответ первой", 5, first), say(town, main, "третья", 3)
    thanks = say(town, main, "спасибо", 6, answer)
    ordered = [
        thread_message.message.pk
        for thread_message in thread_around(town.operator, card)
        if not (thread_message.main or thread_message.is_post)
    ]
    assert ordered == [first.pk, late.pk, second.pk, answer.pk, thanks.pk, third.pk]
    Message.objects.filter(pk=second.pk).update(parent_external_id=thanks.external_id)
    assert len(thread_around(town.operator, card)) == 8
    card = town.replied()
    Message.objects.filter(pk=main_message(card).pk).update(deleted_at=timezone.now())
    Thread.objects.update(url="https://vk.com/wall-1_1")
    page = page_at(operator, f"/incidents/{card.pk}/thread/")
    assert_shows(page, "said-official", "said-reply", "удалено в сети", hides=["Вся ветка в сети"])


def test_buttons_are_what_one_may_do_and_live_tells_of_a_newer_card_or_delivery(town: Town) -> None:
    card, executor = town.assigned(), signed_in(town.executor)
    page = page_at(executor, f"/incidents/{card.pk}/")
    assert_shows(page, "Вернуть: не наше", "data-editor", hides=["Закрыть без ответа", "said-new"])
    auditor = page_at(town.auditor, f"/incidents/{card.pk}/")
    assert "<form" not in auditor.split('id="card"')[1].split('id="keys"')[0]
    address = f"/incidents/{card.pk}/live/"
    assert executor.get(f"{address}?revision={card.revision}&answer=-").status_code == 204
    assert_answers(executor.get(f"{address}?revision=0&answer=-"), 200, "Орлова М. П.: назначен исполнитель")
    delivery = town.approved()
    card = delivery.answer.incident
    card.refresh_from_db()
    client = signed_in(town.approver)
    answer = page_at(client, f"/incidents/{card.pk}/").split('data-answer="')[1].split('"')[0]
    address = f"/incidents/{card.pk}/live/?revision={card.revision}&answer={answer}"
    assert client.get(address).status_code == 204
    type(delivery).objects.update(state="unknown", hold="person")
    assert_answers(client.get(address), 200, "Не знаем, дошло ли")
