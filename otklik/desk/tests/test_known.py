"""What is known on a card: the author's earlier cards (each look is in the journal) and answers to much the same."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers.models import Answer
from otklik.desk.tests.test_find import take_in
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.routing.assign import Decision, assign
from tests.make.town import Town

FRAGMENT = {"X-Fragment": "1"}


def by_one_author(*cards: Incident) -> Author:
    author = main_message(cards[0]).author
    for card in cards:
        message = main_message(card)
        message.author = author
        message.save()
    return author


def looks() -> int:
    return Entry.objects.filter(verb="incident.author_seen").count()


def test_the_authors_earlier_cards_come_on_asking_and_the_look_is_noted(client: Client, town: Town) -> None:
    first, second, third = town.assigned(), town.assigned(), town.assigned()
    author = by_one_author(first, second, third)
    client.force_login(town.operator)
    page = client.post(f"/incidents/{second.pk}/author-cards/", headers=FRAGMENT)
    assert page.status_code == 200
    assert [card.pk for card in page.context["cards"]] == [first.pk]
    assert "Нет холодной воды" in page.content.decode()
    entry = Entry.objects.get(verb="incident.author_seen")
    assert entry.data == {"author": author.pk}
    assert entry.actor == f"user:{town.operator.pk}"
    talk = client.get(f"/incidents/{second.pk}/talk/", headers=FRAGMENT).content.decode()
    assert "Просмотрены прежние карточки автора" in talk


def test_opening_the_card_alone_shows_and_notes_nothing(client: Client, town: Town) -> None:
    first, second = town.assigned(), town.assigned()
    by_one_author(first, second)
    client.force_login(town.operator)
    page = client.get(f"/incidents/{second.pk}/").content.decode()
    assert "Автор писал раньше" in page
    assert f"/incidents/{first.pk}/" not in page
    assert client.get(f"/incidents/{second.pk}/author-cards/").status_code == 405
    assert looks() == 0


def test_cards_that_one_may_not_see_are_not_among_the_authors(client: Client, town: Town) -> None:
    theirs = town.assigned(agency=town.roads)
    mine = town.assigned()
    by_one_author(theirs, mine)
    client.force_login(town.executor)
    page = client.post(f"/incidents/{mine.pk}/author-cards/", headers=FRAGMENT)
    assert list(page.context["cards"]) == []


@pytest.mark.parametrize("path", ["author-cards/", "similar/"])
def test_strangers_and_others_get_neither(client: Client, town: Town, path: str) -> None:
    card = town.assigned()
    address = f"/incidents/{card.pk}/{path}"
    ask = client.post if path == "author-cards/" else client.get
    assert ask(address).status_code == 302
    assert ask(address, headers=FRAGMENT).status_code == 401
    for who in (town.other, town.stranger):
        client.force_login(who)
        assert ask(address).status_code == 404
    assert looks() == 0
    client.force_login(town.executor)
    assert ask(address).status_code == 200


def test_whoever_only_looks_is_not_shown_what_the_author_wrote_before(client: Client, town: Town) -> None:
    card = town.assigned()
    client.force_login(town.auditor)
    assert "Автор писал раньше" not in client.get(f"/incidents/{card.pk}/").content.decode()
    assert client.post(f"/incidents/{card.pk}/author-cards/").status_code == 403
    assert client.get(f"/incidents/{card.pk}/similar/").status_code == 200
    assert looks() == 0


def test_a_community_and_a_forgotten_author_have_no_earlier_cards(client: Client, town: Town) -> None:
    card = town.assigned()
    client.force_login(town.operator)
    for changes in ({"is_community": True}, {"is_community": False, "forgotten_at": timezone.now()}):
        Author.objects.filter(pk=main_message(card).author_id).update(**changes)
        assert client.post(f"/incidents/{card.pk}/author-cards/").status_code == 404
        assert "Автор писал раньше" not in client.get(f"/incidents/{card.pk}/").content.decode()
    assert looks() == 0


def published(town: Town, asked: str, answer: str) -> Incident:
    """A card about this, with this answer in the network."""
    card = town.published(text=answer)
    message = main_message(card)
    message.text = message.folded = asked.lower()
    message.save()
    return card


def test_answers_to_much_the_same_come_with_the_likest_first(client: Client, town: Town) -> None:
    pressure = published(town, "слабый напор на пятом этаже", "Напор восстановили, заменили насос.")
    smell = published(town, "вода пахнет хлором", "Промыли сеть, запаха больше нет.")
    card = assign(
        town.card("Почему вода из крана пахнет хлоркой, хлором?"),
        Decision(town.water, town.pipe, town.city, "solvable"),
        town.operator,
        timezone.now(),
    )
    take_in()
    client.force_login(town.operator)
    page = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    assert page.context["answers"][0].incident_pk == smell.pk
    assert pressure.pk in {one.incident_pk for one in page.context["answers"]}
    assert "Промыли сеть, запаха больше нет." in page.content.decode()
    assert f"/incidents/{smell.pk}/" in page.content.decode()


def test_the_same_place_goes_before_the_likest_words(client: Client, town: Town) -> None:
    near = published(town, "слабый напор", "Напор восстановили.")
    far = published(town, "вода пахнет хлором", "Промыли сеть.")
    Incident.objects.filter(pk=far.pk).update(place=town.city.parent)
    card = town.assigned("Вода пахнет хлором, слабый запах")
    take_in()
    client.force_login(town.operator)
    answers = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).context["answers"]
    assert [one.incident_pk for one in answers] == [near.pk, far.pk]
    assert [one.here for one in answers] == [True, False]


def test_what_was_not_published_or_was_said_in_private_does_not_come(client: Client, town: Town) -> None:
    waiting = town.submitted().incident
    private = published(town, "нет воды", "Ваш договор проверили.")
    Answer.objects.filter(incident=private).update(direct=True)
    other_theme = published(town, "нет воды", "Яму засыпали.")
    Incident.objects.filter(pk=other_theme.pk).update(theme=town.hole)
    card = town.assigned("Нет воды")
    take_in()
    client.force_login(town.operator)
    page = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    assert page.context["answers"] == []
    assert waiting.pk != card.pk
    assert "На эту тему ещё не отвечали" in page.content.decode()


def test_another_agency_reads_the_public_text_without_the_link(client: Client, town: Town) -> None:
    answered = published(town, "нет воды", "Воду дали <b>вечером</b>.")
    card = town.assigned("Нет воды", agency=town.roads)
    take_in()
    client.force_login(town.other)
    page = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).content.decode()
    assert "Воду дали &lt;b&gt;вечером&lt;/b&gt;." in page
    assert f"/incidents/{answered.pk}/" not in page
    assert f"№ {answered.number}" not in page


def test_a_card_without_a_theme_goes_by_the_suggested_one(client: Client, town: Town) -> None:
    answered = published(town, "нет воды", "Воду дали.")
    card = town.card("Нет воды")
    take_in()
    client.force_login(town.operator)
    answers = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).context["answers"]
    assert [one.incident_pk for one in answers] == [answered.pk]


def test_both_parts_cost_few_queries(
    client: Client, town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        published(town, f"нет воды {number}", f"Воду дали {number}.")
    card = town.assigned("Нет воды")
    take_in()
    client.force_login(town.operator)
    # session, user, grants, card; then what each part asks for
    with django_assert_max_num_queries(4 + 4):
        client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    with django_assert_max_num_queries(4 + 10):
        client.post(f"/incidents/{card.pk}/author-cards/", headers=FRAGMENT)


def test_without_scripts_both_are_pages_of_their_own(client: Client, town: Town) -> None:
    card = town.assigned()
    client.force_login(town.operator)
    for page in (client.get(f"/incidents/{card.pk}/similar/"), client.post(f"/incidents/{card.pk}/author-cards/")):
        assert "<h1>" in page.content.decode()
        assert f'href="/incidents/{card.pk}/"' in page.content.decode()
