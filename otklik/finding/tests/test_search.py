from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers import drafts
from otklik.finding import store
from otklik.finding.index import index, renew
from otklik.finding.search import matching, search
from otklik.finding.tests.finding_data import LEASE, card, ids_with, take_in
from otklik.finding.tests.test_words import HOSTILE
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import add_message, main_message
from otklik.incidents.models import Findable, Incident, IncidentMessage, Note, State, Tag
from otklik.incidents.workflow import find_anew, record
from otklik.journal import book
from otklik.lib.due import LeaseLost, claim
from otklik.lib.text import fold
from otklik.networks.models import Source
from otklik.places.models import Place
from tests.make import answers, cards, inbox, people, places, publishing

pytestmark = pytest.mark.django_db


def again(incident: Incident, verb: str = "note", **columns: object) -> None:
    """Something was written on the card, and the step has seen it."""
    with book.turn():
        if columns:
            Incident.objects.filter(pk=incident.pk).update(**columns)
        record(incident, verb, at=timezone.now(), actor="machine:test")
    take_in()


def test_a_new_card_waits_for_the_step_and_is_found_after_it_by_any_form_of_its_words(source: Source) -> None:
    one = card(source, "Когда починят дороги? Кругом ямы")
    card(source, "Нет света")
    assert ids_with("яма") == []
    assert (take_in(), take_in()) == (2, 0)
    for words in ("ДОРОГА", "доро", "яму на дороге"):
        assert ids_with(words) == [one.pk], words


def test_all_words_must_be_there_wherever_they_stand(source: Source) -> None:
    one, other = card(source, "Нет воды"), card(source, "Нет воды и света")
    Note.objects.create(incident=one, author=people.person(), text="бойлерная стоит", at=timezone.now())
    again(one)
    assert ids_with("вода бойлерная") == [one.pk]
    assert ids_with("вода свет") == [other.pk]
    assert ids_with("вода") == [other.pk, one.pk]


def test_the_address_is_found_and_a_suggested_place_until_another_is_set(source: Source) -> None:
    town = places.place("Ёлкинск", parent=places.place("Край", level=Place.Level.REGION))
    one, other = card(source, "Темно"), card(source, "Темно на Российской 52")
    again(one, place=town, street="улица Декабристов", house="17а", place_object="Школа № 8")
    for words in ("елкинск", "декабристов 17а", "ул. Декабристов, д. 17а", "школа 8", "ёлкинск школы"):
        assert ids_with(words) == [one.pk], words
    assert ids_with("край") == []  # the region's name is on every card
    again(other, guessed_place=town)
    assert ids_with("Ёлкинск, улица Российская 52") == [other.pk]
    again(other, place=places.place("Сосновка"))
    assert (ids_with("елкинск"), ids_with("сосновка")) == ([one.pk], [other.pk])


def test_answers_drafts_notes_tags_authors_and_communities_are_found(source: Source) -> None:
    writer = people.person()
    author = inbox.author("Евпраксия Жилина", external_id="id77", url="https://vk.com/evpraxia_zh")
    one = card(source, "Темно", author)
    now = timezone.now()
    Incident.objects.filter(pk=one.pk).update(state=State.ASSIGNED)
    one.refresh_from_db()
    drafts.write(one, main_message(one), drafts.Words(text="Заменим светильники"), writer, now)
    Note.objects.create(incident=one, author=writer, text="Звонила мастеру", at=now)
    one.tags.add(Tag.objects.create(name="резонанс"))
    again(one)
    for words in ("светильник", "мастера", "резонанс", "евпраксии", "жилиной", "evpraxia", "id77", "подслушано елкино"):
        assert ids_with(words) == [one.pk], words


def test_a_draft_and_a_message_that_were_changed_are_found_by_their_new_words_alone(source: Source) -> None:
    writer, one = people.person(), card(source, "Нет воды")
    Incident.objects.filter(pk=one.pk).update(state=State.IN_WORK)
    one.refresh_from_db()
    message = main_message(one)
    first = drafts.write(one, message, drafts.Words(text="Починим фонарь"), writer, timezone.now())
    take_in()
    assert (ids_with("фонаря"), ids_with("воды")) == ([one.pk], [one.pk])
    words = drafts.Words(text="Поставим прожектор")
    drafts.write(one, message, words, writer, timezone.now(), first.version)
    take_in()
    assert (ids_with("фонаря"), ids_with("прожекторы")) == ([], [one.pk])
    message.text, message.folded = "Нет света", fold("Нет света")
    message.save()
    again(one, "edited_at_source")
    assert (ids_with("воды"), ids_with("свет")) == ([], [one.pk])


def test_a_name_that_comes_later_is_found_too(source: Source) -> None:
    now = timezone.now()
    author = Author.objects.create(network="vk", external_id="id5", due_at=now)
    one = card(source, "Темно", author)
    assert take_in() == 1
    assert Findable.objects.get(incident=one).due_at is not None
    Author.objects.filter(pk=author.pk).update(name="Аглая Громова", due_at=None)
    with book.turn():
        index(claim(Findable, now + timedelta(minutes=1), LEASE, 10), now)
    assert ids_with("аглая") == [one.pk]
    assert Findable.objects.get(incident=one).due_at is None


def test_a_number_finds_its_card_first(source: Source) -> None:
    cards = [card(source, "Темно") for _ in range(3)]
    named = card(source, f"Вы уже отвечали на {cards[0].number}")
    take_in()
    for words in (f"№ {cards[0].number}", f"№{cards[0].number}", str(cards[0].number), f"#{cards[0].number}"):
        assert ids_with(words) == [cards[0].pk, named.pk], words
    assert ids_with(f"№ {cards[0].number}", most=1) == [cards[0].pk]
    assert ids_with(f"№ {cards[0].number}", before=named.pk) == []


def test_pages_follow_each_other_without_gaps_or_repeats(source: Source) -> None:
    cards = [card(source, "Нет воды").pk for _ in range(7)]
    take_in()
    first = ids_with("вода", most=3)
    second = ids_with("вода", most=3, before=first[-1])
    third = ids_with("вода", most=3, before=second[-1])
    assert [*first, *second, *third] == sorted(cards, reverse=True)


def test_only_the_cards_one_may_see_are_found(source: Source) -> None:
    mine, theirs = card(source, "Нет воды"), card(source, "Нет воды")
    take_in()
    allowed = Incident.objects.filter(pk=mine.pk)
    assert search("вода", allowed, 50) == [mine.pk]
    assert search(str(theirs.number), allowed, 50) == []
    assert search(main_message(theirs).url, allowed, 50) == []
    assert search("вода", Incident.objects.none(), 50) == []


def test_hostile_words_raise_nothing_and_find_no_more_than_they_say(source: Source) -> None:
    card(source, "Темно")
    take_in()
    for words in HOSTILE:
        assert ids_with(words) == [], words
        assert list(Incident.objects.filter(matching(words))) == [], words


def test_the_filter_for_lists_finds_the_same(source: Source) -> None:
    cards = [card(source, text) for text in ("Нет воды", "Нет света", "Вода течёт")]
    take_in()
    asked_for: QuerySet[Incident] = Incident.objects.order_by("-pk")
    for words in ("вода", "нет", f"№ {cards[1].number}", main_message(cards[2]).url, "wall"):
        assert [one.pk for one in asked_for.filter(matching(words))] == ids_with(words), words


def test_a_link_finds_the_comment_the_post_the_author_and_our_own_answer_exactly(source: Source) -> None:
    author = inbox.author("Анна", external_id="id4242")
    one = card(source, "Темно", author)
    other = card(source, "Темно")
    take_in()
    message = main_message(one)
    post, _mark, reply = message.external_id.partition("?reply=")
    for link in (
        f"https://vk.com/{message.external_id}",
        f"vk.com/{message.external_id}&thread=7",
        f"https://m.vk.com/{post}?reply={reply}&utm_source=x#here",
        f"https://vk.ru/feed?w={post}_r{reply}",
        f"http://127.0.0.1:8100/vk/{message.external_id}",
        f"https://vk.com/{post}",
        "https://vk.com/id4242",
        "  https://m.vk.com/id4242?from=search  ",
    ):
        assert ids_with(link) == [one.pk], link
    assert ids_with(f"https://vk.com/{main_message(other).external_id}") == [other.pk]
    beside = cards.card(inbox.message("Темно", source=source, thread=main_message(other).thread))
    assert ids_with(f"https://vk.com/{main_message(other).thread.external_id}") == [beside.pk, other.pk], "newest first"
    for nowhere in ("https://vk.com/wall-9_9", "https://evil.example/wall-1_2", "https://vk.com/id1", "http://[::1"):
        assert ids_with(nowhere) == [], nowhere
    one, other = card(source, "Темно"), card(source, "Темно")
    publishing.sent(answers.answer(one), external_id="wall-1_2?reply=99", url="https://vk.com/x")
    take_in()
    assert ids_with("https://vk.com/wall-1_2?reply=99") == [one.pk]
    Message.objects.filter(links__incident=other).update(url="https://t.me/podslushano/77?comment=5")
    again(other)
    assert ids_with("https://t.me/podslushano/77?comment=5") == [other.pk]
    assert ids_with("t.me/podslushano/77?comment=5/") == [other.pk]
    assert ids_with("https://t.me/podslushano/77?comment=6") == []


def test_the_step_survives_a_card_that_has_gone(source: Source) -> None:
    gone, stays = card(source, "Нет воды"), card(source, "Нет воды")
    take_in()
    again_at = timezone.now()
    Findable.objects.update(due_at=again_at)
    rows = claim(Findable, again_at, LEASE, 10)
    IncidentMessage.objects.filter(incident=gone).delete()
    gone.delete()
    with pytest.raises(LeaseLost), book.turn():
        index(rows, again_at)
    with book.turn():
        index([row for row in rows if row.pk == stays.pk], again_at)
    assert ids_with("вода") == [stays.pk]


@pytest.mark.django_db(transaction=True)
def test_a_card_that_changes_while_its_words_are_thought_of_is_found_by_the_new_ones_alone(source: Source) -> None:
    changed, renewed, other = (card(source, "Нет воды") for _number in range(3))
    now, reading = timezone.now(), list[bool]()

    def meanwhile(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if "inbox_message" in sql and not reading:
            reading.append(connection.in_atomic_block)
            Message.objects.update(text="Яма", folded=fold("Яма"))
            with book.writing():
                find_anew([changed.pk], timezone.now())
                renew([renewed.pk], timezone.now())
        return answer

    with connection.execute_wrapper(meanwhile):
        index(claim(Findable, now, LEASE, 10), now)
    assert (reading, ids_with("вода"), ids_with("яма")) == ([False], [other.pk], [renewed.pk])
    take_in()
    assert sorted(ids_with("яма")) == [changed.pk, renewed.pk]


def test_a_card_of_three_thousand_messages_is_taken_in(
    source: Source, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = card(source, "Нет воды")
    first, now = inbox.message("присоединяюсь", source=source), timezone.now()
    same = {"network": "vk", "place": "comment", "thread": first.thread, "author": first.author}
    same |= {"posted_at": now, "captured_at": now}
    texts = [f"поддерживаю комментарий{number}" for number in range(3000)]
    more = Message.objects.bulk_create(
        Message(external_id=f"wall-1_5?reply={5000 + number}", text=text, folded=fold(text), **same)
        for number, text in enumerate(texts)
    )
    IncidentMessage.objects.bulk_create(
        IncidentMessage(incident=one, message=message, linked_at=now) for message in more
    )
    with book.turn():
        add_message(one, first, now, "machine:test")
    with django_assert_max_num_queries(30):
        take_in()
    assert ids_with("комментарий2999 поддерживать") == [one.pk]
    assert ids_with("вода") == [one.pk]


def test_words_that_have_not_changed_are_not_written_again_and_searching_costs_two_queries(
    source: Source, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = card(source, "Нет воды")
    take_in()
    with django_assert_max_num_queries(2):
        ids_with(str(one.number))
    with django_assert_max_num_queries(4):
        ids_with("https://vk.com/wall-1_2?reply=3")
    held = store.held([one.pk])
    assert store.put(held) == 0
    assert store.put({one.pk: frozenset({"слово"})}) == 1
    assert store.held([one.pk]) == {one.pk: frozenset({"слово"})}
    assert store.put({one.pk: frozenset()}) == 1
    assert store.held([one.pk]) == {}
